"""Tempered sequential Monte Carlo: particles led from the prior to the posterior, one quarter of evidence at a time.

Independent batches of particles. In each the likelihood of a quarter of evidence is raised to a power that
rises from 0 to 1, each time as far as half of the effective sample size bears; particles are resampled, and
moved until they forget where they were. [1]_, [2]_

References
----------
.. [1] P. Del Moral, A. Doucet, A. Jasra. Sequential Monte Carlo samplers. J. R. Stat. Soc. B 68(3), 2006.
.. [2] A. Beskos, A. Jasra, N. Kantas, A. Thiery. On the convergence of adaptive sequential Monte Carlo methods.
   Annals of Applied Probability 26(2), 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from simulator import engine
from simulator.engine import runtime
from simulator.posterior.moves import Cloud, Moves, Reference
from simulator.posterior.question import Question, Sample
from simulator.posterior.words import systematic, uniforms

#: Independent batches, and particles of each.
BATCHES, PARTICLES = 16, 1024
#: Share of the particles that has to stay effective from one power to the next.
KEPT = 0.5
#: Correlation of particles with where they were, below which they are moved enough; and the most moves.
FORGOTTEN, MOST_MOVES = 0.1, 60
#: Share of proposals that is aimed at.
ACCEPTANCE = 0.35
#: Directions that are looked after one by one, at most.
MOST_DIRECTIONS = 64
#: How much wider than the particles the reference is, in standard deviations: its tails must not be the lighter.
WIDER = 1.1
#: Standard errors beyond which a covariance of score and figure is not noise.
SIGNAL = 4.0


@dataclass
class Journey:
    """How one batch came to the posterior.

    Attributes
    ----------
    powers
        How many for each quarter of evidence.
    moves
        How many after each resampling.
    acceptance, forgotten
        Of the last moves: share accepted, and correlation with where they began.
    ancestors
        First particles that still have descendants.
    """

    powers: list[int] = field(default_factory=list)
    moves: list[int] = field(default_factory=list)
    acceptance: list[float] = field(default_factory=list)
    forgotten: list[float] = field(default_factory=list)
    ancestors: int = 0


@dataclass(frozen=True, slots=True)
class Tempered:
    """Samples of the posterior after each quarter of evidence, and how they were come by."""

    samples: tuple[Sample, ...]
    journeys: tuple[Journey, ...]


def temper(question: Question, stages: Sequence[Sequence[int]]) -> Tempered:
    """Return samples of the posterior, batches as chains.

    Parameters
    ----------
    question
        What is asked.
    stages
        Places of the figures that enter together, in the order in which they enter.
    """
    moves = Moves(question, PARTICLES)
    begun = [_begun(moves, question, batch) for batch in range(BATCHES)]
    directions = informed(
        np.concatenate([cloud.scores for cloud, _ in begun], axis=1),
        np.concatenate([features for _, features in begun], axis=1),
    )
    told: list[list[dict[str, np.ndarray]]] = []
    journeys: list[Journey] = []

    def work(batch: int) -> tuple[list[dict[str, np.ndarray]], Journey]:
        return _Batch(moves, batch, begun[batch][0], directions, question.plan.seed).run(stages)

    def keep(_: int, found: tuple[list[dict[str, np.ndarray]], Journey]) -> None:
        told.append(found[0])
        journeys.append(found[1])

    engine.on_threads(work, range(BATCHES), keep, runtime.cores())
    samples = (
        Sample.of({name: np.stack([one[name] for one in batches], axis=-2) for name in batches[0]})
        for batches in zip(*told, strict=True)
    )
    return Tempered(tuple(samples), tuple(journeys))


def _begun(moves: Moves, question: Question, batch: int) -> tuple[Cloud, Float[np.ndarray, "feature n"]]:
    """Return the first particles of a batch, with the middles and log scales of the figures on them."""
    scores = moves.start(batch)
    told = moves.tell(scores)
    middle, scale = (told[name][: len(question.likelihood.data)] for name in ("middle", "scale"))
    logs = np.asarray(question.likelihood(middle, scale))
    return Cloud(scores, logs), np.concatenate([middle, np.log(scale)])


def informed(
    scores: Float[np.ndarray, "d n"], features: Float[np.ndarray, "feature n"]
) -> Float[np.ndarray, "d m"]:
    """Return orthonormal directions of the scores that the evidence informs.

    For normal scores the covariance with a feature is its mean gradient (Stein), so the covariances span, to
    first order, all that the evidence can move. Those that are noise are dropped. Of few dimensions, all are.
    """
    d, n = scores.shape
    if d <= MOST_DIRECTIONS:
        return np.eye(d)
    middle = np.median(features, axis=1, keepdims=True)
    spread = np.median(np.abs(features - middle), axis=1, keepdims=True)
    varying = spread[:, 0] > 0
    z = np.clip(np.nan_to_num((features - middle)[varying] / spread[varying], nan=0.0), -5.0, 5.0)
    z = (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)
    covariance = scores.astype(np.float64) @ z.T / n
    covariance[np.abs(covariance) < SIGNAL / np.sqrt(n)] = 0.0
    directions, sizes, _ = np.linalg.svd(covariance, full_matrices=False)
    return directions[:, sizes > 1e-6][:, :MOST_DIRECTIONS]


class _Batch:
    """One batch on its way."""

    def __init__(
        self, moves: Moves, batch: int, cloud: Cloud, directions: Float[np.ndarray, "d m"], seed: int
    ) -> None:
        self._moves, self._batch, self._seed = moves, batch, seed
        self._cloud, self._w = cloud, directions
        self._step, self._resampled = 1, 0
        self._fresh = 0.7
        self._origin: Int[np.ndarray, " n"] = np.arange(moves.count)
        self.journey = Journey()

    def run(self, stages: Sequence[Sequence[int]]) -> tuple[list[dict[str, np.ndarray]], Journey]:
        """Return what is told of the particles after each stage."""
        tempered = np.zeros(len(self._cloud.logs))
        told = []
        for stage in stages:
            powers, power = 0, 0.0
            while power < 1:
                log = self._cloud.logs[list(stage)].astype(np.float64).sum(axis=0)
                step = rise(log, 1 - power)
                power = min(power + step, 1.0)
                tempered[list(stage)] = power
                self._resample(np.exp(step * (log - log.max())), tempered)
                powers += 1
            self.journey.powers.append(powers)
            told.append(self._moves.tell(self._cloud.scores))
        self.journey.ancestors = len(np.unique(self._origin))
        return told, self.journey

    def _resample(self, weights: Float[np.ndarray, " n"], tempered: Float[np.ndarray, " datum"]) -> None:
        reference = fitted(self._w.T @ self._cloud.scores, weights)
        self._resampled += 1
        start = uniforms(self._seed, f"resample.{self._batch}", self._resampled, 1)[0]
        places = systematic(weights, self._moves.count, start)
        self._cloud = self._cloud.take(places)
        self._origin = self._origin[places]
        self._rejuvenate(reference, tempered)

    def _rejuvenate(self, reference: Reference, tempered: Float[np.ndarray, " datum"]) -> None:
        """Move the particles until they have forgotten where they were."""
        before = self._w.T @ self._cloud.scores
        accepted, forgotten = 0.0, 1.0
        count = 0
        while count < MOST_MOVES and (count < 2 or forgotten > FORGOTTEN):
            stay = float(np.sqrt(1 - self._fresh**2))
            self._cloud, accepted = self._moves.move(
                self._cloud, self._batch, self._step, tempered, self._w, reference, stay
            )
            self._step += 1
            count += 1
            self._fresh = float(np.clip(self._fresh * np.exp(0.7 * (accepted - ACCEPTANCE)), 0.01, 1.0))
            forgotten = correlation(before, self._w.T @ self._cloud.scores)
        self.journey.moves.append(count)
        self.journey.acceptance.append(accepted)
        self.journey.forgotten.append(forgotten)


def rise(log: Float[np.ndarray, " n"], most: float) -> float:
    """Return how far the power may rise at once: to where so many particles stay effective, or to the end."""

    def effective(step: float) -> float:
        weights = np.exp(step * (log - log.max()))
        return float(weights.sum() ** 2 / np.sum(weights**2) / len(log))

    if effective(most) >= KEPT:
        return most
    low, high = 0.0, most
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(middle) >= KEPT else (low, middle)
    return max(low, 1e-9)


def fitted(inside: Float[np.ndarray, "m n"], weights: Float[np.ndarray, " n"]) -> Reference:
    """Return the normal of weighted particles, somewhat widened."""
    share = weights / weights.sum()
    mean = inside @ share
    centred = inside - mean[:, None]
    covariance = WIDER**2 * (centred * share) @ centred.T
    # Few particles of weight cannot tell a direction from nothing; a hundredth of the prior's variance can.
    covariance += 1e-2 * np.trace(covariance) / len(mean) * np.eye(len(mean))
    return Reference(mean, np.linalg.cholesky(covariance))


def correlation(before: Float[np.ndarray, "m n"], after: Float[np.ndarray, "m n"]) -> float:
    """Return the mean correlation of coordinates with what they were."""
    a = before - before.mean(axis=1, keepdims=True)
    b = after - after.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    return float(np.mean(np.sum(a * b, axis=1) / np.where(spread > 0, spread, 1.0)))
