"""What an explanation consists of: records of numbers with their errors, and their one form as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.estimate import Number
from simulator.estimate.effect import Effect
from simulator.study.canonical import attributes

SCHEMA = 1
#: Keys of fields that have another name in JSON.
_KEYS = {"fixed": "held", "unique": "alone"}


class Record:
    """A part of an explanation: in JSON each of its fields, but for one that does not apply."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return the fields by their keys in JSON."""
        return {_KEYS.get(key, key): value for key, value in attributes(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class ConditionalMean(Record):
    """The mean of a target in a prior's lowest or highest tenth, and the median of the prior there."""

    at: float
    mean: Number

    def to_json(self) -> dict[str, Any]:
        """Return the mean with the place that it is of."""
        return {"at": self.at, **self.mean.to_json()}


@dataclass(frozen=True, slots=True)
class Driver(Record):
    """What one prior does to a target.

    Attributes
    ----------
    prior
        Its name, with ``[k]`` for a component.
    share
        Of the target's variance, first order.
    total
        Share of the variance that would be left if all but this prior were known; None where it is not.
    together
        The total less the first order, of a prior that depends on no other: what it does only together with
        other priors and shocks. None of others.
    direction
        Spearman's correlation of prior and target.
    low, high
        The target in the prior's lowest and highest tenth.
    swing
        The mean there, high less low, in the target's unit.
    """

    prior: str
    share: Effect
    total: Effect | None
    together: Effect | None
    direction: Effect
    low: ConditionalMean
    high: ConditionalMean
    swing: Number

    def to_json(self) -> dict[str, Any]:
        """Return the fields, and with the direction its sign."""
        found = Record.to_json(self)
        return found | {"direction": {**found["direction"], "sign": self.direction.sign}}


@dataclass(frozen=True, slots=True)
class Unsourced(Record):
    """What rests on judgement or on no stated basis, of the variance and of what is explained."""

    share: Effect
    unique: Effect
    of_explained: Effect


@dataclass(frozen=True, slots=True)
class Others(Record):
    """The priors that are not listed: how many, and what they explain beyond those that are."""

    count: int
    share: Effect


@dataclass(frozen=True, slots=True)
class Group(Record):
    """A group of priors, and the shares of a target's variance that it explains.

    Attributes
    ----------
    name, priors
        Its name, and how many priors it has.
    share
        All that they explain, also what they have in common with correlated priors outside the group.
    unique
        What they add to all priors outside the group. The same as `share` where they are independent; less
        where a correlated prior outside explains the same, more where it hides what they do. In JSON: alone.
    """

    name: str
    priors: int
    share: Effect
    unique: Effect


@dataclass(frozen=True, slots=True)
class TotalEffect(Record):
    """The share of a target's variance that would be left if all but this were known.

    Attributes
    ----------
    name
        A prior's, or what shocks are of.
    total
        The share. What two do only together is in the total of both, so that totals do not add up.
    paths
        That were computed anew for it.
    """

    name: str
    total: Effect
    paths: int


@dataclass(frozen=True, slots=True)
class DividedEffect(Record):
    """The total effect of several priors or groups of shocks, and the part of each of them.

    Attributes
    ----------
    members
        Their names.
    total
        The share of the variance that would be left if all but them were known.
    paths
        That were computed anew for it.
    shapley
        By name the Shapley effect: what a member adds to the total effect of those before it, on average over
        all orders. These add up to the total. None where there are too many members, or no law of some given
        the others: shares of a whole, members of a t copula.
    """

    members: Sequence[str]
    total: Effect
    paths: int
    shapley: Mapping[str, Effect] | None


@dataclass(frozen=True, slots=True)
class Totals(Record):
    """Total effects on one target.

    Attributes
    ----------
    priors
        Those of the largest total effects, the largest first. Of correlated priors a total is what one leaves
        where the others are known, and tell about it; a prior whose parameters are drawn follows them, and
        its own total is what they leave open.
    shocks
        By what they are of, the largest first.
    dependent
        The priors that depend on each other, block by block.
    divided
        What was asked to be divided; None where nothing was.
    """

    priors: Sequence[TotalEffect]
    shocks: Sequence[TotalEffect]
    dependent: Sequence[DividedEffect]
    divided: DividedEffect | None


@dataclass(frozen=True, slots=True)
class Shift(Record):
    """The mean of a prior on the paths of a verdict and on the rest; their difference over its deviation."""

    prior: str
    shift: Effect
    given: Number
    rest: Number


@dataclass(frozen=True, slots=True)
class ExplainedTarget(Record):
    """What the variance of one target rests on.

    Attributes
    ----------
    kind
        "metric" or "verdict".
    metric, entity, unit
        The metric or verdict, whose it is, and its unit.
    mean, sd
        Of a verdict's mean: its chance.
    heavy_tail
        A handful of paths carries the variance: trust no share of it.
    constant
        The same on every path: shares are nan and the lists empty.
    explained, unexplained
        The share of all priors, first order; and the rest: shocks, and interactions of priors or shocks.
    unsourced
        What rests on judgement, or on no stated basis.
    indistinguishable
        Number of priors whose share cannot be distinguished from zero.
    others
        The priors that are not among the drivers.
    groups
        By ``mechanism``, ``company``, ``basis`` and ``rank``, the largest share first.
    drivers
        The priors of the largest shares, the largest first.
    totals
        Total effects; None of a constant target, and where they are not known.
    shifts
        Of a verdict: the priors that differ most on its paths; None of a metric.
    """

    kind: str
    metric: str
    entity: str
    unit: str
    mean: Number
    sd: Number
    heavy_tail: bool
    constant: bool
    explained: Effect
    unexplained: Effect
    unsourced: Unsourced
    indistinguishable: int
    others: Others
    groups: Mapping[str, Sequence[Group]]
    drivers: Sequence[Driver]
    totals: Totals | None
    shifts: Sequence[Shift] | None


@dataclass(frozen=True, slots=True)
class PriorSummary(Record):
    """What a random input is: its company is "shared" where it is about none or several."""

    prior: str
    unit: str
    basis: str
    mechanism: str
    company: str
    correlated_with: Sequence[str]


@dataclass(frozen=True, slots=True)
class VerdictsAtEnd(Record):
    """The verdicts in a prior's lowest or highest fifth.

    Attributes
    ----------
    bound
        The largest value of the lowest fifth, the smallest of the highest, in the prior's unit.
    share
        Of the paths that it is: of a prior of few values not a fifth.
    chances
        Of each verdict there.
    likeliest
        The verdict with the largest chance.
    lead
        Its chance less that of the next.
    split
        The chances there of the two parts of all else, where it is split.
    """

    bound: float
    share: float
    chances: Mapping[str, Number]
    likeliest: str
    lead: Effect
    split: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConditionalVerdicts(Record):
    """The verdicts where one prior is low and where it is high."""

    prior: str
    low: VerdictsAtEnd
    high: VerdictsAtEnd


@dataclass(frozen=True, slots=True)
class WeakSource(Record):
    """A source of low rank that a result rests on.

    Attributes
    ----------
    source, rank
        Its name in the bibliography, and what kind of document it is.
    priors
        That cite it, the largest share of the first target first.
    shares
        Of the first target and the verdicts of its entity: all that these priors explain.
    """

    source: str
    rank: str
    priors: Sequence[str]
    shares: Mapping[str, Effect]


@dataclass(frozen=True, slots=True)
class Explanation(Record):
    """Which priors a run's variance rests on, which way each pushes, and how sure that is.

    Attributes
    ----------
    study, study_hash, seed, sampler, replicates
        Of the run.
    paths, paths_of_run
        Paths that this rests on, the first of so many.
    priors
        By name (``name[k]`` for a component), every prior that varies.
    fixed
        Number of priors fixed at one value, by basis: their uncertainty is in no share. In JSON: held.
    targets
        What is explained, by name.
    verdicts
        By entity, the priors with the largest shares of the variance of its verdicts.
    sources
        At most ten, of the weakest rank first, then by their share of the first target.
    untotalled
        Why total effects are not known; None where they are.
    """

    study: str
    study_hash: str
    seed: int
    sampler: str
    replicates: int
    paths: int
    paths_of_run: int
    priors: Mapping[str, PriorSummary]
    fixed: Mapping[str, int]
    targets: Mapping[str, ExplainedTarget]
    verdicts: Mapping[str, Sequence[ConditionalVerdicts]]
    sources: Sequence[WeakSource]
    untotalled: str | None

    def to_json(self) -> dict[str, Any]:
        """Return the explanation for JSON.

        A number is ``{"value", "mcse"}``, null where there is none; one that is compared with zero has
        ``distinguishable`` beside them.
        """
        return {"schema": SCHEMA, **Record.to_json(self)}
