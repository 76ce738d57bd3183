"""What a record of capex says of the year ahead: exact where the record is regular."""

import numpy as np
import pytest

from simulator.buildout.forecast.history import History
from simulator.buildout.forecast.record import opening_of, seasons

FIRST = 4 * 2019
GROWTH = 0.26
BELIEFS = {
    "growth": GROWTH,
    "growth_years": 4.0,
    "momentum": 0.5,
    "common": 0.16,
    "own": 0.14,
    "slope": 1.0,
    "figure": 0.1,
    "error_years": 2.0,
}


def steady(quarters: int, growth: float = GROWTH) -> History:
    levels = np.array([[1.0], [2.0]])
    return History(("a", "b"), FIRST, levels * np.exp(growth / 4 * np.arange(quarters)))


@pytest.mark.parametrize("quarters", [5, 8, 20])
def test_steady_growth_as_believed_goes_on(quarters: int) -> None:
    longer = steady(quarters + 4).capex
    opening = opening_of(steady(quarters), BELIEFS)
    np.testing.assert_allclose(np.exp(opening.year), longer[:, -4:].sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(opening.weights, 1, rtol=1e-12)
    np.testing.assert_array_equal(opening.last_quarter, longer[:, quarters - 1])
    assert opening.slope == pytest.approx(1)
    assert opening.growth == pytest.approx(GROWTH)


def test_errors_shrink_from_what_was_believed_as_years_go_by_without_any() -> None:
    for field, belief in (("common", 0.16), ("own", 0.14), ("figure", 0.1)):
        early, late = (getattr(opening_of(steady(n), BELIEFS), field) for n in (5, 25))
        # Five quarters hold no year that is over; of a figure they hold one run of four.
        assert early == pytest.approx(belief if field != "figure" else belief * np.sqrt(2 / 2.25))
        runs = 21 if field == "figure" else 17
        assert late == pytest.approx(belief * np.sqrt(2 / (2 + runs / 4)))


def test_growth_is_that_of_the_record_and_of_the_belief_by_years() -> None:
    assert opening_of(steady(21, growth=0.5), BELIEFS).growth == pytest.approx((4 * GROWTH + 5 * 0.5) / 9)


def test_a_season_is_found_and_shrunk_by_a_year_without_any() -> None:
    season = np.array([-0.06, -0.02, 0.02, 0.06])
    logs = np.tile(season, 6)[None] + 0.05 * np.arange(24)
    # Five of each quarter have a centred mean.
    np.testing.assert_allclose(seasons(logs, FIRST)[0], 5 / 6 * season, atol=1e-12)


def test_nothing_depends_on_the_unit() -> None:
    history = History(("a", "b"), FIRST, np.exp(np.random.default_rng(1).normal(3, 0.2, (2, 20))))
    one = opening_of(history, BELIEFS)
    two = opening_of(History(history.companies, FIRST, 1000 * history.capex), BELIEFS)
    np.testing.assert_allclose(two.year - one.year, np.log(1000), rtol=1e-12)
    for field in ("common", "own", "slope", "growth", "figure"):
        assert getattr(two, field) == pytest.approx(getattr(one, field), rel=1e-9)
