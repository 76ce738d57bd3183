"""Natural cubic splines of standard normal scores, of which a regression is made."""

import numpy as np
from jaxtyping import Float

#: Standard scores at which the pieces of a spline meet: denser where the paths are, and none beyond a tail of
#: one in forty, where a straight line goes on.
KNOTS = (-1.96, -1.2, -0.55, 0.0, 0.55, 1.2, 1.96)


def spline(scores: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "function *shape"]:
    """Return the natural cubic splines of scores, without the constant.

    The first is the score itself; the others bend between the knots and are straight beyond the last
    (Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, equations 5.4 and 5.5).
    """
    last = _bend(scores, len(KNOTS) - 2)
    return np.stack([scores, *(_bend(scores, k) - last for k in range(len(KNOTS) - 2))])


def _bend(scores: Float[np.ndarray, "*shape"], k: int) -> Float[np.ndarray, "*shape"]:
    return (_cube(scores - KNOTS[k]) - _cube(scores - KNOTS[-1])) / (KNOTS[-1] - KNOTS[k])


def _cube(beyond: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Return the cubes of what is above nothing; of it a general power would take ten times as long."""
    above = np.maximum(beyond, 0.0)
    return above * above * above
