"""What an observation is of: the model's own quantity for a figure of a company and a period.

A figure is used only where the model has a quantity that means the same. Its period then says which of the
model's quarters it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.arrays import QUARTERS_PER_YEAR
from simulator.evidence import Period

if TYPE_CHECKING:
    from simulator.buildout import Buildout

type Draws = Mapping[str, Array]
#: What a block of paths is read from: the draws, and the model's series or metrics.
type Read = Callable[[Draws, Mapping[str, Array]], Float[Array, " path"]]


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
        Whether a figure has to be of one quarter: longer periods are told by their quarters.
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

#: Every quantity that can be held to evidence.
QUANTITIES = (
    CAPEX,
    Quantity("ai_revenue", "revenue", "ai_annualised", "USD bn/yr", True, True, _ai_revenue),
    Quantity("energised", "added_gw", "ai_load", "GW", False, False, _flow("energised_gw")),
    Quantity("depreciation", "depreciation", "ai_property", "USD bn", True, False, _flow("depreciation")),
)
