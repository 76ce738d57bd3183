import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estimate import Number, round_to_error


@pytest.mark.parametrize(
    ("value", "mcse", "text"),
    [
        (-373.21, 4.1, "-373 ± 4"),
        (-373.21, 3.46, "-373 ± 3"),
        (0.12346, 0.00123, "0.1235 ± 0.0012"),
        (12.0, 40.0, "10 ± 40"),
        (1234567.0, 96.0, "1234570 ± 100"),
        (0.5, 0.0196, "0.50 ± 0.02"),
        (-0.3, 4.0, "0 ± 4"),
        (2.5, 3.0, "2 ± 3"),
        (3.5, 3.0, "4 ± 3"),
        (0.0, 5.7e-6, "0.000000 ± 0.000006"),
        (125.0, 0.0, "125"),
        (1 / 3, 0.0, "0.333333"),
        (0.0, 0.0, "0"),
        (-4.44, math.nan, "-4.4 ± ?"),
        (math.nan, math.nan, "–"),
        (math.nan, 1.0, "–"),
        (math.inf, math.nan, "∞"),
        (-math.inf, math.nan, "-∞"),
    ],
)
def test_a_number_has_the_digits_that_its_error_allows(value, mcse, text):
    assert str(Number(value, mcse)) == text


def test_units_follow():
    assert str(Number(-373.2, 4.0, "USD bn")) == "-373 ± 4 USD bn"
    assert format(Number(0.4321, 0.003), "%") == "43.2 ± 0.3%"
    assert str(Number(math.nan, math.nan, "years")) == "–"


@given(st.floats(-1e300, 1e300), st.floats(1e-300, 1e300))
def test_rounding_moves_a_value_by_at_most_half_the_last_digit_of_its_error(value, mcse):
    number, error = (Decimal(text) for text in round_to_error(value, mcse))
    # One digit, or two beginning with 1: of numbers from 2 on, rounding moves by a quarter at most; from 1
    # on, with two digits, by a twentieth.
    assert abs(error - Decimal(mcse)) <= Decimal(mcse) / 4
    # Seventeen digits are all that a float has: beyond them its shortest text is what is rounded.
    assert abs(number - Decimal(repr(value))) <= error / 2
