"""Reading and writing many windows of an array at places that a path decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from jax.lax import GatherScatterMode

from simulator.portable.arrays import Entries, Rows, Value, entries, in_memory, kind_of
from simulator.portable.build import Builder
from simulator.portable.primitives.elementwise import to_bits
from simulator.portable.primitives.indexing import as_it_is, clamped, get, put, strides, writable
from simulator.portable.program import Kind, Node
from simulator.portable.translate import Translator, rule

#: What is read beyond an end where nothing else is said, by kind.
_BEYOND: Mapping[Kind, Any] = {"f": np.nan, "i": -(2**31), "u": 2**32 - 1, "b": True}
#: What a scatter makes of the number that is there and the one that comes; None where that replaces it.
_COMBINED: Mapping[str, str | None] = {
    "scatter": None,
    **{f"scatter{between}{name}": name for name in ("add", "sub", "mul", "min", "max") for between in "-_"},
}


@dataclass(frozen=True, slots=True)
class _Windows:
    """Where windows lie in an array, by XLA's numbering of dimensions.

    Attributes
    ----------
    indices
        Where each window starts; the last axis is the axes of the array that `starts` names.
    sizes
        Of a window, along each axis of the array.
    batch
        Axes of the windows' own array that number windows; all others lie within one.
    inside
        Those others, each with the axis of the array that it goes along.
    together
        Axes of the array that go with an axis of the batch.
    clips
        Whether a window beyond an end is moved to it, rather than left out.
    """

    shape: tuple[int, ...]
    indices: Entries
    sizes: Sequence[int]
    starts: Sequence[int]
    batch: Sequence[int]
    inside: Sequence[tuple[int, int]]
    together: Sequence[tuple[int, int]]
    clips: bool

    def place(self, builder: Builder, at: tuple[int, ...]) -> tuple[Node, int, Node]:
        """Return of an entry of the windows' array the row, the distance behind it, and if it is there."""
        by = strides(self.shape)
        number = tuple(at[axis] for axis in self.batch)
        offset = sum(at[axis] * by[along] for axis, along in self.inside)
        offset += sum(number[axis] * by[along] for along, axis in self.together)
        row, there = builder.constant(0, "i"), builder.constant(True, "b")
        for index, along in zip(self.indices[number].flat, self.starts, strict=True):
            start = clamped(builder, index, self.shape[along] - self.sizes[along])
            if not self.clips:
                same = builder.number("eq", to_bits(builder, index, "i"), start, kind="b")
                there = builder.number("and", there, same)
            step = builder.constant(by[along], "i")
            row = builder.number("add", row, builder.number("mul", start, step))
        return row, offset, there


@rule("gather")
def _gathered(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    params, (value, indices), builder = equation.params, given, translator.builder
    dims, shape = params["dimension_numbers"], equation.outvars[0].aval.shape
    dropped = (*dims.collapsed_slice_dims, *dims.operand_batching_dims)
    within = [axis for axis in range(len(value.shape)) if axis not in dropped]
    windows = _Windows(
        value.shape,
        translator.read(indices),
        params["slice_sizes"],
        dims.start_index_map,
        [axis for axis in range(len(shape)) if axis not in dims.offset_dims],
        list(zip(dims.offset_dims, within, strict=True)),
        list(zip(dims.operand_batching_dims, dims.start_indices_batching_dims, strict=True)),
        params["mode"] != GatherScatterMode.FILL_OR_DROP,
    )
    kind = kind_of(value)
    beyond = _BEYOND[kind] if params["fill_value"] is None else params["fill_value"]
    filling = builder.constant(beyond, kind)
    source = value if isinstance(value, Rows) or _all_constant(windows.indices) else in_memory(builder, value)

    def read(at: tuple[int, ...]) -> Node:
        row, offset, there = windows.place(builder, at)
        if isinstance(source, Rows):
            number = get(builder, source, offset, row)
        else:
            number = source.reshape(-1)[int(row.detail) + offset]
        return builder.number("select", there, number, filling)

    return [entries(shape, map(read, np.ndindex(*shape)))]


def _all_constant(indices: Entries) -> bool:
    return all(one.name == "constant" for one in indices.flat)


@rule(*_COMBINED)
def _scattered(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    params, (value, indices, changes), builder = equation.params, given, translator.builder
    dims, updates = params["dimension_numbers"], translator.read(changes)
    comes = cast(Callable[[tuple[int, ...]], Node], updates.__getitem__)
    dropped = (*dims.inserted_window_dims, *dims.operand_batching_dims)
    within = [axis for axis in range(len(value.shape)) if axis not in dropped]
    inside = list(zip(dims.update_window_dims, within, strict=True))
    sizes = dict.fromkeys(range(len(value.shape)), 1) | {along: updates.shape[axis] for axis, along in inside}
    windows = _Windows(
        value.shape,
        translator.read(indices),
        [*sizes.values()],
        dims.scatter_dims_to_operand_dims,
        [axis for axis in range(updates.ndim) if axis not in dims.update_window_dims],
        inside,
        list(zip(dims.operand_batching_dims, dims.scatter_indices_batching_dims, strict=True)),
        params["mode"] == GatherScatterMode.CLIP,
    )
    operation = _COMBINED[equation.primitive.name]

    def combined(there: Node, one: Node, known: Node) -> Node:
        number = one if operation is None else builder.number(operation, there, one)
        return builder.number("select", known, number, there)

    if _all_constant(windows.indices) and not isinstance(value, Rows):
        flat = value.reshape(-1).copy()
        for at in np.ndindex(*updates.shape):
            row, offset, known = windows.place(builder, at)
            place = int(row.detail) + offset
            flat[place] = combined(flat[place], comes(at), known)
        return [flat.reshape(value.shape)]
    target = writable(translator, equation, value)
    for at in np.ndindex(*updates.shape):
        row, offset, known = windows.place(builder, at)
        there = get(builder, target, offset, row)
        put(builder, target, offset, row, combined(there, comes(at), known))
    target.memory.writer = id(equation)
    return [as_it_is(target)]
