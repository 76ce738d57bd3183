"""What a program need not do: nothing that it returns depends on it."""

from __future__ import annotations

from collections import defaultdict

from simulator.portable.program import Loop, Memory, Node, Program, Region, walk


def without_dead(program: Program) -> Program:
    """Take out of a program's regions what nothing that it returns depends on, and return it."""
    alive = _alive(program)
    _drop(program.once, alive)
    _drop(program.path, alive)
    return program


def _alive(program: Program) -> set[Node | Loop]:
    """Return the operations and loops on which the output depends."""
    loop_of: dict[Region, Loop] = {}
    writers: defaultdict[Memory, list[tuple[Node, int]]] = defaultdict(list)
    operation_of: dict[Loop, Node] = {}
    for node in (*walk(program.once), *walk(program.path)):
        if node.name == "loop":
            loop: Loop = node.detail
            operation_of[loop] = node
            for region in loop.regions:
                loop_of[region] = loop
        elif node.name in {"store", "clear"}:
            writers[node.detail.memory].append((node, -1))
        elif node.name == "commit":
            for place, at in enumerate(node.detail):
                writers[at.memory].append((node, place))
    alive: set[Node | Loop] = set()
    written: set[tuple[Node, int]] = set()
    read: set[Memory] = set()
    pending: list[Node] = []

    def want(memory: Memory) -> None:
        if memory in read:
            return
        read.add(memory)
        for node, place in writers[memory]:
            if place < 0:
                pending.append(node)
            else:
                written.add((node, place))
                alive.add(node)
                pending.append(node.arguments[place])
                enter(node.region)

    def enter(region: Region | None) -> None:
        while region is not None:
            loop = loop_of.get(region)
            if loop is not None and loop not in alive:
                alive.add(loop)
                pending.append(operation_of[loop])
                if loop.condition is not None:
                    want(loop.condition)
            region = region.parent

    want(program.output)
    while pending:
        node = pending.pop()
        if node in alive:
            continue
        alive.add(node)
        enter(node.region)
        if node.name == "load":
            want(node.detail.memory)
        pending.extend(node.arguments)
    for node in {node for node, _ in written}:
        places = [place for place in range(len(node.arguments)) if (node, place) in written]
        node.arguments = tuple(node.arguments[place] for place in places)
        node.detail = tuple(node.detail[place] for place in places)
    return alive


def _drop(region: Region, alive: set[Node | Loop]) -> None:
    region.operations = [node for node in region.operations if node in alive]
    for node in region.operations:
        if node.name == "loop":
            for inner in node.detail.regions:
                _drop(inner, alive)
