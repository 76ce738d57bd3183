"""Identities and limits of the model (MODEL.md, section 12), on random draws with edges."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import lognorm

from simulator.buildout import cycle, power
from simulator.buildout.curve import Curve, adopted_share
from tests.buildout import kernel
from tests.twin import SHIPPED, random_inputs, worked_cases

PATHS = 256
#: Double precision over some 1e4 roundings a path, relative to the largest term of a balance.
ROUNDING = 1e4 * 2**-52
OPENING_IDLE = "power.opening_idle"


@pytest.fixture(scope="module")
def draws() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return random_inputs(np.random.default_rng(12), PATHS, SHIPPED)


@pytest.fixture(scope="module")
def answer(draws):
    inputs, shocks = draws
    return kernel.run(inputs, shocks, SHIPPED)


def _opening_gw(inputs: dict[str, np.ndarray]) -> np.ndarray:
    rows = []
    for company in SHIPPED.companies:
        first = inputs[f"economics.first_party.{company.name}"]
        per_gw = inputs["economics.rental_per_gw"] * (1 - first)
        per_gw = per_gw + inputs["economics.first_party_per_gw"] * first
        revenue = inputs[f"adoption.ai_revenue.{company.name}"]
        rows.append((revenue + inputs[f"adoption.internal_value.{company.name}"]) / per_gw)
    return np.stack(rows)


def _frictionless(inputs: dict) -> dict:
    """Every lead time, equipment and shell at 0.1 years; no dispersion, cancellation or opening idle."""
    short = {name: 0.1 for name in inputs if name.startswith("power.lead_time.")}
    none = ("power.dispersion", "power.cancel_grid", "power.cancel_nuclear", "power.cancel_smr", OPENING_IDLE)
    return {
        **inputs,
        **short,
        **dict.fromkeys(none, 0.0),
        "power.equipment": 0.1,
        "power.shell": 0.1,
        "power.congestion": 0.0,
        "power.lead_vol": 0.0,
    }


#: Inputs by which spending, price, power or sites answer what has happened.
FEEDBACKS = (
    "spend.discipline",
    "spend.deferral",
    "spend.accelerator",
    "power.congestion",
    "power.site_reuse",
)
FEEDBACKS += ("economics.scarcity_markup",)


def _no_feedback(inputs: dict) -> dict:
    return {**inputs, **dict.fromkeys(FEEDBACKS, 0.0)}


def test_headline_and_table_bound_the_spend_of_2026() -> None:
    case = worked_cases()[0]
    for gap, total in ((0.0, 375.0), (1.0, 475.0)):
        profile = {f"spend.profile.q{q}.{c.name}": 1.0 for q in range(1, 5) for c in SHIPPED.companies}
        inputs = {**case.inputs, **profile, "spend.gap_share": gap, "spend.overshoot": 0.0}
        metrics, _ = kernel.run(inputs, case.shocks, case.structure)
        np.testing.assert_allclose(metrics["capex_2026.group"], total, rtol=ROUNDING)


def test_everything_ordered_is_energised_or_waits(draws, answer) -> None:
    inputs, _ = draws
    _, series = answer
    opening = inputs[OPENING_IDLE] * _opening_gw(inputs)
    came = opening + np.cumsum(series["ordered_gw"], axis=0)
    gone = np.cumsum(series["energised_gw"], axis=0) + series["idle_gw"]
    assert (np.abs(came - gone) <= ROUNDING * came).all()
    assert (series["idle_gw"] >= 0).all()
    assert (series["idle_value"] >= 0).all()


def test_capex_buys_chips_and_sites(draws) -> None:
    inputs, shocks = draws
    states, series = kernel.states(inputs, shocks, SHIPPED)
    chips = np.diff(series.chips_bought, axis=0)
    sites = np.diff(states.capital.sites, axis=0)
    assert (sites >= 0).all()
    spent = series.ai_capex[1:]
    assert (np.abs(chips + sites - spent) <= ROUNDING * series.chips_bought[1:]).all()


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["in_service", "delivery"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_without_friction_nothing_waits_or_is_written_down(draws, policy: str, dtype: str) -> None:
    inputs, shocks = draws
    plan = {name: 1.0 for name in inputs if name.startswith("power.plan_lead.")}
    asked = {**_frictionless(inputs), **plan, "power.plan_ratio": 1.0}
    metrics, series = kernel.run(asked, shocks, SHIPPED.with_(policy=policy), dtype)
    assert (series["idle_gw"] == 0).all()
    assert (series["writedown"] == 0).all()
    np.testing.assert_array_equal(series["energised_gw"], series["ordered_gw"])
    for name in ("stranded_share", "stranded_value"):
        assert (metrics[f"{name}.group"] == 0).all()


@pytest.mark.slow
def test_steady_queue_holds_its_flow_times_its_wait() -> None:
    """Little's law, exactly: a constant flow leaves idle GW = GW a year x mean wait."""
    case = worked_cases()[0]
    sources = {f"power.lead_time.{r.name}": 3.75 for r in SHIPPED.sources}
    plans = {f"power.plan_lead.{r.name}": 3.0 for r in SHIPPED.sources}
    flat = {f"spend.profile.q{q}.{c.name}": 1.0 for q in range(1, 5) for c in SHIPPED.companies}
    shocks = {name: np.ones((60, 1)) * value[:1] for name, value in case.shocks.items()}
    inputs = {**case.inputs, **sources, **plans, **flat}
    _, series = kernel.run(inputs, shocks, SHIPPED.with_(horizon=60))
    wait = 0.75
    # Three stages of D/3 = 0.25 years: half passes each quarter, so 2^-50 is left of the approach.
    expected = 4 * series["ordered_gw"][-1] * wait
    np.testing.assert_allclose(series["idle_gw"][-1], expected, rtol=1e-10)


def test_bass_curve_solves_its_differential_equation() -> None:
    p, q, start = 0.025, 0.45, 0.06
    years = np.arange(25) / 4
    solution = solve_ivp(
        lambda _, f: (p + q * f) * (1 - f), (0, 6), [start], t_eval=years, rtol=1e-11, atol=1e-13
    )
    with jax.enable_x64(True):
        column = jnp.full((1, 1), 1.0)
        bass = Curve(*([column] * len(Curve._fields)))
        bass = bass._replace(opening_power=start * column, innovation=p * column, imitation=q * column)
        curve = [float(adopted_share(bass, jnp.asarray(y))[0, 0]) for y in years]
    np.testing.assert_allclose(curve, solution.y[0], rtol=1e-9)


@pytest.mark.parametrize("policy", ["in_service", "delivery"])
def test_books_balance(draws, policy: str) -> None:
    inputs, shocks = draws
    _, series = kernel.run(inputs, shocks, SHIPPED.with_(policy=policy))
    spent = np.cumsum(series["ai_capex"], axis=0)
    charged = np.cumsum(series["depreciation"] + series["writedown"], axis=0)
    opening = series["net_book"][0] - (spent - charged)[0]
    scale = opening + spent
    # No more is written off than was bought, and cash differs from profit by the change of the book.
    assert (charged <= scale * (1 + ROUNDING)).all()
    assert (series["net_book"] >= -ROUNDING * scale).all()
    cash = series["fcf"].sum(axis=0) - series["nopat"].sum(axis=0)
    change = series["net_book"][-1] - opening
    assert (np.abs(cash + change) <= ROUNDING * (scale[-1] + np.abs(series["nopat"]).sum(axis=0))).all()


def test_revenue_is_bounded_by_demand_and_capacity(draws, answer) -> None:
    _, series = answer
    revenue = series["revenue"]
    assert (series["noncircular_revenue"] >= 0).all()
    assert (series["noncircular_revenue"] <= revenue * (1 + ROUNDING)).all()
    assert (revenue <= np.minimum(series["demand"], series["capacity"]) * (1 + ROUNDING)).all()
    inputs, _ = draws
    for i, company in enumerate(SHIPPED.companies):
        opening = inputs[f"adoption.ai_revenue.{company.name}"]
        opening = opening + inputs[f"adoption.internal_value.{company.name}"]
        np.testing.assert_allclose(series["capacity"][0, i], opening / 4, rtol=ROUNDING)


def test_policy_leaves_revenue_capex_and_power_alone(draws, answer) -> None:
    _, series = answer
    inputs, shocks = draws
    _, other = kernel.run(inputs, shocks, SHIPPED.with_(policy="delivery"))
    for name in ("revenue", "capex", "ordered_gw", "energised_gw", "idle_value", "capacity"):
        np.testing.assert_array_equal(series[name], other[name], err_msg=name)


def test_no_exits_and_no_hazard_is_always_boom(draws) -> None:
    inputs, shocks = draws
    calm = {f"adoption.break_{s}": 0.0 for s in ("boom", "plateau", "bust")}
    _, series = kernel.run({**inputs, **calm, "cycle.boom_years": 1e30}, shocks, SHIPPED)
    assert (series["regime"] == cycle.BOOM).all()
    assert (series["financing_broken"] == 0).all()


def test_wait_is_the_mean_excess_of_a_lognormal() -> None:
    time, plan, sigma = 3.2, 3.6, 0.28
    excess = lognorm(sigma, scale=time).expect(lambda x: x - plan, lb=plan)
    terms = power.PowerTerms(*([jnp.ones((1, 1))] * len(power.PowerTerms._fields)))
    with jax.enable_x64(True):
        column = jnp.full((1, 1), 1.0)
        for dispersion, late, wait in (
            (sigma, lognorm(sigma, scale=time).sf(plan), excess),
            (1e-9, 0.0, 0.0),
            (0.0, 0.0, 0.0),
        ):
            asked = terms._replace(plan=plan * column, dispersion=dispersion * column)
            found = power.scattered_wait(time * column, jnp.log(time / plan) * column, asked)
            found_late, found_wait = (float(x[0, 0]) for x in found)
            assert found_late == pytest.approx(late, rel=1e-8, abs=1e-15)
            assert found_wait == pytest.approx(wait, rel=1e-8, abs=1e-15)


def test_twice_the_dollars_and_gigawatts_is_twice_of_everything(draws, answer) -> None:
    inputs, shocks = draws
    scaled = ("spend.capex_2026", "spend.last_quarter", "spend.headline", "power.hookup")
    scaled += (
        "adoption.ai_revenue",
        "adoption.internal_value",
        "adoption.backlog",
        "adoption.potential",
        "core.seats",
    )
    scaled += ("core.ads_revenue", "core.search_revenue", "finance.shares", "finance.revenue_2025")
    exceptions = ("power.hookup_growth", "adoption.backlog_years", "adoption.potential_")
    doubled = {
        name: value * (2 if name.startswith(scaled) and not name.startswith(exceptions) else 1)
        for name, value in inputs.items()
    }
    metrics, _ = answer
    twice, _ = kernel.run(doubled, shocks, SHIPPED)
    extensive = ("value_created", "stranded_value", "fcf_trough", "capex_2026", "custom_silicon_value")
    for name, value in metrics.items():
        factor = 2.0 if name.split(".")[0] in extensive else 1.0
        np.testing.assert_array_equal(twice[name], factor * value, err_msg=name)


def test_stationary_shares_balance() -> None:
    years, to_bust = (3.5, 1.8, 2.2), (0.25, 0.3)
    with jax.enable_x64(True):
        draws = {
            f"cycle.{s}_years": jnp.asarray(y)
            for s, y in zip(("boom", "plateau", "bust"), years, strict=True)
        }
        draws |= {
            "cycle.boom_to_bust": jnp.asarray(to_bust[0]),
            "cycle.plateau_to_bust": jnp.asarray(to_bust[1]),
        }
        shares = cycle.stationary_shares(kernel.Parameters(draws, [], []))
    boom, plateau, bust = (float(x[0, 0]) for x in shares)
    rates = [1 / y for y in years]
    generator = np.array(
        [
            [-rates[0], rates[0] * (1 - to_bust[0]), rates[0] * to_bust[0]],
            [rates[1] * (1 - to_bust[1]), -rates[1], rates[1] * to_bust[1]],
            [0, rates[2], -rates[2]],
        ]
    )
    np.testing.assert_allclose(np.array([boom, plateau, bust]) @ generator, 0, atol=ROUNDING)
    assert boom + plateau + bust == pytest.approx(1, rel=ROUNDING)


#: What is raised, what must not fall and what must not rise on any path (feedbacks off, common draws).
MONOTONE = [
    ("power.equipment", 1.5, [], ["cumulative_energised"]),
    ("adoption.potential", 1.5, ["revenue"], []),
    ("finance.economic_life", 1.3, ["capacity"], []),
    ("economics.power_price", 1.5, [], ["value_created.group"]),
    ("economics.opex", 1.5, [], ["value_created.group"]),
    ("adoption.break_severity", 1.2, [], ["revenue"]),
    ("adoption.realised", 1.5, ["revenue"], []),
    *((f"power.lead_time.{r.name}", 1.5, ["idle_gw"], []) for r in SHIPPED.sources),
]


@pytest.mark.parametrize(("name", "factor", "up", "down"), MONOTONE, ids=[m[0] for m in MONOTONE])
def test_monotone_under_common_draws(draws, name: str, factor: float, up: list, down: list) -> None:
    inputs, shocks = draws
    certain = dict.fromkeys(("power.cancel_grid", "power.cancel_nuclear", "power.cancel_smr"), 0.0)
    before = {**_no_feedback(inputs), **certain}
    raised = np.minimum(before[name] * factor, 1.0) if "severity" in name else before[name] * factor
    low, high = (_quantities(kernel.run(x, shocks, SHIPPED)) for x in (before, {**before, name: raised}))
    for quantity in up:
        assert (high[quantity] >= low[quantity] - _slack(low[quantity])).all(), quantity
    for quantity in down:
        assert (high[quantity] <= low[quantity] + _slack(low[quantity])).all(), quantity


def _quantities(answer) -> dict[str, np.ndarray]:
    metrics, series = answer
    return {**metrics, **series, "cumulative_energised": np.cumsum(series["energised_gw"], axis=0)}


def _slack(values: np.ndarray) -> np.ndarray:
    """Rounding, never more: relative to the largest value of the path, or to one GW or USD bn ordered."""
    largest = np.abs(values).max(axis=tuple(range(values.ndim - 1)), keepdims=True)
    return ROUNDING * np.maximum(largest, 1.0)


def test_headline_above_the_table_raises_the_spend_of_2026(draws) -> None:
    inputs, shocks = draws
    table = sum(inputs[f"spend.capex_2026.{c.name}"] for c in SHIPPED.companies)
    low, _ = kernel.run({**inputs, "spend.gap_share": 0.2, "spend.headline": 1.3 * table}, shocks, SHIPPED)
    high, _ = kernel.run({**inputs, "spend.gap_share": 0.9, "spend.headline": 1.3 * table}, shocks, SHIPPED)
    assert (high["capex_2026.group"] > low["capex_2026.group"]).all()


def test_queue_near_zero_lead_times_never_explodes() -> None:
    """Reference case 12: lead times near zero, stiff stages."""
    inputs, shocks = random_inputs(np.random.default_rng(4), 4096, SHIPPED)
    tiny = {f"power.{part}.{r.name}": 1e-4 for r in SHIPPED.sources for part in ("lead_time", "plan_lead")}
    inputs = {**inputs, **tiny, "power.equipment": 1e-4, "power.shell": 1e-4}
    _, series = kernel.run(inputs, shocks, SHIPPED, "float32")
    idle, ordered = series["idle_gw"], series["ordered_gw"]
    assert np.isfinite(idle).all()
    assert (idle >= 0).all()
    total = np.cumsum(ordered, axis=0) + inputs[OPENING_IDLE] * _opening_gw(inputs)
    assert (idle <= total * (1 + 2**-16)).all()


def test_mechanisms_read_only_what_they_declare(draws) -> None:
    """Every input that the model reads is declared with its unit, and every one declared is read."""
    model = kernel.buildout(SHIPPED)
    inputs, given = draws
    shocks = {name: values for name, values in given.items() if name in model.shocks}
    for name in set(model.shocks) - set(shocks):  # where no quarter is given: a regime at a time
        size = model.shocks[name].size
        shocks[name] = np.full((size, PATHS) if size > 1 else PATHS, 0.5)

    seen: set[str] = set()

    class Recorder(dict):
        def __getitem__(self, key: str):
            seen.add(key)
            return super().__getitem__(key)

    recorder = Recorder({k: jnp.asarray(v, jnp.float32) for k, v in {**inputs, **shocks}.items()})
    jax.eval_shape(lambda: model(recorder))
    assert seen == set(model.inputs) | set(model.shocks)
    assert set(model.metric_units) == set(jax.eval_shape(lambda: model(recorder)))


def test_limits_without_growth_or_adoption_are_finite(draws) -> None:
    """No past growth: the opening fleet retires evenly. No adoption: demand stays at its opening level."""
    inputs, shocks = {**_no_feedback(draws[0]), "adoption.curve": 1.0}, draws[1]
    still = dict.fromkeys(("finance.past_growth", "adoption.bass_p", "adoption.bass_q"), 0.0)
    _, limit = kernel.run({**inputs, **still}, shocks, SHIPPED)
    _, near = kernel.run({**inputs, **dict.fromkeys(still, 1e-13)}, shocks, SHIPPED)
    for name in ("capacity", "demand", "live_gw"):
        # A rate of 1e-13 a year, over years and a ceiling of up to 1e6 openings, is off its limit by 1e-7.
        np.testing.assert_allclose(limit[name], near[name], rtol=1e-6, atol=ROUNDING, err_msg=name)
