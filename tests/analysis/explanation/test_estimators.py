"""The estimators beneath: without bias, with errors that hold, and ranks as SciPy has them."""

import gc
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.stats import rankdata

from simulator.analysis.explanation.binned import binned
from simulator.analysis.explanation.joint import block
from simulator.analysis.explanation.random_inputs import RandomInput
from simulator.analysis.explanation.ranks import midranks
from simulator.analysis.explanation.shares import Shares
from simulator.analysis.explanation.targets import Target
from simulator.estimate.replicated import total
from simulator.study import Prior

REPLICATES, POINTS = 32, 256


def sample(rng, inputs):
    """Return that many independent standard normals, and their ranks."""
    values = rng.standard_normal((inputs, REPLICATES, POINTS))
    return values, midranks(values.reshape(inputs, -1)).reshape(values.shape)


@given(arrays(np.int8, array_shapes(max_dims=3, max_side=9), elements=st.integers(-3, 3)))
def test_ranks_are_scipys(values):
    expected = (rankdata(values, axis=-1) - 0.5) / values.shape[-1]
    np.testing.assert_allclose(midranks(values), expected, rtol=1e-15)


def test_noise_adds_nothing_to_a_share():
    """The plain estimator, the variance of means in slices, is here too large by more than one thousandth."""
    rng = np.random.default_rng(1)
    single, joint, plain = [], [], []
    for _ in range(60):
        values, ranks = sample(rng, 3)
        target = values[2:] - values[2:].mean()
        slices = binned(ranks[0], target)
        single.append(slices.explained().value[0])
        joint.append(block(ranks[:2], target).explained([0, 1]).value[0])
        counts = slices.counts.sum(axis=0)
        plain.append(np.sum(counts * (slices.sums.sum(axis=0)[:, 0] / counts) ** 2) / counts.sum())
    for found in (single, joint):
        assert abs(np.mean(found)) < 5 * np.std(found) / np.sqrt(len(found))
    assert np.mean(plain) > 1e-3
    # And this test would see it: five of its errors are less than half of that bias.
    assert 5 * np.std(single) / np.sqrt(len(single)) < 5e-4


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_errors_hold(weight):
    """The truth lies within two standard errors about as often as it should; near zero more often."""
    rng = np.random.default_rng(2)
    hits, repeats = 0, 150
    for _ in range(repeats):
        values, ranks = sample(rng, 2)
        target = weight * values[0] + values[1]
        target = (target - target.mean())[None]
        variance = total(np.square(target).sum(axis=2).T) / total(np.full((REPLICATES, 1), POINTS))
        share = binned(ranks[0], target).explained() / variance
        hits += abs(share.value[0] - weight**2 / (1 + weight**2)) <= 2 * share.error[0]
    # Of 150 at 95% the fewest are 128 by five standard deviations of a binomial count.
    assert hits >= 128


def test_slices_and_least_squares_agree_on_what_is_smooth():
    rng = np.random.default_rng(3)
    values, ranks = sample(rng, 2)
    target = np.sin(2 * values[0]) + values[0] ** 2 + 0.1 * values[1]
    target = (target - target.mean())[None]
    sliced, fitted = binned(ranks[0], target).explained(), block(ranks, target).explained([0])
    assert (fitted.value / sliced.value)[0] == pytest.approx(1, abs=0.01)


def test_a_sum_of_parts_is_the_whole():
    """Ranks of equals, of few and of many, fall in slices that hold every path once."""
    rng = np.random.default_rng(4)
    target = rng.standard_normal((2, REPLICATES, POINTS))
    for values in (
        rng.standard_normal((REPLICATES, POINTS)),
        rng.integers(0, 3, (REPLICATES, POINTS)),
        np.maximum(rng.standard_normal((REPLICATES, POINTS)), 0.0),
        np.zeros((REPLICATES, POINTS)),
    ):
        slices = binned(midranks(values.ravel()).reshape(values.shape), target)
        assert slices.counts.sum() == values.size
        assert (slices.counts.sum(axis=0) > 0).all()
        np.testing.assert_allclose(slices.sums.sum(axis=1), target.sum(axis=2).T, atol=1e-9)
        assert np.isfinite(slices.explained().value).all()


def test_what_does_not_vary_explains_nothing_at_all():
    """Not even that replicates have means of their own."""
    target = np.random.default_rng(5).standard_normal((1, REPLICATES, POINTS))
    target -= target.mean()
    ranks = np.full((REPLICATES, POINTS), 0.5)
    assert binned(ranks, target).explained().value[0] == pytest.approx(0, abs=1e-15)


def test_an_explanation_keeps_no_slices_of_a_prior():
    """Thirty more priors take little more memory: of each only what is reported stays, not its slices."""
    rng = np.random.default_rng(0)
    prior = Prior("x", "normal", {"mean": 0.0, "sd": 1.0})
    values = rng.normal(size=(32, 256))
    targets = [Target(f"y{i}", "metric", "1", values + i) for i in range(40)]

    def memory_of(priors: int) -> int:
        inputs = [RandomInput(f"x{i}", prior, "shared", "uncited", values) for i in range(priors)]
        tracemalloc.start()
        try:
            shares = Shares(inputs, [[place] for place in range(priors)], targets)
            assert len(shares.tenths) == priors
            gc.collect()  # what waits to be swept up does not count
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    memory_of(40)  # what is loaded once, and what allocators keep for the next time
    one, many = memory_of(10), memory_of(40)
    slices = binned(midranks(values.ravel()).reshape(values.shape), np.stack([one.values for one in targets]))
    replicates, stays = 32, 5  # an explained variance, and two ends of a tenth and of a fifth
    of_a_prior = stays * len(targets) * (replicates + 1) * 8
    # Allocators and lists have some of their own: far less than half of one prior's slices.
    assert (many - one) / 30 < of_a_prior + slices.sums.nbytes / 2
