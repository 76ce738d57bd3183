"""How far beliefs moved: each by itself, and together with those that depend on it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.special import ndtri

from simulator.analysis.explanation.random_inputs import RandomInput
from simulator.analysis.questions.stress.search import Move
from simulator.analysis.questions.stress.weighing import Weighing, unbiased
from simulator.engine import runtime
from simulator.estimate import Replicated
from simulator.estimate.least_squares import inverse, products
from simulator.sampling import REPLICATES
from simulator.study.coordinates import parse_coordinate

#: Ends of slices of a belief, in normal scores of its ranks.
EDGES = np.arange(-3.0, 3.25, 0.5)
#: Variance of scores within a slice that is rounding.
LEAST_VARIANCE = 1e-9
#: Quantiles of a belief that are given.
LEVELS = (0.1, 0.5, 0.9)
#: Share of a score's variance that others before it leave unexplained below which it is a function of them.
DEPENDENT = 1e-8


class Moved(NamedTuple):
    """A belief before and after.

    Attributes
    ----------
    means
        Before and after, in its own unit.
    quantiles
        Before and after, of `LEVELS`.
    shift
        Of the mean of its normal score, in standard deviations of that.
    distance
        Kullback-Leibler divergence of its own law from what it was  [nats]
    scores
        Normal scores of its ranks before, of paths with weights.
    """

    means: tuple[Replicated, ...]
    quantiles: tuple[list[Replicated], ...]
    shift: Replicated
    distance: Replicated
    scores: Float[np.ndarray, " path"] = np.empty(0)


def tilted(inputs: Sequence[RandomInput], before: Weighing, after: Weighing) -> list[Moved]:
    """Return how far each belief moved where paths have weights.

    Parameters
    ----------
    inputs
        What varies on the paths.
    before, after
        Their weights.
    """

    def one(own: RandomInput) -> Moved:
        scores = ndtri(own.ranks)
        spread = float(scores.std()) or 1.0
        shift = (after.mean(scores) - before.mean(scores)).scaled(1 / spread)
        return Moved(
            *_levels((own, before), (own, after)),
            shift,
            unbiased(divergence(scores, before, after)),
            (scores / spread).astype(np.float32).ravel(),
        )

    # Every belief is worked on by one thread alone, so that no number depends on how many there are.
    with ThreadPoolExecutor(runtime.cores()) as pool:
        return list(pool.map(one, inputs))


def shifted(
    before: Sequence[RandomInput], after: Sequence[RandomInput], move: Move, by: Weighing
) -> list[Moved]:
    """Return how far each belief moved where scores are shifted.

    Of one whose parameters are drawn, or of a member of a t copula, the shift is that of its own score: what
    it moves beyond what it follows.

    Parameters
    ----------
    before, after
        What varies on the paths, as it was drawn and as it is moved.
    move
        The shift.
    by
        Weights of the paths, which are equal.
    """

    def one(pair: tuple[RandomInput, RandomInput]) -> Moved:
        row = move.beliefs.own[parse_coordinate(pair[0].name)]
        shift = Replicated(
            np.asarray(np.einsum("c,c->", row, move.shift.value)),
            np.einsum("rc,c->r", move.shift.without, row),
        )
        return Moved(*_levels((pair[0], by), (pair[1], by)), shift, (shift * shift).scaled(0.5))

    with ThreadPoolExecutor(runtime.cores()) as pool:
        return list(pool.map(one, zip(before, after, strict=True)))


def divergence(scores: Float[np.ndarray, "replicate point"], before: Weighing, after: Weighing) -> Replicated:
    """Return the Kullback-Leibler divergence of a belief from what it was  [nats].

    What weights do to it is described, slice by slice of its score, by a level and a slope: of shares ``p``
    that were ``q``, and of means within slices that moved by ``d`` where scores vary by ``v``, it is the sum
    of ``p (log(p / q) + d^2 / (2 v))``. That is exact of a shift of a normal score but for third powers of a
    slice's width.

    Parameters
    ----------
    scores
        Of the paths.
    before, after
        Their weights.
    """
    found = np.searchsorted(EDGES, scores)
    there = np.bincount(found.ravel()) > 0
    slices = (np.cumsum(there) - 1)[found]
    counts = np.bincount(slices.ravel())
    about = scores - (np.bincount(slices.ravel(), scores.ravel()) / counts)[slices]
    variances = np.bincount(slices.ravel(), np.square(about).ravel()) / counts
    parts = [
        each.in_slices(values, slices, len(counts))
        for each in (after, before)
        for values in (np.ones_like(scores), about)
    ]
    return _each(lambda p, sums, q, were: _divergence(p, sums, q, were, variances), *parts)


def of_blocks(found: Sequence[Moved], blocks: Sequence[Sequence[int]]) -> Replicated:
    """Return the divergence of beliefs taken block by block, blocks that are independent of each other.

    Of one belief it is its own. Of several that depend on each other it is the sum of theirs, less what their
    shifts have in common: with ``d`` the shifts and ``R`` the correlations of the scores, shifts alone are
    ``d' R^-1 d / 2`` from where they were, where one by one they would be ``d' d / 2``.

    Parameters
    ----------
    found
        Every belief.
    blocks
        Places of those that depend on each other.
    """
    whole = Replicated(np.asarray(0.0), np.zeros(REPLICATES))
    for block in blocks:
        own = [found[place] for place in block]
        for one in own:
            whole += one.distance
        if len(own) > 1:
            scores = np.stack([one.scores for one in own]).astype(np.float64)
            about = scores - scores.mean(axis=1, keepdims=True)
            apart = inverse(products(about, about) / about.shape[1], DEPENDENT)
            shifts = Replicated(
                np.array([one.shift.value for one in own]),
                np.stack([one.shift.without for one in own], axis=1),
            )
            whole += unbiased(_each(lambda shift, by=apart: _common(shift, by), shifts))
    return whole


def _levels(
    *sides: tuple[RandomInput, Weighing],
) -> tuple[tuple[Replicated, ...], tuple[list[Replicated], ...]]:
    """Return means and quantiles of a belief, before and after."""
    means = tuple(by.mean(own.values.astype(np.float64)) for own, by in sides)
    return means, tuple(by.quantiles(own.values, LEVELS) for own, by in sides)


def _common(shift: Float[np.ndarray, " belief"], apart: Float[np.ndarray, "belief belief"]) -> float:
    return float(np.einsum("a,ab,b->", shift, apart, shift) - np.square(shift).sum()) / 2


def _divergence(
    after: Float[np.ndarray, " slice"],
    sums: Float[np.ndarray, " slice"],
    before: Float[np.ndarray, " slice"],
    were: Float[np.ndarray, " slice"],
    variances: Float[np.ndarray, " slice"],
) -> float:
    there = (after > 0) & (before > 0)
    after, before, sums, were, variances = (each[there] for each in (after, before, sums, were, variances))
    moved = np.square(sums / after - were / before) / np.maximum(variances, LEAST_VARIANCE)
    return float(
        np.sum(after * (np.log(after / before) + np.where(variances > LEAST_VARIANCE, moved, 0) / 2))
    )


def _each(function: Callable[..., float], *found: Replicated) -> Replicated:
    """Return a function of statistics: from all replicates, and from all but each."""
    without = zip(*(one.without for one in found), strict=True)
    return Replicated(
        np.asarray(function(*(one.value for one in found))), np.array([function(*own) for own in without])
    )
