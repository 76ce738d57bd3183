"""What a run's totals are kept of: its metrics, and into which cells their paths are sorted by the verdict.

A cell is a part that no rule divides further, so that every path is in exactly one: each verdict, the two
parts of all else and what of it has no sign, and the paths without a verdict. Whatever is asked of a
verdict, or of all paths, is the sum of some cells.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from simulator.estimate.observed import SamplerName
from simulator.estimate.verdicts import (
    LOSSES,
    NO_VERDICT,
    PASSES,
    VERDICT,
    by_entity,
    codes_of,
    derive,
    full_name,
    parts_of,
    passes,
    split,
)
from simulator.sampling import REPLICATES, STRIP
from simulator.study import ScorecardItem, VerdictRule


class Layout:
    """The metrics of a run and the rules on them.

    Parameters
    ----------
    names
        Of the metrics, in the order of the rows of a batch.
    sampler
        How the paths were drawn.
    scorecard, rules
        The study's items and rules of verdicts.

    Attributes
    ----------
    codes
        Of the verdicts.
    cells
        How many there are.
    judged, signed, scored
        The entities that have a verdict, whose all else is in two parts, and that have a scorecard.
    """

    def __init__(
        self,
        names: Sequence[str],
        sampler: SamplerName,
        scorecard: Sequence[ScorecardItem],
        rules: Sequence[VerdictRule],
    ) -> None:
        self.names = tuple(names)
        self.sampler: SamplerName = sampler
        self.scorecard, self.rules = tuple(scorecard), tuple(rules)
        self.codes = codes_of(rules)
        self._asked = [name for name, code in self.codes.items() if code]
        self.cells = len(self._asked) + 4 if self.codes else 1
        self.table = by_entity(names)
        some = dict.fromkeys(names, np.zeros((1, 1), np.float32))
        derived = derive(some, scorecard, rules)
        self.judged = tuple(one for one in self.table if full_name(VERDICT, one) in derived)
        self.scored = tuple(one for one in self.table if full_name(PASSES, one) in derived)
        self.signed = tuple(one for one in self.judged if one in split(derived, some))

    @cached_property
    def entities(self) -> tuple[str, ...]:
        """By metric, its entity."""
        of = {name: entity for entity, own in self.table.items() for name in own.values()}
        return tuple(of[name] for name in self.names)

    def labels(self, entity: str) -> dict[str, tuple[int, ...]]:
        """Return the cells of each verdict of an entity, and of each part of all else, if it has any."""
        if entity not in self.judged:
            return {}
        first = len(self._asked)
        rest = tuple(range(first, first + 3))
        own = {name: (self._asked.index(name),) if code else rest for name, code in self.codes.items()}
        if entity in self.signed:
            own |= dict(zip(parts_of(self.codes), [(first,), (first + 1,)], strict=True))
        return own

    @property
    def unjudged(self) -> int:
        """The cell of paths without a verdict."""
        return self.cells - 1

    def sort(
        self, values: Float[Any, "metric path"]
    ) -> tuple[dict[str, Int[Any, " path"]], dict[str, Int[Any, "count replicate"]]]:
        """Return by entity the cell of each path of a batch, and by entity how the scorecard was passed.

        The latter counts the paths that pass 0, 1, ... items, then those that pass each item. Of an array of
        NumPy or of JAX.
        """
        xp = values.__array_namespace__()
        metrics = {name: row.reshape(REPLICATES, STRIP) for name, row in zip(self.names, values, strict=True)}
        derived = derive(metrics, self.scorecard, self.rules)
        signs = split(derived, metrics)
        cells = {
            entity: self._cells(derived[full_name(VERDICT, entity)], signs.get(entity))
            for entity in self.judged
        }
        counts: dict[str, Any] = {}
        for entity in self.scored:
            passed, own = derived[full_name(PASSES, entity)], self.table[entity]
            flags = [passed == count for count in range(len(self.scorecard) + 1)]
            flags += [passes(metrics[own[item.metric]], item) for item in self.scorecard]
            counts[entity] = xp.stack(flags).sum(axis=-1)
        return cells, counts

    def _cells(
        self, codes: Int[Any, "replicate path"], signs: Int[Any, "replicate path"] | None
    ) -> Int[Any, " paths"]:
        """Return the cell of each path by its verdict, and by the sign of what is all else."""
        first, xp = len(self._asked), codes.__array_namespace__()
        cells = xp.full(codes.shape, first, np.intp)
        for cell, name in enumerate(self._asked):
            cells = xp.where(codes == self.codes[name], cell, cells)
        if signs is not None:
            rest = codes == 0
            cells = xp.where(rest & (signs == LOSSES), first + 1, cells)
            cells = xp.where(rest & (signs == NO_VERDICT), first + 2, cells)
        return xp.where(codes == NO_VERDICT, self.unjudged, cells).ravel()
