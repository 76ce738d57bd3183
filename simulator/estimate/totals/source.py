"""A run of which there are totals alone, as statistics see it."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Int

from simulator.estimate.observed import Coded, SamplerName
from simulator.estimate.totals.binned import Binned
from simulator.estimate.totals.layout import Layout
from simulator.estimate.totals.totals import Totals
from simulator.estimate.verdicts import LOSSES, NO_VERDICT, entity_of
from simulator.sampling import BATCH


class Tally(Coded):
    """How many paths have each code.

    Parameters
    ----------
    by_code
        By code and replicate; none has another code.
    counts
        How many paths there are by replicate.
    sampler
        How they were drawn.
    """

    def __init__(
        self,
        by_code: Mapping[int, Int[np.ndarray, " replicate"]],
        counts: Int[np.ndarray, " replicate"],
        sampler: SamplerName,
    ) -> None:
        self.counts = counts
        self.sampler: SamplerName = sampler
        self._by_code = by_code

    def having(self, code: int) -> Int[np.ndarray, " replicate"]:
        """Return the number of paths, by replicate, that have a code."""
        return self._by_code[code]


class Totalled:
    """What the totals of a run show.

    Parameters
    ----------
    totals
        Of the run.
    layout
        Its metrics and cells.
    """

    def __init__(self, totals: Totals, layout: Layout) -> None:
        self._totals, self._layout = totals, layout
        self.names, self.codes = layout.names, layout.codes

    @property
    def paths(self) -> int:
        """How many there are."""
        return len(self._totals.batches) * BATCH

    @property
    def judged(self) -> dict[str, Tally]:
        """By entity with a verdict, its code on every path."""
        found = dict[str, Tally]()
        for place, entity in enumerate(self._layout.judged):
            cells, labels = self._totals.cells[place], self._layout.labels(entity)
            own = {code: cells[list(labels[name])].sum(axis=0) for name, code in self.codes.items()}
            found[entity] = self._tally(own | {NO_VERDICT: cells[self._layout.unjudged]}, cells.sum(axis=0))
        return found

    @property
    def signed(self) -> dict[str, Tally]:
        """By entity whose all else is in two parts, the code on every path of it."""
        found = dict[str, Tally]()
        for entity in self._layout.signed:
            cells = self._totals.cells[self._layout.judged.index(entity)]
            *_, gains, losses = self._layout.labels(entity).values()
            found[entity] = self._tally({0: cells[gains[0]], LOSSES: cells[losses[0]]}, cells.sum(axis=0))
        return found

    @property
    def passed(self) -> dict[str, Tally]:
        """By entity with a scorecard, how many items each path passes."""
        items = len(self._layout.scorecard)
        return {
            entity: self._tally(dict(enumerate(counts[: items + 1])), counts[: items + 1].sum(axis=0))
            for entity, counts in zip(self._layout.scored, self._totals.passed, strict=True)
        }

    @property
    def items(self) -> dict[str, tuple[Tally, ...]]:
        """By entity with a scorecard, for each item whether a path passes it."""
        items = len(self._layout.scorecard)
        return {
            entity: tuple(
                self._tally({1: one}, counts[: items + 1].sum(axis=0)) for one in counts[items + 1 :]
            )
            for entity, counts in zip(self._layout.scored, self._totals.passed, strict=True)
        }

    def pool(self, name: str) -> Binned:
        """Return the values of a metric."""
        judged = entity_of(name) in self._layout.judged
        cells = tuple(range(self._layout.cells)) if judged else (0,)
        return self._binned(name, cells, whole=True)

    def given(self, name: str) -> dict[str, Binned]:
        """Return the values of a metric on the paths of each verdict, and of each part of all else."""
        labels = self._layout.labels(entity_of(name))
        return {label: self._binned(name, cells, whole=False) for label, cells in labels.items()}

    def _binned(self, name: str, cells: tuple[int, ...], *, whole: bool) -> Binned:
        row = self.names.index(name)
        return Binned(self._totals, row, cells, self._layout.sampler, whole=whole)

    def _tally(self, by_code: Mapping[int, np.ndarray], counts: np.ndarray) -> Tally:
        return Tally(by_code, counts, self._layout.sampler)
