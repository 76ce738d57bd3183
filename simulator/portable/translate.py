"""From what JAX recorded of a function to operations on the numbers of one path.

Each primitive of JAX has one entry in `RULES`; a model that uses another is refused by the primitive's
name, with advice. Functions that JAX records as calls are written out where they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from jax.extend.core import Jaxpr, Literal, Var

from simulator.errors import UsageError
from simulator.portable.arrays import Entries, Value, entries, read
from simulator.portable.build import Builder
from simulator.portable.program import Kind, Node

#: Of the translator, the equation and its inputs: the outputs.
type Rule = Callable[["Translator", Any, Sequence[Value]], Sequence[Value]]

#: Rules by the name of a primitive, filled by the modules of `simulator.portable.primitives`.
RULES: dict[str, Rule] = {}

_KINDS: Mapping[str, Kind] = {"float32": "f", "int32": "i", "uint32": "u", "bool": "b"}

#: What is advised where nothing better is known.
ADVISED = "strandline serve runs any model, with the same page"
#: What to use in the place of some primitives that are left out.
ADVICE: Mapping[str, str] = dict.fromkeys(
    ("random_bits", "random_fold_in", "random_seed", "random_split", "random_wrap", "threefry2x32"),
    f"Let the study draw it, as a prior or a shock of its own; or {ADVISED}",
)


class NotPortableError(UsageError):
    """A model uses what has no portable form; `strandline serve` shows the same page of it."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(f"the model cannot be put into a page: {what}. {advice or ADVISED}")


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Enter a rule for some primitives."""

    def entered(given: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, given))
        return given

    return entered


def kind_of_dtype(dtype: Any) -> Kind:
    """Return the kind of a dtype.

    Raises
    ------
    NotPortableError
        It is none of the four that a kernel in single precision has.
    """
    if str(dtype) not in _KINDS:
        why = f"it computes with {dtype}, and a page knows float32, int32, uint32 and bool"
        raise NotPortableError(why)
    return _KINDS[str(dtype)]


class Translator:
    """Translates equations into the operations of a builder.

    Parameters
    ----------
    builder
        To which the operations are added.
    copying
        Equations, by identity, that make a copy of the array that they write to: all others write in place.
    expanded
        What single equations were written out as, by identity: the same at each attempt.

    Attributes
    ----------
    wanted
        Where what is translated is wanted at all, inside of branches; None outside of them.
    """

    def __init__(
        self,
        builder: Builder,
        copying: frozenset[int] = frozenset(),
        expanded: dict[int, Any] | None = None,
    ) -> None:
        self.builder, self.copying = builder, copying
        self.expanded = {} if expanded is None else expanded
        self.wanted: Node | None = None

    def constant(self, value: Any) -> Entries:
        """Return an array of constants."""
        array = np.asarray(value)
        kind = kind_of_dtype(array.dtype)
        return entries(array.shape, (self.builder.constant(one, kind) for one in array.flat))

    def read(self, value: Value) -> Entries:
        """Return the entries of an array."""
        return read(self.builder, value)

    def each(self, function: Callable[..., Node], *arrays: Entries) -> Entries:
        """Return a function of the entries of arrays that have one shape, or none."""
        shaped = np.broadcast_arrays(*arrays)
        return entries(shaped[0].shape, map(function, *(one.flat for one in shaped)))

    def run(self, jaxpr: Jaxpr, constants: Iterable[Any], arguments: Iterable[Value]) -> list[Value]:
        """Return what the equations of a function make of its arguments."""
        known: dict[Var, Value] = {}
        for variable, value in zip(jaxpr.constvars, constants, strict=True):
            known[variable] = self.constant(value)
        known.update(zip(jaxpr.invars, arguments, strict=True))

        def value_of(atom: Any) -> Value:
            if isinstance(atom, Literal):
                return self.constant(np.asarray(atom.val, dtype=cast(Any, atom.aval).dtype))
            return known[atom]

        for equation in jaxpr.eqns:
            given = [value_of(atom) for atom in equation.invars]
            known.update(zip(equation.outvars, self._made(equation, given), strict=True))
        return [value_of(atom) for atom in jaxpr.outvars]

    def call(self, closed: Any, arguments: Iterable[Value]) -> list[Value]:
        """Return what a function, with the constants that it may bring, makes of its arguments."""
        if hasattr(closed, "consts"):
            return self.run(closed.jaxpr, closed.consts, arguments)
        return self.run(closed, (), arguments)

    def _made(self, equation: Any, given: Sequence[Value]) -> Sequence[Value]:
        name = equation.primitive.name
        if name not in RULES:
            why = f"it uses {name}, which has no portable form"
            raise NotPortableError(why, ADVICE.get(name, ""))
        for variable in equation.outvars:
            kind_of_dtype(variable.aval.dtype)
        return RULES[name](self, equation, given)
