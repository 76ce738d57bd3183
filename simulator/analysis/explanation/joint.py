"""What several correlated priors explain together: least squares on functions of each of them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.polynomial.hermite_e import hermevander
from numpy.polynomial.legendre import legvander
from scipy.special import ndtri

from simulator.estimate.replicated import Replicated, nothing, squared_length
from simulator.sampling import STRIP

#: Each prior enters by Hermite polynomials of the normal score of its rank up to the first degree, in which a
#: Gaussian copula is at home, and by Legendre polynomials of the rank itself up to the second, which are
#: bounded: what is steep in the tails, and what has more than one turn in the middle.
SCORE_DEGREE, RANK_DEGREE = 3, 6
#: Directions of the space of functions whose share of the largest is below this are combinations of others.
COLLINEAR = 1e-7


@dataclass(frozen=True)
class Block:
    """Priors that depend on each other, and on no other prior.

    Attributes
    ----------
    gram
        Covariance of each two functions, those of the first prior first.
    products
        Mean product of each function, about its mean, and each target, by replicate.
    """

    gram: Float[np.ndarray, "function function"]
    products: Float[np.ndarray, "replicate function target"]

    def explained(self, members: list[int]) -> Replicated:
        """Return the variance of each target's best fit by a sum of functions of some members, one each.

        Parameters
        ----------
        members
            Their places in the block.
        """
        if not members:
            return nothing(len(self.products), self.products.shape[2])
        each = SCORE_DEGREE + RANK_DEGREE
        own = np.concatenate([np.arange(each) + each * member for member in members])
        sizes, directions = np.linalg.eigh(self.gram[np.ix_(own, own)])
        independent = sizes > COLLINEAR * sizes[-1]
        # Functions without correlation and of mean square one: what each explains adds up.
        whiten = directions[:, independent] / np.sqrt(sizes[independent])
        return squared_length(np.einsum("rfk,fg->rgk", self.products[:, own], whiten))


def block(
    ranks: Float[np.ndarray, "member replicate point"], targets: Float[np.ndarray, "target replicate point"]
) -> Block:
    """Return a block of correlated priors.

    Parameters
    ----------
    ranks
        Of each prior's values among those of all paths.
    targets
        About their means.
    """
    _, replicates, points = ranks.shape
    gram, middles, products = 0.0, 0.0, []
    # One replicate at a time: functions of every path would outgrow the draws many times over. And strip by
    # strip: products this small run on one thread, so that no digit depends on how many there are.
    for replicate in range(replicates):
        functions = _functions(ranks[:, replicate].reshape(len(ranks), -1, STRIP))
        own = targets[:, replicate].reshape(len(targets), -1, STRIP)
        gram = gram + (functions @ functions.mT).sum(axis=0) / (replicates * points)
        middles = middles + functions.mean(axis=(0, 2)) / replicates
        products.append((functions @ own.transpose(1, 2, 0)).sum(axis=0) / points)
    about = np.stack(products) - np.einsum("f,kr->rfk", middles, targets.mean(axis=2))
    return Block(gram - np.multiply.outer(middles, middles), about)


def _functions(ranks: Float[np.ndarray, "member strip point"]) -> Float[np.ndarray, "strip function point"]:
    """Return the functions of each prior, those of the first one first."""
    of_scores = hermevander(ndtri(ranks), SCORE_DEGREE)[..., 1:]
    of_ranks = legvander(2 * ranks - 1, RANK_DEGREE)[..., 1:]
    each = np.concatenate([of_scores, of_ranks], axis=-1)
    members, strips, points, count = each.shape
    return each.transpose(1, 0, 3, 2).reshape(strips, members * count, points)
