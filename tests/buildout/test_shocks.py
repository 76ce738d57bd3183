"""Shocks by what they are of."""

from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout import shocks

COMPANIES, SOURCES = ("one", "two"), ("grid",)


def test_every_shock_is_of_one_thing():
    declared = shocks.declare(COMPANIES, SOURCES, 8)
    grouped = Counter(name for names in shocks.groups(COMPANIES, SOURCES).values() for name in names)
    assert grouped == Counter(declared.keys())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_left_of_a_state_is_a_power_at_both_ends_too(dtype: str) -> None:
    persistence = np.array([[0.0, 1e-3, 0.3, 0.7, 0.99, 1.0]], dtype)
    with jax.enable_x64(dtype == "float64"):
        for count in (0.0, 1.0, 2.0, 7.0, 96.0):
            left = shocks.left_after(jnp.asarray(persistence), jnp.asarray(count, dtype))
            # The logarithm is rounded, and times the number of shocks: so is its exponential, as a share.
            rounding = 4 * np.finfo(dtype).eps * (1 + count * np.abs(np.log(np.maximum(persistence, 1e-3))))
            smallest = np.finfo(dtype).tiny
            expected = persistence.astype(float) ** count
            assert (np.abs(left - expected) <= rounding * expected + smallest).all(), count
