"""Derivatives from a run's own paths, whatever the model is: jumps are in them, and their errors are larger.

Of a standard-normal score ``z`` and any function ``f``, smooth or not, Stein's identity says [1]_

    d/da E[f(z + a)] = E[f(z) z],        d/ds E[f(z (1 + s))] = E[f(z) (z^2 - 1)]

at 0: the derivative by location is the slope of the least-squares line. Of correlated scores with the
correlations ``R``, ``z`` becomes ``R^-1 z``, and the slopes are those of the regression on all scores
together, which takes what the others explain out of the error.

References
----------
.. [1] R. Y. Rubinstein. Sensitivity analysis and performance extrapolation for computer simulation models.
   Operations Research 37(1), 1989 (the score function); C. Stein. Estimation of the mean of a multivariate
   normal distribution. Annals of Statistics 9(6), 1981.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from simulator.beliefs import Beliefs
from simulator.beliefs.moved import rows_of
from simulator.estimate.least_squares import inverse, products, solved
from simulator.estimate.replicated import Replicated, total

#: Least eigenvalue of correlations of a group whose members can be told apart.
TOLD_APART = 1e-3


class Slopes(NamedTuple):
    """Derivatives by location and scale, in the order of `rows_of`; of rows that are not `known` none.

    Attributes
    ----------
    location, scale
        By one standard deviation of the score, and by the scale of 1.
    known
        Whether the scores that a belief depends on are jointly normal, and not a function of each other.
    least
        The least error.
    """

    location: Replicated
    scale: Replicated
    known: Bool[np.ndarray, " row"]
    least: float


def slopes(
    beliefs: Beliefs,
    scores: Float[np.ndarray, "row replicate point"],
    values: Float[np.ndarray, "replicate point"],
    least: float = 0.0,
) -> Slopes:
    """Return the derivatives of the mean of some values by the scores that they were made from.

    Parameters
    ----------
    beliefs
        Whose scores they are.
    scores
        In the order of `rows_of`.
    values
        Of every path.
    least
        The least error that a slope may have: where an event is on no path there is no spread.
    """
    x = np.moveaxis(scores, 1, 0).astype(np.float64)  # replicate, row, point
    y = values - values.mean()
    x = np.concatenate([x, np.ones((len(x), 1, x.shape[2]))], axis=1)
    squares = total(products(x, x))
    moments = total(products(x, y[:, None]))
    location = Replicated(
        solved(squares.value, moments.value)[:, 0], solved(squares.without, moments.without)[:, :, 0]
    )
    left = y - np.einsum("rip,i->rp", x, location.value)
    dual, known = _duals(beliefs, x[:, :-1])
    points = total(np.full((len(x), 1), x.shape[2]))
    square = total(np.einsum("rip,rip,rp->ri", x[:, :-1], dual, left)) / points
    # The mean of what is left is nothing, so that the 1 of z^2 - 1 drops out.
    found = Replicated(location.value[:-1], location.without[:, :-1])
    return Slopes(found, square, known, least)


def _duals(
    beliefs: Beliefs, x: Float[np.ndarray, "replicate row point"]
) -> tuple[Float[np.ndarray, "replicate row point"], Bool[np.ndarray, " row"]]:
    """Return R^-1 z of all scores z, and of which rows that is known."""
    dual, known = x.copy(), np.ones(x.shape[1], dtype=bool)
    place = {name: row for row, (name, _) in enumerate(rows_of(beliefs))}
    for copula in beliefs.copulas:
        rows = [place[name] for name in copula.members]
        together = products(copula.weights, copula.weights)
        if copula.mixed or (rows and np.linalg.eigvalsh(together)[0] < TOLD_APART):
            known[rows] = False
        elif rows:
            dual[:, rows] = np.einsum("ij,rjp->rip", inverse(together), x[:, rows])
    return dual, known
