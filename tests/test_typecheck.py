"""What a signature says is held at run time, in `simulator` as in these functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import jaxtyping
import numpy as np
import pytest
import typecheck
from beartype.roar import BeartypeException
from jaxtyping import Float

type Rows = Float[np.ndarray, "row path"]
type Kind = Literal["one"]


class Elsewhere:
    type Kind = Literal["other"]


fixed = jaxtyping.jaxtyped(typechecker=typecheck.checked)
REFUSED = (BeartypeException, jaxtyping.TypeCheckError)


@fixed
def half(value: float) -> float:
    return value / 2


@fixed
def wrong(value: float) -> str:
    return value  # pyright: ignore[reportReturnType]


@fixed
def dot(left: Rows | None, right: Float[np.ndarray, " path"]) -> Float[np.ndarray, " row"]:
    return np.zeros(0) if left is None else left @ right


@fixed
@dataclass(frozen=True)
class Record:
    name: str
    rows: Rows


@fixed
@dataclass(frozen=True)
class Plain:
    name: str


@fixed
def first(kind: Kind | None, kinds: Sequence[Kind]) -> None:
    pass


@fixed
def second(kind: Elsewhere.Kind | None, kinds: Sequence[Elsewhere.Kind]) -> None:
    pass


def test_types_are_held_and_an_int_is_a_float():
    assert half(3) == 1.5
    with pytest.raises(REFUSED):
        half("3")  # pyright: ignore[reportArgumentType]
    with pytest.raises(REFUSED):
        wrong(3.0)
    with pytest.raises(REFUSED):
        Plain(3)  # pyright: ignore[reportArgumentType]


def test_two_aliases_of_one_name_are_two():
    first("one", ["one"])
    second("other", ["other"])
    with pytest.raises(REFUSED):
        second("one", ["other"])  # pyright: ignore[reportArgumentType]
    with pytest.raises(REFUSED):
        second("other", ["one"])  # pyright: ignore[reportArgumentType]


def test_axes_of_one_name_are_held_against_each_other():
    assert dot(np.ones((2, 3)), np.ones(3)).tolist() == [3.0, 3.0]
    with pytest.raises(REFUSED):
        dot(np.ones((2, 3)), np.ones(2))
    with pytest.raises(REFUSED):
        Record("a", np.ones(3))


def test_the_package_is_under_the_check():
    from simulator.study import load_study

    with pytest.raises(REFUSED):
        load_study(3)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("again", [1, 2])
def test_the_first_calls_of_every_test_are_checked(again: int):
    """And no more: what is called tens of thousands of times has the shapes of its first hundred calls."""
    for _ in range(typecheck.MOST):
        with pytest.raises(REFUSED):
            half("3")  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="unsupported operand"):
        half("3")  # pyright: ignore[reportArgumentType]
