"""Least squares whose last bits do not hang on threads: no sum here is made by BLAS, which splits them up.

The inverse is made by sweeping, one variable after the other, as in stepwise regression [1]_: of a variable
that is a function of those before it nothing is left to sweep, and it has no coefficient.

References
----------
.. [1] J. H. Goodnight. A tutorial on the SWEEP operator. The American Statistician 33(3), 1979.
"""

import numpy as np
from jaxtyping import Float

#: Share of a variable's square that those before it must leave unexplained for it to have a coefficient.
RANK = 1e-10


def products(
    one: Float[np.ndarray, "*some a point"], other: Float[np.ndarray, "*some b point"]
) -> Float[np.ndarray, "*some a b"]:
    """Return sums of products over points."""
    return np.einsum("...ap,...bp->...ab", one, other)


def inverse(gram: Float[np.ndarray, "*some a a"], least: float = RANK) -> Float[np.ndarray, "*some a a"]:
    """Return inverses of sums of products; without rows and columns of what depends on those before it.

    Parameters
    ----------
    gram
        Symmetric, with no negative eigenvalue but for rounding.
    least
        As `RANK` is.
    """
    found = np.array(gram, dtype=np.float64)
    squares = np.diagonal(found, axis1=-2, axis2=-1).copy()
    for k in range(found.shape[-1]):
        pivot = found[..., k, k]
        there = pivot > least * squares[..., k]
        over = np.where(there, 1 / np.where(there, pivot, 1.0), 0.0)[..., None]
        column = found[..., :, k].copy()
        row = found[..., k, :] * over
        found -= column[..., :, None] * row[..., None, :]
        found[..., k, :], found[..., :, k] = row, -column * over
        found[..., k, k] = over[..., 0]
    return found


def solved(
    gram: Float[np.ndarray, "*some a a"], moments: Float[np.ndarray, "*some a b"]
) -> Float[np.ndarray, "*some a b"]:
    """Return the coefficients of least squares.

    Parameters
    ----------
    gram
        Products of the variables with each other.
    moments
        Of the variables with what they are to explain.
    """
    return np.einsum("...ij,...jb->...ib", inverse(gram), moments)
