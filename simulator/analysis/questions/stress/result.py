"""What a stress found: how far the nearest beliefs are, which moved, and what becomes of the verdicts."""

import math
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from simulator.analysis.questions.stress.outcomes import Change
from simulator.analysis.run import Run
from simulator.estimate import Number, Statistic
from simulator.estimate.effect import Effect
from simulator.estimate.number import finite
from simulator.estimate.targets import Condition, Relation

type Method = Literal["nothing", "conditioned", "moved"]
type Why = Literal["range", "together", "effective", "tail", "replicate"]


class StressTarget(NamedTuple):
    """A target before and after.

    Attributes
    ----------
    condition
        As it was asked for.
    expectation
        The mean or the chance that it is about: of a quantile the chance of less.
    wanted
        What the expectation is to be, at most or at least; of a quantile, its level.
    before, after
        The expectation, in its unit.
    lowest, highest
        What reweighting paths can bring it to: the least and the greatest on a path.
    """

    condition: Condition
    expectation: Statistic
    wanted: float
    before: Number
    after: Number
    lowest: float
    highest: float

    @property
    def relation(self) -> Relation:
        """How the expectation is to lie to what is wanted: a higher quantile is a smaller chance of less."""
        asked = self.condition.relation
        turned: Relation = "<=" if asked == ">=" else ">=" if asked == "<=" else "="
        return asked if self.expectation == self.condition.statistic else turned

    def to_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "target": str(self.condition),
            "expectation": str(self.expectation),
            "relation": self.relation,
            "wanted": self.wanted,
            "unit": self.before.unit,
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "lowest": self.lowest,
            "highest": self.highest,
        }


class Refusal(NamedTuple):
    """Why paths were not reweighted.

    Attributes
    ----------
    why
        A target lies beyond every path ("range"); several are true together on no weights of them
        ("together"); too few "effective" paths would be left; the weights have a "tail" too heavy for them
        to be trusted; or without one "replicate" no weights make the targets true, and no error is known.
    effective
        Paths that would be left, where that is known.
    shape
        Of the weights' tail, where that is known.
    """

    why: Why
    effective: float = math.nan
    shape: float = math.nan

    def to_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"why": self.why, "effective": finite(self.effective), "shape": finite(self.shape)}


class MovedBelief(NamedTuple):
    """A belief before and after.

    Attributes
    ----------
    name
        The prior's, with ``[k]`` for a component.
    prior
        The prior's alone.
    shift
        Of the mean of its normal score, in standard deviations of the belief as it was.
    distance
        Kullback-Leibler divergence of its own law from what it was  [nats]
    mean, p10, p50, p90
        Before and after, in its own unit.
    """

    name: str
    prior: str
    shift: Effect
    distance: Effect
    mean: tuple[Number, Number]
    p10: tuple[Number, Number]
    p50: tuple[Number, Number]
    p90: tuple[Number, Number]

    def to_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        pairs = {"mean": self.mean, "p10": self.p10, "p50": self.p50, "p90": self.p90}
        return {
            "belief": self.name,
            "unit": self.mean[0].unit,
            "shift": self.shift.to_json(),
            "distance": self.distance.to_json(),
            **{
                name: {"before": one.to_json(), "after": other.to_json()}
                for name, (one, other) in pairs.items()
            },
        }


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stress:
    """The nearest beliefs with which targets are true.

    Attributes
    ----------
    run
        Which was asked.
    paths
        Those of the run that this rests on, the first ones.
    targets
        What was to be true.
    method
        "nothing" was to be done; paths were reweighted, which conditions beliefs on the target
        ("conditioned"); or beliefs were "moved" on the kernel.
    refused
        Why paths were not reweighted, where they were not.
    distance
        Kullback-Leibler divergence from the beliefs as they were  [nats]; of moved beliefs no less than that
        of the nearest beliefs of any kind.
    effective
        Paths of equal weight that are as good.
    shape
        Of the tail of the weights; nan where they have none.
    one_by_one
        What of the distance is that of beliefs one by one: their own laws, of those that depend on each other
        what they do not have in common.
    together
        What is left of it: how beliefs go together, and shocks.
    beliefs
        Those that moved furthest, these first.
    varying, unmoved
        How many beliefs vary, and of how many no move can be told from none.
    changes
        Verdicts and leading metrics.
    """

    run: Run
    paths: int
    targets: tuple[StressTarget, ...]
    method: Method
    refused: Refusal | None
    distance: Number
    effective: float
    shape: float
    one_by_one: Effect
    together: Effect
    beliefs: tuple[MovedBelief, ...]
    varying: int
    unmoved: int
    changes: tuple[Change, ...]

    @property
    def deviations(self) -> Number:
        """The distance as the shift of one normal belief  [standard deviations]: ``sqrt(2 distance)``."""
        length = math.sqrt(2 * max(self.distance.value, 0.0))
        return Number(length, self.distance.error / length if length else 0.0)

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``strandline stress --json`` prints."""
        return {
            **self.run.about(),
            "kind": "stress",
            "paths": self.paths,
            "targets": [one.to_json() for one in self.targets],
            "method": self.method,
            "refused": self.refused.to_json() if self.refused else None,
            "distance": self.distance.to_json(),
            "deviations": self.deviations.to_json(),
            "effective_paths": self.effective,
            "share_effective": self.effective / self.paths,
            "shape": finite(self.shape),
            "one_by_one": self.one_by_one.to_json(),
            "together": self.together.to_json(),
            "beliefs": [one.to_json() for one in self.beliefs],
            "varying": self.varying,
            "unmoved": self.unmoved,
            "changes": [one.to_json() for one in self.changes],
        }
