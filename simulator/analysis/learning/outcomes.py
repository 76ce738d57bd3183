"""Metrics and verdicts as draws have them, and by how much they changed: records that JSON is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator, TypeAdapter

from simulator.estimate import Number, distinguishable


def _change(number: Number) -> dict[str, Any]:
    return {**number.to_json(), "distinguishable": distinguishable(number)}


#: A number with its error, and one that is the difference of two.
type Estimated = Annotated[Number, PlainValidator(Number.from_json), PlainSerializer(Number.to_json)]
type Difference = Annotated[Number, PlainValidator(Number.from_json), PlainSerializer(_change)]
#: By name: of a verdict, or of a statistic.
type Estimates = Mapping[str, Estimated]
type Differences = Mapping[str, Difference]
#: One that JSON has only where it is there; no `type`, for its field would not see the condition.
Rare = Annotated[Estimated | None, Field(exclude_if=lambda found: found is None)]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The statistics of one metric in its unit; chances and shares have none."""

    unit: str
    mean: Estimated
    sd: Estimated
    p05: Estimated
    p10: Estimated
    p50: Estimated
    p90: Estimated
    p95: Estimated
    cvar05: Estimated
    prob_below_zero: Estimated
    heavy_tail: bool
    tail_index: Mapping[str, float | None]
    share_infinite: Rare = None
    share_not_a_number: Rare = None

    def __getitem__(self, statistic: str) -> Number:
        """Return a statistic by its name."""
        return getattr(self, statistic)


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """The least value that the scorecard asks of a metric, in its unit, and the chance that it is reached."""

    metric: str
    min: float
    chance: Annotated[Estimated, Field(alias="pass")]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Chances of passing each item, and of each number of passes."""

    items: tuple[ScoredItem, ...]
    passes: Estimates


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What draws make of the study's metrics, as in the summary of a run.

    Attributes
    ----------
    estimates
        By metric.
    verdicts, scorecard
        By entity.
    conditional
        By metric and verdict, the statistics on its paths; None where there are none.
    """

    estimates: Mapping[str, Estimate]
    verdicts: Mapping[str, Estimates]
    scorecard: Mapping[str, Scorecard]
    conditional: Mapping[str, Mapping[str, Estimates | None]]

    @classmethod
    def of_run(cls, summary: Mapping[str, Any]) -> Outcomes:
        """Return those in the summary of a run, as `simulator.estimate.Summary.to_json` returns it."""
        return _OUTCOMES.validate_python(summary)


_OUTCOMES = TypeAdapter(Outcomes)


@dataclass(frozen=True, slots=True)
class Changes:
    """How far statistics by metric, and chances of verdicts by entity, are above what they were."""

    estimates: Mapping[str, Differences]
    verdicts: Mapping[str, Differences]

    @classmethod
    def of(cls, before: Outcomes, after: Outcomes, statistics: tuple[str, ...]) -> Changes:
        """Return the changes of some statistics, the errors of before and after taken for independent."""
        return cls(
            {
                metric: {name: after.estimates[metric][name].above(one[name]) for name in statistics}
                for metric, one in before.estimates.items()
            },
            {
                entity: {name: after.verdicts[entity][name].above(one) for name, one in chances.items()}
                for entity, chances in before.verdicts.items()
            },
        )
