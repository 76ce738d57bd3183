"""What goes from turn to turn of a loop: it stands in memory, and is written at the very end of a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.portable.arrays import Entries, Rows, Value, entries, fill
from simulator.portable.build import Builder
from simulator.portable.program import At, Loop, Memory, Node
from simulator.portable.translate import Translator


@dataclass(slots=True)
class Carried:
    """An array that goes from turn to turn: rows that are written over, or a memory for each entry."""

    shape: tuple[int, ...]
    rows: Rows | None = None
    own: Sequence[Memory] = ()

    def load(self, builder: Builder) -> Value:
        """Return it as it is now."""
        if self.rows is not None:
            return self.rows
        return entries(self.shape, (builder.load(At(memory, 0)) for memory in self.own))

    def after(self, builder: Builder) -> Value:
        """Return it as it is after the last turn."""
        return self.load(builder)


@dataclass(slots=True)
class Counter:
    """Whole numbers that grow by the same step each turn: known from the number of the turn."""

    shape: tuple[int, ...]
    loop: Loop
    starts: Sequence[int]
    step: int
    rows: None = None

    def load(self, builder: Builder) -> Value:
        """Return them as they are in a turn."""
        return entries(self.shape, (counted(builder, self.loop, one, self.step) for one in self.starts))

    def after(self, builder: Builder) -> Value:
        """Return them as they are after the last turn, in 32 bits."""
        ends = np.array([one + (self.loop.turns or 0) * self.step for one in self.starts], dtype=np.int64)
        return entries(self.shape, (builder.constant(one, "i") for one in ends.astype(np.int32)))


def counted(builder: Builder, loop: Loop, start: int, step: int) -> Node:
    """Return a number that grows by a step with each turn of a loop."""
    grown = builder.number("mul", builder.turn(loop), builder.constant(step, "i"))
    return builder.number("add", grown, builder.constant(start, "i"))


def own_memories(builder: Builder, numbers: Entries) -> list[Memory]:
    """Return a memory for each number, which it is written to."""
    memories = [Memory(1, one.kind, builder.region, settled=True) for one in numbers.flat]
    for memory, number in zip(memories, numbers.flat, strict=True):
        fill(builder, Rows(memory, 0, ()), [number])
    return memories


def commit(translator: Translator, state: Sequence[Carried | Counter], found: Sequence[Value]) -> None:
    """Write what goes to the next turn, all of it at the very end of a turn."""
    places: list[At] = []
    numbers: list[Node] = []
    for one, value in zip(state, found, strict=True):
        if isinstance(one, Counter) or _is_there(one.rows, value):
            continue
        memory = one.rows
        to = (
            [At(own, 0) for own in one.own]
            if memory is None
            else [memory.at(row) for row in range(memory.size)]
        )
        for at, number in zip(to, translator.read(value).flat, strict=True):
            if number is not translator.builder.load(at):  # it is there already
                places.append(at)
                numbers.append(number)
    if places:
        translator.builder.effect("commit", tuple(numbers), tuple(places))
        for at in places:
            at.memory.version += 1


def _is_there(rows: Rows | None, value: Value) -> bool:
    """Whether an array stands already in the rows that carry it."""
    if rows is None or not isinstance(value, Rows) or value.memory is not rows.memory:
        return False
    return value.version == value.memory.version and value.first == rows.first
