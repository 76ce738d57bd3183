"""Sorting: each pair of entries is compared once and changes places or does not, for all paths alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from simulator.portable.arrays import Value, entries
from simulator.portable.build import Builder
from simulator.portable.program import Node
from simulator.portable.translate import NotPortableError, Translator, rule

#: Most entries in a line that is sorted: the comparisons are written out.
MOST = 256


@rule("sort")
def _sorted(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    axis, keys = equation.params["dimension"], equation.params["num_keys"]
    arrays = [np.moveaxis(translator.read(one), axis, -1) for one in given]
    count = arrays[0].shape[-1]
    _check(count)
    found = [np.empty_like(one) for one in arrays]
    for index in np.ndindex(*arrays[0].shape[:-1]):
        rows = [[array[index][place] for array in arrays] for place in range(count)]
        for to, column in zip(found, zip(*_in_order(translator, rows, keys), strict=True), strict=True):
            to[index] = entries((count,), column)
    return [np.moveaxis(one, -1, axis) for one in found]


@rule("top_k")
def _largest(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    axis, k = equation.params.get("axis", -1), equation.params["k"]
    value = np.moveaxis(translator.read(given[0]), axis, -1)
    count = value.shape[-1]
    _check(count)
    values, places = (np.empty((*value.shape[:-1], k), dtype=object) for _ in range(2))
    for index in np.ndindex(*value.shape[:-1]):
        rows = [[one, translator.constant(np.int32(place)).item()] for place, one in enumerate(value[index])]
        ordered = _in_order(translator, rows, 1, falling=True)[:k]
        values[index], places[index] = (entries((k,), column) for column in zip(*ordered, strict=True))
    return [np.moveaxis(one, -1, axis) for one in (values, places)]


def _check(count: int) -> None:
    if count > MOST:
        why = f"it sorts {count} entries, and a page sorts at most {MOST}"
        raise NotPortableError(why)


def _in_order(
    translator: Translator, rows: list[list[Node]], keys: int, *, falling: bool = False
) -> list[list[Node]]:
    """Return rows by their first entries; equal ones stay in order, since their place is the last key."""
    builder = translator.builder
    tagged = [[*row, translator.constant(np.int32(place)).item()] for place, row in enumerate(rows)]
    for first, second in _pairs(len(rows)):
        a, b = tagged[first], tagged[second]
        wrong = _comes_before(builder, b, a, [*range(keys), len(a) - 1], falling)
        tagged[first] = [builder.number("select", wrong, y, x) for x, y in zip(a, b, strict=True)]
        tagged[second] = [builder.number("select", wrong, x, y) for x, y in zip(a, b, strict=True)]
    return [row[:-1] for row in tagged]


def _pairs(count: int) -> Iterator[tuple[int, int]]:
    """Give Batcher's odd-even merge sort for any count: which places are compared, in which order."""
    width = 1
    while width < count:
        step = width
        while step >= 1:
            for start in range(step % width, count - step, 2 * step):
                for first in range(start, min(start + step, count - step)):
                    if first // (2 * width) == (first + step) // (2 * width):
                        yield first, first + step
            step //= 2
        width *= 2


def _comes_before(builder: Builder, a: list[Node], b: list[Node], keys: list[int], falling: bool) -> Node:
    """Whether a row belongs before another one: what is not a number comes last."""
    before = builder.constant(False, "b")
    for key in reversed(keys):
        x, y = a[key], b[key]
        name = "gt" if falling and key != keys[-1] else "lt"
        less, same = _less(builder, name, x, y), _same(builder, x, y)
        before = builder.number("or", less, builder.number("and", same, before))
    return before


def _less(builder: Builder, name: str, x: Node, y: Node) -> Node:
    if x.kind == "b":
        x, y = (y, x) if name == "gt" else (x, y)
        return builder.number("and", builder.number("not", x), y)
    less = builder.number(name, x, y, kind="b")
    if x.kind != "f":
        return less
    missing, sound = (x, y) if name == "gt" else (y, x)
    last = builder.number(
        "and",
        builder.number("ne", missing, missing, kind="b"),
        builder.number("eq", sound, sound, kind="b"),
    )
    return builder.number("or", less, last)


def _same(builder: Builder, x: Node, y: Node) -> Node:
    if x.kind == "b":
        return builder.number("not", builder.number("xor", x, y))
    same = builder.number("eq", x, y, kind="b")
    if x.kind != "f":
        return same
    neither = builder.number(
        "and", builder.number("ne", x, x, kind="b"), builder.number("ne", y, y, kind="b")
    )
    return builder.number("or", same, neither)
