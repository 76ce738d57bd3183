"""One path through time: its constants, its state, and the order of the mechanisms in a quarter."""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout import accounts, adoption, capital, cycle, fleet, pipeline, power, price, spend
from simulator.buildout.accounts import AccountTerms, Books
from simulator.buildout.adoption import AdoptionTerms, Demand, DemandState
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath, materialise, total
from simulator.buildout.capital import Capital, OpeningCapital
from simulator.buildout.cycle import Cycle, CycleTerms
from simulator.buildout.exposures import ExposureTerms, core_income
from simulator.buildout.fleet import Capacity, Entries, Fleet, FleetTerms
from simulator.buildout.inputs import Parameters
from simulator.buildout.metrics import Record
from simulator.buildout.pipeline import OrderBatch, Queue
from simulator.buildout.power import Lateness, Lead, PowerTerms
from simulator.buildout.price import PriceTerms
from simulator.buildout.settings import Company, DepreciationPolicy, PowerSource
from simulator.buildout.shocks import Shocks, persist, variance
from simulator.buildout.silicon import Silicon, SiliconTerms, per_gigawatt
from simulator.buildout.spend import SpendTerms
from simulator.buildout.valuation import ValueTerms, mid_cycle_revenue, terminal_value


class Terms(NamedTuple):
    """Everything about a path that does not change from quarter to quarter.

    Attributes
    ----------
    cycle, price, spend, silicon, power, fleet, adoption, accounts, exposures, value
        Constants of each mechanism.
    start
        What stands at the start.
    opening_price
        What an opening GW can sell in the first quarter  [USD bn/GW]
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
    start: OpeningCapital
    opening_price: PerCompany


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
    cycle, lead, queue, fleet, entries, demand_state, capital, books, market
        State of each mechanism at the end of a quarter.
    markup
        Log markup of the price  [1]
    spend_level
        Log of capex over the opening year's profile  [1]
    ads
        State of the advertising market, standard normal in the long run  [1]
    """

    cycle: Cycle
    markup: PerPath
    spend_level: PerCompany
    lead: Lead
    queue: Queue
    fleet: Fleet
    entries: Entries
    demand_state: DemandState
    ads: PerPath
    capital: Capital
    books: Books
    market: Market


class Orders(NamedTuple):
    """What a quarter's spending buys.

    Attributes
    ----------
    level
        Log of capex over the opening year's profile  [1]
    total_capex, ai_capex
        [USD bn]
    silicon
        Cost of a gigawatt.
    silicon_saved
        What the same compute on merchant parts alone would cost more  [USD bn]
    batch
        What is ordered.
    sites
        Cost of the sites  [USD bn]
    """

    level: PerCompany
    total_capex: PerCompany
    ai_capex: PerCompany
    silicon: Silicon
    silicon_saved: PerCompany
    batch: OrderBatch
    sites: PerCompany


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
        start=OpeningCapital.of(p, fleet_terms.opening_gw, per_gigawatt(silicon, jnp.zeros(()))),
        opening_price=prices.revenue_per_gw / QUARTERS_PER_YEAR,
    )


def opening(terms: Terms, quarters: int, stages: int, paths: int, dtype: jnp.dtype) -> State:
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
        lead=Lead(shared, jnp.zeros((sources, paths), dtype)),
        queue=pipeline.opening(idle, terms.power.mix, stages, paths),
        fleet=opening_fleet,
        entries=entries,
        demand_state=DemandState(shared, own, shared),
        ads=shared,
        capital=capital.opening(start, paths, quarters),
        books=accounts.opening(start, paths, quarters),
        market=Market(Demand(own, own), Capacity(own, own, own), own, own, own),
    )


def quarter(
    terms: Terms,
    policy: DepreciationPolicy,
    state: State,
    t: Array,
    year: Float[Array, ""],
    to_come: Array,
    shocks: Shocks,
) -> tuple[State, Record]:
    """The state one quarter on, and the record of the quarter, in the order of docs/explanation/model.md.

    Parameters
    ----------
    terms
        Constants of the path.
    policy
        When depreciation of a chip starts.
    state
        After the quarter before.
    t, year
        Quarters and years since the start.
    to_come
        Quarters that follow this one before the horizon.
    shocks
        Of this quarter.
    """
    moves = t > 0
    now = cycle.move(state.cycle, terms.cycle, shocks, moves)
    markup = price.move_markup(state.markup, terms.price, now.regime, shocks.price, moves)
    prices = materialise(price.price(terms.price, markup - price.excess_of_noise(terms.price, year), year))
    orders = materialise(_order(terms, state, now, t, year, shocks))

    lead = power.move_lead(state.lead, terms.power, (shocks.power_common, shocks.power))
    lateness = _lateness(terms, state, lead, orders, year)
    waiting, energised = pipeline.move(
        state.queue, orders.batch, terms.power.mix, lateness, terms.accounts.book_left
    )
    late_share, mean_wait = pipeline.late_orders(orders.batch.gw, terms.power.mix, lateness)

    surviving = materialise(fleet.survival(terms.fleet, year))
    capacity = fleet.capacity(state.fleet, terms.fleet, surviving, prices, terms.opening_price, year)
    joined, entries = fleet.join(
        state.fleet, state.entries, terms.fleet, energised.gw, energised.compute, prices, t
    )
    demand_state = adoption.move_demand_state(state.demand_state, terms.adoption, now, shocks, moves)
    demand = adoption.demand(terms.adoption, demand_state, now, year)
    capacity, demand = materialise((capacity, demand))
    wanted = demand.organic + demand.financed
    revenue = jnp.minimum(wanted, capacity.value)
    noncircular = materialise(revenue * demand.organic / jnp.where(wanted > 0, wanted, 1.0))
    shortfall = spend.shortfall(terms.spend, noncircular, state.capital.gross_a_year_before)

    invested = capital.invest(
        state.capital,
        terms.start,
        terms.fleet,
        surviving,
        orders.batch.chips,
        orders.sites,
        energised.chips,
        orders.batch.gw,
        t,
        to_come,
    )

    capitalised = accounts.chips_capitalised(policy, terms.start, orders.batch.chips, energised, t)
    books, depreciation = accounts.depreciate(
        state.books, terms.accounts, terms.start, capitalised, orders.sites, t
    )
    writedown = accounts.written_down(policy, state.queue.waiting, terms.accounts)
    ads = jnp.where(moves, persist(state.ads, shocks.ads, terms.power.persistence), state.ads)
    ads_variance = variance(terms.power.persistence, year / H)
    core = core_income(terms.exposures, ads, ads_variance, demand_state.lost, year)
    load = revenue / jnp.where(capacity.value > 0, capacity.value, 1.0)
    books, statement = accounts.close(
        books,
        terms.accounts,
        revenue,
        capacity.live_gw,
        load,
        depreciation,
        writedown,
        core,
        orders.ai_capex,
    )
    statement = materialise(statement)
    record = Record(
        capex=orders.total_capex,
        ai_capex=orders.ai_capex,
        merchant_capex=orders.batch.gw * orders.silicon.merchant_cost,
        silicon_saved=orders.silicon_saved,
        chips_bought=invested.chips_bought,
        ordered_gw=orders.batch.gw,
        energised_gw=energised.gw,
        idle_gw=waiting.waiting.gw,
        live_gw=capacity.live_gw,
        idle_value=waiting.waiting.chips,
        idle_charge=accounts.idle_charge(policy, waiting.waiting.chips, writedown, terms.accounts),
        demand=wanted,
        capacity=capacity.value,
        revenue=revenue,
        noncircular_revenue=noncircular,
        core=core,
        statement=statement,
        regime=now.regime,
        financing_broken=now.broken,
        late_share=late_share,
        mean_wait=mean_wait,
    )
    market = Market(demand, capacity, noncircular, shortfall, statement.energy_cost)
    after = State(
        now, markup, orders.level, lead, waiting, joined, entries, demand_state, ads, invested, books, market
    )
    return after, record


def terminal(terms: Terms, last: State, year: Float[Array, ""]) -> PerCompany:
    """Value at the horizon, at the horizon, USD bn; ``year`` is when its last quarter began.

    Parameters
    ----------
    terms
        Constants of every path.
    last
        State at the end of the last quarter.
    year
        As above.
    """
    chips = last.capital.in_use_at_end + terms.start.chips * fleet.survival(terms.fleet, year)
    sites = terms.start.sites + last.capital.sites
    site_years = terms.accounts.site_quarters / QUARTERS_PER_YEAR
    markup = last.markup - price.excess_of_noise(terms.price, year)
    revenue = mid_cycle_revenue(
        last.market.capacity, last.market.demand, markup, terms.price.mid_cycle, last.demand_state.lost
    )
    return terminal_value(
        terms.value,
        terms.accounts,
        revenue,
        last.market.energy_cost,
        chips / terms.fleet.life_years + sites / site_years,
        last.books.net,
    )


def _order(
    terms: Terms, state: State, now: Cycle, t: Array, year: Float[Array, ""], shocks: Shocks
) -> Orders:
    moves = t >= QUARTERS_PER_YEAR
    level = spend.grow(
        state.spend_level,
        terms.spend,
        now.regime,
        state.market.shortfall,
        (shocks.spend_common, shocks.spend),
        year,
        moves,
    )
    total_capex = spend.capex(
        terms.spend, level, state.queue.waiting.gw, state.capital.ordered_last_year, t, moves
    )
    ai_capex = terms.spend.ai_share * total_capex
    silicon = per_gigawatt(terms.silicon, year)
    gw = ai_capex / (silicon.chip_cost + silicon.site_cost)
    chips, sites = gw * silicon.chip_cost, gw * silicon.site_cost
    return Orders(
        level=level,
        total_capex=total_capex,
        ai_capex=ai_capex,
        silicon=silicon,
        silicon_saved=gw * silicon.saved,
        batch=OrderBatch(gw, gw * silicon.compute, chips, chips),
        sites=sites,
    )


def _lateness(terms: Terms, state: State, lead: Lead, orders: Orders, year: Float[Array, ""]) -> Lateness:
    idle_before = total(state.queue.waiting.gw, 0)
    ordered = total(orders.batch.gw, 0)
    return materialise(power.lateness(terms.power, lead, ordered, idle_before, year))
