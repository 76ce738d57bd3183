"""Sums that are exact, so that they are the same bits in whatever order they are added.

A number is a whole multiple of a unit, 2^e, in eight limbs of an int64 each, the lowest first:
``(a + b * 2^38 + c * 2^76 + ...) * 2^e``, of one sign, each below 2^38, before it is added to others. As many
numbers as a run can have strips of a replicate, 2^24, are added without an overflow. The unit is chosen by
what the first paths show: 2^-180 of the largest sum of a strip that they could make, which leaves room for
sums 2^123 times as large as that.
"""

from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

#: How many limbs there are, and the bits of each.
LIMBS, BITS = 8, 38
#: Bits between the unit and the largest sum that the first paths could make.
FINE = 180
#: The exponent of the unit where the first paths show nothing but zeros: room for sums up to 2^154.
OF_ZEROS = -150


def exponents(largest: Float[np.ndarray, "*shape"]) -> Int[np.ndarray, "*shape"]:
    """Return the exponents of the units for sums of about this size at most."""
    _, exponent = np.frexp(largest)
    return np.where(largest > 0, exponent - FINE, OF_ZEROS).astype(np.int64)


def limbs(
    numbers: Float[Any, "*shape"], exponent: Int[Any, "*#shape"]
) -> tuple[Int[Any, "limb *shape"], Bool[Any, "*shape"]]:
    """Return numbers in limbs, each rounded to its unit, and where one is too large; in NumPy or JAX."""
    xp = numbers.__array_namespace__()
    scaled = xp.rint(xp.ldexp(numbers, -exponent))
    fits = xp.abs(scaled) < 2.0 ** (LIMBS * BITS)  # which no nan does
    rest, found = xp.where(fits, scaled, 0.0), list[Any]()
    for limb in reversed(range(1, LIMBS)):
        found.append(xp.trunc(xp.ldexp(rest, -limb * BITS)))
        rest = rest - xp.ldexp(found[-1], limb * BITS)  # exact: what is taken off is the leading digits
    return xp.stack([rest, *reversed(found)]).astype(np.int64), xp.asarray(~fits)


def total(
    parts: Int[np.ndarray, "limb *shape"], exponent: Int[np.ndarray, "*#shape"]
) -> Float[np.ndarray, "*shape"]:
    """Return sums of numbers in limbs, to rounding."""
    digits, carried = list[np.ndarray](), np.zeros_like(parts[0])
    for part in parts[:-1]:
        whole = part + carried
        carried = whole >> BITS
        digits.append(whole & (2**BITS - 1))
    found = (parts[-1] + carried).astype(np.float64)
    for digit in reversed(digits):
        found = np.ldexp(found, BITS) + digit
    return np.asarray(np.ldexp(found, exponent))
