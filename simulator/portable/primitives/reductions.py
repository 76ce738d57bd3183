"""Operations that bring many entries to one, or to running ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from math import prod
from typing import Any

import numpy as np

from simulator.portable.arrays import Entries, Value, entries
from simulator.portable.elementary import apply
from simulator.portable.program import Node
from simulator.portable.translate import NotPortableError, Translator, rule

#: Operation of each reduction, and the number that changes nothing, by kind.
_REDUCED = {
    "reduce_sum": ("add", {"f": 0.0, "i": 0, "u": 0}),
    "reduce_prod": ("mul", {"f": 1.0, "i": 1, "u": 1}),
    "reduce_max": ("max", {"f": -np.inf, "i": -(2**31), "u": 0, "b": False}),
    "reduce_min": ("min", {"f": np.inf, "i": 2**31 - 1, "u": 2**32 - 1, "b": True}),
    "reduce_and": ("and", {"b": True, "i": -1, "u": 2**32 - 1}),
    "reduce_or": ("or", {"b": False, "i": 0, "u": 0}),
    "reduce_xor": ("xor", {"b": False, "i": 0, "u": 0}),
}
_RUNNING = {"cumsum": "add", "cumprod": "mul", "cummax": "max", "cummin": "min"}


@rule(*_REDUCED)
def _reduced(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    operation, neutral = _REDUCED[equation.primitive.name]
    value, axes = translator.read(given[0]), tuple(equation.params["axes"])
    if not value.size:
        shape, dtype = equation.outvars[0].aval.shape, equation.outvars[0].aval.dtype
        kind = {"f": "f", "i": "i", "u": "u", "b": "b"}[np.dtype(dtype).kind]
        return [translator.constant(np.full(shape, neutral[kind], dtype))]
    return [_folded(value, axes, partial(translator.builder.number, operation))]


def _folded(value: Entries, axes: tuple[int, ...], combine: Callable[[Node, Node], Node]) -> Entries:
    """Return the entries along axes, combined one after the other."""
    left = [axis for axis in range(value.ndim) if axis not in axes]
    rows = value.transpose(*left, *axes).reshape(prod(value.shape[axis] for axis in left), -1)
    return entries(tuple(value.shape[axis] for axis in left), (reduce(combine, row) for row in rows))


@rule("reduce")
def _reduced_by(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    if len(given) != 2:
        why = "it reduces several arrays at once (reduce)"
        raise NotPortableError(why)
    value, start = map(translator.read, given)

    def combine(a: Node, b: Node) -> Node:
        (found,) = translator.call(equation.params["jaxpr"], [entries((), [a]), entries((), [b])])
        return translator.read(found).item()

    axes = tuple(equation.params["dimensions"])
    found = _folded(value, axes, combine)
    return [translator.each(lambda one: combine(start.item(), one), found)]


@rule("argmax", "argmin")
def _place_of_extreme(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    number, value = translator.builder.number, translator.read(given[0])
    (axis,), name = equation.params["axes"], equation.primitive.name
    further = "gt" if name == "argmax" else "lt"
    rows = np.moveaxis(value, axis, -1).reshape(-1, value.shape[axis])
    places = translator.constant(np.arange(value.shape[axis], dtype=equation.params["index_dtype"]))

    def place(row: Entries) -> Node:
        best, found = row[0], places[0]
        for at, one in zip(places[1:], row[1:], strict=True):
            better = number(further, one, best, kind="b")
            if one.kind == "f":  # the first that is not a number is the place
                missing = number("ne", one, one, kind="b")
                sound = number("eq", best, best, kind="b")
                better = number("and", sound, number("or", better, missing))
            best = number("select", better, one, best)
            found = number("select", better, at, found)
        return found

    return [entries(equation.outvars[0].aval.shape, map(place, rows))]


@rule(*_RUNNING, "cumlogsumexp")
def _running(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    value, axis = translator.read(given[0]), equation.params["axis"]
    name = equation.primitive.name
    combine = (
        partial(apply, translator, "logaddexp")
        if name == "cumlogsumexp"
        else partial(translator.builder.number, _RUNNING[name])
    )
    found = np.moveaxis(value, axis, 0).copy()
    lines = found[::-1] if equation.params["reverse"] else found  # a view: what is written there is found
    for place in range(1, len(lines)):
        before, here = lines[place - 1 : place], lines[place : place + 1]
        lines[place : place + 1] = translator.each(combine, before, here)
    return [np.moveaxis(found, 0, axis)]


@rule("dot_general")
def _product(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    """Return sums of products, in the order of the contracted entries."""
    (left_axes, right_axes), (left_batch, right_batch) = equation.params["dimension_numbers"]
    left = _matrix(translator.read(given[0]), left_batch, left_axes, last=True)
    right = _matrix(translator.read(given[1]), right_batch, right_axes, last=False)
    number = translator.builder.number
    shape = equation.outvars[0].aval.shape
    if not left.shape[-1]:
        return [translator.constant(np.zeros(shape, equation.outvars[0].aval.dtype))]

    def total(row: Entries, column: Entries) -> Node:
        terms = (number("mul", a, b) for a, b in zip(row, column, strict=True))
        return reduce(partial(number, "add"), terms)

    products = (
        total(row, column)
        for rows, columns in zip(left, right, strict=True)
        for row in rows
        for column in columns.T
    )
    return [entries(shape, products)]


def _matrix(value: Entries, batch: Sequence[int], contracted: Sequence[int], *, last: bool) -> Entries:
    """Return an operand as matrices, one for each entry of the batch axes."""
    free = [axis for axis in range(value.ndim) if axis not in (*batch, *contracted)]
    of = [prod(value.shape[axis] for axis in axes) for axes in (batch, free, contracted)]
    order = (*batch, *free, *contracted) if last else (*batch, *contracted, *free)
    return value.transpose(order).reshape(of[0], of[1] if last else of[2], of[2] if last else of[1])
