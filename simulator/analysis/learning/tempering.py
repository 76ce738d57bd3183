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

from simulator.analysis.learning.adaptation import correlation, fitted, informed, power_step, product
from simulator.analysis.learning.moves import Moves, Particles, Reference, Target
from simulator.analysis.learning.problem import InferenceProblem, Sample
from simulator.analysis.learning.streams import stratified, uniforms
from simulator.engine import on_threads, runtime
from simulator.errors import GateError

#: Independent batches, and particles of half of one.
BATCHES, HALF_SIZE = 16, 1024
#: Powers of a quarter of evidence at most; each leads particles about as far as they are spread out.
MOST_POWERS = 200
#: Correlation of particles with where they were, below which they are moved enough; and the most moves.
LARGEST_CORRELATION, MOST_MOVES = 0.1, 60
#: Share of proposals that is aimed at.
ACCEPTANCE = 0.35


@dataclass
class TemperingTrace:
    """How one batch came to the posterior.

    Attributes
    ----------
    powers
        How many for each quarter of evidence.
    moves
        How many after each resampling.
    acceptance, correlation
        Of the last moves: share accepted, and correlation with where they began.
    ancestors
        First particles that still have descendants.
    """

    powers: list[int] = field(default_factory=list)
    moves: list[int] = field(default_factory=list)
    acceptance: list[float] = field(default_factory=list)
    correlation: list[float] = field(default_factory=list)
    ancestors: int = 0


@dataclass(frozen=True, slots=True)
class Tempered:
    """Samples of the posterior after each quarter of evidence, and how they were come by."""

    samples: tuple[Sample, ...]
    traces: tuple[TemperingTrace, ...]


def temper(problem: InferenceProblem, stages: Sequence[Sequence[int]]) -> Tempered:
    """Return samples of the posterior, batches as chains.

    Parameters
    ----------
    problem
        The study and its evidence.
    stages
        Places of the figures that enter together, in the order in which they enter.
    """
    moves = Moves(problem, HALF_SIZE)
    begun = [begin(moves, number) for number in range(2 * BATCHES)]
    directions = informed(
        np.concatenate([one.scores for one in begun], axis=1),
        np.concatenate([one.features for one in begun], axis=1),
    )
    values = problem.likelihood.values
    outputs: list[list[dict[str, np.ndarray]]] = []
    traces: list[TemperingTrace] = []

    def work(batch: int) -> tuple[list[dict[str, np.ndarray]], TemperingTrace]:
        return Batch(moves, begun[2 * batch : 2 * batch + 2], values, directions).run(stages)

    def collect(_: int, found: tuple[list[dict[str, np.ndarray]], TemperingTrace]) -> None:
        outputs.append(found[0])
        traces.append(found[1])

    on_threads(work, range(BATCHES), collect, runtime.cores())
    samples = (
        Sample.of({name: np.stack([one[name] for one in batches], axis=-2) for name in batches[0]})
        for batches in zip(*outputs, strict=True)
    )
    return Tempered(tuple(samples), tuple(traces))


@dataclass(frozen=True, slots=True)
class Start:
    """The first particles of half a batch: a sample of the prior, and what the figures are on it."""

    number: int
    scores: Float[np.ndarray, "d n"]
    middle: Float[np.ndarray, "datum n"]
    scale: Float[np.ndarray, "datum n"]

    @property
    def features(self) -> Float[np.ndarray, "feature n"]:
        """All that the likelihood depends on."""
        return np.concatenate([self.middle, np.log(self.scale)])


def begin(moves: Moves, number: int) -> Start:
    """Return the first particles of half a batch."""
    scores = moves.start(number)
    outputs = moves.outputs(scores)
    used = len(moves.problem.likelihood.data)
    return Start(number, scores, outputs["middle"][:used], outputs["scale"][:used])


class Half:
    """Half of a batch: its particles, their densities and their first ancestors."""

    def __init__(
        self,
        moves: Moves,
        start: Start,
        values: Float[np.ndarray, " datum"],
        directions: Float[np.ndarray, "d m"],
    ) -> None:
        self._moves, self.number = moves, start.number
        logs = moves.problem.likelihood.of_sample(start.middle, start.scale, values)
        self.particles = Particles(start.scores, logs, product(directions.T, start.scores))
        self.origin: Int[np.ndarray, " n"] = np.arange(moves.count)
        self._resampled, self._step = 0, 0

    def resample(self, weights: Float[np.ndarray, " n"]) -> None:
        """Take particles in proportion to their weights."""
        self._resampled += 1
        name = f"resample.{self.number}"
        within = uniforms(self._moves.problem.plan.seed, name, self._resampled, self._moves.count)
        places = stratified(weights, within)
        self.particles, self.origin = self.particles.take(places), self.origin[places]

    def move(
        self, target: Target, directions: Float[np.ndarray, "d m"], reference: Reference, stay: float
    ) -> float:
        """Move all particles once, and return the share accepted."""
        self._step += 1
        self.particles, accepted = self._moves.move(
            self.particles, self.number, self._step, target, directions, reference, stay
        )
        return accepted


class Batch:
    """One batch on its way: two halves, each moved about the reference that is fitted to the other.

    A reference that a particle had a part in would follow it, and leave the posterior too wide by about as
    much as there are dimensions to particles.

    Parameters
    ----------
    moves
        How its particles move.
    starts
        Where its two halves begin.
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
        self._halves = [Half(moves, start, values, directions) for start in starts]
        self._fresh = 0.7
        self.trace = TemperingTrace()

    def run(self, stages: Sequence[Sequence[int]]) -> tuple[list[dict[str, np.ndarray]], TemperingTrace]:
        """Return the outputs of the particles after each stage."""
        target = Target(self._values, np.zeros(len(self._values)))
        after = []
        for stage in stages:
            powers, power = 0, 0.0
            while power < 1:
                log = self._logs(stage).astype(np.float64).sum(axis=0)
                self._refuse_hopeless(stage, powers, power)
                step = power_step(log, 1 - power)
                power = min(power + step, 1.0)
                target.powers[list(stage)] = power
                self._resample(np.exp(step * (log - log.max())))
                self._rejuvenate(target)
                powers += 1
            self.trace.powers.append(powers)
            parts = [self._moves.outputs(half.particles.scores) for half in self._halves]
            outputs = {name: np.concatenate([one[name] for one in parts], axis=-1) for name in parts[0]}
            if stage is not stages[-1]:  # only what the last one leads to is compared with the figures
                outputs |= {name: outputs[name][:0] for name in ("middle", "scale")}
            after.append(outputs)
        self.trace.ancestors = sum(len(np.unique(half.origin)) for half in self._halves)
        return after, self.trace

    def _refuse_hopeless(self, stage: Sequence[int], powers: int, power: float) -> None:
        """Refuse to go on where no particle is left a chance, or where no end is in sight."""
        logs = self._logs(stage)
        if powers < MOST_POWERS and np.isfinite(logs.sum(axis=0)).any():
            return
        best = logs.max(axis=1)
        furthest = self._moves.problem.matched.used[stage[int(np.argmin(best))]]
        message = (
            f"no posterior by tempering: after {powers} steps the evidence counts with a power of "
            f"{power:.2g}, and 1 is asked; furthest from what the model gives is {furthest.name}, "
            f"{furthest.value:.6g} {furthest.unit}".rstrip()
        )
        raise GateError(message)

    def _logs(self, stage: Sequence[int]) -> Float[np.ndarray, "datum n"]:
        return np.concatenate([half.particles.logs[list(stage)] for half in self._halves], axis=1)

    def _inside(self) -> Float[np.ndarray, "m n"]:
        return np.concatenate([half.particles.inside for half in self._halves], axis=1)

    def _resample(self, weights: Float[np.ndarray, " n"]) -> None:
        own = np.split(weights, len(self._halves))
        fits = [fitted(half.particles.inside, part) for half, part in zip(self._halves, own, strict=True)]
        self._references = fits[::-1]
        for half, part in zip(self._halves, own, strict=True):
            half.resample(part)

    def _rejuvenate(self, target: Target) -> None:
        """Move the particles until hardly any correlation with where they were is left."""
        before = self._inside()
        accepted, left = 0.0, 1.0
        count = 0
        while count < MOST_MOVES and (count < 2 or left > LARGEST_CORRELATION):
            stay = float(np.sqrt(1 - self._fresh**2))
            shares = [
                half.move(target, self._w, reference, stay)
                for half, reference in zip(self._halves, self._references, strict=True)
            ]
            accepted = float(np.mean(shares))
            count += 1
            self._fresh = float(np.clip(self._fresh * np.exp(0.7 * (accepted - ACCEPTANCE)), 0.01, 1.0))
            left = correlation(before, self._inside())
        self.trace.moves.append(count)
        self.trace.acceptance.append(accepted)
        self.trace.correlation.append(left)
