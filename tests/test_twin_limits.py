"""Limits of the twin that no worked case reaches: retirement, breaks, plain laws with known answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.stats import lognorm

from tests.twin import SHIPPED, Structure, histories, quiet_shocks, simulate, verdict_of, worked_cases
from tests.twin.buildout import lateness
from tests.twin.market import BOOM, BUST, PLATEAU, bass
from tests.twin.metrics import SCORECARD

#: Rounding of sums of some hundred terms of one sign.
ROUNDING = 1e-13
LONG = SHIPPED.with_(horizon=40)
CALM = {
    **worked_cases()[0].inputs,
    "power.lead_time.us_grid": 3.0,  # as planned: nothing waits
    **{f"spend.profile.q{q}.{c.name}": 1.0 for q in range(1, 5) for c in SHIPPED.companies},
}


@pytest.mark.parametrize("life", [1.0, 1.6, 5.8])
def test_a_fleet_of_even_orders_grows_until_its_first_vintage_retires(life: float) -> None:
    run = histories(CALM | {"finance.economic_life": life}, quiet_shocks(LONG, 1), LONG)
    gamma, y = CALM["finance.past_growth"], np.arange(40) / 4
    opening = np.maximum(0, 1 - np.exp(-gamma * (life - y))) / (1 - np.exp(-gamma * life))
    in_service = np.minimum(np.arange(40), 4 * life)
    expected = run.opening_gw[:, 0] * opening[:, None] + run.ordered_gw[0, :, 0] * in_service[:, None]
    np.testing.assert_allclose(run.live_gw[:, :, 0], expected, rtol=ROUNDING)


@pytest.mark.parametrize("life", [1.0, 1.6])
def test_the_yield_is_measured_on_chips_that_are_not_retired(life: float) -> None:
    run = histories(CALM | {"finance.economic_life": life}, quiet_shocks(LONG, 1), LONG)
    t = np.arange(12, 40)  # by then the opening fleet is gone
    chips = run.chips[0, :, 0] * np.minimum(t - 3, 4 * life)[:, None]
    sites = run.opening_sites[:, 0] + run.sites[0, :, 0] * (t - 3)[:, None]
    earned = 4 * run.noncircular_revenue[t, :, 0] / (chips + sites)
    expected = np.clip(1 - earned / CALM["spend.hurdle"], 0, 1)
    np.testing.assert_allclose(run.shortfall[t, :, 0], expected, rtol=ROUNDING, atol=ROUNDING)


def _regimes(changes: dict[str, float], u: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    structure = SHIPPED.with_(horizon=8)
    shocks = quiet_shocks(structure, 1)
    shocks |= {f"shock.{name}": np.full((8, 1), value) for name, value in u.items()}
    _, series = simulate(CALM | changes, shocks, structure)
    return series["regime"][:, 0], series["financing_broken"][:, 0]


def test_a_break_looks_at_the_regime_before_the_move_and_may_bring_a_bust() -> None:
    # Every quarter leaves its regime, never for a bust of its own; only a plateau breaks.
    leave = {f"cycle.{s}_years": 1e-3 for s in ("boom", "plateau", "bust")}
    leave |= {"cycle.boom_to_bust": 0.0, "cycle.plateau_to_bust": 0.0}
    leave |= {"adoption.break_boom": 0.0, "adoption.break_plateau": 1e3, "adoption.break_bust": 1e3}
    alone, broken = _regimes(leave | {"dependence.contagion": 0.0}, {"cycle": 0.5, "break": 0.5})
    assert alone.tolist() == [BOOM, PLATEAU, BOOM, PLATEAU, BOOM, PLATEAU, BOOM, PLATEAU]
    assert broken.tolist() == [False, False, True, True, True, True, True, True]
    catching = leave | {"dependence.contagion": 1.0}
    together, broken = _regimes(catching, {"cycle": 0.5, "break": 0.5, "contagion": 0.5})
    # The break comes once, so its bust comes once and the cycle goes on from there.
    assert together.tolist() == [BOOM, PLATEAU, BUST, PLATEAU, BOOM, PLATEAU, BOOM, PLATEAU]
    assert broken.tolist() == [False, False, True, True, True, True, True, True]


def test_power_that_waits_at_the_start_crowds_the_first_quarter() -> None:
    structure = SHIPPED.with_(horizon=8)
    inputs = CALM | {"power.opening_idle": 2.0, "power.hookup": 10.0, "power.congestion": 1.0}
    run = histories(inputs, quiet_shocks(structure, 1), structure)
    wanted = 4 * run.ordered_gw[0].sum() + 2.0 * run.opening_gw.sum()
    plan = np.array([CALM[f"power.plan_lead.{r}"] for r in run.sources])
    late_by = np.maximum(
        0, np.array([CALM[f"power.lead_time.{r}"] for r in run.sources]) * wanted / 10 - plan
    )
    weight = (run.ordered_gw[0, :, 0, None] * run.mix[:, :, 0]).sum(axis=0)
    np.testing.assert_allclose(run.mean_wait[0, 0], (weight * late_by).sum() / weight.sum(), rtol=ROUNDING)


@pytest.mark.parametrize(("lead", "plan", "sigma"), [(3.0, 2.5, 0.3), (2.0, 4.0, 0.6), (6.0, 1.0, 0.1)])
def test_lateness_is_the_integral_over_lognormal_projects(lead: float, plan: float, sigma: float) -> None:
    projects = lognorm(s=sigma, scale=lead)
    late, wait = lateness(np.array([lead]), np.array([plan]), np.array([sigma]))
    np.testing.assert_allclose(late, projects.sf(plan), rtol=1e-12)
    expected, error = quad(projects.sf, plan, np.inf, epsabs=1e-12, epsrel=1e-12)
    assert abs(wait[0] - expected) <= 10 * max(error, 1e-12)


def test_lateness_has_the_limit_of_projects_all_alike() -> None:
    lead, plan = np.array([3.0, 2.0, 2.0]), np.array([2.0, 3.0, 2.0])
    late, wait = lateness(lead, plan, np.zeros(3))
    assert late.tolist() == [1, 0, 0]
    assert wait.tolist() == [1, 0, 0]
    almost_late, almost = lateness(lead[:2], plan[:2], np.full(2, 1e-9))
    np.testing.assert_allclose(almost, wait[:2], atol=1e-8)
    np.testing.assert_allclose(almost_late, late[:2], atol=1e-8)


def test_bass_solves_its_differential_equation() -> None:
    p, q, start = 0.03, 0.5, 0.08
    solution = solve_ivp(lambda _, f: (p + q * f) * (1 - f), (0, 10), [start], rtol=1e-11, atol=1e-13)
    found = bass(np.array(p), np.array(q), np.array(start), 10.0)
    np.testing.assert_allclose(found, solution.y[0, -1], rtol=1e-9)


@pytest.mark.parametrize("horizon", [8, 9, 11, 12, 13])
def test_a_short_horizon_has_its_third_year_at_its_end(horizon: int) -> None:
    structure: Structure = SHIPPED.with_(horizon=horizon)
    metrics, series = simulate(CALM, quiet_shocks(structure, 1), structure)
    year = slice(8, 12) if horizon >= 12 else slice(horizon - 4, horizon)
    used = series["revenue"][year].sum(axis=0) / series["capacity"][year].sum(axis=0)
    np.testing.assert_allclose(metrics["utilisation.meta"], used[3], rtol=ROUNDING)
    years = [series["fcf"][k : k + 4, 3].sum(axis=0) for k in range(0, horizon - 3, 4)]
    np.testing.assert_allclose(metrics["fcf_trough.meta"], np.min(years, axis=0), rtol=1e-12)


@pytest.mark.parametrize(
    ("equipment", "shell", "lead"),
    [
        (5.0, 1.0, 10.0),  # the wait for equipment lies in the queue, which is twice too long
        (1.0, 9.0, 9.0),  # the shell does not: it is built while one waits
        (1.0, 1.0, 8.0),
    ],
)
def test_crowding_stretches_the_queue_and_equipment_but_not_the_shell(
    equipment: float, shell: float, lead: float
) -> None:
    structure = SHIPPED.with_(horizon=8, sources=SHIPPED.sources[2:3])
    orders = 4 * histories(CALM, quiet_shocks(structure, 1), structure).ordered_gw[0].sum()
    inputs = CALM | {"power.congestion": 1.0, "power.hookup": orders / 2, "power.lead_time.us_grid": 4.0}
    inputs |= {"power.equipment": equipment, "power.shell": shell}
    _, series = simulate(inputs, quiet_shocks(structure, 1), structure)
    np.testing.assert_allclose(series["mean_wait"][0], lead - CALM["power.plan_lead.us_grid"], rtol=1e-12)


def test_demand_keeps_room_to_grow_and_labs_keep_what_they_buy() -> None:
    structure = SHIPPED.with_(horizon=8)
    inputs = CALM | {"adoption.potential": 1.0, "adoption.financed_share.meta": 0.5}
    inputs |= {"adoption.bass_p": 50.0, "adoption.vol": 0.0, "core.copilot": 0.0}
    run = histories(inputs, quiet_shocks(structure, 1), structure)
    floor = CALM["adoption.potential_floor"]
    np.testing.assert_allclose(4 * run.organic[-1], floor * run.organic_0, rtol=1e-12)
    # No backlog: what labs buy stays at what they bought at the start.
    np.testing.assert_allclose(4 * run.labs[-1, 3], 12.0, rtol=ROUNDING)


def test_growth_never_returns_less_than_it_needs() -> None:
    structure = SHIPPED.with_(horizon=8)
    growth, floor = CALM["finance.terminal_growth"], CALM["finance.ronic_floor"]
    poor = CALM | {"finance.ronic": 0.0, "finance.salvage": 0.0}
    least = poor | {"finance.ronic": growth + floor}
    values = [
        simulate(i, quiet_shocks(structure, 1), structure)[0]["value_created.group"] for i in (poor, least)
    ]
    assert values[0] == values[1]
    assert np.isfinite(values[0])


@pytest.mark.parametrize(
    ("value", "passes", "code"),
    [(0.05, 2, 1), (0.05, 1, 0), (0.049, 3, 0), (-0.05, 1, -1), (-0.05, 2, 0), (-0.049, 0, 0), (0.3, 3, 1)],
)
def test_a_verdict_counts_its_thresholds_as_reached(value: float, passes: int, code: int) -> None:
    metrics = {"value_per_dollar.group": np.array([value])}
    for k, (item, least) in enumerate(SCORECARD.items()):
        metrics[f"{item}.group"] = np.array([least if k < passes else least - 1e-9])
    assert verdict_of(metrics, "group")[0] == code
