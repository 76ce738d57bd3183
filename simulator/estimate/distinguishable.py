"""When a number is distinguishable from another: the one rule that every analysis and every report goes by.

A simulation error is nearly normal, so that of numbers that are truly zero about one in twenty lies more than
two standard errors away. Readers look at some numbers at a time, for which that is rare enough. Where the
furthest are picked out of all priors, of which there are a hundred and more, three standard errors let no
more through than one in 370.
"""

import math

from simulator.estimate.number import Number

#: Standard errors beyond which two numbers differ: in one comparison, and in the largest of many.
STANDARD_ERRORS, AMONG_MANY = 2.0, 3.0


def distinguishable(number: Number, errors: float = STANDARD_ERRORS) -> bool:
    """Return whether a number is distinguishable from zero; never where value or error is not known.

    One that is infinite is where it has no error.
    """
    known = math.isfinite(number.value) or number.error == 0
    return known and abs(number.value) > errors * number.error


def apart(one: Number, other: Number) -> bool:
    """Return whether two numbers differ by more than their errors together, however these depend."""
    return distinguishable(Number(one.value - other.value, one.error + other.error))


def is_clear_of(number: Number, bound: float) -> bool:
    """Return whether a bound is so far off that other draws would hardly lie on its other side."""
    return abs(number.value - bound) >= STANDARD_ERRORS * number.error
