"""Charts of a score say what it found, and draw its errors."""

import pytest

from simulator.errors import UsageError
from simulator.estimate import Number
from simulator.report import charts
from simulator.report.charts.subject import percent
from tests.report.charts.seen import across, area, drawing, shapes, words

SUMMARY = {
    "origins": [{"quarter": "2023Q3", "as_of": "2023-10-27"}, {"quarter": "2023Q4", "as_of": "2024-02-02"}],
    "skill": [
        {"scope": "group", "horizon": horizon, "against": against, "crps": {"value": value, "error": error}}
        for against, value, error in (("random_walk", 0.2, 0.05), ("consensus", 0.6, None))
        for horizon in (1, 2, None)
    ],
    "coverage": {
        "companies": {
            "50": {"value": 0.46, "error": 0.05},
            "80": {"value": 0.82, "error": 0.06},
            "95": {"value": 0.98, "error": 0.01},
        }
    },
    "pit": {"companies": [4, 6, 5, 5, 5, 5, 5, 5, 7, 3]},
}


def test_skill_is_told_with_its_error_and_drawn_with_two() -> None:
    chart = charts.skill(SUMMARY)
    assert "skill 0.20 ± 0.05 against random walk, 0.6 ± ? against consensus" in words(chart)
    ends = [[across(chart, float(one.get(x, ""))) for x in ("x1", "x2")] for one in shapes(chart, "range")]
    assert ends == [pytest.approx([0.1, 0.3], abs=0.01)] * 2 + [pytest.approx([0.6, 0.6], abs=0.01)] * 2


def test_calibration_tells_the_coverage_and_draws_all_outcomes() -> None:
    chart = charts.calibration(SUMMARY)
    assert f"{percent(Number(0.82, 0.06))} of outcomes inside intervals of 80%" in words(chart)
    (bars,) = shapes(chart, "all")
    (level,) = shapes(chart, "level")
    left, right, _, bottom = (float(one) for one in drawing(chart).get("data-plot", "").split())
    # All outcomes together are as much as the level on the whole width.
    assert area(bars) == pytest.approx((right - left) * (bottom - float(level.get("y1", ""))), rel=0.01)


@pytest.mark.parametrize(("draw", "scope"), [(charts.skill, "grop"), (charts.calibration, "company")])
def test_an_unknown_scope_is_told(draw, scope) -> None:
    with pytest.raises(UsageError, match=f"there is no scope '{scope}'. Did you mean"):
        draw(SUMMARY, scope)
