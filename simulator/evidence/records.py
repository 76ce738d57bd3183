"""What was observed, and when it was known: plain immutable records, validated elsewhere."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from simulator.evidence.period import Period
from simulator.study import Source

type Kind = Literal["actual", "guidance", "consensus"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure about one period, as it was known on one day.

    Attributes
    ----------
    series
        Name of the series that it belongs to.
    metric
        What it is about, by the name of the model's output where there is one: ``capex``.
    entity
        Whom it is about: an entity of a study, ``group`` for all of them together, or another.
    kind
        ``actual``: what happened. ``guidance``: what the entity itself said would. ``consensus``: analysts.
    definition
        Basis of the figure, such as ``cash`` or ``with_finance_leases``; figures of two are never mixed.
    period
        What it refers to.
    known
        The day on which it was known.
    value : in ``unit``
        The figure; the middle of the range where one was given.
    low, high : in ``unit``
        The range that was stated, or None.
    unit
        Of a flow over the whole period, or of a rate.
    error : log
        Standard deviation of log(value / truth under this definition); 0 for a figure as filed.
    sources
        Keys into the bibliography.
    recalled
        Whether it comes from memory rather than from a page that was read.
    derived
        Whether it is arithmetic on what its sources say.
    note
        What else there is to know.
    file
        Where it was written.
    """

    series: str
    metric: str
    entity: str
    kind: Kind
    definition: str
    period: Period
    known: datetime.date
    value: float
    low: float | None
    high: float | None
    unit: str
    error: float
    sources: tuple[str, ...]
    recalled: bool
    derived: bool
    note: str
    file: str


@dataclass(frozen=True, slots=True)
class Series:
    """What the observations of a series have in common; see `Observation`."""

    name: str
    title: str
    metric: str
    entity: str
    kind: Kind
    definition: str
    unit: str
    note: str
    file: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Observations in the order in which they became known.

    Attributes
    ----------
    observations
        By day known, then series, then period.
    series, sources
        By name.
    """

    observations: tuple[Observation, ...]
    series: Mapping[str, Series]
    sources: Mapping[str, Source]

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.observations)

    def __len__(self) -> int:
        return len(self.observations)

    def as_of(self, day: datetime.date) -> "Evidence":
        """Return what was known on a day: nothing that became known later is in it."""
        return self._only(one for one in self.observations if one.known <= day)

    def select(
        self,
        *,
        metric: str | None = None,
        entity: str | None = None,
        kind: Kind | None = None,
        definition: str | None = None,
    ) -> "Evidence":
        """Return the observations that have all the values given."""
        asked = {"metric": metric, "entity": entity, "kind": kind, "definition": definition}
        wanted = {name: value for name, value in asked.items() if value is not None}
        return self._only(
            one
            for one in self.observations
            if all(getattr(one, name) == value for name, value in wanted.items())
        )

    def latest(self) -> Mapping[tuple[str, Period], Observation]:
        """Return the newest statement about each period of each series."""
        return {(one.series, one.period): one for one in self.observations}

    def _only(self, chosen: Iterator[Observation]) -> "Evidence":
        observations = tuple(chosen)
        names = {one.series for one in observations}
        series = {name: one for name, one in self.series.items() if name in names}
        return Evidence(observations, series, self.sources)
