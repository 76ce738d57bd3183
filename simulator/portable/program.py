"""What a kernel is between JAX and a machine: numbers of one path, and what is done with them in which order.

Every number is one for each path, of one of four kinds; arrays are gone, each of their entries is a number
of its own or a row of memory. A number is known by what makes it, so that the same expression is the same
number. What is done stands in regions: what depends on beliefs alone is computed once, all else for every
path, and the body of a loop again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np

#: Fraction, whole number with and without a sign, and truth: each 32 bits wide.
type Kind = Literal["f", "i", "u", "b"]

#: What NumPy calls them.
DTYPES: dict[Kind, Any] = {"f": np.float32, "i": np.int32, "u": np.uint32, "b": np.bool_}


@dataclass(eq=False, slots=True)
class Region:
    """A straight line of operations, executed once, once a path, or once a turn of its loop.

    Attributes
    ----------
    parent
        The region in whose line it stands; None for the outermost.
    operations
        In the order in which they are executed.
    """

    parent: Region | None
    operations: list[Node] = field(default_factory=list["Node"])

    @property
    def depth(self) -> int:
        """How many regions are around it."""
        return 0 if self.parent is None else self.parent.depth + 1

    def within(self, other: Region) -> bool:
        """Whether it is another region, or inside of it."""
        region: Region | None = self
        while region is not None and region is not other:
            region = region.parent
        return region is other


@dataclass(eq=False, slots=True)
class Memory:
    """Rows of memory, each one number for every path.

    Attributes
    ----------
    rows
        How many.
    kind
        Of all of them.
    region
        Where it comes to be.
    role
        `input` is filled from outside with one number a row, the same for every path; `points` with one for
        every path; `constant` has numbers of its own; `output` is read from outside; `work` is all else.
    values
        Of a constant.
    version
        How often it was written while the program was made.
    settled
        Whether what reads it may do so at any place of its region: it is written before, or at the very end.
    owner
        The region that may write over it: by default that where it comes to be.
    writer
        What wrote it last, as the identity of JAX's equation.
    """

    rows: int
    kind: Kind
    region: Region
    role: Literal["input", "points", "constant", "output", "work"] = "work"
    values: np.ndarray | None = None
    version: int = 0
    settled: bool = False
    owner: Region | None = None
    writer: int = 0

    def __post_init__(self) -> None:
        """Fill in the owner."""
        self.owner = self.owner or self.region


class At(NamedTuple):
    """A place in memory: a first row, and rows for each turn of a loop; an index comes as an argument."""

    memory: Memory
    row: int
    loop: Loop | None = None
    stride: int = 0


@dataclass(eq=False, slots=True)
class Loop:
    """A region that is executed again and again: so many times, or while some path asks for it.

    Attributes
    ----------
    body
        What is executed in each turn.
    turns
        How many; None for a loop that ends when its condition is true of no path.
    head, condition
        Of such a loop: what is executed before each turn, and the truth by path that it writes to memory.
    """

    body: Region
    turns: int | None
    head: Region | None = None
    condition: Memory | None = None

    @property
    def regions(self) -> tuple[Region, ...]:
        """What is executed in a turn, in its order."""
        return (self.body,) if self.head is None else (self.head, self.body)


class Node:
    """One operation, and the number that it makes if it makes one.

    Attributes
    ----------
    name
        What is done: of each, `simulator.portable.twin` says what it makes.
    arguments
        The numbers that it takes.
    kind
        Of the number that it makes.
    detail
        What else it needs: a constant's value, a place in memory, a loop, the name of a function.
    region
        Where it is executed.
    uniform
        Whether the number is the same for every path.
    """

    __slots__ = ("arguments", "detail", "kind", "name", "number", "region", "uniform")

    arguments: tuple[Node, ...]
    kind: Kind

    def __init__(
        self,
        number: int,
        name: str,
        arguments: tuple[Node, ...],
        kind: Kind,
        detail: Any,
        region: Region,
        uniform: bool,
    ) -> None:
        self.number, self.name, self.arguments, self.kind = number, name, arguments, kind
        self.detail, self.region, self.uniform = detail, region, uniform

    def __repr__(self) -> str:
        """Return it as one line."""
        return f"%{self.number} = {self.name}({', '.join(f'%{one.number}' for one in self.arguments)})"


@dataclass(eq=False, slots=True)
class Function:
    """A function of some numbers to one, in a straight line: an elementary function such as a logarithm."""

    name: str
    parameters: tuple[Node, ...]
    region: Region
    result: Node


@dataclass(eq=False, slots=True)
class Program:
    """A kernel.

    Attributes
    ----------
    once
        What depends on beliefs alone.
    path
        What is done for every path; a region of `once`.
    inputs
        Memory filled from outside, one for each array of parameters, in their order.
    points
        Memory filled from outside for every path.
    output
        Memory with a row for each number that the kernel returns.
    functions
        By name, each before those that use it.
    """

    once: Region
    path: Region
    inputs: tuple[Memory, ...]
    points: Memory
    output: Memory
    functions: dict[str, Function]


#: Operations that do something other than making a number.
EFFECTS = frozenset({"store", "clear", "loop", "commit"})


def walk(region: Region) -> Iterator[Node]:
    """Give every operation of a region and of the loops in it, in the order in which they stand."""
    for node in region.operations:
        yield node
        if node.name == "loop":
            for inner in node.detail.regions:
                yield from walk(inner)
