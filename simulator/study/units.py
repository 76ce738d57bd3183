"""Units of measure: parse them, and find the factor between the unit given and the unit wanted.

The units of the field stand in one list, exact in rational arithmetic, so that USD mn to USD bn is 0.001 and
not a neighbour of it. A name that is not in the list is refused with the nearest: a general registry of
physical units reads B as a byte and alpha as a number. Pint does the algebra, and is imported on first use.
"""

import re
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Shaped

from simulator.errors import did_you_mean

if TYPE_CHECKING:
    from pint import UnitRegistry

#: Money: currencies do not convert into each other.
_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CNY", "TWD", "KRW", "CHF", "CAD", "AUD", "INR")

#: Things that are counted, each of its own kind.
_THINGS = ("chip", "GPU", "token")

#: Every unit by its definition: name = value = symbol = further spellings. An underscore is no symbol.
_DEFINITIONS = (
    *(f"{name} = [money_{name}]" for name in _CURRENCIES),
    *(f"{name} = [{name}s] = _ = {name}s" for name in _THINGS),
    "tn = 1e12 = trillion",
    "bn = 1e9 = billion",
    "mn = 1e6 = million",
    "thousand = 1e3",
    "percent = 0.01 = %",
    "bp = 1e-4 = bps",
    "share = 1",
    "log = 1",
    "ratio = 1",
    "probability = 1",
    "meter = [length] = _ = meters = metre = metres",
    "km = 1000 * meter",
    "gram = [mass] = g = grams",
    "kg = 1000 * gram",
    "tonne = 1e6 * gram = t = tonnes",
    "second = [time] = s = _ = seconds",
    "minute = 60 * second = min = minutes",
    "hour = 3600 * second = h = hr = hours",
    "day = 24 * hour = d = days",
    "week = 7 * day = _ = weeks",
    "year = 365.25 * day = yr = years",
    "quarter = year / 4 = _ = quarters",
    "month = year / 12 = _ = months",
    "newton = 1000 * gram * meter / second ** 2 = N = newtons",
    "kN = 1e3 * newton",
    "pascal = newton / meter ** 2 = Pa",
    "kPa = 1e3 * pascal",
    "MPa = 1e6 * pascal",
    "watt = 1000 * gram * meter ** 2 / second ** 3 = W = watts",
    "kW = 1e3 * watt",
    "MW = 1e6 * watt",
    "GW = 1e9 * watt",
    "TW = 1e12 * watt",
    "Wh = watt * hour",
    "kWh = kW * hour",
    "MWh = MW * hour",
    "GWh = GW * hour",
    "TWh = TW * hour",
    "joule = watt * second = J = joules",
    "MJ = 1e6 * joule",
    "GJ = 1e9 * joule",
    "MMBtu = 1055055852.62 * joule",
    "barrel = [barrels] = bbl = barrels",
)

#: Units that most priors are in, known to be units without pint, which takes long to import.
COMMON = frozenset((
    "1", "bn", "yr", "1/yr", "1/yr^0.5", "USD bn", "USD bn/yr", "USD/yr", "USD/MWh", "USD bn/GW",
    "USD bn/GW/yr", "GW", "GW/yr", "quarter",
))  # fmt: skip

#: What is often written for one of them.
_MEANT = {
    "B": "bn",
    "b": "bn",
    "M": "mn",
    "m": "mn",
    "MM": "mn",
    "T": "tn",
    "k": "thousand",
    "K": "thousand",
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "y": "yr",
    "a": "yr",
    "yrs": "yr",
    "Y": "yr",
    "mo": "month",
    "q": "quarter",
    "qtr": "quarter",
    "decade": "yr",
}

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
def _registry() -> "UnitRegistry[Any]":
    from pint import UnitRegistry

    registry: UnitRegistry[Any] = UnitRegistry(None, non_int_type=_NUMBER)
    registry.load_definitions(_DEFINITIONS)
    return registry


@cache
def _names() -> tuple[str, ...]:
    """Return every spelling in the list."""
    parts = (definition.split(" = ") for definition in _DEFINITIONS)
    return tuple(name for name, _, *others in parts for name in (name, *others) if name != "_")


def _advice(name: str) -> str:
    return f"Did you mean {_MEANT[name]}?" if name in _MEANT else did_you_mean(name, _names())


def _parse(text: str) -> Any:
    """Return a unit as pint has it."""
    if not text.strip() or not _SPELLING.fullmatch(text):
        advice = next((f". Did you mean {_MEANT[part]}?" for part in text.split() if part in _MEANT), "")
        message = f"{text!r} is not a unit{advice}"
        raise UnitError(message)
    for name in re.findall(r"[A-Za-z_%][A-Za-z0-9_]*", text):
        if name not in _names():
            message = f"{name!r} is not a unit known here. {_advice(name)}".rstrip()
            raise UnitError(message)
    try:
        return _registry().parse_units(text)
    except Exception as error:  # pint's parser raises whatever Python's tokenizer and its own asserts raise
        message = f"{text!r} is not a unit: {error}"
        raise UnitError(message) from error


@cache
def check_unit(text: str) -> None:
    """Raise UnitError unless ``text`` is a unit."""
    if text not in COMMON:
        _parse(text)


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
    check_unit(given)
    check_unit(wanted)
    if given == wanted:
        return 1.0
    from pint import DimensionalityError

    try:
        return float(_registry().convert(1, _parse(given), _parse(wanted)))
    except DimensionalityError as error:
        message = f"{given!r} and {wanted!r} measure different things"
        raise UnitError(message) from error


def in_own_unit(
    values: Shaped[np.ndarray, "*rest path"], unit: str, own: str
) -> Shaped[np.ndarray, "*rest path"]:
    """Return draws, which are in the unit that the model asks for, in the unit that the study states."""
    if not own or not unit or own == unit:
        return values
    factor = convert_factor(unit, own)
    return values if factor == 1 else values * values.dtype.type(factor)
