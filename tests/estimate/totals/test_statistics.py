"""Statistics of totals are those of the same paths: exact where they can be, within their bound where not."""

import math

import numpy as np
import pytest

from simulator.estimate import (
    SHORTFALL,
    Pool,
    SamplerName,
    exceedance,
    expected_shortfall,
    mean,
    quantile,
    quantile_bound,
    standard_deviation,
    summary_of,
)
from simulator.estimate.totals import Totalled
from simulator.estimate.totals.binned import Binned
from tests.estimate.totals.batches import NAMES, SCORECARD, batch, sampled, totalled

FIRST, COUNT = 2, 12
LEVELS = (0.05, 0.1, 0.5, 0.9, 0.95)
ABOUT = {"units": {}, "study": "s", "study_hash": "h", "seed": 1, "scorecard": SCORECARD, "replicates": 32}
#: Sums are rounded some hundred times, strip by strip, whichever way they are made.
EXACT = 1e-13


@pytest.fixture(params=["float32", "float64"], scope="module")
def batches(request: pytest.FixtureRequest) -> list[np.ndarray]:
    return [batch(number, request.param) for number in range(COUNT)]


@pytest.fixture(params=["rqmc", "mc"], scope="module")
def both(request: pytest.FixtureRequest, batches: list[np.ndarray]):
    return sampled(batches, request.param), totalled(batches[:FIRST], batches, request.param)


def pairs(both) -> list[tuple[str, Pool, Binned]]:
    paths, totals = both
    found = [(name, paths.pool(name), totals.pool(name)) for name in NAMES]
    for name in NAMES:
        given, summed = paths.given(name), totals.given(name)
        assert list(given) == list(summed)
        found += [(f"{name} if {label}", given[label], summed[label]) for label in given]
    return found


def test_means_and_deviations_are_those_of_the_paths(both) -> None:
    for name, paths, totals in pairs(both):
        for statistic in (mean, standard_deviation):
            a, b = statistic(paths), statistic(totals)
            scale = float(np.abs(paths.values).max()) if paths.finite else 1.0
            assert b.value == pytest.approx(a.value, rel=EXACT, abs=EXACT * scale, nan_ok=True), name
            # The errors are differences of sums: what is lost is a share of the values, not of the errors.
            assert b.error == pytest.approx(a.error, rel=1e-6, abs=EXACT * scale, nan_ok=True), name


def test_counts_and_chances_are_those_of_the_paths(both) -> None:
    paths, totals = both
    a, b = (summary_of(source, sampler=source.pool("alone").sampler, **ABOUT) for source in both)
    assert a.verdicts == b.verdicts
    assert a.verdict_split == b.verdict_split
    assert a.scorecard == b.scorecard
    assert a.no_verdict == b.no_verdict
    assert a.paths == b.paths == paths.paths == totals.paths
    for name in NAMES:
        assert a.estimates[name]["prob_below_zero"] == b.estimates[name]["prob_below_zero"]
        assert a.estimates[name].not_finite == b.estimates[name].not_finite
        assert a.estimates[name].tail == pytest.approx(b.estimates[name].tail, rel=1e-9, nan_ok=True)


def test_quantiles_are_within_their_bound(both) -> None:
    for name, paths, totals in pairs(both):
        for level in LEVELS:
            position = level * paths.size - 0.5
            a, b = quantile(paths, level), quantile(totals, level)
            if not math.isfinite(a.value):
                assert a.value == b.value, name
                continue
            bound = totals.doubt(position)
            # Lines between two numbers are rounded once more.
            assert abs(a.value - b.value) <= bound + 4 * np.spacing(abs(a.value)), (name, level)
            # An error by replicates is known to an eighth; how bins move it is less than twice that.
            assert b.error == pytest.approx(a.error, rel=0.25, abs=bound, nan_ok=True), (name, level)


def test_numbers_that_many_paths_share_have_no_error_of_bins(both) -> None:
    _, totals = both
    for name in ("counted.group", "constant.group"):
        pool = totals.pool(name)
        assert all(pool.doubt(level * pool.size - 0.5) == 0 for level in LEVELS)


def test_the_bound_of_a_summary_is_the_largest(both) -> None:
    _, totals = both
    bound = quantile_bound(totals)
    assert 0 < bound.metrics < 0.1
    assert 0 < bound.conditional < 0.2


def test_a_shortfall_is_moved_to_the_threshold_of_all_paths(both) -> None:
    for name, paths, totals in pairs(both):
        for tail in ("lower", "upper"):
            a, b = (expected_shortfall(one, SHORTFALL, tail) for one in (paths, totals))
            if not math.isfinite(a.value):
                assert a.value == pytest.approx(b.value, nan_ok=True), name
                continue
            slack = 4 * np.spacing(abs(a.value))
            assert abs(b.value - a.value) <= b.error + slack, (name, tail)
            if " if " not in name:  # of all paths, where the tail begins was known well beforehand
                # To first order the value does not depend on where that is, nor the error.
                assert abs(b.value - a.value) <= 0.01 * a.error + slack, (name, tail)
                assert b.error == pytest.approx(a.error, rel=0.05, abs=slack), (name, tail)


def test_chances_of_more_are_within_their_error(both) -> None:
    paths, totals = (source.pool("skewed.group") for source in both)
    thresholds = np.exp(np.linspace(-6, 6, 101))
    exact, found = exceedance(paths, thresholds), exceedance(totals, thresholds)
    assert np.all(np.abs(exact.values - found.values) <= found.mcse)
    assert np.all(found.mcse >= 0.75 * exact.mcse)


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_quantiles_outside_their_windows_say_so(sampler: SamplerName) -> None:
    """The first paths are of another law: the windows are in the wrong place, and bounds are honest."""
    batches = [batch(0) - np.float32(1.0), *(batch(number) for number in range(1, 5))]
    exact, found = sampled(batches, sampler), totalled(batches[:1], batches, sampler)
    for name in NAMES:
        a, b = exact.pool(name), found.pool(name)
        for level in LEVELS:
            one, other = quantile(a, level), quantile(b, level)
            if math.isfinite(one.value):
                assert abs(one.value - other.value) <= b.doubt(level * a.size - 0.5) + np.spacing(
                    np.float32(abs(one.value))
                )
                assert math.isnan(other.error) or other.error >= b.doubt(level * a.size - 0.5)
        if name == "value.group":
            shortfall = expected_shortfall(a, SHORTFALL), expected_shortfall(b, SHORTFALL)
            assert abs(shortfall[0].value - shortfall[1].value) <= shortfall[1].error
    assert quantile_bound(found).metrics > 1


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_paths_that_are_not_a_number_have_no_verdict_and_no_statistics(sampler: SamplerName) -> None:
    batches = [batch(number) for number in range(3)]
    batches[2][0, ::100] = np.nan
    source: tuple[object, Totalled] = sampled(batches, sampler), totalled(batches[:1], batches, sampler)
    a, b = (summary_of(one, sampler=sampler, **ABOUT) for one in source)
    assert a.no_verdict == b.no_verdict
    assert a.no_verdict["group"].value > 0
    assert a.verdicts == b.verdicts
    assert math.isnan(b.estimates["value.group"]["p50"].value)
    assert a.estimates["value.group"].not_finite == b.estimates["value.group"].not_finite
    assert a.to_json()["conditional"].keys() == b.to_json()["conditional"].keys()
