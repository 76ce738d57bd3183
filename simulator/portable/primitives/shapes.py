"""Operations that move entries and compute nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.portable.arrays import Rows, Value, entries
from simulator.portable.translate import Translator, kind_of_dtype, rule


@rule("reshape", "squeeze", "expand_dims")
def _reshaped(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    shape, value = equation.outvars[0].aval.shape, given[0]
    return [value.reshaped(shape) if isinstance(value, Rows) else value.reshape(shape)]


@rule("copy", "copy_p", "optimization_barrier", "stop_gradient", "device_put", "sharding_constraint")
def _unchanged(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    return list(given)


@rule("broadcast_in_dim")
def _broadcast(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    value, shape = translator.read(given[0]), equation.params["shape"]
    within = [1] * len(shape)
    for size, axis in zip(value.shape, equation.params["broadcast_dimensions"], strict=True):
        within[axis] = size
    return [np.broadcast_to(value.reshape(within), shape)]


@rule("transpose")
def _transposed(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    return [translator.read(given[0]).transpose(equation.params["permutation"])]


@rule("rev")
def _reversed(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    return [np.flip(translator.read(given[0]), equation.params["dimensions"])]


@rule("slice")
def _sliced(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    given_steps = equation.params["strides"]
    starts, ends = equation.params["start_indices"], equation.params["limit_indices"]
    steps = given_steps or (1,) * len(starts)
    value, shape = given[0], equation.outvars[0].aval.shape
    if isinstance(value, Rows) and value.shape[1:] == shape[1:] and all(step == 1 for step in steps):
        first = value.first + starts[0] * (value.size // value.shape[0])
        return [Rows(value.memory, first, shape, value.loop, value.stride, value.version)]
    where = tuple(slice(*ends) for ends in zip(starts, ends, steps, strict=True))
    return [translator.read(value)[where]]


@rule("concatenate")
def _concatenated(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    return [np.concatenate([translator.read(one) for one in given], equation.params["dimension"])]


@rule("stack")
def _stacked(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    return [np.stack([translator.read(one) for one in given], equation.params["axis"])]


@rule("unstack")
def _unstacked(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    return list(np.moveaxis(translator.read(given[0]), equation.params["axis"], 0))


@rule("split")
def _split(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    ends = np.cumsum(equation.params["sizes"])[:-1]
    return list(np.split(translator.read(given[0]), ends, equation.params["axis"]))


@rule("tile")
def _tiled(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    return [np.tile(translator.read(given[0]), equation.params["reps"])]


@rule("pad")
def _padded(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    value, filling = (translator.read(one) for one in given)
    shape = equation.outvars[0].aval.shape
    found = entries(shape, [filling.item()] * int(np.prod(shape)))
    places = [
        [low + place * (inside + 1) for place in range(size)]
        for size, (low, _, inside) in zip(value.shape, equation.params["padding_config"], strict=True)
    ]
    for index in np.ndindex(value.shape):
        to = tuple(axis[place] for axis, place in zip(places, index, strict=True))
        if all(0 <= place < size for place, size in zip(to, shape, strict=True)):
            found[to] = value[index]
    return [found]


@rule("iota")
def _counted(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    shape, axis = equation.params["shape"], equation.params["dimension"]
    within = [1] * len(shape)
    within[axis] = shape[axis]
    kind_of_dtype(equation.params["dtype"])
    counted = np.arange(shape[axis], dtype=equation.params["dtype"]).reshape(within)
    return [translator.constant(np.broadcast_to(counted, shape))]
