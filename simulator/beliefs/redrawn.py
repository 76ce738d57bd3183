"""Some of the draws made anew and all others as they are: what is left uncertain where the rest is known.

Every name has a score, or a uniform number, of its own, and a second one that is independent of all. Which of
the two it is drawn from is an argument of the compiled kernel: what is redrawn compiles nothing anew. The
score that is replaced is the name's own, after directions have put theirs in place, so that no other name
moves with it.

Of correlated priors those that are not redrawn are known, and tell about those that are. With ``R`` the
correlations of the scores of a Gaussian copula, ``S`` its redrawn members and ``K`` the others,

    y'_S = R_SK R_KK^-1 y_K + L e,    L L^T = R_SS - R_SK R_KK^-1 R_KS,

with ``e`` standard normal, is the law of the scores of ``S`` given those of ``K`` [1]_. A prior whose
parameters are drawn follows its parents, redrawn or not: what is made anew of it is what they leave open.

References
----------
.. [1] T. W. Anderson. An introduction to multivariate statistical analysis, 3rd edition, 2003, theorem 2.5.1.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from simulator.beliefs.compiled import Beliefs, Copula
from simulator.beliefs.kernel import correlated

#: What the second coordinate of a name is called; no prior's name has a space.
SECOND = "second "
#: Shares of the largest variance of a group below which a combination of its scores does not vary.
DEPENDENT = 1e-10

type Coordinates = tuple[tuple[str, int], ...]


class Regression(NamedTuple):
    """How the independent scores of a copula move where some of its members are redrawn.

    Attributes
    ----------
    of_first, of_second
        What is added to them, by the first and by the second independent scores of the group.
    """

    of_first: Float[np.ndarray, "row row"]
    of_second: Float[np.ndarray, "row row"]


@dataclass(frozen=True, eq=False)
class Redrawn:
    """Draws of which some are made anew: what `parameters_of` names.

    Attributes
    ----------
    beliefs
        As they are drawn.
    """

    beliefs: Beliefs

    @property
    def normal_coordinates(self) -> Coordinates:
        """Name and component of each row of the scores: the first ones, then the second."""
        return _twice(self.beliefs.normal_coordinates)

    @property
    def uniform_coordinates(self) -> Coordinates:
        """Name and component of each row of the uniforms, likewise."""
        return _twice(self.beliefs.uniform_coordinates)

    @property
    def structure(self) -> Hashable:
        """What a compiled kernel depends on: that of the beliefs, whatever is redrawn."""
        return type(self), self.beliefs.structure

    @property
    def parameters(self) -> Any:
        """Those with which nothing is redrawn."""
        return self.parameters_of(())

    @cached_property
    def _copulas(self) -> tuple[Copula, ...]:
        return self.beliefs.copulas

    def parameters_of(self, redrawn: Collection[tuple[str, int]]) -> Any:
        """Return the parameters with which some coordinates are redrawn.

        Parameters
        ----------
        redrawn
            Names and components: of priors, and of shocks. Of a t copula all members or none: given some, the
            others have no such law.
        """
        normal, uniform = (
            np.array([one in redrawn for one in rows], dtype=bool).reshape(-1, 1)
            for rows in (self.beliefs.normal_coordinates, self.beliefs.uniform_coordinates)
        )
        regressions = []
        for copula in self._copulas:
            members = np.array([(name, 0) in redrawn for name in copula.members], dtype=bool)
            if copula.mixed and members.any() != members.all():
                message = f"of a t copula of {', '.join(copula.members)} some were to be redrawn"
                raise ValueError(message)
            regressions.append(regression(copula.weights, members))
            normal[copula.first : copula.last] = False
            normal[copula.last - 1] = copula.mixed and members.all()
        return {
            "beliefs": self.beliefs.parameters,
            "normal": normal,
            "uniform": uniform,
            "copulas": tuple(regressions),
        }

    def draws(
        self, parameters: Any, scores: Float[Array, "n paths"], uniforms: Float[Array, "m paths"]
    ) -> dict[str, Array]:
        """Return the draws of every name.

        Parameters
        ----------
        parameters
            As `parameters_of` returns them.
        scores, uniforms
            Of `normal_coordinates` and `uniform_coordinates`.
        """
        beliefs = parameters["beliefs"]
        first, second = _halves(scores)
        first = self.beliefs.own_scores(beliefs, first)
        mixed = jnp.where(parameters["normal"], second, first)
        for copula, leaf in zip(self._copulas, parameters["copulas"], strict=True):
            rows = slice(copula.first, copula.last - int(copula.mixed))
            moved = correlated(leaf.of_first, first[rows]) + correlated(leaf.of_second, second[rows])
            mixed = mixed.at[rows].add(moved)
        known, anew = _halves(uniforms)
        return self.beliefs.drawn(beliefs, mixed, jnp.where(parameters["uniform"], anew, known))


def regression(weights: Float[np.ndarray, "member row"], redrawn: Bool[np.ndarray, " member"]) -> Regression:
    """Return how independent scores move where members of a Gaussian copula are redrawn given the others.

    Parameters
    ----------
    weights
        As `Copula` has them.
    redrawn
        Of each member, whether it is.
    """
    members, rows = weights.shape
    together = weights @ weights.T
    change, fresh = np.zeros((members, members)), np.zeros((members, rows))
    if redrawn.any():
        known = ~redrawn
        slopes = together[np.ix_(redrawn, known)] @ _inverse(together[np.ix_(known, known)])
        left = together[np.ix_(redrawn, redrawn)] - slopes @ together[np.ix_(known, redrawn)]
        change[np.ix_(redrawn, known)] = slopes
        change[redrawn, redrawn] = -1.0
        fresh[np.ix_(redrawn, np.arange(redrawn.sum()))] = _root(left)
    # The smallest change of the independent scores that changes the correlated ones by as much.
    back = weights.T @ _inverse(together)
    return Regression(back @ change @ weights, back @ fresh)


def _inverse(matrix: Float[np.ndarray, "k k"]) -> Float[np.ndarray, "k k"]:
    """Return the inverse of correlations; of dependent scores the pseudo-inverse."""
    return np.linalg.pinv(matrix, rtol=DEPENDENT, hermitian=True)


def _root(matrix: Float[np.ndarray, "k k"]) -> Float[np.ndarray, "k k"]:
    """Return a square root of a covariance: what rounding makes negative in it is nothing."""
    sizes, directions = np.linalg.eigh(matrix)
    return directions * np.sqrt(np.maximum(sizes, 0.0))


def _twice(coordinates: Coordinates) -> Coordinates:
    return (*coordinates, *((f"{SECOND}{name}", component) for name, component in coordinates))


def _halves(rows: Float[Array, "n paths"]) -> tuple[Float[Array, "k paths"], Float[Array, "k paths"]]:
    half = rows.shape[0] // 2
    return rows[:half], rows[half:]
