"""Solving rising functions: exactly, at any magnitude, at jumps and on plateaus."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.families.inversion import invert

ANY = st.floats(allow_nan=False, allow_infinity=False)


@given(root=ANY, low=ANY, high=ANY)
def test_the_first_float_that_reaches_it_is_found(root: float, low: float, high: float) -> None:
    low, high = min(low, high, root), max(low, high, root)
    found = invert(lambda x: (x >= root).astype(float), np.ones(1), np.array([low]), np.array([high]))
    assert found[0] == root


def test_a_jump_is_crossed_and_a_plateau_entered_at_its_start() -> None:
    def rising(x: np.ndarray) -> np.ndarray:
        return np.where(x < 1, x, np.where(x < 2, 3.0, 2 * x))

    low, high = np.zeros(4), np.full(4, 10.0)
    assert invert(rising, np.array([0.5, 2.0, 3.0, 8.0]), low, high).tolist() == [0.5, 1.0, 1.0, 4.0]
