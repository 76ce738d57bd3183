"""What scenario discovery finds: boxes of beliefs in which an event is likely, with their numbers."""

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from simulator.analysis.questions.event import Event
from simulator.analysis.run import Run
from simulator.estimate import Number
from simulator.estimate.effect import Effect
from simulator.estimate.number import finite
from simulator.study.canonical import attributes, plain


@dataclass(frozen=True, slots=True)
class Condition:
    """A belief within limits.

    Attributes
    ----------
    belief
        Its name, with ``[k]`` for a component.
    unit
        Of its limits or values.
    low, high : in ``unit``
        Least and greatest value inside, both of them values of paths; None where there is no limit.
    quantiles
        The shares of all paths below the lower limit, and up to the upper one.
    values : in ``unit``
        Those inside, of a belief that takes one of some values; else none.
    share
        Of all paths for which the condition holds.
    """

    belief: str
    unit: str
    low: float | None
    high: float | None
    quantiles: tuple[float, float]
    values: tuple[float, ...]
    share: float

    def to_json(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return attributes(self)


@dataclass(frozen=True, slots=True)
class Share:
    """What a box holds, counted on paths on which it was not searched.

    Attributes
    ----------
    mass
        Its probability: its share of all paths.
    purity
        The probability of the event inside: the share of its paths on which the event holds.
    coverage
        The share of the event's paths that are inside.
    lift
        How many times as likely the event is inside as on all paths.
    explained
        The share of the event's variance that being inside explains.
    """

    mass: Number
    purity: Number
    coverage: Number
    lift: Number
    explained: Number

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for JSON."""
        return attributes(self)


@dataclass(frozen=True, slots=True)
class Step:
    """A box by its conditions, and what it holds.

    Attributes
    ----------
    conditions
        All of them.
    share
        What it holds.
    added
        By how much the event is likelier inside than in the box of the step before, or than on all paths at
        the first step.
    """

    conditions: tuple[Condition, ...]
    share: Share
    added: Effect

    def to_json(self) -> dict[str, Any]:
        """Return the step for JSON."""
        return attributes(self)


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely the event is in boxes of one size that the same search finds when there is nothing to find.

    Attributes
    ----------
    shuffles
        How often the event was dealt to other paths by lot, and the search made again.
    purity
        The mean of what the boxes hold, counted as that of the box is.
    greatest
        The greatest of them.
    """

    shuffles: int
    purity: Number
    greatest: float

    def to_json(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return attributes(self) | {"greatest": finite(self.greatest)}


class Along(NamedTuple):
    """A belief that lies elsewhere in a box than on all paths, though no condition is about it.

    `shift` is by how much its mean quantile inside is above a half, that of all paths.
    """

    belief: str
    shift: Effect

    def to_json(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return {"belief": self.belief, "shift": self.shift.to_json()}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A box of beliefs, and what it holds.

    Attributes
    ----------
    conditions
        All that hold inside, that which explains most of the event first.
    share
        What it holds.
    nested
        The box by its first condition alone, by the first two, and so on to all.
    chance
        What a search finds where there is nothing to find.
    outside
        How many boxes come before it, whose paths are not in it.
    barred
        Beliefs that were not looked at.
    in_first
        The share of its paths that are in the first box too; None of that itself, and of boxes outside of it.
    along
        Beliefs that have no condition and lie elsewhere inside than on all paths.
    """

    conditions: tuple[Condition, ...]
    share: Share
    nested: tuple[Step, ...]
    chance: Chance
    outside: int
    barred: tuple[str, ...]
    in_first: Number | None
    along: tuple[Along, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the box for JSON."""
        return attributes(self)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The boxes of beliefs in which an event is likely.

    Attributes
    ----------
    run
        The run that was asked.
    paths
        On how many this rests, the first of the run.
    searched, counted
        Of these, those on which boxes were searched, and those on which they are counted.
    event
        What is likely in them.
    probability
        Its chance on all these paths.
    beliefs
        How many might have a condition.
    most_conditions, least_share
        The most conditions of a box, and the least share of paths that it may have.
    asked
        How many boxes that do not overlap were asked for.
    boxes
        Those that are better than chance: the recommended one, then others outside of those before.
    refused
        The box after these, that is no better than chance or than all paths; None where there is none.
    other
        A box without the first belief of the recommended one, which may overlap it; None where none is
        better than chance.
    trajectory
        The boxes of a search on the beliefs of the recommended one, from all paths to the smallest; none
        where there is no such box.
    """

    run: Run
    paths: int
    searched: int
    counted: int
    event: Event
    probability: Number
    beliefs: int
    most_conditions: int
    least_share: float
    asked: int
    boxes: tuple[Scenario, ...]
    refused: Scenario | None
    other: Scenario | None
    trajectory: tuple[Step, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the answer for JSON."""
        own = [one.name for one in fields(self) if one.name not in ("run", "event")]
        return {
            **self.run.about(),
            "target": self.event.text,
            **{name: plain(getattr(self, name)) for name in own},
        }
