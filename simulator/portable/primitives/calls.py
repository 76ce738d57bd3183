"""Functions within functions, and the choice between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import numpy as np

from simulator.portable.arrays import Value
from simulator.portable.primitives.elementwise import choice, converted
from simulator.portable.program import Node
from simulator.portable.translate import Translator, rule


@rule("jit", "pjit", "closed_call", "core_call", "remat", "checkpoint", "remat2")
def _called(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    return translator.call(equation.params["jaxpr"], given)


@rule("custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr")
def _called_with_derivative(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    params = equation.params
    return translator.call(params.get("call_jaxpr") or params["fun_jaxpr"], given)


@rule("call_hi_primitive")
def _expanded(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    """Write out what JAX has as one primitive until it compiles, a search in order for one."""
    primitive = equation.params["_prim"]
    if id(equation) not in translator.expanded:
        shapes = [jax.ShapeDtypeStruct(one.aval.shape, one.aval.dtype) for one in equation.invars]
        closed = jax.make_jaxpr(lambda *arrays: jax.tree.leaves(primitive.expand(*arrays)))(*shapes)
        translator.expanded[id(equation)] = closed
    return translator.call(translator.expanded[id(equation)], given)


@rule("cond")
def _chosen(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    """Compute every branch and choose path by path: paths side by side do not go the same way."""
    index, *arguments = given
    which, branches = translator.read(index).item(), equation.params["branches"]
    if which.name == "constant":
        place = min(max(int(which.detail), 0), len(branches) - 1)
        return translator.call(branches[place], arguments)
    results = []
    for place, branch in enumerate(branches):
        outer = translator.wanted
        translator.wanted = _wanted(translator, outer, which, place, len(branches))
        results.append([translator.read(one) for one in translator.call(branch, arguments)])
        translator.wanted = outer
    made = partial(choice, translator.builder, which)
    return [translator.each(made, *outputs) for outputs in zip(*results, strict=True)]


def _wanted(translator: Translator, outer: Node | None, which: Node, place: int, count: int) -> Node:
    """Return on which paths a branch is wanted."""
    builder = translator.builder
    places = [builder.constant(one == place, "b") for one in range(count)]
    index = which if which.kind != "b" else converted(builder, which, "i")
    here = choice(builder, index, *places)
    return here if outer is None else builder.number("and", outer, here)


@rule("platform_index")
def _platform(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    return [translator.constant(np.int32(0))]
