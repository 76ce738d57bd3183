"""The count of numbers that are not finite, per metric."""

from collections.abc import Collection, Mapping

import numpy as np
from jaxtyping import Float, Int


class Tally:
    """How many paths of each metric are NaN, and how many infinite.

    Parameters
    ----------
    metrics
        Names of the rows of a batch.
    """

    def __init__(self, metrics: tuple[str, ...]) -> None:
        self._metrics = metrics
        self._nan: Int[np.ndarray, " metric"] = np.zeros(len(metrics), np.int64)
        self._infinite: Int[np.ndarray, " metric"] = np.zeros(len(metrics), np.int64)

    def add(self, values: Float[np.ndarray, "metric path"]) -> None:
        """Count the metrics of one batch."""
        if not np.isfinite(values).all():
            self._nan += np.isnan(values).sum(axis=1)
            self._infinite += np.isinf(values).sum(axis=1)

    def found(self) -> dict[str, dict[str, int]]:
        """Return the counts of every metric that has any."""
        counts = zip(self._metrics, self._nan.tolist(), self._infinite.tolist(), strict=True)
        return {name: {"nan": nan, "infinite": infinite} for name, nan, infinite in counts if nan or infinite}


def faults(
    found: Mapping[str, Mapping[str, int]],
    may_be_infinite: Collection[str],
    paths: int,
    undefined: Mapping[str, str] | None = None,
) -> list[str]:
    """Return a line for each metric whose numbers are not what they may be, and why where that is known.

    NaN is never an answer; an infinity is one where the model says so, by a metric's name or by its stem.

    Parameters
    ----------
    found
        Counts by metric, as `Tally.found` has them.
    may_be_infinite
        Metrics for which an infinity is an answer.
    paths
        How many there are.
    undefined
        Why a metric may be NaN, by its stem, from the model.
    """
    lines: list[str] = []
    reasons: dict[str, None] = {}
    for name, counts in found.items():
        allowed = name in may_be_infinite or name.partition(".")[0] in may_be_infinite
        wrong = {kind: n for kind, n in counts.items() if n and not (allowed and kind == "infinite")}
        if wrong:
            lines.append(
                f"{name}: " + ", ".join(f"{n} {kind}" for kind, n in wrong.items()) + f" of {paths} paths"
            )
        if "nan" in wrong and (reason := (undefined or {}).get(name.partition(".")[0])):
            reasons[reason] = None
    return [*lines, *reasons]
