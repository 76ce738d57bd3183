"""The diagnostics of a posterior: what each of them sees."""

import numpy as np
import pytest
import xarray
from arviz_stats.sampling_diagnostics import rhat as theirs_of

from simulator.analysis.learning.diagnostics import LARGEST_RHAT, rhat


def chains(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(16, 2048))


def test_chains_of_one_distribution_pass() -> None:
    assert rhat(chains()) < LARGEST_RHAT


def test_chains_that_differ_in_width_alone_fail() -> None:
    """Half of the chains three times wider: their means agree, and they are not of one distribution."""
    values = chains()
    values[::2] *= 3
    assert rhat(values) > 1.1


def test_chains_whose_halves_lie_apart_fail() -> None:
    values = chains()
    values[:, :1024] += 1
    assert rhat(values) > 1.1


def test_heavy_tails_hide_no_shift() -> None:
    values = np.random.default_rng(1).standard_cauchy(size=(16, 2048))
    values[0] += 5
    assert rhat(values) > LARGEST_RHAT


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_it_is_what_arviz_computes(scale: float) -> None:
    values = chains()
    values[::2] *= scale
    theirs = theirs_of(xarray.DataArray(values, dims=("chain", "draw")))
    np.testing.assert_allclose(rhat(values), float(theirs), rtol=1e-12)


def test_what_does_not_vary_agrees() -> None:
    assert rhat(np.full((16, 100), 3.0, dtype=np.float32)) == 1


def test_of_two_values_chains_agree_or_not() -> None:
    values = np.tile([0.0, 1.0], (16, 1024))
    assert rhat(values) < LARGEST_RHAT
    values[0] = 1.0
    values[1] = 0.0
    assert rhat(values) > LARGEST_RHAT
