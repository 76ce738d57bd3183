"""The first year's quarters: growth from the quarter before, season, and the sum of the year."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout.spend import SpendTerms, growth_within, outlay, profile
from tests.buildout import kernel
from tests.twin import SHIPPED, quiet_shocks, random_inputs, simulate, worked_cases

EPS = {np.float32: 2**-23, np.float64: 2**-52}
#: Some 4 multiplications, a log and a division round in each Newton step; the last one counts.
ROUNDINGS = 16


@pytest.fixture(scope="module")
def draws() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return random_inputs(np.random.default_rng(5), 256, SHIPPED)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_growth_within_adds_up_to_the_year_at_any_ratio(dtype: type) -> None:
    tiny = np.finfo(dtype).tiny
    year = np.geomspace(tiny * 64, 1 / (tiny * 64), 4001, dtype=dtype)[None]
    with jax.enable_x64(dtype is np.float64):
        growth = np.asarray(growth_within(jnp.asarray(year), jnp.ones((1, 1), dtype)), np.float64)
    exponents = growth[None] * np.arange(1, 5)[:, None, None]
    top = exponents.max(axis=0)
    total = top + np.log(np.exp(exponents - top).sum(axis=0))
    # A rounding of x moves 4 x by four times itself.
    slack = ROUNDINGS * EPS[dtype] * (1 + np.abs(np.log(year.astype(np.float64))))
    assert growth.dtype == np.float64
    assert np.isfinite(growth).all()
    assert (np.abs(total - np.log(year.astype(np.float64))) < slack).all()
    assert (np.diff(growth[0]) > 0).all()


def test_who_spent_nothing_before_or_spends_nothing_has_no_growth_to_follow() -> None:
    year, before = jnp.array([[0.0, 100.0, 0.0]]), jnp.array([[30.0, 0.0, 0.0]])
    np.testing.assert_array_equal(growth_within(year, before), np.zeros((1, 3)))


def test_a_year_at_last_quarters_rate_has_the_untilted_shape() -> None:
    untilted = jnp.array([0.8, 0.9, 1.1, 1.2])[:, None, None]
    growth = growth_within(jnp.array([[120.0]]), jnp.array([[30.0]]))
    shape = profile(untilted, growth, jnp.array([[0.56]]))
    np.testing.assert_allclose(shape, untilted / 4, rtol=ROUNDINGS * EPS[np.float32])


def test_steady_growth_is_followed_where_the_slope_is_one() -> None:
    growth = jnp.array([[0.13]])
    shape = np.asarray(profile(jnp.ones((4, 1, 1)), growth, jnp.ones((1, 1))))[:, 0, 0]
    np.testing.assert_allclose(np.diff(np.log(shape)), 0.13, rtol=ROUNDINGS * EPS[np.float32] / 0.13)


def test_quarters_of_the_first_year_sum_to_it_on_every_path(draws) -> None:
    inputs, shocks = draws
    spent = kernel.run(inputs, shocks, SHIPPED)[1]["capex"][:4].sum(axis=0)
    table = np.stack([inputs[f"spend.capex_2026.{c.name}"] for c in SHIPPED.companies])
    gap = inputs["spend.headline"] / table.sum(axis=0) - 1
    year = table * (1 + inputs["spend.gap_share"] * gap) * np.exp(inputs["spend.overshoot"])
    np.testing.assert_allclose(spent, year, rtol=ROUNDINGS * 2**-52)


def test_more_growth_moves_spending_from_the_first_quarter_to_the_last(draws) -> None:
    inputs, shocks = draws
    tilted = {**inputs, "spend.profile_slope": np.full(256, 0.56)}
    more = {**tilted, "spend.overshoot": inputs["spend.overshoot"] + 0.3}
    low = kernel.run(tilted, shocks, SHIPPED)[1]["capex"][:4]
    high = kernel.run(more, shocks, SHIPPED)[1]["capex"][:4]
    some = low.sum(axis=0) > 0
    before = np.stack([inputs[f"spend.last_quarter.{c.name}"] for c in SHIPPED.companies]) > 0
    share = [one / np.where(some, one.sum(axis=0), 1) for one in (low, high)]
    moves = some & before
    assert (share[1][0] < share[0][0])[moves].all()
    assert (share[1][3] > share[0][3])[moves].all()
    np.testing.assert_allclose(share[1][:, ~before], share[0][:, ~before], rtol=ROUNDINGS * 2**-52)


@pytest.mark.parametrize("case", worked_cases(), ids=lambda case: case.name)
def test_without_slope_the_quarter_before_is_nothing_to_the_year(case) -> None:
    other = {f"spend.last_quarter.{c.name}": 7.0 for c in SHIPPED.companies}
    runs = [kernel.run({**case.inputs, **more}, case.shocks, case.structure) for more in ({}, other)]
    one, two = (series["capex"] for _, series in runs)
    np.testing.assert_array_equal(one, two)
    for company, spent in zip(SHIPPED.companies, one[:4, :, 0].T, strict=True):
        weights = [case.inputs[f"spend.profile.q{q}.{company.name}"] for q in range(1, 5)]
        np.testing.assert_allclose(spent / spent.sum(), np.array(weights) / 4, rtol=ROUNDINGS * 2**-52)


def test_who_ordered_nothing_for_a_year_is_the_limit_of_who_ordered_next_to_nothing() -> None:
    constants: dict[str, Any] = {name: jnp.zeros((1, 2)) for name in SpendTerms._fields}
    given = {"deferral": 0.6, "deferral_threshold": 0.5, "made_up": 1.0}
    constants |= {name: jnp.full((1, 2), value) for name, value in given.items()}
    terms = SpendTerms(**constants)
    idle = jnp.array([[2.0, 0.0]])
    planned, owed, moves = jnp.full((1, 2), 30.0), jnp.full((1, 2), 10.0), jnp.array(True)
    little, nothing = (
        outlay(terms, planned, owed, idle, jnp.full((1, 2), ordered), moves) for ordered in (1e-30, 0.0)
    )
    np.testing.assert_array_equal(little, nothing)
    # All waits of the first, nothing of the second.
    np.testing.assert_allclose(nothing.capex, [[0.4 * 40, 40]], rtol=4 * EPS[np.float32])


def test_who_put_off_all_spending_waits_for_power_and_not_for_a_year() -> None:
    inputs = worked_cases()[0].inputs | {
        "spend.deferral": 1.0,
        "spend.deferral_threshold": 0.0,
        "power.opening_idle": 0.5,
        **{f"power.lead_time.{source.name}": 40.0 for source in SHIPPED.sources},
    }
    shocks = quiet_shocks(SHIPPED, 1)
    found, expected = kernel.run(inputs, shocks, SHIPPED)[1], simulate(inputs, shocks, SHIPPED)[1]
    assert (expected["idle_gw"][4:] > 0).all()
    for series in (found, expected):
        np.testing.assert_array_equal(series["capex"][4:], 0)


@pytest.mark.slow
def test_who_stops_spends_only_what_is_no_ai_and_who_waits_nothing_of_it_in_the_first_quarters(draws) -> None:
    inputs, shocks = draws
    _, series = kernel.run(inputs, shocks, SHIPPED)
    first = SHIPPED.companies[0].name
    stopped, cut = kernel.run(inputs | {f"spend.cut.{first}": np.ones(256)}, shocks, SHIPPED)
    assert (cut["ai_capex"][:, 0] == 0).all()
    assert np.isfinite(stopped[f"value_created.{first}"]).all()
    rest = series["capex"][:4, 0] * (1 - inputs[f"spend.ai_share.{first}"])
    np.testing.assert_allclose(cut["capex"][:4, 0], rest, rtol=1e-12, atol=1e-9)
    # In the first year nobody answers: the others spend what they do without.
    np.testing.assert_array_equal(cut["capex"][:4, 1:], series["capex"][:4, 1:])
    _, waited = kernel.run(inputs | {f"spend.pause.{first}": np.full(256, 0.5)}, shocks, SHIPPED)
    assert (waited["ai_capex"][:2, 0] == 0).all()
    np.testing.assert_array_equal(waited["ai_capex"][2:4, 0], series["ai_capex"][2:4, 0])
