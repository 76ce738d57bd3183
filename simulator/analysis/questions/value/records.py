"""What it is worth to know more before a decision: typed records, to JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.analysis.questions.value.observations import Sample
from simulator.analysis.questions.value.regression import SPLINES
from simulator.analysis.run import Run
from simulator.estimate import Number
from simulator.estimate.distinguishable import AMONG_MANY, distinguishable
from simulator.estimate.effect import Effect
from simulator.study.canonical import plain

#: Share of paths that is hardly ever: on so few another action than the best on average would be taken.
HARDLY = 0.01


@dataclass(frozen=True, slots=True)
class ActionResult:
    """One action.

    Attributes
    ----------
    name, title, note, values, cost
        What is done.
    payoff
        Its mean, less the cost.
    change
        From the action that is best on average, path by path; nothing for that one itself.
    best_on
        Share of paths on which it pays most.
    """

    name: str
    title: str
    note: str
    values: Mapping[str, Any]
    cost: float
    payoff: Number
    change: Effect
    best_on: Number

    def to_json(self) -> dict[str, Any]:
        """Return the action for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "note": self.note,
            "set": plain(self.values),
            "cost": self.cost,
            "payoff": plain(self.payoff),
            "change": plain(self.change),
            "best_on": plain(self.best_on),
        }


@dataclass(frozen=True, slots=True)
class Worth:
    """What it is worth to know something before deciding.

    Attributes
    ----------
    name
        Of a belief or a group.
    members
        The beliefs that would be known.
    value
        Expected gain over the best action on average, in the payoff's unit, of a choice that was fitted on
        other paths: on average too low, by what the fit has not found.
    fitted
        The same by a fit on the paths themselves: on average above the value, by chance and by overfitting.
        It has no error of its own (nan, null in JSON).
    rest
        What everything would be worth more, shocks included.
    changes
        Share of paths on which another action than the best on average would be taken. Its error is that of
        the fit too.
    instead
        The name of the other action that would be taken most; empty where none would.
    """

    name: str
    members: tuple[str, ...]
    value: Effect
    fitted: Number
    rest: Effect
    changes: Number
    instead: str

    @property
    def bias(self) -> float:
        """What the fit on the paths themselves adds: a sign of overfitting, and no bound.

        What functions of this kind cannot follow is in neither estimate, so that the truth may lie above
        both. Below nothing where chance makes the fit of other paths the luckier.
        """
        return self.fitted.value - self.value.value

    @property
    def coarse(self) -> bool:
        """Whether the fit finds only a part of what so many beliefs tell: some enter as lines alone."""
        return len(self.members) > SPLINES

    @property
    def distinguishable(self) -> bool:
        """Whether the value is clear of nothing, as the largest of many has to be."""
        return self.value.value > 0 and distinguishable(self.value, AMONG_MANY)

    def to_json(self) -> dict[str, Any]:
        """Return the value for JSON, with the bias of its estimate."""
        return {
            "name": self.name,
            "members": list(self.members),
            "value": {**self.value.to_json(), "distinguishable": self.distinguishable},
            "fitted": plain(self.fitted),
            "bias": self.bias,
            "rest": plain(self.rest),
            "changes": plain(self.changes),
            "instead": self.instead or None,
        }


@dataclass(frozen=True, slots=True)
class SampleWorth:
    """What it is worth to observe a belief: a sample, and what its mean is worth to know."""

    sample: Sample
    worth: Worth

    def to_json(self) -> dict[str, Any]:
        """Return the sample and its value for JSON."""
        return {**self.sample.to_json(), **self.worth.to_json()}


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """The value of information for a decision.

    Attributes
    ----------
    run
        Which was asked.
    decision, title, note, payoff, unit
        What is decided, and the metric that pays.
    paths
        How many the numbers are from, the first of the run.
    best
        Name of the action that is best on average.
    actions
        In the order of the study.
    perfect
        Expected gain if everything were known, shocks included.
    changes
        Share of paths on which another action would then be taken.
    everything
        All beliefs together, without the shocks.
    beliefs
        Each alone, the most worth first.
    groups
        By mechanism and by company, those with several beliefs; and as asked for. The most worth first.
    samples
        As asked for.
    others
        Names of the other decisions of the study.
    """

    run: Run
    decision: str
    title: str
    note: str
    payoff: str
    unit: str
    paths: int
    best: str
    actions: tuple[ActionResult, ...]
    perfect: Effect
    changes: Number
    everything: Worth
    beliefs: tuple[Worth, ...]
    groups: Mapping[str, tuple[Worth, ...]]
    samples: tuple[SampleWorth, ...]
    others: tuple[str, ...]

    @property
    def hardly_changes(self) -> bool:
        """Whether whatever could be known would hardly ever change the decision."""
        return not self.perfect.distinguishable or self.changes.value < HARDLY

    @property
    def worthwhile(self) -> tuple[Worth, ...]:
        """The beliefs whose value alone is clear of nothing."""
        return tuple(one for one in self.beliefs if one.distinguishable)

    def action(self, name: str) -> ActionResult:
        """Return an action by its name."""
        return next(one for one in self.actions if one.name == name)

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for JSON, each with its error."""
        own = ("decision", "title", "note", "payoff", "unit", "paths", "best")
        return {
            **self.run.about(),
            **{name: getattr(self, name) for name in own},
            "hardly_changes": self.hardly_changes,
            "actions": plain(self.actions),
            "perfect": plain(self.perfect),
            "changes": plain(self.changes),
            "everything": plain(self.everything),
            "beliefs": plain(self.beliefs),
            "groups": plain(self.groups),
            "samples": plain(self.samples),
            "other_decisions": list(self.others),
        }
