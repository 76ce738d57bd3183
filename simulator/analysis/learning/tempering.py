"""Tempered sequential Monte Carlo: particles led from the prior to the posterior.

Independent batches of particles; evidence enters one quarter at a time. In each batch the likelihood of a
quarter of evidence is raised to a power that rises from 0 to 1, each time as far as half of the effective
sample size bears; particles are resampled, and moved until they forget where they were [1]_, [2]_.

References
----------
.. [1] P. Del Moral, A. Doucet, A. Jasra. Sequential Monte Carlo samplers. J. R. Stat. Soc. B 68(3), 2006.
.. [2] A. Beskos, A. Jasra, N. Kantas, A. Thiery. On the convergence of adaptive sequential Monte Carlo
   methods. Annals of Applied Probability 26(2), 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from simulator.analysis.learning.moves import Cloud, Moves, Reference, Target
from simulator.analysis.learning.question import Question, Sample
from simulator.analysis.learning.words import stratified, uniforms
from simulator.engine import on_threads, runtime
from simulator.errors import GateError

#: Independent batches, and particles of each of the two teams of one.
BATCHES, TEAM = 16, 1024
#: Share of the particles that has to stay effective from one power to the next.
KEPT = 0.5
#: Powers of a quarter of evidence at most; each leads particles about as far as they are spread out.
MOST_POWERS = 200
#: Correlation of particles with where they were, below which they are moved enough; and the most moves.
FORGOTTEN, MOST_MOVES = 0.1, 60
#: Share of proposals that is aimed at.
ACCEPTANCE = 0.35
#: Directions that are looked after one by one, at most.
MOST_DIRECTIONS = 64
#: How much wider than the particles the reference is: its tails must not be the lighter.
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
    moves = Moves(question, TEAM)
    begun = [begin(moves, number) for number in range(2 * BATCHES)]
    directions = informed(
        np.concatenate([one.scores for one in begun], axis=1),
        np.concatenate([one.features for one in begun], axis=1),
    )
    values = question.likelihood.values
    told: list[list[dict[str, np.ndarray]]] = []
    journeys: list[Journey] = []

    def work(batch: int) -> tuple[list[dict[str, np.ndarray]], Journey]:
        return Batch(moves, begun[2 * batch : 2 * batch + 2], values, directions).run(stages)

    def keep(_: int, found: tuple[list[dict[str, np.ndarray]], Journey]) -> None:
        told.append(found[0])
        journeys.append(found[1])

    on_threads(work, range(BATCHES), keep, runtime.cores())
    samples = (
        Sample.of({name: np.stack([one[name] for one in batches], axis=-2) for name in batches[0]})
        for batches in zip(*told, strict=True)
    )
    return Tempered(tuple(samples), tuple(journeys))


@dataclass(frozen=True, slots=True)
class Start:
    """The first particles of a team: a sample of the prior, and what the figures are on it."""

    number: int
    scores: Float[np.ndarray, "d n"]
    middle: Float[np.ndarray, "datum n"]
    scale: Float[np.ndarray, "datum n"]

    @property
    def features(self) -> Float[np.ndarray, "feature n"]:
        """All that the likelihood depends on."""
        return np.concatenate([self.middle, np.log(self.scale)])


def begin(moves: Moves, number: int) -> Start:
    """Return the first particles of a team."""
    scores = moves.start(number)
    told = moves.tell(scores)
    used = len(moves.question.likelihood.data)
    return Start(number, scores, told["middle"][:used], told["scale"][:used])


def informed(
    scores: Float[np.ndarray, "d n"], features: Float[np.ndarray, "feature n"]
) -> Float[np.ndarray, "d m"]:
    """Return orthonormal directions of the scores that the evidence informs.

    For normal scores the covariance with a feature is its mean gradient (Stein), so the covariances span, to
    first order, all that the evidence can move. Those that are noise are dropped. Of few dimensions, all are.
    Where nothing is informed, one direction is left, by which moves are judged.
    """
    d, n = scores.shape
    if d <= MOST_DIRECTIONS:
        return np.eye(d, dtype=scores.dtype)
    middle = np.median(features, axis=1, keepdims=True)
    spread = np.median(np.abs(features - middle), axis=1, keepdims=True)
    varying = spread[:, 0] > 0
    z = np.clip(np.nan_to_num((features - middle)[varying] / spread[varying], nan=0.0), -5.0, 5.0)
    z = (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)
    covariance = scores.astype(np.float64) @ z.T / n
    covariance[np.abs(covariance) < SIGNAL / np.sqrt(n)] = 0.0
    directions, sizes, _ = np.linalg.svd(covariance, full_matrices=False)
    told = directions[:, sizes > 1e-6][:, :MOST_DIRECTIONS]
    return (told if told.size else np.eye(d, 1)).astype(scores.dtype)


class Team:
    """Half of a batch: its particles, their densities and their first ancestors."""

    def __init__(
        self,
        moves: Moves,
        start: Start,
        values: Float[np.ndarray, " datum"],
        directions: Float[np.ndarray, "d m"],
    ) -> None:
        self._moves, self.number = moves, start.number
        logs = moves.question.likelihood.of_sample(start.middle, start.scale, values)
        self.cloud = Cloud(start.scores, logs, product(directions.T, start.scores))
        self.origin: Int[np.ndarray, " n"] = np.arange(moves.count)
        self._resampled, self._step = 0, 0

    def resample(self, weights: Float[np.ndarray, " n"]) -> None:
        """Take particles in proportion to their weights."""
        self._resampled += 1
        name = f"resample.{self.number}"
        within = uniforms(self._moves.question.plan.seed, name, self._resampled, self._moves.count)
        places = stratified(weights, within)
        self.cloud, self.origin = self.cloud.take(places), self.origin[places]

    def move(
        self, target: Target, directions: Float[np.ndarray, "d m"], reference: Reference, stay: float
    ) -> float:
        """Move all particles once, and return the share accepted."""
        self._step += 1
        self.cloud, accepted = self._moves.move(
            self.cloud, self.number, self._step, target, directions, reference, stay
        )
        return accepted


class Batch:
    """One batch on its way: two teams, each moved about the reference that is fitted to the other.

    A reference that a particle had a part in would follow it, and leave the posterior too wide by about as
    much as there are dimensions to particles.

    Parameters
    ----------
    moves
        How its particles move.
    starts
        Where its two teams begin.
    values
        The figures that they are led to.
    directions
        Those that evidence informs.
    """

    def __init__(
        self,
        moves: Moves,
        starts: Sequence[Start],
        values: Float[np.ndarray, " datum"],
        directions: Float[np.ndarray, "d m"],
    ) -> None:
        self._moves, self._values, self._w = moves, values, directions
        self._teams = [Team(moves, start, values, directions) for start in starts]
        self._fresh = 0.7
        self.journey = Journey()

    def run(self, stages: Sequence[Sequence[int]]) -> tuple[list[dict[str, np.ndarray]], Journey]:
        """Return what is told of the particles after each stage."""
        target = Target(self._values, np.zeros(len(self._values)))
        told = []
        for stage in stages:
            powers, power = 0, 0.0
            while power < 1:
                logs = [team.cloud.logs[list(stage)].astype(np.float64).sum(axis=0) for team in self._teams]
                log = np.concatenate(logs)
                self._refuse_hopeless(stage, powers, power)
                step = rise(log, 1 - power)
                power = min(power + step, 1.0)
                target.powers[list(stage)] = power
                self._resample(np.exp(step * (log - log.max())))
                self._rejuvenate(target)
                powers += 1
            self.journey.powers.append(powers)
            parts = [self._moves.tell(team.cloud.scores) for team in self._teams]
            outputs = {name: np.concatenate([one[name] for one in parts], axis=-1) for name in parts[0]}
            if stage is not stages[-1]:  # only what the last one leads to is compared with the figures
                outputs |= {name: outputs[name][:0] for name in ("middle", "scale")}
            told.append(outputs)
        self.journey.ancestors = sum(len(np.unique(team.origin)) for team in self._teams)
        return told, self.journey

    def _refuse_hopeless(self, stage: Sequence[int], powers: int, power: float) -> None:
        """Refuse to go on where no particle is left a chance, or where no end is in sight."""
        logs = np.concatenate([team.cloud.logs[list(stage)] for team in self._teams], axis=1)
        if powers < MOST_POWERS and np.isfinite(logs.sum(axis=0)).any():
            return
        best = logs.max(axis=1)
        furthest = self._moves.question.matched.used[stage[int(np.argmin(best))]]
        message = (
            f"no posterior by tempering: after {powers} steps the evidence counts with a power of "
            f"{power:.2g}, and 1 is asked; furthest from what the model gives is {furthest.name}, "
            f"{furthest.value:.6g} {furthest.unit}".rstrip()
        )
        raise GateError(message)

    def _inside(self) -> Float[np.ndarray, "m n"]:
        return np.concatenate([team.cloud.inside for team in self._teams], axis=1)

    def _resample(self, weights: Float[np.ndarray, " n"]) -> None:
        own = np.split(weights, len(self._teams))
        fits = [fitted(team.cloud.inside, part) for team, part in zip(self._teams, own, strict=True)]
        self._references = fits[::-1]
        for team, part in zip(self._teams, own, strict=True):
            team.resample(part)

    def _rejuvenate(self, target: Target) -> None:
        """Move the particles until they have forgotten where they were."""
        before = self._inside()
        accepted, forgotten = 0.0, 1.0
        count = 0
        while count < MOST_MOVES and (count < 2 or forgotten > FORGOTTEN):
            stay = float(np.sqrt(1 - self._fresh**2))
            shares = [
                team.move(target, self._w, reference, stay)
                for team, reference in zip(self._teams, self._references, strict=True)
            ]
            accepted = float(np.mean(shares))
            count += 1
            self._fresh = float(np.clip(self._fresh * np.exp(0.7 * (accepted - ACCEPTANCE)), 0.01, 1.0))
            forgotten = correlation(before, self._inside())
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
    inside = inside.astype(np.float64)
    mean = np.sum(inside * share, axis=1)
    centred = inside - mean[:, None]
    covariance = WIDER**2 * product(centred * share, centred.T)
    # Few particles of weight cannot tell a direction from nothing; a hundredth of the prior's variance can.
    covariance += 1e-2 * np.trace(covariance) / len(mean) * np.eye(len(mean))
    return Reference(mean, np.linalg.cholesky(covariance))


def product(a: Float[np.ndarray, "m k"], b: Float[np.ndarray, "k n"]) -> Float[np.ndarray, "m n"]:
    """Return the product of small matrices without BLAS, whose own threads stand in the way of ours."""
    return np.einsum("mk,kn->mn", a, b)


def correlation(before: Float[np.ndarray, "m n"], after: Float[np.ndarray, "m n"]) -> float:
    """Return the mean correlation of coordinates with what they were."""
    a = before - before.mean(axis=1, keepdims=True)
    b = after - after.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    return float(np.mean(np.sum(a * b, axis=1) / np.where(spread > 0, spread, 1.0)))
