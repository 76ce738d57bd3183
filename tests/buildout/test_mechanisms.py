"""Laws of what answers what: spending made up, sites used again, scarcity, and what stands at the horizon."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout import price, spend
from tests.buildout import kernel
from tests.buildout.test_laws import FEEDBACKS
from tests.twin import SHIPPED, quiet_shocks, random_inputs
from tests.twin.opening import open_books
from tests.twin.structure import REGIMES

PATHS = 256
#: Double precision over some 1e4 roundings a path, relative to the largest term of a balance.
ROUNDING = 1e4 * 2**-52
COMPANIES = [company.name for company in SHIPPED.companies]
CANCELLATIONS = ("power.cancel_grid", "power.cancel_nuclear", "power.cancel_smr")
#: So much more is wanted than is served at the start that demand is never short.
AMPLE = {"adoption.unmet": 1e9}
#: Prices stay on their trend, which falls.
ON_TREND = dict.fromkeys((*(f"economics.markup_{s}" for s in REGIMES), "economics.price_vol"), 0.0)
#: Buildings that last no time: going on would cost more than it brings, so all that is left is to run off.
RUN_OFF = {"finance.building_life": 0.01, "finance.salvage": 0.0, "finance.harvest": 1.0}


@pytest.fixture(scope="module")
def draws() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return random_inputs(np.random.default_rng(34), PATHS, SHIPPED)


@pytest.fixture(scope="module")
def followed(draws):
    inputs, shocks = draws
    return kernel.states(inputs, shocks, SHIPPED)


def _fixed(inputs: dict) -> dict:
    """Nothing answers what has happened."""
    return {**inputs, **dict.fromkeys(FEEDBACKS, 0.0)}


def test_what_is_spent_and_still_put_off_is_what_was_planned(draws, followed) -> None:
    inputs, shocks = draws
    states, record = followed
    start = open_books(inputs, shocks, SHIPPED)
    shape = start.shape[np.minimum(np.arange(SHIPPED.horizon), 3)]
    planned = np.cumsum(start.year_one * shape * np.exp(states.spend_level), axis=0)
    spent = np.cumsum(record.capex, axis=0)
    assert (np.abs(spent + states.put_off - planned) <= ROUNDING * planned).all()
    assert (states.put_off >= 0).all()
    assert (states.put_off[:4] == 0).all()


def _sites_bought(inputs: dict, states) -> np.ndarray:
    """GW of sites by quarter, from what is paid for them."""
    years = np.arange(SHIPPED.horizon)[:, None, None] / 4
    level = inputs["silicon.cost_per_gw"] * np.exp(inputs["silicon.inflation"] * years)
    paid = np.diff(states.capital.sites, axis=0, prepend=np.zeros_like(states.capital.sites[:1]))
    return paid / (level * (1 - inputs["silicon.compute_share"]))


def test_every_live_gigawatt_has_a_site(draws, followed) -> None:
    """Sites in use, free or awaited are those of the start and those bought, less what is not fit again."""
    inputs, shocks = draws
    opening = open_books(inputs, shocks, SHIPPED)
    for reuse in (None, 1.0):
        given = inputs if reuse is None else {**inputs, "power.site_reuse": reuse}
        states, record = followed if reuse is None else kernel.states(given, shocks, SHIPPED)
        there = opening.opening_gw + opening.opening_idle_gw + np.cumsum(_sites_bought(given, states), axis=0)
        held = states.sites.in_use + states.sites.free + record.idle_gw
        assert (record.live_gw <= there * (1 + ROUNDING)).all()
        assert (held <= there * (1 + ROUNDING)).all()
        assert (states.sites.free >= 0).all()
        if reuse == 1:
            np.testing.assert_allclose(held, there, rtol=ROUNDING)


def test_only_the_opening_fleet_frees_sites_when_chips_outlast_the_horizon(draws) -> None:
    inputs, shocks = draws
    life = np.maximum(inputs["finance.economic_life"], SHIPPED.horizon / 4)
    given = {**inputs, "finance.economic_life": life}
    states, record = kernel.states(given, shocks, SHIPPED)
    growth, years = inputs["finance.past_growth"], np.arange(SHIPPED.horizon)[:, None, None] / 4
    survives = np.maximum(np.expm1(-growth * (life - years)) / np.expm1(-growth * life), 0)
    retired = open_books(given, shocks, SHIPPED).opening_gw * (1 - survives)
    reused = np.cumsum(record.ordered_gw - _sites_bought(given, states), axis=0)
    freed = states.sites.free + reused
    scale = np.maximum(np.cumsum(record.ordered_gw, axis=0), retired)
    assert (np.abs(freed - inputs["power.site_reuse"] * retired) <= ROUNDING * np.maximum(scale, 1)).all()


def test_price_rises_only_where_demand_exceeds_capacity(draws) -> None:
    """In one step, whatever else moves; and in the first quarter of every path, where all else is equal."""
    zeros: dict[str, Any] = dict.fromkeys(price.PriceTerms._fields, jnp.zeros((1, 1)))
    zeros |= {"targets": (jnp.zeros((1, 1)),) * 3, "adjustment": jnp.full((1, 1), 0.5)}
    for answer in (0.0, 0.4):
        asked = price.PriceTerms(**{**zeros, "scarcity": jnp.full((1, 1), answer)})
        for short in (-1.0, -0.2, 0.0, 0.2, 1.0):
            after = price.move_markup(
                jnp.zeros((1, 1)),
                asked,
                jnp.zeros((1, 1), int),
                jnp.full((1, 1), short),
                jnp.zeros((1, 1)),
                jnp.asarray(True),
            )
            np.testing.assert_allclose(after[0, 0], 0.5 * answer * short, rtol=1e-6)

    inputs, shocks = draws
    still = {**inputs, "economics.scarcity_markup": 0.0}
    low, high = (kernel.run(x, shocks, SHIPPED)[1] for x in (still, {**inputs, **{"power.site_reuse": 0.0}}))
    wanted, had = (low[name][0].sum(axis=0) for name in ("demand", "capacity"))
    np.testing.assert_array_equal(low["capacity"][0], high["capacity"][0])
    more = high["capacity"][1] / low["capacity"][1]
    assert (more[:, wanted > had * (1 + ROUNDING)] >= 1 - ROUNDING).all()
    assert (more[:, wanted < had * (1 - ROUNDING)] <= 1 + ROUNDING).all()
    answers = (inputs["economics.scarcity_markup"] > 0) & (inputs["economics.markup_speed"] > 0)
    answers &= (inputs["economics.contract_share"] < 1) & (wanted > had * 1.01)
    assert (more[:, answers] > 1).all()


def test_who_is_short_builds_faster_and_who_has_too_much_slower() -> None:
    zeros: dict[str, Any] = dict.fromkeys(spend.SpendTerms._fields, jnp.zeros((1, 1)))
    zeros |= {"growth": (jnp.zeros((1, 1)),) * 3, "accelerator": jnp.full((1, 1), 0.3)}
    terms = spend.SpendTerms(**zeros)
    for short in (-1.0, -0.2, 0.0, 0.2, 1.0):
        level = spend.grow(
            jnp.zeros((1, 1)),
            terms,
            jnp.zeros((1, 1), int),
            jnp.zeros((1, 1)),
            jnp.full((1, 1), short),
            (jnp.zeros((1, 1)), jnp.zeros((1, 1))),
            jnp.asarray(2.0),
            jnp.asarray(True),
        )
        np.testing.assert_allclose(level[0, 0], 0.25 * 0.3 * short, rtol=1e-6)


def test_where_demand_is_ample_spending_grows_faster_by_the_accelerator(draws) -> None:
    """Demand e times what there is and is on its way, or more: all of the accelerator, every quarter."""
    inputs, shocks = draws
    given = {**_fixed(inputs), **AMPLE}
    answer = np.full(PATHS, 0.4)
    still, faster = (
        kernel.run({**given, "spend.accelerator": a}, shocks, SHIPPED)[1]["capex"] for a in (0.0, answer)
    )
    quarters = np.maximum(np.arange(SHIPPED.horizon) - 3, 0)[:, None, None]
    np.testing.assert_allclose(faster, still * np.exp(0.1 * quarters), rtol=ROUNDING)


@pytest.mark.parametrize("policy", ["in_service", "delivery"])
@pytest.mark.parametrize("which", [["northern_virginia"], [source.name for source in SHIPPED.sources]])
def test_a_longer_wait_for_power_never_raises_value(draws, policy: str, which: list[str]) -> None:
    """A theorem where nothing reacts and a later start is worth no more than an earlier one.

    A chip that starts a quarter later earns until it retires at most what it would have earned, and each
    dollar a quarter later. So value falls with every wait if

    - spending, congestion, prices and sites do not answer: no discipline, deferral, accelerator, scarcity in
      price, congestion or use of old sites, and no project is cancelled, so that a longer lead time means
      that fewer GW have been energised at any time;
    - all that can be sold is sold;
    - the price of compute never rises, and chips earn more than their energy costs (here: energy is free);
    - no tax depends on the wait: by delivery depreciation does not, by service there is no tax here;
    - chips are followed until they retire. A value at the horizon that capitalises the last quarter's profit
      or sells the books favours chips that started late, since they are younger.
    """
    inputs, shocks = draws
    given = {**_fixed(inputs), **AMPLE, **ON_TREND, **RUN_OFF, **dict.fromkeys(CANCELLATIONS, 0.0)}
    given |= {"economics.power_price": 0.0}
    given |= {"finance.tax": 0.0} if policy == "in_service" else {}
    longer = {f"power.lead_time.{name}": 1.5 * inputs[f"power.lead_time.{name}"] for name in which}
    structure = SHIPPED.with_(policy=policy)
    (soon, before), (late, after) = (kernel.run(x, shocks, structure) for x in (given, {**given, **longer}))
    assert (before["demand"] >= before["capacity"]).all()
    assert (after["idle_gw"].sum(axis=0) > before["idle_gw"].sum(axis=0)).any()
    for company in COMPANIES:
        value = soon[f"value_created.{company}"]
        money = np.abs(before["ai_capex"]).sum(axis=(0, 1)) + np.abs(before["revenue"]).sum(axis=(0, 1))
        assert (late[f"value_created.{company}"] <= value + ROUNDING * (money + np.abs(value))).all()


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["in_service", "delivery"])
def test_what_is_harvested_is_what_a_longer_run_without_spending_brings(policy: str) -> None:
    """Nothing is spent after the third quarter, and after the horizon of 12 quarters nothing new happens."""
    short, long = (SHIPPED.with_(horizon=horizon, policy=policy) for horizon in (12, 60))
    inputs, _ = random_inputs(np.random.default_rng(5), PATHS, SHIPPED)
    still = dict.fromkeys(
        (
            *(f"spend.profile.q4.{c}" for c in COMPANIES),
            *(f"adoption.break_{s}" for s in ("boom", "plateau", "bust")),
            "economics.scarcity_markup",
            "adoption.vol",
            "adoption.financed_growth",
            "power.lead_vol",
            "power.congestion",
            "core.flow_through",
        ),
        0.0,
    )
    given = {**inputs, **ON_TREND, **RUN_OFF, **still, "cycle.boom_years": 1e6, "adoption.ramp_years": 1.5}
    value, _ = kernel.run(given, quiet_shocks(short, PATHS), short)
    _, series = kernel.run(given, quiet_shocks(long, PATHS), long)
    assert (series["capex"][3:] == 0).all()
    quarters = np.arange(60)[:, None, None]
    discount = (1 + inputs["finance.wacc"]) ** (-(quarters + 0.5) / 4)
    opening = open_books(given, quiet_shocks(short, PATHS), short).opening_book
    flows = series["fcf"] * discount
    # Who would lose by running on stops, and sells for nothing here.
    worth = flows[:12].sum(axis=0) + np.maximum(flows[12:].sum(axis=0), 0) - opening
    scale = opening + np.abs(series["fcf"]).sum(axis=0) + series["ai_capex"].sum(axis=0)
    for i, company in enumerate(COMPANIES):
        missed = np.abs(value[f"value_created.{company}"] - worth[i])
        assert (missed <= ROUNDING * scale[i]).all()


def test_what_waits_never_lowers_value_where_margins_are_positive(draws) -> None:
    """Energy is free and chips last, so that what waits earns and need not be replaced."""
    inputs, shocks = draws
    given = {**inputs, "economics.power_price": 0.0, "finance.economic_life": 1e15}
    given |= {"finance.economic_replacement": 0.0}
    none, some, all_of_it = (
        kernel.run({**given, "finance.queue_value": share}, shocks, SHIPPED)[0] for share in (0.0, 0.5, 1.0)
    )
    for company in COMPANIES:
        values = np.stack([run[f"value_created.{company}"] for run in (none, some, all_of_it)])
        assert (np.diff(values, axis=0) >= -ROUNDING * np.abs(values).max(axis=0)).all()
        assert (values[2] > values[0]).any()


@pytest.mark.parametrize("name", ["finance.harvest", "finance.salvage"])
def test_another_way_out_never_lowers_value(draws, name: str) -> None:
    inputs, shocks = draws
    low, high = (kernel.run({**inputs, name: share}, shocks, SHIPPED)[0] for share in (0.0, 1.0))
    for company in COMPANIES:
        least, most = low[f"value_created.{company}"], high[f"value_created.{company}"]
        assert (most >= least - ROUNDING * np.abs(least)).all()
        assert (most > least).any()
