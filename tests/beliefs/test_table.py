"""Tables: as near as promised where it counts, exact at jumps, sane beyond."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from simulator.beliefs.resolve import resolve
from simulator.beliefs.table import BUCKET, CENTRAL, HIDDEN, RESOLUTION, TOLERANCE, Table, build_table
from simulator.families import FAMILIES
from simulator.families.distribution import Beta, Continuous, weighted
from simulator.families.marginal import REACH, Formula, Marginal
from simulator.study import Prior
from tests.beliefs.cases import PRIORS, label


def normal() -> Marginal:
    return FAMILIES["normal"].marginal({"mean": 0.0, "sd": 1.0})


def lognormal(sigma: float) -> Marginal:
    return FAMILIES["lognormal"].marginal({"median": 1.0, "sigma": sigma})


@functools.cache
def table_of(name: str) -> tuple[Marginal, Table]:
    marginal = resolve(next(one for one in PRIORS if label(one) == name)).marginals[0]
    return marginal, build_table(marginal)


def searched(table: Table, z: np.ndarray) -> np.ndarray:
    """Find each score's piece as the kernel does: from its bucket's first, by halvings."""
    knots = np.append(table.knots, np.full(2**table.steps, np.inf))
    piece = table.start[np.floor(z / BUCKET).astype(int) + 256]
    for step in reversed(range(table.steps)):
        piece = np.where(z >= knots[piece + 2**step], piece + 2**step, piece)
    return piece


def off_breaks(table: Table, z: np.ndarray) -> np.ndarray:
    """Leave out scores within the resolution of a knot where the table jumps."""
    starts = table.knots[1:]
    jumps = starts[np.abs(table(starts) - table(starts - 1e-9)) > 1e-6 * table.scale]
    near = np.abs(z[:, None] - jumps).min(axis=1, initial=1.0)
    return z[near > RESOLUTION]


@pytest.mark.parametrize("one", PRIORS, ids=label)
class TestEveryTable:
    def test_error_is_within_the_bound_and_as_stated(self, one: Prior) -> None:
        marginal, table = table_of(label(one))
        low, high = marginal.at(special.ndtri(np.array([0.25, 0.75])))
        assert high == low or table.scale == pytest.approx(high - low)
        # Not the points that the builder looked at, and as dense.
        z = off_breaks(table, np.linspace(-CENTRAL, CENTRAL, 20011))
        exact = marginal.at(z)
        hidden = HIDDEN * np.abs(exact - marginal.at(np.zeros(1)))
        worst = (np.abs(table(z) - exact) - hidden).max() / table.scale
        assert worst <= TOLERANCE
        assert worst <= 2 * table.error + 1e-12 or worst < TOLERANCE / 5

    def test_rises_and_is_finite_throughout(self, one: Prior) -> None:
        _, table = table_of(label(one))
        values = table(np.linspace(-8, 8, 40001))
        assert np.isfinite(values.astype(np.float32)).all()
        rounding = 8 * np.finfo(float).eps * np.abs(values).max()
        assert (np.diff(values) >= -rounding).all()

    def test_beyond_the_centre_it_is_right_to_a_percent(self, one: Prior) -> None:
        # Sane, said as a number: the table is between the quantiles a hundredth of a score away.
        marginal, table = table_of(label(one))
        z = np.concatenate([np.linspace(-6.5, -CENTRAL, 501), np.linspace(CENTRAL, 6.5, 501)])
        rounding = 1e-12 * np.abs(marginal.at(z)) + TOLERANCE * table.scale
        assert (table(z) >= marginal.at(z - 0.01) - rounding).all()
        assert (table(z) <= marginal.at(z + 0.01) + rounding).all()

    def test_buckets_find_the_piece(self, one: Prior) -> None:
        _, table = table_of(label(one))
        z = np.sort(np.concatenate([np.linspace(-REACH, REACH, 3001), table.knots, table.knots[1:] - 1e-9]))
        assert (searched(table, z) == np.searchsorted(table.knots, z, "right") - 1).all()

    def test_knots_are_float32_numbers(self, one: Prior) -> None:
        _, table = table_of(label(one))
        assert (table.knots.astype(np.float32) == table.knots).all()
        assert (np.diff(table.knots) > 0).all()


def test_small_quantiles_keep_their_digits() -> None:
    # An error that is small beside the interquartile range may still be large beside a small quantile.
    truncated = build_table(lognormal(1.0))
    z = np.linspace(-4.5, 0, 1001)
    np.testing.assert_allclose(truncated(z), np.exp(z), rtol=2e-3)


def test_a_table_is_small() -> None:
    assert len(build_table(normal()).knots) == 28
    assert len(build_table(lognormal(0.5)).knots) < 64
    # Quantiles as 1 / z² of a score of nothing: 10^12 interquartile ranges within the centre.
    assert len(build_table(Continuous(stats.levy())).knots) < 512


def test_the_error_bound_bites() -> None:
    # The same law seen through wrong eyes: a table must not pass for a marginal that it is not of.
    table = build_table(normal())
    z = np.linspace(-CENTRAL, CENTRAL, 1001)
    assert np.abs(table(z) - (z + 2 * TOLERANCE * table.scale)).max() > TOLERANCE * table.scale


def test_quantiles_beyond_float32_are_refused() -> None:
    with pytest.raises(ValueError, match="at scores of 7"):
        build_table(lognormal(20.0))


def test_quantiles_that_fall_are_refused() -> None:
    falling = Formula(lambda z: np.where((z > 1) & (z < 2), -z, z), lambda x: x, (-np.inf, np.inf))
    with pytest.raises(ValueError, match="fall"):
        build_table(falling)


@settings(max_examples=50)
@given(
    values=st.lists(st.integers(-50, 50), min_size=1, max_size=30, unique=True),
    weights=st.lists(st.floats(0.01, 1), min_size=30, max_size=30),
)
def test_discrete_tables_take_their_values_only_each_with_its_probability(
    values: list[int], weights: list[float]
) -> None:
    given_weights = np.array(weights[: len(values)])
    atoms = weighted(np.array(values, dtype=float), given_weights)
    table = build_table(atoms)
    z = np.linspace(-6.9, 6.9, 3001)
    assert set(table(z)) <= set(map(float, values))
    assert len(table.knots) <= 28 + len(values)  # no piece spent on finding a jump that is known
    # The width of each value's piece, as a probability, to the rounding of knots to float32.
    order = np.argsort(values)
    starts = table.knots[np.flatnonzero(np.diff(table(table.knots), prepend=np.nan) != 0)]
    mass = np.diff(special.ndtr(np.append(starts, np.inf)), prepend=0)[1:]
    mass[0] += special.ndtr(-REACH)
    np.testing.assert_allclose(mass, given_weights[order] / given_weights.sum(), atol=1e-6)


@settings(max_examples=25)
@given(alpha=st.floats(0.1, 200), beta=st.floats(0.1, 200))
def test_beta_tables_hold_the_bound(alpha: float, beta: float) -> None:
    marginal = Beta(alpha, beta, 0.0, 1.0)
    table = build_table(marginal)
    z = np.linspace(-CENTRAL, CENTRAL, 3001)
    assert np.abs(table(z) - marginal.at(z)).max() <= TOLERANCE * table.scale


@settings(max_examples=25)
@given(df=st.floats(1.9, 100))
def test_student_tables_hold_the_bound(df: float) -> None:
    marginal = Continuous(stats.t(df))
    table = build_table(marginal)
    z = np.linspace(-CENTRAL, CENTRAL, 3001)
    assert np.abs(table(z) - marginal.at(z)).max() <= TOLERANCE * table.scale
