"""Beliefs moved in place: each along its own standard-normal score, all others where they were drawn.

Every number that varies is a rising function of a standard-normal score of its own, correlated with those of
its group; of a uniform number ``u`` the score is ``z = Phi^-1(u)``. A move takes the score to

    z' = location + scale z,

so that a location of 1 puts the belief one standard deviation of its score higher, and a scale of 1.1 makes
it a tenth wider about its median. This changes a belief and conditions on nothing: correlated ones stay where
they were drawn, and those alone follow that are drawn from it. Both are arguments of the compiled kernel.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr, ndtri
from jaxtyping import Array, Float

from simulator.beliefs.compiled import Beliefs
from simulator.beliefs.variant import Variant

#: Name of what `OwnScores` draws.
SCORES = "scores"


class Move(NamedTuple):
    """What becomes of a score: `location` + `scale` times it."""

    location: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, eq=False)
class Moved(Variant):
    """Draws of beliefs that are moved: by what `parameters_of` names."""

    @property
    def structure(self) -> Hashable:
        """What a compiled kernel depends on: that of the beliefs, whatever is moved."""
        return type(self), self.beliefs.structure

    @property
    def parameters(self) -> Any:
        """Those with which nothing is moved."""
        return self.parameters_of({})

    def parameters_of(self, moves: Mapping[tuple[str, int], Move]) -> Any:
        """Return the parameters with which some beliefs are moved.

        Parameters
        ----------
        moves
            By name and component; all others stay.
        """
        found = np.array([moves.get(row, Move()) for row in rows_of(self.beliefs)], dtype=np.float64)
        ends = np.cumsum([one.last - one.first for one in self.beliefs.segments])[:-1]
        by_segment = [part[:, :, None] for part in np.split(found.reshape(-1, 2), ends)]
        return {"beliefs": self.beliefs.parameters, "moves": tuple(by_segment)}

    def draws(
        self, parameters: Any, scores: Float[Array, "n paths"], uniforms: Float[Array, "m paths"]
    ) -> dict[str, Array]:
        """Return the draws of every name.

        Parameters
        ----------
        parameters
            As `parameters_of` returns them.
        scores, uniforms
            As `Beliefs.draws` takes them.
        """
        given = parameters["beliefs"]
        own = self.beliefs.own_scores(given, scores)
        standards = self.beliefs.standards(given, own, uniforms)
        moved = tuple(
            (_moved_uniforms if place in self.beliefs.uniform_segments else _moved_scores)(rows, move)
            for place, (rows, move) in enumerate(zip(standards, parameters["moves"], strict=True))
        )
        return self.beliefs.of_standards(given, moved, own, uniforms)


@dataclass(frozen=True, eq=False)
class OwnScores(Variant):
    """The standard-normal score of every number that varies, in place of its draws: ``draws()[SCORES]``."""

    @property
    def parameters(self) -> Any:
        """Those of the beliefs."""
        return self.beliefs.parameters

    def draws(
        self, parameters: Any, scores: Float[Array, "n paths"], uniforms: Float[Array, "m paths"]
    ) -> dict[str, Array]:
        """Return the scores, [row, path], in the order of `rows_of`.

        Parameters
        ----------
        parameters, scores, uniforms
            As `Beliefs.draws` takes them.
        """
        own = self.beliefs.own_scores(parameters, scores)
        standards = self.beliefs.standards(parameters, own, uniforms)
        uniform = self.beliefs.uniform_segments
        rows = [ndtri(one) if place in uniform else one for place, one in enumerate(standards)]
        return {SCORES: jnp.concatenate(rows)}


def rows_of(beliefs: Beliefs) -> tuple[tuple[str, int], ...]:
    """Return name and component of each number that varies, in the order of `Beliefs.standards`."""
    return tuple(
        (place.name, component)
        for segment in beliefs.segments
        for place in segment.places
        for component in range(place.size or 1)
    )


def uniform_rows(beliefs: Beliefs) -> np.ndarray:
    """Return of each of `rows_of` whether it is made from a uniform number."""
    return np.concatenate(
        [
            np.full(one.last - one.first, place in beliefs.uniform_segments)
            for place, one in enumerate(beliefs.segments)
        ]
    )


def _moved_scores(rows: Array, move: Array) -> Array:
    return move[:, 0] + move[:, 1] * rows


def _moved_uniforms(rows: Array, move: Array) -> Array:
    still = (move[:, 0] == 0) & (move[:, 1] == 1)
    inside = jnp.finfo(rows.dtype)
    moved = jnp.clip(ndtr(_moved_scores(ndtri(rows), move)), inside.tiny, 1 - inside.epsneg)
    return jnp.where(still, rows, moved)
