"""Reading and writing at places that a path decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np
from jax.lax import GatherScatterMode

from simulator.portable.arrays import (
    Entries,
    Rows,
    Value,
    copied,
    entries,
    in_memory,
    kind_of,
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
        _put(translator.builder, rows, offset, row, number)
    rows.memory.writer = id(equation)
    return [_as_it_is(rows)]


def writable(translator: Translator, equation: Any, value: Value) -> Rows:
    """Return rows of memory that may be written over: the array's own, or a copy where that is still read."""
    if isinstance(value, Rows):
        own = value.memory.owner is translator.builder.region and value.loop is None
        whole = value.size == value.memory.rows
        if own and whole and id(equation) not in translator.copying:
            return in_memory(translator.builder, value)
    return copied(translator.builder, value)


def _as_it_is(rows: Rows) -> Rows:
    return Rows(rows.memory, rows.first, rows.shape, version=rows.memory.version)


def _put(builder: Builder, rows: Rows, offset: int, row: Node, number: Node) -> None:
    if row.name == "constant":
        builder.store(rows.at(offset + int(row.detail)), number)
    else:
        builder.store(rows.at(offset), number, row)


def _get(builder: Builder, rows: Rows, offset: int, row: Node) -> Node:
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
        at = _clamped(builder, translator.read(start).item(), size - length)
        row = builder.number("add", row, builder.number("mul", at, builder.constant(stride, "i")))
    return row


def _clamped(builder: Builder, index: Node, most: int) -> Node:
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
    return entries(tuple(shape), (_get(translator.builder, rows, offset, row) for offset in offsets))


@rule("gather")
def _gathered(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    params, (value, given_indices) = equation.params, given
    builder, indices = translator.builder, translator.read(given_indices)
    dims, sizes, shape = params["dimension_numbers"], params["slice_sizes"], equation.outvars[0].aval.shape
    by = strides(value.shape)
    batch_axes = [axis for axis in range(len(shape)) if axis not in dims.offset_dims]
    dropped = (*dims.collapsed_slice_dims, *dims.operand_batching_dims)
    window_axes = [axis for axis in range(len(value.shape)) if axis not in dropped]
    fills = params["mode"] == GatherScatterMode.FILL_OR_DROP
    filling = _filling(translator, params, kind_of(value)) if fills else None
    rows = None
    found = np.empty(shape, dtype=object)
    for at in np.ndindex(*shape):
        batch = tuple(at[axis] for axis in batch_axes)
        index = _starts(indices, batch)
        offset = sum(at[out] * by[axis] for out, axis in zip(dims.offset_dims, window_axes, strict=True))
        for axis, of in zip(dims.operand_batching_dims, dims.start_indices_batching_dims, strict=True):
            offset += batch[of] * by[axis]
        row, within = builder.constant(0, "i"), builder.constant(True, "b")
        for one, axis in zip(index, dims.start_index_map, strict=True):
            most = value.shape[axis] - sizes[axis]
            clamped = _clamped(builder, one, most)
            within = builder.number("and", within, _equal(builder, one, clamped)) if fills else within
            step = builder.constant(by[axis], "i")
            row = builder.number("add", row, builder.number("mul", clamped, step))
        if row.name == "constant" and not isinstance(value, Rows):
            number = value.reshape(-1)[int(row.detail) + offset]
        else:
            rows = rows or in_memory(builder, value)
            number = _get(builder, rows, offset, row)
        found[at] = number if filling is None else builder.number("select", within, number, filling)
    return [found]


def _starts(indices: Entries, batch: tuple[int, ...]) -> Iterator[Node]:
    yield from indices[batch].flat


def _equal(builder: Builder, index: Node, clamped: Node) -> Node:
    return builder.number("eq", to_bits(builder, index, "i"), clamped, kind="b")


def _filling(translator: Translator, params: Any, kind: str) -> Node:
    """Return what is read beyond an end: JAX's default is not a number, or the largest or least one."""
    value = params["fill_value"]
    if value is None:
        value = {"f": np.nan, "i": -(2**31), "u": 2**32 - 1, "b": True}[kind]
    return translator.builder.constant(value, kind)  # type: ignore[arg-type]


#: What a scatter makes of the number that is there and the one that comes.
_COMBINED = {
    "scatter": None,
    "scatter-add": "add",
    "scatter_add": "add",
    "scatter_sub": "sub",
    "scatter-sub": "sub",
    "scatter-mul": "mul",
    "scatter_mul": "mul",
    "scatter-min": "min",
    "scatter_min": "min",
    "scatter-max": "max",
    "scatter_max": "max",
}


@rule(*_COMBINED)
def _scattered(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    params, (value, given_indices, given_updates) = equation.params, given
    builder, name = translator.builder, equation.primitive.name
    indices, updates = translator.read(given_indices), translator.read(given_updates)
    dims, shape = params["dimension_numbers"], value.shape
    by = strides(shape)
    batch_axes = [axis for axis in range(updates.ndim) if axis not in dims.update_window_dims]
    dropped = (*dims.inserted_window_dims, *dims.operand_batching_dims)
    window_axes = [axis for axis in range(len(shape)) if axis not in dropped]
    window = dict.fromkeys(range(len(shape)), 1)
    window |= {
        axis: updates.shape[out] for out, axis in zip(dims.update_window_dims, window_axes, strict=True)
    }
    constant = all(one.name == "constant" for one in indices.flat)
    target: Rows | list[Node]
    if constant and not isinstance(value, Rows):
        target = list(value.flat)
    else:
        target = writable(translator, equation, value)
    if params["mode"] == GatherScatterMode.CLIP or name not in _COMBINED:
        clips = True
    else:
        clips = False
    for at in np.ndindex(*updates.shape):
        batch = tuple(at[axis] for axis in batch_axes)
        offset = sum(
            at[out] * by[axis] for out, axis in zip(dims.update_window_dims, window_axes, strict=True)
        )
        for axis, of in zip(dims.operand_batching_dims, dims.scatter_indices_batching_dims, strict=True):
            offset += batch[of] * by[axis]
        row, within = builder.constant(0, "i"), builder.constant(True, "b")
        for one, axis in zip(_starts(indices, batch), dims.scatter_dims_to_operand_dims, strict=True):
            clamped = _clamped(builder, one, shape[axis] - window[axis])
            if not clips:
                within = builder.number("and", within, _equal(builder, one, clamped))
            step = builder.constant(by[axis], "i")
            row = builder.number("add", row, builder.number("mul", clamped, step))
        if isinstance(target, Rows):
            there = _get(builder, target, offset, row)
        else:
            there = target[int(row.detail) + offset]
        comes = updates[at]
        operation = _COMBINED[name]
        number = comes if operation is None else builder.number(operation, there, comes)
        number = builder.number("select", within, number, there)
        if isinstance(target, Rows):
            _put(builder, target, offset, row, number)
        else:
            target[int(row.detail) + offset] = number
    if isinstance(target, Rows):
        target.memory.writer = id(equation)
        return [_as_it_is(target)]
    return [entries(shape, target)]
