"""Moves of particles in the space of standard-normal scores, compiled once.

The prior of the scores is N(0, I), and evidence informs few directions of them. On those, the columns of W, a
reference N(m, S) is fitted to the particles; on the rest the prior is the reference. A proposal leaves the
reference invariant,

    a' = m + r (a - m) + sqrt(1 - r^2) S^(1/2) e,    x' = r x + sqrt(1 - r^2) e    (outside W),

which is preconditioned Crank-Nicolson about the reference [1]_, [2]_; it is accepted with the ratio of the
target to the reference, so that any W, m, S and r leave the target invariant, and dimensions that evidence
does not inform cost nothing.

References
----------
.. [1] S. L. Cotter, G. O. Roberts, A. M. Stuart, D. White. MCMC methods for functions: modifying old
   algorithms to make them faster. Statistical Science 28(3), 2013.
.. [2] T. Cui, K. J. H. Law, Y. M. Marzouk. Dimension-independent likelihood-informed MCMC. J. Comput. Phys.
   304, 2016.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr
from jax.stages import Compiled
from jaxtyping import Array, Float, UInt32
from scipy.special import ndtri

from simulator.analysis.learning.problem import InferenceProblem
from simulator.analysis.learning.streams import keys_of, random_bits
from simulator.engine import runtime, to_dtype
from simulator.sampling import Coordinate, normal, uniform

#: Name of the stream that decides on proposals.
_ACCEPT: Coordinate = ("accept", 0)


class Particles(NamedTuple):
    """Particles and how likely they make the evidence.

    scores : Float[Array, "d n"]
    logs : Float[Array, "datum n"]
        The log density of each figure.
    inside : Float[Array, "m n"]
        Where they are along the informed directions.
    """

    scores: Float[np.ndarray, "d n"]
    logs: Float[np.ndarray, "datum n"]
    inside: Float[np.ndarray, "m n"]

    def take(self, places: np.ndarray) -> Particles:
        """Return the particles at some places."""
        return Particles(*(one[:, places] for one in self))


class Target(NamedTuple):
    """A tempered posterior: the figures, and the power of the density of each.

    values, powers : Float[Array, "datum"]
    """

    values: Float[np.ndarray, " datum"]
    powers: Float[np.ndarray, " datum"]


@dataclass(frozen=True, slots=True)
class Reference:
    """The normal that proposals leave invariant, on the informed directions.

    mean : Float[Array, "m"]
    root : Float[Array, "m m"]
        Lower Cholesky factor of the covariance.
    """

    mean: Float[np.ndarray, " m"]
    root: Float[np.ndarray, "m m"]


class Moves:
    """Particles of an inference problem: drawn from its prior, moved, and run through its model.

    Parameters
    ----------
    problem
        The study and its evidence.
    count
        Particles of half a batch, a multiple of the block size.
    """

    def __init__(self, problem: InferenceProblem, count: int) -> None:
        runtime.prepare()
        beliefs = problem.program.beliefs
        self.problem, self.count = problem, count
        self._scored = len(beliefs.normal_coordinates)
        coordinates = (*beliefs.normal_coordinates, *beliefs.uniform_coordinates)
        self.dimensions = len(coordinates)
        self._keys = keys_of(problem.plan.seed, (*coordinates, _ACCEPT))
        with runtime.precision(problem.plan.dtype):
            parameters = to_dtype(beliefs.parameters, problem.plan.dtype)
            self._parameters = jax.device_put(parameters, runtime.device())
        self._compiled: dict[str, Compiled] = {}
        self._lock = threading.Lock()

    def start(self, half: int) -> Float[np.ndarray, "d n"]:
        """Return the first scores of half a batch: a sample of the prior."""
        bits = random_bits(self._keys, np.zeros(1, np.uint32), self._numbers(half))[:-1]
        return ndtri((bits + 0.5) * 2.0**-32).astype(self.problem.plan.dtype)

    def move(
        self,
        particles: Particles,
        half: int,
        step: int,
        target: Target,
        directions: Float[np.ndarray, "d m"],
        reference: Reference,
        stay: float,
    ) -> tuple[Particles, float]:
        """Return the particles after one move, and the share of proposals accepted.

        Parameters
        ----------
        particles, half, step
            The particles, whose they are, and the number of the move, which no other move of theirs has.
        target
            What the move leaves invariant.
        directions
            Orthonormal columns, W.
        reference
            On them.
        stay
            r: how much of a particle a proposal retains.
        """
        inverse = np.linalg.inv(reference.root)
        numbers = (*target, directions, reference.mean, reference.root, inverse, np.asarray(stay))
        cast = tuple(np.asarray(x, self.problem.plan.dtype) for x in numbers)
        *moved, accepted = self._call(
            self._moved, self._keys, self._numbers(half), np.full(1, step, np.uint32), *particles, cast
        )
        return Particles(*moved), float(np.mean(accepted))

    def outputs(self, scores: Float[np.ndarray, "d n"]) -> dict[str, np.ndarray]:
        """Return the outputs of the problem on particles, each ``[..., particle]``."""
        return self._call(self._outputs, scores)

    def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a function makes of parameters and arguments, compiled by the first who calls it."""
        with runtime.precision(self.problem.plan.dtype):
            with self._lock:
                if function.__name__ not in self._compiled:
                    compiled = runtime.compiled(function, self._parameters, *arguments)
                    self._compiled[function.__name__] = compiled
            found = self._compiled[function.__name__](self._parameters, *arguments)
        return jax.tree.map(np.asarray, found)

    def _numbers(self, half: int) -> UInt32[np.ndarray, " n"]:
        return np.arange(half * self.count, (half + 1) * self.count, dtype=np.uint32)

    def _draws(self, parameters: Any, scores: Array) -> dict[str, Array]:
        beliefs, cut = self.problem.program.beliefs, self._scored
        tiny = float(jnp.finfo(scores.dtype).epsneg)
        below = jnp.clip(ndtr(scores[cut:]), tiny, 1 - tiny)
        scores, uniforms = jax.lax.optimization_barrier((scores[:cut], below))
        return dict(beliefs.draws(parameters, scores, uniforms))

    def _logs(self, parameters: Any, scores: Array, values: Array) -> Array:
        middle, scale = self.problem.figures(self._draws(parameters, scores))
        return self.problem.likelihood(middle, scale, values)

    def _moved(
        self,
        parameters: Any,
        keys: Array,
        particles: Array,
        step: Array,
        scores: Array,
        logs: Array,
        inside: Array,
        numbers: tuple[Array, ...],
    ) -> tuple[Array, ...]:
        values, powers, w, mean, root, inverse, stay = numbers
        fresh = jnp.sqrt(1 - stay * stay)

        def block(own: Array, x: Array, log: Array, a: Array) -> tuple[Array, ...]:
            bits = random_bits(keys, step, own)
            e = jax.lax.optimization_barrier(normal(bits[:-1], x.dtype))
            ea = w.T @ e
            along = mean[:, None] + stay * (a - mean[:, None]) + fresh * (root @ ea)
            outside = stay * (x - w @ a) + fresh * (e - w @ ea)
            proposed = outside + w @ along
            new = self._logs(parameters, proposed, values)

            def against(log: Array, a: Array) -> Array:
                z = inverse @ (a - mean[:, None])
                tempered = jnp.where(powers[:, None] > 0, powers[:, None] * log, 0.0)
                return jnp.sum(tempered, axis=0) + 0.5 * jnp.sum(z * z - a * a, axis=0)

            gain = against(new, along) - against(log, a)
            taken = jnp.log(uniform(bits[-1], x.dtype)) < gain
            chosen = [jnp.where(taken, *pair) for pair in ((proposed, x), (new, log), (along, a))]
            return *chosen, taken[None].astype(x.dtype)

        return self._blocks(block, (particles, scores, logs, inside))

    def _outputs(self, parameters: Any, scores: Array) -> dict[str, Array]:
        def block(x: Array) -> dict[str, Array]:
            block_size = self.problem.plan.block_size
            found = self.problem.outputs(self._draws(parameters, x))
            return {k: jnp.broadcast_to(v, (*jnp.shape(v)[:-1], block_size)) for k, v in found.items()}

        return self._blocks(block, (scores,))

    def _blocks(self, block: Callable[..., Any], arrays: tuple[Array, ...]) -> Any:
        """Return what a block makes of all particles, so many at a time as stay in cache."""
        block_size = self.problem.plan.block_size

        def cut(x: Array) -> Array:
            return jnp.moveaxis(x.reshape(*x.shape[:-1], -1, block_size), -2, 0)

        def one(_: None, parts: tuple[Array, ...]) -> tuple[None, Any]:
            return None, block(*parts)

        _, found = jax.lax.scan(one, None, tuple(map(cut, arrays)))
        return jax.tree.map(lambda y: jnp.moveaxis(y, 0, -2).reshape(*y.shape[1:-1], -1), found)
