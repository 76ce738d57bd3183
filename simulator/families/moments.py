"""Families given by their mean and standard deviation."""

from collections.abc import Iterator

from simulator.families.family import Parameters, Problem

#: Of a standard deviation to its mean: the square of it, and of its inverse, is a floating-point number.
_GREATEST_RATIO = 1e100


def far_apart(given: Parameters) -> Iterator[Problem]:
    """Refuse a mean and a standard deviation whose ratio cannot be squared."""
    mean, sd = given.get("mean"), given.get("sd")
    if mean is None or sd is None or 1 / _GREATEST_RATIO <= sd / mean <= _GREATEST_RATIO:
        return
    allowed = f"an sd from {1 / _GREATEST_RATIO:g} to {_GREATEST_RATIO:g} times the mean"
    yield Problem("", f"mean {mean:g}, sd {sd:g}", allowed)
