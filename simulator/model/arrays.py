"""Array types of the model: paths are always the last axis.

A quantity that all companies share has a leading axis of length one, so that every array of a mechanism
has the same rank and nothing is broadcast by accident.
"""

import jax
from jaxtyping import Array, Bool, Float, Int

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


def settled[T](values: T) -> T:
    """The same values, computed once.

    Without it the compiler works out again, inside each loop that reads them, what it could have stored.
    """
    return jax.lax.optimization_barrier(values)
