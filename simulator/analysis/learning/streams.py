"""Random numbers of an update by name: they depend on (seed, name, step, particle) and on nothing else."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt32

from simulator.sampling import Coordinate
from simulator.sampling.counter import stream_keys, threefry

#: What the streams are for; no stream of a run has this.
_PURPOSE = "posterior"


def keys_of(seed: int, coordinates: Iterable[Coordinate]) -> UInt32[np.ndarray, "2 d"]:
    """Return the key of each coordinate's stream."""
    return stream_keys(_PURPOSE, seed, coordinates)


def random_bits(keys: Any, step: Any, particles: Any) -> Any:
    """Return 32 random bits of each stream for each particle at a step, ``[d, n]``: NumPy's or JAX's.

    Parameters
    ----------
    keys : UInt32[Array, "2 d"]
        Of the streams.
    step : UInt32[Array, "1"]
        The step; no two draws of a stream have the same step and particle.
    particles : UInt32[Array, "n"]
        Their numbers.
    """
    first, _ = threefry((keys[0][:, None], keys[1][:, None]), (step.reshape(1, 1), particles[None, :]))
    return first


def uniforms(seed: int, name: str, step: int, count: int) -> Float[np.ndarray, " n"]:
    """Return numbers in (0, 1) of one stream, on the host."""
    particles = np.arange(count, dtype=np.uint32)
    bits = random_bits(keys_of(seed, [(name, 0)]), np.full(1, step, dtype=np.uint32), particles)[0]
    return (bits + 0.5) * 2.0**-32


def normals(seed: int, name: str, count: int) -> Float[np.ndarray, " n"]:
    """Return standard normal numbers of one stream, on the host."""
    from scipy.special import ndtri

    return ndtri(uniforms(seed, name, 0, count))


def permutation(seed: int, name: str, step: int, count: int) -> Int[np.ndarray, " n"]:
    """Return the numbers from 0 to count - 1 in an order drawn at random, of one stream."""
    return np.argsort(uniforms(seed, name, step, count), kind="stable")


def stratified(
    weights: Float[np.ndarray, " n"], within: Float[np.ndarray, " count"]
) -> Int[np.ndarray, " count"]:
    """Return places drawn in proportion to weights, one from each stratum: stratified resampling.

    Points that are evenly spaced, as in systematic resampling, can fall into step with weights that repeat.

    Parameters
    ----------
    weights
        Of the places; they need not sum to one.
    within
        Where in its stratum each draw lies, uniform in (0, 1).
    """
    total = np.cumsum(weights)
    points = (np.arange(len(within)) + within) / len(within) * total[-1]
    return np.minimum(np.searchsorted(total, points, side="right"), len(weights) - 1)
