"""The curve of adoption: from Gompertz's to Bass's and steeper, in closed form.

Equation: docs/explanation/model.md, 8.1.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.arrays import PerCompany, PerPath
from simulator.buildout.inputs import Parameters
from simulator.tracing import branch

#: Smallest opening share for which innovation is scaled: with less adopted, it is that of this share.
LEAST_SHARE = 1e-3


class Curve(NamedTuple):
    """Through the share that is adopted at the start.

    Attributes
    ----------
    shape
        1 is Bass's curve, towards 0 it is Gompertz's  [1]
    opening_power
        Share of the ceiling that is adopted at the start, to the power of ``shape``, 0 to 1  [1]
    innovation, imitation
        Coefficients of the Bass curve that this power follows  [1/yr]
    log_opening, log_innovation
        Logs of the opening share and of the coefficient of innovation: their powers may be lost.
    """

    shape: PerPath
    opening_power: PerCompany
    innovation: PerCompany
    imitation: PerPath
    log_opening: PerCompany
    log_innovation: PerCompany

    @classmethod
    def of(cls, p: Parameters, opening_share: PerCompany) -> "Curve":
        """``opening_share`` is the share of the ceiling that is adopted at the start, 0 to 1.

        Parameters
        ----------
        p
            Draws of the inputs ``adoption.curve``, ``adoption.bass_p`` and ``adoption.bass_q``.
        opening_share
            As above  [1]
        """
        shape, innovation = p.path("adoption.curve"), p.path("adoption.bass_p")
        return cls(
            shape=shape,
            opening_power=_power(opening_share, shape),
            innovation=_innovation(innovation, opening_share, shape),
            imitation=p.path("adoption.bass_q"),
            log_opening=jnp.log(opening_share),
            log_innovation=_log_innovation(innovation, opening_share, shape),
        )


def _power(share: PerCompany, exponent: PerPath) -> PerCompany:
    """``share ** exponent``, and the share itself where the exponent is one."""
    return jnp.where(exponent == 1, share, jnp.exp(exponent * jnp.log(share)))


def _innovation(rate: PerPath, opening_share: PerCompany, shape: PerPath) -> PerCompany:
    """Coefficient of innovation of the power of the share, for ``rate`` of the rest to adopt at the start."""
    share = jnp.maximum(opening_share, LEAST_SHARE)
    scale = shape * _power(share, shape - 1) * (1 - share) / (1 - _power(share, shape))
    return rate * jnp.where(shape == 1, 1.0, scale)


def _log_innovation(rate: PerPath, opening_share: PerCompany, shape: PerPath) -> PerCompany:
    """Log of `_innovation`, which does not vanish with the power of the share."""
    share = jnp.maximum(opening_share, LEAST_SHARE)
    left = -jnp.expm1(shape * jnp.log(share))
    return jnp.log(rate * shape * (1 - share) / left) + (shape - 1) * jnp.log(share)


def adopted_share(curve: Curve, year: Float[Array, ""] | PerPath) -> PerCompany:
    """Share of the ceiling adopted after ``year`` years: a curve through the opening share.

    The share to the power of ``shape`` follows a Bass curve, so that without innovation the share follows
    Richards' curve: Bass's own at 1, Gompertz's towards 0. The closed form is arranged so that it does not
    cancel, as long as the opening power is not lost beside one; where it is, the same is computed in logs.

    Parameters
    ----------
    curve
        Both coefficients may be 0.
    year
        Years since the start, 0 or more.

    Returns
    -------
    PerCompany
        From 0 to 1  [1], equation 8.1.
    """
    p, q, start = curve.innovation, curve.imitation, curve.opening_power
    grown = -jnp.expm1(-(p + q) * year)
    decay = 1 - grown
    speed = p + q * start + q * (1 - start) * decay
    adopted = (p * grown + start * (q + p * decay)) / jnp.where(speed > 0, speed, 1.0)
    share = _power(jnp.where(speed > 0, adopted, start), 1 / curve.shape)
    tiny = start < jnp.finfo(start.dtype).eps
    return branch(jnp.any(tiny), lambda: jnp.where(tiny, _adopted_in_logs(curve, year), share), lambda: share)


def _adopted_in_logs(curve: Curve, year: Float[Array, ""] | PerPath) -> PerCompany:
    """`adopted_share` where the power of the opening share is tiny, or below the smallest number."""
    p, q, start = curve.innovation, curve.imitation, curve.opening_power
    later = jnp.where(year > 0, year, 1.0)
    begun = jnp.where(year > 0, jnp.log(-jnp.expm1(-(p + q) * later)), -jnp.inf)
    decay = jnp.exp(-(p + q) * year)
    grown = jnp.logaddexp(
        curve.log_innovation + begun, curve.shape * curve.log_opening + jnp.log(q + p * decay)
    )
    speed = p + q * decay + q * start * (1 - decay)
    share = jnp.exp(jnp.minimum(grown - jnp.log(jnp.where(speed > 0, speed, 1.0)), 0.0) / curve.shape)
    return jnp.where(speed > 0, share, jnp.exp(curve.log_opening))
