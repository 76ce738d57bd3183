"""Numbers for readers: an estimate with as many digits as its error allows, and no more."""

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal

#: Significant digits of a number that is exact, or whose error is not known.
EXACT_DIGITS, UNSURE_DIGITS = 6, 2
#: Digits enough for any two floats on one scale.
_CONTEXT = Context(prec=700, rounding=ROUND_HALF_EVEN)


def format_estimate(value: float | None, mcse: float | None, unit: str = "") -> str:
    """Return an estimate with its standard error as text, such as ``-373 ± 4``.

    The error has one significant digit, two where the first is 1; the value ends at the same digit, rounded
    half to even. An error of 0 is an exact number, given to six digits. Where the error is not known the
    value has two digits and the error is ``?``; where there is no value the text is a dash.

    Parameters
    ----------
    value, mcse
        The estimate and its standard error, in `unit`; None or nan where there is none.
    unit
        What follows, after a space (none before a per cent sign).
    """
    number, error = round_to_error(value, mcse)
    text = f"{number} ± {error}" if error else number
    if not unit or number == "–":
        return text
    return text + unit if unit == "%" else f"{text} {unit}"


def round_to_error(value: float | None, mcse: float | None) -> tuple[str, str]:
    """Return the texts of a value and of its error, the latter empty where there is none to state."""
    if value is None or math.isnan(value):
        return "–", ""
    if math.isinf(value):
        return ("∞" if value > 0 else "-∞"), ""
    if mcse is None or not math.isfinite(mcse):
        return _significant(value, UNSURE_DIGITS), "?"
    if mcse == 0:
        return _significant(value, EXACT_DIGITS), ""
    error = _leading(Decimal(repr(float(mcse))))
    return _plain(Decimal(repr(float(value))).quantize(error, context=_CONTEXT)), _plain(error)


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
