"""The parts of a difference as a chart: every share, the whole, and what cannot be drawn."""

import math
from dataclasses import replace

import pytest

from simulator.analysis.comparison.attribution import PartEffect
from simulator.analysis.comparison.record import ComparedStatistic, Part, Side, StudyDifference
from simulator.analysis.comparison.statistics import Statistic
from simulator.errors import UsageError
from simulator.estimate import Number
from simulator.report import charts
from tests.report.charts.seen import shapes, texts, words


def part(name: str, share: float) -> Part:
    nothing = Number(math.nan, math.nan)
    effect = PartEffect(nothing, nothing, Number(share, 0.002))
    return Part(name, 1, {"p_bear(group)": effect, "mean(margin)": effect})


def side(study: str) -> Side:
    return Side(study, "", None, "", {}, None, ())


STATISTICS = Statistic("p_bear", "group", "1"), Statistic("mean", "margin", "USD bn")
CHANGE = Number(0.30, 0.003), Number(0.46, 0.003), Number(0.16, 0.004)
FOUND = StudyDifference(
    seed=3,
    sampler="rqmc",
    replicates=32,
    paths=8192,
    paths_of_priors=8192,
    first=side("january"),
    second=side("may"),
    verdicts={"bull": 1, "base": 0, "bear": -1},
    statistics={one.name: ComparedStatistic(one, *CHANGE) for one in STATISTICS},
    parts=(part("spend", 0.24), part("adoption", -0.08)),
    together={},
    priors=(),
    not_attributed=None,
    changes=(),
    stored=None,
)


def test_bars_are_the_shares_and_the_whole_in_points() -> None:
    chart = charts.parts(FOUND)
    widths = [float(bar.get("width", "")) for bar in shapes(chart, "bar")]
    assert widths == pytest.approx([24.0 * widths[2] / 16.0, 8.0 * widths[2] / 16.0, widths[2]], abs=0.2)
    assert [bar.get("class") for bar in shapes(chart, "bar")] == ["bar up", "bar down", "bar whole"]
    assert {"+24.0 ± 0.2", "−8.0 ± 0.2", "16.0 ± 0.4"} <= {one.text for one in texts(chart)}


def test_the_title_says_the_change_and_its_largest_part() -> None:
    text = words(charts.parts(FOUND))
    assert "Probability of bear, group: 16.0 ± 0.4 percentage points from january to may" in text
    assert "Of that spend 24.0 ± 0.2 percentage points" in text
    assert "mean(margin): USD 0.160 ± 0.004 bn" in words(charts.parts(FOUND, "mean(margin)"))


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(UsageError, match="Did you mean p_bear"):
        charts.parts(FOUND, "p_bear(grop)")
    with pytest.raises(UsageError, match="not divided among any: another start quarter"):
        charts.parts(replace(FOUND, parts=(), not_attributed="another start quarter"))
