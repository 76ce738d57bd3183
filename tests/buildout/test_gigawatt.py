"""One gigawatt by itself: against quadrature that knows its kinks, and where cost and worth must meet."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout.gigawatt import Gigawatt, levelised_cost, worth_on_time
from tests.buildout.present_value import worth

#: Ordinary ranges, in the order of the fields: low and high.
RANGES = {
    "chips": (15, 35),
    "sites": (8, 20),
    "rent": (8, 18),
    "energy": (0.4, 1.5),
    "opex": (0.05, 0.2),
    "discount": (0.06, 0.14),
    "tax": (0.0, 0.3),
    "life": (2, 12),
    "server_life": (3, 8),
    "building_life": (5, 30),
    "decline": (-0.05, 0.3),
    "markup": (-0.3, 0.3),
    "speed": (0, 4),
    "locked": (0, 1),
    "term": (0.5, 9),
}
PATHS = 64


def drawn(**fixed: float) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(20260128)
    ranges = RANGES | {name: (value, value) for name, value in fixed.items()}
    return {name: rng.uniform(low, high, PATHS) for name, (low, high) in ranges.items()}


def of(values: dict[str, np.ndarray]) -> Gigawatt:
    return Gigawatt(**{name: jnp.asarray(value)[None] for name, value in values.items()})


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def test_worth_is_the_integral_of_its_cash_flow():
    values = drawn()
    found = np.asarray(worth_on_time(of(values)))[0]
    expected = [worth({name: float(value[path]) for name, value in values.items()}) for path in range(PATHS)]
    # Quadrature asks for 1.5e-8 relative, and gets far more where nothing kinks: 1e-9 of USD 10 bn and more.
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)


def test_a_gigawatt_that_earns_its_levelised_cost_is_worth_what_it_cost():
    """Without tax, at a level price, and with chips and site that end together."""
    values = drawn(tax=0, decline=0, markup=0)
    values["building_life"] = values["life"]
    g = of(values)
    bare = levelised_cost(g._replace(opex=jnp.zeros_like(g.opex)))
    g = g._replace(rent=bare / (1 - g.opex))
    np.testing.assert_allclose(levelised_cost(g), g.rent, rtol=1e-13)
    np.testing.assert_allclose(worth_on_time(g), g.chips + g.sites, rtol=1e-12)


def test_levelised_cost_tends_to_straight_line_as_capital_becomes_free():
    """The payment for one is ``1 / L + w / 2`` to first order: at ``w = 1e-6``, 1.5e-5 of it in 30 years."""
    values = drawn(discount=1e-6, opex=0, energy=0)
    expected = values["chips"] / values["life"] + values["sites"] / values["building_life"]
    np.testing.assert_allclose(np.asarray(levelised_cost(of(values)))[0], expected, rtol=2e-5)


def test_a_contract_is_worth_nothing_where_the_price_stays_and_something_where_it_falls():
    level, falling = drawn(decline=0, markup=0), drawn(decline=0.2, markup=0)
    for values, gains in ((level, False), (falling, True)):
        g = of(values)
        gain = worth_on_time(g) - worth_on_time(g._replace(locked=jnp.zeros_like(g.locked)))
        if gains:
            assert np.all(gain > 0)
        else:
            np.testing.assert_allclose(gain, 0, atol=1e-11)
