"""Risks and surprises as they are written: ``[[risk]]`` with its cases, and ``[[surprise]]``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema, model_validator

from simulator.errors import text_of
from simulator.study.domain import choices
from simulator.study.entry import Strict
from simulator.study.quantile_keys import probability_of
from simulator.study.schema.fields import Problem, refuse
from simulator.study.schema.settings import Part, Text, study_table

_ALLOWED = "a number in the prior's unit, or one of its quantiles, such as p90"


def _read_values(values: Any) -> Any:
    """Return what a case sets, by dotted name; refuse what can stand for no belief and no setting."""
    if isinstance(values, Mapping):
        refuse(list(_problems(values)))
    return values


def _problems(values: Mapping[Any, Any]) -> Iterator[Problem]:
    if not values:
        yield Problem("", "an empty table", "at least one belief or setting and its value")
    for name, value in values.items():
        if isinstance(value, Mapping):
            whole = ".".join([str(name), *map(str, list(value)[:1])])
            yield Problem(str(name), "a table", _ALLOWED, f'Put the name in quotes: "{whole}" = ...')
        elif name in choices():
            yield from _choice(str(name), value)
        elif not _is_number(value) and (not isinstance(value, str) or probability_of(value) is None):
            yield Problem(str(name), text_of(value), _ALLOWED)


def _choice(name: str, value: Any) -> Iterator[Problem]:
    """Give what is wrong with the value of a setting, by the table of the setting itself."""
    key = name.partition(".")[2]
    try:
        study_table().model_validate({key: value})
    except ValidationError as error:
        for one in error.errors():
            allowed = one.get("ctx", {}).get("expected") or str(one["msg"]).removeprefix("Input should be ")
            yield Problem(name, text_of(value), allowed)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return isfinite(float(value))
    except OverflowError:
        return False


Values = Annotated[
    dict[str, Any],
    BeforeValidator(_read_values),
    WithJsonSchema(
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": ["number", "string"]},
            "description": "by the name of a prior its number or quantile (p90), of a setting its value",
        }
    ),
]


class RiskCaseTable(Strict):
    """``[[risk.case]]``: what would be so."""

    title: Annotated[Text, Field(description="what is so in this case")]
    set: Values
    note: Annotated[str, Field(description="why these values")] | None = None


class RiskTable(Strict):
    """``[[risk]]``: a risk by name, whose cases are computed on the draws of the run."""

    name: Part
    title: Annotated[Text, Field(description="what the risk is")]
    question: Annotated[Text, Field(description="what a reader wants to know of it, in a sentence")]
    companies: Annotated[list[Text], Field(description="those it is about, beside the group")] | None = None
    case: Annotated[list[RiskCaseTable], Field(min_length=1, description="what may come of it")]
    sources: Annotated[list[Text], Field(description="entries of the bibliography, [sources]")] | None = None
    note: Annotated[str, Field(description="what the cases leave out")] | None = None


class SurpriseTable(Strict):
    """``[[surprise]]``: why a metric may move the other way than expected, shown where it does."""

    name: Part
    priors: (
        Annotated[list[Text], Field(min_length=1, description="the priors that move it, each by itself")]
        | None
    ) = None
    cases: (
        Annotated[list[Text], Field(min_length=1, description="the cases of risks that move it: headline.1")]
        | None
    ) = None
    metric: Annotated[Text, Field(description="short name of what is moved, or a verdict")]
    effect: Annotated[
        Literal["raises", "lowers"],
        Field(description="what higher values, or the cases, do to it, against expectation"),
    ]
    note: Annotated[Text, Field(description="why")]

    @model_validator(mode="after")
    def _moved_by_something(self) -> SurpriseTable:
        if self.priors is None and self.cases is None:
            refuse([Problem("", "neither priors nor cases", "what moves the metric: priors, cases or both")])
        return self
