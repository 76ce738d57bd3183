"""What an observation is of: the model's own quantity for a figure of a company and a period.

A figure is used only where the model has a quantity that means the same. Its period then says which of the
model's quarters it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.analysis.learning.figures import Datum, Draws, Read, Reason
from simulator.buildout.arrays import QUARTERS_PER_YEAR
from simulator.buildout.model import Buildout
from simulator.errors import Fault, StudyError
from simulator.evidence import Observation, Period
from simulator.evidence.period import quarter_label


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of the build-out that companies or others report.

    Attributes
    ----------
    name
        What it is called here, and the prior of how far figures lie from it: ``observed.<name>``.
    metric, definition
        Of the observations that mean the same.
    unit
        That the model has it in.
    whole_quarters
        Whether a figure has to be of one quarter: longer periods are sums of quarters.
    at_instants
        Whether a figure may be of the end of a month: a rate has one there, a flow has none.
    read
        Returns how it is read, of a company and a period that begins in a quarter of the model.
    """

    name: str
    metric: str
    definition: str
    unit: str
    whole_quarters: bool
    at_instants: bool
    read: Callable[[Buildout, str, Period, int], Read]


def _flow(series: str) -> Callable[[Buildout, str, Period, int], Read]:
    """Return the reader of a flow: the sum over the quarters of a period."""

    def reader(model: Buildout, company: str, period: Period, first: int) -> Read:
        row = model.companies.index(company)
        quarters = slice(first, first + len(period.quarters))
        return lambda draws, found: jnp.sum(found[series][quarters, row], axis=0)

    return reader


def _ai_revenue(model: Buildout, company: str, period: Period, first: int) -> Read:
    """Return the reader of revenue from others at a yearly rate.

    The model's revenue holds what AI is worth inside a company, in the proportion in which the company
    opened. Revenue of a quarter is a rate at the quarter's middle; the rate at the end of a month lies on the
    line between two middles, in logs.
    """
    row = model.companies.index(company)
    after = 0.0 if period.is_quarter else ((period.end.month - 1) % 3 + 1) / 3 - 0.5
    other = max(first - 1, 0) if after < 0 else first + 1

    def read(draws: Draws, found: Mapping[str, Array]) -> Float[Array, " path"]:
        here, there = found["revenue"][first, row], found["revenue"][other, row]
        sold, used = (draws[f"adoption.{part}.{company}"] for part in ("ai_revenue", "internal_value"))
        return QUARTERS_PER_YEAR * here * (there / here) ** abs(after) * sold / (sold + used)

    return read


CAPEX = Quantity("capex", "capex", "cash", "USD bn", True, False, _flow("capex"))

#: Every quantity that evidence can be of.
QUANTITIES = (
    CAPEX,
    Quantity("ai_revenue", "revenue", "ai_annualised", "USD bn/yr", True, True, _ai_revenue),
    Quantity("energised", "added_gw", "ai_load", "GW", False, False, _flow("energised_gw")),
    Quantity("depreciation", "depreciation", "ai_property", "USD bn", True, False, _flow("depreciation")),
)


class CompanyFigures:
    """Which quantity of the model a figure of a company is of: see `simulator.analysis.learning`.

    Parameters
    ----------
    start
        The model's first quarter, such as ``2026Q1``.
    model
        Of the companies.

    Raises
    ------
    StudyError
        There is no first quarter.
    """

    def __init__(self, start: str | None, model: Buildout) -> None:
        self._model = model
        if start is None:
            allowed = 'the quarter that the model begins in, such as "2026Q1"'
            raise StudyError([Fault("", "study.start", "nothing", allowed)])
        self._first = Period.parse(start).first
        self._last = self._first + model.horizon - 1

    def of(self, one: Observation) -> Datum | Reason:
        """Return the model's quantity for an observation, without a value, or why there is none."""
        if one.kind != "actual":
            return "not_actual"
        if one.entity not in self._model.companies:
            return "no_company"
        named = [q for q in QUANTITIES if q.metric == one.metric]
        quantity = next((q for q in named if q.definition == one.definition), None)
        if quantity is None:
            return "other_meaning" if named else "no_output"
        if one.period.first < self._first:
            return "before_start"
        if one.period.last >= self._last:
            return "beyond_horizon"
        if one.period.is_instant and not quantity.at_instants:
            return "part_of_a_quarter"
        if quantity.whole_quarters and len(one.period.quarters) > 1:
            return "not_a_quarter"
        return self._datum(quantity, one.entity, one.period)

    def ahead(self, used: list[Datum]) -> Iterator[Datum]:
        """Return capex of each company in the quarter after the last one used."""
        quarters = [Period.parse(one.period).last for one in used if one.quantity == CAPEX.name]
        if quarters:
            following = Period.of_quarter(max(quarters) + 1)
            yield from (self._datum(CAPEX, company, following) for company in self._model.companies)

    def _datum(self, quantity: Quantity, company: str, period: Period) -> Datum:
        return Datum(
            f"{quantity.name}.{company}.{period.label}",
            quantity.name,
            company,
            period.label,
            quantity.unit,
            quantity.read(self._model, company, period, period.first - self._first),
            scale=f"observed.{quantity.name}",
            stage=quarter_label(period.last),
        )
