"""Distances by which a page is checked: in spreads, and of what is far out by the reciprocals."""

import math

import numpy as np
import pytest

from simulator.whatif.nearness import Spread, distances, spread_of_metric
from tests.whatif.scripts import evaluated

SPREAD = Spread(standard=4.0, robust=2.0, far=10.0)


def apart(found: float, known: float, spread: Spread = SPREAD) -> float:
    return float(distances(np.array([found], np.float32), np.array([known], np.float32), spread)[0])


def test_distances_are_in_spreads() -> None:
    assert apart(5.0, 4.0) == 0.25
    assert apart(-1.0, 1.0) == 0.5


def test_what_is_far_is_compared_by_its_reciprocal() -> None:
    assert apart(1000.0, 500.0) == pytest.approx(0.001 * 10.0**2 / 2)
    assert apart(np.inf, 1e9) == pytest.approx(1e-9 * 10.0**2 / 2)
    assert apart(5.0, 500.0) == pytest.approx((0.2 - 0.002) * 10.0**2 / 2)
    assert apart(11.0, 10.5) == 0.125  # less than by the reciprocals
    assert apart(0.0, 100.0) == 25.0


def test_what_is_not_finite_is_the_same_or_far() -> None:
    assert apart(np.nan, np.nan) == apart(np.inf, np.inf) == apart(0.0, -0.0) == 0.0
    assert apart(np.nan, 1.0) == apart(1.0, np.nan) == apart(np.inf, 1.0) == np.inf
    assert apart(0.0, np.inf) == np.inf
    assert apart(-np.inf, np.inf) == np.inf


def test_some_last_places_are_always_near() -> None:
    narrow = Spread(standard=0.05, robust=0.05, far=2030.05)
    year, step = 2030.0, float(np.spacing(np.float32(2030)))
    assert apart(year + 8 * step, year, narrow) < 1e-4
    assert apart(year + 30 * step, year, narrow) > 1e-4


def test_a_scale_is_that_of_most_paths() -> None:
    paths = np.concatenate([np.linspace(-1, 3, 401), [1e9, np.inf, np.nan]]).astype(np.float32)
    spread = spread_of_metric(paths)
    assert spread.robust == pytest.approx(2.0, rel=0.01)
    assert spread.standard == pytest.approx(1e9 / math.sqrt(402), rel=0.01)
    assert spread.far == pytest.approx(3.0, rel=0.01)  # half of all sizes are below 1


@pytest.mark.parametrize("values", [[np.nan, np.inf], [0.0, 0.0], [3.0, 3.0]])
def test_any_metric_has_a_scale(values: list[float]) -> None:
    spread = spread_of_metric(np.array(values, np.float32))
    assert min(spread.standard, spread.robust) > 0
    assert np.isfinite(spread.far)


def test_the_page_measures_alike() -> None:
    ends = [0.0, 1.0, -4.0, 9.99, 10.0, 10.5, 500.0, -1e30]
    pairs = [(a, b) for a in ends for b in ends]
    script = "pairs.map(([a, b]) => distance(a, b, spread))"
    found = evaluated("portable_engine", script, pairs=pairs, spread=SPREAD._asdict())
    one, other = np.array(pairs, float).T
    np.testing.assert_allclose(np.array(found, float), distances(one, other, SPREAD), rtol=1e-12)
    assert evaluated("portable_engine", "distance(NaN, NaN, spread)", spread=SPREAD._asdict()) == 0
