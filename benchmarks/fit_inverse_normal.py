"""The coefficients of the float32 inverse normal, and how exact it is.

Run it to print the coefficients of ``simulator/sampling/scores.py`` and the error of the compiled formula
over all 2^32 points (one half, the other being its mirror image; about two minutes on one core).

The fits minimise the largest error by Lawson's iterated reweighting of least squares; a rational function is
made linear in its coefficients by multiplying with the denominator of the iteration before.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.special import ndtri

from simulator.sampling import normal

#: w of the outermost point, where 1 - |x| = 2^-32.
WIDEST = float(-np.log(2.0**-32 * (2.0 - 2.0**-32)))


def chebyshev(low: float, high: float, count: int = 8000) -> Float[np.ndarray, " {count}"]:
    """Return points that crowd towards both ends of an interval, where minimax errors peak."""
    return low + (high - low) * (1.0 + np.cos(np.pi * (np.arange(count) + 0.5) / count)) / 2.0


def score_per_x(w: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Return z / x as a function of w = -log(1 - x^2), in float64."""
    x = np.sqrt(-np.expm1(-w))
    tail = np.exp(-w) / (2.0 * (1.0 + x))
    return np.where(tail < 0.25, -ndtri(tail), ndtri(0.5 + x / 2.0)) / x


def fit_score(top: int = 6, bottom: int = 5, iterations: int = 400) -> tuple[list[float], list[float], float]:
    """Return numerator, denominator (constant term one) and largest relative error of z / x in w."""
    w = chebyshev(0.0, WIDEST)
    truth = score_per_x(w)
    upper = np.vander(w / WIDEST, top + 1, increasing=True)
    lower = np.vander(w / WIDEST, bottom + 1, increasing=True)[:, 1:]
    weight, divisor = np.ones_like(w), np.ones_like(w)
    best: tuple[float, np.ndarray] = (np.inf, np.empty(0))
    for _ in range(iterations):
        scale = np.sqrt(weight) / (divisor * truth)
        matrix = np.hstack([upper, -truth[:, None] * lower]) * scale[:, None]
        solution = np.linalg.lstsq(matrix, truth * scale)[0]
        divisor = 1.0 + lower @ solution[top + 1 :]
        error = np.abs(upper @ solution[: top + 1] / divisor / truth - 1.0)
        if divisor.min() > 0.0 and error.max() < best[0]:
            best = (error.max(), solution)
        weight *= error / error.max() + 1e-3
        weight /= weight.mean()
    worst, solution = best
    numerator = solution[: top + 1] * WIDEST ** -np.arange(top + 1.0)
    denominator = solution[top + 1 :] * WIDEST ** -np.arange(1.0, bottom + 1.0)
    return numerator.tolist(), [1.0, *denominator.tolist()], float(worst)


def fit_logarithm(degree: int = 7, iterations: int = 400) -> tuple[list[float], float]:
    """Return L and the largest absolute error of f L(f) as log(1 + f) on [sqrt(1/2), sqrt(2)]."""
    f = chebyshev(np.sqrt(0.5) - 1.0, np.sqrt(2.0) - 1.0)
    powers = np.vander(f, degree + 1, increasing=True)
    truth = np.log1p(f) / f
    weight = np.ones_like(f)
    best: tuple[float, np.ndarray] = (np.inf, np.empty(0))
    for _ in range(iterations):
        scale = np.sqrt(weight) * np.abs(f)
        solution = np.linalg.lstsq(powers * scale[:, None], truth * scale)[0]
        error = np.abs((powers @ solution - truth) * f)
        if error.max() < best[0]:
            best = (error.max(), solution)
        weight *= error / error.max() + 1e-3
        weight /= weight.mean()
    return best[1].tolist(), float(best[0])


def worst_error(chunk: int = 2**24) -> tuple[float, float]:
    """Return the largest relative and absolute error of the compiled float32 formula over all points."""
    relative = absolute = 0.0
    for start in range(0, 2**31, chunk):
        bits = np.arange(start, start + chunk, dtype=np.uint32)
        truth = ndtri((bits + 0.5) * 2.0**-32)
        error = np.abs(np.asarray(normal(jnp.asarray(bits)), dtype=float) - truth)
        relative = max(relative, float((error / -truth).max()))
        absolute = max(absolute, float(error.max()))
    return relative, absolute


def main() -> None:
    """Print coefficients and errors."""
    numerator, denominator, error = fit_score()
    print(f"NUMERATOR = {tuple(float(f'{c:.9e}') for c in numerator)}")
    print(f"DENOMINATOR = {tuple(float(f'{c:.9e}') for c in denominator)}")
    print(f"  relative error of the fit {error:.2e}")
    logarithm, error = fit_logarithm()
    print(f"LOGARITHM = {tuple(float(f'{c:.9e}') for c in logarithm)}")
    print(f"  absolute error of the fit {error:.2e}")
    relative, absolute = worst_error()
    print(f"float32 on {jax.devices()[0].device_kind}: relative {relative:.2e}, absolute {absolute:.2e}")


if __name__ == "__main__":
    main()
