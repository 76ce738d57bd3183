"""The code of one function of WebAssembly while it is written: a stretch of operations, number by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from simulator.portable import wasm
from simulator.portable.instructions import (
    CONVERT,
    EXTRACT,
    LOAD,
    LOAD_LANE,
    LOAD_SPLAT,
    LOAD_ZERO,
    PSEUDO,
    SELECT,
    SHIFT,
    SHIFT_LEFT,
    SPLAT,
    STORE,
    STORE_LANE,
    VECTOR,
)
from simulator.portable.lanes import by_lane
from simulator.portable.layout import ROW, WORD, Layout, again, width
from simulator.portable.pool import Pool
from simulator.portable.program import At, Loop, Memory, Node
from simulator.portable.wasm import local_get, local_set, local_tee, number, vector


@dataclass(slots=True)
class Setting:
    """What the functions of a module share.

    Attributes
    ----------
    where
        Everything lies.
    pool
        Of constants.
    places
        Numbers of the functions so far, by name.
    """

    where: Layout
    pool: Pool
    places: dict[str, int] = field(default_factory=dict[str, int])


class Body:
    """The code of one function while it is written."""

    def __init__(self, setting: Setting, loops: tuple[Loop, ...], parameters: int = 0) -> None:
        self._setting, self._loops, self._parameters = setting, loops, parameters
        self.code = bytearray()
        self.locals_used = 0
        self._free: list[int] = []
        self._in_local: dict[Node, int] = {}
        self._ends: list[tuple[int, Node]] = []

    def define(
        self, node: Node, position: int, last: Mapping[Node, int], elsewhere: Mapping[Node | Memory, int]
    ) -> None:
        """Compute a number, into a local where it is used here, and into memory where it is elsewhere."""
        address = elsewhere.get(node)
        if address is not None:
            self.code += number(0)
        self.compute(node)
        self.release(position)
        here = last.get(node, -1)
        if here > position:
            place = self._taken()
            self._in_local[node] = place
            self._ends.append((here, node))
            self.code += local_set(place) if address is None else local_tee(place)
        elif address is None:
            self.code += b"\x1a"  # nothing uses it
        if address is not None:
            self.code += wasm.access(STORE, 4, address)

    def release(self, position: int) -> None:
        """Free the locals of numbers that are not used after a position."""
        still = []
        for end, node in self._ends:
            if end <= position:
                self._free.append(self._in_local.pop(node))
            else:
                still.append((end, node))
        self._ends = still

    def _taken(self) -> int:
        if self._free:
            return self._free.pop()
        self.locals_used += 1
        return len(self._loops) + self._parameters + self.locals_used - 1

    def value(self, node: Node) -> None:
        """Write the code that leaves a number on the stack."""
        if node in self._in_local:
            self.code += local_get(self._in_local[node])
        elif node in self._setting.where.nested or again(node):
            self.compute(node)
        elif node in self._setting.where.addresses:
            self.code += number(0) + wasm.access(LOAD, 4, self._setting.where.addresses[node])
        else:
            self.compute(node)

    def compute(self, node: Node) -> None:
        """Write the code that makes a number."""
        if (special := _SPECIAL.get(node.name)) is not None:
            special(self, node)
            return
        for argument in node.arguments:
            self.value(argument)
        kind = node.arguments[0].kind
        if node.name == "convert":
            self.code += vector(CONVERT[kind + node.kind])
        elif (node.name, kind) in VECTOR:
            self.code += vector(VECTOR[node.name, kind])
        elif node.name != "bits":
            self.code += wasm.call(self._setting.places[by_lane(node.name, kind)])

    def constant(self, node: Node) -> None:
        """Write the code of a constant."""
        self.code += number(0) + wasm.access(LOAD, 4, self._setting.pool.address(node))

    def turn(self, node: Node) -> None:
        """Write the code of a loop's turn."""
        self.code += local_get(self._loops.index(node.detail)) + vector(SPLAT)

    def parameter(self, node: Node) -> None:
        """Write the code of a function's parameter."""
        self.code += local_get(node.detail)

    def call(self, node: Node) -> None:
        """Write the call of an elementary function."""
        for argument in node.arguments:
            self.value(argument)
        self.code += wasm.call(self._setting.places[node.detail])

    def select(self, node: Node) -> None:
        """Write the choice between two numbers."""
        truth, yes, no = node.arguments
        for one in (yes, no, truth):
            self.value(one)
        self.code += vector(SELECT)

    def extreme(self, node: Node) -> None:
        """Write the larger or the smaller of two numbers.

        The instruction by which what is not a number stays so takes eight of a processor, and the other one a
        single one: it returns its first argument where that is not a number, and where both are 0 too.
        """
        first, second = node.arguments
        value, other = (second, first) if _is_number(first) else (first, second)
        if first.kind == "f" and _is_number(other) and not (node.name == "min" and _is(other, -0.0)):
            self.value(value)
            self.value(other)
            self.code += vector(PSEUDO[node.name])
            if node.name == "max" and _is(other, 0.0):  # of -0 and 0 the larger is 0
                self.value(other)
                self.code += vector(VECTOR["add", "f"])
            return
        self.value(first)
        self.value(second)
        self.code += vector(VECTOR[node.name, first.kind])

    def shift(self, node: Node) -> None:
        """Write a shift: one instruction where every path shifts alike by a constant."""
        value, by = node.arguments
        if by.name == "constant" and 0 <= int(by.detail) < 32:
            self.value(value)
            self.code += number(int(by.detail)) + vector(SHIFT[node.name, value.kind])
            return
        self.value(value)
        self.value(by)
        self.code += wasm.call(self._setting.places[by_lane(node.name, value.kind)])

    def load(self, node: Node) -> None:
        """Write the reading of a row, or of a row for each path where an index says which."""
        at: At = node.detail
        base = self._start(at)
        code, align = (LOAD_SPLAT, 2) if width(at.memory) == WORD else (LOAD, 4)
        if not node.arguments or node.arguments[0].uniform:
            self._address(at, node.arguments)
            self.code += wasm.access(code, align, base)
            return
        places = self._places(at, node.arguments[0])
        found = self._taken()
        for lane in range(4):
            offset = base + (WORD * lane if width(at.memory) == ROW else 0)
            self._lane(at, places, lane)
            if lane == 0:
                self.code += wasm.access(LOAD_ZERO, 2, offset)
            else:
                self.code += local_get(found) + wasm.access(LOAD_LANE, 2, offset) + bytes([lane])
            self.code += local_set(found) if lane < 3 else b""
        self._free += [places, found]

    def _address(self, at: At, index: Sequence[Node]) -> None:
        """Leave the bytes on the stack by which a row lies after the first one."""
        if at.loop is None and not index:
            self.code += number(0)
            return
        if at.loop is not None:
            self._turned(at)
        if index:
            self.value(index[0])
            self.code += vector(EXTRACT) + b"\x00" + number(width(at.memory)) + wasm.MUL
            self.code += wasm.ADD if at.loop is not None else b""

    def _start(self, at: At) -> int:
        """Return the fixed part of an address: of rows gone through backwards, without the first."""
        start = self._setting.where.addresses[at.memory]
        return start if at.stride < 0 else start + at.row * width(at.memory)

    def _turned(self, at: At) -> None:
        """Leave the bytes on the stack by which a row moves with a loop; no address may be below 0."""
        assert at.loop is not None
        step = at.stride * width(at.memory)
        self.code += local_get(self._loops.index(at.loop)) + number(step) + wasm.MUL
        if at.stride < 0:
            self.code += number(at.row * width(at.memory)) + wasm.ADD

    def _places(self, at: At, index: Node) -> int:
        """Return a local with the bytes by which each path's row lies after the first one."""
        self.value(index)
        self.code += number(width(at.memory).bit_length() - 1) + vector(SHIFT_LEFT)
        place = self._taken()
        self.code += local_set(place)
        return place

    def _lane(self, at: At, places: int, lane: int) -> None:
        self.code += local_get(places) + vector(EXTRACT) + bytes([lane])
        if at.loop is not None:
            self._turned(at)
            self.code += wasm.ADD

    def effect(self, node: Node) -> None:
        """Write an operation that changes memory."""
        _EFFECT_CODE[node.name](self, node)

    def store(self, node: Node) -> None:
        """Write the writing of a row, or of a row for each path."""
        at: At = node.detail
        value, *index = node.arguments
        base = self._start(at)
        if not index or index[0].uniform:
            self._address(at, index)
            self.value(value)
            self.code += wasm.access(STORE, 4, base)
            return
        self.value(value)
        number_ = self._taken()
        self.code += local_set(number_)
        places = self._places(at, index[0])
        for lane in range(4):
            self._lane(at, places, lane)
            self.code += local_get(number_)
            self.code += wasm.access(STORE_LANE, 2, base + WORD * lane) + bytes([lane])
        self._free += [places, number_]

    def clear(self, node: Node) -> None:
        """Write the clearing of a memory."""
        memory: Memory = node.detail.memory
        self.code += number(self._setting.where.addresses[memory]) + number(0)
        self.code += number(memory.rows * ROW) + wasm.MEMORY_FILL

    def commit(self, node: Node) -> None:
        """Write rows at once: what is read of them for others is read before any is written."""
        read: dict[Node, int] = {}
        for one in dict.fromkeys(node.arguments):
            if one.name == "load" and one not in self._in_local and again(one):
                self.value(one)
                read[one] = self._taken()
                self.code += local_set(read[one])
        for at, one in zip(node.detail, node.arguments, strict=True):
            self.code += number(0)
            self.code += local_get(read[one]) if one in read else b""
            if one not in read:
                self.value(one)
            address = self._setting.where.addresses[at.memory] + at.row * ROW
            self.code += wasm.access(STORE, 4, address)
        self._free += read.values()


def _is_number(node: Node) -> bool:
    return node.name == "constant" and not np.isnan(node.detail)


def _is(node: Node, number: float) -> bool:
    """Whether a constant is this fraction, bit by bit."""
    return np.float32(node.detail).tobytes() == np.float32(number).tobytes()


_SPECIAL: Mapping[str, Callable[[Body, Node], None]] = {
    "constant": Body.constant,
    "turn": Body.turn,
    "parameter": Body.parameter,
    "call": Body.call,
    "select": Body.select,
    "min": Body.extreme,
    "max": Body.extreme,
    "shift_left": Body.shift,
    "shift_right": Body.shift,
    "load": Body.load,
}
_EFFECT_CODE: Mapping[str, Callable[[Body, Node], None]] = {
    "store": Body.store,
    "clear": Body.clear,
    "commit": Body.commit,
}
