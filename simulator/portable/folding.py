"""What is known of an operation without executing it: of constants, and of numbers that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from simulator.portable.program import Node


def _quotient(a: Any, b: Any) -> Any:
    if a.dtype.kind == "f":
        return a / b
    if b == 0:
        return np.int64(-1).astype(a.dtype)  # as XLA has it; of a number without a sign all bits
    size = abs(int(a)) // abs(int(b))
    return np.int64(size if (a < 0) == (b < 0) else -size).astype(a.dtype)


def _rest(a: Any, b: Any) -> Any:
    return a if b == 0 else a.dtype.type(int(np.fmod(int(a), int(b))))


#: What NumPy makes of constants; each takes NumPy's scalars.
FOLDED: Mapping[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": _quotient,
    "rem": _rest,
    "neg": lambda a: a.dtype.type(0) - a if a.dtype.kind != "f" else -a,
    "abs": abs,
    "min": lambda a, b: np.minimum(a, b),
    "max": lambda a, b: np.maximum(a, b),
    "sqrt": np.sqrt,
    "floor": np.floor,
    "ceil": np.ceil,
    "nearest": np.rint,
    "lt": lambda a, b: a < b,
    "gt": lambda a, b: a > b,
    "le": lambda a, b: a <= b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "not": lambda a: ~a,
    "select": lambda truth, yes, no: yes if truth else no,
}


def simpler(name: str, arguments: tuple[Node, ...]) -> Node | None:
    """Return the argument that an operation gives back unchanged; None where it changes something."""
    if name == "select":
        truth, yes, no = arguments
        if truth.name == "constant":
            return yes if truth.detail else no
        return yes if yes is no else None
    if len(arguments) != 2:
        return None
    first, second = arguments
    if name in {"add", "or", "xor"} and first.kind != "b":
        # Adding 0 makes -0 to 0: XLA takes it for no change as well.
        return _neutral(first, second, 0) or _neutral(second, first, 0)
    if name == "sub":
        return _neutral(first, second, 0)
    if name == "mul":
        return _neutral(first, second, 1) or _neutral(second, first, 1)
    if name == "div":
        return _neutral(first, second, 1)
    if name in {"and", "or"} and first.kind == "b":
        return _of_truths(name, first, second) or _of_truths(name, second, first)
    return None


def _neutral(value: Node, other: Node, unchanged: int) -> Node | None:
    return value if other.name == "constant" and other.detail == unchanged else None


def _of_truths(name: str, value: Node, other: Node) -> Node | None:
    if value is other:
        return value
    if other.name != "constant":
        return None
    return value if bool(other.detail) == (name == "and") else other
