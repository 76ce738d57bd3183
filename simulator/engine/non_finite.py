"""How many numbers are not finite, per metric."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

#: By metric, how many paths are "nan" and how many "infinite".
type Counts = Mapping[str, Mapping[str, int]]


class NonFiniteCounts:
    """How many paths of each metric are NaN, and how many infinite.

    Parameters
    ----------
    metrics
        Names of the rows of a batch.
    """

    def __init__(self, metrics: tuple[str, ...]) -> None:
        self._metrics = metrics
        self._counts = np.zeros((len(metrics), 2), np.int64)

    def add(self, values: Float[np.ndarray, "metric path"]) -> None:
        """Count the metrics of one batch."""
        if not np.isfinite(values).all():
            self._counts += np.stack([np.isnan(values).sum(axis=1), np.isinf(values).sum(axis=1)], axis=1)

    def include(self, other: "NonFiniteCounts") -> None:
        """Count what was counted elsewhere, of other batches of the same metrics."""
        self._counts += other._counts

    def found(self) -> dict[str, dict[str, int]]:
        """Return the counts of every metric that has any."""
        rows = zip(self._metrics, self._counts.tolist(), strict=True)
        return {name: {"nan": nan, "infinite": infinite} for name, (nan, infinite) in rows if nan or infinite}


def non_finite_faults(found: Counts, model: Any, paths: int) -> list[str]:
    """Return a line for each metric whose numbers are not what they may be, and why where that is known.

    NaN is never an answer; an infinity is one where the model says so, by a metric's name or by its stem.

    Parameters
    ----------
    found
        Counts by metric, as `NonFiniteCounts.found` returns them.
    model
        Says by `may_be_infinite` for which metrics an infinity is an answer, and by `undefined`, stem by
        stem, why one may be NaN.
    paths
        How many there are.
    """
    may_be_infinite, undefined = getattr(model, "may_be_infinite", ()), getattr(model, "undefined", {})
    lines: list[str] = []
    reasons: dict[str, None] = {}
    for name, counts in found.items():
        stem = name.partition(".")[0]
        allowed = name in may_be_infinite or stem in may_be_infinite
        wrong = {kind: n for kind, n in counts.items() if n and not (allowed and kind == "infinite")}
        if wrong:
            lines.append(f"{name}: {', '.join(f'{n} {kind}' for kind, n in wrong.items())} of {paths} paths")
        if "nan" in wrong and stem in undefined:
            reasons[undefined[stem]] = None
    return [*lines, *reasons]
