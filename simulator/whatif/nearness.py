"""How far the numbers of a page are from those of JAX, by how far the paths of a metric are apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.analysis.run.agreement import spread_of


class Scale(NamedTuple):
    """What distances within one metric are measured by.

    Attributes
    ----------
    spread
        The standard deviation.
    far
        Above this size numbers may be as near by their reciprocals: of a ratio whose divisor is a rest of
        nearly nothing, single precision knows few digits on any machine.
    most
        What the reciprocals are measured by: the standard deviation, or the distance between quartiles where
        that is less, for the standard deviation may be that of a few such ratios.
    """

    spread: float
    far: float
    most: float


def scale_of(paths: Float[np.ndarray, " path"]) -> Scale:
    """Return the scale of a metric.

    Parameters
    ----------
    paths
        Its values; those that are not finite count for nothing.
    """
    finite = paths[np.isfinite(paths)].astype(np.float64)
    if not finite.size:
        return Scale(1.0, 1.0, 1.0)
    most = spread_of(finite) or 1.0
    return Scale(float(finite.std()) or most, float(np.median(np.abs(finite))) + most, most)


def distances(
    found: Float[np.ndarray, " path"], known: Float[np.ndarray, " path"], scale: Scale
) -> Float[np.ndarray, " path"]:
    """Return how far numbers are from the known ones, in spreads; 0 where both are not a number.

    Beyond `Scale.far` it is that of the reciprocals, times the square of `far`, where that is less.

    Parameters
    ----------
    found, known
        The numbers.
    scale
        Of all paths of the metric.
    """
    found, known = found.astype(np.float64), known.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.abs(found - known) / scale.spread
        inverse = np.abs(1 / found - 1 / known) * scale.far**2 / scale.most
    apart = np.where(np.abs(known) > scale.far, np.fmin(plain, inverse), plain)
    same = (found == known) | (np.isnan(found) & np.isnan(known))
    return np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))
