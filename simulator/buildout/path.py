"""One path through time: its constants, its state, and the order of the mechanisms in a quarter."""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout import (
    accounts,
    adoption,
    capital,
    cycle,
    debt,
    fleet,
    pipeline,
    power,
    price,
    sites,
    spend,
)
from simulator.buildout.accounts import AccountTerms, Books
from simulator.buildout.adoption import AdoptionTerms, Demand, DemandState
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath, materialise, total
from simulator.buildout.capital import Capital, OpeningCapital
from simulator.buildout.cycle import Cycle, CycleTerms
from simulator.buildout.debt import Debt, DebtTerms, Funded
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
from simulator.buildout.sites import Placement, Sites
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


class Orders(NamedTuple):
    """What a quarter's spending buys.

    Attributes
    ----------
    level
        Log of capex over the opening year's profile  [1]
    total_capex, ai_capex
        [USD bn]
    put_off
        What has been put off and not made up by the end of the quarter  [USD bn]
    silicon
        Cost of a gigawatt.
    placement
        To which sites the chips go.
    batch, reused, queued
        All that is ordered; of it what goes to sites that have power, and what waits for it.
    sites
        Cost of the sites  [USD bn]
    funded
        How the levered companies pay for it; nothing where the study has none.
    """

    level: PerCompany
    total_capex: PerCompany
    ai_capex: PerCompany
    put_off: PerCompany
    silicon: Silicon
    placement: Placement
    batch: OrderBatch
    reused: OrderBatch
    queued: OrderBatch
    sites: PerCompany
    funded: Funded | None


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
        site_reuse=p.path("power.site_reuse"),
        start=OpeningCapital.of(p, fleet_terms.opening_gw, per_gigawatt(silicon, jnp.zeros(()))),
        opening_price=prices.revenue_per_gw / QUARTERS_PER_YEAR,
        debt=DebtTerms.of(p, companies),
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
    before = state.market
    wanted_before, capacity_before = before.demand.organic + before.demand.financed, before.capacity.value
    market_scarcity = price.scarcity(total(wanted_before, 0), total(capacity_before, 0))
    markup = price.move_markup(state.markup, terms.price, now.regime, market_scarcity, shocks.price, moves)
    excess = price.excess_of_noise(terms.price, year)
    prices = materialise(price.price(terms.price, markup - excess, year))

    surviving = materialise(fleet.survival(terms.fleet, year))
    capacity = materialise(
        fleet.capacity(state.fleet, terms.fleet, surviving, prices, terms.opening_price, year)
    )
    released = sites.release(state.sites, capacity, terms.site_reuse)
    on_the_way = state.queue.waiting.compute + state.entries.compute[jnp.maximum(t - 1, 0)]
    scarcity = price.scarcity(wanted_before, capacity_before + on_the_way * prices)
    orders = materialise(_order(terms, state, released, scarcity, now, t, year, shocks))

    lead = power.move_lead(state.lead, terms.power, (shocks.power_common, shocks.power))
    lateness = _lateness(terms, state, lead, orders, year)
    waiting, powered = pipeline.move(
        state.queue, orders.queued, terms.power.mix, lateness, terms.accounts.book_left
    )
    energised = OrderBatch(*(new + reused for new, reused in zip(powered, orders.reused, strict=True)))
    late_share, mean_wait = pipeline.late_orders(orders.queued.gw, terms.power.mix, lateness)

    joined, entries = fleet.join(
        state.fleet, state.entries, terms.fleet, energised.gw, energised.compute, prices, t
    )
    demand_state = adoption.move_demand_state(state.demand_state, terms.adoption, now, shocks, moves)
    price_factor = adoption.response_to_price(terms.adoption, markup, excess)
    demand = materialise(adoption.demand(terms.adoption, demand_state, now, year, price_factor))
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
    owed = financing = None
    if terms.debt and state.debt and orders.funded:
        owed, financing = materialise(
            debt.close(terms.debt, state.debt, orders.funded, revenue, core, statement, year)
        )
    record = Record(
        capex=orders.total_capex,
        ai_capex=orders.ai_capex,
        merchant_capex=orders.batch.gw * orders.silicon.merchant_cost,
        silicon_saved=orders.batch.gw * orders.silicon.saved,
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
        price=price.against_start(terms.price, markup - excess, year),
        regime=now.regime,
        financing_broken=now.broken,
        late_share=late_share,
        mean_wait=mean_wait,
        financing=financing,
    )
    market = Market(demand, capacity, noncircular, shortfall, statement.energy_cost)
    after = State(
        cycle=now,
        markup=markup,
        spend_level=orders.level,
        put_off=orders.put_off,
        lead=lead,
        queue=waiting,
        sites=sites.occupy(released, orders.placement, energised.gw),
        fleet=joined,
        entries=entries,
        demand_state=demand_state,
        ads=ads,
        capital=invested,
        books=books,
        market=market,
        debt=owed,
    )
    return after, record


def _order(
    terms: Terms,
    state: State,
    released: Sites,
    scarcity: PerCompany,
    now: Cycle,
    t: Array,
    year: Float[Array, ""],
    shocks: Shocks,
) -> Orders:
    moves = t >= QUARTERS_PER_YEAR
    level = spend.grow(
        state.spend_level,
        terms.spend,
        now.regime,
        state.market.shortfall,
        scarcity,
        (shocks.spend_common, shocks.spend),
        year,
        moves,
    )
    outlay = spend.outlay(
        terms.spend,
        spend.planned_capex(terms.spend, level, t),
        state.put_off,
        state.queue.waiting.gw,
        state.capital.ordered_last_year,
        moves,
    )
    funded = None
    if terms.debt and state.debt:
        funded = debt.fund(terms.debt, state.debt, outlay.capex, moves)
        outlay = spend.Outlay(funded.capex, outlay.put_off + funded.cut)
    ai_capex = terms.spend.ai_share * outlay.capex
    silicon = per_gigawatt(terms.silicon, year)
    placement = sites.place(released, ai_capex, silicon)
    return Orders(
        level=level,
        total_capex=outlay.capex,
        ai_capex=ai_capex,
        put_off=outlay.put_off,
        silicon=silicon,
        placement=placement,
        batch=_batch(placement.reused + placement.new, silicon),
        reused=_batch(placement.reused, silicon),
        queued=_batch(placement.new, silicon),
        sites=placement.new * silicon.site_cost,
        funded=funded,
    )


def _batch(gw: PerCompany, silicon: Silicon) -> OrderBatch:
    """Chips for so many GW, at cost in the books."""
    return OrderBatch(gw, gw * silicon.compute, gw * silicon.chip_cost, gw * silicon.chip_cost)


def _lateness(terms: Terms, state: State, lead: Lead, orders: Orders, year: Float[Array, ""]) -> Lateness:
    idle_before = total(state.queue.waiting.gw, 0)
    ordered = total(orders.queued.gw, 0)
    return materialise(power.lateness(terms.power, lead, ordered, idle_before, year))
