"""Loops: what goes from turn to turn stands in memory, as do the lines that a loop reads and writes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any, cast

import numpy as np
from jax.extend.core import Jaxpr, Literal

from simulator.portable.arrays import Entries, Rows, Value, copied, entries, in_memory
from simulator.portable.build import Builder
from simulator.portable.primitives.carried import Carried, Counter, commit, counted, own_memories
from simulator.portable.primitives.indexing import writable
from simulator.portable.program import Kind, Loop, Memory, Node, Region
from simulator.portable.translate import Translator, kind_of_dtype, rule

#: Most operations, over all turns, of a loop that is written out.
WRITTEN_OUT = 400


def counts(params: Any) -> tuple[int, int]:
    """Return how many constants and how many carried arrays a scan has: JAX's versions say it differently."""
    if "num_consts" in params:
        return params["num_consts"], params["num_carry"]
    constants, carried, _ = (len(part) for part in params["ft_in"].unpack())
    return constants, carried


@rule("scan")
def _scanned(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    params = equation.params
    constants, carried = counts(params)
    parts = given[:constants], given[constants : constants + carried], given[constants + carried :]
    body = params["jaxpr"]
    jaxpr = getattr(body, "jaxpr", body)
    if params["length"] * size_of(jaxpr) <= WRITTEN_OUT or not params["length"]:
        return _written_out(translator, equation, *parts)
    return _Scan(translator, equation, jaxpr, len(given[:constants]), carried).run(*parts)


def size_of(jaxpr: Jaxpr) -> int:
    """Return about how many numbers a function makes."""
    total = 0
    for equation in jaxpr.eqns:
        inner = [one for one in equation.params.values() if hasattr(one, "jaxpr") or hasattr(one, "eqns")]
        inner += equation.params.get("branches", ())
        turns = equation.params.get("length", 1)
        if inner:
            total += turns * sum(size_of(getattr(one, "jaxpr", one)) for one in inner)
        else:
            total += sum(prod(variable.aval.shape) for variable in cast(Any, equation.outvars))
    return total


def _written_out(
    translator: Translator,
    equation: Any,
    constants: Sequence[Value],
    carried: Sequence[Value],
    lines: Sequence[Value],
) -> list[Value]:
    """Return what a loop makes, turn after turn in one straight line."""
    length, body = equation.params["length"], equation.params["jaxpr"]
    read = [translator.read(one) for one in lines]
    turns = range(length)[::-1] if equation.params["reverse"] else range(length)
    carry, made = list(carried), dict[int, list[Entries]]()
    for turn in turns:
        found = translator.call(
            body, [*constants, *carry, *(line[turn : turn + 1].reshape(line.shape[1:]) for line in read)]
        )
        # An array that is carried is written over in the next turn; what is stacked has to be read before.
        carry, made[turn] = found[: len(carry)], [translator.read(one) for one in found[len(carry) :]]
    shapes = [variable.aval for variable in equation.outvars[len(carry) :]]
    if not length:
        return [*carry, *(translator.constant(np.zeros(one.shape, one.dtype)) for one in shapes)]
    return [
        *carry,
        *(np.stack([made[turn][place] for turn in range(length)]) for place in range(len(shapes))),
    ]


class _Scan:
    """One loop of known length, while it is translated."""

    def __init__(
        self, translator: Translator, equation: Any, jaxpr: Jaxpr, constants: int, carried: int
    ) -> None:
        self.translator, self.builder, self.equation = translator, translator.builder, equation
        self.jaxpr, self.length, self.reverse = (
            jaxpr,
            equation.params["length"],
            equation.params["reverse"],
        )
        self.loop = Loop(Region(self.builder.region), self.length)
        self.first, self.last = constants, constants + carried
        self.written = written_over(jaxpr)

    def run(
        self, constants: Sequence[Value], carried: Sequence[Value], lines: Sequence[Value]
    ) -> list[Value]:
        """Return what the loop makes: what it carries at the end, and its lines."""
        outer, builder = self.builder.region, self.builder
        state = [self._carried(place, value) for place, value in enumerate(carried)]
        readers = [self._line(line) for line in lines]
        with builder.inside(self.loop.body):
            arguments = [
                *(one.load(builder) for one in state),
                *(reader if isinstance(reader, Rows) else self._columns(*reader) for reader in readers),
            ]
            body = self.equation.params["jaxpr"]
            found = self.translator.call(body, [*constants, *arguments])
            made = [self._write_line(one, outer) for one in found[len(state) :]]
            commit(self.translator, state, found[: len(state)])
        builder.effect("loop", (), self.loop)
        for one in state:
            if one.rows is not None:
                memory = one.rows.memory
                memory.owner, memory.version, memory.writer = outer, memory.version + 1, id(self.equation)
                one.rows = Rows(memory, 0, one.shape, version=memory.version)
        return [*(one.after(builder) for one in state), *made]

    def _carried(self, place: int, value: Value) -> Carried | Counter:
        if self.jaxpr.invars[self.first + place] in self.written:
            rows = writable(self.translator, self.equation, value)
            memory = rows.memory
            memory.owner, memory.version, memory.writer = (
                self.loop.body,
                memory.version + 1,
                id(self.equation),
            )
            return Carried(value.shape, rows=Rows(memory, 0, value.shape, version=memory.version))
        step = _steps(self.jaxpr, self.first + place, place)
        start = self.translator.read(value)
        if step is not None and all(one.name == "constant" for one in start.flat):
            return Counter(value.shape, self.loop, [int(one.detail) for one in start.flat], step)
        return Carried(value.shape, own=own_memories(self.builder, start))

    def _line(self, value: Value) -> Rows | tuple[Entries, Rows | None, dict[int, Node | tuple[int, int]]]:
        """Return what a turn reads of a line: rows that move with it, or columns some of which stay."""
        width = prod(value.shape[1:])
        if isinstance(value, Rows) and value.loop is None:
            return self._moving(in_memory(self.builder, value))
        numbers = self.translator.read(value)
        columns = numbers.reshape(self.length, width)
        if not width:
            return columns[0].reshape(numbers.shape[1:]), None, {}
        fixed: dict[int, Node | tuple[int, int]] = {}
        for place in range(width):
            column = columns[:, place]
            if all(one is column[0] for one in column):
                fixed[place] = column[0]
            elif (progression := _progression(column, self.reverse)) is not None:
                fixed[place] = progression
        left = [place for place in range(width) if place not in fixed]
        if not fixed:
            return self._moving(in_memory(self.builder, numbers))
        moving = self._moving(in_memory(self.builder, columns[:, left])) if left else None
        return columns[0].reshape(numbers.shape[1:]), moving, fixed

    def _moving(self, rows: Rows) -> Rows:
        """Return what a turn reads: rows that move with it."""
        if rows.loop is not None:  # they move with another loop already
            rows = copied(self.builder, rows)
        width = rows.size // self.length
        first = rows.first + (self.length - 1) * width if self.reverse else rows.first
        stride = -width if self.reverse else width
        return Rows(rows.memory, first, rows.shape[1:], self.loop, stride, rows.version)

    def _columns(
        self, like: Entries, moving: Rows | None, fixed: dict[int, Node | tuple[int, int]]
    ) -> Entries:
        """Return the entries of a turn, within its body."""
        moved = iter(range(like.size))
        numbers = []
        for place in range(like.size):
            known = fixed.get(place)
            if isinstance(known, Node):
                numbers.append(known)
            elif known is not None:
                start, step = known
                numbers.append(counted(self.builder, self.loop, start, step))
            else:
                assert moving is not None
                numbers.append(self.builder.load(moving.at(next(moved))))
        return entries(like.shape, numbers)

    def _write_line(self, value: Value, outer: Region) -> Rows:
        """Write what a turn adds to a line, within its body, and return the line."""
        numbers = self.translator.read(value)
        kind: Kind = numbers.flat[0].kind if numbers.size else "f"
        memory = Memory(self.length * numbers.size, kind, outer, settled=True)
        whole = Rows(memory, 0, (self.length, *numbers.shape))
        fill_line(self.builder, self._moving(whole), numbers)
        return Rows(memory, 0, whole.shape, version=memory.version)


def fill_line(builder: Builder, rows: Rows, numbers: Entries) -> None:
    """Write the entries of one turn to rows that move with it."""
    for place, number in enumerate(numbers.flat):
        builder.store(rows.at(place), number)


def _progression(column: Entries, reverse: bool) -> tuple[int, int] | None:
    """Return first and step of whole numbers that grow evenly turn by turn."""
    if any(one.name != "constant" or one.kind != "i" for one in column):
        return None
    values = [int(one.detail) for one in column]
    values = values[::-1] if reverse else values
    steps = {b - a for a, b in pairwise(values)} or {0}
    return (values[0], _wrapped(steps.pop())) if len(steps) == 1 else None


def _wrapped(whole: int) -> int:
    """Return a whole number as 32 bits have it."""
    return (whole + 2**31) % 2**32 - 2**31


def _steps(jaxpr: Jaxpr, given: int, place: int) -> int | None:
    """Return by how much a carried whole number grows each turn, where that is all that happens to it."""
    before, after = jaxpr.invars[given], jaxpr.outvars[place]
    if kind_of_dtype(cast(Any, before.aval).dtype) != "i":
        return None
    if after is before:
        return 0
    for equation in jaxpr.eqns:
        if equation.outvars[0] is after and equation.primitive.name == "add":
            one, other = equation.invars
            if one is before and isinstance(other, Literal) and np.ndim(other.val) == 0:
                return int(other.val)
    return None


def written_over(jaxpr: Jaxpr) -> set[Any]:
    """Return the arguments of a function in which it writes at places that are not known beforehand."""
    found: set[Any] = set()
    for equation in jaxpr.eqns:
        name = equation.primitive.name
        if name == "dynamic_update_slice" or name.startswith("scatter"):
            found |= {one for one in equation.invars[:1] if not isinstance(one, Literal)}
        inner = equation.params.get("jaxpr") if name in {"jit", "pjit", "closed_call"} else None
        if inner is not None:
            inner = getattr(inner, "jaxpr", inner)
            below = written_over(inner)
            pairs = zip(equation.invars, inner.invars, strict=True)
            found |= {one for one, other in pairs if other in below and not isinstance(one, Literal)}
    return found
