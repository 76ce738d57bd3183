"""The statistics of two studies and of their hybrids, each computed once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.analysis.comparison.attribution import PartEffect, Taken, mean_of, needed
from simulator.analysis.comparison.common_draws import CommonDraws, Counted
from simulator.analysis.comparison.hybrid import Hybrids
from simulator.analysis.comparison.statistics import Sample, Statistic, common, entities, measure
from simulator.analysis.run.program import check_study, model_of
from simulator.engine import Plan
from simulator.errors import UsageError
from simulator.estimate import Number, codes_of
from simulator.estimate.replicated import Replicated
from simulator.study import Study

#: The part of the paths on which single priors are compared: there are many, and an effect paired path by
#: path needs few.
QUARTER = 4

NOTHING: Taken = frozenset()


class Job(NamedTuple):
    """A hybrid to be computed: what is taken from the second study, what is not all the same, and batches."""

    taken: Taken
    without: Taken
    batches: int


def quarter(batches: int) -> int:
    """Return on how many batches single priors are compared."""
    return -(-batches // QUARTER)


def jobs(parts: Sequence[str], whole: Taken, priors: Sequence[str], batches: int) -> set[Job]:
    """Return what has to be computed for the effects of parts and of single priors, and for the two ends."""
    found = {Job(taken, NOTHING, batches) for taken in (NOTHING, whole, *needed(parts))}
    few = quarter(batches)
    for one in (frozenset({name}) for name in priors):
        found |= {Job(NOTHING, NOTHING, few), Job(whole, NOTHING, few)}
        found |= {Job(one, NOTHING, few), Job(whole, one, few)}
    return found


class HybridStatistics:
    """Statistics of two studies and of their hybrids, on common draws.

    Parameters
    ----------
    hybrids
        The studies.
    plan
        Of the draws.
    threads, counted
        As `CommonDraws` takes them.

    Attributes
    ----------
    verdicts
        The codes of the first study's verdicts, by name.
    entities
        On which each of the two has a verdict.
    wanted
        What they can be compared by: the order of every array.
    ends
        The statistics of the two.

    Raises
    ------
    UsageError
        There is nothing to compare them by.
    """

    def __init__(self, hybrids: Hybrids, plan: Plan, threads: int, counted: Counted) -> None:
        self._hybrids, self._batches, self._whole = hybrids, plan.batches, frozenset(hybrids.parts)
        studies = hybrids.first, hybrids.second
        for study in studies:
            check_study(study, model_of(study, None), plan.dtype)
        self._draws = CommonDraws(plan, hybrids.first, threads, counted)
        units = [_units(study, self._draws.names(study)) for study in studies]
        verdicts = [codes_of(study.settings.verdicts) for study in studies]
        self.verdicts = verdicts[0]
        self.entities = [entities(own, one.settings) for own, one in zip(units, studies, strict=True)]
        self.wanted, self.ends = self._compared(common(units, self.entities, verdicts))
        first, second = self.ends
        self._known = {
            Job(NOTHING, NOTHING, plan.batches): first,
            Job(self._whole, NOTHING, plan.batches): second,
        }

    def __call__(self, taken: Taken, without: Taken = NOTHING, batches: int | None = None) -> Replicated:
        """Return the statistics of a hybrid; see `Hybrids.study`."""
        job = Job(taken, without, batches or self._batches)
        if job not in self._known:
            study = self._hybrids.study(taken, without)
            sample = self._draws.sample(study, self.wanted, job.batches)
            self._known[job] = measure(self.wanted, sample, study.settings)
        return self._known[job]

    def single(self, name: str) -> PartEffect[Replicated]:
        """Return the effect of a single prior, with the mean of the two in place of a share."""
        one, few = frozenset({name}), quarter(self._batches)
        into = self(one, batches=few) - self(NOTHING, batches=few)
        out = self(self._whole, batches=few) - self(self._whole, one, few)
        return PartEffect(into, out, mean_of(into, out))

    def numbers(self, *columns: Replicated, least: float = 0.0) -> dict[Statistic, list[Number]]:
        """Return by statistic its number in each column; no error of a chance is below the least."""
        return {
            one: [column.number(place).at_least(least if one.is_chance else 0.0) for column in columns]
            for place, one in enumerate(self.wanted)
        }

    def _compared(self, wanted: list[Statistic]) -> tuple[list[Statistic], tuple[Replicated, Replicated]]:
        """Return the statistics that are finite in both studies, and those of each."""
        # Where nothing moves, the second study is the first to the last bit.
        studies = (self._hybrids.first, self._hybrids.second) if self._whole else (self._hybrids.first,)
        samples = [self._draws.sample(study, wanted, self._batches) for study in studies]
        finite = [one for one in wanted if one.is_chance or _finite(one.of, samples)]
        if not finite:
            message = (
                "found no verdict and no finite metric that both have in one unit: nothing can be compared"
            )
            raise UsageError(message)
        measured = zip(samples, studies, strict=True)
        ends = [measure(finite, sample, study.settings) for sample, study in measured]
        return finite, (ends[0], ends[-1])


def _finite(name: str, samples: Sequence[dict[str, Sample]]) -> bool:
    return all(bool(np.isfinite(sample[name]).all()) for sample in samples)


def _units(study: Study, names: tuple[str, ...]) -> dict[str, str]:
    units = getattr(model_of(study, None), "metric_units", {})
    return {name: units.get(name, "") for name in names}
