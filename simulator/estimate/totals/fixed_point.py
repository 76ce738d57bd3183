"""Sums that are exact, so that they are the same bits in whatever order they are added.

A number is a whole multiple of a unit, 2^e, in two limbs of an int64 each: ``(high * 2^38 + low) * 2^e`` with
``0 <= low < 2^38`` before it is added to others. As many numbers as a run can have strips of a replicate, 2^24,
are added without an overflow. The unit is chosen by what the first paths show: 2^-46 of the largest sum of a
strip that they could make, which leaves room for sums 2^30 times as large as that.
"""

import numpy as np
from jaxtyping import Float, Int

#: Bits of the lower limb.
LOW = 38
#: Bits between the unit and the largest sum that the first paths could make.
FINE = 46
#: The exponent of the unit where the first paths show nothing but zeros.
OF_ZEROS = -LOW


def exponents(largest: Float[np.ndarray, "*shape"]) -> Int[np.ndarray, "*shape"]:
    """Return the exponents of the units for sums of about this size at most."""
    _, exponent = np.frexp(largest)
    return np.where(largest > 0, exponent - FINE, OF_ZEROS).astype(np.int64)


def limbs(
    numbers: Float[np.ndarray, "*shape"], exponent: Int[np.ndarray, "*#shape"]
) -> tuple[Int[np.ndarray, "2 *shape"], np.ndarray]:
    """Return numbers in limbs, each rounded to its unit, and where one is too large for them."""
    scaled = np.rint(np.ldexp(numbers, -exponent))
    fits = np.abs(scaled) < 2.0 ** (2 * LOW)  # which no nan does
    scaled = np.where(fits, scaled, 0.0)
    high = np.floor(scaled * 2.0**-LOW)
    return np.stack([high, scaled - high * 2.0**LOW]).astype(np.int64), ~fits


def total(
    parts: Int[np.ndarray, "2 *shape"], exponent: Int[np.ndarray, "*#shape"]
) -> Float[np.ndarray, "*shape"]:
    """Return sums of numbers in limbs, rounded once."""
    high, low = parts
    carried = high + (low >> LOW)
    return np.ldexp(
        carried.astype(np.float64) + np.ldexp((low & (2**LOW - 1)).astype(np.float64), -LOW),
        exponent + LOW,
    )
