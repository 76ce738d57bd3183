"""In which unit a metric is displayed."""

from simulator.analysis.display import display_of
from simulator.study.domain import known_metrics


def test_a_ratio_is_a_share_in_per_cent_unless_it_says_how_many_times() -> None:
    shown = {name: display_of(name) for name, one in known_metrics().items() if one.unit == "1"}
    times = {name for name, one in shown.items() if (one.unit, one.factor) == ("times", 1.0)}
    assert times == {"interest_cover", "cash_cover"}
    assert {(one.unit, one.factor) for name, one in shown.items() if name not in times} == {
        ("percent", 100.0)
    }


def test_of_ones_and_zeros_the_mean_is_told() -> None:
    assert [name for name in known_metrics() if display_of(name).chance] == ["covenant_breach"]
