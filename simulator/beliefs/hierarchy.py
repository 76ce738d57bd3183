"""Priors whose parameters are the draws of other priors: a belief about a belief.

Such a prior draws the standard member of its family, whatever its parameters, and the kernel takes that draw
to the place and slope of its path: to place + slope s of a normal, to place exp(slope s) of a lognormal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from simulator.families import FAMILIES
from simulator.families.family import Parameters
from simulator.study import Prior
from simulator.study.hierarchy import generations
from simulator.study.units import convert_factor


@dataclass(frozen=True, slots=True)
class Child:
    """A prior of one family, and the priors that its parameters are drawn from.

    Attributes
    ----------
    parents
        Parameters, and the prior of each.
    """

    name: str
    family: str
    parents: tuple[tuple[str, str], ...]

    def draws(self, leaf: Any, draws: Mapping[str, Array]) -> Array:
        """Return its draws.

        Parameters
        ----------
        leaf
            Its numbers, as `children_of` gives them, cast to the precision of the draws.
        draws
            Of its parents, and under its own name of the standard member.
        """
        own = draws[self.name]
        given = {
            key: leaf["factors"][key] * jnp.broadcast_to(draws[parent], own.shape)
            for key, parent in self.parents
        }
        drawn = in_family(self.family, {**leaf["numbers"], **given}, own, jnp)
        return jax.lax.optimization_barrier(jnp.where(leaf["known"] > 0, leaf["value"], drawn))


def in_family(family: str, parameters: Parameters, standard: Any, xp: Any) -> Any:
    """Return draws of a family.

    Parameters
    ----------
    family
        Its name; it has a closed form.
    parameters
        Numbers, or arrays of the shape of the standard draws, in the units of the family's parameters.
    standard : [path] or [size, path]
        Draws of the standard member: see `standard`.
    xp
        The module of the arrays, `numpy` or `jax.numpy`.
    """
    closed = FAMILIES[family].closed
    assert closed is not None
    place, slope = closed.line(parameters, xp)
    return closed.kernel(place, slope, standard, xp)


def standard(prior: Prior) -> Prior:
    """Return the prior of the standard draws of one whose parameters are drawn; any other as it is."""
    if not prior.drawn:
        return prior
    closed = FAMILIES[prior.family].closed
    assert closed is not None
    base = FAMILIES[closed.base]
    shapes = {k: v for k, v in numbers(prior).items() if k in base.parameters and k not in closed.drawn}
    return replace(prior, family=base.name, parameters=base.with_options({**shapes, **closed.standard}))


def numbers(prior: Prior) -> dict[str, float]:
    """Return the parameters that are not drawn."""
    return {name: value for name, value in prior.parameters.items() if name not in prior.drawn}


def factor(prior: Prior, key: str, parent: Prior) -> float:
    """Return the factor that takes draws of a parent to the unit of a parameter.

    A prior without a unit is taken to be in that of the other.

    Parameters
    ----------
    prior, key
        The prior, and the name of its parameter.
    parent
        The prior that it is drawn from.

    Raises
    ------
    UnitError
        The two measure different things.
    """
    power = FAMILIES[prior.family].parameters[key].unit
    if (power and not prior.unit) or not parent.unit:
        return 1.0
    return convert_factor(parent.unit, {1: prior.unit, -1: f"1/({prior.unit})"}.get(power, "1"))


def children_of(priors: Mapping[str, Prior]) -> tuple[tuple[Child, ...], tuple[dict[str, Any], ...]]:
    """Return the priors with drawn parameters, parents before children, and the numbers of each.

    Parameters
    ----------
    priors
        By name; `misnamed_parents` and `parents_out_of_range` find nothing wrong with them.
    """
    found = [priors[name] for name in generations(priors) if priors[name].drawn]
    children = tuple(Child(prior.name, prior.family, tuple(prior.drawn.items())) for prior in found)
    return children, tuple(_leaf(prior, priors) for prior in found)


def constant_children(
    children: Iterable[Child], leaves: Iterable[dict[str, Any]], values: Mapping[str, float]
) -> tuple[dict[str, Any], ...]:
    """Return the numbers of children some of which are one number on every path: see `constant_leaves`.

    Parameters
    ----------
    children, leaves
        As `children_of` returns them.
    values
        By the name of a child, in its unit; other names are of no concern here.
    """
    return tuple(
        {**leaf, **_known(values[child.name])} if child.name in values else leaf
        for child, leaf in zip(children, leaves, strict=True)
    )


def _leaf(prior: Prior, priors: Mapping[str, Prior]) -> dict[str, Any]:
    factors = {key: np.float64(factor(prior, key, priors[name])) for key, name in prior.drawn.items()}
    given = {key: np.float64(value) for key, value in numbers(prior).items()}
    return {"numbers": given, "factors": factors, "known": np.float64(0), "value": np.float64(0)}


def _known(value: float) -> dict[str, Any]:
    return {"known": np.float64(1), "value": np.float64(value)}
