"""The curve of adoption against the differential equations that it solves."""

from __future__ import annotations

from decimal import Decimal, localcontext

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simulator.buildout import curve
from tests.buildout import kernel

YEARS = np.arange(25) / 4
Q = 0.45
#: To where the part that is yet to come is below any single-precision number beside one.
LATE = (0.0, 0.25, 3.0, 15.0, 45.0)


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def through(p: float, q: float, start: float, shape: float) -> curve.Curve:
    """The curve of one company."""
    given = {"bass_p": p, "bass_q": q, "curve": shape}
    draws = {f"adoption.{name}": jnp.asarray(value) for name, value in given.items()}
    return curve.Curve.of(kernel.Parameters(draws, ["one"], []), jnp.full((1, 1), start))


def adopted(p: float, q: float, start: float, shape: float) -> np.ndarray:
    asked = through(p, q, start, shape)
    return np.array([float(curve.adopted_share(asked, jnp.asarray(year))[0, 0]) for year in YEARS])


def solved(slope, start: float) -> np.ndarray:
    span = (0, YEARS[-1])
    return solve_ivp(lambda _, f: slope(f), span, [start], t_eval=YEARS, rtol=1e-11, atol=1e-13).y[0]


@pytest.mark.parametrize("start", [0.0005, 0.06, 0.7])
def test_a_power_of_one_is_bass(start: float) -> None:
    expected = solved(lambda f: (0.025 + Q * f) * (1 - f), start)
    np.testing.assert_allclose(adopted(0.025, Q, start, 1.0), expected, rtol=1e-8)


@pytest.mark.parametrize("shape", [0.05, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("start", [0.06, 0.7])
def test_without_innovators_it_is_richards(shape: float, start: float) -> None:
    expected = solved(lambda f: Q / shape * f * (1 - f**shape), start)
    np.testing.assert_allclose(adopted(0.0, Q, start, shape), expected, rtol=1e-8)


@pytest.mark.parametrize("shape", [0.2, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("start", [0.06, 0.7])
def test_a_power_of_the_share_follows_a_bass_curve(shape: float, start: float) -> None:
    p = 0.025 * shape * start ** (shape - 1) * (1 - start) / (1 - start**shape)
    expected = solved(lambda w: (p + Q * w) * (1 - w), start**shape) ** (1 / shape)
    np.testing.assert_allclose(adopted(0.025, Q, start, shape), expected, rtol=1e-8)


@pytest.mark.parametrize("shape", [0.2, 1.0, 3.0])
@pytest.mark.parametrize("start", [0.002, 0.06, 0.7])
def test_innovators_adopt_at_first_as_on_a_bass_curve(shape: float, start: float) -> None:
    """Whatever the curve: ``p`` of those who have not adopted, a year."""
    asked = through(0.025, 0.0, start, shape)
    slope = jax.grad(lambda year: curve.adopted_share(asked, year)[0, 0])(jnp.asarray(0.0))
    np.testing.assert_allclose(slope, 0.025 * (1 - start), rtol=1e-11)


def exactly(p: float, q: float, start: float, shape: float, year: float) -> Decimal:
    """The closed form, to so many digits that nothing is lost."""
    with localcontext(prec=100):
        rate, b, first, power, years = map(Decimal, (p, q, start, shape, year))
        share = max(first, Decimal(curve.LEAST_SHARE))
        a = rate * power * share ** (power - 1) * (1 - share) / (1 - share**power)
        w, decay = first**power, (-(a + b) * years).exp()
        return ((a * (1 - decay) + w * (b + a * decay)) / (a + b * w + b * (1 - w) * decay)) ** (1 / power)


@pytest.mark.parametrize("single", [True, False], ids=["float32", "float64"])
@pytest.mark.parametrize("shape", [2.0, 5.0, 20.0])
@pytest.mark.parametrize("start", [1e-5, 0.001, 0.009, 0.06])
@pytest.mark.parametrize("p", [0.0, 0.025])
def test_a_power_below_any_number_does_not_lose_the_share(
    p: float, start: float, shape: float, single: bool
) -> None:
    with jax.enable_x64(not single):
        asked = through(p, Q, start, shape)
        found = [float(curve.adopted_share(asked, jnp.asarray(year))[0, 0]) for year in LATE]
    # As the precision has what is asked, so that the rest is rounding.
    p, q, start, shape = (float(np.float32(one)) if single else one for one in (p, Q, start, shape))
    expected = np.array([float(exactly(p, q, start, shape, year)) for year in LATE])
    eps, power = (2.0**-23 if single else 2.0**-52), start**shape
    # Some 40 operations round, and logs as large as that of the power are rounded before the root is taken.
    allowed = 40 * eps + 4 * eps * abs(np.log(power)) / shape
    # Beside one, what is yet to come has the rounding of one, unless all is in logs.
    lost = 4 * eps / (power + np.exp(-Q * np.array(LATE))) / shape if power > eps / 2 else 0.0
    assert (np.abs(found / expected - 1) <= allowed + lost).all()


def test_towards_a_power_of_zero_it_is_gompertz() -> None:
    """The distance is of first order in the power: it halves with it, but for a second-order rest."""
    start = 0.06
    gompertz = np.exp(np.log(start) * np.exp(-Q * YEARS))
    far, near = (adopted(0.0, Q, start, shape) - gompertz for shape in (0.1, 0.05))
    assert np.abs(near).max() < 0.05
    rest = np.abs(far - 2 * near)
    # Of second order: at most what is left of the first order at the smaller power.
    assert (rest[1:] <= np.abs(near[1:])).all()


@pytest.mark.parametrize("shape", [0.05, 0.5, 1.0, 2.0, 5.0])
def test_it_rises_from_where_it_stands_to_the_ceiling(shape: float) -> None:
    found = adopted(0.025, Q, 0.06, shape)
    np.testing.assert_allclose(found[0], 0.06, rtol=1e-12)
    assert (np.diff(found) > 0).all()
    late = float(curve.adopted_share(through(0.025, Q, 0.06, shape), jnp.asarray(200.0))[0, 0])
    np.testing.assert_allclose(late, 1.0, rtol=1e-12)
