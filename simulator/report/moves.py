"""Which priors an update is said to have moved, on the terminal and in the report."""

from collections.abc import Mapping
from typing import Any

from simulator.estimate import AMONG_MANY, Number, distinguishable

#: Moves smaller than this, in standard deviations of the prior, are not listed one by one.
LEAST_SHIFT = 0.1
#: Priors listed at most.
MOST = 15


def clear(row: Mapping[str, Any]) -> bool:
    """Whether a prior moved by more than noise and by enough to matter."""
    shift = Number.from_json(row["shift"])
    return abs(shift.value) >= LEAST_SHIFT and distinguishable(shift, AMONG_MANY)
