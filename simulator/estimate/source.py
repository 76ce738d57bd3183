"""What a summary is made from: the values of every metric, those given a verdict, and counts by the rules."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Int

from simulator.estimate.observed import Coded, Observed, SamplerName
from simulator.estimate.pool import Pool, pool
from simulator.estimate.verdicts import (
    PASSES,
    VERDICT,
    Codes,
    Sample,
    by_entity,
    codes_of,
    entity_of,
    full_name,
    parts_of,
    passes,
    split,
)
from simulator.study import ScorecardItem, VerdictRule


@runtime_checkable
class Source(Protocol):
    """A run as statistics see it, whether its paths are there or only what was added up of them."""

    @property
    def names(self) -> tuple[str, ...]:
        """Full names of the metrics, in their order."""
        ...

    @property
    def paths(self) -> int:
        """How many there are."""
        ...

    @property
    def codes(self) -> Mapping[str, int]:
        """Codes of the verdicts, as `codes_of` has them."""
        ...

    @property
    def judged(self) -> Mapping[str, Coded]:
        """By entity with a verdict, its code on every path: `NO_VERDICT` where it has none."""
        ...

    @property
    def signed(self) -> Mapping[str, Coded]:
        """By entity whose all else is in two parts, the code on every path as in `split`."""
        ...

    @property
    def passed(self) -> Mapping[str, Coded]:
        """By entity with a scorecard, how many items each path passes."""
        ...

    @property
    def items(self) -> Mapping[str, tuple[Coded, ...]]:
        """By entity with a scorecard, for each item whether a path passes it: 1 or 0."""
        ...

    def pool(self, name: str) -> Observed:
        """Return the values of a metric."""
        ...

    def given(self, name: str) -> Mapping[str, Observed]:
        """Return the values of a metric on the paths of each verdict, and of each part of all else."""
        ...


class Part(NamedTuple):
    """The paths of one verdict: their places in the flattened sample, and how many each replicate has."""

    places: Int[np.ndarray, " place"]
    counts: Int[np.ndarray, " replicate"]

    def pool(self, sample: Sample, sampler: SamplerName) -> Pool:
        """Return the pool of a sample's values on these paths."""
        return Pool(sample.ravel()[self.places], self.counts, sampler)


class Sampled:
    """A run of which every path is there.

    Parameters
    ----------
    metrics
        Every metric by full name, in their order.
    derived
        What `derive` returns of them.
    sampler
        How the paths were drawn.
    scorecard, rules
        The study's items and rules of verdicts.
    where
        Restricts `pool` and `judged` to the paths for which it holds.
    """

    def __init__(
        self,
        metrics: Mapping[str, Sample],
        derived: Mapping[str, Codes],
        sampler: SamplerName,
        scorecard: Sequence[ScorecardItem],
        rules: Sequence[VerdictRule],
        where: Bool[np.ndarray, "replicate path"] | None = None,
    ) -> None:
        self.names, self.codes = tuple(metrics), codes_of(rules)
        self._metrics, self._derived, self._where = metrics, derived, where
        self._sampler: SamplerName = sampler
        self._scorecard = scorecard
        self._table = by_entity(metrics)

    @property
    def paths(self) -> int:
        """How many there are."""
        return self._metrics[self.names[0]].size

    @property
    def judged(self) -> dict[str, Pool]:
        """By entity with a verdict, its code on every path."""
        return {entity: self._of(codes) for entity, codes in self._own(VERDICT).items()}

    @property
    def signed(self) -> dict[str, Pool]:
        """By entity whose all else is in two parts, the code on every path."""
        return {entity: self._of(codes) for entity, codes in self._split.items()}

    @property
    def passed(self) -> dict[str, Pool]:
        """By entity with a scorecard, how many items each path passes."""
        return {entity: self._of(codes) for entity, codes in self._own(PASSES).items()}

    @property
    def items(self) -> dict[str, tuple[Pool, ...]]:
        """By entity with a scorecard, for each item whether a path passes it."""
        return {
            entity: tuple(
                self._of(passes(self._metrics[self._table[entity][item.metric]], item))
                for item in self._scorecard
            )
            for entity in self._own(PASSES)
        }

    def pool(self, name: str) -> Pool:
        """Return the values of a metric."""
        return self._of(self._metrics[name])

    def given(self, name: str) -> dict[str, Pool]:
        """Return the values of a metric on the paths of each verdict, and of each part of all else."""
        parts = self._places.get(entity_of(name), {})
        sample = self._metrics[name] if parts else np.empty((0, 0))
        return {verdict: part.pool(sample, self._sampler) for verdict, part in parts.items()}

    def _of(self, sample: Sample) -> Pool:
        return pool(sample, self._sampler, self._where)

    def _own(self, metric: str) -> dict[str, Codes]:
        """Return a derived metric by entity that has it."""
        names = {entity: full_name(metric, entity) for entity in self._table}
        return {entity: self._derived[name] for entity, name in names.items() if name in self._derived}

    @cached_property
    def _split(self) -> dict[str, Codes]:
        return split(self._derived, self._metrics)

    @cached_property
    def _places(self) -> dict[str, dict[str, Part]]:
        """By entity with a verdict, the paths of each verdict and of each part of all else."""
        found = {entity: places(codes, self.codes) for entity, codes in self._own(VERDICT).items()}
        for entity, codes in self._split.items():
            found[entity] |= places(codes, parts_of(self.codes))
        return found


def places(codes: Codes, verdicts: Mapping[str, int]) -> dict[str, Part]:
    """Return the paths of each verdict, in order of replicates and paths."""
    # Small places are half the memory; they are gathered from once for every metric.
    kind = np.int32 if codes.size <= np.iinfo(np.int32).max else np.int64
    parts = {}
    for verdict, code in verdicts.items():
        own = codes == code
        counts = np.array([np.count_nonzero(row) for row in own])
        parts[verdict] = Part(np.flatnonzero(own).astype(kind), counts)
    return parts
