"""Beliefs: all priors and shocks of a study as one pure function from scores to named draws."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from simulator.beliefs.constant import constant_leaves
from simulator.beliefs.hierarchy import Child, constant_children
from simulator.beliefs.kernel import KERNELS, correlated, shares, student_scores
from simulator.beliefs.layout import GroupLayout, Place, Segment
from simulator.beliefs.rotation import Rotation

type Coordinates = tuple[tuple[str, int], ...]


class Copula(NamedTuple):
    """A group of priors whose scores are correlated.

    Attributes
    ----------
    members
        Names of those that vary.
    first, last
        Its rows of the scores; under a t copula the last one is that of the mixing variable.
    weights
        Correlated score of each member by independent score of each row, but for the mixing variable.
    mixed
        Whether it is a t copula.
    """

    members: tuple[str, ...]
    first: int
    last: int
    weights: Float[np.ndarray, "member row"]
    mixed: bool


@dataclass(frozen=True, eq=False)
class Beliefs:
    """Named draws as a pure function of scores.

    Attributes
    ----------
    fixed
        Point masses.
    normal_coordinates, uniform_coordinates
        Name and component of each row of the scores and of the uniforms.
    parameters
        Arrays to be passed to `draws`: float64 (and int32 places in tables), cast to the precision of the
        scores. Beliefs that differ in values alone have parameters of the same shapes: nothing compiles anew.
    """

    fixed: Mapping[str, float]
    normal_coordinates: Coordinates
    uniform_coordinates: Coordinates
    parameters: Any
    _sizes: tuple[tuple[str, int | None], ...]
    _scored: tuple[Segment, ...]
    _uniform: tuple[Segment, ...]
    _groups: tuple[GroupLayout, ...]
    _children: tuple[Child, ...]
    _shocks: tuple[tuple[Literal["normal", "uniform"], Place], ...]
    _rotation: Rotation | None

    @property
    def structure(self) -> Hashable:
        """What a kernel compiled for these beliefs depends on: others of equal structure can use it."""
        leaves, tree = jax.tree.flatten(self.parameters)
        shapes = tuple((np.shape(leaf), np.asarray(leaf).dtype.kind) for leaf in leaves)
        rows = (self.normal_coordinates, self.uniform_coordinates)
        laid = (self._sizes, self._scored, self._uniform, self._groups, self._children, self._shocks)
        return rows, laid, self._rotation, tree, shapes

    @property
    def copulas(self) -> tuple[Copula, ...]:
        """The groups of priors whose scores are correlated, as their draws are made."""
        leaves = self.parameters["groups"]
        return tuple(
            Copula(
                tuple(place.name for segment in group.segments for place in segment.places),
                group.first,
                group.last,
                leaf["weights"],
                group.student_steps is not None,
            )
            for group, leaf in zip(self._groups, leaves, strict=True)
        )

    @property
    def kinds(self) -> dict[str, str]:
        """By name of a prior that varies, how its draws are computed: a key of `KERNELS`."""
        together = (self._scored, self._uniform, *(group.segments for group in self._groups))
        return {
            place.name: segment.kind
            for segments in together
            for segment in segments
            for place in segment.places
        }

    def with_constants(self, values: Mapping[str, float]) -> "Beliefs":
        """Return beliefs of the same structure in which some priors are one number on every path.

        Draws of all other priors stay what they are, correlated ones too: this says what would be if a number
        were known to be so, not what else one would then believe. Those alone follow that are drawn from it.

        Parameters
        ----------
        values
            By name of a prior, in its unit; none may be a dirichlet, whose components are shares.
        """
        parameters = dict(self.parameters)
        names = [name for name, _ in self._sizes]
        fixed = [values.get(name, self.fixed[name]) for name in names]
        parameters["fixed"] = np.array(fixed, dtype=np.float64)
        for key, segments in (("scored", self._scored), ("uniform", self._uniform)):
            parameters[key] = constant_leaves(segments, parameters[key], values)
        parameters["groups"] = tuple(
            {**leaf, "segments": constant_leaves(group.segments, leaf["segments"], values)}
            for group, leaf in zip(self._groups, parameters["groups"], strict=True)
        )
        parameters["children"] = constant_children(self._children, parameters["children"], values)
        known = {name: values.get(name, value) for name, value in self.fixed.items()}
        return replace(self, parameters=parameters, fixed=known)

    def draws(
        self, parameters: Any, scores: Float[Array, "n paths"], uniforms: Float[Array, "m paths"]
    ) -> dict[str, Array]:
        """Return the draws of every name.

        Parameters
        ----------
        parameters
            `self.parameters`, or those of beliefs of the same structure.
        scores : [n, paths]
            Standard-normal scores of `normal_coordinates`.
        uniforms : [m, paths]
            Numbers in (0, 1) of `uniform_coordinates`.

        Returns
        -------
        dict
            `[paths]`, or `[size, paths]` for vectors and shocks, in each prior's unit; a point mass of one
            number has no axis.
        """
        return self.drawn(parameters, self.own_scores(parameters, scores), uniforms)

    def own_scores(self, parameters: Any, scores: Float[Array, "n paths"]) -> Float[Array, "n paths"]:
        """Return the score of each name itself, still independent: what lies along directions is in place.

        Parameters
        ----------
        parameters, scores
            As in `draws`.
        """
        if self._rotation is None:
            return scores
        return self._rotation(_cast(parameters["directions"], scores.dtype), scores)

    def drawn(
        self, parameters: Any, scores: Float[Array, "n paths"], uniforms: Float[Array, "m paths"]
    ) -> dict[str, Array]:
        """Return the draws of every name, as `draws` does, from each name's `own_scores`.

        Parameters
        ----------
        parameters, uniforms
            As in `draws`.
        scores
            From `own_scores`.
        """
        standards = self.standards(parameters, scores, uniforms)
        return self.of_standards(parameters, standards, scores, uniforms)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Rows that are computed together, in the order of `standards`."""
        own = (group.segments for group in self._groups)
        return (*self._scored, *self._uniform, *(segment for segments in own for segment in segments))

    @property
    def uniform_segments(self) -> frozenset[int]:
        """Places among `segments` of those that take uniform numbers; all others take scores."""
        return frozenset(range(len(self._scored), len(self._scored) + len(self._uniform)))

    def standards(
        self, parameters: Any, scores: Float[Array, "n paths"], uniforms: Float[Array, "m paths"]
    ) -> tuple[Array, ...]:
        """Return what the draws of each of `segments` are made from: scores, correlated ones, or uniforms.

        Parameters
        ----------
        parameters, scores, uniforms
            As in `drawn`.
        """
        cast = jax.tree.map(lambda leaf: _cast(leaf, scores.dtype), parameters)
        found = [scores[one.first : one.last] for one in self._scored]
        found += [uniforms[one.first : one.last] for one in self._uniform]
        for group, leaf in zip(self._groups, cast["groups"], strict=True):
            dependent = _dependent(group, leaf, scores)
            found += [dependent[one.first : one.last] for one in group.segments]
        return tuple(found)

    def of_standards(
        self,
        parameters: Any,
        standards: tuple[Array, ...],
        scores: Float[Array, "n paths"],
        uniforms: Float[Array, "m paths"],
    ) -> dict[str, Array]:
        """Return the draws of every name from what those of each of `segments` are made from.

        Parameters
        ----------
        standards
            As `standards` returns them.
        parameters, scores, uniforms
            As in `drawn`; of the latter two what shocks are.
        """
        parameters = jax.tree.map(lambda leaf: _cast(leaf, scores.dtype), parameters)
        draws: dict[str, Array] = {}
        for i, (name, size) in enumerate(self._sizes):
            value = parameters["fixed"][i]
            draws[name] = value if size is None else jnp.full((size, scores.shape[1]), value)
        leaves = [*parameters["scored"], *parameters["uniform"]]
        leaves += [leaf for group in parameters["groups"] for leaf in group["segments"]]
        matrices = [
            KERNELS[segment.kind](leaf, rows)
            for segment, leaf, rows in zip(self.segments, leaves, standards, strict=True)
        ]
        # Computed once and rounded, whatever the model makes of single rows of them afterwards.
        values = jax.lax.optimization_barrier(matrices)
        for segment, matrix in zip(self.segments, values, strict=True):
            draws.update((place.name, _rows(matrix, place)) for place in segment.places)
        for child, leaf in zip(self._children, parameters["children"], strict=True):
            draws[child.name] = child.draws(leaf, draws)
        for kind, place in self._shocks:
            draws[place.name] = _rows(scores if kind == "normal" else uniforms, place)
        return draws


def _cast(leaf: Any, dtype: Any) -> Array:
    return jnp.asarray(leaf, dtype) if jnp.issubdtype(leaf.dtype, jnp.floating) else jnp.asarray(leaf)


def _rows(matrix: Array, place: Place) -> Array:
    if place.size is None:
        return matrix[place.first]
    rows = matrix[place.first : place.first + place.size]
    return jax.lax.optimization_barrier(shares(rows)) if place.shares else rows


def _dependent(group: GroupLayout, leaf: Any, scores: Array) -> Array:
    rows = scores[group.first : group.last]
    if group.student_steps is None:
        return correlated(leaf["weights"], rows)
    together = correlated(leaf["weights"], rows[:-1])
    return student_scores(leaf["student"], together, rows[-1:], steps=group.student_steps)
