"""Directions: combinations of scores that are drawn as numbers of their own.

A net spreads its points evenly along its coordinates and in the planes of its first few, not along a
combination of a hundred of them. Where a model's answer follows a few combinations, a study names them and
gives them leading dimensions: with ``W`` the orthonormal directions of the scores ``s``, and ``a`` their own
independent scores, the beliefs are drawn from

    s + W (a - W^T s),

which is standard normal and independent again: what lies along the directions is ``a``, the rest stays. So
the law of the draws does not change with the directions, nor does a draw of any name that they leave out.

References
----------
.. [1] P. G. Constantine, E. Dow, Q. Wang. Active subspace methods in theory and practice. SIAM J. Sci.
   Comput. 36(4), 2014.
.. [2] J. Imai, K. S. Tan. A general dimension reduction technique for derivative pricing. J. Comput.
   Finance 10(2), 2006.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from simulator.errors import Fault, StudyError
from simulator.study.coordinates import parse_coordinate

#: A direction that lies within those before it to this share of its length is no direction of its own.
LEAST_LENGTH = 1e-3


@dataclass(frozen=True, slots=True)
class Rotation:
    """Rows of the scores that the directions combine, and the rows of the directions' own scores."""

    rows: tuple[int, ...]
    first: int
    last: int

    def __call__(
        self, weights: Float[Array, "row direction"], scores: Float[Array, "n paths"]
    ) -> Float[Array, "n paths"]:
        """Return the scores with what lies along the directions replaced by their own."""
        places, columns = np.array(self.rows), weights.T[:, :, None]
        rotated, own = scores[places], scores[self.first : self.last]
        # Column by column, and not as matrix products, whose rounding depends on how many paths there are.
        along = jnp.sum(columns * rotated[None], axis=1)
        for column, score in zip(columns, own - along, strict=True):
            rotated = rotated + column * score[None]
        return jax.lax.optimization_barrier(scores.at[places].set(rotated, unique_indices=True))


def rotate(
    directions: Mapping[str, Sequence[float]], rows: list[tuple[str, int]]
) -> tuple[Rotation, Float[np.ndarray, "row direction"]]:
    """Return how directions act on rows of scores, and their weights; missing coordinates are appended.

    Parameters
    ----------
    directions
        The loadings of each coordinate on all of them.
    rows
        Coordinates of the scores. A coordinate that is named and not there (its prior is a point mass now)
        gets a row that nothing else reads, so that the others keep their draws.

    Raises
    ------
    StudyError
        Some directions lie within the others.
    """
    places = {coordinate: row for row, coordinate in enumerate(rows)}
    # Sums are rounded in this order, which nothing but the directions decides.
    combined = sorted(directions)
    for coordinate in map(parse_coordinate, combined):
        if coordinate not in places:
            places[coordinate] = len(rows)
            rows.append(coordinate)
    weights = _orthonormal(np.array([directions[text] for text in combined], dtype=np.float64))
    first = len(rows)
    rows += [(f"direction.{number}", 0) for number in range(weights.shape[1])]
    return Rotation(tuple(places[parse_coordinate(text)] for text in combined), first, len(rows)), weights


def _orthonormal(loadings: Float[np.ndarray, "row direction"]) -> Float[np.ndarray, "row direction"]:
    """Return the directions one after the other, each less what lies along those before it, at length one."""
    count, size = loadings.shape
    if count < size:
        raise StudyError(
            [Fault("", "study.directions", f"{size} of {count} numbers", "no more than numbers")]
        )
    weights, triangle = np.linalg.qr(loadings)
    left, whole = np.diag(triangle), np.linalg.norm(loadings, axis=0)
    faults = [
        Fault(
            "", "study.directions", f"direction {column}, which lies within those before it", "one of its own"
        )
        for column in np.flatnonzero(np.abs(left) <= LEAST_LENGTH * whole)
    ]
    if faults:
        raise StudyError(faults)
    return weights * np.sign(left)
