"""The two studies and those between them, each computed once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.analysis.comparison.attribution import Effect, Taken, halved, needed
from simulator.analysis.comparison.replay import Counted, Replay
from simulator.analysis.comparison.statistics import Sample, Statistic, common, entities, measure
from simulator.analysis.comparison.swap import Swap
from simulator.analysis.run.program import check_study, model_of
from simulator.engine import Plan
from simulator.errors import UsageError
from simulator.estimate import codes_of
from simulator.estimate.replicated import Replicated
from simulator.study import Study

#: The part of the paths on which single priors are compared: there are many, and an effect paired path by
#: path needs few.
QUARTER = 4

NOTHING: Taken = frozenset()


class Job(NamedTuple):
    """A study to be computed: what is taken from the second, what is not all the same, and the batches."""

    taken: Taken
    left: Taken
    batches: int


def quarter(batches: int) -> int:
    """Return on how many batches single priors are compared."""
    return -(-batches // QUARTER)


def jobs(parts: Sequence[str], whole: Taken, priors: Sequence[str], batches: int) -> set[Job]:
    """Return what has to be computed for the effects of parts and of single priors, and for the two ends."""
    found = {Job(taken, NOTHING, batches) for taken in (NOTHING, whole, *needed(parts))}
    for name in priors:
        one, few = frozenset({name}), quarter(batches)
        found |= {Job(NOTHING, NOTHING, few), Job(whole, NOTHING, few)}
        found |= {Job(one, NOTHING, few), Job(whole, one, few)}
    return found


class Between:
    """Statistics of two studies and of any between them, on the same draws.

    Parameters
    ----------
    swap
        The studies.
    plan
        Of the draws.
    threads, counted
        As `Replay` takes them.

    Attributes
    ----------
    entities, verdicts
        On which each of the two has a verdict, and the codes of its verdicts.
    wanted
        What they can be compared by: the order of every array.
    ends
        The statistics of the two.

    Raises
    ------
    UsageError
        There is nothing to compare them by.
    """

    def __init__(self, swap: Swap, plan: Plan, threads: int, counted: Counted) -> None:
        self._swap, self._batches, self._whole = swap, plan.batches, frozenset(swap.parts)
        for study in (swap.first, swap.second):
            check_study(study, model_of(study, None), plan.dtype)
        self._replay = Replay(plan, swap.first, threads, counted)
        units = [_units(study, self._replay.names(study)) for study in (swap.first, swap.second)]
        judged = zip(units, (swap.first, swap.second), strict=True)
        self.verdicts = [codes_of(one.settings.verdicts) for one in (swap.first, swap.second)]
        self.entities = [entities(own, study.settings) for own, study in judged]
        self.wanted, self.ends = self._compared(common(units, self.entities, self.verdicts))
        first, second = self.ends
        self._known = {
            Job(NOTHING, NOTHING, plan.batches): first,
            Job(self._whole, NOTHING, plan.batches): second,
        }

    def __call__(self, taken: Taken, left: Taken = NOTHING, batches: int | None = None) -> Replicated:
        """Return the statistics of a study between the two; see `Swap.study`."""
        job = Job(taken, left, batches or self._batches)
        if job not in self._known:
            study = self._swap.study(taken, left)
            sample = self._replay.sample(study, self.wanted, job.batches)
            self._known[job] = measure(self.wanted, sample, study.settings)
        return self._known[job]

    def single(self, name: str) -> Effect:
        """Return the effect of a single prior, with the mean of the two in place of a share."""
        one, few = frozenset({name}), quarter(self._batches)
        into = self(one, batches=few) - self(NOTHING, batches=few)
        out = self(self._whole, batches=few) - self(self._whole, one, few)
        return Effect(into, out, halved(into, out))

    def _compared(self, wanted: list[Statistic]) -> tuple[list[Statistic], tuple[Replicated, Replicated]]:
        """Return the statistics that are finite in both studies, and those of each."""
        # Where nothing moves, the second study is the first to the last bit.
        studies = (self._swap.first, self._swap.second) if self._whole else (self._swap.first,)
        samples = [self._replay.sample(study, wanted, self._batches) for study in studies]
        kept = [one for one in wanted if one.chance or _finite(one.of, samples)]
        if not kept:
            message = (
                "found no verdict and no finite metric that both have in one unit: nothing can be compared"
            )
            raise UsageError(message)
        measured = zip(samples, studies, strict=True)
        ends = [measure(kept, sample, study.settings) for sample, study in measured]
        return kept, (ends[0], ends[-1])


def _finite(name: str, samples: Sequence[dict[str, Sample]]) -> bool:
    return all(bool(np.isfinite(sample[name]).all()) for sample in samples)


def _units(study: Study, names: tuple[str, ...]) -> dict[str, str]:
    units = getattr(model_of(study, None), "metric_units", {})
    return {name: units.get(name, "") for name in names}
