"""The inverse normal and the uniform, over the whole range of 32-bit points."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from scipy.special import ndtri

from simulator.sampling import make_sampler, normal, uniform

#: Worst relative error allowed: about six units in the last place of a float32 (6e-8 each): the fit's own
#: 1e-8, then roundings in x, w, P, Q, their product and quotient.
RELATIVE = 4e-7


def _probes() -> np.ndarray:
    generator = np.random.default_rng(3)
    spread = generator.integers(0, 2**32, 2**20, dtype=np.uint32)
    tail = (2.0 ** generator.uniform(0, 31, 2**18)).astype(np.uint32)
    end = np.arange(2**14, dtype=np.uint32)
    middle = np.uint32(2**31) + end
    powers = (np.uint32(1) << np.arange(32, dtype=np.uint32))[:, None] + np.arange(-2, 3).astype(np.uint32)
    one_side = np.concatenate([spread, tail, end, middle, powers.ravel()])
    return np.concatenate([one_side, ~one_side])


PROBES = _probes()
TRUTH = ndtri((PROBES + 0.5) * 2.0**-32)


def test_float32_scores_are_exact_to_a_few_units_in_the_last_place():
    score = np.asarray(normal(jnp.asarray(PROBES)))
    assert score.dtype == np.float32
    assert np.abs(score / TRUTH - 1.0).max() < RELATIVE


def test_scores_are_exactly_odd_and_reach_the_last_cell():
    for dtype in (jnp.float32, jnp.float64):
        with jax.enable_x64(True):
            score, mirrored = (np.asarray(normal(jnp.asarray(bits), dtype)) for bits in (PROBES, ~PROBES))
            np.testing.assert_array_equal(score, -mirrored)
            last = float(normal(jnp.zeros(1, jnp.uint32), dtype)[0])
        assert last == pytest.approx(ndtri(2.0**-33), rel=RELATIVE)


def test_scores_rise_as_far_as_float32_can_tell():
    """Two points whose scores differ by more than both errors are never swapped, and none by more."""
    order = np.argsort(PROBES)
    score = np.asarray(normal(jnp.asarray(PROBES[order])), dtype=float)
    fall = np.maximum.accumulate(score) - score
    assert (fall <= 2 * RELATIVE * np.abs(TRUTH[order])).all()
    grid = np.asarray(normal(jnp.arange(2**13, 2**32, 2**14, dtype=jnp.uint32)))
    assert (np.diff(grid) > 0).all()


def test_moments_over_a_full_grid_are_those_of_a_normal():
    """Errors of size RELATIVE cannot move a moment of order k by more than k times that."""
    bits = np.arange(2**11, 2**32, 2**12, dtype=np.uint32)
    score, exact = np.asarray(normal(jnp.asarray(bits)), dtype=float), ndtri((bits + 0.5) * 2.0**-32)
    for power in (1, 2, 3, 4):
        allowed = power * RELATIVE * (np.abs(exact) ** power).mean()
        assert (score**power).mean() == pytest.approx((exact**power).mean(), abs=allowed)


def test_float64_scores_are_scipys():
    with jax.enable_x64(True):
        score = np.asarray(normal(jnp.asarray(PROBES), jnp.float64))
    np.testing.assert_allclose(score, TRUTH, rtol=1e-13)


def test_uniforms_are_inside_the_open_interval_and_small_ones_keep_their_resolution():
    number = np.asarray(uniform(jnp.asarray(PROBES)))
    exact = (PROBES + 0.5) * 2.0**-32
    assert number.dtype == np.float32
    assert number.min() == 2.0**-33
    assert number.max() == 1.0 - 2.0**-24
    assert np.abs(number / exact - 1.0).max() <= 2.0**-23  # two roundings of half a unit
    assert (np.diff(number[np.argsort(PROBES)]) >= 0).all()
    with jax.enable_x64(True):
        np.testing.assert_array_equal(np.asarray(uniform(jnp.asarray(PROBES), jnp.float64)), exact)


@pytest.mark.parametrize("kind", ["rqmc", "mc"])
def test_scores_do_not_depend_on_the_number_of_lanes_or_what_is_compiled_around_them(kind):
    """Bit for bit, though a compiler might round a fused expression otherwise."""
    names = tuple((f"prior.{k}", 0) for k in range(9))

    def scores(block_size: int) -> np.ndarray:
        sampler = make_sampler(kind, 7, ("prior.0",), block_size=block_size)

        @jax.jit
        def one_batch(tables):
            def body(total, block):
                score = normal(sampler.bits(tables, 2, block))
                return total + score.sum(), score

            return lax.scan(body, jnp.float32(0), jnp.arange(sampler.blocks))[1]

        return np.asarray(jnp.moveaxis(one_batch(sampler.tables(names, 4)), 0, 1).reshape(9, -1))

    wide = scores(256)
    np.testing.assert_array_equal(scores(128), wide)
    np.testing.assert_array_equal(scores(64), wide)
    sampler = make_sampler(kind, 7, ("prior.0",))
    alone = normal(sampler.bits(sampler.tables(names, 4), 2, 5))
    np.testing.assert_array_equal(np.asarray(alone), wide[:, 5 * 256 : 6 * 256])
