"""Figures of a score say what it found, and draw its errors."""

import pytest
from matplotlib.collections import LineCollection
from matplotlib.patches import StepPatch
from matplotlib.text import Text

from simulator.errors import UsageError
from simulator.estimate import Number as Estimate
from simulator.report import figures
from simulator.report.figures.outcome import percent

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


def texts(figure) -> str:
    return " ".join(" ".join(text.get_text().replace("\u00a0", " ").split()) for text in figure.findobj(Text))


def test_skill_is_told_with_its_error_and_drawn_with_two() -> None:
    figure = figures.skill(SUMMARY)
    assert "skill 0.20 ± 0.05 against random walk, 0.6 ± ? against consensus" in texts(figure)
    ends = [
        segment[:, 1].tolist()
        for lines in figure.axes[0].findobj(LineCollection)[:1]
        for segment in lines.get_segments()
    ]
    assert ends == [pytest.approx([0.1, 0.3])] * 2


def test_calibration_tells_the_coverage_and_draws_all_outcomes() -> None:
    figure = figures.calibration(SUMMARY)
    assert f"intervals of 80% held {percent(Estimate(0.82, 0.06))} of outcomes" in texts(figure)
    (bars,) = (patch for patch in figure.axes[0].patches if isinstance(patch, StepPatch))
    tops, _, _ = bars.get_data()
    assert tops.sum() == pytest.approx(100, rel=1e-12)
    assert tops[1] == pytest.approx(12.0, rel=1e-12)


@pytest.mark.parametrize(("draw", "scope"), [(figures.skill, "grop"), (figures.calibration, "company")])
def test_an_unknown_scope_is_told(draw, scope) -> None:
    with pytest.raises(UsageError, match=f"there is no scope '{scope}'; did you mean"):
        draw(SUMMARY, scope)
