"""Threefry is threefry, and the streams of two purposes, seeds or names are strangers."""

import jax
import jax.extend.random
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.sampling.counter import stream_keys, threefry


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [  # the known-answer tests that Random123 publishes for threefry2x32 with 20 rounds
        ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_threefry_gives_the_published_answers(counter, key, words):
    k, c = np.array([key, counter], dtype=np.uint32)[..., None]
    assert [int(word[0]) for word in threefry((k[0], k[1]), (c[0], c[1]))] == list(words)


def test_threefry_in_numpy_compiled_and_in_jax_itself_agree():
    generator = np.random.default_rng(1)
    key = generator.integers(0, 2**32, (2, 5, 1), dtype=np.uint32)
    counter = generator.integers(0, 2**32, (2, 1, 64), dtype=np.uint32)
    host = np.stack(threefry((key[0], key[1]), (counter[0], counter[1])))
    kernel = jax.jit(lambda k, c: jnp.stack(threefry((k[0], k[1]), (c[0], c[1]))))(key, counter)
    np.testing.assert_array_equal(host, np.asarray(kernel))
    for stream in range(5):
        theirs = jax.extend.random.threefry_2x32(jnp.asarray(key[:, stream, 0]), jnp.asarray(counter.ravel()))
        np.testing.assert_array_equal(host[:, stream].ravel(), np.asarray(theirs))


def test_keys_differ_by_purpose_seed_name_and_component_and_not_by_company():
    streams = [("a", 0), ("a", 1), ("b", 0), ("1 a", 0), ("a[1]", 0), ("é", 0)]
    keys = [
        tuple(column)
        for purpose in ("scramble", "paths")
        for seed in (None, 0, 1, -1, 10**30)
        for column in stream_keys(purpose, seed, streams).T.tolist()
    ]
    assert len(set(keys)) == len(keys)
    together, alone = stream_keys("paths", 3, streams), stream_keys("paths", 3, streams[2:4])
    np.testing.assert_array_equal(together[:, 2:4], alone)


def test_keys_are_for_ever():
    """A change here changes every draw ever made, so it has to be meant."""
    keys = stream_keys("paths", 7, [("spend.capex_2026.amazon", 0)])
    assert keys.ravel().tolist() == [3742851013, 3929172955]
