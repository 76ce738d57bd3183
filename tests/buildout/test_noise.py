"""Shocks about a level leave its mean where the belief puts it, however volatile they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout import adoption, cycle, exposures, power, price
from simulator.buildout.curve import Curve, adopted_share
from simulator.buildout.exposures import Exposure
from simulator.buildout.shocks import persist
from tests.buildout import kernel
from tests.twin import SHIPPED, quiet_shocks, worked_cases

QUARTERS = 24
PERSISTENCE, SPEED = 0.9, 1.3
#: Gauss-Hermite: exact to rounding for the exponential of a normal of sd below one.
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def spread(step: Callable, shocks: range) -> float:
    """Standard deviation of a linear state after unit shocks, from its response to each of them alone."""
    state = jnp.zeros((1, QUARTERS))
    for t in shocks:
        state = step(state, jnp.zeros((1, QUARTERS)).at[0, t].set(1.0))
    return float(jnp.sqrt(jnp.sum(state**2)))


def ones(record: Any) -> Any:
    return record(*([jnp.ones((1, 1))] * len(record._fields)))


def row(value: float | np.ndarray) -> jnp.ndarray:
    return jnp.atleast_1d(jnp.asarray(value, float))[None]


@pytest.mark.parametrize("t", [0, 1, 5, 23])
@pytest.mark.parametrize("speed", [0.0, SPEED])
@pytest.mark.parametrize("vol", [0.12, 0.5])
def test_the_mean_price_is_that_without_shocks(t: int, speed: float, vol: float) -> None:
    none = Exposure((False,), {"rate": jnp.zeros((1, 1)), "years": jnp.zeros((1, 1))})
    terms = ones(price.PriceTerms)._replace(
        gap=none,
        speed=row(speed),
        adjustment=row(-np.expm1(-speed / 4)),
        volatility=row(vol / 2),
        targets=(row(0.0),) * 3,
        scarcity=row(0.0),
    )
    boom = jnp.zeros((1, 1), int)

    def step(markup, shock):
        return price.move_markup(markup, terms, boom, row(0.0), shock, jnp.asarray(True))

    noise, year = row(NODES * spread(step, range(1, t + 1))), jnp.asarray(t / 4)
    excess = price.excess_of_noise(terms, year)
    found = price.price(terms, noise - excess, year)[0] @ WEIGHTS
    calm = price.price(terms, jnp.zeros((1, 1)), year)[0, 0]
    np.testing.assert_allclose(found, calm, rtol=1e-12)


@pytest.mark.parametrize("elasticity", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("t", [0, 1, 5, 23])
def test_noise_in_price_leaves_mean_demand_in_place(t: int, elasticity: float) -> None:
    """Whatever the elasticity: the mean answer is that to the markup without shocks."""
    terms = ones(price.PriceTerms)._replace(
        speed=row(SPEED), adjustment=row(-np.expm1(-SPEED / 4)), volatility=row(0.4)
    )
    state = jnp.zeros((1, QUARTERS))
    for shock in range(1, t + 1):
        fresh = jnp.zeros((1, QUARTERS)).at[0, shock].set(terms.volatility[0, 0])
        state = state - terms.adjustment * state + fresh
    noise, calm = row(NODES * float(jnp.sqrt(jnp.sum(state**2)))), 0.3
    answer = ones(adoption.AdoptionTerms)._replace(price_response=row(1 - elasticity))
    excess = price.excess_of_noise(terms, jnp.asarray(t / 4))
    found = adoption.response_to_price(answer, calm + noise, excess)[0] @ WEIGHTS
    np.testing.assert_allclose(found, np.exp((1 - elasticity) * calm), rtol=1e-12)


@pytest.mark.parametrize("t", [0, 1, 5, 23])
def test_mean_demand_stays_on_the_curve(t: int) -> None:
    terms = ones(adoption.AdoptionTerms)._replace(
        curve=ones(Curve)._replace(opening_power=row(0.1)),
        volatility=row(0.6),
        common_loading=row(0.8),
        own_loading=row(0.6),
        persistence=row(PERSISTENCE),
    )
    sd = spread(lambda state, shock: persist(state, shock, terms.persistence), range(1, t + 1))
    common, own = (row(sd * x.ravel()) for x in np.meshgrid(NODES, NODES))
    weights = np.outer(WEIGHTS, WEIGHTS).ravel()
    boom, year = cycle.opening(1, jnp.zeros(()).dtype), jnp.asarray(t / 4)
    state = adoption.DemandState(common, own, row(0.0))
    found = adoption.demand(terms, state, boom, year, row(1.0)).organic[0] @ weights
    curve = adopted_share(terms.curve, year)[0, 0] / 4
    np.testing.assert_allclose(found, curve, rtol=1e-12)


@pytest.mark.parametrize("t", [0, 1, 5, 23])
def test_mean_revenue_of_a_volatile_business_stays_on_plan(t: int) -> None:
    volatile = Exposure((True,), {"vol": row(0.5), "revenue": row(200.0), "loading": row(0.0)})
    quiet = Exposure((False,), {"rate": row(0.0), "revenue": row(0.0)})
    terms = exposures.ExposureTerms(quiet, quiet, quiet, volatile, row(1.0))
    sd = spread(lambda state, shock: persist(state, shock, row(PERSISTENCE)), range(1, t + 1))
    variance = row(1 - PERSISTENCE ** (2 * t))
    np.testing.assert_allclose(variance[0, 0], sd**2, rtol=1e-12, atol=1e-15)
    income = exposures.core_income(terms, row(sd * NODES), variance, row(0.0), jnp.asarray(t / 4))
    assert abs(income[0] @ WEIGHTS) <= 50 * 1e-12


@pytest.mark.parametrize("t", [0, 1, 23])
def test_mean_lead_time_is_the_belief_where_nothing_else_binds(t: int) -> None:
    """With no dispersion, a plan of nothing and no crowd, the mean wait is the mean lead time."""
    terms = ones(power.PowerTerms)._replace(
        log_lead=row(np.log(3.0)),
        log_equipment=row(-np.inf),
        log_shell=row(-np.inf),
        plan=row(1e-300),
        dispersion=row(0.0),
        volatility=row(0.4),
        common_loading=row(1.0),
        own_loading=row(0.0),
        persistence=row(PERSISTENCE),
        congestion=row(0.0),
        cancelled=row(0.0),
    )
    sd = spread(lambda state, shock: persist(state, shock, terms.persistence), range(t + 1))
    lead = power.Lead(row(sd * NODES), row(0.0))
    late = power.lateness(terms, lead, row(1.0), row(0.0), jnp.asarray(t / 4))
    np.testing.assert_allclose(late.mean_wait[0] @ WEIGHTS, 3.0, rtol=1e-12)


def test_more_volatile_advertising_adds_nothing_on_average() -> None:
    """Paired paths: five standard errors of the difference."""
    structure, paths = SHIPPED, 4096
    case = worked_cases()[1]
    shocks = quiet_shocks(structure, paths)
    shocks["shock.ads"] = np.random.default_rng(1).standard_normal((structure.horizon, paths))
    calm, wild = (
        kernel.run({**case.inputs, "core.ads_vol": vol}, shocks, structure)[1]["core"][:, 3]
        for vol in (0.05, 0.4)
    )
    difference = (wild - calm).sum(axis=0)
    error = difference.std(ddof=1) / np.sqrt(paths)
    assert abs(difference.mean()) <= 5 * error
