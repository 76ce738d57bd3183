"""From a program to WebAssembly: four paths side by side in every instruction.

The binary is written directly: it needs no compiler on the user's machine, and the instructions are few. A
stretch of operations is a function; loops are a function around them that counts. The module exports its
memory, `once`, to be called when inputs have changed, and `path`, which computes the four paths whose points
stand in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.portable import wasm
from simulator.portable.body import Body, Setting
from simulator.portable.instructions import ANY_TRUE, LOAD
from simulator.portable.lanes import LANE_BY_LANE
from simulator.portable.layout import Stretch, again, layout
from simulator.portable.pool import FIRST, Pool, words
from simulator.portable.program import EFFECTS, Function, Loop, Memory, Node, Program, Region
from simulator.portable.wasm import Code, Module, local_get, local_set, local_tee, number, vector


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
    pool = Pool(program)
    where = layout(program, pool.end)
    module = Module(where.size)
    emitter = _Emitter(module, Setting(where, pool))
    for name, code in LANE_BY_LANE.items():
        emitter.add(name, code)
    for function in program.functions.values():
        emitter.add(function.name, emitter.function(function))
    emitter.region("once", program.once)
    emitter.region("path", program.path)
    module.data.append((FIRST, pool.content))
    for memory, address in where.addresses.items():
        if isinstance(memory, Memory) and memory.values is not None:
            module.data.append((address, words(memory.values)))
    inputs = tuple(where.addresses[memory] for memory in program.inputs)
    return Binary(module.binary(), inputs, where.addresses[program.points], where.addresses[program.output])


class _Emitter:
    """Writes functions into a module."""

    def __init__(self, module: Module, setting: Setting) -> None:
        self.module, self.setting, self.where = module, setting, setting.where

    def add(self, name: str, code: Code) -> int:
        """Add a function, and return its number."""
        place = self.setting.places[name] = len(self.module.functions)
        self.module.functions.append(code)
        return place

    def function(self, function: Function) -> Code:
        """Return an elementary function."""
        body = Body(self.setting, (), parameters=len(function.parameters))
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
        asks = number(0) + wasm.access(LOAD, 4, self.where.addresses[loop.condition]) + vector(ANY_TRUE)
        turn = wasm.IF + body + wasm.BRANCH + wasm.unsigned(1) + wasm.END
        return wasm.LOOP + head + asks + turn + wasm.END  # head; if any path asks: body, and again

    def _stretch(self, stretch: Stretch, loops: tuple[Loop, ...]) -> Code:
        body = Body(self.setting, loops)
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
