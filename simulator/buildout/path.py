"""One quarter of a path: the order of the mechanisms."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout import (
    accounts,
    adoption,
    capital,
    clock,
    cycle,
    debt,
    fleet,
    hazard,
    pipeline,
    power,
    price,
    sites,
    spend,
)
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, materialise, total
from simulator.buildout.cycle import Cycle
from simulator.buildout.debt import Funded
from simulator.buildout.exposures import core_income
from simulator.buildout.metrics import Record
from simulator.buildout.pipeline import OrderBatch
from simulator.buildout.power import Lateness, Lead
from simulator.buildout.settings import DepreciationPolicy
from simulator.buildout.shocks import Shocks, persist, variance
from simulator.buildout.silicon import Silicon, per_gigawatt
from simulator.buildout.sites import Placement, Sites
from simulator.buildout.state import Market, State, Terms


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
    events = clock.read(state.clock, shocks.events)
    breaking = cycle.breaking(terms.cycle, state.cycle, state.hazard.ratio if state.hazard else None)
    now = cycle.move(state.cycle, terms.cycle, breaking, events, moves)
    ticking = state.clock and clock.advance(
        state.clock, events, cycle.leaving(terms.cycle, state.cycle), breaking, moves
    )
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
    writedown = accounts.written_down(policy, state.queue.waiting.book, terms.accounts)
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
    owed = financing = break_hazard = None
    if terms.debt and state.debt and orders.funded:
        owed, financing = materialise(
            debt.close(terms.debt, state.debt, orders.funded, revenue, core, statement, year)
        )
        if terms.hazard and state.hazard:
            seen = hazard.covariates(financing, revenue, noncircular)
            break_hazard = hazard.move(terms.hazard, state.hazard, seen, ~moves)
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
        clock=ticking,
        hazard=break_hazard,
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
    planned, ai_share = spend.planned_capex(terms.spend, level, t), terms.spend.ai_share
    if decided := spend.spent(terms.spend, year):
        planned, ai_share = planned * decided.left, decided.ai_share
    outlay = spend.outlay(
        terms.spend,
        planned,
        state.put_off,
        state.queue.waiting.gw,
        state.capital.ordered_last_year,
        moves,
    )
    funded = None
    if terms.debt and state.debt:
        funded = debt.fund(terms.debt, state.debt, outlay.capex, moves)
        outlay = spend.Outlay(funded.capex, outlay.put_off + funded.cut)
    ai_capex = ai_share * outlay.capex
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
