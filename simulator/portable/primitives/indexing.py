"""Reading and writing at places that a path decides."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from simulator.portable.arrays import (
    Entries,
    Rows,
    Value,
    copied,
    entries,
    in_memory,
)
from simulator.portable.build import Builder
from simulator.portable.primitives.elementwise import converted, to_bits
from simulator.portable.program import Node
from simulator.portable.translate import Translator, rule


def strides(shape: Sequence[int]) -> list[int]:
    """Return by how many entries a step along each axis moves."""
    return [prod(shape[axis + 1 :]) for axis in range(len(shape))]


@rule("dynamic_slice")
def _sliced(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    value, *starts = given
    sizes = equation.params["slice_sizes"]
    row = _first_row(translator, value.shape, sizes, starts)
    return [_taken(translator, value, row, _offsets(value.shape, sizes), sizes)]


@rule("dynamic_update_slice")
def _updated(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    value, update, *starts = given
    part = translator.read(update)
    row = _first_row(translator, value.shape, part.shape, starts)
    offsets = _offsets(value.shape, part.shape)
    if row.name == "constant" and not isinstance(value, Rows):
        found = value.copy().reshape(-1)
        found[[int(row.detail) + offset for offset in offsets]] = part.reshape(-1)
        return [found.reshape(value.shape)]
    rows = writable(translator, equation, value)
    for offset, number in zip(offsets, part.flat, strict=True):
        put(translator.builder, rows, offset, row, number)
    rows.memory.writer = id(equation)
    return [as_it_is(rows)]


def writable(translator: Translator, equation: Any, value: Value) -> Rows:
    """Return rows of memory that may be written over: the array's own, or a copy where that is still read."""
    if isinstance(value, Rows):
        own = value.memory.owner is translator.builder.region and value.loop is None
        whole = value.size == value.memory.rows
        if own and whole and id(equation) not in translator.copying:
            value.memory.settled = False  # what was read of it has to be read before it is written over
            return in_memory(translator.builder, value)
    return copied(translator.builder, value)


def as_it_is(rows: Rows) -> Rows:
    """Return rows as they are after the last writing."""
    return Rows(rows.memory, rows.first, rows.shape, version=rows.memory.version)


def put(builder: Builder, rows: Rows, offset: int, row: Node, number: Node) -> None:
    """Write to the entry that lies so far behind a row that a path may decide."""
    if row.name == "constant":
        builder.store(rows.at(offset + int(row.detail)), number)
    else:
        builder.store(rows.at(offset), number, row)


def get(builder: Builder, rows: Rows, offset: int, row: Node) -> Node:
    """Return the entry that lies so far behind a row that a path may decide."""
    if row.name == "constant":
        return builder.load(rows.at(offset + int(row.detail)))
    return builder.load(rows.at(offset), row)


def _first_row(
    translator: Translator, shape: Sequence[int], sizes: Sequence[int], starts: Sequence[Value]
) -> Node:
    """Return the entry at which a slice starts; one that would go beyond an end is moved to it."""
    builder = translator.builder
    row = builder.constant(0, "i")
    for start, size, length, stride in zip(starts, shape, sizes, strides(shape), strict=True):
        at = clamped(builder, translator.read(start).item(), size - length)
        row = builder.number("add", row, builder.number("mul", at, builder.constant(stride, "i")))
    return row


def clamped(builder: Builder, index: Node, most: int) -> Node:
    """Return an index moved to between 0 and the most that there is."""
    if index.kind == "u":
        index = builder.number("min", index, builder.constant(most, "u"))
        return to_bits(builder, index, "i")
    index = converted(builder, index, "i")
    above = builder.number("max", index, builder.constant(0, "i"))
    return builder.number("min", above, builder.constant(most, "i"))


def _offsets(shape: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """Return where the entries of a slice lie, counted from its first one."""
    by = strides(shape)
    return [sum(map(int.__mul__, index, by)) for index in np.ndindex(*sizes)]


def _taken(
    translator: Translator, value: Value, row: Node, offsets: Sequence[int], shape: Sequence[int]
) -> Entries:
    if row.name == "constant" and not isinstance(value, Rows):
        flat = value.reshape(-1)
        return entries(tuple(shape), (flat[int(row.detail) + offset] for offset in offsets))
    rows = in_memory(translator.builder, value)
    return entries(tuple(shape), (get(translator.builder, rows, offset, row) for offset in offsets))
