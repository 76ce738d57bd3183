"""Kinds of fields that the models of the schema share, and how a problem with several fields is reported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from math import inf, isfinite, isnan
from typing import Annotated, Any, LiteralString

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from simulator.families import Problem
from simulator.study.quantile_keys import key_of, probability_of

#: Type of the pydantic error that carries problems.
PROBLEMS: LiteralString = "problems"


def refuse(problems: list[Problem]) -> None:
    """Raise pydantic's error that carries the problems, if there are any."""
    if problems:
        template: LiteralString = "{text}"
        text = "; ".join(f"{p.key}: found {p.found}; allowed: {p.allowed}" for p in problems)
        raise PydanticCustomError(PROBLEMS, template, {"text": text, "problems": problems})


def _read_day(value: Any) -> Any:
    """Return a date from ISO text; leave all else, and refuse a date with a time of day."""
    if isinstance(value, datetime):
        refuse([Problem("", str(value), "a date without a time, such as 2026-01-28")])
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            refuse([Problem("", repr(value), "a date such as 2026-01-28")])
    return value


def _read_quantiles(value: Any) -> Any:
    """Return quantiles keyed by probability, in its order; keys may be ``p10`` or numbers."""
    if not isinstance(value, Mapping):
        return value
    problems: list[Problem] = []
    found: dict[float, Any] = {}
    for key, number in value.items():
        probability = probability_of(key)
        name = str(key) if probability is None else key_of(probability)
        if probability is None:
            problems.append(Problem(name, "no probability", "p10, p2.5, ...: above p0 and below p100"))
        elif probability in found:
            problems.append(Problem(name, "the same probability twice", "each probability once"))
        else:
            found[probability] = number
        if isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number):
            problems.append(Problem(name, repr(number), "a finite number"))
    if len(value) < 2:
        problems.append(Problem("", f"{len(value)} of them", "at least 2"))
    refuse(problems)
    ordered = dict(sorted(found.items()))
    for low, high in pairwise(ordered):
        if not ordered[low] < ordered[high]:
            problems.append(
                Problem(
                    "",
                    f"{ordered[high]} at {key_of(high)} after {ordered[low]} at {key_of(low)}",
                    "values that rise with the probability",
                )
            )
    refuse(problems)
    return ordered


def _read_bounds(value: Any) -> Any:
    """Return both bounds as numbers, an open side (None or inf) as infinity."""
    if not isinstance(value, list) or len(value) != 2:
        return value
    low, high = (side if given is None else given for given, side in zip(value, (-inf, inf), strict=True))
    numbers = [x for x in (low, high) if isinstance(x, int | float) and not isinstance(x, bool)]
    if len(numbers) == 2 and (any(isnan(x) for x in numbers) or not low < high):
        refuse([Problem("", f"[{low}, {high}]", "two numbers in order, the lower one first")])
    return [low, high]


Real = float
Positive = Annotated[float, Field(gt=0)]
Probability = Annotated[float, Field(ge=0, le=1)]
InnerProbability = Annotated[float, Field(gt=0, lt=1)]
Day = Annotated[date, BeforeValidator(_read_day)]
#: What the reader takes for quantiles, for the schema of files, whose keys are text.
_QUANTILES = {
    "type": "object",
    "description": "value at each probability: p10 = 4.0, p97.5 = 9.0",
    "propertyNames": {"pattern": r"^p[0-9]*\.?[0-9]+$"},
    "additionalProperties": {"type": "number"},
    "minProperties": 2,
}
Quantiles = Annotated[dict[float, Real], BeforeValidator(_read_quantiles), WithJsonSchema(_QUANTILES)]
Bound = Annotated[float, Field(allow_inf_nan=True)]
Bounds = Annotated[list[Bound], Field(min_length=2, max_length=2), BeforeValidator(_read_bounds)]
