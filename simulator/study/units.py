"""Units of measure: parse them, and find the factor between the unit given and the unit wanted.

Everyday units of the field sit in a small registry of our own, exact in rational arithmetic, so that USD mn
to USD bn is 0.001 and not a neighbour of it. Any other name is looked up in pint's full registry, which takes
a tenth of a second to build and is built only then. Pint itself is imported on first use.
"""

import re
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pint import UnitRegistry

#: Money, counts and shares, which no registry of physical units knows.
_MONEY_AND_COUNTS = (
    "USD = [money_USD]",
    "EUR = [money_EUR]",
    "GBP = [money_GBP]",
    "tn = 1e12 = trillion",
    "bn = 1e9 = billion",
    "mn = 1e6 = million",
    "thousand = 1e3",
    "share = 1",
    "log = 1",
    "ratio = 1",
    "probability = 1",
)

#: Time and power, under the names and dimensions that the full registry gives them.
_TIME_AND_POWER = (
    "meter = [length] = m",
    "second = [time] = s = _ = seconds",
    "gram = [mass] = g",
    "minute = 60 * second = min = minutes",
    "hour = 3600 * second = h = hr = hours",
    "day = 24 * hour = d = days",
    "week = 7 * day = _ = weeks",
    "year = 365.25 * day = yr = years",
    "quarter = year / 4 = _ = quarters",
    "month = year / 12 = _ = months",
    "watt = 1000 * gram * meter ** 2 / second ** 3 = W",
    "kW = 1e3 * watt",
    "MW = 1e6 * watt",
    "GW = 1e9 * watt",
    "TW = 1e12 * watt",
    "kWh = kW * hour",
    "MWh = MW * hour",
    "GWh = GW * hour",
    "TWh = TW * hour",
    "percent = 0.01 = %",
)

#: What a unit may be written with: names, 1, products, ratios and powers of one digit. Pint reads far more as
#: arithmetic, and a tower of powers would keep it busy for ever.
_SPELLING = re.compile(
    r"""(?: [A-Za-z_%][A-Za-z0-9_]*+
          | 1 (?![0-9.])
          | (?:\^|\*\*) \ ?-? [0-9](?:\.[0-9]++)? (?!\ *(?:\^|\*\*|[0-9]))
          | [*()\ ]
          | /(?!/)
        )++""",
    re.VERBOSE,
)

#: Exact arithmetic for factors; pint takes any number type here, and annotates float.
_NUMBER: Any = Fraction

#: Shown where a unit is refused.
EXAMPLES = "units such as USD bn/yr, USD bn/GW, USD/MWh, 1/yr, 1/yr^0.5, years, months, GW, bn, %, 1"


class UnitError(ValueError):
    """A unit that cannot be read, or two that measure different things."""


@cache
def _everyday() -> "UnitRegistry[Any]":
    from pint import UnitRegistry

    registry: UnitRegistry[Any] = UnitRegistry(None, non_int_type=_NUMBER)
    registry.load_definitions([*_TIME_AND_POWER, *_MONEY_AND_COUNTS])
    return registry


@cache
def _complete() -> "UnitRegistry[Any]":
    from pint import UnitRegistry

    registry: UnitRegistry[Any] = UnitRegistry(non_int_type=_NUMBER)
    registry.load_definitions([*_MONEY_AND_COUNTS, "quarter = year / 4 = _ = quarters"])
    return registry


def _parse(registry: "UnitRegistry[Any]", text: str) -> Any:
    from pint import UndefinedUnitError

    try:
        return registry.parse_units(text)
    except UndefinedUnitError:
        raise
    except Exception as error:  # pint's parser raises whatever Python's tokenizer and its own asserts raise
        message = f"{text!r} is not a unit: {error}"
        raise UnitError(message) from error


def _parse_all(texts: tuple[str, ...]) -> tuple["UnitRegistry[Any]", list[Any]]:
    """Return the smallest registry that knows every name, and the parsed units."""
    from pint import UndefinedUnitError

    for text in texts:
        if not text.strip() or not _SPELLING.fullmatch(text):
            message = f"{text!r} is not a unit"
            raise UnitError(message)
    try:
        return _everyday(), [_parse(_everyday(), text) for text in texts]
    except UndefinedUnitError:
        pass
    try:
        return _complete(), [_parse(_complete(), text) for text in texts]
    except UndefinedUnitError as error:
        raise UnitError(str(error)) from error


@cache
def check_unit(text: str) -> None:
    """Raise UnitError unless ``text`` is a unit that scales from zero (so no degrees Celsius)."""
    registry, (unit,) = _parse_all((text,))
    if registry.convert(0, unit, registry.get_root_units(unit)[1]) != 0:
        message = f"{text!r} has a zero of its own, so it cannot be scaled"
        raise UnitError(message)


@cache
def convert_factor(given: str, wanted: str) -> float:
    """Return the factor that turns a number in ``given`` into one in ``wanted``.

    Parameters
    ----------
    given, wanted
        Units as text, such as ``"USD mn/yr"`` and ``"USD bn/yr"``.

    Raises
    ------
    UnitError
        A unit cannot be read, or the two measure different things.
    """
    from pint import DimensionalityError

    check_unit(given)
    check_unit(wanted)
    if given == wanted:
        return 1.0
    registry, (source, target) = _parse_all((given, wanted))
    try:
        return float(registry.convert(1, source, target))
    except DimensionalityError as error:
        message = f"{given!r} and {wanted!r} measure different things"
        raise UnitError(message) from error
