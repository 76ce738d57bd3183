"""Ways of choosing the points of a study's paths, for `accuracy_per_path.py`: research, not the engine's.

Every way makes, for a batch, scores and uniform numbers of 8192 paths in the order of the engine (a strip of
256 for each of 32 replicates), and the weight of each path.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from outcome import Outcome

from simulator.sampling import BATCH, REPLICATES, STRIP, make_sampler, normal, uniform
from simulator.sampling.counter import stream_keys, threefry


class Lead(NamedTuple):
    """What leads the points: directions, orthonormal, [score, direction], and the order of dimensions."""

    loadings: np.ndarray
    order: tuple[str, ...]


class Points:
    """The engine's own: those of a run under this seed and sampler of a study with these directions."""

    def __init__(self, outcome: Outcome, lead: Lead, seed: int, batches: int, sampler: str = "rqmc") -> None:
        self.loadings = jnp.asarray(lead.loadings)
        self.scored, count = self.loadings.shape
        self.coordinates = (
            *outcome.scores,
            *((f"direction.{number}", 0) for number in range(count)),
            *outcome.uniforms,
        )
        self._tables = make_sampler(sampler, seed, lead.order).tables(self.coordinates, batches)
        self._draw = make_sampler(sampler, 0).bits  # the same function under every seed and order
        self.seed = seed

    def bits(self, batch: int) -> jax.Array:
        """32-bit points, [replicate, coordinate, point]."""
        return _bits(self._draw, self._tables, np.uint32(batch))

    def __call__(self, batch: int) -> tuple[jax.Array, jax.Array]:
        """Scores [score, path] and uniform numbers [uniform, path]."""
        return _drawn(self.scored, self.bits(batch), self.loadings)

    def weights(self, batch: int) -> np.ndarray:
        """Of each path: what an average over paths has to be taken with."""
        return np.ones(BATCH)


@partial(jax.jit, static_argnums=0)
def _bits(of_block, tables, batch):
    blocks = jnp.arange(REPLICATES, dtype=jnp.uint32)
    return jax.lax.map(lambda block: of_block(tables, batch, block), blocks)


@partial(jax.jit, static_argnums=0)
def _drawn(scored, bits, loadings):
    rows = jnp.moveaxis(bits, 0, 1).reshape(bits.shape[1], -1)
    first = scored + loadings.shape[1]
    scores, own = normal(rows[:scored]), normal(rows[scored:first])
    return scores + loadings @ (own - loadings.T @ scores), uniform(rows[first:])


class Nested(Points):
    """Under Owen's nested scramble as well, by a hash of the digits before each digit (Laine and Karras)."""

    def bits(self, batch: int) -> jax.Array:
        """32-bit points, [replicate, coordinate, point], scrambled once more."""
        keys = stream_keys("nested", self.seed, self.coordinates)
        replicate = np.arange(REPLICATES, dtype=np.uint32)[:, None]
        words, _ = threefry((keys[0], keys[1]), (replicate, np.zeros_like(replicate)))
        return nested(super().bits(batch), jnp.asarray(words)[:, :, None])


@jax.jit
def nested(bits: jax.Array, words: jax.Array) -> jax.Array:
    """Nested uniform scramble of 32-bit fractions, by random words: numbers from Burley, JCGT 9(4), 2020.

    A digit is flipped by a hash of the word and the digits before it, so that the map keeps every net.
    """
    mixed = _reversed(bits) + words
    mixed = mixed ^ (mixed * np.uint32(0x6C50B47C))
    mixed = mixed ^ (mixed * np.uint32(0xB82F1E52))
    mixed = mixed ^ (mixed * np.uint32(0xC7AFE638))
    mixed = mixed ^ (mixed * np.uint32(0x8D22F6E6))
    return _reversed(mixed)


def _reversed(bits: jax.Array) -> jax.Array:
    """The digits in reverse order."""
    for distance, mask in ((1, 0x55555555), (2, 0x33333333), (4, 0x0F0F0F0F), (8, 0x00FF00FF), (16, 0xFFFF)):
        mask, distance = np.uint32(mask), np.uint32(distance)
        bits = ((bits & mask) << distance) | ((bits >> distance) & mask)
    return bits


class Fan(Points):
    """Each point of all other coordinates with a few values of the leading one, one in each stratum of it."""

    #: Values of the leading coordinate for each point: a power of two.
    count = 16

    def bits(self, batch: int) -> jax.Array:
        """32-bit points, [replicate, coordinate, point], those that share all but one side by side."""
        size, part = STRIP // self.count, batch % self.count
        shared = super().bits(batch // self.count)[:, :, part * size : (part + 1) * size]
        return fan(shared, self.scored, self.count)


def fan(bits: jax.Array, row: int, count: int) -> jax.Array:
    """[replicate, coordinate, point * count]: every point so often, its row moved to each stratum in turn."""
    digits = np.uint32(count.bit_length() - 1)
    strata = jnp.tile(jnp.arange(count, dtype=jnp.uint32) << (np.uint32(32) - digits), bits.shape[-1])
    repeated = jnp.repeat(bits, count, axis=2)
    return repeated.at[:, row].set((repeated[:, row] >> digits) | strata[None])


class Importance(Points):
    """The leading coordinate drawn more often where a statistic needs it, from a density in equal strata."""

    #: Probability with which each stratum of the leading coordinate is drawn; they add up to one.
    masses = np.full(16, 1 / 16)

    def bits(self, batch: int) -> jax.Array:
        """32-bit points, [replicate, coordinate, point], the leading coordinate by its density."""
        bits = super().bits(batch)
        moved, _ = importance(np.asarray(bits[:, self.scored]), self.masses)
        return bits.at[:, self.scored].set(moved)

    def weights(self, batch: int) -> np.ndarray:
        """Of each path: its density over the one that it was drawn by."""
        return importance(np.asarray(super().bits(batch)[:, self.scored]), self.masses)[1].ravel()


def importance(bits: np.ndarray, masses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """32-bit fractions drawn by a density that is constant in equal strata, and their weights."""
    ends = np.concatenate([[0.0], np.cumsum(masses)])
    drawn = (bits + 0.5) / 2.0**32
    stratum = np.clip(np.searchsorted(ends, drawn, side="right") - 1, 0, len(masses) - 1)
    within = np.clip((drawn - ends[stratum]) / masses[stratum], 0, 1 - 2.0**-32)
    return ((stratum + within) / len(masses) * 2.0**32).astype(np.uint32), 1 / len(masses) / masses[stratum]
