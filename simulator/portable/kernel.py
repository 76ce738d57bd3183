"""A study's kernel as a program: points of one path in, its metrics out, beliefs as inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from simulator.engine import runtime
from simulator.engine.kernel import Program as Study
from simulator.engine.kernel import to_dtype
from simulator.engine.model import Named, metrics_of
from simulator.portable import primitives as _rules  # fills the table of rules
from simulator.portable.arrays import OverwrittenError, entries, read
from simulator.portable.build import Builder
from simulator.portable.live import without_dead
from simulator.portable.program import At, Memory, Program, Region
from simulator.portable.translate import Translator, kind_of_dtype
from simulator.sampling import Coordinate, normal, uniform
from simulator.tracing import side_by_side

#: Precision of a page.
DTYPE = "float32"

assert _rules


@dataclass(frozen=True, slots=True)
class Kernel:
    """A program, and what its rows are.

    Attributes
    ----------
    program
        Of the study.
    rows
        By name, how many rows of its output each observed array has, in their order.
    parameters
        Arrays for its inputs, in their order.
    coordinates
        Name and component of each row of its points.
    """

    program: Program
    rows: Mapping[str, int]
    parameters: tuple[np.ndarray, ...]
    coordinates: tuple[Coordinate, ...]


def kernel(study: Study, observe: Callable[[dict[str, Array]], Named] | None = None) -> Kernel:
    """Return the kernel of a study's beliefs and model.

    Parameters
    ----------
    study
        Beliefs, sampler and model.
    observe
        Function of the named draws of one path that returns named arrays, their last axis paths; by default
        the model's metrics.

    Raises
    ------
    NotPortableError
        The model uses what has no portable form.
    """
    beliefs = study.beliefs
    scored = len(beliefs.normal_coordinates)
    parameters, tree = jax.tree.flatten(to_dtype(beliefs.parameters, DTYPE))
    coordinates = (*beliefs.normal_coordinates, *beliefs.uniform_coordinates)
    rows: dict[str, int] = {}

    def observed(bits: Array, *leaves: Array) -> list[Array]:
        scores = jax.lax.map(lambda row: normal(row, DTYPE), bits[:scored])  # one line of code for all rows
        uniforms = uniform(bits[scored:], DTYPE)
        draws = dict(beliefs.draws(jax.tree.unflatten(tree, leaves), scores, uniforms))
        found = observe(draws) if observe else metrics_of(study.model, draws, 1, DTYPE)
        rows.update({name: math.prod(value.shape) for name, value in found.items()})
        return list(found.values())

    points = jax.ShapeDtypeStruct((len(coordinates), 1), jnp.uint32)
    with runtime.precision(DTYPE), side_by_side():
        program = translate(observed, points, parameters)
    return Kernel(program, rows, tuple(parameters), coordinates)


def translate(function: Callable[..., Sequence[Array]], points: Any, inputs: Sequence[Any]) -> Program:
    """Return a function as a program.

    Parameters
    ----------
    function
        Of the points of one path and of arrays that are the same for every path; returns arrays, whose
        numbers become fractions of single precision.
    points
        Shape and dtype of the points.
    inputs
        The arrays, or their shapes and dtypes.

    Raises
    ------
    NotPortableError
        The function uses what has no portable form.
    """
    closed = jax.make_jaxpr(lambda *given: [one.astype(DTYPE) for one in function(*given)])(points, *inputs)
    copying: frozenset[int] = frozenset()
    expanded: dict[int, Any] = {}
    while True:
        try:
            return without_dead(_translated(closed, points, inputs, copying, expanded))
        except OverwrittenError as error:
            if error.writer in copying:
                raise
            copying |= {error.writer}


def _translated(
    closed: Any, points: Any, inputs: Sequence[Any], copying: frozenset[int], expanded: dict[int, Any]
) -> Program:
    """Translate, with some equations that copy what they write to."""
    builder = Builder({})
    path = Region(builder.once)
    given = [
        Memory(int(np.prod(one.shape)), kind_of_dtype(one.dtype), builder.once, "input") for one in inputs
    ]
    rows = Memory(int(np.prod(points.shape)), kind_of_dtype(points.dtype), path, "points")
    translator = Translator(builder, copying, expanded)
    with builder.inside(path):
        arguments = [_loaded(builder, rows, points.shape)]
        arguments += [_loaded(builder, one, like.shape) for one, like in zip(given, inputs, strict=True)]
        found = [read(builder, one) for one in translator.call(closed, arguments)]
        output = Memory(sum(one.size for one in found), "f", path, "output")
        row = 0
        for one in found:
            for number in one.flat:
                builder.store(At(output, row), number)
                row += 1
    return Program(builder.once, path, tuple(given), rows, output, builder.functions)


def _loaded(builder: Builder, memory: Memory, shape: tuple[int, ...]) -> np.ndarray:
    """Return memory that is filled from outside as an array of its numbers."""
    return entries(shape, (builder.load(At(memory, row)) for row in range(memory.rows)))
