"""What a study may hold beside priors: its table, companies, power sources, rules, dependence, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, field_validator, model_validator

from simulator.study.forms import NAME_PART, QUARTER, STUDY_NAME
from simulator.study.schema.fields import Day, Positive, Problem, Real, Strict, refuse

#: A name that can be a part of a dotted name.
Part = Annotated[str, Field(pattern=NAME_PART)]
Text = Annotated[str, Field(min_length=1)]
#: An address that a browser opens.
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
Correlation = Annotated[float, Field(ge=-1, le=1)]


class StudyTable(Strict):
    """``[study]``: what it is called and how long it looks."""

    name: Annotated[str, Field(pattern=STUDY_NAME, description="by default that of the folder")] | None = None
    title: str | None = None
    as_of: Annotated[Day, Field(description="the day whose knowledge the study holds")] | None = None
    start: Annotated[str, Field(pattern=QUARTER, description="first quarter, such as 2026Q1")] | None = None
    horizon_quarters: Annotated[int, Field(ge=8, le=60, description="number of quarters")] | None = None
    depreciation_policy: (
        Annotated[
            Literal["in_service", "delivery"],
            Field(description="in_service: from energisation; delivery: the clock runs on idle chips"),
        ]
        | None
    ) = None
    pipeline_stages: Annotated[int, Field(ge=1, le=12, description="stages of the power queue")] | None = None
    order: (
        Annotated[
            list[Text],
            Field(description="names that get the leading dimensions of the sampler, most important first"),
        ]
        | None
    ) = None


class PriceGap(Strict):
    """Prices fall at ``rate`` for ``years``."""

    kind: Literal["price_gap"]
    rate: Text
    years: Text


class RevenueErosion(Strict):
    """``revenue`` erodes at ``rate``."""

    kind: Literal["revenue_erosion"]
    rate: Text
    revenue: Text


class Seats(Strict):
    """``seats`` at ``price``, of which ``penetration`` adds to demand."""

    kind: Literal["seats"]
    penetration: Text
    seats: Text
    price: Text


class RevenueVolatility(Strict):
    """``revenue`` moves with ``vol``, and with the cycle by ``loading``."""

    kind: Literal["revenue_volatility"]
    vol: Text
    revenue: Text
    loading: Text


AnyExposure = Annotated[
    PriceGap | RevenueErosion | Seats | RevenueVolatility,
    Field(discriminator="kind"),
]


class CompanyTable(Strict):
    """``[[company]]``."""

    name: Part
    title: str | None = None
    exposure: list[AnyExposure] | None = None

    @field_validator("name")
    @classmethod
    def _not_the_group(cls, name: str) -> str:
        if name == "group":
            refuse([Problem("", "group", "another name", "metrics of all companies together carry this one")])
        return name

    @model_validator(mode="after")
    def _kinds_once(self) -> CompanyTable:
        kinds = [e.kind for e in self.exposure or ()]
        twice = sorted({kind for kind in kinds if kinds.count(kind) > 1})
        refuse([Problem("exposure", f"{kind} twice", "each kind once") for kind in twice])
        return self


class PowerSourceTable(Strict):
    """``[[power_source]]``."""

    name: Part
    title: str | None = None
    cancellation: Text


class LimitsTable(Strict):
    """Limits of one metric."""

    min: Real | None = None
    max: Real | None = None

    @model_validator(mode="after")
    def _some_range(self) -> LimitsTable:
        if self.min is None and self.max is None:
            refuse([Problem("", "no limit", "min, max or both")])
        if self.min is not None and self.max is not None and self.min > self.max:
            refuse([Problem("", f"min {self.min:g}, max {self.max:g}", "min <= max")])
        return self


class ScorecardTable(Strict):
    """``[[scorecard]]``: passed from ``min`` upwards."""

    metric: Text
    min: Real
    title: str | None = None
    note: str | None = None


class CheckTable(Strict):
    """``[[check]]``: the range of the evidence for one outcome."""

    name: Part
    title: str | None = None
    unit: Text
    low: Real
    high: Real
    statistic: Literal["median_within", "interval_overlaps", "value_within"]
    reference: Real | None = None
    sources: list[Text] | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _some_range(self) -> CheckTable:
        if self.low > self.high:
            refuse([Problem("", f"low {self.low:g}, high {self.high:g}", "low <= high")])
        return self


class ContradictionTable(Strict):
    """``[[contradiction]]``: what stands against what, and what the study makes of it."""

    name: Part
    title: Text
    treatment: str | None = None
    priors: list[Text] | None = None


class SourceTable(Strict):
    """``[sources."id"]``."""

    title: Text
    address: str | None = None
    date: Day | None = None
    provenance: str | None = None
    note: str | None = None

    @field_validator("address")
    @classmethod
    def _on_the_web(cls, address: str | None) -> str | None:
        if address and not _ADDRESS.fullmatch(address):
            refuse([Problem("", f'"{address}"', "http://..., https://... or empty")])
        return address


Pair = Annotated[tuple[Text, Text, Correlation], Field(strict=False)]


class GroupTable(Strict):
    """``[[dependence.groups]]``."""

    name: Part
    copula: Literal["gaussian", "student_t"] = "gaussian"
    df: Positive | None = None
    spearman: list[Pair] | None = None
    factors: dict[str, dict[str, Correlation]] | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> GroupTable:
        refuse(list(self._problems()))
        return self

    def _problems(self) -> Iterator[Problem]:
        if self.copula == "student_t" and self.df is None:
            yield Problem("df", "nothing", "degrees of freedom above 0: a student_t copula needs them")
        if self.copula == "gaussian" and self.df is not None:
            yield Problem("df", f"{self.df:g}", "no df", 'only copula = "student_t" has degrees of freedom')
        if not self.spearman and not self.factors:
            yield Problem("", "neither pairs nor factors", "spearman, factors or both")
        squares: dict[str, float] = {}
        for loadings in (self.factors or {}).values():
            for name, loading in loadings.items():
                squares[name] = squares.get(name, 0.0) + loading**2
        for name, square in squares.items():
            if square > 1:
                yield Problem(
                    f"factors.*.{name}", f"squared loadings that sum to {square:g}", "a sum of at most 1"
                )


#: Reads ``[verdict.bull]`` or ``[verdict.bear]``: limits by metric, all of which have to hold.
VERDICT: TypeAdapter[dict[str, LimitsTable]] = TypeAdapter(
    Annotated[dict[str, LimitsTable], Field(min_length=1)], config=ConfigDict(strict=True)
)

#: Reads one of ``dependence.spearman``: two names and their rank correlation.
PAIR: TypeAdapter[tuple[str, str, float]] = TypeAdapter(
    Pair, config=ConfigDict(strict=True, allow_inf_nan=False)
)

#: Models of exposures by kind.
EXPOSURES: dict[str, type[Strict]] = {
    "price_gap": PriceGap,
    "revenue_erosion": RevenueErosion,
    "seats": Seats,
    "revenue_volatility": RevenueVolatility,
}
