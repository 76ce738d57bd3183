"""What a study may hold beside priors: its table, companies, power sources, rules, dependence, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, create_model, field_validator, model_validator

from simulator.study.domain import domains
from simulator.study.entry import Strict
from simulator.study.patterns import FIGURES, NAME_PART, QUARTER, STUDY_NAME, VERDICT_NAME
from simulator.study.schema.fields import Day, Positive, Problem, Real, refuse
from simulator.study.sources import Rank

#: A name that can be a part of a dotted name.
Part = Annotated[str, Field(pattern=NAME_PART)]
Text = Annotated[str, Field(min_length=1)]
#: An address that a browser opens.
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
Correlation = Annotated[float, Field(ge=-1, le=1)]


class StudyTable(Strict):
    """``[study]``: what it is called and how long it looks."""

    name: (
        Annotated[str, Field(pattern=STUDY_NAME, max_length=100, description="by default that of the folder")]
        | None
    ) = None
    title: str | None = None
    domain: (
        Annotated[str, Field(description="what it is about; by default what its tables are of")] | None
    ) = None
    as_of: Annotated[Day, Field(description="the day whose knowledge the study holds")] | None = None
    start: Annotated[str, Field(pattern=QUARTER, description="first quarter, such as 2026Q1")] | None = None
    set_aside: (
        Annotated[
            list[Annotated[str, Field(pattern=FIGURES)]],
            Field(
                description="figures that were known by the day and that no prior follows, such as "
                "capex:2026Q1: an update may learn from them",
            ),
        ]
        | None
    ) = None
    verdicts: (
        Annotated[
            list[Annotated[str, Field(pattern=VERDICT_NAME)]],
            Field(
                min_length=2,
                description="names of the verdicts, best first: the order in which their rules are asked and "
                "they are listed; the one without a rule is all else. By default bull, base, bear",
            ),
        ]
        | None
    ) = None
    order: (
        Annotated[
            list[Text],
            Field(description="names that get the leading dimensions of the sampler, most important first"),
        ]
        | None
    ) = None
    directions: (
        Annotated[
            dict[Text, list[Real]],
            Field(description="loadings of numbers on combinations drawn as direction.0, direction.1 ..."),
        ]
        | None
    ) = None


@cache
def study_table() -> type[StudyTable]:
    """Return the model of ``[study]`` with the keys of every domain."""
    own = StudyTable
    keys = (domain.study_keys() for domain in domains().values())
    combined: Any = create_model(own.__name__, __base__=(*keys, own), __doc__=own.__doc__)
    return combined


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

    metric: Annotated[Text, Field(description="what is looked at, of each company and the group")]
    min: Annotated[Real, Field(description="passed from here upwards, in the unit of the metric")]
    title: Annotated[str, Field(description="what the item stands for")] | None = None
    note: Annotated[str, Field(description="why this level")] | None = None


class CheckTable(Strict):
    """``[[check]]``: the range of the evidence for one outcome."""

    name: Annotated[Part, Field(description="a quantity that the model's checks have")]
    title: Annotated[str, Field(description="as readers know it")] | None = None
    unit: Text
    low: Annotated[Real, Field(description="least value of the evidence")]
    high: Annotated[Real, Field(description="greatest value of the evidence")]
    statistic: Annotated[
        Literal["median_within", "interval_overlaps", "value_within"],
        Field(description="what of the paths is compared with the range: their median, their 80% interval"),
    ]
    reference: Annotated[Real, Field(description="a figure that the quantity needs")] | None = None
    sources: Annotated[list[Text], Field(description="entries of the bibliography, [sources]")] | None = None
    note: Annotated[str, Field(description="where the range comes from")] | None = None

    @model_validator(mode="after")
    def _some_range(self) -> CheckTable:
        if self.low > self.high:
            refuse([Problem("", f"low {self.low:g}, high {self.high:g}", "low <= high")])
        return self


class ContradictionTable(Strict):
    """``[[contradiction]]``: what stands against what, and what the study makes of it."""

    name: Part
    title: Annotated[Text, Field(description="what stands against what")]
    treatment: Annotated[str, Field(description="what the study makes of it")] | None = None
    priors: Annotated[list[Text], Field(description="the priors that carry the treatment")] | None = None


class SourceTable(Strict):
    """``[sources."id"]``."""

    title: Annotated[Text, Field(description="who said it, and where")]
    address: Annotated[str, Field(description="http://... or https://...")] | None = None
    date: Annotated[Day, Field(description="the day on which it was said")] | None = None
    provenance: (
        Annotated[str, Field(description="how it came here: read, recalled, by way of whom")] | None
    ) = None
    rank: (
        Annotated[
            Rank,
            Field(
                strict=False,
                description="what kind of document it is, the strongest first",
            ),
        ]
        | None
    ) = None
    note: Annotated[str, Field(description="what it says")] | None = None

    @field_validator("address")
    @classmethod
    def _on_the_web(cls, address: str | None) -> str | None:
        if address and not _ADDRESS.fullmatch(address):
            refuse([Problem("", f'"{address}"', "http://..., https://... or empty")])
        return address


Pair = Annotated[tuple[Text, Text, Correlation], Field(strict=False)]


class GroupTable(Strict):
    """``[[dependence.groups]]``."""

    name: Annotated[Part, Field(description="names the draws of the group, which survive edits elsewhere")]
    copula: Annotated[Literal["gaussian", "student_t"], Field(description="gaussian if left out")] = (
        "gaussian"
    )
    df: Annotated[Positive, Field(description="degrees of freedom of a student_t copula")] | None = None
    spearman: Annotated[list[Pair], Field(description="pairs and their rank correlation")] | None = None
    factors: (
        Annotated[
            dict[str, dict[str, Correlation]],
            Field(description="loadings of priors on common factors, by factor and prior"),
        ]
        | None
    ) = None

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


#: Reads ``[verdict.NAME]``: limits by metric, all of which have to hold.
VERDICT: TypeAdapter[dict[str, LimitsTable]] = TypeAdapter(
    Annotated[dict[str, LimitsTable], Field(min_length=1)], config=ConfigDict(strict=True)
)

#: Reads one of ``dependence.spearman``: two names and their rank correlation.
PAIR: TypeAdapter[tuple[str, str, float]] = TypeAdapter(
    Pair, config=ConfigDict(strict=True, allow_inf_nan=False)
)
