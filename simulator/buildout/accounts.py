"""The accounts of a quarter: costs, depreciation, write-downs, profit and cash.

Equations: docs/explanation/model.md, 9.1 to 9.3.
"""

from typing import NamedTuple

import jax.numpy as jnp

from simulator.buildout import vintages
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, History, PerCompany, PerPath, Quarter
from simulator.buildout.capital import OpeningCapital
from simulator.buildout.inputs import Parameters
from simulator.buildout.pipeline import OrderBatch
from simulator.buildout.runoff import RunOff
from simulator.buildout.settings import DepreciationPolicy
from simulator.buildout.vintages import Life, Total

HOURS_PER_YEAR = 8766
#: USD bn for a gigawatt over an hour at one USD per megawatt-hour.
BN_PER_GWH_PRICE = 1e-6


class AccountTerms(NamedTuple):
    """Lives for the books, cost rates, and the opening book still to be written off.

    Attributes
    ----------
    chip_quarters, site_quarters
        Accounting life of chips and of sites  [quarters]
    chip_life, site_life
        The same, split for running totals.
    opening_chips, opening_sites
        How the opening book is written off.
    book_left
        Share of the book value of waiting chips that a quarter of obsolescence leaves  [1]
    energy_per_gw
        Cost of a quarter's power at full load, PUE included  [USD bn/GW]
    idle_load
        Power that live capacity draws without load, share of full load  [1]
    opex
        Operating cost beside energy, share of revenue  [1]
    tax
        Tax rate  [1]
    """

    chip_quarters: PerCompany
    chip_life: Life
    site_quarters: PerPath
    site_life: Life
    opening_chips: RunOff
    opening_sites: RunOff
    book_left: PerPath
    energy_per_gw: PerPath
    idle_load: PerPath
    opex: PerPath
    tax: PerPath

    @classmethod
    def of(cls, p: Parameters) -> "AccountTerms":
        """From accounting lives in years, prices and rates."""
        chip_quarters = QUARTERS_PER_YEAR * p.company("finance.server_life")
        site_quarters = QUARTERS_PER_YEAR * p.path("finance.building_life")
        bought = p.path("finance.opening_growth")
        return cls(
            chip_quarters=chip_quarters,
            chip_life=Life.of(chip_quarters),
            site_quarters=site_quarters,
            site_life=Life.of(site_quarters),
            opening_chips=RunOff.of(p.path("finance.opening_chip_life") * chip_quarters, bought),
            opening_sites=RunOff.of(p.path("finance.opening_site_life") * site_quarters, bought),
            book_left=jnp.exp(-H * p.path("finance.obsolescence")),
            energy_per_gw=p.path("economics.pue")
            * p.path("economics.power_price")
            * (HOURS_PER_YEAR * H * BN_PER_GWH_PRICE),
            idle_load=p.path("economics.idle_load"),
            opex=p.path("economics.opex"),
            tax=p.path("finance.tax"),
        )


class Books(NamedTuple):
    """What is being depreciated, and the net book value of everything.

    Attributes
    ----------
    chips, sites
        At cost, within their accounting lives  [USD bn]
    chip_entries, site_entries
        What was capitalised in each quarter  [USD bn]
    net
        Net book value, the opening book included  [USD bn]
    """

    chips: Total
    sites: Total
    chip_entries: History
    site_entries: History
    net: PerCompany


class Statement(NamedTuple):
    """Income and cash of a quarter, USD bn.

    Attributes
    ----------
    energy_cost, opex, depreciation, writedown
        Costs of the quarter  [USD bn]
    ebit, nopat
        Operating profit before and after tax  [USD bn]
    fcf
        Free cash flow: profit and non-cash costs, less AI capex  [USD bn]
    net_book
        Net book value at the end of the quarter  [USD bn]
    """

    energy_cost: PerCompany
    opex: PerCompany
    depreciation: PerCompany
    writedown: PerCompany
    ebit: PerCompany
    nopat: PerCompany
    fcf: PerCompany
    net_book: PerCompany


def opening(start: OpeningCapital, paths: int, quarters: int) -> Books:
    """Books before anything is bought.

    Parameters
    ----------
    start
        What stands at the start.
    paths
        Number of paths.
    quarters
        Length of the horizon.
    """
    companies = start.chips.shape[0]
    dtype = start.book.dtype
    empty = jnp.zeros((quarters, companies, paths), dtype)
    nothing = vintages.nothing((companies, paths), dtype)
    return Books(nothing, nothing, empty, empty, jnp.broadcast_to(start.book, (companies, paths)))


def chips_capitalised(
    policy: DepreciationPolicy,
    start: OpeningCapital,
    delivered: PerCompany,
    energised: OrderBatch,
    quarter: Quarter,
) -> PerCompany:
    """Chips whose depreciation starts this quarter: at book when energised, or at cost when delivered.

    Parameters
    ----------
    policy
        ``in_service`` or ``delivery``.
    start
        What stands at the start: its idle chips count as delivered in quarter 0.
    delivered
        Chips delivered this quarter, at cost  [USD bn]
    energised
        What is energised this quarter.
    quarter
        Index of the quarter, from 0.
    """
    if policy == "in_service":
        return energised.book
    return delivered + jnp.where(quarter == 0, start.idle_chips, 0.0)


def written_down(policy: DepreciationPolicy, book_before: PerCompany, terms: AccountTerms) -> PerCompany:
    """Book value that waiting chips lose to obsolescence; none once the clock runs from delivery.

    Parameters
    ----------
    policy
        ``in_service`` or ``delivery``.
    book_before
        Book value that waited at the end of the quarter before  [USD bn]
    terms
        With the share of book value that a quarter leaves.
    """
    if policy == "in_service":
        return book_before * (1 - terms.book_left)
    return jnp.zeros_like(book_before)


def idle_charge(
    policy: DepreciationPolicy, idle_value: PerCompany, writedown: PerCompany, terms: AccountTerms
) -> PerCompany:
    """What chips without power cost a quarter's profit before tax.

    Parameters
    ----------
    policy
        ``in_service`` or ``delivery``.
    idle_value
        Cost of chips that wait for power  [USD bn]
    writedown
        What waiting chips lost this quarter  [USD bn]
    terms
        With the accounting life of chips.

    Returns
    -------
    PerCompany
        [USD bn]
    """
    return writedown if policy == "in_service" else idle_value / terms.chip_quarters


def depreciate(
    books: Books,
    terms: AccountTerms,
    start: OpeningCapital,
    chips: PerCompany,
    sites: PerCompany,
    quarter: Quarter,
) -> tuple[Books, PerCompany]:
    """Straight-line depreciation of the quarter; net book value is left for `close`.

    Parameters
    ----------
    books
        At the end of the quarter before.
    terms
        Accounting lives.
    start
        What stands at the start.
    chips, sites
        What is capitalised this quarter  [USD bn]
    quarter
        Index of the quarter, from 0.

    Returns
    -------
    tuple
        The books, and the depreciation of the quarter  [USD bn], equation 9.1.
    """
    chip_entries = vintages.record(books.chip_entries, chips, quarter)
    site_entries = vintages.record(books.site_entries, sites, quarter)
    in_chips = vintages.add(books.chips, chip_entries, chips, quarter, terms.chip_life)
    in_sites = vintages.add(books.sites, site_entries, sites, quarter, terms.site_life)
    charge = (
        in_chips.in_use / terms.chip_quarters
        + in_sites.in_use / terms.site_quarters
        + start.net_chips * terms.opening_chips.charge(quarter)
        + start.net_sites * terms.opening_sites.charge(quarter)
    )
    after = books._replace(
        chips=in_chips, sites=in_sites, chip_entries=chip_entries, site_entries=site_entries
    )
    return after, charge


def energy_cost(terms: AccountTerms, live_gw: PerCompany, load: PerCompany) -> PerCompany:
    """What a quarter's power costs  [USD bn].

    Parameters
    ----------
    terms
        Cost rates.
    live_gw
        GW that run.
    load
        Revenue over capacity, 0 to 1.
    """
    return live_gw * (terms.idle_load + (1 - terms.idle_load) * load) * terms.energy_per_gw


def close(
    books: Books,
    terms: AccountTerms,
    revenue: PerCompany,
    live_gw: PerCompany,
    load: PerCompany,
    depreciation: PerCompany,
    writedown: PerCompany,
    core: PerCompany,
    ai_capex: PerCompany,
) -> tuple[Books, Statement]:
    """The quarter's statement and the books after it.

    Parameters
    ----------
    books
        After `depreciate`.
    terms
        Cost rates.
    revenue, depreciation, writedown, core, ai_capex
        USD bn of the quarter; ``core`` is what AI does to the rest of the company's operating income.
    live_gw
        GW that run.
    load
        Revenue over capacity, 0 to 1.
    """
    energy = energy_cost(terms, live_gw, load)
    opex = terms.opex * revenue
    ebit = revenue - energy - opex - depreciation - writedown + core
    nopat = ebit * (1 - terms.tax)
    net = books.net + ai_capex - depreciation - writedown
    fcf = nopat + depreciation + writedown - ai_capex
    statement = Statement(energy, opex, depreciation, writedown, ebit, nopat, fcf, net)
    return books._replace(net=net), statement
