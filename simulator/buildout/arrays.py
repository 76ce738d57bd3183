"""Array types of the model: paths are always the last axis.

A quantity that all companies share has a leading axis of length one, so that every array of a mechanism
has the same rank and nothing is broadcast by accident.
"""

from functools import reduce

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, Shaped

from simulator.tracing import materialise as materialise

type PerPath = Float[Array, "1 #path"]
type PerCompany = Float[Array, "#company #path"]
type PerSource = Float[Array, "#source #path"]
type PerQueue = Float[Array, "#company #source #path"]
type History = Float[Array, "quarter company path"]
type Regime = Int[Array, "1 #path"]
type Flag = Bool[Array, "1 #path"]
type Quarter = Int[Array, ""]

#: Years in a quarter.
H = 0.25
QUARTERS_PER_YEAR = 4


def total(values: Shaped[Array, "..."], axis: int) -> Shaped[Array, "..."]:
    """The sum along one axis, which stays with length one: term by term, in order.

    A chain of additions joins the arithmetic around it; a reduction is a loop of its own.

    Parameters
    ----------
    values
        Any array.
    axis
        Which axis.
    """
    terms = (jax.lax.index_in_dim(values, i, axis) for i in range(values.shape[axis]))
    return reduce(jnp.add, terms)
