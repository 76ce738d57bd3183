"""A program executed by NumPy, operation by operation: what any machine code made of it has to return."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, UInt32

from simulator.portable.folding import FOLDED
from simulator.portable.program import DTYPES, At, Kind, Loop, Memory, Node, Program, Region

type Numbers = np.ndarray


class Twin:
    """A program of given inputs, for as many paths as it is called with.

    Parameters
    ----------
    program
        To be executed.
    inputs
        Arrays for its inputs, in their order.
    """

    def __init__(self, program: Program, inputs: Sequence[np.ndarray]) -> None:
        self._program, self._inputs = program, inputs
        self._memory: dict[Memory, np.ndarray] = {}
        self._known: dict[Node, Numbers] = {}
        self._turns: dict[Loop, int] = {}
        self._paths = 0

    def __call__(self, points: UInt32[np.ndarray, "row path"]) -> Float[np.ndarray, "output path"]:
        """Return the rows of the output for the points of some paths."""
        program, self._paths = self._program, points.shape[1]
        self._memory = {program.points: points}
        for memory, given in zip(program.inputs, self._inputs, strict=True):
            flat = np.asarray(given).reshape(-1, 1)
            self._memory[memory] = np.repeat(flat, self._paths, axis=1)
        with np.errstate(all="ignore"):
            self._execute(program.once)
            self._execute(program.path)
        return self._memory[program.output]

    def _execute(self, region: Region) -> None:
        for node in region.operations:
            if node.name in _EFFECTS:
                _EFFECTS[node.name](self, node)
            else:
                self._known[node] = self._number(node)

    def _number(self, node: Node) -> Numbers:
        if node.name == "constant":
            return np.full(self._paths, node.detail)
        if node.name == "turn":
            return np.full(self._paths, self._turns[node.detail], np.int32)
        given = [self._known[one] for one in node.arguments]
        if node.name == "load":
            return self._load(node.detail, given)
        if node.name == "call":
            return self._called(node.detail, given)
        return operation(node.name, node.kind, given)

    def _called(self, name: str, given: Sequence[Numbers]) -> Numbers:
        function = self._program.functions[name]
        self._known.update(zip(function.parameters, given, strict=True))
        for node in function.region.operations:
            if node.name != "parameter":
                self._known[node] = self._number(node)
        return self._known[function.result]

    def _rows(self, memory: Memory) -> np.ndarray:
        if memory not in self._memory:
            found = np.zeros((memory.rows, self._paths), DTYPES[memory.kind])
            if memory.values is not None:
                found[:] = memory.values[:, None]
            self._memory[memory] = found
        return self._memory[memory]

    def _row(self, at: At, index: Sequence[Numbers]) -> Any:
        row = at.row + (at.stride * self._turns[at.loop] if at.loop is not None else 0)
        return row + index[0].astype(np.int64) if index else row

    def _load(self, at: At, index: Sequence[Numbers]) -> Numbers:
        rows, row = self._rows(at.memory), self._row(at, index)
        return rows[row, np.arange(self._paths)] if index else rows[row].copy()

    def _store(self, node: Node) -> None:
        value, *index = (self._known[one] for one in node.arguments)
        rows, row = self._rows(node.detail.memory), self._row(node.detail, index)
        if index:
            rows[row, np.arange(self._paths)] = value
        else:
            rows[row] = value

    def _clear(self, node: Node) -> None:
        self._rows(node.detail.memory)[:] = 0

    def _commit(self, node: Node) -> None:
        for at, argument in zip(node.detail, node.arguments, strict=True):
            self._rows(at.memory)[self._row(at, ())] = self._known[argument]

    def _loop(self, node: Node) -> None:
        loop: Loop = node.detail
        if loop.turns is not None:
            for turn in range(loop.turns):
                self._turns[loop] = turn
                self._execute(loop.body)
            return
        assert loop.head is not None
        assert loop.condition is not None
        while True:
            self._execute(loop.head)
            if not self._rows(loop.condition)[0].any():
                return
            self._execute(loop.body)


_EFFECTS: Mapping[str, Callable[[Twin, Node], None]] = {
    "store": Twin._store,
    "clear": Twin._clear,
    "commit": Twin._commit,
    "loop": Twin._loop,
}


def operation(name: str, kind: Kind, given: Sequence[Numbers]) -> Numbers:
    """Return what an operation makes of numbers, each [path], of one kind."""
    return _OPERATIONS[name](DTYPES[kind], *given)


def _of_whole(by: Callable[[Any, Any], Any]) -> Callable[..., Numbers]:
    """Return an operation that is done number by number where it is one of whole numbers."""

    def made(dtype: Any, a: Numbers, b: Numbers) -> Numbers:
        if dtype is np.float32:
            return by(a, b)
        return np.array([by(x, y) for x, y in zip(a, b, strict=True)], dtype)

    return made


def _shift_right(dtype: Any, a: Numbers, by: Numbers) -> Numbers:
    wide = by.astype(np.int64) & 0xFFFFFFFF
    return (a.astype(np.int64) >> np.minimum(wide, 32)).astype(dtype)


def _shift_left(dtype: Any, a: Numbers, by: Numbers) -> Numbers:
    wide = by.astype(np.int64) & 0xFFFFFFFF
    shifted = a.astype(np.int64) << np.minimum(wide, 32)
    return (shifted & 0xFFFFFFFF).astype(np.uint32).view(dtype)


def _convert(dtype: Any, a: Numbers) -> Numbers:
    if dtype is np.float32 or a.dtype != np.float32:
        return a.astype(dtype)
    ends = np.iinfo(dtype)
    cut = np.trunc(np.nan_to_num(a.astype(np.float64), nan=0.0, posinf=ends.max, neginf=ends.min))
    return np.clip(cut, ends.min, ends.max).astype(dtype)


def _extreme(by: Callable[[Any, Any], Any], of_zeros: Callable[[Any, Any], Any]) -> Callable[..., Numbers]:
    """Return the larger or the smaller of two, by their signs where both are 0."""

    def made(dtype: Any, a: Numbers, b: Numbers) -> Numbers:
        if dtype is not np.float32:
            return by(a, b)
        zeros = of_zeros(a.view(np.int32), b.view(np.int32)).view(np.float32)
        return np.where((a == 0) & (b == 0), zeros, by(a, b))

    return made


_OPERATIONS: Mapping[str, Callable[..., Numbers]] = {
    **{name: (lambda _, *given, by=by: by(*given)) for name, by in FOLDED.items()},
    "max": _extreme(np.maximum, np.bitwise_and),
    "min": _extreme(np.minimum, np.bitwise_or),
    "div": _of_whole(FOLDED["div"]),
    "rem": _of_whole(FOLDED["rem"]),
    "neg": lambda dtype, a: (np.zeros((), dtype) - a) if dtype is not np.float32 else -a,
    "select": lambda _, truth, yes, no: np.where(truth, yes, no),
    "shift_left": _shift_left,
    "shift_right": _shift_right,
    "bits": lambda dtype, a: a.view(dtype),
    "convert": _convert,
}
