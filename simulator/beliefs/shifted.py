"""Beliefs whose scores are moved by constants: other means of normal scores, all else as it was.

A belief is a function of a standard normal score, and correlated ones of several. Where a vector ``m`` is
added to the independent scores the law of the draws changes by ``|m|^2 / 2`` nats (the Kullback-Leibler
divergence of two normals that differ in their means alone). The shift is an argument of the compiled kernel:
one kernel serves all shifts. A belief that is drawn from a uniform number is moved by the score of it. Shocks
stay as they are: they are chance, and no belief.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr, ndtri
from jaxtyping import Array, Float

from simulator.beliefs.compiled import Beliefs, Coordinates
from simulator.beliefs.variant import Variant


@dataclass(frozen=True, eq=False)
class Shifted(Variant):
    """Beliefs of which scores are moved.

    Attributes
    ----------
    shift : [coordinate]
        What is added to the score of each of `movable`  [standard deviations]
    """

    shift: Float[np.ndarray, " coordinate"]

    @staticmethod
    def nowhere(beliefs: Beliefs) -> "Shifted":
        """Return beliefs that are moved by nothing."""
        unmoved = Shifted(beliefs, np.zeros(0))
        return Shifted(beliefs, np.zeros(len(unmoved.movable)))

    @property
    def structure(self) -> Hashable:
        """What a compiled kernel depends on: that of the beliefs, whatever the shift."""
        return type(self), self.beliefs.structure

    @cached_property
    def movable(self) -> Coordinates:
        """Coordinates that can be moved: of the normal scores and then of the uniform numbers."""
        normal = (self.normal_coordinates[row] for row in self.normal_rows)
        return (*normal, *(self.uniform_coordinates[row] for row in self.uniform_rows))

    @property
    def parameters(self) -> Any:
        """Those of the beliefs, and the shift of each row that can be moved."""
        split = len(self.normal_rows)
        return {
            "beliefs": self.beliefs.parameters,
            "normal": self.shift[:split, None],
            "uniform": self.shift[split:, None],
        }

    @cached_property
    def own(self) -> dict[tuple[str, int], Float[np.ndarray, " coordinate"]]:
        """By belief and component, how its own score moves with each of `movable`."""
        found = {one: row for one, row in zip(self.movable, np.eye(len(self.movable)), strict=True)}
        places = {row: place for place, row in enumerate(self.normal_rows)}
        for copula in self.beliefs.copulas:
            weights = np.zeros((len(copula.members), len(self.movable)))
            rows = range(copula.first, copula.last - int(copula.mixed))
            weights[:, [places[row] for row in rows]] = copula.weights
            found |= {(name, 0): row for name, row in zip(copula.members, weights, strict=True)}
        return found

    @cached_property
    def normal_rows(self) -> list[int]:
        """Rows of the scores that can be moved: of priors, and what correlated ones have in common."""
        together: set[int] = set()
        mixing: set[int] = set()
        for copula in self.beliefs.copulas:
            together |= set(range(copula.first, copula.last))
            mixing |= {copula.last - 1} if copula.mixed else set()
        varying = self.beliefs.kinds
        return [
            row
            for row, (name, _) in enumerate(self.normal_coordinates)
            if row not in mixing and (row in together or name in varying)
        ]

    @cached_property
    def uniform_rows(self) -> list[int]:
        """Rows of the uniforms that can be moved."""
        varying = self.beliefs.kinds
        return [row for row, (name, _) in enumerate(self.uniform_coordinates) if name in varying]

    def draws(
        self, parameters: Any, scores: Float[Array, "n paths"], uniforms: Float[Array, "m paths"]
    ) -> dict[str, Array]:
        """Return the draws of every name.

        Parameters
        ----------
        parameters
            As `parameters` has them.
        scores, uniforms
            Of `normal_coordinates` and `uniform_coordinates`.
        """
        beliefs = parameters["beliefs"]
        scores = self.beliefs.own_scores(beliefs, scores)
        normal, uniform = np.array(self.normal_rows, dtype=int), np.array(self.uniform_rows, dtype=int)
        if normal.size:
            scores = scores.at[normal].add(jnp.asarray(parameters["normal"], scores.dtype))
        if uniform.size:
            moved = ndtr(ndtri(uniforms[uniform]) + jnp.asarray(parameters["uniform"], uniforms.dtype))
            uniforms = uniforms.at[uniform].set(_inside(moved))
        return self.beliefs.drawn(beliefs, *jax.lax.optimization_barrier((scores, uniforms)))


@dataclass(frozen=True, eq=False)
class IndependentScores:
    """The independent scores of what can be moved, in place of draws.

    Attributes
    ----------
    of
        Whose scores they are.
    """

    of: Shifted

    #: What the one draw is called.
    NAME = "scores"

    @property
    def normal_coordinates(self) -> Coordinates:
        """Name and component of each row of the scores."""
        return self.of.normal_coordinates

    @property
    def uniform_coordinates(self) -> Coordinates:
        """Name and component of each row of the uniforms."""
        return self.of.uniform_coordinates

    @property
    def parameters(self) -> Any:
        """Those of the beliefs."""
        return self.of.parameters

    def draws(
        self, parameters: Any, scores: Float[Array, "n paths"], uniforms: Float[Array, "m paths"]
    ) -> dict[str, Array]:
        """Return the scores of `Shifted.movable` before they are moved, in one draw.

        Parameters
        ----------
        parameters, scores, uniforms
            As `Shifted.draws` takes them.
        """
        own = self.of.beliefs.own_scores(parameters["beliefs"], scores)
        normal, uniform = (np.array(rows, dtype=int) for rows in (self.of.normal_rows, self.of.uniform_rows))
        return {self.NAME: jnp.concatenate([own[normal], ndtri(uniforms[uniform])])}


def _inside(uniforms: Float[Array, "m paths"]) -> Float[Array, "m paths"]:
    """Return numbers that rounding has not taken to 0 or 1."""
    limits = jnp.finfo(uniforms.dtype)
    return jnp.clip(uniforms, float(limits.tiny), 1.0 - float(limits.epsneg))
