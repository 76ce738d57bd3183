"""Arrays of a model as what they are for one path: entries that are numbers, or rows of memory."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from simulator.portable.build import Builder
from simulator.portable.program import At, Kind, Loop, Memory, Node, Region

#: Entries that are numbers: an array of nodes.
type Entries = np.ndarray


@dataclass(eq=False, slots=True)
class Rows:
    """An array in memory, its entries one after the other from a first row on.

    Attributes
    ----------
    memory, first, shape
        Where they stand.
    loop, stride
        Rows by which the first one moves with each turn of a loop.
    version
        Of the memory: one that has been written since is not this array any more.
    """

    memory: Memory
    first: int
    shape: tuple[int, ...]
    loop: Loop | None = None
    stride: int = 0
    version: int = 0

    @property
    def size(self) -> int:
        """Number of entries."""
        return prod(self.shape)

    def reshaped(self, shape: tuple[int, ...]) -> Rows:
        """Return the same entries in another shape."""
        return Rows(self.memory, self.first, shape, self.loop, self.stride, self.version)

    def at(self, row: int) -> At:
        """Return the place of one entry."""
        return At(self.memory, self.first + row, self.loop, self.stride)


type Value = Entries | Rows


class OverwrittenError(Exception):
    """An array was read after it had been written over, by an equation that has to make a copy first."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.writer = memory.writer


def entries(shape: tuple[int, ...], numbers: Any) -> Entries:
    """Return numbers, in order, as an array of a shape."""
    found = np.empty(prod(shape), dtype=object)
    found[:] = list(numbers)
    return found.reshape(shape)


def kind_of(value: Value) -> Kind:
    """Return what an array of at least one entry is made of."""
    return value.memory.kind if isinstance(value, Rows) else value.flat[0].kind


def read(builder: Builder, value: Value) -> Entries:
    """Return the entries of an array as numbers."""
    if not isinstance(value, Rows):
        return value
    check_current(value)
    return entries(value.shape, (builder.load(value.at(row)) for row in range(value.size)))


def check_current(value: Rows) -> None:
    """Raise where the memory of an array has been written since."""
    if value.version != value.memory.version:
        raise OverwrittenError(value.memory)


def in_memory(builder: Builder, value: Value) -> Rows:
    """Return an array as rows of memory, where they are already or else written there."""
    if isinstance(value, Rows):
        check_current(value)
        return value
    numbers = list(value.flat)
    if (found := _already(numbers, value.shape)) is not None:
        return found
    if all(one.name == "constant" for one in numbers):
        return constant_rows(builder, value)
    region = _innermost(builder, numbers)
    memory = Memory(len(numbers), numbers[0].kind, region)
    fill(builder, Rows(memory, 0, value.shape), numbers, region)
    return Rows(memory, 0, value.shape, version=memory.version)


def constant_rows(builder: Builder, value: Entries) -> Rows:
    """Return an array of constants as memory that has them from the start."""
    numbers = list(value.flat)
    values = np.array([one.detail for one in numbers])
    memory = Memory(len(numbers), numbers[0].kind, builder.once, "constant", values)
    return Rows(memory, 0, value.shape)


def fill(builder: Builder, rows: Rows, numbers: list[Node], region: Region | None = None) -> None:
    """Write numbers to rows of memory, in order."""
    if len(numbers) > 1 and all(map(_is_zero, numbers)):
        builder.effect("clear", (), At(rows.memory, rows.first), region)
        rows.memory.version += 1
        return
    for row, number in enumerate(numbers):
        builder.store(rows.at(row), number, region=region)


def _is_zero(number: Node) -> bool:
    return number.name == "constant" and not any(number.detail.tobytes())


def copied(builder: Builder, value: Value) -> Rows:
    """Return an array in memory of its own, in the region that is worked in."""
    numbers = list(read(builder, value).flat)
    memory = Memory(len(numbers), numbers[0].kind, builder.region)
    fill(builder, Rows(memory, 0, value.shape), numbers)
    return Rows(memory, 0, value.shape, version=memory.version)


def _already(numbers: list[Node], shape: tuple[int, ...]) -> Rows | None:
    """Return the rows that numbers were read from, if they lie there in this order and unchanged."""
    first = numbers[0]
    if first.name != "load" or first.arguments:
        return None
    at: At = first.detail
    if any(
        one.name != "load" or one.arguments or one.detail != at._replace(row=at.row + place)
        for place, one in enumerate(numbers)
    ):
        return None
    if at.memory.role == "work" and not at.memory.settled:
        return None
    return Rows(at.memory, at.row, shape, at.loop, at.stride, at.memory.version)


def _innermost(builder: Builder, numbers: list[Node]) -> Region:
    region = builder.once
    for one in numbers:
        region = one.region if one.region.depth > region.depth else region
    return region
