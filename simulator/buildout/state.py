"""What a path is made of: its constants, and what it carries from one quarter to the next."""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp

from simulator.buildout import (
    accounts,
    capital,
    cycle,
    debt,
    fleet,
    hazard,
    pipeline,
    sites,
)
from simulator.buildout.accounts import AccountTerms, Books
from simulator.buildout.adoption import AdoptionTerms, Demand, DemandState
from simulator.buildout.arrays import QUARTERS_PER_YEAR, PerCompany, PerPath
from simulator.buildout.capital import Capital, OpeningCapital
from simulator.buildout.clock import Clock
from simulator.buildout.cycle import Cycle, CycleTerms
from simulator.buildout.debt import Debt, DebtTerms
from simulator.buildout.exposures import ExposureTerms
from simulator.buildout.fleet import Capacity, Entries, Fleet, FleetTerms
from simulator.buildout.hazard import Hazard, HazardTerms
from simulator.buildout.inputs import Parameters
from simulator.buildout.pipeline import OrderBatch, Queue
from simulator.buildout.power import Lead, PowerTerms
from simulator.buildout.price import PriceTerms
from simulator.buildout.settings import Company, PowerSource
from simulator.buildout.silicon import SiliconTerms, per_gigawatt
from simulator.buildout.sites import Sites
from simulator.buildout.spend import SpendTerms
from simulator.buildout.valuation import ValueTerms


class Terms(NamedTuple):
    """Everything about a path that does not change from quarter to quarter.

    Attributes
    ----------
    cycle, price, spend, silicon, power, fleet, adoption, accounts, exposures, value
        Constants of each mechanism.
    site_reuse
        Share of the sites that retiring chips leave which takes new ones, 0 to 1  [1]
    start
        What stands at the start.
    opening_price
        What an opening GW can sell in the first quarter  [USD bn/GW]
    debt
        What the levered companies owe and can borrow; nothing where the study has none.
    hazard
        What of it makes a break of financing likelier; nothing where the study has none.
    """

    cycle: CycleTerms
    price: PriceTerms
    spend: SpendTerms
    silicon: SiliconTerms
    power: PowerTerms
    fleet: FleetTerms
    adoption: AdoptionTerms
    accounts: AccountTerms
    exposures: ExposureTerms
    value: ValueTerms
    site_reuse: PerPath
    start: OpeningCapital
    opening_price: PerCompany
    debt: DebtTerms | None
    hazard: HazardTerms | None


class Market(NamedTuple):
    """The last quarter's market, for what looks back at it.

    Attributes
    ----------
    demand, capacity
        Of the quarter.
    noncircular
        Revenue that the builders do not finance  [USD bn]
    shortfall
        Of yield below the hurdle, 0 to 1  [1]
    energy_cost
        [USD bn]
    """

    demand: Demand
    capacity: Capacity
    noncircular: PerCompany
    shortfall: PerCompany
    energy_cost: PerCompany


class State(NamedTuple):
    """All that a path carries from one quarter to the next.

    Attributes
    ----------
    cycle, lead, queue, sites, fleet, entries, demand_state, capital, books, market
        State of each mechanism at the end of a quarter.
    debt
        Of the levered companies; nothing where the study has none.
    clock
        Of the regimes and the break; nothing where all their uniforms are foreseen.
    hazard
        Of a break, where it hangs on the levered companies.
    markup
        Log markup of the price  [1]
    spend_level
        Log of capex over the opening year's profile  [1]
    put_off
        Capex that was put off and is not made up yet  [USD bn]
    ads
        State of the advertising market, standard normal in the long run  [1]
    """

    cycle: Cycle
    markup: PerPath
    spend_level: PerCompany
    put_off: PerCompany
    lead: Lead
    queue: Queue
    sites: Sites
    fleet: Fleet
    entries: Entries
    demand_state: DemandState
    ads: PerPath
    capital: Capital
    books: Books
    market: Market
    debt: Debt | None
    clock: Clock | None
    hazard: Hazard | None


def terms_of(p: Parameters, companies: Sequence[Company], power_sources: Sequence[PowerSource]) -> Terms:
    """The constants of every path, from its draws.

    Parameters
    ----------
    p
        Draws of the inputs.
    companies, power_sources
        Of the study, in its order.
    """
    exposures = ExposureTerms.of(p, companies)
    prices = PriceTerms.of(p, exposures.price_gap)
    fleet_terms = FleetTerms.of(p, prices.revenue_per_gw)
    account_terms = AccountTerms.of(p)
    silicon = SiliconTerms.of(p, companies, account_terms.energy_per_gw)
    owed = DebtTerms.of(p, companies)
    return Terms(
        cycle=CycleTerms.of(p),
        price=prices,
        spend=SpendTerms.of(p),
        silicon=silicon,
        power=PowerTerms.of(p, [source.cancellation for source in power_sources]),
        fleet=fleet_terms,
        adoption=AdoptionTerms.of(p, exposures.seat_revenue),
        accounts=account_terms,
        exposures=exposures,
        value=ValueTerms.of(p),
        site_reuse=p.path("power.site_reuse"),
        start=OpeningCapital.of(p, fleet_terms.opening_gw, per_gigawatt(silicon, jnp.zeros(()))),
        opening_price=prices.revenue_per_gw / QUARTERS_PER_YEAR,
        debt=owed,
        hazard=HazardTerms.of(p) if owed else None,
    )


def opening(
    terms: Terms, quarters: int, stages: int, paths: int, dtype: jnp.dtype, clock: Clock | None = None
) -> State:
    """The state before the first quarter.

    Parameters
    ----------
    terms
        Constants of every path.
    quarters
        Length of the horizon, 8 to 60.
    stages
        Of the queue for power, 1 to 12.
    paths, dtype
        Number of paths, and the precision.
    clock
        Of the regimes and the break, where their uniforms are not foreseen.
    """
    companies, sources, _ = terms.power.mix.shape
    shared, own = jnp.zeros((1, paths), dtype), jnp.zeros((companies, paths), dtype)
    start = terms.start
    idle = OrderBatch(start.idle_gw, start.idle_gw, start.idle_chips, start.idle_chips)
    opening_fleet, entries = fleet.opening(companies, paths, quarters, dtype)
    return State(
        cycle=cycle.opening(paths, dtype),
        markup=shared,
        spend_level=own,
        put_off=own,
        lead=Lead(shared, jnp.zeros((sources, paths), dtype)),
        queue=pipeline.opening(idle, terms.power.mix, stages, paths),
        sites=sites.opening(terms.fleet.opening_gw, paths),
        fleet=opening_fleet,
        entries=entries,
        demand_state=DemandState(shared, own, shared),
        ads=shared,
        capital=capital.opening(start, paths, quarters),
        books=accounts.opening(start, paths, quarters),
        market=Market(Demand(own, own), Capacity(own, own, own), own, own, own),
        debt=debt.opening(terms.debt, companies, paths) if terms.debt else None,
        clock=clock,
        hazard=hazard.opening(paths, dtype) if terms.hazard else None,
    )
