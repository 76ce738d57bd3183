"""From a program to WebAssembly: four paths side by side in every instruction.

The binary is written directly: it needs no compiler on the user's machine, and the instructions are few. A
stretch of operations is a function; loops are a function around them that counts. The module exports its
memory, `once`, to be called when inputs have changed, and `path`, which computes the four paths whose points
stand in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.portable import wasm
from simulator.portable.lanes import LANE_BY_LANE, by_lane
from simulator.portable.layout import ROW, WORD, Layout, Stretch, again, layout, width
from simulator.portable.program import EFFECTS, At, Function, Loop, Memory, Node, Program, Region
from simulator.portable.wasm import Code, Module, local_get, local_set, local_tee, number, vector

#: Vector instructions by operation and kind of the arguments.
_VECTOR: Mapping[tuple[str, str], int] = {
    ("add", "f"): 0xE4, ("sub", "f"): 0xE5, ("mul", "f"): 0xE6, ("div", "f"): 0xE7,
    ("min", "f"): 0xE8, ("max", "f"): 0xE9, ("abs", "f"): 0xE0, ("neg", "f"): 0xE1, ("sqrt", "f"): 0xE3,
    ("ceil", "f"): 0x67, ("floor", "f"): 0x68, ("nearest", "f"): 0x6A,
    ("eq", "f"): 0x41, ("ne", "f"): 0x42, ("lt", "f"): 0x43, ("gt", "f"): 0x44,
    ("le", "f"): 0x45, ("ge", "f"): 0x46,
    ("add", "i"): 0xAE, ("sub", "i"): 0xB1, ("mul", "i"): 0xB5, ("neg", "i"): 0xA1, ("abs", "i"): 0xA0,
    ("min", "i"): 0xB6, ("max", "i"): 0xB8,
    ("eq", "i"): 0x37, ("ne", "i"): 0x38, ("lt", "i"): 0x39, ("gt", "i"): 0x3B,
    ("le", "i"): 0x3D, ("ge", "i"): 0x3F,
    ("add", "u"): 0xAE, ("sub", "u"): 0xB1, ("mul", "u"): 0xB5, ("neg", "u"): 0xA1,
    ("min", "u"): 0xB7, ("max", "u"): 0xB9,
    ("eq", "u"): 0x37, ("ne", "u"): 0x38, ("lt", "u"): 0x3A, ("gt", "u"): 0x3C,
    ("le", "u"): 0x3E, ("ge", "u"): 0x40,
    # A truth is all bits or none.
    ("min", "b"): 0x4E, ("max", "b"): 0x50,
    ("eq", "b"): 0x37, ("ne", "b"): 0x51, ("lt", "b"): 0x3A, ("gt", "b"): 0x3C,
    ("le", "b"): 0x3E, ("ge", "b"): 0x40,
    **{(name, kind): code
       for name, code in {"and": 0x4E, "or": 0x50, "xor": 0x51, "not": 0x4D}.items() for kind in "iub"},
}  # fmt: skip
#: Conversions by the kinds from and to.
_CONVERT = {"if": 0xFA, "uf": 0xFB, "fi": 0xF8, "fu": 0xF9}
_LOAD, _LOAD_SPLAT, _LOAD_ZERO, _STORE, _LOAD_LANE, _STORE_LANE = 0x00, 0x09, 0x5C, 0x0B, 0x56, 0x5A
_SELECT, _ANY_TRUE, _SPLAT, _EXTRACT, _SHIFT_LEFT = 0x52, 0x53, 0x11, 0x1B, 0xAB
_SHIFT = {
    ("shift_left", "i"): 0xAB,
    ("shift_left", "u"): 0xAB,
    ("shift_right", "i"): 0xAC,
    ("shift_right", "u"): 0xAD,
}
#: The smaller and the larger of two, with what is not a number kept of the first alone.
_PSEUDO = {"min": 0xEA, "max": 0xEB}
#: Where memory begins: address 0 is nothing's.
_FIRST = ROW


@dataclass(frozen=True, slots=True)
class Binary:
    """A module, and where its memory is filled and read.

    Attributes
    ----------
    code
        In the binary format.
    inputs
        Address of each array of inputs, one number a row  [byte]
    points, output
        Addresses of the points and of the output, four numbers a row  [byte]
    """

    code: bytes
    inputs: tuple[int, ...]
    points: int
    output: int


def binary(program: Program) -> Binary:
    """Return a program as a module of WebAssembly with vectors."""
    pool = _Pool(program)
    where = layout(program, pool.end)
    module = Module(where.size)
    emitter = _Emitter(module, where, pool)
    for name, code in LANE_BY_LANE.items():
        emitter.add(name, code)
    for function in program.functions.values():
        emitter.add(function.name, emitter.function(function))
    emitter.region("once", program.once)
    emitter.region("path", program.path)
    module.data.append((_FIRST, pool.content))
    for memory, address in where.addresses.items():
        if isinstance(memory, Memory) and memory.values is not None:
            module.data.append((address, _words(memory.values)))
    inputs = tuple(where.addresses[memory] for memory in program.inputs)
    return Binary(module.binary(), inputs, where.addresses[program.points], where.addresses[program.output])


def _words(values: np.ndarray) -> bytes:
    """Return numbers as words of 32 bits, a truth as all bits or none."""
    whole = -values.astype(np.int32) if values.dtype == np.bool_ else values
    return np.ascontiguousarray(whole).astype(whole.dtype.newbyteorder("<")).tobytes()


class _Pool:
    """The constants of a program, each once, as a row: one instruction reads it."""

    def __init__(self, program: Program) -> None:
        self._places: dict[bytes, int] = {}
        self.content = b""
        regions = [program.once, program.path, *(one.region for one in program.functions.values())]
        for region in regions:
            self._collect(region)
        self.content = b"".join(word * 4 for word in self._places)
        self.end = _FIRST + len(self.content)

    def _collect(self, region: Region) -> None:
        for node in region.operations:
            if node.name == "constant":
                self._places.setdefault(_words(np.asarray(node.detail)), len(self._places))
            elif node.name == "loop":
                for inner in (node.detail.head, node.detail.body):
                    if inner is not None:
                        self._collect(inner)

    def address(self, node: Node) -> int:
        """Return where a constant stands."""
        return _FIRST + ROW * self._places[_words(np.asarray(node.detail))]


class _Emitter:
    """Writes functions into a module."""

    def __init__(self, module: Module, where: Layout, pool: _Pool) -> None:
        self.module, self.where, self.pool = module, where, pool
        self.places: dict[str, int] = {}

    def add(self, name: str, code: Code) -> int:
        """Add a function, and return its number."""
        self.places[name] = len(self.module.functions)
        self.module.functions.append(code)
        return self.places[name]

    def function(self, function: Function) -> Code:
        """Return an elementary function."""
        body = _Body(self, (), parameters=len(function.parameters))
        last = _last_uses(function)
        for place, node in enumerate(function.region.operations):
            if not again(node):
                body.define(node, place, last, {})
        body.value(function.result)
        return Code(0, len(function.parameters), True, 0, body.locals_used, bytes(body.code))

    def region(self, name: str, region: Region) -> None:
        """Add the functions of a region that is called from outside, and export it."""
        counters: list[int] = []
        code = self._line(region, (), counters)
        place = self.add(name, Code(0, 0, False, len(counters), 0, code))
        self.module.exports[name] = place

    def _line(self, region: Region, loops: tuple[Loop, ...], counters: list[int]) -> bytes:
        """Return the calls of a region's stretches and its loops, which count in locals."""
        code = bytearray()
        for part in self.where.parts[region]:
            if isinstance(part, Stretch):
                place = self.add(f"stretch {len(self.module.functions)}", self._stretch(part, loops))
                code += b"".join(map(local_get, range(len(loops)))) + wasm.call(place)
            else:
                code += self._loop(part, loops, counters)
        return bytes(code)

    def _loop(self, loop: Loop, loops: tuple[Loop, ...], counters: list[int]) -> bytes:
        counter = len(loops)
        if counter >= len(counters):
            counters.append(counter)
        body = self._line(loop.body, (*loops, loop), counters)
        start = number(0) + local_set(counter) + wasm.LOOP
        again_ = wasm.BRANCH_IF + wasm.unsigned(0) + wasm.END
        counted = local_get(counter) + number(1) + wasm.ADD + local_tee(counter)
        if loop.turns is not None:
            return start + body + counted + number(loop.turns) + wasm.LESS + again_
        assert loop.head is not None
        assert loop.condition is not None
        head = self._line(loop.head, (*loops, loop), counters)
        asks = number(0) + wasm.access(_LOAD, 4, self.where.addresses[loop.condition]) + vector(_ANY_TRUE)
        turn = wasm.IF + body + wasm.BRANCH + wasm.unsigned(1) + wasm.END
        return wasm.LOOP + head + asks + turn + wasm.END  # head; if any path asks: body, and again

    def _stretch(self, stretch: Stretch, loops: tuple[Loop, ...]) -> Code:
        body = _Body(self, loops)
        elsewhere = self.where.addresses
        for node in stretch.operations:
            if node.name in EFFECTS:
                body.effect(node)
                body.release(self.where.position[node])
            elif not again(node) and node not in self.where.nested:
                body.define(node, self.where.position[node], self.where.last, elsewhere)
        return Code(len(loops), 0, False, 0, body.locals_used, bytes(body.code))


def _last_uses(function: Function) -> dict[Node, int]:
    last: dict[Node, int] = {}
    for place, node in enumerate(function.region.operations):
        for argument in node.arguments:
            last[argument] = place
    last[function.result] = len(function.region.operations)
    return last


class _Body:
    """The code of one function while it is written."""

    def __init__(self, emitter: _Emitter, loops: tuple[Loop, ...], parameters: int = 0) -> None:
        self._emitter, self._loops, self._parameters = emitter, loops, parameters
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
            self.code += wasm.access(_STORE, 4, address)

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
        elif node in self._emitter.where.nested or again(node):
            self.compute(node)
        elif node in self._emitter.where.addresses:
            self.code += number(0) + wasm.access(_LOAD, 4, self._emitter.where.addresses[node])
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
            self.code += vector(_CONVERT[kind + node.kind])
        elif (node.name, kind) in _VECTOR:
            self.code += vector(_VECTOR[node.name, kind])
        elif node.name != "bits":
            self.code += wasm.call(self._emitter.places[by_lane(node.name, kind)])

    def constant(self, node: Node) -> None:
        """Write the code of a constant."""
        self.code += number(0) + wasm.access(_LOAD, 4, self._emitter.pool.address(node))

    def turn(self, node: Node) -> None:
        """Write the code of a loop's turn."""
        self.code += local_get(self._loops.index(node.detail)) + vector(_SPLAT)

    def parameter(self, node: Node) -> None:
        """Write the code of a function's parameter."""
        self.code += local_get(node.detail)

    def call(self, node: Node) -> None:
        """Write the call of an elementary function."""
        for argument in node.arguments:
            self.value(argument)
        self.code += wasm.call(self._emitter.places[node.detail])

    def select(self, node: Node) -> None:
        """Write the choice between two numbers."""
        truth, yes, no = node.arguments
        for one in (yes, no, truth):
            self.value(one)
        self.code += vector(_SELECT)

    def extreme(self, node: Node) -> None:
        """Write the larger or the smaller of two numbers.

        The instruction by which what is not a number stays so takes eight of a processor, and the other one a
        single one: it returns its first argument where that is not a number.
        """
        first, second = node.arguments
        if first.kind == "f" and (_is_number(first) or _is_number(second)):
            for one in (second, first) if _is_number(first) else (first, second):
                self.value(one)
            self.code += vector(_PSEUDO[node.name])
            return
        self.value(first)
        self.value(second)
        self.code += vector(_VECTOR[node.name, first.kind])

    def shift(self, node: Node) -> None:
        """Write a shift: one instruction where every path shifts alike by a constant."""
        value, by = node.arguments
        if by.name == "constant" and 0 <= int(by.detail) < 32:
            self.value(value)
            self.code += number(int(by.detail)) + vector(_SHIFT[node.name, value.kind])
            return
        self.value(value)
        self.value(by)
        self.code += wasm.call(self._emitter.places[by_lane(node.name, value.kind)])

    def load(self, node: Node) -> None:
        """Write the reading of a row, or of a row for each path where an index says which."""
        at: At = node.detail
        base = self._start(at)
        code, align = (_LOAD_SPLAT, 2) if width(at.memory) == WORD else (_LOAD, 4)
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
                self.code += wasm.access(_LOAD_ZERO, 2, offset)
            else:
                self.code += local_get(found) + wasm.access(_LOAD_LANE, 2, offset) + bytes([lane])
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
            self.code += vector(_EXTRACT) + b"\x00" + number(width(at.memory)) + wasm.MUL
            self.code += wasm.ADD if at.loop is not None else b""

    def _start(self, at: At) -> int:
        """Return the fixed part of an address: of rows gone through backwards, without the first."""
        start = self._emitter.where.addresses[at.memory]
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
        self.code += number(width(at.memory).bit_length() - 1) + vector(_SHIFT_LEFT)
        place = self._taken()
        self.code += local_set(place)
        return place

    def _lane(self, at: At, places: int, lane: int) -> None:
        self.code += local_get(places) + vector(_EXTRACT) + bytes([lane])
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
            self.code += wasm.access(_STORE, 4, base)
            return
        self.value(value)
        number_ = self._taken()
        self.code += local_set(number_)
        places = self._places(at, index[0])
        for lane in range(4):
            self._lane(at, places, lane)
            self.code += local_get(number_)
            self.code += wasm.access(_STORE_LANE, 2, base + WORD * lane) + bytes([lane])
        self._free += [places, number_]

    def clear(self, node: Node) -> None:
        """Write the clearing of a memory."""
        memory: Memory = node.detail.memory
        self.code += number(self._emitter.where.addresses[memory]) + number(0)
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
            address = self._emitter.where.addresses[at.memory] + at.row * ROW
            self.code += wasm.access(_STORE, 4, address)
        self._free += read.values()


def _is_number(node: Node) -> bool:
    return node.name == "constant" and not np.isnan(node.detail)


_SPECIAL: Mapping[str, Callable[[_Body, Node], None]] = {
    "constant": _Body.constant,
    "turn": _Body.turn,
    "parameter": _Body.parameter,
    "call": _Body.call,
    "select": _Body.select,
    "min": _Body.extreme,
    "max": _Body.extreme,
    "shift_left": _Body.shift,
    "shift_right": _Body.shift,
    "load": _Body.load,
}
_EFFECT_CODE: Mapping[str, Callable[[_Body, Node], None]] = {
    "store": _Body.store,
    "clear": _Body.clear,
    "commit": _Body.commit,
}
