"""Sums in limbs are exact: of any order, and as the sum of the rounded numbers."""

import math
from fractions import Fraction

import numpy as np
import pytest

from simulator.estimate.totals import fixed_point


def test_a_sum_is_that_of_the_numbers_rounded_to_the_unit_in_any_order() -> None:
    rng = np.random.default_rng(2)
    numbers = rng.normal(size=1000) * 10.0 ** rng.uniform(-12, 3, 1000)
    exponent = fixed_point.exponents(np.array(np.abs(numbers).max()))
    parts, beyond = fixed_point.limbs(numbers, exponent)
    assert not beyond.any()
    forwards, backwards = parts.sum(axis=1), parts[:, ::-1].cumsum(axis=1)[:, -1]
    assert np.array_equal(forwards, backwards)
    unit = Fraction(2) ** int(exponent)
    exact = sum(round(Fraction(one) / unit) for one in numbers.tolist()) * unit
    assert float(fixed_point.total(forwards, exponent)) == pytest.approx(float(exact), rel=2.0**-51)
    assert abs(float(exact) - math.fsum(numbers)) <= 1000 * float(unit) / 2


def test_what_does_not_fit_is_said() -> None:
    exponent = fixed_point.exponents(np.array(1.0))
    room = 2.0 ** (fixed_point.LIMBS * fixed_point.BITS - fixed_point.FINE)
    _, beyond = fixed_point.limbs(np.array([room, 2 * room, -2 * room, np.nan, np.inf]), exponent)
    assert beyond.tolist() == [False, True, True, True, True]


def test_zeros_have_a_unit() -> None:
    exponent = fixed_point.exponents(np.array([0.0]))
    parts, beyond = fixed_point.limbs(np.array([1.5]), exponent)
    assert not beyond.any()
    assert fixed_point.total(parts, exponent).tolist() == [1.5]
