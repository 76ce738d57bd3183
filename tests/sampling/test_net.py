"""Scrambled points are nets: even in every coordinate, in pairs as Sobol is, and so converge faster."""

import numpy as np
import pytest

from simulator.sampling import DigitalNet, make_sampler
from simulator.sampling.generators import random_columns, scrambled_columns, sobol_columns

#: Degrees of the primitive polynomials behind the first Sobol dimensions; t of a pair is the sum less 2.
DEGREES = (1, 1, 2, 3, 3, 4, 4)
KNOWN = tuple((f"known.{k}", 0) for k in range(len(DEGREES)))
OTHER = tuple((f"other.{k}", k) for k in range(7))
NET = DigitalNet(11, tuple(name for name, _ in KNOWN))


@pytest.fixture
def points(draw_replicates):
    """16 strips of each replicate, [d, replicate, 4096]; known names first."""
    return draw_replicates(NET, (*KNOWN, *OTHER), 16)


def test_points_are_those_of_the_scrambled_matrices(points):
    """Point by point from the definition, without tables."""
    columns = np.concatenate([sobol_columns(list(range(7)), 12), random_columns(list(OTHER))], axis=1)
    scrambled, shift = scrambled_columns(columns, NET.seed, (*KNOWN, *OTHER))
    for replicate, index in [(0, 0), (0, 255), (31, 256), (17, 3333), (5, 4095)]:
        value = shift[replicate].copy()
        for bit in range(32):
            if index >> bit & 1:
                value ^= scrambled[replicate, bit]
        np.testing.assert_array_equal(points[:, replicate, index], value)


@pytest.mark.parametrize("power", range(13))
def test_each_coordinate_of_each_replicate_is_stratified_at_every_power_of_two(points, power):
    """Every aligned run of 2^m points has one point in each interval of length 2^-m."""
    cell = points.astype(np.uint64) >> np.uint64(32 - power)
    runs = np.sort(cell.reshape(*cell.shape[:2], -1, 2**power), axis=-1)
    assert (runs == np.arange(2**power)).all()


@pytest.mark.parametrize(("a", "b"), [(a, b) for a in range(7) for b in range(a)])
def test_pairs_of_leading_dimensions_are_nets_with_the_t_of_sobol(points, a, b):
    """Each box of 2^t - m and any shape holds 2^t of 2^m points, in every replicate and later run."""
    t = DEGREES[a] + DEGREES[b] - 2
    for m in {t + 2, 8, 11}:
        for first in range(m - t + 1):
            second = m - t - first
            left = points[a].astype(np.uint64) >> np.uint64(32 - first)
            right = points[b].astype(np.uint64) >> np.uint64(32 - second)
            box = (left << np.uint64(second) | right).reshape(-1, 2**m)
            sorted_boxes = np.sort(box, axis=-1).reshape(len(box), -1, 2**t)
            assert (sorted_boxes == np.arange(2 ** (m - t))[:, None]).all()


def test_an_additive_mean_has_the_error_of_stratification(draw_replicates):
    """The mean of u over n stratified points has variance 1 / (12 n^3), against 1 / (12 n) of Monte Carlo.

    Over names and replicates the mean squared error has that expectation; by Markov's inequality a right
    sampler is over 100 times it with a probability under 1%, and Monte Carlo is n^2 = 10^6 times it.
    """
    names = tuple((f"known.{k}", 0) for k in range(32)) + tuple((f"other.{k}", 0) for k in range(32))
    net = DigitalNet(2, tuple(name for name, _ in names[:32]))
    u = (draw_replicates(net, names, 4) + 0.5) * 2.0**-32
    n = u.shape[-1]
    squared = np.square(u.mean(axis=-1) - 0.5).mean()
    assert squared < 100 / (12 * n**3)


@pytest.mark.parametrize("dimensions", [2, 5])
def test_the_error_of_a_smooth_product_falls_faster_than_monte_carlo(dimensions, draw_replicates):
    """Variance falls as n^-3 (times logs) for scrambled nets and as n^-1 for Monte Carlo.

    From 256 to 8192 points, a factor of 32, the threshold is the exponent half way between the two.
    """
    u = (draw_replicates(NET, KNOWN[:dimensions], 32) + 0.5) * 2.0**-32
    values = np.prod(1.0 + np.sqrt(3.0) * (u - 0.5), axis=0)  # mean 1, each factor of variance 1/4
    few, many = (np.square(values[:, :n].mean(axis=1) - 1.0).mean() for n in (256, 8192))
    assert many < few * 32.0**-2
    plain = (1.25**dimensions - 1.0) / 8192
    assert many < plain / 100


def test_interactions_of_names_not_in_the_order_cost_on_average_what_random_matrices_cost(draw_replicates):
    """The variance of the mean of (a - 1/2)(b - 1/2) over random triangular matrices is 25/16 / (144 n).

    Two leading digits are the same with probability 2 / n, a gain of 2, and carry (3/4)^2 of the variance;
    deeper digits have an average gain of 1. Markov: 20 times that has a probability under 5%. Two names on
    one matrix would be n times it.
    """
    names = tuple((f"loose.{k}", 0) for k in range(16))
    u = (draw_replicates(NET, names, 4) + 0.5) * 2.0**-32 - 0.5
    n = u.shape[-1]
    squared = [np.square((u[a] * u[b]).mean(axis=-1)).mean() for a in range(16) for b in range(a)]
    assert np.mean(squared) < 20 * 25 / 16 / (144 * n)


def test_the_same_order_under_another_seed_is_another_randomisation(draw):
    one, two = (draw(make_sampler("rqmc", seed, ("a",)), (("a", 0), ("b", 0)), 1) for seed in (1, 2))
    assert (one != two).mean() > 0.99
