"""Generator matrices: Sobol's are SciPy's, all are triangular, and scrambles are what Matousek says."""

import hashlib

import numpy as np
import pytest
from scipy.stats import qmc

from simulator.errors import UsageError
from simulator.sampling import generators
from simulator.sampling.generators import DIGITS, STORED, random_columns, scrambled_columns, sobol_columns

NAMES = [(f"prior.{k}", k % 3) for k in range(40)]


def points(columns: np.ndarray, count: int) -> np.ndarray:
    """The definition: XOR of the columns picked by the bits of the index, in natural order."""
    index = np.arange(count, dtype=np.uint32)[:, None]
    value = np.zeros((count, columns.shape[1]), dtype=np.uint32)
    for bit, column in enumerate(columns):
        value ^= column * (index >> np.uint32(bit) & np.uint32(1))
    return value


@pytest.mark.parametrize("power", [0, 1, 5, 12])
def test_sobol_columns_give_scipys_public_points_up_to_gray_order(power):
    ours = points(sobol_columns(list(range(100)), 12), 2**power) * 2.0**-32
    theirs = qmc.Sobol(100, scramble=False, bits=DIGITS).random_base2(power)
    # Rows are points in all dimensions jointly: sorting them compares sets of points, not of coordinates.
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])


def test_sobol_columns_are_those_of_every_stored_run():
    columns = sobol_columns(list(range(1000)), 20)
    assert not columns[20:].any()
    digest = hashlib.sha256(columns[:20].tobytes()).hexdigest()
    assert digest == "cced047b7916ce0c8b4593fa4034b0c6cbe4c7f4492ca7068890c63a569bbffa"


@pytest.mark.slow
@pytest.mark.parametrize(("dimensions", "count"), [(STORED, 20), (3, DIGITS)])
def test_stored_columns_are_those_that_scipy_counts_to(dimensions, count, monkeypatch):
    stored = sobol_columns(list(range(dimensions)), count)
    monkeypatch.setattr(generators, "STORED", 0)
    np.testing.assert_array_equal(stored, sobol_columns(list(range(dimensions)), count))


def test_dimensions_beyond_the_stored_ones_are_scipys():
    columns = sobol_columns([0, STORED], 12)
    np.testing.assert_array_equal(columns[:, :1], sobol_columns([0], 12))
    assert (columns[0] == np.uint32(1 << 31)).all()
    assert not np.array_equal(columns[:, 0], columns[:, 1])


def test_a_sobol_dimension_is_the_same_whichever_others_are_asked_for():
    np.testing.assert_array_equal(
        sobol_columns([7, 300, 2], 20), sobol_columns(list(range(301)), 20)[:, [7, 300, 2]]
    )


def test_an_order_longer_than_the_known_dimensions_is_refused():
    with pytest.raises(UsageError, match="21201"):
        sobol_columns([21201], 1)


@pytest.mark.parametrize("kind", ["sobol", "own"])
def test_matrices_are_unit_upper_triangular_and_keep_their_leading_rank_when_scrambled(kind):
    columns = sobol_columns(list(range(40)), 20) if kind == "sobol" else random_columns(NAMES)
    known = columns[: 20 if kind == "sobol" else DIGITS]
    diagonal_down = known << np.arange(len(known), dtype=np.uint32)[:, None]
    assert (diagonal_down == np.uint32(1 << 31)).all()  # a one on the diagonal, zeros below
    scrambled, _ = scrambled_columns(columns, 5, tuple(NAMES))
    # Full rank of each leading block is what makes 2^m points reach 2^m intervals.
    for m in (1, 4, 9):
        leading = scrambled[:, :m] >> np.uint32(DIGITS - m)
        assert np.array_equal(_rank(leading, m), np.full(leading.shape[::2], m))


def _rank(leading: np.ndarray, m: int) -> np.ndarray:
    """Rank over GF(2) of the leading m x m blocks, [replicate, d], by counting the points they reach."""
    replicates, _, d = leading.shape
    rank = np.empty((replicates, d), dtype=int)
    for r in range(replicates):
        reached = points(leading[r], 2**m)
        rank[r] = [np.unique(reached[:, k]).size.bit_length() - 1 for k in range(d)]
    return rank


def test_a_scramble_is_a_unit_lower_triangular_matrix_times_the_generator():
    """Rebuilt from its action on the identity, then multiplied out digit by digit."""
    identity = (np.uint32(1) << np.arange(DIGITS - 1, -1, -1, dtype=np.uint32))[:, None].repeat(len(NAMES), 1)
    lower, shift = scrambled_columns(identity, 5, tuple(NAMES))
    below_and_on = lower >> np.arange(DIGITS - 1, -1, -1, dtype=np.uint32)[:, None]
    assert (below_and_on == 1).all()  # ones on the diagonal, zeros above
    columns = random_columns(NAMES)
    scrambled, same_shift = scrambled_columns(columns, 5, tuple(NAMES))
    np.testing.assert_array_equal(shift, same_shift)
    expected = np.zeros_like(scrambled)
    for digit in range(DIGITS):
        expected ^= lower[:, digit : digit + 1] * (columns >> np.uint32(DIGITS - 1 - digit) & np.uint32(1))
    np.testing.assert_array_equal(scrambled, expected)


def test_below_the_diagonal_a_scramble_is_fair_coins():
    """Each free entry is one in half of replicates and names: a count beyond 5 sd is no coin."""
    identity = (np.uint32(1) << np.arange(DIGITS - 1, -1, -1, dtype=np.uint32))[:, None].repeat(len(NAMES), 1)
    lower, _ = scrambled_columns(identity, 5, tuple(NAMES))
    digits = lower[..., None] >> np.arange(DIGITS - 1, -1, -1, dtype=np.uint32) & np.uint32(1)
    ones = digits.sum(axis=(0, 2))  # [column, digit]
    trials = lower.shape[0] * lower.shape[2]
    free = ones[np.triu_indices(DIGITS, 1)]
    # 496 entries: 5 sd is passed by chance with a probability of 3e-4.
    assert np.abs(free - trials / 2).max() < 5 * np.sqrt(trials) / 2
    assert (np.diag(ones) == trials).all()
