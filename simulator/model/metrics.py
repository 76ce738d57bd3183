"""Metrics of a path from its quarters (MODEL.md, sections 9 and 10)."""

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.model.accounts import Statement
from simulator.model.arrays import QUARTERS_PER_YEAR, PerCompany, PerPath
from simulator.model.valuation import present_value

type Rows = Float[Array, "row path"]
type Quarters = Float[Array, "quarter row path"]


class Record(NamedTuple):
    """One quarter of a path as the metrics and the series see it; stacked, all quarters of it."""

    capex: Quarters
    ai_capex: Quarters
    merchant_capex: Quarters
    chips_bought: Quarters
    ordered_gw: Quarters
    energised_gw: Quarters
    idle_gw: Quarters
    live_gw: Quarters
    idle_value: Quarters
    idle_charge: Quarters
    demand: Quarters
    capacity: Quarters
    revenue: Quarters
    noncircular_revenue: Quarters
    core: Quarters
    statement: Statement
    regime: Quarters
    financing_broken: Quarters
    late_share: Quarters
    mean_wait: Quarters


class Opening(NamedTuple):
    """What stands at the start, by company or for the group."""

    book: Rows
    idle_gw: Rows
    revenue: Rows


UNITS: Mapping[str, str] = {
    "value_created": "USD bn",
    "value_per_dollar": "1",
    "roic": "1/yr",
    "stranded_share": "1",
    "stranded_value": "USD bn",
    "eps_drag": "USD",
    "eps_incremental": "USD",
    "fcf_trough": "USD bn/yr",
    "payback_years": "yr",
    "noncircular_yield": "1/yr",
    "gross_margin": "1",
    "energised_share": "1",
    "utilisation": "1",
    "capex_2026": "USD bn",
    "capex_intensity": "1",
}

#: Metrics per share, which a group of companies does not have.
PER_SHARE = ("eps_drag", "eps_incremental")

#: Quarters from the start, first and past the last: the years that the metrics speak of.
FIRST_YEAR = slice(0, 4)
SECOND_YEAR = slice(4, 8)
FIRST_TWO_YEARS = slice(0, 8)
#: Capital that has had half a year to earn by the end of the second year.
SEASONED = slice(0, 6)


def reference_year(quarters: int) -> slice:
    """The third year, or the last four quarters of a shorter horizon."""
    end = min(quarters, 12)
    return slice(end - QUARTERS_PER_YEAR, end)


def per_share(record: Record, shares: PerCompany, tax: PerPath) -> dict[str, PerCompany]:
    """Metrics in USD per share: what idle chips take in the worst year, and what AI adds by the third."""
    nopat = record.statement.nopat
    worst = jnp.max(_years(record.idle_charge), axis=0)
    added = _sum(nopat, reference_year(nopat.shape[0])) - QUARTERS_PER_YEAR * nopat[0]
    return {"eps_drag": worst * (1 - tax) / shares, "eps_incremental": added / shares}


def amounts(record: Record, opening: Opening, terminal: Rows, wacc: PerPath) -> dict[str, Rows]:
    """Every metric that is a sum of money or a ratio of sums, for rows of companies or for the group.

    Parameters
    ----------
    record
        All quarters; for the group, summed over companies.
    opening
        What stands at the start.
    terminal
        Value at the horizon, discounted to the start, USD bn.
    wacc
        Discount rate, 1/yr.
    """
    s = record.statement
    quarters = record.ai_capex.shape[0]
    third = reference_year(quarters)
    last_year, last_two_years = slice(quarters - 4, quarters), slice(quarters - 8, quarters)
    invested = present_value(record.ai_capex, wacc) + opening.book
    value = present_value(s.fcf, wacc) + terminal - opening.book
    organic = record.noncircular_revenue
    ebitda = _sum(record.revenue - s.energy_cost - s.opex, third)
    costs = s.energy_cost + s.depreciation + s.writedown
    capex_2026 = _sum(record.capex, FIRST_YEAR)
    outlay = opening.book + _sum(record.ai_capex, FIRST_TWO_YEARS)
    return {
        "value_created": value,
        "value_per_dollar": value / invested,
        "roic": _sum(s.nopat, last_year) / jnp.mean(s.net_book[last_two_years], axis=0),
        "stranded_share": jnp.max(record.idle_value / record.chips_bought, axis=0),
        "stranded_value": jnp.max(record.idle_value, axis=0),
        "fcf_trough": jnp.min(_years(s.fcf), axis=0),
        "payback_years": jnp.where(ebitda > 0, outlay / jnp.where(ebitda > 0, ebitda, 1.0), jnp.inf),
        "noncircular_yield": QUARTERS_PER_YEAR * (organic[7] - organic[0]) / _sum(record.ai_capex, SEASONED),
        "gross_margin": 1 - _sum(costs, SECOND_YEAR) / _sum(record.revenue, SECOND_YEAR),
        "energised_share": _sum(record.energised_gw, FIRST_TWO_YEARS)
        / (_sum(record.ordered_gw, FIRST_TWO_YEARS) + opening.idle_gw),
        "utilisation": _sum(record.revenue, third) / _sum(record.capacity, third),
        "capex_2026": capex_2026,
        "capex_intensity": capex_2026 / opening.revenue,
    }


def _sum(quarters: Quarters, years: slice) -> Rows:
    return jnp.sum(quarters[years], axis=0)


def _years(quarters: Quarters) -> Float[Array, "year row path"]:
    """Sums over whole years from the start; quarters of a last part-year are left out."""
    whole = quarters.shape[0] // QUARTERS_PER_YEAR
    used = quarters[: whole * QUARTERS_PER_YEAR]
    return jnp.sum(jnp.reshape(used, (whole, QUARTERS_PER_YEAR, *quarters.shape[1:])), axis=1)
