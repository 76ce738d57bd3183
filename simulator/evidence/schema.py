"""What an evidence file may have: one model per table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from simulator.evidence.period import FORMS, Period
from simulator.study.entry import Strict
from simulator.study.schema.fields import Day, Positive, Problem, refuse
from simulator.study.schema.settings import Part, Text


def _read_period(value: Any) -> Any:
    """Return the period that a text names; leave all else."""
    if isinstance(value, str):
        try:
            return Period.parse(value)
        except ValueError as error:
            refuse([Problem("", f'"{value}"', FORMS, f"{error}."[0].upper() + f"{error}."[1:])])
    return value


When = Annotated[Period, BeforeValidator(_read_period)]
#: Relative error of a figure; beyond one half it would be worth next to nothing.
Error = Annotated[float, Field(ge=0, le=0.5)]


class StatementTable(Strict):
    """``[[series.statement]]``: what was stated on one day about one period."""

    model_config = Strict.model_config | {"arbitrary_types_allowed": True}

    period: When
    known: Day
    value: Positive | None = None
    low: Positive | None = None
    high: Positive | None = None
    sources: list[Text] | None = None
    recalled: bool = False
    derived: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _some_value(self) -> StatementTable:
        refuse(list(self._problems()))
        return self

    def _problems(self) -> Iterator[Problem]:
        if (self.low is None) != (self.high is None):
            yield Problem("", "one end of a range", "both low and high, or neither")
        elif self.low is None or self.high is None:
            if self.value is None:
                yield Problem("", "no value", "value, or low and high, whose middle is then the value")
        elif not self.low <= (self.low if self.value is None else self.value) <= self.high:
            found = f"low {self.low:g}, value {self.middle:g}, high {self.high:g}"
            yield Problem("", found, "low <= value <= high")

    @property
    def middle(self) -> float:
        """The value, or the middle of the range."""
        if self.value is not None:
            return self.value
        return ((self.low or 0.0) + (self.high or 0.0)) / 2


class SeriesTable(Strict):
    """``[[series]]``: figures that have what they are about in common."""

    model_config = Strict.model_config | {"arbitrary_types_allowed": True}

    name: Text
    title: Text
    metric: Part
    company: Part
    kind: Literal["actual", "guidance", "consensus"]
    definition: Part
    unit: Text
    error: Error
    recalled_error: Annotated[
        Error | None, Field(description="error of recalled figures, where it is more")
    ] = None
    sources: Annotated[list[Text], Field(min_length=1)]
    lag_days: Annotated[int, Field(ge=0, le=366)] | None = None
    values: dict[When, Positive] | None = None
    known: dict[When, Day] | None = None
    recalled: Literal["all"] | list[When] | None = None
    derived: Literal["all"] | list[When] | None = None
    statement: list[StatementTable] | None = None
    note: str = ""

    @model_validator(mode="after")
    def _hold_together(self) -> SeriesTable:
        refuse(list(self._problems()))
        return self

    def _problems(self) -> Iterator[Problem]:
        values, known = self.values or {}, self.known or {}
        if not values and self.statement is None:
            yield Problem(
                "", "neither values nor statements", "values by period, [[series.statement]], or both"
            )
        for key in ("known", "recalled", "derived"):
            named = getattr(self, key)
            for period in () if named in (None, "all") else named:
                if period not in values:
                    yield Problem(f"{key}.{period.label}", "a period without a value", "a period of values")
        without = [period for period in values if period not in known]
        if late := [p for p in without if (date.max - p.end).days < (self.lag_days or 0)]:
            found = f"{self.lag_days} days after {late[0].end}"
            yield Problem("lag_days", found, f"days that end by {date.max}")
            return
        if without and self.lag_days is None:
            yield Problem(
                "lag_days",
                "nothing",
                "the days from the end of a period to its results, or a day in known for each period",
            )
        if self.kind == "actual":
            days = [(f"known.{period.label}", period, day) for period, day in known.items()]
            days += [
                (f"statement[{index}].known", one.period, one.known)
                for index, one in enumerate(self.statement or ())
            ]
            for key, period, day in days:
                if day < period.end:
                    yield Problem(key, str(day), f"a day from {period.end} on: {period.label} had not ended")
        stated = [(one.period, one.known) for one in self.statement or ()]
        stated += [(period, self.known_on(period)) for period in values if period in known or self.lag_days]
        for period, day in sorted({pair for pair in stated if stated.count(pair) > 1}):
            yield Problem("", f"{period.label} twice on {day}", "one figure for a period and a day")

    def error_of(self, recalled: bool) -> float:
        """Return the error of figures that are recalled, or are not."""
        return self.error if self.recalled_error is None or not recalled else self.recalled_error

    def known_on(self, period: Period) -> Any:
        """Return the day on which the value of a period was known."""
        return (self.known or {}).get(period) or period.end + timedelta(days=self.lag_days or 0)

    def statements(self) -> Iterator[StatementTable]:
        """Give what is stated of each period: its values, then its statements."""
        for period, value in (self.values or {}).items():
            recalled, derived = (self.is_among(key, period) for key in ("recalled", "derived"))
            known = self.known_on(period)
            yield StatementTable(period=period, known=known, value=value, recalled=recalled, derived=derived)
        yield from self.statement or ()

    def is_among(self, key: str, period: Period) -> bool:
        """Whether the value of a period is recalled, or derived."""
        named = getattr(self, key)
        return named == "all" or period in (named or ())
