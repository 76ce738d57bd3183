"""Whole numbers, read alike wherever one is asked for: an option, an argument, a text."""

import operator
from decimal import Decimal, InvalidOperation
from numbers import Integral, Real
from typing import Any

from simulator.errors import UsageError

#: Digits beyond which no count and no seed goes.
MOST_DIGITS = 30
#: Paths where no number is asked for: of a run, and at the first look of one with targets of accuracy.
PATHS, FIRST_PATHS = 2**18, 2**15
#: Of what was found, how many characters a message has.
LONGEST = 60


def whole(name: str, value: Any, least: int = 0, most: int | None = None) -> int:
    """Return a whole number as an integer, whatever way it is written, and nothing rounded.

    Parameters
    ----------
    name
        What the number is for, as the user knows it.
    value
        An integer of Python or NumPy, a float that is whole, or a text such as 1000000, 1_000_000 or 1e6.
    least, most
        The range that it has to be in, both ends included.

    Raises
    ------
    UsageError
        It is no whole number, or outside the range.
    """
    number = _exact(value)
    if number is None or number < least or (most is not None and number > most):
        end = f"from {least}" if most is None else f"from {least} to {most}"
        form = ", as 1000000, 1_000_000 or 1e6" if isinstance(value, str) else ""
        found = repr(value[:LONGEST]) if isinstance(value, str) else str(value)[:LONGEST]
        message = f"{name}: found {found}; allowed: a whole number {end}{form}"
        raise UsageError(message)
    return number


def _exact(value: Any) -> int | None:
    """Return the integer that a value is; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) or (isinstance(value, Real) and not isinstance(value, Integral)):
        try:
            number = Decimal(value if isinstance(value, str) else float(value))
        except InvalidOperation:
            return None
        if not number.is_finite() or number.adjusted() > MOST_DIGITS or number != number.to_integral_value():
            return None
        return int(number)
    try:
        return operator.index(value)
    except TypeError:
        return None
