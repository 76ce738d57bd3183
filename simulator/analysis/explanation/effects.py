"""Which way a prior pushes, how far, and how it differs where a verdict holds."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Shaped

from simulator.analysis.explanation.ranks import midranks
from simulator.estimate.replicated import Replicated, total


def ranks_about(values: Shaped[np.ndarray, "*rest point"]) -> Float[np.ndarray, "*rest point"]:
    """Return ranks within each replicate, about their mean, which is a half."""
    return midranks(values) - 0.5


def rank_correlation(
    prior: Float[np.ndarray, "replicate point"], targets: Float[np.ndarray, "target replicate point"]
) -> Replicated:
    """Return the Spearman correlation of a prior with each target.

    Parameters
    ----------
    prior, targets
        Their `ranks_about`: each replicate is ranked by itself, so that the spread of replicates holds the
        error of ranking too.
    """
    both = total(np.einsum("rp,krp->rk", prior, targets))
    own = total(np.square(prior).sum(axis=1)[:, None])
    theirs = total(np.square(targets).sum(axis=2).T)
    return both / (own * theirs).root()


class Shifts(NamedTuple):
    """How a prior differs between the paths of each verdict and the rest.

    Attributes
    ----------
    given, rest
        Mean of the prior on the paths of the verdict, and on the rest.
    standardised
        Their difference in standard deviations of the prior.
    """

    given: Replicated
    rest: Replicated
    standardised: Replicated


def shifts(
    values: Shaped[np.ndarray, "replicate point"], verdicts: Bool[np.ndarray, "verdict replicate point"]
) -> Shifts:
    """Return how a prior differs where each verdict holds."""
    exact = values.astype(np.float64)
    # About its middle: a prior that is large beside its spread loses no digits.
    middle = exact.mean()
    about = exact - middle
    points = np.full((len(exact), 1), exact.shape[1])
    counts = verdicts.sum(axis=2).T
    own = np.einsum("vrp,rp->rv", verdicts, about)
    given = total(own) / total(counts)
    rest = total(about.sum(axis=1)[:, None] - own) / total(points - counts)
    spread = (total(np.square(about).sum(axis=1)[:, None]) / total(points)).root()
    return Shifts(moved(given, middle), moved(rest, middle), (given - rest) / spread)


def moved(found: Replicated, by: float) -> Replicated:
    """Return a statistic with a constant added."""
    return Replicated(np.asarray(found.value + by), found.without + by)
