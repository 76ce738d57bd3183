"""Metrics and verdicts as draws have them, and by how much they changed: records that JSON is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator

from simulator.estimate import MetricStatistics, Number, ScorecardChances, Statistics, Summary
from simulator.estimate.effect import Effect

#: A number with its error, and one that is the difference of two.
type Estimated = Annotated[Number, PlainValidator(Number.from_json), PlainSerializer(Number.to_json)]
type Difference = Annotated[Effect, PlainValidator(Effect.from_json), PlainSerializer(Effect.to_json)]
#: By name: of a verdict, or of a statistic.
type Estimates = Mapping[str, Estimated]
type Differences = Mapping[str, Difference]


def _stored(kind: type[Statistics] | type[ScorecardChances]) -> tuple[PlainValidator, PlainSerializer]:
    """Return how a record of a run's summary is read and written: as it does it itself."""
    return PlainValidator(kind.from_json), PlainSerializer(kind.to_json)


type Estimate = Annotated[MetricStatistics, *_stored(MetricStatistics)]
type Given = Annotated[Statistics, *_stored(Statistics)]
type Scorecard = Annotated[ScorecardChances, *_stored(ScorecardChances)]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What draws make of the study's metrics, as in the summary of a run.

    Attributes
    ----------
    estimates
        By metric.
    verdicts, scorecard
        By entity.
    verdict_split
        By entity, the chances of the two parts of all else, where it is split.
    conditional
        By metric and verdict, the statistics on its paths; None where there are none.
    """

    estimates: Mapping[str, Estimate]
    verdicts: Mapping[str, Estimates]
    scorecard: Mapping[str, Scorecard]
    conditional: Mapping[str, Mapping[str, Given | None]]
    verdict_split: Mapping[str, Estimates] = field(default_factory=dict)

    @classmethod
    def of(cls, summary: Summary) -> Outcomes:
        """Return those in a summary."""
        return cls(
            dict(summary.estimates.items()),
            summary.verdicts,
            summary.scorecard,
            dict(summary.conditional.items()),
            summary.verdict_split,
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """How far statistics by metric, and chances of verdicts by entity, are above what they were."""

    estimates: Mapping[str, Differences]
    verdicts: Mapping[str, Differences]
    verdict_split: Mapping[str, Differences] = field(default_factory=dict)

    @classmethod
    def of(cls, before: Outcomes, after: Outcomes, statistics: tuple[str, ...]) -> Changes:
        """Return the changes of some statistics, the errors of before and after taken for independent."""
        return cls(
            {
                metric: {name: Effect.change(one[name], after.estimates[metric][name]) for name in statistics}
                for metric, one in before.estimates.items()
            },
            _changed(before.verdicts, after.verdicts),
            _changed(before.verdict_split, after.verdict_split),
        )


def _changed(before: Mapping[str, Estimates], after: Mapping[str, Estimates]) -> dict[str, Differences]:
    return {
        entity: {name: Effect.change(one, after[entity][name]) for name, one in chances.items()}
        for entity, chances in before.items()
    }
