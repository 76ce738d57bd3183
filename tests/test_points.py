"""The ways of choosing points that benchmarks hold against the engine's keep the law of what is drawn."""

from importlib import import_module
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.sampling import make_sampler

ROWS = 3


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    return import_module("points")


@pytest.fixture
def bits() -> Any:
    """One strip of one replicate: [replicate, coordinate, point]."""
    sampler = make_sampler("rqmc", 5, tuple("abc"), 256)
    return jnp.asarray(sampler.bits(sampler.tables(tuple((name, 0) for name in "abc"), 1), 0, 0))[None]


def common_digits(first: np.ndarray, second: np.ndarray) -> list[int]:
    """How many leading binary digits two fractions share."""
    return [32 - int(different).bit_length() for different in first ^ second]


def test_a_nested_scramble_keeps_how_far_two_points_agree(points: Any) -> None:
    rng = np.random.default_rng(0)
    first = rng.integers(0, 2**32, 4096, dtype=np.uint32)
    second = first ^ (np.uint32(1) << rng.integers(0, 32, 4096, dtype=np.uint32))
    words = rng.integers(0, 2**32, 4096, dtype=np.uint32)
    moved = [np.asarray(points.nested(jnp.asarray(one), jnp.asarray(words))) for one in (first, second)]
    assert common_digits(*moved) == common_digits(first, second)


def test_a_nested_scramble_is_no_shift_of_digits(points: Any) -> None:
    bits, word = jnp.arange(256, dtype=jnp.uint32) << 24, jnp.uint32(12345)
    flipped = np.asarray(points.nested(bits, word) ^ bits) >> 24
    assert len(set(flipped.tolist())) > 1


def test_a_fan_has_one_value_of_its_row_in_each_stratum(points: Any, bits: Any) -> None:
    shared = bits[:, :, :16]
    found = np.asarray(points.fan(shared, 1, 16)).reshape(ROWS, 16, 16)
    assert np.array_equal(found[1] >> 28, np.tile(np.arange(16), (16, 1)))
    for row in (0, 2):
        assert np.array_equal(found[row], np.tile(np.asarray(shared[0, row])[:, None], 16))


def test_importance_weights_undo_their_density(points: Any) -> None:
    masses = np.array([0.4, 0.3, 0.2, 0.1])
    count = 2**16
    even = ((np.arange(count) + 0.5) / count * 2**32).astype(np.uint32)
    drawn, weights = points.importance(even, masses)
    assert np.mean(drawn < 2**30) == pytest.approx(0.4, abs=1 / count)
    u = drawn / 2**32
    # A midpoint rule: off by less than a cell, of which a stratum's end cuts three.
    assert np.mean(weights) == pytest.approx(1, abs=8 / count)
    assert np.mean(weights * u**2) == pytest.approx(1 / 3, abs=8 / count)
