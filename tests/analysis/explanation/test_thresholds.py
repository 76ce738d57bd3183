"""The verdict where one threshold of the scorecard is moved: the run judged again, nothing computed again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.analysis.explanation.thresholds import MOVE, moved_thresholds, other_rules
from simulator.analysis.run import simulate
from simulator.study import Study

NORMAL = {"family": "normal", "mean": 0.0, "sd": 1.0}
PASSED = {"bull": {"scorecard_passes": {"min": 2}}, "bear": {"scorecard_passes": {"max": 0}}}


def model(draws: Mapping[str, Any]) -> dict[str, Any]:
    return {"margin.group": draws["a"], "power.group": draws["b"]}


def study(margin: float, power: float, verdict: Mapping[str, Any]) -> Study:
    return Study.from_dict(
        {
            "priors": {"a": NORMAL, "b": NORMAL},
            "verdict": verdict,
            "scorecard": [
                {"metric": "margin", "min": margin, "title": "Margin"},
                {"metric": "power", "min": power, "title": "Power"},
            ],
        },
        model,
    )


def test_a_moved_threshold_gives_the_verdicts_of_a_run_that_has_it() -> None:
    run = simulate(study(0.2, -0.1, PASSED), paths=8192, seed=1)
    found = moved_thresholds(run, "group")
    assert [one.metric for one in found] == ["margin", "margin", "power", "power"]
    for one in found:
        other = simulate(run.study.override({f"scorecard.{one.metric}.min": one.moved}), paths=8192, seed=1)
        for name, chance in one.chances.items():
            there = other.estimate(f"p_{name}(group)")
            assert (chance.value, chance.error) == (there.value, there.error)


def test_it_is_moved_to_where_a_tenth_of_all_paths_more_or_fewer_pass() -> None:
    run = simulate(study(0.2, -0.1, PASSED), paths=8192, seed=1)
    signs = [1, -1, 1, -1]
    for one, sign in zip(moved_thresholds(run, "group"), signs, strict=True):
        values = run.metric(f"{one.metric}.group")
        change = np.mean(values >= one.moved) - np.mean(values >= one.threshold)
        # The quantile nearest to a share is one of the paths: a path to either side.
        assert change == pytest.approx(sign * MOVE, abs=2 / values.size)


def test_a_threshold_is_not_moved_beyond_all_paths() -> None:
    """At -2 some 98% pass, and not 10% more can; at 2 some 2% do, and not 10% fewer."""
    found = moved_thresholds(simulate(study(-2.0, 2.0, PASSED), paths=8192, seed=1), "group")
    assert [(one.metric, one.moved > one.threshold) for one in found] == [("margin", True), ("power", False)]


def test_where_the_rules_count_no_passes_nothing_hangs_on_a_threshold() -> None:
    rules = {"bull": {"margin": {"min": 1.0}}, "bear": {"margin": {"max": -1.0}}}
    assert moved_thresholds(simulate(study(0.2, -0.1, rules), paths=8192, seed=1), "group") == ()


VALUED = {
    "bull": {"value_created": {"min": 0.5}, "scorecard_passes": {"min": 2}},
    "bear": {"value_created": {"max": -0.5}, "scorecard_passes": {"max": 0}},
}


def valued(verdict: Mapping[str, Any]) -> Study:
    def model(draws: Mapping[str, Any]) -> dict[str, Any]:
        return {"value_created.group": draws["a"], "margin.group": draws["a"], "power.group": draws["b"]}

    return replace(study(0.2, -0.1, verdict), model=model)


def test_other_rules_give_the_verdicts_of_a_run_that_has_them() -> None:
    """Without the scorecard, and with one more pass; the change is that of pairs."""
    run = simulate(valued(VALUED), paths=8192, seed=1)
    bare = {name: {"value_created": own["value_created"]} for name, own in VALUED.items()}
    more = {**VALUED, "bear": {**VALUED["bear"], "scorecard_passes": {"max": 1}}}
    found = {one.rules: one for one in other_rules(run, "group")}
    assert list(found) == ["without", "one_more"]
    for name, verdict in (("without", bare), ("one_more", more)):
        other = simulate(valued(verdict), paths=8192, seed=1)
        summary = other.summarise()
        assert found[name].chances == summary.verdicts["group"]
        assert found[name].split == summary.verdict_split["group"]
        changed = other.verdicts["verdict.group"] == -1
        paired = changed.astype(float) - (run.verdicts["verdict.group"] == -1)
        assert found[name].change.value == pytest.approx(paired.mean(), abs=1e-12)


def test_a_rule_of_passes_alone_is_not_left_without_conditions() -> None:
    run = simulate(study(0.2, -0.1, PASSED), paths=8192, seed=1)
    assert [one.rules for one in other_rules(run, "group")] == ["one_more"]
