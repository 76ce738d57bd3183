"""A number with its standard error: as text it has as many digits as the error allows, and no more."""

import math
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

#: Significant digits of a number that is exact, or whose error is not known.
EXACT_DIGITS, UNSURE_DIGITS = 6, 2
#: Figures that are all a reader can use.
USABLE_DIGITS = 4
#: Digits enough for any two floats on one scale.
_CONTEXT = Context(prec=700, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Number:
    """A statistic and its Monte Carlo standard error.

    As text it has no digit beyond its error: ``str(number)`` is ``-373 ± 4 USD bn``, ``f"{number:years}"``
    has another unit after it, and ``f"{number:%}"`` is a share as a percentage.

    Attributes
    ----------
    value : in ``unit``
        nan where there is nothing to estimate (no paths, or paths that are not a number); may be infinite.
    error : in ``unit``
        One standard error; nan where it cannot be known, for instance when one replicate alone holds paths.
    unit
        Of both; "" or "1" for a pure number.
    """

    value: float
    error: float
    unit: str = ""

    @classmethod
    def from_json(cls, found: Any, unit: str = "") -> "Number":
        """Return the number that `to_json` made an object of; one without a value for None.

        Raises
        ------
        ValueError
            Value or error is missing, or neither a number nor null.
        """
        if found is None:
            return cls(math.nan, math.nan, unit)
        value, error = (found.get(key, "missing") for key in ("value", "mcse"))
        for one in (value, error):
            if isinstance(one, bool) or not (one is None or isinstance(one, int | float)):
                message = f"found {one!r} for value or mcse of a number; allowed: a number or null"
                raise ValueError(message)
        if value is None:
            value = found.get("infinite", math.nan) * math.inf
        return cls(value, math.nan if error is None else error, unit)

    def to_json(self) -> dict[str, float | None]:
        """Return value and error for JSON, null where there is none; of an infinite value its sign."""
        if math.isfinite(self.value):
            return {"value": self.value, "mcse": finite(self.error)}
        nothing: dict[str, float | None] = {"value": None, "mcse": None}
        return nothing | ({"infinite": math.copysign(1, self.value)} if math.isinf(self.value) else {})

    def __str__(self) -> str:
        return format(self, "" if self.unit == "1" else self.unit)

    def __format__(self, unit: str) -> str:
        if unit == "%":
            return f"{self * 100.0:}" + ("" if math.isnan(self.value) else "%")
        value, error = round_to_error(self.value, self.error)
        text = f"{value} ± {error}" if error else value
        return f"{text} {unit}" if unit and value != "–" else text

    def __mul__(self, factor: float) -> "Number":
        """Return the number in another unit, of which there are `factor` to one of its own."""
        return replace(self, value=factor * self.value, error=abs(factor) * self.error)

    def __abs__(self) -> "Number":
        return replace(self, value=abs(self.value))

    def above(self, other: "Number") -> "Number":
        """Return by how much it is above another, the errors of both taken for independent."""
        error = math.hypot(self.error, other.error)
        value = self.value - other.value if math.isfinite(error) else math.nan
        return replace(self, value=value, error=error)

    def at_least(self, error: float) -> "Number":
        """Return the number with no smaller error than this one."""
        return replace(self, error=max(self.error, error)) if self.error < error else self

    @property
    def beyond_use(self) -> bool:
        """Whether it is known beyond its first four figures, which are then all that a reader can use."""
        if not self.value or not math.isfinite(self.value):
            return False
        return self.error < 0.5 * 10.0 ** (math.floor(math.log10(abs(self.value))) - USABLE_DIGITS + 1)


def finite(number: float) -> float | None:
    """Return a number as JSON has it: null where it is not finite."""
    return number if math.isfinite(number) else None


def round_to_error(value: float, error: float) -> tuple[str, str]:
    """Return the texts of a value and of its error, the latter empty where there is none to state.

    The error has one significant digit, two where the first is 1; the value ends at the same digit, rounded
    half to even. An error of 0 is an exact number, given to six digits. Where the error is not known the
    value has two digits and the error is ``?``; where there is no value the text is a dash.

    Parameters
    ----------
    value, error
        A number and its standard error, in one unit; nan where there is none.
    """
    if math.isnan(value):
        return "–", ""
    if math.isinf(value):
        return ("∞" if value > 0 else "-∞"), ""
    if not math.isfinite(error):
        return _significant(value, UNSURE_DIGITS), "?"
    if error == 0:
        return _significant(value, EXACT_DIGITS), ""
    last = _leading(Decimal(repr(float(error))))
    return _plain(Decimal(repr(float(value))).quantize(last, context=_CONTEXT)), _plain(last)


def _leading(error: Decimal) -> Decimal:
    """Return an error rounded to one significant digit, or two where the first is 1."""
    digits = 1 if error.as_tuple().digits[0] == 1 else 0
    rounded = error.quantize(Decimal((0, (1,), error.adjusted() - digits)), context=_CONTEXT)
    # 0.96 has become 1.0, whose first digit is 1: two digits are right, and there they are; 1.96 has become
    # 2.0, which has one too many.
    if rounded.as_tuple().digits[0] != 1 and digits:
        return rounded.quantize(Decimal((0, (1,), rounded.adjusted())), context=_CONTEXT)
    return rounded


def _significant(value: float, digits: int) -> str:
    number = Decimal(repr(float(value)))
    if number == 0:
        return "0"
    rounded = number.quantize(Decimal((0, (1,), number.adjusted() - digits + 1)), context=_CONTEXT)
    return _plain(rounded.normalize())


def _plain(number: Decimal) -> str:
    """Return a number in plain digits, without a minus before zero."""
    text = f"{number:f}"
    return text.removeprefix("-") if number == 0 else text
