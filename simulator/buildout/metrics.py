"""Metrics of a path, from totals that are added up quarter by quarter.

Totals rather than histories: what a block of paths holds then stays in the processor's cache.

Equations: docs/explanation/model.md, 10.1, and docs/reference/metrics.md.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.accounts import Statement
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath, total
from simulator.buildout.debt import Financing

type Rows = Float[Array, "row path"]
type Quarters = Float[Array, "*quarter row path"]
type Weight = Float[Array, "*quarter"]


class Record(NamedTuple):
    """One quarter of a path as the metrics and the series see it; stacked, all quarters of it.

    Attributes
    ----------
    capex, ai_capex, merchant_capex
        Spending: all of it, on AI, and on merchant chips  [USD bn]
    silicon_saved
        What the compute ordered would cost more on merchant parts alone  [USD bn]
    chips_bought
        All chips bought so far, at cost  [USD bn]
    ordered_gw, energised_gw
        In the quarter  [GW]
    idle_gw, live_gw
        Waiting for power at its end; running in it  [GW]
    idle_value
        Cost of the chips that wait  [USD bn]
    idle_charge
        What they cost the quarter's profit before tax  [USD bn]
    demand, capacity, revenue, noncircular_revenue
        Wanted, could be sold, sold, and sold to those whom the builders do not finance  [USD bn]
    core
        Operating income outside AI capacity, against plan  [USD bn]
    statement
        Income and cash.
    price
        Of compute, against that of the start, the same for all companies  [1]
    regime, financing_broken
        0, 1 or 2 for boom, plateau or bust; whether the labs' financing has broken.
    late_share, mean_wait
        Of the quarter's orders  [1]; of those that are late  [yr]
    financing
        Debt and cash of the levered companies; nothing where the study has none.
    """

    capex: Quarters
    ai_capex: Quarters
    merchant_capex: Quarters
    silicon_saved: Quarters
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
    price: Quarters
    regime: Quarters
    financing_broken: Quarters
    late_share: Quarters
    mean_wait: Quarters
    financing: Financing | None


class Opening(NamedTuple):
    """What stands at the start, by company or for the group.

    Attributes
    ----------
    book
        Book value, idle chips included  [USD bn]
    idle_gw
        Chips that wait for power  [GW]
    revenue
        Of all business in the first year  [USD bn/yr]
    """

    book: Rows
    idle_gw: Rows
    revenue: Rows


#: Quarters from the start, first and past the last: the years that the metrics speak of.
FIRST_YEAR = slice(0, 4)
SECOND_YEAR = slice(4, 8)
FIRST_TWO_YEARS = slice(0, 8)
#: Capital that has had half a year to earn by the end of the second year.
SEASONED = slice(0, 6)


class Windows(NamedTuple):
    """Which quarters a metric speaks of: one where it does, zero elsewhere.

    Attributes
    ----------
    first, eighth
        One quarter.
    first_year, second_year, two_years, seasoned, third_year, last_year, last_two_years
        The quarters that lie in it.
    goes_on_with_year, closes_year
        Whether a quarter is in the year of the one before it, and whether it is a year's last.
    """

    first: Weight
    eighth: Weight
    first_year: Weight
    second_year: Weight
    two_years: Weight
    seasoned: Weight
    third_year: Weight
    last_year: Weight
    last_two_years: Weight
    goes_on_with_year: Weight
    closes_year: Weight


class Totals(NamedTuple):
    """Sums over the quarters that each metric speaks of, USD bn or GW.

    Attributes
    ----------
    pv_fcf, pv_ai_capex, pv_silicon_saved
        Present values over the horizon  [USD bn]
    capex_first_year, ai_capex_two_years, ai_capex_seasoned
        Spending in those windows  [USD bn]
    ordered_two_years, energised_two_years
        [GW]
    organic_first, organic_eighth
        Non-circular revenue of those quarters  [USD bn]
    costs_second_year, revenue_second_year
        Cost of sales, and revenue  [USD bn]
    revenue_third_year, capacity_third_year, ebitda_third_year, nopat_third_year
        [USD bn]
    nopat_first, nopat_last_year
        [USD bn]
    book_last_two_years
        Sum over quarters of net book value at their end  [USD bn]
    """

    pv_fcf: Rows
    pv_ai_capex: Rows
    pv_silicon_saved: Rows
    capex_first_year: Rows
    ai_capex_two_years: Rows
    ai_capex_seasoned: Rows
    ordered_two_years: Rows
    energised_two_years: Rows
    organic_first: Rows
    organic_eighth: Rows
    costs_second_year: Rows
    revenue_second_year: Rows
    revenue_third_year: Rows
    capacity_third_year: Rows
    ebitda_third_year: Rows
    nopat_third_year: Rows
    nopat_first: Rows
    nopat_last_year: Rows
    book_last_two_years: Rows


class Extremes(NamedTuple):
    """Worst quarters and years so far, for rows of companies or for the group.

    Attributes
    ----------
    fcf_of_year, charge_of_year
        Of the year that is under way: free cash flow, and what idle chips cost  [USD bn]
    fcf_trough, worst_charge
        The worst year so far  [USD bn/yr]
    idle_share
        Largest share of all chips bought that waited for power at one time  [1]
    idle_value
        Largest cost of chips that waited for power at one time  [USD bn]
    """

    fcf_of_year: Rows
    fcf_trough: Rows
    charge_of_year: Rows
    worst_charge: Rows
    idle_share: Rows
    idle_value: Rows


def windows(quarters: int, dtype: jnp.dtype) -> Windows:
    """The windows of every quarter of a horizon.

    The third year is the last four quarters where the horizon is shorter; a part-year at the end closes no
    year.

    Parameters
    ----------
    quarters
        Length of the horizon, 8 or more.
    dtype
        Of the weights.
    """
    t = jnp.arange(quarters)
    third = min(quarters, 12)

    def within(years: slice) -> Weight:
        return ((t >= years.start) & (t < years.stop)).astype(dtype)

    return Windows(
        first=within(slice(0, 1)),
        eighth=within(slice(7, 8)),
        first_year=within(FIRST_YEAR),
        second_year=within(SECOND_YEAR),
        two_years=within(FIRST_TWO_YEARS),
        seasoned=within(SEASONED),
        third_year=within(slice(third - QUARTERS_PER_YEAR, third)),
        last_year=within(slice(quarters - 4, quarters)),
        last_two_years=within(slice(quarters - 8, quarters)),
        goes_on_with_year=(t % QUARTERS_PER_YEAR != 0).astype(dtype),
        closes_year=(t % QUARTERS_PER_YEAR == QUARTERS_PER_YEAR - 1).astype(dtype),
    )


def nothing(companies: int, paths: int, dtype: jnp.dtype) -> tuple[Totals, Extremes, Extremes]:
    """Totals, and extremes by company and of the group, before the first quarter.

    Parameters
    ----------
    companies, paths, dtype
        Shape and precision.
    """
    zero = jnp.zeros((companies, paths), dtype)

    def none(rows: int) -> Extremes:
        least = jnp.zeros((rows, paths), dtype)
        return Extremes(least, jnp.full_like(least, jnp.inf), least, least, least, least)

    return Totals(*([zero] * len(Totals._fields))), none(companies), none(1)


def add(totals: Totals, record: Record, when: Windows, year: Float[Array, ""], rate: PerPath) -> Totals:
    """The totals with one quarter more; flows are discounted from mid-quarter at a rate in logs  [1/yr].

    Parameters
    ----------
    totals
        At the end of the quarter before.
    record
        Of this quarter.
    when
        Which windows this quarter is in.
    year
        Years since the start, when the quarter begins.
    rate
        As above.
    """
    s = record.statement
    discount = jnp.exp(-rate * (year + H / 2))
    ebitda = record.revenue - s.energy_cost - s.opex
    costs = s.energy_cost + s.depreciation + s.writedown
    return Totals(
        pv_fcf=totals.pv_fcf + discount * s.fcf,
        pv_ai_capex=totals.pv_ai_capex + discount * record.ai_capex,
        pv_silicon_saved=totals.pv_silicon_saved + discount * record.silicon_saved,
        capex_first_year=totals.capex_first_year + when.first_year * record.capex,
        ai_capex_two_years=totals.ai_capex_two_years + when.two_years * record.ai_capex,
        ai_capex_seasoned=totals.ai_capex_seasoned + when.seasoned * record.ai_capex,
        ordered_two_years=totals.ordered_two_years + when.two_years * record.ordered_gw,
        energised_two_years=totals.energised_two_years + when.two_years * record.energised_gw,
        organic_first=totals.organic_first + when.first * record.noncircular_revenue,
        organic_eighth=totals.organic_eighth + when.eighth * record.noncircular_revenue,
        costs_second_year=totals.costs_second_year + when.second_year * costs,
        revenue_second_year=totals.revenue_second_year + when.second_year * record.revenue,
        revenue_third_year=totals.revenue_third_year + when.third_year * record.revenue,
        capacity_third_year=totals.capacity_third_year + when.third_year * record.capacity,
        ebitda_third_year=totals.ebitda_third_year + when.third_year * ebitda,
        nopat_third_year=totals.nopat_third_year + when.third_year * s.nopat,
        nopat_first=totals.nopat_first + when.first * s.nopat,
        nopat_last_year=totals.nopat_last_year + when.last_year * s.nopat,
        book_last_two_years=totals.book_last_two_years + when.last_two_years * s.net_book,
    )


def update_extremes(extremes: Extremes, record: Record, when: Windows) -> Extremes:
    """The extremes with one quarter more; ``record`` holds the same rows.

    Parameters
    ----------
    extremes
        At the end of the quarter before.
    record
        Of this quarter.
    when
        Which windows this quarter is in.
    """
    fcf = when.goes_on_with_year * extremes.fcf_of_year + record.statement.fcf
    charge = when.goes_on_with_year * extremes.charge_of_year + record.idle_charge
    closes = when.closes_year > 0
    return Extremes(
        fcf_of_year=fcf,
        fcf_trough=jnp.where(closes, jnp.minimum(extremes.fcf_trough, fcf), extremes.fcf_trough),
        charge_of_year=charge,
        worst_charge=jnp.where(closes, jnp.maximum(extremes.worst_charge, charge), extremes.worst_charge),
        idle_share=jnp.maximum(extremes.idle_share, record.idle_value / record.chips_bought),
        idle_value=jnp.maximum(extremes.idle_value, record.idle_value),
    )


def per_share(totals: Totals, extremes: Extremes, shares: PerCompany, tax: PerPath) -> dict[str, PerCompany]:
    """Metrics in USD per share: what idle chips take in the worst year, and what AI adds by the third.

    Parameters
    ----------
    totals, extremes
        After the last quarter.
    shares
        Number of shares  [bn], above 0
    tax
        Tax rate  [1]
    """
    added = totals.nopat_third_year - QUARTERS_PER_YEAR * totals.nopat_first
    return {
        "eps_drag": extremes.worst_charge * (1 - tax) / shares,
        "eps_incremental": added / shares,
    }


def amounts(totals: Totals, extremes: Extremes, opening: Opening, terminal: Rows) -> dict[str, Rows]:
    """Every metric that is a sum of money or a ratio of sums, for rows of companies or for the group.

    Parameters
    ----------
    totals, extremes
        After the last quarter; for the group, totals summed over companies.
    opening
        What stands at the start.
    terminal
        Value at the horizon, discounted to the start, USD bn.
    """
    value = totals.pv_fcf + terminal - opening.book
    ebitda = totals.ebitda_third_year
    outlay = opening.book + totals.ai_capex_two_years
    organic = totals.organic_eighth - totals.organic_first
    book = totals.book_last_two_years / (2 * QUARTERS_PER_YEAR)
    return {
        "value_created": value,
        "value_per_dollar": value / (totals.pv_ai_capex + opening.book),
        "roic": totals.nopat_last_year / book,
        "stranded_share": extremes.idle_share,
        "stranded_value": extremes.idle_value,
        "fcf_trough": extremes.fcf_trough,
        "payback_years": jnp.where(ebitda > 0, outlay / jnp.where(ebitda > 0, ebitda, 1.0), jnp.inf),
        "noncircular_yield": QUARTERS_PER_YEAR * organic / totals.ai_capex_seasoned,
        "gross_margin": 1 - totals.costs_second_year / totals.revenue_second_year,
        "energised_share": totals.energised_two_years / (totals.ordered_two_years + opening.idle_gw),
        "utilisation": totals.revenue_third_year / totals.capacity_third_year,
        "capex_2026": totals.capex_first_year,
        "capex_intensity": totals.capex_first_year / opening.revenue,
        "custom_silicon_value": totals.pv_silicon_saved,
    }


def of_group[T: (Record, Totals, Opening)](rows: T) -> T:
    """The same for the group: sums over companies.

    Parameters
    ----------
    rows
        A record of arrays whose last axis but one is companies.
    """
    return jax.tree.map(lambda x: total(x, x.ndim - 2), rows)
