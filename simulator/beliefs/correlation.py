"""Correlation matrices: from rank correlations, mended where impossible, and factored row by row."""

import functools
import math

import numpy as np
import scipy
from jaxtyping import Float
from scipy import special

type Matrix = Float[np.ndarray, "n n"]

#: Eigenvalue above which (negated) a matrix counts as positive semidefinite, and pivot below which a row is
#: determined by those before it: what rounding leaves of 0.
ROUNDING = 1e-10

#: Change of an entry below which the nearest matrix is found, and the most steps allowed for it.
CONVERGED, MOST_STEPS = 1e-12, 20_000

#: Nodes in each of the three mixing variables of a pair of t variables.
_MIXING_NODES = 32


def correlation_from_spearman(rho: float, df: float | None = None) -> float:
    """Return the correlation of normal scores whose copula has a given Spearman rank correlation.

    Parameters
    ----------
    rho
        Spearman's rho in [-1, 1].
    df
        Degrees of freedom of a Student-t copula; None for the Gaussian one, where it is 2 sin(π rho / 6).

    Notes
    -----
    Under a t copula Spearman's rho is the mean of (6/π) arcsin(r W), with r the correlation of the normal
    variables and W = V1 / sqrt((V1 + V2) (V1 + V3)) for independent mixing variances V. It is inverted here,
    so that the rank correlation asked for is the one that the draws have, not only nearly.
    """
    if df is None:
        return 2 * math.sin(math.pi * rho / 6)

    def miss(r: float) -> float:
        return spearman_from_correlation(r, df) - rho

    if miss(-1.0) >= 0 or miss(1.0) <= 0:  # within rounding of an end
        return math.copysign(1.0, rho)
    return scipy.optimize.root_scalar(miss, bracket=(-1.0, 1.0), method="brentq", xtol=1e-12).root


def spearman_from_correlation(r: float, df: float | None = None) -> float:
    """Return the Spearman rank correlation of a copula: the inverse of `correlation_from_spearman`.

    Parameters
    ----------
    r
        Correlation of the normal scores in [-1, 1].
    df
        Degrees of freedom of a Student-t copula; None for the Gaussian one, where it is (6/π) arcsin(r / 2).
    """
    if df is None:
        return 6 / math.pi * math.asin(r / 2)
    shares, weights = _mixing_shares(df)
    return 6 / math.pi * float(weights @ np.arcsin(r * shares))


@functools.cache
def _mixing_shares(df: float) -> tuple[Float[np.ndarray, "nodes"], Float[np.ndarray, "nodes"]]:
    """Return W at the nodes of three mixing variances, and the weight of each.

    Whatever the nodes, the weighted mean of arcsin(W) is π/6, so that r = 1 stays 1.
    """
    z, weight = np.polynomial.hermite_e.hermegauss(_MIXING_NODES)
    weight = weight / weight.sum()
    lower, upper = special.ndtr(z), special.ndtr(-z)
    variance = df / np.where(z < 0, 2 * special.gammaincinv(df / 2, lower), special.chdtri(df, upper))
    share = variance[:, None] / (variance[:, None] + variance[None, :])
    shares = np.sqrt(share[:, :, None] * share[:, None, :])
    weights = weight[:, None, None] * weight[None, :, None] * weight[None, None, :]
    return shares.ravel(), weights.ravel()


def nearest_correlation(matrix: Matrix) -> Matrix:
    """Return the correlation matrix nearest to a symmetric one, in the sum of squared differences.

    Projections onto the positive semidefinite matrices and onto those with ones on the diagonal take turns,
    with Dykstra's correction. Reference: Higham (2002), Computing the nearest correlation matrix, IMA Journal
    of Numerical Analysis 22.
    """
    unit = definite = matrix.copy()
    correction = np.zeros_like(matrix)
    for _ in range(MOST_STEPS):
        before = unit
        target = unit - correction
        values, vectors = np.linalg.eigh(target)
        definite = (vectors * np.maximum(values, 0)) @ vectors.T
        correction = definite - target
        unit = definite.copy()
        np.fill_diagonal(unit, 1.0)
        if np.abs(unit - before).max() < CONVERGED:
            break
    # The last projection may leave an eigenvalue a little below 0: scaling the definite one to ones does not.
    scale = np.sqrt(np.diag(definite))
    return definite / scale[:, None] / scale[None, :]


def is_correlation(matrix: Matrix) -> bool:
    """Whether a symmetric matrix with ones on its diagonal has no eigenvalue below 0."""
    return bool(np.linalg.eigvalsh(matrix)[0] >= -ROUNDING)


def cholesky_rows(matrix: Matrix) -> Matrix:
    """Return the lower factor of a positive semidefinite matrix, row after row.

    Every sum is exact before it is rounded once, so that a row depends, to the last bit, on the rows before
    it alone: neither a row appended nor an independent one inserted changes it, as in LAPACK it may.
    """
    size = len(matrix)
    factor = np.zeros_like(matrix)
    for i in range(size):
        for j in range(i):
            if factor[j, j] > 0:
                rest = math.fsum([matrix[i, j], *(-factor[i, :j] * factor[j, :j])])
                factor[i, j] = rest / factor[j, j] if abs(rest) > np.finfo(float).eps else 0.0
        pivot = math.fsum([matrix[i, i], *(-(factor[i, :i] ** 2))])
        factor[i, i] = math.sqrt(pivot) if pivot > ROUNDING else 0.0
    return factor
