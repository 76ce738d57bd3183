"""A program while it is made: each number where it is first possible, and nothing computed twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from simulator.portable.folding import FOLDED, simpler
from simulator.portable.program import DTYPES, At, Function, Kind, Loop, Node, Region

#: Operations of which the order of two arguments does not count.
_COMMUTATIVE = frozenset({"add", "mul", "min", "max", "and", "or", "xor", "eq", "ne"})


class Builder:
    """Makes the operations of a program.

    Parameters
    ----------
    functions
        Elementary functions by name, to which those are added that are used.

    Attributes
    ----------
    once
        The outermost region.
    region
        Where operations are added that cannot stand further out; at first the outermost.
    """

    def __init__(self, functions: dict[str, Function]) -> None:
        self.once = self.region = Region(None)
        self.functions = functions
        self._known: dict[Any, Node] = {}
        self._count = 0

    @contextmanager
    def inside(self, region: Region) -> Iterator[None]:
        """Add to another region for a while."""
        before, self.region = self.region, region
        try:
            yield
        finally:
            self.region = before

    def constant(self, value: Any, kind: Kind) -> Node:
        """Return a number that is written into the program."""
        given = DTYPES[kind](value)
        return self._once_only("constant", (), kind, given, self.once, True, key=given.tobytes())

    def number(self, name: str, *arguments: Node, kind: Kind | None = None, detail: Any = None) -> Node:
        """Return what an operation makes of numbers.

        Parameters
        ----------
        name
            Of the operation.
        arguments
            The numbers that it takes.
        kind
            Of what it makes, by default that of the last argument.
        detail
            What else it needs.
        """
        kind = kind or arguments[-1].kind
        if name in FOLDED and all(one.name == "constant" for one in arguments):
            with np.errstate(all="ignore"):
                return self.constant(FOLDED[name](*(one.detail for one in arguments)), kind)
        if (known := simpler(name, arguments)) is not None:
            return known
        if name in _COMMUTATIVE and arguments[0].number > arguments[1].number:
            arguments = arguments[::-1]
        uniform = all(one.uniform for one in arguments)
        return self._once_only(name, arguments, kind, detail, self._outermost(arguments), uniform)

    def turn(self, loop: Loop) -> Node:
        """Return the number of a loop's turn, from 0."""
        return self._once_only("turn", (), "i", loop, loop.body, True)

    def load(self, at: At, index: Node | None = None) -> Node:
        """Return the number that stands at a place in memory, so many rows further as an index says."""
        memory, arguments = at.memory, () if index is None else (index,)
        uniform = (memory.role in {"input", "constant"}) and all(one.uniform for one in arguments)
        if memory.role in {"input", "constant", "points"}:
            region = self._outermost(arguments)
            for outer in (memory.region, at.loop.body if at.loop else self.once):
                region = outer if outer.depth > region.depth else region
        else:
            region = self.region
        return self._once_only("load", arguments, memory.kind, at, region, uniform, key=(at, memory.version))

    def store(self, at: At, value: Node, index: Node | None = None, region: Region | None = None) -> None:
        """Write a number to a place in memory."""
        arguments = (value,) if index is None else (value, index)
        self.effect("store", arguments, at, region)
        at.memory.version += 1

    def effect(
        self, name: str, arguments: tuple[Node, ...], detail: Any, region: Region | None = None
    ) -> Node:
        """Add an operation that makes no number."""
        return self._new(name, arguments, "f", detail, region or self.region, False)

    def parameter(self, place: int, kind: Kind) -> Node:
        """Return the number that a function is given in this place."""
        return self._new("parameter", (), kind, place, self.region, False)

    def _once_only(
        self,
        name: str,
        arguments: tuple[Node, ...],
        kind: Kind,
        detail: Any,
        region: Region,
        uniform: bool,
        key: Any = None,
    ) -> Node:
        whole = (name, arguments, kind, detail if key is None else key)
        found = self._known.get(whole)
        if found is None or not self.region.within(found.region):
            found = self._known[whole] = self._new(name, arguments, kind, detail, region, uniform)
        return found

    def _new(
        self, name: str, arguments: tuple[Node, ...], kind: Kind, detail: Any, region: Region, uniform: bool
    ) -> Node:
        self._count += 1
        node = Node(self._count, name, arguments, kind, detail, region, uniform)
        region.operations.append(node)
        return node

    def _outermost(self, arguments: tuple[Node, ...]) -> Region:
        """Return the outermost region in which all arguments are known."""
        region = self.once
        for one in arguments:
            if one.region.depth > region.depth:
                region = one.region
        return region
