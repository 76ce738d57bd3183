"""Generator matrices of digital nets over GF(2), and their random scrambles, on the host.

A matrix is its 32 columns, each a 32-bit fraction: the most significant bit is the first digit. Point ``n``
of a net is the XOR of the columns picked by the bits of ``n``. All matrices here are upper triangular with
a unit diagonal, so the first ``2^m`` points (and every later run of as many) put one point into each
interval of length ``2^-m``, for every ``m``; a lower triangular scramble preserves that.

References
----------
.. [1] I. M. Sobol'. On the distribution of points in a cube and the approximate evaluation of integrals.
   USSR Comput. Math. Math. Phys. 7(4), 1967.
.. [2] S. Joe, F. Y. Kuo. Constructing Sobol sequences with better two-dimensional projections.
   SIAM J. Sci. Comput. 30(5), 2008.
.. [3] J. Matousek. On the L2-discrepancy for anchored boxes. J. Complexity 14(4), 1998.
.. [4] A. B. Owen. Randomly permuted (t,m,s)-nets and (t,s)-sequences. In: Monte Carlo and Quasi-Monte
   Carlo Methods in Scientific Computing, Springer, 1995.
.. [5] Z. Pan, A. B. Owen. Super-polynomial accuracy of multidimensional randomized nets using the
   median-of-means. Math. Comp. 93, 2024.
"""

import functools
from pathlib import Path

import numpy as np
from jaxtyping import UInt32

from simulator.errors import UsageError
from simulator.sampling.counter import stream_keys, threefry
from simulator.sampling.layout import REPLICATES, Coordinate

#: Binary digits of a point, and columns of a generator matrix.
DIGITS = 32
#: Dimensions whose columns lie in a file beside this one: SciPy takes long to import, and to count to them.
STORED = 1024

_FIRST_DIGIT = np.uint32(1 << (DIGITS - 1))


def _words(
    keys: UInt32[np.ndarray, "2 d"], streams: int, count: int
) -> UInt32[np.ndarray, "streams count d"]:
    """Return so many words (an even ``count``) of each of a number of streams under each key."""
    stream = np.arange(streams, dtype=np.uint32)[:, None, None]
    counter = np.arange(count // 2, dtype=np.uint32)[None, :, None]
    first, second = threefry((keys[0], keys[1]), (stream, counter))
    return np.concatenate([first, second], axis=1)


def sobol_columns(dimensions: list[int], count: int) -> UInt32[np.ndarray, "column d"]:
    """Return columns of Sobol dimensions [1]_ with the direction numbers of Joe and Kuo [2]_.

    SciPy yields points in Gray order, in which column ``k`` alone makes the point of index ``2^(k+1) - 1``.

    Parameters
    ----------
    dimensions
        Numbers of the dimensions, from 0 to 21200.
    count
        How many of the 32 columns, the first: those of ``2^count`` points, beyond the stored dimensions in a
        time of 0.2 ns for each point and dimension. The others are zero.

    Raises
    ------
    UsageError
        There are no so many dimensions.
    """
    largest = max(dimensions, default=0) + 1
    if largest <= STORED:
        columns = _stored_columns()[:, dimensions]
        columns[count:] = 0
        return columns
    from scipy.stats import qmc  # 0.5 s to import

    if largest > qmc.Sobol.MAXDIM:
        text = f"order: found {largest} names; allowed: at most {qmc.Sobol.MAXDIM} Sobol dimensions"
        raise UsageError(text)
    points = qmc.Sobol(largest, scramble=False, bits=DIGITS)
    columns = np.zeros((DIGITS, len(dimensions)), dtype=np.uint32)
    for column in range(count):
        points.fast_forward(2 ** (column + 1) - 1 - points.num_generated)
        columns[column] = (points.random()[0, dimensions] * 2.0**DIGITS).astype(np.uint32)
    return columns


@functools.cache
def _stored_columns() -> UInt32[np.ndarray, "column d"]:
    """Return all columns of the first dimensions, as SciPy has them."""
    with np.load(Path(__file__).parent / "sobol_columns.npz", allow_pickle=False) as stored:
        return stored["columns"]


def random_columns(coordinates: list[Coordinate]) -> UInt32[np.ndarray, "column d"]:
    """Return the columns of one random matrix for each name: a completely random design [5]_.

    A column has 32 bits; the columns depend on name and component alone. Names hashed into the Sobol
    dimensions instead would collide, and two names that share a first row would move together in their
    leading digit.
    """
    words = _words(stream_keys("generator", None, coordinates), 1, DIGITS)[0]
    diagonal = np.arange(DIGITS - 1, -1, -1, dtype=np.uint32)[:, None]
    return (words | np.uint32(1)) << diagonal


def scrambled_columns(
    columns: UInt32[np.ndarray, "column d"], seed: int, coordinates: tuple[Coordinate, ...]
) -> tuple[UInt32[np.ndarray, "replicate column d"], UInt32[np.ndarray, "replicate d"]]:
    """Return randomised columns and digital shifts, both keyed by (seed, replicate, name, component).

    The columns are multiplied by a random lower triangular matrix with a unit diagonal (Matousek's linear
    scramble [3]_); with the shift each point is uniform, so means are unbiased, and their variance is that
    of Owen's nested scramble [4]_.

    Parameters
    ----------
    columns
        32 columns, upper triangular with a unit diagonal; a zero column stays zero.
    seed
        Any integer.
    coordinates
        Name and component of each dimension.
    """
    words = _words(stream_keys("scramble", seed, coordinates), REPLICATES, DIGITS + 2)
    scrambled = np.zeros((REPLICATES, *columns.shape), dtype=np.uint32)
    for digit in range(DIGITS):
        # Column ``digit`` of the lower triangular matrix: one on the diagonal, random below it.
        column = (words[:, digit : digit + 1] | _FIRST_DIGIT) >> np.uint32(digit)
        present = (columns[digit:] >> np.uint32(DIGITS - 1 - digit)) & np.uint32(1)
        scrambled[:, digit:] ^= column * present
    return scrambled, words[:, DIGITS]
