"""What is to change: the lead of the likeliest verdict, or a statistic less the level that it is to reach.

Either is a signed number of a run, zero where the answer changes, known without each replicate too: sums and
differences of it over runs on the same draws have the errors of pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
from jaxtyping import Shaped
from scipy import special

from simulator.analysis.questions.event import Event
from simulator.analysis.run import Run
from simulator.analysis.run.lazy import LazyMetrics
from simulator.estimate import VERDICT, Condition, SamplerName, by_entity, codes_of, derive
from simulator.estimate.observed import RESOLUTION
from simulator.estimate.replicated import Replicated, total
from simulator.estimate.source import Sampled
from simulator.estimate.verdicts import NO_VERDICT, full_name

#: Shares nearer to none or to all are as good as that, where a line is drawn.
SHARE = 1e-3
#: The sides of a level.
ABOVE, BELOW = "above", "below"


class Side(NamedTuple):
    """Which answer it is, and how clearly.

    Attributes
    ----------
    outcome
        The likeliest verdict, or `ABOVE` or `BELOW`.
    margin
        Above zero as the study is, or above the level; zero where the answer changes. That of an infinite
        statistic is infinite.
    """

    outcome: str
    margin: Replicated


@dataclass(frozen=True)
class Lead:
    """The lead of one verdict on an entity over the likeliest other one.

    Attributes
    ----------
    entity
        On which the verdict is.
    verdicts
        All, in their order.
    first
        The one whose lead it is.
    """

    entity: str
    verdicts: tuple[str, ...]
    first: str

    @property
    def asked(self) -> str:
        """What is measured, by name."""
        return f"{VERDICT}.{self.entity}"

    @property
    def resolution(self) -> float:
        """That of chances."""
        return RESOLUTION

    def measure(self, run: Run) -> Replicated:
        """Return the chances of the verdicts, in their order."""
        settings, own = run.study.settings, by_entity(run.units)[self.entity].values()
        derived = derive(LazyMetrics(own, run.metric), settings.scorecard, settings.verdicts)
        codes = derived[full_name(VERDICT, self.entity)]
        code_of = codes_of(settings.verdicts)
        counts = np.stack([(codes == code_of[name]).sum(axis=1) for name in self.verdicts], axis=1)
        judged = (codes != NO_VERDICT).sum(axis=1, keepdims=True)
        return total(counts) / total(judged)

    def side(self, measured: Replicated) -> Side:
        """Return the likeliest verdict and the lead of the first one."""
        place = self.verdicts.index(self.first)
        others = np.where(np.arange(len(self.verdicts)) == place, -np.inf, measured.value)
        rival = int(np.argmax(others))
        lead = measured[place] - measured[rival]
        return Side(self.first if lead.value > 0 else self.verdicts[rival], lead)


@dataclass(frozen=True)
class Level:
    """A statistic less the level that it is to reach.

    Attributes
    ----------
    condition
        Which statistic and level.
    """

    condition: Condition

    @property
    def asked(self) -> str:
        """What is measured, by name."""
        return str(self.condition.statistic)

    @property
    def resolution(self) -> float:
        """That of chances; nothing of other statistics."""
        return RESOLUTION if self.condition.statistic.chance else 0.0

    def measure(self, run: Run) -> Replicated:
        """Return the statistic; not a number where it is none."""
        statistic = self.condition.statistic
        if statistic.chance:
            found = _mean(Event(str(statistic), statistic).holds(run))
        elif statistic.statistic == "mean" and np.isfinite(run.metric(statistic.name)).all():
            found = _mean(run.metric(statistic.name))
        else:
            values, sampler = run.metric(statistic.name), cast(SamplerName, run.plan.sampler)

            def of(where: Shaped[np.ndarray, "replicate point"]) -> float:
                return statistic.of(Sampled({statistic.name: values}, {}, sampler, (), (), where)).value

            found = _jackknife(of, values.shape)
        return Replicated(found.value[None], found.without[:, None])

    def side(self, measured: Replicated) -> Side:
        """Return on which side of the level the statistic is, and by how much it is above."""
        level = np.full(len(measured.without), self.condition.value)
        margin = measured[0] - Replicated(np.asarray(self.condition.value), level)
        return Side(ABOVE if margin.value > 0 else BELOW, margin)


#: What is to change. Times paths, no error of it is below its `resolution`: a chance is resolved no finer.
type Margin = Lead | Level


def straightened(margin: Margin, lead: float) -> float:
    """Return a margin on a scale on which it is nearly a line of a belief's score: that of normal scores.

    A statistic that is no chance stays as it is.
    """
    if not margin.resolution:
        return lead
    share = min(max((1 + lead) / 2, SHARE), 1 - SHARE)
    return float(special.ndtri(share))


def _mean(values: Shaped[np.ndarray, "replicate point"]) -> Replicated:
    points = np.full(len(values), values.shape[1])
    return total(values.sum(axis=1, dtype=np.float64)) / total(points)


def _jackknife(of: Callable[[np.ndarray], float], shape: tuple[int, ...]) -> Replicated:
    """Return a statistic from all replicates and from all but one, by the paths that it counts."""
    every = np.ones(shape, dtype=bool)
    without = []
    for replicate in range(shape[0]):
        rest = every.copy()
        rest[replicate] = False
        without.append(of(rest))
    return Replicated(np.asarray(of(every)), np.array(without))
