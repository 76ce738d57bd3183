"""The summary of an update: verdicts before and after, what moved, what was predicted and what came.

Every number has its Monte Carlo standard error, from the spread of independent chains. The records are what
``--json`` prints, field by field, but for the names that an alias has there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator, TypeAdapter, ValidationError, computed_field

from simulator.analysis.learning.figures import Reason
from simulator.analysis.learning.outcomes import Changes, Estimated, Estimates, Outcomes
from simulator.estimate import Number
from simulator.estimate.number import finite
from simulator.study import VERDICTS
from simulator.study.changes import Change

#: Version of the summary.
SCHEMA: Literal[2] = 2
#: Faults of a stored summary that its error lists.
MOST_LISTED = 5

_NULLABLE = PlainValidator(lambda found: math.nan if found is None else found), PlainSerializer(finite)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a posterior reached of something, and the limit: the largest value that passes, or the least."""

    name: str
    value: Annotated[float, *_NULLABLE]
    limit: int | float
    most: bool

    @computed_field
    @property
    def passed(self) -> bool:
        """Whether it was reached; what is not a number reaches nothing."""
        return self.value <= self.limit if self.most else self.value >= self.limit


@dataclass(frozen=True, slots=True)
class Method:
    """How the posterior was computed.

    Attributes
    ----------
    name, asked
        ``reweighting`` or ``tempering``; and what was asked for, which may be ``auto``.
    chains, draws
        How many independent chains there are, and draws in all of them.
    diagnostics, tried
        Of this method, and of every method that was tried.
    """

    name: Literal["reweighting", "tempering"]
    asked: str
    chains: int
    draws: int
    diagnostics: Annotated[tuple[Diagnostic, ...], Field(alias="gates")]
    tried: Mapping[str, tuple[Diagnostic, ...]]

    @property
    def passed(self) -> bool:
        """Whether the posterior can be trusted."""
        return all(one.passed for one in self.diagnostics)

    @property
    def effective_draws(self) -> float | None:
        """The effective sample size of draws that repeat others; None of draws that do not."""
        return next((one.value for one in self.diagnostics if one.name == "ess"), None)


@dataclass(frozen=True, slots=True)
class TemperingMethod(Method):
    """How batches of particles came to the posterior.

    Attributes
    ----------
    batches, moves
        How many batches, and the most moves of one.
    temperatures
        By quarter of evidence, the most powers of a batch.
    ancestors
        By batch, first particles that have descendants.
    """

    batches: int
    temperatures: tuple[int, ...]
    moves: int
    ancestors: tuple[int, ...]


class _Quantiles:
    """What has P10, P50 and P90."""

    __slots__ = ()
    p10: Number
    p50: Number
    p90: Number

    @property
    def ends_and_middle(self) -> tuple[float, float, float]:
        """Values of P10, P50 and P90."""
        return self.p10.value, self.p50.value, self.p90.value


@dataclass(frozen=True, slots=True)
class Interval(_Quantiles):
    """The median of a prediction, and the range of 80% about it, in the figure's unit."""

    p10: Estimated
    p50: Estimated
    p90: Estimated


@dataclass(frozen=True, slots=True)
class Marginal(_Quantiles):
    """Mean, standard deviation and quantiles of one prior's draws, in its unit."""

    mean: Estimated
    sd: Estimated
    p10: Estimated
    p50: Estimated
    p90: Estimated


@dataclass(frozen=True, slots=True)
class PriorUpdate:
    """A prior, or a component of one, before and after, in the unit in which the study states it.

    Attributes
    ----------
    shift
        How far the mean moved, in standard deviations of the prior.
    narrowed
        The standard deviation after over the one before.
    """

    name: str
    unit: str
    prior: Marginal
    posterior: Marginal
    shift: Estimated
    narrowed: Estimated


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure is of; see `Datum`."""

    name: str
    quantity: str
    entity: str
    period: str
    unit: str


@dataclass(frozen=True, slots=True)
class Prediction(Figure):
    """A figure that is yet to come, as predicted before the evidence and after."""

    prior: Interval
    posterior: Interval


@dataclass(frozen=True, slots=True)
class Observed(Figure):
    """A figure that was used (see `Datum`), as predicted before the evidence and after.

    ``percentile`` is the share of predictions before that are below the figure that came.
    """

    value: float
    error: float
    law: str
    known: date | None
    stage: str
    series: str
    sources: tuple[str, ...]
    prior: Interval
    posterior: Interval
    percentile: Estimated


@dataclass(frozen=True, slots=True)
class Unused:
    """An observation that is not used (see `Observation`), and why."""

    series: str
    entity: Annotated[str, Field(alias="company")]
    metric: str
    definition: str
    kind: str
    period: str
    known: date
    value: float
    unit: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Step:
    """The posterior after a quarter of evidence: figures in it, chances by entity, shifts by prior."""

    stage: str
    observations: int
    verdicts: Mapping[str, Estimates]
    shifts: Estimates
    verdict_split: Mapping[str, Estimates] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSummary:
    """All that an update found.

    Attributes
    ----------
    titles
        Of entities, by name.
    prior_as_of, as_of
        The study's day, and the last whose knowledge counts; None where nothing has a day.
    seed, paths, sampler, prior_chains
        The draws of the prior.
    verdicts
        Their codes, in the study's order. An update stored before studies named them has the usual ones.
    moved
        Every random prior, the one that moved furthest first.
    observations, left_out
        The figures that were used, and all others.
    ahead
        Figures of the next quarter.
    versions
        Of the program and what it rests on.
    overrides
        What was set in the study.
    """

    schema: Literal[2] = SCHEMA
    kind: Literal["update"] = "update"
    study: str
    title: str
    titles: Mapping[str, str]
    study_hash: str
    prior_as_of: date | None
    as_of: date | None
    seed: int
    paths: int
    sampler: str
    prior_chains: int
    method: TemperingMethod | Method
    verdicts: Mapping[str, int] = field(default_factory=lambda: dict(zip(VERDICTS, (1, 0, -1), strict=True)))
    prior: Outcomes
    posterior: Outcomes
    change: Changes
    moved: tuple[PriorUpdate, ...]
    observations: tuple[Observed, ...]
    ahead: tuple[Prediction, ...]
    steps: tuple[Step, ...]
    left_out: tuple[Unused, ...]
    versions: Mapping[str, str]
    overrides: Annotated[tuple[Change, ...], Field(exclude_if=lambda changes: not changes)] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``strandline update --json`` prints."""
        return _SUMMARY.dump_python(self, mode="json", by_alias=True)

    @classmethod
    def from_json(cls, found: Any) -> UpdateSummary:
        """Return the summary that `to_json` made an object of; raises ValueError where it made none of it."""
        try:
            return _SUMMARY.validate_python(found)
        except ValidationError as error:
            listed = (
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:MOST_LISTED]
            )
            raise ValueError("; ".join(listed)) from None
        except (KeyError, TypeError, AttributeError) as error:  # of a record that reads itself
            message = f"no summary of an update: {type(error).__name__} {error}"
            raise ValueError(message) from error


_SUMMARY = TypeAdapter(UpdateSummary)
