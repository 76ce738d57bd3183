"""Marginals in JAX: one fused expression for all priors of a kind, over `[priors, paths]`.

Every kernel takes its parameters as arrays, so that other values compile nothing anew, and computes in the
precision of the scores.
"""

from collections.abc import Callable, Mapping
from functools import partial, reduce
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from simulator.beliefs.table import BUCKET, BUCKETS, STEPS, Table
from simulator.families import FAMILIES, Family
from simulator.families.marginal import REACH

type Draws = Float[Array, "n p"]


class Line(NamedTuple):
    """Two numbers for each prior; its kind says what they are."""

    place: Float[Any, "n 1"]
    slope: Float[Any, "n 1"]


class Bank(NamedTuple):
    """Tables side by side, padded to one length, as flat arrays: see `simulator.beliefs.table.Table`.

    Attributes
    ----------
    start
        First piece of each bucket of scores.
    knots
        Score at which each piece starts.
    c0, c1, c2, c3
        Coefficients of a piece by power of the distance to its start, in the prior's unit.
    low, high
        Values beyond which a table does not go, in the prior's unit.
    """

    start: Int[Any, "buckets"]
    knots: Float[Any, "pieces"]
    c0: Float[Any, "pieces"]
    c1: Float[Any, "pieces"]
    c2: Float[Any, "pieces"]
    c3: Float[Any, "pieces"]
    low: Float[Any, "n 1"]
    high: Float[Any, "n 1"]


def lines(pairs: list[tuple[float, float]]) -> Line:
    """Return the pairs of some priors, a row each."""
    place, slope = np.array(pairs, dtype=np.float64).T[:, :, None]
    return Line(place, slope)


def bank(tables: list[Table], steps: int) -> Bank:
    """Return tables as one bank, to be searched in so many halvings within a bucket."""
    # A search looks beyond the last knot, but must not reach those of the next table.
    longest = max(len(table.knots) for table in tables) + 2**steps
    # By powers of two: a prior with somewhat other values has tables of the same shape.
    pieces = max(128, 1 << (longest - 1).bit_length())
    knots = np.full((len(tables), pieces), np.inf)
    coefficients = np.zeros((4, len(tables), pieces))
    start = np.empty((len(tables), BUCKETS), dtype=np.int32)
    for i, table in enumerate(tables):
        knots[i, : len(table.knots)] = table.knots
        coefficients[:, i, : len(table.knots)] = table.coefficients.T
        start[i] = table.start + i * pieces
    c0, c1, c2, c3 = coefficients.reshape(4, -1)
    low, high = np.array([table.ends for table in tables]).T[:, :, None]
    return Bank(start.ravel(), knots.ravel(), c0, c1, c2, c3, low, high)


def in_closed_form(line: Line, standard: Draws, *, family: Family) -> Draws:
    """Return the draws of a family by its kernel.

    Parameters
    ----------
    line
        Place and slope of each row.
    standard
        Scores, or uniform numbers, by what the family's kernel takes.
    family
        One with a closed form.
    """
    assert family.closed is not None
    return family.closed.kernel(line.place, line.slope, standard, jnp)


def tabulated(tables: Bank, scores: Draws, *, steps: int) -> Draws:
    """Return the values of tables at scores: one table for each row, or one for all.

    Parameters
    ----------
    steps
        Halvings within a bucket, the most that any of the tables needs.
    """
    scores = jnp.clip(scores, -REACH, REACH)
    count = tables.low.shape[0]
    rows = (jnp.arange(count, dtype=jnp.int32) * BUCKETS + BUCKETS // 2)[:, None]
    piece = _take(tables.start, jnp.floor(scores * (1 / BUCKET)).astype(jnp.int32) + rows)
    for step in reversed(range(steps)):
        ahead = piece + 2**step
        piece = jnp.where(scores >= _take(tables.knots, ahead), ahead, piece)
    s = scores - _take(tables.knots, piece)
    c0, c1, c2, c3 = (_take(c, piece) for c in (tables.c0, tables.c1, tables.c2, tables.c3))
    return jnp.clip(c0 + s * (c1 + s * (c2 + s * c3)), tables.low, tables.high)


def _take(values: Array, places: Int[Array, "n p"]) -> Array:
    return values.at[places].get(mode="promise_in_bounds")


def correlated(weights: Float[Array, "m k"], scores: Float[Array, "k p"]) -> Float[Array, "m p"]:
    """Return weights @ scores, summed column by column in this order.

    A loop and not a matrix product: what a row sums to must not depend, in any bit, on how many paths are
    computed at once or on columns that are 0 in it.
    """

    def add(total: Array, column: tuple[Array, Array]) -> tuple[Array, None]:
        weight, score = column
        return total + weight[:, None] * score[None, :], None

    zero = jnp.zeros((weights.shape[0], scores.shape[1]), scores.dtype)
    return jax.lax.scan(add, zero, (weights.T, scores))[0]


def shares(logs: Float[Array, "k p"]) -> Float[Array, "k p"]:
    """Return exp(logs) over its sum along the first axis, summed row by row: see `correlated`."""
    powers = jnp.exp(logs - reduce(jnp.maximum, logs)[None, :])
    return powers / reduce(jnp.add, powers)[None, :]


class Student(NamedTuple):
    """Tables of a t copula.

    Attributes
    ----------
    mixing
        Logarithm of sqrt(df / chi-square) by the score of the mixing variable.
    back
        Score of a t variable by `stretch` arcsinh(t).
    """

    mixing: Bank
    back: Bank
    stretch: Float[Any, "1 1"]


def student_scores(
    student: Student, scores: Float[Array, "m p"], mixing: Float[Array, "1 p"], *, steps: int
) -> Float[Array, "m p"]:
    """Return correlated normal scores moved to the t copula: to t variables and back to normal scores.

    Parameters
    ----------
    student
        Tables of the copula.
    scores, mixing
        Correlated normal scores, and the independent one of the mixing variable.
    steps
        As `tabulated` takes it.
    """
    t = scores * jnp.exp(tabulated(student.mixing, mixing, steps=steps))
    return tabulated(student.back, student.stretch * jnp.arcsinh(t), steps=steps)


#: Kernels by kind: a family with a closed form, or a table and the steps that it needs.
KERNELS: Mapping[str, Callable[..., Draws]] = {
    **{
        name: partial(in_closed_form, family=family)
        for name, family in FAMILIES.items()
        if family.closed and not family.tabled
    },
    **{f"table {steps}": partial(tabulated, steps=steps) for steps in STEPS},
}
