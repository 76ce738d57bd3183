"""At which values of beliefs an answer changes: typed records, to JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from simulator.analysis.questions.flip.grid import FlipMap
from simulator.analysis.run import Run
from simulator.estimate import Condition, Number
from simulator.estimate.effect import Effect
from simulator.estimate.targets import written

type Outcome = Literal["flips", "open", "none"]


class Place(NamedTuple):
    """The answer with a belief at one value.

    Attributes
    ----------
    level
        Share of the run's paths on which the belief is below that value.
    value
        In the belief's unit.
    outcome
        The likeliest verdict there; ``above`` or ``below`` where a statistic is to reach a level.
    lead
        The chance of the verdict that is likeliest as the study is, less that of the likeliest other one,
        path by path; or the statistic less the level.
    paths
        On how many it was computed.
    """

    level: float
    value: float
    outcome: str
    lead: Effect
    paths: int

    def to_json(self) -> dict[str, Any]:
        """Return the place for JSON."""
        return {**self._asdict(), "lead": self.lead.to_json()}


class FlipValue(NamedTuple):
    """A value of a belief at which the answer changes.

    Attributes
    ----------
    value
        In the belief's unit: where a line through the leads on either side is zero. Its error is the
        jackknife's of that place, which is the error of the lead over its slope; of a jump it is half of what
        lies between.
    level
        Share of the run's paths on which the belief is below it.
    below, above
        The answer on either side.
    between
        The nearest values on either side at which the model was computed.
    jump
        Whether the belief takes no value between these, so that the answer changes from one to the other.
    """

    value: Number
    level: Number
    below: str
    above: str
    between: tuple[float, float]
    jump: bool

    def to_json(self) -> dict[str, Any]:
        """Return the value for JSON."""
        return {
            **self._asdict(),
            "value": self.value.to_json(),
            "level": self.level.to_json(),
            "between": list(self.between),
        }


@dataclass(frozen=True, slots=True)
class BeliefFlips:
    """What one belief alone does to the answer.

    Attributes
    ----------
    name, unit
        Of the belief.
    outcome
        ``flips`` where the answer changes, clearly on either side; ``open`` where it does not and the lead is
        somewhere within two errors of zero; ``none`` where it is clear at every place computed.
    quantiles
        Its P10, P50 and P90, in its unit.
    places
        Where the answer was computed, from low to high: of a belief that varies between P1 and P99.
    values
        At which the answer changes, from low to high.
    """

    name: str
    unit: str
    outcome: Outcome
    quantiles: tuple[float, float, float]
    places: tuple[Place, ...]
    values: tuple[FlipValue, ...]

    @property
    def nearest(self) -> FlipValue | None:
        """The value that is nearest to the median, by its share of paths; None where there is none."""
        return min(self.values, key=lambda one: abs(one.level.value - 0.5), default=None)

    def at(self, level: float) -> Place:
        """Return the place computed that is nearest to a share of paths."""
        return min(self.places, key=lambda place: abs(place.level - level))

    def to_json(self) -> dict[str, Any]:
        """Return the belief for JSON."""
        return {
            "belief": self.name,
            "unit": self.unit,
            "outcome": self.outcome,
            **dict(zip(("p10", "p50", "p90"), self.quantiles, strict=True)),
            "values": [one.to_json() for one in self.values],
            "places": [one.to_json() for one in self.places],
        }


class Screened(NamedTuple):
    """A belief that was computed at few places and few paths, and is not listed."""

    name: str
    places: tuple[Place, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the belief for JSON."""
        return {"belief": self.name, "places": [one.to_json() for one in self.places]}


class Uncomputed(NamedTuple):
    """Beliefs at values with which there is no answer: something is not a number.

    Attributes
    ----------
    values
        By belief, in its unit: of one, of which nothing is said, or of two, of which there is no map.
    reason
        What is not a number.
    """

    values: Mapping[str, float]
    reason: str

    def __str__(self) -> str:
        values = ", ".join(f"{name} = {written(value)}" for name, value in self.values.items())
        return f"{values}: {self.reason}"

    def to_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"values": dict(self.values), "reason": self.reason}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Flips:
    """At which values of beliefs the answer of a run changes, one belief at a time.

    A belief is put at a number on every path and all other draws stay as they are: this changes a belief, and
    does not condition on it.

    Attributes
    ----------
    run
        What was asked.
    entity
        On which the verdict is; empty where a statistic is to reach a level.
    condition
        The statistic and the level that it is to reach; None for verdicts.
    outcome, lead
        The answer as the study is, on all paths of the run.
    chances
        Of the verdicts as the study is, in their order; or the statistic by its name.
    paths, paths_screened
        On how many paths values rest, and on how many all else.
    beliefs
        Those listed, the nearest to a change first.
    screened
        All others, in the order of the study.
    uncomputed
        Those of which nothing is said, for with them at some value there is no answer.
    left_out
        Names of priors that vary and were not looked at: they are several numbers, or the model does not read
        them.
    maps
        Of pairs of the leading beliefs.
    """

    run: Run
    entity: str
    condition: Condition | None
    outcome: str
    lead: Effect
    chances: Mapping[str, Number]
    paths: int
    paths_screened: int
    beliefs: tuple[BeliefFlips, ...]
    screened: tuple[Screened, ...]
    uncomputed: tuple[Uncomputed, ...]
    left_out: tuple[str, ...]
    maps: tuple[FlipMap, ...]

    def __repr__(self) -> str:
        values = sum(bool(one.values) for one in self.beliefs)
        return f"<Flips of {self.run.study.name}: {values} of {len(self.beliefs)} beliefs listed>"

    def to_json(self) -> dict[str, Any]:
        """Return everything for JSON, each number with its error."""
        return {
            **self.run.about(),
            "entity": self.entity or None,
            "target": None if self.condition is None else str(self.condition),
            "outcome": self.outcome,
            "lead": self.lead.to_json(),
            "chances": {name: one.to_json() for name, one in self.chances.items()},
            "paths": self.paths,
            "paths_screened": self.paths_screened,
            "beliefs": [one.to_json() for one in self.beliefs],
            "screened": [one.to_json() for one in self.screened],
            "uncomputed": [one.to_json() for one in self.uncomputed],
            "left_out": list(self.left_out),
            "maps": [one.to_json() for one in self.maps],
        }
