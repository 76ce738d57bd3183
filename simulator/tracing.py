"""How a program is traced for the device that is to run it: block by block, or all paths side by side.

A CPU computes a block of paths that stays in its cache. There a value that several loops read is best
computed once and stored, and a branch that no path of the block needs is best left out. An accelerator
computes very many paths in each operation: a stored value makes the way through its memory, and a branch
interrupts what it does, so that it is faster to compute a value again, and both branches.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool

_side_by_side: ContextVar[bool] = ContextVar("side_by_side", default=False)
_in_reverse: ContextVar[bool] = ContextVar("in_reverse", default=False)


@contextmanager
def side_by_side() -> Iterator[None]:
    """Trace what is inside, in this thread, for an accelerator."""
    before = _side_by_side.set(True)
    try:
        yield
    finally:
        _side_by_side.reset(before)


@contextmanager
def in_reverse() -> Iterator[None]:
    """Trace what is inside, in this thread, for a pass through it from its results back to its arguments."""
    before = _in_reverse.set(True)
    try:
        yield
    finally:
        _in_reverse.reset(before)


def step[**P, T](function: Callable[P, T]) -> Callable[P, T]:
    """Return the body of a scan as it is best traced.

    In reverse it is computed again, from the state that it began with: to remember all that it computes of
    each step would fill memory instead of the cache.

    Parameters
    ----------
    function
        From a state and what comes to it, to the next state and what is collected.
    """
    return jax.checkpoint(function, prevent_cse=False) if _in_reverse.get() else function


def materialise[T](values: T) -> T:
    """Return the same values, computed once.

    Without it the compiler works out again, inside each loop that reads them, what it could have stored; as
    it is to do side by side.

    Parameters
    ----------
    values
        Arrays, or a record of them.
    """
    return values if _side_by_side.get() else jax.lax.optimization_barrier(values)


def branch(needed: Bool[Array, ""], then: Callable[[], Array], otherwise: Callable[[], Array]) -> Array:
    """Return what one of two functions returns: only that one is computed, or both side by side.

    Parameters
    ----------
    needed
        Whether it is the first.
    then, otherwise
        Of arrays of one shape.
    """
    if _side_by_side.get():
        return jnp.where(needed, then(), otherwise())
    return jax.lax.cond(needed, then, otherwise)
