"""The curve of adoption against the differential equations that it solves."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simulator.buildout import adoption
from tests.buildout import kernel

YEARS = np.arange(25) / 4
Q = 0.45


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def terms(p: float, q: float, start: float, curve: float) -> adoption.AdoptionTerms:
    """Of one company with a ceiling of one."""
    given = {"ai_revenue.one": start, "potential": 1.0, "potential_share.one": 1.0, "potential_floor": 1.0}
    given |= {"bass_p": p, "bass_q": q, "curve": curve, "price_elasticity": 1.0}
    zeros = ("internal_value.one", "financed_share.one", "backlog.one", "realised", "unmet", "vol")
    zeros += ("drift_plateau", "drift_bust", "recovery", "financed_growth", "break_severity")
    given |= {"backlog_years": 1.0, "ramp_years": 1.0, **dict.fromkeys(zeros, 0.0)}
    draws = {f"adoption.{name}": jnp.asarray(value) for name, value in given.items()}
    draws |= {f"dependence.{name}": jnp.asarray(0.0) for name in ("firm_loading", "persistence")}
    return adoption.AdoptionTerms.of(kernel.Parameters(draws, ["one"], []), jnp.zeros((1, 1)))


def adopted(p: float, q: float, start: float, curve: float) -> np.ndarray:
    asked = terms(p, q, start, curve)
    return np.array([float(adoption.adopted_share(asked, jnp.asarray(year))[0, 0]) for year in YEARS])


def solved(slope, start: float) -> np.ndarray:
    span = (0, YEARS[-1])
    return solve_ivp(lambda _, f: slope(f), span, [start], t_eval=YEARS, rtol=1e-11, atol=1e-13).y[0]


@pytest.mark.parametrize("start", [0.0005, 0.06, 0.7])
def test_a_power_of_one_is_bass(start: float) -> None:
    expected = solved(lambda f: (0.025 + Q * f) * (1 - f), start)
    np.testing.assert_allclose(adopted(0.025, Q, start, 1.0), expected, rtol=1e-8)


@pytest.mark.parametrize("curve", [0.05, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("start", [0.06, 0.7])
def test_without_innovators_it_is_richards(curve: float, start: float) -> None:
    expected = solved(lambda f: Q / curve * f * (1 - f**curve), start)
    np.testing.assert_allclose(adopted(0.0, Q, start, curve), expected, rtol=1e-8)


@pytest.mark.parametrize("curve", [0.2, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("start", [0.06, 0.7])
def test_a_power_of_the_share_follows_a_bass_curve(curve: float, start: float) -> None:
    p = 0.025 * curve * start ** (curve - 1) * (1 - start) / (1 - start**curve)
    expected = solved(lambda w: (p + Q * w) * (1 - w), start**curve) ** (1 / curve)
    np.testing.assert_allclose(adopted(0.025, Q, start, curve), expected, rtol=1e-8)


@pytest.mark.parametrize("curve", [0.2, 1.0, 3.0])
@pytest.mark.parametrize("start", [0.002, 0.06, 0.7])
def test_innovators_adopt_at_first_as_on_a_bass_curve(curve: float, start: float) -> None:
    """Whatever the curve: ``p`` of those who have not adopted, a year."""
    asked = terms(0.025, 0.0, start, curve)
    slope = jax.grad(lambda year: adoption.adopted_share(asked, year)[0, 0])(jnp.asarray(0.0))
    np.testing.assert_allclose(slope, 0.025 * (1 - start), rtol=1e-11)


def test_towards_a_power_of_zero_it_is_gompertz() -> None:
    """The distance is of first order in the power: it halves with it, but for a second-order rest."""
    start = 0.06
    gompertz = np.exp(np.log(start) * np.exp(-Q * YEARS))
    far, near = (adopted(0.0, Q, start, curve) - gompertz for curve in (0.1, 0.05))
    assert np.abs(near).max() < 0.05
    rest = np.abs(far - 2 * near)
    # Of second order: at most what is left of the first order at the smaller power.
    assert (rest[1:] <= np.abs(near[1:])).all()


@pytest.mark.parametrize("curve", [0.05, 0.5, 1.0, 2.0, 5.0])
def test_it_rises_from_where_it_stands_to_the_ceiling(curve: float) -> None:
    found = adopted(0.025, Q, 0.06, curve)
    np.testing.assert_allclose(found[0], 0.06, rtol=1e-12)
    assert (np.diff(found) > 0).all()
    late = float(adoption.adopted_share(terms(0.025, Q, 0.06, curve), jnp.asarray(200.0))[0, 0])
    np.testing.assert_allclose(late, 1.0, rtol=1e-12)
