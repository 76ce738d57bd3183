"""Where the numbers of a program lie, and in which functions its operations stand.

A region is cut at its loops, and again where it is long, into stretches: each becomes a function of machine
code. Within a stretch a number stays in a register or local; one that another stretch uses has a row of
memory. What costs next to nothing, a constant or a row that stays as it is, is read again where it is used.
Rows are given to other numbers as soon as no use is left, so that all of a path fits into the cache nearest
to the processor.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.portable.program import EFFECTS, Loop, Memory, Node, Program, Region

#: Most operations of a stretch: compilers take more than proportionally long for longer functions.
LONGEST = 1500
#: Bytes of a number, and of a row of four paths.
WORD, ROW = 4, 16
#: Most operations within one expression.
_DEEPEST = 40


@dataclass(eq=False, slots=True)
class Stretch:
    """Operations that are executed one after the other, without a loop between them."""

    operations: list[Node] = field(default_factory=list[Node])


type Part = Stretch | Loop


@dataclass(eq=False, slots=True)
class Layout:
    """Where everything is.

    Attributes
    ----------
    parts
        The stretches and loops of each region, in order.
    nested
        Numbers that are computed within the expression that uses them, alone.
    addresses
        Of memories, and of the numbers that other stretches use  [byte]
    size
        Of all memory  [byte]
    last
        Position of the last use of a number within its stretch.
    position
        Of the statement with which an operation is executed.
    """

    parts: dict[Region, list[Part]]
    nested: set[Node]
    addresses: dict[Memory | Node, int]
    size: int
    position: dict[Node, int]
    last: dict[Node, int]


def again(node: Node) -> bool:
    """Whether a number is made again wherever it is used: that is no dearer than to keep it."""
    if node.name in {"constant", "turn", "parameter"}:
        return True
    if node.name != "load" or node.arguments:
        return False
    memory: Memory = node.detail.memory
    return memory.settled or memory.role in {"input", "constant", "points"}


def width(memory: Memory) -> int:
    """Return the bytes of a row: what is the same for every path is one number."""
    return WORD if memory.role in {"input", "constant"} else ROW


def layout(program: Program, first: int) -> Layout:
    """Return the layout of a program, its memory from a first byte on."""
    parts: dict[Region, list[Part]] = {}
    for region in _regions(program):
        parts[region] = list(_parts(region))
    stretch_of = {
        node: part
        for line in parts.values()
        for part in line
        if isinstance(part, Stretch)
        for node in part.operations
    }
    users = _users(program)
    nested = _nested(users, stretch_of)
    position, spans = _positions(program, users, nested)
    addresses, size = _placed(program, users, stretch_of, position, spans, first)
    last = {
        node: max(
            (position[user] for user in found if stretch_of.get(user) is stretch_of.get(node)), default=-1
        )
        for node, found in users.items()
    }
    return Layout(parts, nested, addresses, size, position, last)


def _regions(program: Program) -> Iterator[Region]:
    def below(region: Region) -> Iterator[Region]:
        yield region
        for node in region.operations:
            if node.name == "loop":
                for inner in node.detail.regions:
                    yield from below(inner)

    yield from below(program.once)
    yield from below(program.path)


def _parts(region: Region) -> Iterator[Part]:
    stretch = Stretch()
    for node in region.operations:
        if node.name == "loop":
            if stretch.operations:
                yield stretch
            stretch = Stretch()
            yield node.detail
            continue
        stretch.operations.append(node)
        if len(stretch.operations) >= LONGEST:
            yield stretch
            stretch = Stretch()
    if stretch.operations:
        yield stretch


def _users(program: Program) -> dict[Node, list[Node]]:
    """Return who uses each number."""
    users: dict[Node, list[Node]] = {}
    for region in _regions(program):
        for node in region.operations:
            users.setdefault(node, [])
            for argument in node.arguments:
                users.setdefault(argument, []).append(node)
    return users


def _nested(users: dict[Node, list[Node]], stretch_of: dict[Node, Stretch]) -> set[Node]:
    """Return the numbers with one use, in their own stretch, that can as well be computed at that use."""
    nested: set[Node] = set()
    depth: Counter[Node] = Counter()
    for node, found in users.items():
        if again(node) or node.name in EFFECTS or len(found) != 1:
            continue
        (user,) = found
        if user.name == "commit" or stretch_of[user] is not stretch_of[node]:
            continue
        if node.name == "load" and not node.detail.memory.settled and node.detail.memory.role == "work":
            continue  # what is written afterwards must not be read
        deep = 1 + max((depth[one] for one in node.arguments if one in nested), default=0)
        if deep < _DEEPEST:
            nested.add(node)
            depth[node] = deep
    return nested


@dataclass(slots=True)
class _Span:
    """First and last position of a region and of all that is in it."""

    first: int
    last: int


def _positions(
    program: Program, users: dict[Node, list[Node]], nested: set[Node]
) -> tuple[dict[Node, int], dict[Region, _Span]]:
    """Return when each operation is executed, and when each region is."""
    position: dict[Node, int] = {}
    spans: dict[Region, _Span] = {}

    def number(region: Region, first: int) -> None:
        start = first
        for node in region.operations:
            position[node] = len(position)
            if node.name == "loop":
                for inner in node.detail.regions:
                    number(inner, position[node])
                # Head and body alternate: both last as long as their loop.
                for inner in node.detail.regions:
                    spans[inner] = _Span(position[node], len(position))
        spans[region] = _Span(start, len(position))

    number(program.once, 0)
    number(program.path, len(position))
    spans[program.once].last = spans[program.path].last = len(position) + 1
    for node in reversed(list(position)):
        if node in nested:
            position[node] = position[users[node][0]]
    return position, spans


def _placed(
    program: Program,
    users: dict[Node, list[Node]],
    stretch_of: dict[Node, Stretch],
    position: dict[Node, int],
    spans: dict[Region, _Span],
    first: int,
) -> tuple[dict[Memory | Node, int], int]:
    """Return addresses, each free again after the last use of what lies there."""
    begins: dict[Memory | Node, int] = {}
    ends: dict[Memory | Node, int] = {}

    def use(what: Memory | Node, region: Region, by: Region, at: int) -> None:
        """Note a use: one within a loop lasts as long as the loop."""
        begin = end = at
        while by is not region:
            span = spans[by]
            begin, end = min(begin, span.first), max(end, span.last)
            assert by.parent is not None
            by = by.parent
        begins[what] = min(begins.get(what, begin), begin)
        ends[what] = max(ends.get(what, end), end)

    def memories(node: Node) -> Iterator[Memory]:
        if node.name in {"load", "store", "clear"}:
            yield node.detail.memory
        elif node.name == "commit":
            yield from (at.memory for at in node.detail)
        elif node.name == "loop" and node.detail.condition is not None:
            yield node.detail.condition

    for node, found in users.items():
        for memory in memories(node):
            if again(node):
                for user in found:
                    use(memory, memory.region, user.region, position[user])
            use(memory, memory.region, node.region, position[node])
        if node.name == "loop":
            for memory in memories(node):
                use(memory, memory.region, node.detail.body, position[node])
        if again(node) or node.name in EFFECTS:
            continue
        elsewhere = [user for user in found if stretch_of[user] is not stretch_of[node]]
        if elsewhere:
            use(node, node.region, node.region, position[node])
            for user in elsewhere:
                use(node, node.region, user.region, position[user])
    lasting = [*program.inputs, program.points, program.output]
    lasting += [one for one in begins if isinstance(one, Memory) and one.role == "constant"]
    addresses: dict[Memory | Node, int] = {}
    at = first
    for memory in dict.fromkeys(lasting):
        at = -(-at // ROW) * ROW
        addresses[memory] = at
        at += memory.rows * width(memory)
    free: defaultdict[int, list[int]] = defaultdict(list)
    busy: list[tuple[int, int, int]] = []
    at = -(-at // ROW) * ROW
    for what in sorted((one for one in begins if one not in addresses), key=lambda one: begins[one]):
        while busy and busy[0][0] < begins[what]:
            _, rows, address = heapq.heappop(busy)
            free[rows].append(address)
        rows = what.rows if isinstance(what, Memory) else 1
        if free[rows]:
            addresses[what] = free[rows].pop()
        else:
            addresses[what], at = at, at + rows * ROW
        heapq.heappush(busy, (ends[what], rows, addresses[what]))
    return addresses, at
