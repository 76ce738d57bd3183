"""The opening book is written off once, by vintages, and no later than its life allows."""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad

from simulator.buildout.runoff import RunOff
from tests.buildout import kernel
from tests.twin import worked_cases

#: Years of life left to the newest, and growth a year: none, tiny, at the seam of two formulas, usual, huge.
LIVES = [0.3, 1.0, 3.9, 6.0, 20.0]
GROWTHS = [0.0, 1e-9, 0.09, 0.5, 3.0, 1e12]


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


@cache
def charges(life: float, growth: float) -> np.ndarray:
    """The charge of each of 100 quarters, as a share of the opening book."""
    return np.asarray(_charges(jnp.full((1, 1), 4 * life), jnp.full((1, 1), growth)))[:, 0, 0]


@jax.jit
def _charges(life: jax.Array, growth: jax.Array) -> jax.Array:
    run_off = RunOff.of(life, growth)
    return jax.lax.map(run_off.charge, jnp.arange(100))


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("growth", GROWTHS)
def test_all_of_the_book_is_written_off_by_the_end_of_life_and_none_after(life: float, growth: float) -> None:
    found = charges(life, growth)
    np.testing.assert_allclose(found.sum(), 1, rtol=1e-13)
    assert (found >= 0).all()
    assert (found[int(np.ceil(4 * life)) :] == 0).all()
    # Nothing ends at once: each quarter's charge is at most that of the one before.
    assert (np.diff(found) <= 1e-15).all()


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("growth", [0.09, 0.5, 3.0])
def test_each_vintage_is_written_off_in_a_straight_line(life: float, growth: float) -> None:
    """A vintage of age ``a`` has ``life - a`` left, and there is ``exp(-growth a)`` of it."""
    bought = quad(lambda a: np.exp(-growth * a) * (life - a), 0, life, epsabs=0, epsrel=1e-12)[0]
    for t in (0, 1, 7):
        after = max(life - t / 4, 0.0)
        left = quad(lambda a, y=t / 4: np.exp(-growth * a) * (life - a - y), 0, after, epsrel=1e-12)[0]
        np.testing.assert_allclose(1 - charges(life, growth)[:t].sum(), left / bought, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("life", LIVES)
def test_one_purchase_is_a_straight_line_to_its_last_day(life: float) -> None:
    expected = np.clip(4 * life - np.arange(100), 0, 1) / (4 * life)
    # Purchases grow by a factor e within 1e-12 years: by that much each one's last day differs.
    np.testing.assert_allclose(charges(life, 1e12), expected, rtol=0, atol=2 * 1e-12 / life)


@pytest.mark.parametrize("growth", GROWTHS)
def test_the_rate_at_the_start_is_that_of_the_first_moment(growth: float) -> None:
    for quarters in (15.6, 1e3):
        run_off = RunOff.of(jnp.full((1, 1), quarters), jnp.full((1, 1), growth))
        moment = 1e-5
        grown = growth / 4 * quarters
        if 0.01 < grown < 1e9:
            x, y = quarters, quarters - moment
            left = [v - (1 - np.exp(-growth / 4 * v)) / (growth / 4) for v in (x, y)]
            expected = (1 - left[1] / left[0]) / moment
        else:
            expected = 1 / quarters if growth > 1 else 2 / quarters
        np.testing.assert_allclose(float(run_off.opening_rate()[0, 0]), expected, rtol=1e-4)


def test_ages_move_no_gigawatt_and_no_dollar_but_when_a_book_is_written_off() -> None:
    """Gigawatts, revenue and spending are the same; all depreciation is, once the life has passed."""
    case = worked_cases()[1]
    structure = case.structure.with_(horizon=60)
    shocks = {name: np.ones((60, 1)) * values[:1] for name, values in case.shocks.items()}
    level = {"finance.building_life": 14.0, "spend.discipline": 0.0}
    level |= {"finance.opening_chip_life": 1.0, "finance.opening_site_life": 1.0}
    runs = [
        kernel.run({**case.inputs, **level, "finance.opening_growth": growth}, shocks, structure)[1]
        for growth in (0.5, 1e12)
    ]
    for name in ("live_gw", "ordered_gw", "capex", "revenue", "idle_gw", "writedown"):
        np.testing.assert_array_equal(runs[0][name], runs[1][name], err_msg=name)
    total = [run["depreciation"].sum(axis=0) for run in runs]
    np.testing.assert_allclose(total[0], total[1], rtol=1e-11)
    assert not np.allclose(runs[0]["depreciation"][0], runs[1]["depreciation"][0])
