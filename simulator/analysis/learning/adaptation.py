"""What tempering fits to its particles: informed directions, steps of the power, references."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from simulator.analysis.learning.moves import Reference

#: Share of the particles that has to stay effective from one power to the next.
LEAST_EFFECTIVE = 0.5
#: Directions that are looked after one by one, at most.
MOST_DIRECTIONS = 64
#: How much wider than the particles the reference is: its tails must not be the lighter.
WIDER = 1.1
#: Standard errors beyond which a covariance of score and figure is not noise.
SIGNAL = 4.0


def informed(
    scores: Float[np.ndarray, "d n"], features: Float[np.ndarray, "feature n"]
) -> Float[np.ndarray, "d m"]:
    """Return orthonormal directions of the scores that the evidence informs.

    For normal scores the covariance with a feature is its mean gradient (Stein), so the covariances span, to
    first order, all that the evidence can move. Those that are noise are dropped. Of few dimensions, all are.
    Where nothing is informed, one direction is left, by which moves are judged.
    """
    d, n = scores.shape
    if d <= MOST_DIRECTIONS:
        return np.eye(d, dtype=scores.dtype)
    middle = np.median(features, axis=1, keepdims=True)
    spread = np.median(np.abs(features - middle), axis=1, keepdims=True)
    varying = spread[:, 0] > 0
    z = np.clip(np.nan_to_num((features - middle)[varying] / spread[varying], nan=0.0), -5.0, 5.0)
    z = (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)
    covariance = scores.astype(np.float64) @ z.T / n
    covariance[np.abs(covariance) < SIGNAL / np.sqrt(n)] = 0.0
    directions, sizes, _ = np.linalg.svd(covariance, full_matrices=False)
    found = directions[:, sizes > 1e-6][:, :MOST_DIRECTIONS]
    return (found if found.size else np.eye(d, 1)).astype(scores.dtype)


def power_step(log: Float[np.ndarray, " n"], most: float) -> float:
    """Return how far the power may rise at once: to where so many particles stay effective, or to the end."""

    def effective(step: float) -> float:
        weights = np.exp(step * (log - log.max()))
        return float(weights.sum() ** 2 / np.sum(weights**2) / len(log))

    if effective(most) >= LEAST_EFFECTIVE:
        return most
    low, high = 0.0, most
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(middle) >= LEAST_EFFECTIVE else (low, middle)
    return max(low, 1e-9)


def fitted(inside: Float[np.ndarray, "m n"], weights: Float[np.ndarray, " n"]) -> Reference:
    """Return the normal of weighted particles, somewhat widened."""
    share = weights / weights.sum()
    inside = inside.astype(np.float64)
    mean = np.sum(inside * share, axis=1)
    centred = inside - mean[:, None]
    covariance = WIDER**2 * product(centred * share, centred.T)
    # Few particles of weight may leave a direction without spread, which a hundredth of the whole gives it.
    covariance += 1e-2 * np.trace(covariance) / len(mean) * np.eye(len(mean))
    return Reference(mean, np.linalg.cholesky(covariance))


def product(a: Float[np.ndarray, "m k"], b: Float[np.ndarray, "k n"]) -> Float[np.ndarray, "m n"]:
    """Return the product of small matrices without BLAS, whose own threads stand in the way of ours."""
    return np.einsum("mk,kn->mn", a, b)


def correlation(before: Float[np.ndarray, "m n"], after: Float[np.ndarray, "m n"]) -> float:
    """Return the mean correlation of coordinates with what they were."""
    a = before - before.mean(axis=1, keepdims=True)
    b = after - after.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    return float(np.mean(np.sum(a * b, axis=1) / np.where(spread > 0, spread, 1.0)))
