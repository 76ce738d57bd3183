"""Operations on each entry by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from jax import lax

from simulator.portable.arrays import Value
from simulator.portable.build import Builder
from simulator.portable.elementary import apply
from simulator.portable.program import Kind, Node
from simulator.portable.translate import NotPortableError, Translator, kind_of_dtype, rule

#: Primitives that are one operation, and its name.
_SAME = {
    "add": "add", "add_any": "add", "sub": "sub", "mul": "mul", "div": "div", "rem": "rem", "neg": "neg",
    "max": "max", "min": "min", "sqrt": "sqrt", "floor": "floor", "ceil": "ceil",
    "and": "and", "or": "or", "xor": "xor", "not": "not",
}  # fmt: skip
_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
#: Primitives that are functions in `simulator.portable.elementary`.
_ELEMENTARY = (
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "digamma", "erf",
    "erf_inv", "erfc", "exp", "exp2", "expm1", "lgamma", "log", "log1p", "logistic",
    "nextafter", "sin", "sinh", "tan",
    "tanh",
)  # fmt: skip


@rule(*_SAME)
def _same(translator: Translator, equation: Any, given: Sequence[Value]) -> Sequence[Value]:
    name = _SAME[equation.primitive.name]
    if name == "rem" and equation.outvars[0].aval.dtype == np.float32:
        return _elementary(translator, equation, given)
    made = partial(translator.builder.number, name)
    return [translator.each(made, *map(translator.read, given))]


@rule(*_COMPARISONS)
def _compared(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    made = partial(translator.builder.number, equation.primitive.name, kind="b")
    return [translator.each(made, *map(translator.read, given))]


@rule("lt_to", "le_to", "eq_to")
def _in_total_order(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    """Compare by the order in which -0 comes before 0, and what is not a number at either end."""
    builder, name = translator.builder, equation.primitive.name.removesuffix("_to")

    def key(x: Node) -> Node:
        if x.kind != "f":
            return x
        bits = to_bits(builder, x, "i")
        sign = builder.number("shift_right", bits, builder.constant(31, "i"))
        flipped = builder.number("and", sign, builder.constant(2**31 - 1, "i"))
        return builder.number("xor", bits, flipped)

    def compared(x: Node, y: Node) -> Node:
        return builder.number(name, key(x), key(y), kind="b")

    return [translator.each(compared, *map(translator.read, given))]


@rule(*_ELEMENTARY)
def _elementary(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    made = partial(apply, translator, equation.primitive.name)
    return [translator.each(made, *map(translator.read, given))]


@rule("rsqrt", "square", "abs", "sign", "is_finite", "population_count", "clz")
def _of_one(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    made = partial(_MADE[equation.primitive.name], translator.builder)
    return [translator.each(made, translator.read(given[0]))]


def _rsqrt(builder: Builder, x: Node) -> Node:
    return builder.number("div", builder.constant(1, "f"), builder.number("sqrt", x))


def _square(builder: Builder, x: Node) -> Node:
    return builder.number("mul", x, x)


def _abs(builder: Builder, x: Node) -> Node:
    return x if x.kind == "u" else builder.number("abs", x)


def _sign(builder: Builder, x: Node) -> Node:
    """Return -1, 0 or 1; what is 0 or not a number stays what it is."""
    one, none = builder.constant(1, x.kind), builder.constant(0, x.kind)
    above = builder.number("gt", x, none, kind="b")
    positive = builder.number("select", above, one, x)
    if x.kind == "u":
        return positive
    below = builder.number("lt", x, none, kind="b")
    return builder.number("select", below, builder.number("neg", one), positive)


def _is_finite(builder: Builder, x: Node) -> Node:
    largest = builder.constant(np.inf, "f")
    return builder.number("lt", builder.number("abs", x), largest, kind="b")


def _population_count(builder: Builder, x: Node) -> Node:
    """Return how many bits are set, two, four and eight at a time."""
    bits, number = to_bits(builder, x, "u"), builder.number

    def of(value: int) -> Node:
        return builder.constant(value, "u")

    def shifted(value: Node, by: int) -> Node:
        return number("shift_right", value, of(by))

    bits = number("sub", bits, number("and", shifted(bits, 1), of(0x55555555)))
    pairs = number("and", bits, of(0x33333333))
    bits = number("add", pairs, number("and", shifted(bits, 2), of(0x33333333)))
    bits = number("and", number("add", bits, shifted(bits, 4)), of(0x0F0F0F0F))
    return to_bits(builder, shifted(number("mul", bits, of(0x01010101)), 24), x.kind)


def _clz(builder: Builder, x: Node) -> Node:
    """Return how many leading bits are not set: those not below the first that is."""
    bits, number = to_bits(builder, x, "u"), builder.number
    for by in (1, 2, 4, 8, 16):
        bits = number("or", bits, number("shift_right", bits, builder.constant(by, "u")))
    return to_bits(builder, _population_count(builder, number("not", bits)), x.kind)


_MADE = {
    "rsqrt": _rsqrt,
    "square": _square,
    "abs": _abs,
    "sign": _sign,
    "is_finite": _is_finite,
    "population_count": _population_count,
    "clz": _clz,
}


def to_bits(builder: Builder, x: Node, kind: Kind) -> Node:
    """Return the number that has the same bits, of another kind."""
    return x if x.kind == kind else builder.number("bits", x, kind=kind)


@rule("shift_left", "shift_right_logical", "shift_right_arithmetic")
def _shifted(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    builder, name = translator.builder, equation.primitive.name

    def shift(x: Node, by: Node) -> Node:
        if name == "shift_left":
            return builder.number("shift_left", x, by)
        kind: Kind = "u" if name == "shift_right_logical" else "i"
        found = builder.number("shift_right", to_bits(builder, x, kind), by)
        return to_bits(builder, found, x.kind)

    return [translator.each(shift, *map(translator.read, given))]


@rule("integer_pow")
def _integer_power(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    builder, exponent = translator.builder, equation.params["y"]

    def power(x: Node) -> Node:
        found: Node | None = None
        square, left = x, abs(exponent)
        while left:
            if left & 1:
                found = square if found is None else builder.number("mul", found, square)
            left >>= 1
            if left:
                square = builder.number("mul", square, square)
        one = builder.constant(1, x.kind)
        found = one if found is None else found
        return found if exponent >= 0 else builder.number("div", one, found)

    return [translator.each(power, translator.read(given[0]))]


@rule("pow")
def _power(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    builder = translator.builder

    def power(x: Node, y: Node) -> Node:
        exponent = y if y.kind == "f" else converted(builder, y, "f")
        return apply(translator, "pow", x, exponent)

    return [translator.each(power, *map(translator.read, given))]


@rule("round")
def _rounded(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    builder = translator.builder
    to_even = equation.params["rounding_method"] == lax.RoundingMethod.TO_NEAREST_EVEN

    def rounded(x: Node) -> Node:
        return builder.number("nearest", x) if to_even else apply(translator, "round_half_away", x)

    return [translator.each(rounded, translator.read(given[0]))]


@rule("clamp")
def _clamped(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    number = translator.builder.number

    def clamped(low: Node, x: Node, high: Node) -> Node:
        return number("min", number("max", x, low), high)

    return [translator.each(clamped, *map(translator.read, given))]


@rule("select_n")
def _selected(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    which, *cases = map(translator.read, given)
    return [translator.each(partial(choice, translator.builder), which, *cases)]


def choice(builder: Builder, which: Node, *cases: Node) -> Node:
    """Return the case of this number, the first one or the last one for a number beyond."""
    if which.kind == "b":
        no, yes = cases[0], cases[-1]
        return builder.number("select", which, yes, no)
    found = cases[-1]
    for place in reversed(range(len(cases) - 1)):
        here = builder.number("le", which, builder.constant(place, which.kind), kind="b")
        found = builder.number("select", here, cases[place], found)
    return found


@rule("convert_element_type", "bitcast_convert_type")
def _converted(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    kind = kind_of_dtype(equation.params["new_dtype"])
    change = to_bits if equation.primitive.name == "bitcast_convert_type" else converted
    return [translator.each(lambda x: change(translator.builder, x, kind), translator.read(given[0]))]


@rule("reduce_precision")
def _precision(translator: Translator, equation: Any, given: Sequence[Value]) -> list[Value]:
    bits = equation.params["exponent_bits"], equation.params["mantissa_bits"]
    if bits != (8, 23):
        why = f"it rounds to {bits[0]} bits of exponent and {bits[1]} of fraction"
        raise NotPortableError(why)
    return list(given)


def converted(builder: Builder, x: Node, kind: Kind) -> Node:
    """Return a number as one of another kind; a fraction is cut towards 0, and at the ends of the range."""
    if x.kind == kind:
        return x
    if kind == "b":
        return builder.number("ne", x, builder.constant(0, x.kind), kind="b")
    if x.kind == "b":
        return builder.number("select", x, builder.constant(1, kind), builder.constant(0, kind))
    if {x.kind, kind} == {"i", "u"}:
        return to_bits(builder, x, kind)
    return builder.number("convert", x, kind=kind)
