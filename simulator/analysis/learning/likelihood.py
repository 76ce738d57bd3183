"""How likely each observation is, path by path: one stated law for each kind of figure.

A figure y of a quantity that the model puts at f is lognormal about it, log y = log f + s z, with
s^2 = error^2 + scale^2: the error that its file states, and a scale that is itself a prior, for what the
model's quantity and the reported one do not have in common. Measurements of a user's own metrics may be
normal instead, y = f + error z. Given the draws, figures are independent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Shaped

from simulator.analysis.learning.figures import Datum, Draws

_LOG_ROOT_TAU = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class Likelihood:
    """The laws of some figures.

    Attributes
    ----------
    data
        The figures; those without a value are predicted only.
    """

    data: Sequence[Datum]

    @property
    def values(self) -> Float[np.ndarray, " datum"]:
        """The figures, each in its unit; nan where one is not known."""
        return np.array([datum.value for datum in self.data])

    @property
    def normal(self) -> np.ndarray:
        """Which laws are normal, ``[datum, 1]``; the others are lognormal."""
        return np.array([datum.law == "normal" for datum in self.data])[:, None]

    def predict(
        self, draws: Draws, found: Mapping[str, Array], block_size: int
    ) -> tuple[Float[Array, "datum path"], Float[Array, "datum path"]]:
        """Return each figure's middle and the standard deviation about it, for a block of paths.

        Of a lognormal figure both are in logs.

        Parameters
        ----------
        draws
            Named draws, scales included.
        found
            Series or metrics of the model.
        block_size
            Paths in the block.
        """
        middles = [jnp.broadcast_to(datum.read(draws, found), (block_size,)) for datum in self.data]
        scales = [jnp.broadcast_to(self._scale(datum, draws), (block_size,)) for datum in self.data]
        middle, scale = jnp.stack(middles), jnp.stack(scales)
        log = jnp.log(jnp.where(middle > 0, middle, 0.0))
        return jnp.where(self.normal, middle, log), scale

    def __call__(
        self,
        middle: Float[Array, "datum path"],
        scale: Float[Array, "datum path"],
        values: Float[Array, " datum"],
    ) -> Float[Array, "datum path"]:
        """Return the log density of each figure; minus infinity where the model gives it no chance.

        Parameters
        ----------
        middle, scale
            As `predict` returns them.
        values
            The figures: an argument, so that other figures need no other program.
        """
        normal = self.normal
        reported = values[:, None]
        log = jnp.log(jnp.where(normal, jnp.ones_like(reported), reported))
        z = (jnp.where(normal, reported, log) - middle) / scale
        density = -0.5 * z * z - jnp.log(scale) - _LOG_ROOT_TAU - jnp.where(normal, 0.0, log)
        return jnp.where(jnp.isfinite(density), density, -jnp.inf)

    def of_sample(
        self,
        middle: Shaped[np.ndarray, "datum ..."],
        scale: Shaped[np.ndarray, "datum ..."],
        values: Shaped[np.ndarray, " datum"] | None = None,
    ) -> Shaped[np.ndarray, "datum ..."]:
        """Return the log density of each figure, or of other values of them, on paths of the host."""
        reported = self.values if values is None else values
        with jax.enable_x64(middle.dtype == np.float64):
            flat, spread = (jnp.asarray(x.reshape(len(x), -1)) for x in (middle, scale))
            log = self(flat, spread, jnp.asarray(reported, middle.dtype))
        return np.asarray(log).reshape(middle.shape)

    def replicate(
        self,
        middle: Shaped[np.ndarray, "datum ..."],
        scale: Shaped[np.ndarray, "datum ..."],
        z: Shaped[np.ndarray, "datum ..."],
    ) -> Shaped[np.ndarray, "datum ..."]:
        """Return figures as they would be reported, of standard normal numbers."""
        drawn = middle + scale * z
        normal = self.normal.reshape(-1, *[1] * (drawn.ndim - 1))
        return np.where(normal, drawn, np.exp(np.where(normal, 0.0, drawn)))

    def _scale(self, datum: Datum, draws: Draws) -> Array:
        own = jnp.asarray(draws[datum.scale]) if datum.scale else jnp.zeros(())
        return jnp.sqrt(datum.error**2 + own * own)
