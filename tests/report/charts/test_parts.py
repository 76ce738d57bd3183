"""The parts of a difference as a chart: every share, the whole, and what cannot be drawn."""

import pytest

from simulator.errors import UsageError
from simulator.report import charts
from tests.report.charts.seen import shapes, texts, words


def effect(value: float) -> dict:
    return {name: {"share": {"value": value, "mcse": 0.002}} for name in ("p_bear(group)", "mean(margin)")}


FOUND = {
    "first": {"study": "january"},
    "second": {"study": "may"},
    "paths": 8192,
    "seed": 3,
    "sampler": "rqmc",
    "not_attributed": None,
    "statistics": {
        "p_bear(group)": {
            "function": "p_bear",
            "of": "group",
            "unit": "1",
            "change": {"value": 0.16, "mcse": 0.004},
        },
        "mean(margin)": {
            "function": "mean",
            "of": "margin",
            "unit": "USD bn",
            "change": {"value": 0.16, "mcse": 0.004},
        },
    },
    "parts": [{"name": "spend", "effects": effect(0.24)}, {"name": "adoption", "effects": effect(-0.08)}],
}


def test_bars_are_the_shares_and_the_whole_in_points() -> None:
    chart = charts.parts(FOUND)
    widths = [float(bar.get("width", "")) for bar in shapes(chart, "bar")]
    assert widths == pytest.approx([24.0 * widths[2] / 16.0, 8.0 * widths[2] / 16.0, widths[2]], abs=0.2)
    assert [bar.get("class") for bar in shapes(chart, "bar")] == ["bar up", "bar down", "bar whole"]
    assert {"+24.0 ± 0.2", "−8.0 ± 0.2", "16.0 ± 0.4"} <= {one.text for one in texts(chart)}


def test_the_title_says_the_change_and_its_largest_part() -> None:
    printed = words(charts.parts(FOUND))
    assert "Probability of bear, group: 16.0 ± 0.4 percentage points from january to may" in printed
    assert "Of that spend 24.0 ± 0.2 percentage points" in printed
    assert "mean(margin): USD 0.160 ± 0.004 bn" in words(charts.parts(FOUND, "mean(margin)"))


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(UsageError, match="Did you mean p_bear"):
        charts.parts(FOUND, "p_bear(grop)")
    with pytest.raises(UsageError, match="not divided among any: another start quarter"):
        charts.parts({**FOUND, "parts": [], "not_attributed": "another start quarter"})
