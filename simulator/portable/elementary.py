"""Elementary functions as functions of a program: each is translated once, and called where it is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import jax
import numpy as np
from jax import Array

from simulator.portable import formulas, special_functions
from simulator.portable.arrays import entries
from simulator.portable.build import Builder
from simulator.portable.program import Function, Node

if TYPE_CHECKING:
    from simulator.portable.translate import Translator


#: By the name of JAX's primitive; and those that rules of `simulator.portable.primitives` use by name.
FUNCTIONS: Mapping[str, Callable[..., Array]] = {
    "acos": formulas.acos,
    "acosh": formulas.acosh,
    "asin": formulas.asin,
    "asinh": formulas.asinh,
    "atan": formulas.atan,
    "atan2": formulas.atan2,
    "atanh": formulas.atanh,
    "cbrt": formulas.cbrt,
    "cos": formulas.cos,
    "cosh": formulas.cosh,
    "digamma": special_functions.digamma,
    "erf": special_functions.erf,
    "erf_inv": special_functions.erf_inv,
    "erfc": special_functions.erfc,
    "exp": formulas.exp,
    "exp2": formulas.exp2,
    "expm1": formulas.expm1,
    "lgamma": special_functions.lgamma,
    "log": formulas.log,
    "log1p": formulas.log1p,
    "logaddexp": formulas.logaddexp,
    "logistic": formulas.logistic,
    "nextafter": formulas.next_after,
    "pow": formulas.power,
    "rem": formulas.remainder,
    "round_half_away": formulas.round_half_away,
    "sin": formulas.sin,
    "sinh": formulas.sinh,
    "tan": formulas.tan,
    "tanh": formulas.tanh,
}


def apply(translator: Translator, name: str, *arguments: Node) -> Node:
    """Return an elementary function of numbers.

    Parameters
    ----------
    translator
        To whose program it is added.
    name
        In `FUNCTIONS`.
    arguments
        Fractions.
    """
    builder = translator.builder
    if name not in builder.functions:
        _define(translator, name, len(arguments))
    return builder.number("call", *arguments, detail=name)


def _define(translator: Translator, name: str, count: int) -> None:
    """Add a function to a program, after those that it uses."""
    builder = Builder(translator.builder.functions)
    parameters = tuple(builder.parameter(place, "f") for place in range(count))
    number = jax.ShapeDtypeStruct((), np.float32)
    closed = jax.make_jaxpr(FUNCTIONS[name])(*[number] * count)
    (result,) = type(translator)(builder).call(closed, [entries((), [one]) for one in parameters])
    found = translator.read(result).item()
    translator.builder.functions[name] = Function(name, parameters, builder.once, found)
