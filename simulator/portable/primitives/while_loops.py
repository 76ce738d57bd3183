"""Loops that end when no path asks for another turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.portable.arrays import Value
from simulator.portable.primitives.carried import Carried, commit, own_memories
from simulator.portable.program import At, Loop, Memory, Region
from simulator.portable.translate import Translator, rule


@rule("while")
def _while(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    """Repeat while any path asks for it; a path that does not ask any more stays as it is."""
    params, builder = equation.params, translator.builder
    of_condition, of_body = params["cond_nconsts"], params["body_nconsts"]
    asked, done = given[:of_condition], given[of_condition : of_condition + of_body]
    start = [translator.read(one) for one in given[of_condition + of_body :]]
    state = [Carried(one.shape, own=own_memories(builder, one)) for one in start]
    wanted = translator.wanted or builder.constant(True, "b")
    (active,) = (Memory(1, "b", builder.region),)
    builder.store(At(active, 0), wanted)
    loop = Loop(Region(builder.region), None, Region(builder.region), active)
    assert loop.head is not None
    with builder.inside(loop.head):
        (truth,) = translator.call(params["cond_jaxpr"], [*asked, *(one.load(builder) for one in state)])
        goes_on = builder.number("and", builder.load(At(active, 0)), translator.read(truth).item())
        builder.store(At(active, 0), goes_on)
    with builder.inside(loop.body):
        outer, translator.wanted = translator.wanted, builder.load(At(active, 0))
        here = translator.wanted
        before = [translator.read(one.load(builder)) for one in state]
        after = translator.call(params["body_jaxpr"], [*done, *before])
        translator.wanted = outer
        new = [
            translator.each(lambda a, b: builder.number("select", here, a, b), translator.read(now), then)
            for now, then in zip(after, before, strict=True)
        ]
        commit(translator, state, new)
    builder.effect("loop", (), loop)
    return [one.load(builder) for one in state]
