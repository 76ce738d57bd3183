"""The coefficients of the float32 normal distribution function, and how exact it is.

Run it to print the coefficients of ``simulator/buildout/normal.py`` and the error of the compiled formula.
The fit minimises the largest relative error by Lawson's iterated reweighting of least squares.
"""

import jax
import jax.numpy as jnp
import numpy as np
from fit_inverse_normal import chebyshev
from scipy.special import erfcx, ndtr

from simulator.buildout.normal import NEAR, normal_cdf

#: Where float32 underflows.
FURTHEST = 14.0


def fit_tail(degree: int = 8, iterations: int = 400) -> tuple[list[float], float]:
    """Return the polynomial in t = 1 / (1 + NEAR z) that is Phi(-z) exp(z^2 / 2) / t, and its worst error."""
    t = chebyshev(1 / (1 + NEAR * FURTHEST), 1.0)
    truth = erfcx((1 / t - 1) / NEAR / np.sqrt(2)) / 2 / t
    powers = np.vander(t, degree + 1, increasing=True) / truth[:, None]
    weight = np.ones_like(t)
    best: tuple[float, np.ndarray] = (np.inf, np.empty(0))
    for _ in range(iterations):
        scale = np.sqrt(weight)
        solution = np.linalg.lstsq(powers * scale[:, None], scale)[0]
        error = np.abs(powers @ solution - 1)
        if error.max() < best[0]:
            best = (error.max(), solution)
        weight *= error / error.max() + 1e-3
        weight /= weight.mean()
    return best[1].tolist(), float(best[0])


def main() -> None:
    """Print coefficients and errors."""
    tail, error = fit_tail()
    print(f"TAIL = {tuple(float(f'{c:.9e}') for c in tail)}")
    print(f"  relative error of the fit {error:.2e}")
    x = np.linspace(-12.5, 12.5, 2_000_001, dtype=np.float32)
    truth = ndtr(x.astype(float))
    found = np.asarray(normal_cdf(jnp.asarray(x)), dtype=float)
    near = np.abs(x) < 5
    relative = np.abs(found / truth - 1)
    print(f"float32 on {jax.devices()[0].device_kind}: absolute {np.abs(found - truth).max():.2e}, relative "
          f"{relative[near].max():.2e} within 5, {relative.max():.2e} within 12.5")  # fmt: skip


if __name__ == "__main__":
    main()
