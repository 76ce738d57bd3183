"""Which priors an update is said to have moved, on the terminal and in the report."""

from collections.abc import Mapping
from typing import Any

from simulator.estimate import AMONG_MANY, Number, distinguishable

#: Moves smaller than this, in standard deviations of the prior, are not listed one by one.
LEAST_SHIFT = 0.1
#: Priors listed at most.
MOST = 15

#: The ends and the middle of a range.
RANGE = ("p10", "p50", "p90")


def clear(row: Mapping[str, Any]) -> bool:
    """Whether a prior moved by more than noise and by enough to matter."""
    shift = Number.from_json(row["shift"])
    return abs(shift.value) >= LEAST_SHIFT and distinguishable(shift, AMONG_MANY)


def standardised(row: Mapping[str, Any], sample: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return the range of a prior's draws in standard deviations of the prior from its mean."""
    mean, spread = row["prior"]["mean"]["value"], row["prior"]["sd"]["value"]
    low, middle, high = ((sample[name]["value"] - mean) / spread for name in RANGE)
    return low, middle, high
