import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import norm

from simulator.estimate import (
    Number,
    exceedance,
    expected_shortfall,
    mean,
    pool,
    probability,
    probability_above,
    probability_below,
    quantile,
    standard_deviation,
)

#: Rounding of a sum of some thousand float64 numbers of size one, in pairs.
EXACT = 1e-12


@pytest.fixture
def sample() -> np.ndarray:
    return np.random.default_rng(3).lognormal(0, 0.5, (32, 256))


@pytest.fixture
def where(sample: np.ndarray) -> np.ndarray:
    # As many of each replicate as it happens, and none of one of them.
    where = np.random.default_rng(4).random(sample.shape) < 0.1
    where[5] = False
    return where


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95, 0.123])
def test_values_are_those_of_plain_numpy(sample, sampler, share):
    flat = np.sort(sample.ravel())
    whole = pool(sample, sampler)
    tail = flat[: math.floor(share * flat.size)]
    partial = (share * flat.size - tail.size) * flat[tail.size]
    assert mean(whole).value == pytest.approx(flat.mean(), rel=EXACT)
    spread = math.sqrt(flat.var() + mean(whole).error ** 2)
    assert standard_deviation(whole).value == pytest.approx(spread, rel=EXACT)
    if sampler == "mc":
        assert spread == pytest.approx(flat.std(ddof=1), rel=EXACT)
    assert quantile(whole, share).value == pytest.approx(np.quantile(flat, share, method="hazen"), rel=EXACT)
    shortfall = (tail.sum() + partial) / (share * flat.size)
    assert expected_shortfall(whole, share).value == pytest.approx(shortfall, rel=EXACT)
    assert probability_below(whole, 1.0).value == (flat < 1).mean()
    assert probability_above(whole, 1.0).value == (flat > 1).mean()
    # Strictly below or above.
    assert probability_below(whole, flat[40]).value == 40 / flat.size
    assert probability_above(whole, flat[40]).value == 1 - 41 / flat.size


def test_a_condition_gives_the_values_of_the_kept_paths_alone(sample, where, sampler):
    some, alone = pool(sample, sampler, where), pool(sample[where][None, :], sampler)
    for statistic in (
        mean,
        *([standard_deviation] if sampler == "mc" else []),  # under rqmc it depends on the replicates
        lambda p: quantile(p, 0.3),
        lambda p: expected_shortfall(p, 0.3),
    ):
        assert statistic(some).value == pytest.approx(statistic(alone).value, rel=EXACT)


def test_errors_of_replicates_are_those_of_their_means(sample):
    means = sample.mean(axis=1)
    error = means.std(ddof=1) / math.sqrt(means.size)
    assert mean(pool(sample, "rqmc")).error == pytest.approx(error, rel=EXACT)
    shares = (sample < 1).mean(axis=1)
    error = shares.std(ddof=1) / math.sqrt(shares.size)
    assert probability_below(pool(sample, "rqmc"), 1.0).error == pytest.approx(error, rel=EXACT)


def test_errors_of_independent_paths_are_the_closed_forms(sample):
    whole, n = pool(sample, "mc"), sample.size
    assert mean(whole).error == pytest.approx(sample.std(ddof=1) / math.sqrt(n), rel=EXACT)
    chance = (sample < 1).mean()
    # Numbers of paths less one, or not: a relative 1/n.
    closed = math.sqrt(chance * (1 - chance) / n)
    assert probability_below(whole, 1.0).error == pytest.approx(closed, rel=1 / n)
    kurtosis = np.mean((sample - sample.mean()) ** 4) / sample.var() ** 2
    closed = sample.std() * math.sqrt((kurtosis - 1) / (4 * n))
    assert standard_deviation(whole).error == pytest.approx(closed, rel=2 / n)


def test_the_error_of_a_ratio_is_that_of_its_residuals(sample, where):
    filled = where.sum(axis=1) > 0
    residuals = np.where(where, sample - sample[where].mean(), 0.0).sum(axis=1)[filled]
    error = math.sqrt(np.sum(residuals**2) * filled.sum() / (filled.sum() - 1)) / where.sum()
    assert mean(pool(sample, "rqmc", where)).error == pytest.approx(error, rel=1e-9)
    # The same for a chance: an indicator is a value like another.
    event = (sample < 1) * 1.0
    assert probability_below(pool(sample, "rqmc", where), 1.0) == pytest.approx(
        mean(pool(event, "rqmc", where)), rel=1e-9
    )


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_errors_of_order_statistics_are_their_asymptotic_ones(scores, share):
    whole = pool(scores(11, "mc", paths=8192, dimensions=1)[..., 0], "mc")
    density = norm.pdf(norm.ppf(share))
    closed = math.sqrt(share * (1 - share) / whole.size) / density
    # The interval holds 4 standard errors of the number of paths below; their spacing is as noisy as the
    # root of that number. The density's slope across it adds the ratio of interval to scale, squared.
    expected = 4 * math.sqrt(whole.size * share * (1 - share))
    assert quantile(whole, share).error == pytest.approx(closed, rel=5 / math.sqrt(expected))
    cut = norm.ppf(share)
    depth = -(cut * share + density) / share
    square = ((cut**2 + 1) * share + cut * density) / share
    closed = math.sqrt((square / share - depth**2) / whole.size)
    # A variance of squares of the deepest n p paths, of kurtosis below 25.
    noise = 5 * math.sqrt(25 / (whole.size * share)) / 2
    assert expected_shortfall(whole, share).error == pytest.approx(closed, rel=noise)


@pytest.mark.parametrize("share", [0.03, 0.5, 0.95])
def test_the_interval_of_a_quantile_of_few_paths_is_wilsons(share):
    size = 100
    evenly = np.linspace(0, 1, size).reshape(4, -1)
    interval = stats.binomtest(round(share * size), size).proportion_ci(float(2 * norm.cdf(2) - 1), "wilson")
    # On even values a quantile is linear in its share, with 99 steps of values to 100 of shares.
    width = (interval.high - interval.low) * size / (size - 1)
    # The variance of a share is over the number of paths less one, a relative 1/n.
    assert quantile(pool(evenly, "mc"), share).error == pytest.approx(width / 4, rel=1 / size)


@pytest.mark.parametrize(("flag", "value"), [(False, 0.0), (True, 1.0)])
def test_an_event_of_no_path_or_of_all_keeps_an_error(sampler, flag, value):
    flags = np.full((32, 256), flag)
    # Twice the error is the rule of three: 3/n is the 95% bound of a chance that showed in none of n.
    assert probability(pool(flags, sampler)) == Number(value, 1.5 / flags.size)


def test_replicates_that_agree_by_chance_keep_an_error():
    flags = np.tile(np.arange(256) < 64, (32, 1))
    assert probability(pool(flags, "rqmc")) == Number(0.25, 1.5 / flags.size)
    # One point in each 256th, as a net of one dimension has: all replicates hold as many up to the middle.
    strata = (np.arange(256) + np.random.default_rng(2).random((32, 256))) / 256
    assert quantile(pool(strata, "rqmc"), 0.5).error > 0


def test_a_constant_is_known_exactly(sampler):
    whole = pool(np.full((32, 24), 0.1, np.float32), sampler)
    expected = Number(float(np.float32(0.1)), 0.0)
    assert mean(whole) == quantile(whole, 0.05) == expected_shortfall(whole, 0.05) == expected
    assert standard_deviation(whole) == Number(0.0, 0.0)


def test_infinite_values_leave_quantiles_and_chances_right(sample, sampler):
    never = sample > np.quantile(sample, 0.9)
    payback = pool(np.where(never, np.inf, sample), sampler)
    finite = pool(sample, sampler)
    for share in (0.05, 0.5, 0.8):
        assert quantile(payback, share) == quantile(finite, share)
    assert expected_shortfall(payback, 0.05) == expected_shortfall(finite, 0.05)
    assert probability_above(payback, 1.0) == probability_above(finite, 1.0)
    for infinite in (
        mean(payback),
        quantile(payback, 0.95),
        expected_shortfall(payback, 0.2, "upper"),
        expected_shortfall(payback, 0.95),
    ):
        assert infinite.value == math.inf
        assert math.isnan(infinite.error)
    assert math.isnan(standard_deviation(payback).value)
    # Right at the edge the value is finite and its interval is not: the error is not known.
    assert math.isnan(quantile(payback, 0.899).error)
    assert mean(pool(np.where(never, -np.inf, sample), sampler)).value == -math.inf
    both = pool(np.where(never, np.inf, -np.inf), sampler)
    assert math.isnan(mean(both).value)
    assert quantile(both, 0.5).value == -math.inf


def test_nothing_is_said_of_no_paths_or_of_paths_that_are_not_a_number(sample, sampler):
    broken = np.where(np.arange(256) == 7, np.nan, sample)
    for empty in (pool(sample, sampler, sample < 0), pool(broken, sampler)):
        for statistic in (
            mean,
            standard_deviation,
            lambda p: quantile(p, 0.5),
            lambda p: expected_shortfall(p, 0.5),
            lambda p: probability_below(p, 0.0),
        ):
            number = statistic(empty)
            assert math.isnan(number.value)
            assert math.isnan(number.error)


def test_one_replicate_alone_gives_no_error(sample):
    alone = pool(sample, "rqmc", np.arange(32)[:, None] == np.full(256, 3))
    for statistic in (mean, lambda p: quantile(p, 0.5), lambda p: probability_below(p, 1.0)):
        assert math.isfinite(statistic(alone).value)
        assert math.isnan(statistic(alone).error)


@given(
    shift=st.integers(-8, 8),
    scale=st.sampled_from([0.25, 2.0, 16.0]),
    share=st.sampled_from([0.05, 0.5, 0.9]),
)
def test_statistics_follow_a_change_of_unit(shift, scale, share):
    # Powers of two and few digits: the change itself is exact in float64.
    values = np.round(np.random.default_rng(9).normal(size=(8, 64)) * 1024) / 1024
    for sampler in ("rqmc", "mc"):
        before, after = pool(values, sampler), pool(shift + scale * values, sampler)
        for statistic in (mean, lambda p: quantile(p, share), lambda p: expected_shortfall(p, share)):
            number = statistic(before)
            assert statistic(after).value == pytest.approx(
                shift + scale * number.value, rel=EXACT, abs=EXACT * scale
            )
            assert statistic(after).error == pytest.approx(scale * number.error, rel=1e-9)
        lower = expected_shortfall(pool(-values, sampler), share)
        mirrored = expected_shortfall(before, share, "upper")
        assert mirrored.value == pytest.approx(-lower.value, rel=EXACT)
        assert mirrored.error == pytest.approx(lower.error, rel=EXACT)


def test_an_exceedance_curve_falls_and_agrees_with_single_chances(sample, sampler):
    whole = pool(sample, sampler)
    thresholds = np.linspace(0, 4, 9)
    curve = exceedance(whole, thresholds)
    assert np.all(np.diff(curve.values) <= 0)
    assert Number(curve.values[3], curve.mcse[3]) == probability_above(whole, thresholds[3])


def test_float32_samples_are_added_in_float64(sampler):
    # In float32 a sum of 2^25 ones and more stops growing.
    offset = np.float32(2**24)
    values = (np.arange(32 * 64).reshape(32, 64) % 2).astype(np.float32) * 2 + offset
    assert mean(pool(values, sampler)).value == 2**24 + 1
    assert standard_deviation(pool(values, sampler)).value == pytest.approx(1, rel=1 / values.size)


def test_a_standard_deviation_of_even_points_is_not_too_large() -> None:
    """Of points whose mean is nearly exact, no degree of freedom goes into it: no bias of 1/(2N) is left.

    A point in the middle of each of n equal steps, moved by one random shift a replicate: the mean square
    about 1/2 is known, and the value must be nearer to it than the old divisor would bring it.
    """
    rng = np.random.default_rng(5)
    points = (np.arange(64) + rng.random((32, 1))) / 64
    found = standard_deviation(pool(points, "rqmc"))
    truth = 1 / math.sqrt(12)
    assert abs(found.value - truth) < 5 * found.error
    assert found.error < truth / (2 * points.size)
