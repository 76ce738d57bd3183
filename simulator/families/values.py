"""Families whose values are listed, with a weight for each."""

from collections.abc import Iterable, Iterator
from math import fsum, inf

from simulator.families.family import Parameters, Problem

#: How far probabilities may sum from one: a few roundings of decimal fractions.
SUM_TOLERANCE = 1e-9


def total(numbers: Iterable[float]) -> float:
    """Return the sum of numbers that are not negative; infinity where it is beyond floating point."""
    try:
        return fsum(numbers)
    except OverflowError:
        return inf


def misfitting(key: str, given: Parameters) -> Iterator[Problem]:
    """Refuse weights that are not one for each value."""
    weights, count = given.get(key), len(given["values"])
    if weights is not None and len(weights) != count:
        yield Problem(key, f"{len(weights)} of them", f"one for each of {count} values")
