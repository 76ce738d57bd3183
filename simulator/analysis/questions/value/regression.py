"""What actions would pay if something were known: the regression of payoffs on it, and the choice by it.

The expected payoff given beliefs is a regression of payoffs, path by path, on them (Strong, Oakley, Brennan
2014, Estimating multiparameter partial expected value of perfect information from a probabilistic sensitivity
analysis sample: a nonparametric regression approach, Medical Decision Making 34). The greatest of fitted
payoffs is too high by chance: it chooses by its own errors. So one half of the replicates chooses for the
other, which only counts what the choice pays. Such a choice is at best as good as the best one, so that its
value is on average too low. Neither is a bound: what functions of this kind cannot follow is in neither.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from simulator.analysis.questions.value.spline import spline
from simulator.estimate.least_squares import products, solved
from simulator.estimate.replicated import Replicated

#: Of the members of a group, the first by how much of the payoffs they explain: those that have a spline
#: each, those after them that have a line, and of the former those that have products in pairs. All others
#: are left out: a fit of more functions finds less on other paths.
SPLINES, LINES, PAIRED = 10, 24, 5

type Scores = Float[np.ndarray, "member replicate point"]
type Gains = Float[np.ndarray, "action replicate point"]


class Choice(NamedTuple):
    """What is chosen where something is known, path by path.

    Attributes
    ----------
    action
        Place of the action that the other half of the replicates chooses; -1 is the best on average.
    fitted
        What the choice of all replicates is expected to pay more than the best action, by their own fit.
    changes
        Share of paths on which another action than the best on average is chosen; without each replicate, of
        the others, whose choice is then fitted without it too, to first order.
    """

    action: Int[np.ndarray, "replicate point"]
    fitted: Float[np.ndarray, "replicate point"]
    changes: Replicated

    def paid(self, gains: Gains) -> Float[np.ndarray, "replicate point"]:
        """Return what the chosen actions pay more than the best one."""
        found = np.zeros(self.action.shape)
        for place, gain in enumerate(gains):
            found = np.where(self.action == place, gain, found)
        return found


def choose(scores: Scores, gains: Gains) -> Choice:
    """Return the choice on every path if some numbers were known there.

    Parameters
    ----------
    scores
        Of what is known, standard normal each.
    gains
        What every other action pays more than the best on average.
    """
    ordered = scores[_by_strength(scores, gains)]
    replicates = range(scores.shape[1])
    # A replicate at a time: the functions of all paths at once would outgrow the draws.
    designs = (_design(ordered[:, at]) for at in replicates)
    sums = [
        (products(one, one), products(one, gains[:, at])) for at, one in zip(replicates, designs, strict=True)
    ]
    halves = [_coefficients(half) for half in (sums[1::2], sums[::2])]
    refits = [_without_each(half) for half in (sums[1::2], sums[::2])]
    fits = [halves[at % 2] for at in replicates], [_coefficients(sums)] * len(sums)
    of_others, of_all, changed = [], [], []
    for at, (by_others, by_all) in enumerate(zip(*fits, strict=True)):
        design = _design(ordered[:, at])
        of_others.append(_combined(by_others, design))
        of_all.append(_combined(by_all, design).max(axis=0))
        changed.append(_changed(refits[at % 2], design))
    expected = np.stack(of_others)
    action = np.where(expected.max(axis=1) > 0, expected.argmax(axis=1), -1)
    return Choice(action, np.maximum(np.stack(of_all), 0.0), _share(action >= 0, np.array(changed)))


def _without_each(
    sums: Sequence[tuple[np.ndarray, np.ndarray]],
) -> Float[np.ndarray, "left_out function action"]:
    """Return the coefficients of some replicates without each of them, to first order in what is left out.

    Without a replicate, the fit moves against its products with the residuals (Cook 1977, Detection of
    influential observation in linear regression, Technometrics 19), all solved for at once.
    """
    fit, count = _coefficients(sums), len(sums)
    residual = [moments - np.einsum("fg,ga->fa", gram, fit) for gram, moments in sums]
    gram = np.sum([gram for gram, _ in sums], axis=0)
    moved = _coefficients([(gram, np.concatenate(residual, axis=1))])
    return np.array([fit - count / (count - 1) * one for one in np.split(moved, count, axis=1)])


def _share(
    other: Bool[np.ndarray, "replicate point"], refitted: Int[np.ndarray, "replicate left_out"]
) -> Replicated:
    """Return the share of paths on which another action is chosen, its error that of the fit too.

    Where the choice turns hangs on the fit. With the choice left as it is, the jackknife would only know how
    many paths lie on either side of it, which is next to nothing of the error where points are spread evenly.

    Parameters
    ----------
    other
        Where another action is chosen.
    refitted
        On how many paths of each replicate, where each of the half that chooses for it is left out.
    """
    counts, (replicates, points) = other.sum(axis=1), other.shape
    without = []
    for at in range(replicates):
        same = counts[at % 2 :: 2].sum() - counts[at]
        without.append((same + refitted[1 - at % 2 :: 2, at // 2].sum()) / ((replicates - 1) * points))
    return Replicated(np.asarray(other.mean()), np.array(without))


def _changed(
    refits: Float[np.ndarray, "left_out function action"], design: Float[np.ndarray, "function point"]
) -> Int[np.ndarray, " left_out"]:
    """Return on how many points each fit expects another action to pay more than the best on average.

    By BLAS: a count does not hang on last bits.
    """
    expected = refits.swapaxes(1, 2) @ design
    return np.count_nonzero(expected.max(axis=1) > 0, axis=1)


def _by_strength(scores: Scores, gains: Gains) -> Int[np.ndarray, " member"]:
    """Return the members of a group, first those whose lines and parabolas explain most of what is gained."""
    if len(scores) == 1:
        return np.zeros(1, int)
    own = gains.reshape(len(gains), -1)
    own = own - own.mean(axis=1, keepdims=True)
    scale = np.maximum(np.square(own).sum(axis=1), np.finfo(float).tiny)
    strength = [
        sum(
            float((np.square(np.einsum("ap,p->a", own, _about(one))) / scale).sum())
            for one in (member.ravel(), np.square(member.ravel()))
        )
        for member in scores
    ]
    return np.argsort(-np.array(strength), kind="stable")


def _about(values: Float[np.ndarray, " path"]) -> Float[np.ndarray, " path"]:
    about = values - values.mean()
    length = float(np.sqrt(np.square(about).sum()))
    return about / length if length else about


def _design(scores: Float[np.ndarray, "member point"]) -> Float[np.ndarray, "function point"]:
    """Return the functions of one replicate: splines of the first, lines of the next, products in pairs."""
    points = scores.shape[1]
    curves, lines = spline(scores[:SPLINES]).reshape(-1, points), scores[SPLINES : SPLINES + LINES]
    pairs = [scores[a] * scores[b] for a, b in combinations(range(min(len(scores), PAIRED)), 2)]
    return np.concatenate([np.ones((1, points)), curves, lines, np.reshape(pairs, (-1, points))])


def _combined(
    coefficients: Float[np.ndarray, "function action"], design: Float[np.ndarray, "function point"]
) -> Float[np.ndarray, "action point"]:
    """Return what is expected of actions at points, without BLAS, whose last bits hang on its threads."""
    return np.einsum("fa,fp->ap", coefficients, design)


def _coefficients(sums: Sequence[tuple[np.ndarray, np.ndarray]]) -> Float[np.ndarray, "function action"]:
    """Return the coefficients of least squares.

    Parameters
    ----------
    sums
        Of each replicate, the products of functions with each other and with what is gained.
    """
    gram, moments = (np.sum(each, axis=0) for each in zip(*sums, strict=True))
    return solved(gram, moments)
