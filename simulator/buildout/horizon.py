"""What stands at the horizon: the business that goes on, and the same fleet run until its last chip retires.

Equations: docs/explanation/model.md, 10.2 to 10.6.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout import accounts, adoption, fleet, pipeline, price
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath, Quarter, materialise
from simulator.buildout.curve import adopted_share
from simulator.buildout.pipeline import OrderBatch
from simulator.buildout.settings import DepreciationPolicy
from simulator.buildout.silicon import per_gigawatt
from simulator.buildout.state import State, Terms
from simulator.buildout.valuation import quarters_of_profit
from simulator.tracing import branch

#: How long what stands at the horizon is followed when nothing more is bought: longer than chips last.
RUN_OFF_QUARTERS = 48
#: Points in time at which profit is looked at on the way to saturation.
TRANSITION_POINTS = 8


def value_at_horizon(
    terms: Terms, policy: DepreciationPolicy, last: State, quarters: int, dtype: jnp.dtype
) -> PerCompany:
    """Value at the horizon of what stands then: as a business, run until it retires, or sold  [USD bn].

    Parameters
    ----------
    terms
        Constants of every path.
    policy
        When depreciation of a chip starts.
    last
        State at the end of the last quarter.
    quarters
        Length of the horizon.
    dtype
        Precision.

    Returns
    -------
    PerCompany
        Equation 10.2.
    """
    sold = terms.value.salvage * last.books.net
    used_up = branch(
        jnp.any(terms.value.harvest > 0),
        lambda: terms.value.harvest * harvest(terms, policy, last, quarters, dtype),
        lambda: jnp.zeros_like(sold),
    )
    return jnp.maximum(jnp.maximum(going_concern(terms, last, quarters, dtype), used_up), sold)


def _demand_after(
    terms: Terms, last: State, quarters: int, dtype: jnp.dtype
) -> Callable[[Float[Array, ""] | PerPath], PerCompany]:
    """Demand as a function of quarters after the last one, in the middle of the cycle  [USD bn a quarter].

    What the cycle took is recovered, prices are those of mid-cycle, shocks fade, and adoption goes on along
    its curve. Financed demand stays where it is. Equation 10.5.
    """
    year = jnp.asarray((quarters - 1) * H, dtype)
    excess = price.excess_of_noise(terms.price, year)
    to_mid_cycle = terms.adoption.price_response * (terms.price.mid_cycle - last.markup)
    to_mid_cycle = to_mid_cycle + terms.adoption.price_response**2 * excess
    now, curve = last.market.demand, terms.adoption.curve
    recovered = now.organic * jnp.exp(to_mid_cycle - last.demand_state.lost)
    per_share = materialise(recovered / adopted_share(curve, year))

    def demand(ahead: Float[Array, ""] | PerPath) -> PerCompany:
        fading = adoption.fading(terms.adoption, last.demand_state, year, ahead)
        return per_share * adopted_share(curve, year + ahead * H) * jnp.exp(fading) + now.financed

    return demand


def going_concern(terms: Terms, last: State, quarters: int, dtype: jnp.dtype) -> PerCompany:
    """Value at the horizon of a business that replaces its chips and goes on  [USD bn].

    Its capacity is that of the last quarter and, as far as the study says, what was energised in it or still
    waits for power. Demand first follows its own curve for the years of transition; the profit that it has
    reached then is valued as one that has grown for ever, less what profits fall short of it on the way.

    Parameters
    ----------
    terms, last, quarters, dtype
        As for `value_at_horizon`.

    Returns
    -------
    PerCompany
        Equation 10.4.
    """
    market, value, books = last.market, terms.value, terms.accounts
    year = jnp.asarray((quarters - 1) * H, dtype)
    markup = last.markup - price.excess_of_noise(terms.price, year)
    target = terms.price.mid_cycle
    to_come_gw = value.queue * (last.entries.gw[quarters - 1] + last.queue.waiting.gw)
    to_come = value.queue * (last.entries.compute[quarters - 1] + last.queue.waiting.compute)
    capacity = market.capacity.value + market.capacity.spot_value * jnp.expm1(target - markup)
    capacity = capacity + to_come * price.price(terms.price, target, year)

    chips = last.capital.in_use_at_end + terms.start.chips * fleet.survival(terms.fleet, year)
    chips = chips + value.queue * last.queue.waiting.chips
    sites = terms.start.sites + last.capital.sites
    by_cost = chips / terms.fleet.life_years
    by_value = _chips_to_stay(terms, price.price(terms.price, target, year), year)
    for_sites = sites / (books.site_quarters / QUARTERS_PER_YEAR)

    demand = _demand_after(terms, last, quarters, dtype)

    def revenue(ahead: Float[Array, ""] | PerPath) -> PerCompany:
        return jnp.minimum(demand(ahead), capacity)

    some = jnp.where(capacity > 0, capacity, 1.0)
    at_first = revenue(jnp.zeros((), dtype))

    def profit(sold: PerCompany) -> PerCompany:
        load = sold / some
        by_load = (load - at_first / some) * market.capacity.live_gw + load * to_come_gw
        energy = (1 - books.idle_load) * by_load + books.idle_load * to_come_gw
        energy = market.energy_cost + energy * books.energy_per_gw
        for_chips = by_cost + value.replacement * (by_value * sold - by_cost)
        margin = QUARTERS_PER_YEAR * (sold * (1 - books.opex) - energy) - for_chips - for_sites
        return margin * (1 - books.tax) / QUARTERS_PER_YEAR

    years = jnp.maximum(value.maturity_years - quarters * H, 0.0)
    part = years / TRANSITION_POINTS
    on_the_way = jnp.zeros_like(at_first)
    for point in range(TRANSITION_POINTS):
        at = (point + 0.5) * part
        on_the_way = on_the_way + profit(revenue(QUARTERS_PER_YEAR * at)) * jnp.exp(-value.discount * at)
    mature = profit(revenue(QUARTERS_PER_YEAR * years)) * quarters_of_profit(value)
    return on_the_way * part * QUARTERS_PER_YEAR + mature * jnp.exp(-value.discount * years)


def _chips_to_stay(terms: Terms, prices: PerCompany, year: Float[Array, ""]) -> PerCompany:
    """Chips to buy in a year per dollar that capacity earns in a quarter, for it to go on earning that  [1].

    What a chip earns falls with the price of compute until it retires, so that a fleet of all ages needs more
    than its cost over its life. A new chip costs and computes what one does that is ordered today.
    """
    silicon = per_gigawatt(terms.silicon, year)
    earned = silicon.compute * prices
    cost = jnp.where(earned > 0, silicon.chip_cost / jnp.where(earned > 0, earned, 1.0), 0.0)
    fall, life = terms.price.decline, terms.fleet.life_years
    falls = jnp.abs(fall) > 0
    each_year = jnp.where(falls, fall / -jnp.expm1(-jnp.where(falls, fall, 1.0) * life), 1 / life)
    return cost * each_year


def harvest(
    terms: Terms, policy: DepreciationPolicy, last: State, quarters: int, dtype: jnp.dtype
) -> PerCompany:
    """Value at the horizon of what stands then if nothing more is bought  [USD bn].

    What waits is energised at the pace of the last quarter, chips earn until they retire, depreciation saves
    tax.

    Parameters
    ----------
    terms, policy, last, quarters, dtype
        As for `value_at_horizon`.

    Returns
    -------
    PerCompany
        Equation 10.6.
    """
    target = terms.price.mid_cycle
    books = terms.accounts
    demand = _demand_after(terms, last, quarters, dtype)
    nothing = jnp.zeros_like(last.books.net)

    def quarter(carried: Any, ahead: Quarter) -> tuple[Any, None]:
        waiting, live, entries, ledger, worth = carried
        t = quarters + ahead
        year = t.astype(dtype) * H
        prices = price.price(terms.price, target, year)
        writedown = accounts.written_down(policy, waiting.book, books)
        waiting, energised = pipeline.drain(last.queue, waiting, books.book_left)
        surviving = fleet.survival(terms.fleet, year)
        capacity = fleet.capacity(live, terms.fleet, surviving, prices, terms.opening_price, year)
        live, entries = fleet.join(live, entries, terms.fleet, energised.gw, energised.compute, prices, t)
        ledger, depreciation = accounts.depreciate(
            ledger, books, terms.start, _capitalised(policy, energised), nothing, t
        )
        revenue = jnp.minimum(demand(ahead.astype(dtype) + 1), capacity.value)
        load = revenue / jnp.where(capacity.value > 0, capacity.value, 1.0)
        energy = accounts.energy_cost(books, capacity.live_gw, load)
        flow = (revenue * (1 - books.opex) - energy) * (1 - books.tax) + books.tax * (
            depreciation + writedown
        )
        flow = flow * jnp.exp(-terms.value.discount * (ahead.astype(dtype) * H + H / 2))
        return (waiting, live, entries, ledger, worth + flow), None

    carried = (pipeline.draining(last.queue), last.fleet, last.entries, last.books, nothing)
    ahead = jnp.arange(RUN_OFF_QUARTERS, dtype=jnp.int32)
    return jax.lax.scan(quarter, carried, ahead)[0][-1]


def _capitalised(policy: DepreciationPolicy, energised: OrderBatch) -> PerCompany:
    """Chips whose depreciation starts when they are energised; by delivery it has started before."""
    return energised.book if policy == "in_service" else jnp.zeros_like(energised.book)
