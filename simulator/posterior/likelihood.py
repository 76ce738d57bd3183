"""How likely each observation is, path by path: one stated law for each kind of figure.

A figure y of a quantity that the model puts at f is lognormal about it, log y = log f + s z, with
s^2 = error^2 + scale^2: the error that its file states, and a scale that is itself a prior, for what the
model's quantity and the reported one do not have in common. Measurements of a user's own metrics may be
normal instead, y = f + error z. Given the draws, figures are independent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from simulator.posterior.matching import Datum
from simulator.posterior.reading import Draws

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
    def normal(self) -> np.ndarray:
        """Which laws are normal, ``[datum, 1]``; the others are lognormal."""
        return np.array([datum.law == "normal" for datum in self.data])[:, None]

    def predict(
        self, draws: Draws, found: Mapping[str, Array], lanes: int
    ) -> tuple[Float[Array, "datum path"], Float[Array, "datum path"]]:
        """Return each figure's middle and the standard deviation about it, for a block of paths.

        Of a lognormal figure both are in logs.

        Parameters
        ----------
        draws
            Named draws, scales included.
        found
            Series or metrics of the model.
        lanes
            Paths in the block.
        """
        middles = [jnp.broadcast_to(datum.read(draws, found), (lanes,)) for datum in self.data]
        scales = [jnp.broadcast_to(self._scale(datum, draws), (lanes,)) for datum in self.data]
        middle, scale = jnp.stack(middles), jnp.stack(scales)
        log = jnp.log(jnp.where(middle > 0, middle, 0.0))
        return jnp.where(self.normal, middle, log), scale

    def __call__(
        self, middle: Float[Array, "datum path"], scale: Float[Array, "datum path"]
    ) -> Float[Array, "datum path"]:
        """Return the log density of each figure; minus infinity where the model gives it no chance."""
        values = np.array([datum.value for datum in self.data])[:, None]
        target = np.where(self.normal, values, np.log(np.where(self.normal, 1.0, values)))
        jacobian = np.where(self.normal, 0.0, target)
        z = (jnp.asarray(target, middle.dtype) - middle) / scale
        density = -0.5 * z * z - jnp.log(scale) - _LOG_ROOT_TAU - jnp.asarray(jacobian, middle.dtype)
        return jnp.where(jnp.isfinite(density), density, -jnp.inf)

    def replicate(
        self,
        middle: Float[np.ndarray, datum * sample],
        scale: Float[np.ndarray, datum * sample],
        z: Float[np.ndarray, datum * sample],
    ) -> Float[np.ndarray, datum * sample]:
        """Return figures as they would be reported, of standard normal numbers."""
        drawn = middle + scale * z
        normal = self.normal.reshape(-1, *[1] * (drawn.ndim - 1))
        return np.where(normal, drawn, np.exp(np.where(normal, 0.0, drawn)))

    def _scale(self, datum: Datum, draws: Draws) -> Array:
        own = jnp.asarray(draws[datum.scale]) if datum.scale else jnp.zeros(())
        return jnp.sqrt(datum.error**2 + own * own)


def source_of(model: Callable[..., Mapping[str, Array]]) -> Callable[[Draws], Mapping[str, Array]]:
    """Return what figures are read from: a model's series where it has them, else its metrics."""
    return getattr(model, "series", model)
