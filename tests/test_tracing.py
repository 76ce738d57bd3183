"""What a program stores and leaves out block by block, it computes again, and in full, side by side."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.tracing import branch, materialise, side_by_side


def program(x: Any) -> Any:
    stored = materialise(jnp.sin(x))
    return branch(jnp.any(x > 1), lambda: stored * 2, lambda: jnp.zeros_like(stored))


def primitives(function: Any, x: Any) -> set[str]:
    return {str(step.primitive) for step in jax.make_jaxpr(function)(x).eqns}


def wide(x: Any) -> Any:
    with side_by_side():
        return program(x)


def test_barriers_and_branches_are_for_blocks_alone() -> None:
    x = np.linspace(0, 2, 8, dtype=np.float32)
    assert {"optimization_barrier", "cond"} <= primitives(program, x)
    assert not {"optimization_barrier", "cond"} & primitives(wide, x)
    with side_by_side(), side_by_side():
        pass
    assert "cond" in primitives(program, x)


@pytest.mark.parametrize("most", [0.5, 2.0])
def test_either_way_the_numbers_are_the_same(most: float) -> None:
    x = np.linspace(0, most, 8, dtype=np.float32)
    np.testing.assert_array_equal(program(x), wide(x))
