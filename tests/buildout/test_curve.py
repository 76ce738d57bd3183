"""The curve of adoption against the differential equations that it solves."""

from __future__ import annotations

from decimal import Decimal, localcontext

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simulator.buildout import adoption
from tests.buildout import kernel

YEARS = np.arange(25) / 4
Q = 0.45
#: To where the part that is yet to come is below any single-precision number beside one.
LATE = (0.0, 0.25, 3.0, 15.0, 45.0)


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


def exactly(p: float, q: float, start: float, curve: float, year: float) -> Decimal:
    """The closed form, to so many digits that nothing is lost."""
    with localcontext(prec=100):
        rate, q, start, curve, year = map(Decimal, (p, q, start, curve, year))
        share = max(start, Decimal(adoption.LEAST_SHARE))
        p = rate * curve * share ** (curve - 1) * (1 - share) / (1 - share**curve)
        w, decay = start**curve, (-(p + q) * year).exp()
        return ((p * (1 - decay) + w * (q + p * decay)) / (p + q * w + q * (1 - w) * decay)) ** (1 / curve)


@pytest.mark.parametrize("single", [True, False], ids=["float32", "float64"])
@pytest.mark.parametrize("curve", [2.0, 5.0, 20.0])
@pytest.mark.parametrize("start", [1e-5, 0.001, 0.009, 0.06])
@pytest.mark.parametrize("p", [0.0, 0.025])
def test_a_power_below_any_number_does_not_lose_the_share(
    p: float, start: float, curve: float, single: bool
) -> None:
    with jax.enable_x64(not single):
        asked = terms(p, Q, start, curve)
        found = [float(adoption.adopted_share(asked, jnp.asarray(year))[0, 0]) for year in LATE]
    # As the precision has what is asked, so that the rest is rounding.
    given = [float(np.float32(one)) if single else one for one in (p, Q, start, curve)]
    expected = np.array([float(exactly(*given, year)) for year in LATE])
    eps, power = (2.0**-23 if single else 2.0**-52), start**curve
    # Some 40 operations round, and logs as large as that of the power are rounded before the root is taken.
    allowed = 40 * eps + 4 * eps * abs(np.log(power)) / curve
    # Beside one, what is yet to come has the rounding of one, unless all is in logs.
    lost = 4 * eps / (power + np.exp(-Q * np.array(LATE))) / curve if power > eps / 2 else 0.0
    assert (np.abs(found / expected - 1) <= allowed + lost).all()


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
