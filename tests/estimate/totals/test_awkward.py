"""Metrics that first paths show little of: rare, huge, on few numbers, and not those of single precision."""

from typing import Literal

import numpy as np
import pytest
from scipy.stats import norm

from simulator.estimate import (
    Sampled,
    SamplerName,
    derive,
    exceedance,
    expected_shortfall,
    mean,
    probability_above,
    quantile,
)
from simulator.estimate.pool import Pool
from simulator.estimate.totals import Layout, Totalled, Totals, Wanted, placed, reduced
from simulator.estimate.totals.binned import Binned
from simulator.sampling import BATCH, join_batches
from simulator.study import Limits, VerdictRule

WANTED = Wanted((0.05, 0.5, 0.95), ((0.05, 1), (0.05, -1)))
BINS = 2**16


def both(values: np.ndarray, sampler: SamplerName, first: int = 1) -> tuple[Pool, Binned]:
    """Return one metric, [batch, path], as paths and as totals whose grid the first batches place."""
    layout = Layout(("x",), sampler, (), ())

    def source(some: np.ndarray) -> Sampled:
        joined = join_batches((one[None] for one in some), len(some))
        return Sampled({"x": joined[0]}, {}, sampler, (), ())

    totals = Totals.nothing(placed(source(values[:first]), layout, WANTED, BINS), layout)
    for number, one in enumerate(values):
        totals.add(number, reduced(totals.grid, layout, one[None]), layout)
    return source(values).pool("x"), Totalled(totals, layout).pool("x")


def normal(batches: int = 6) -> np.ndarray:
    return np.random.default_rng(5).normal(size=(batches, BATCH)).astype(np.float32)


def judged(values: np.ndarray, sampler: SamplerName) -> tuple[Sampled, Totalled]:
    """Return two metrics, [batch, metric, path], the first judged, as paths and as totals."""
    rules = [VerdictRule("bull", {"lead": Limits(min=1.0)}), VerdictRule("bear", {"lead": Limits(max=-1.0)})]
    names = ("lead.a", "other.a")
    layout = Layout(names, sampler, (), rules)

    def source(some: np.ndarray) -> Sampled:
        joined = zip(names, join_batches(iter(some), len(some)), strict=True)
        metrics: dict[str, np.ndarray] = dict(joined)
        return Sampled(metrics, derive(metrics, (), rules), sampler, (), rules)

    totals = Totals.nothing(placed(source(values[:1]), layout, WANTED, BINS), layout)
    for number, one in enumerate(values):
        totals.add(number, reduced(totals.grid, layout, one), layout)
    return source(values), Totalled(totals, layout)


@pytest.mark.parametrize("large", [1e6, 1e9, 1e14, 1e18, 1e30])
@pytest.mark.parametrize("share", [0.6, 1e-3])
@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_small_values_of_one_verdict_keep_their_digits_beside_large_ones_of_another(
    large: float, share: float, sampler: SamplerName
) -> None:
    """Whether most of all paths have the large number, which stands for none, or few."""
    z = np.random.default_rng(8).normal(size=(4, 2, BATCH))
    other = np.where(z[:, 0] < norm.ppf(share), large, 5 + z[:, 1])
    paths, totals = judged(np.stack([z[:, 0], other], axis=1).astype(np.float32), sampler)
    a, b = (mean(one.given("other.a")["bull"]) for one in (paths, totals))
    assert b.value == pytest.approx(a.value, rel=1e-12)
    assert b.error == pytest.approx(a.error, rel=1e-6)


def test_the_two_zeros_are_one_in_whatever_order_they_come() -> None:
    zeros = np.where(np.random.default_rng(9).normal(size=(3, BATCH)) > 0, -0.0, 0.0).astype(np.float32)
    layout = Layout(("x",), "rqmc", (), ())
    sampled = Sampled({"x": join_batches(iter(zeros[:1]), 1)}, {}, "rqmc", (), ())
    grid = placed(sampled, layout, WANTED, BINS)
    found = [Totals.nothing(grid, layout) for _ in range(2)]
    for totals, order in zip(found, ([0, 1, 2], [2, 1, 0]), strict=True):
        for number in order:
            totals.add(number, reduced(grid, layout, zeros[number][None]), layout)
    one, other = (totals.arrays() for totals in found)
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)


@pytest.mark.parametrize("level", [0.01, 0.05, 0.25, 0.5])
@pytest.mark.parametrize("tail", ["lower", "upper"])
@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_the_mean_of_a_tail_that_ends_at_a_number_many_paths_share(
    level: float, tail: Literal["lower", "upper"], sampler: SamplerName
) -> None:
    counts = np.random.default_rng(3).poisson(3.0, (6, BATCH)).astype(np.float32)
    paths, totals = both(counts, sampler)
    a, b = (expected_shortfall(one, level, tail) for one in (paths, totals))
    assert b.value == pytest.approx(a.value, abs=1e-6)
    assert b.error == pytest.approx(a.error, rel=0.1, abs=1e-6)


def test_the_mean_of_a_tail_whose_end_moves_from_one_number_to_another() -> None:
    rng = np.random.default_rng(4)
    chances = [[0.06, 0.94], *([[0.045, 0.955]] * 5)]
    values = np.stack([rng.choice([0.0, 1.0], BATCH, p=p) for p in chances]).astype(np.float32)
    a, b = (expected_shortfall(one, 0.05) for one in both(values, "rqmc"))
    assert b.value == pytest.approx(a.value, abs=1e-6)
    assert 0 <= b.value <= 1


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
@pytest.mark.parametrize("never", [1e9, 1e17, 3e38, np.inf])
def test_a_number_that_stands_for_never_takes_nothing_from_the_other_tail(
    never: float, sampler: SamplerName
) -> None:
    values = normal()
    values[:, ::33] = never
    a, b = (expected_shortfall(one, 0.05) for one in both(values, sampler))
    # By double precision, and by what a bin may hide of the threshold's move.
    assert abs(a.value - b.value) <= 1e-3 * a.error
    assert b.error == pytest.approx(a.error, rel=0.1)
    c, d = (quantile(one, 0.5) for one in both(values, sampler))
    assert abs(c.value - d.value) <= d.error


def test_a_tail_without_a_variance_has_no_error_that_cannot_be_computed() -> None:
    values = (1 / np.random.default_rng(8).random((6, BATCH))).astype(np.float32)
    a, b = (expected_shortfall(one, 0.05) for one in both(values, "mc"))
    assert b.value == pytest.approx(a.value, rel=1e-6)
    assert b.error == pytest.approx(a.error, rel=0.1)


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
@pytest.mark.parametrize(("usual", "rare"), [(0.0, 2e4), (0.1, 0.2), (0.1, 100.0)])
def test_what_the_first_paths_never_show_is_added_up(usual: float, rare: float, sampler: SamplerName) -> None:
    values = np.full((4, BATCH), usual)
    values[2, 77] = rare
    a, b = (mean(one) for one in both(values, sampler))
    assert b.value == pytest.approx(a.value, rel=1e-12)
    assert b.error == pytest.approx(a.error, rel=1e-6)


def test_thresholds_are_compared_in_the_precision_of_the_values() -> None:
    values = np.random.default_rng(6).choice(np.array([0, 0.1, 0.2, 0.3], np.float32), (3, BATCH))
    paths, totals = both(values, "mc")
    for threshold in (0.1, 0.2, 0.3):
        assert probability_above(totals, threshold).value == probability_above(paths, threshold).value
    a, b = (exceedance(one, np.array([0.1, 0.2])) for one in (paths, totals))
    assert np.array_equal(a.values, b.values)
