"""Scenarios of a stored run: what is asked, what is refused, and that they are the run's own paths."""

import json
from functools import cache
from typing import ClassVar

import numpy as np
import pytest
from analysis.questions.scenarios.planted import cover
from analysis.questions.scenarios.two_ways import run
from analysis.questions.small_runs import STANDARD, linear_run

from simulator import UsageError, simulate
from simulator.analysis.questions.scenarios import scenarios
from simulator.analysis.questions.scenarios.covering import outside_each_other
from simulator.buildout.shocks import Shock
from simulator.estimate import Number, to_json
from simulator.estimate.observed import RESOLUTION
from simulator.study import Study


@cache
def found():
    return scenarios(run(), "bear.model")


def holds(one, own):
    if one.values:
        return np.isin(own, one.values)
    low, high = (-np.inf if one.low is None else one.low), (np.inf if one.high is None else one.high)
    return (own >= low) & (own <= high)


def inside(scenario):
    draws = run().draws(["demand", "delay", "coin"])
    together = [holds(one, draws[one.belief]) for one in scenario.conditions]
    return np.logical_and.reduce(together).reshape(32, -1)


def test_boxes_are_counted_on_the_other_half_of_the_replicates():
    first = found().boxes[0]
    event, within = run().verdicts["verdict"] == -1, inside(first)
    counted, both = within[1::2], (within & event)[1::2]
    assert first.share.mass.value == pytest.approx(counted.mean(), rel=1e-12)
    assert first.share.purity.value == pytest.approx(both.sum() / counted.sum(), rel=1e-12)
    assert first.share.coverage.value == pytest.approx(both.sum() / event[1::2].sum(), rel=1e-12)
    base = event[1::2].mean()
    assert first.share.lift.value == pytest.approx(both.sum() / counted.sum() / base, rel=1e-12)
    assert first.share.explained.value == pytest.approx(
        np.corrcoef(counted.ravel(), event[1::2].ravel())[0, 1] ** 2, rel=1e-9
    )
    assert (found().searched, found().counted) == (run().plan.paths // 2, run().plan.paths // 2)


def test_the_two_ways_to_a_loss_are_two_boxes():
    named = [{one.belief for one in box.conditions} for box in found().boxes]
    assert named == [{"coin"}, {"demand", "delay"}]
    coin = found().boxes[0].conditions[0]
    assert coin.values == (1.0,)
    assert found().boxes[1].outside == 1


def test_limits_are_in_the_units_of_the_study():
    delay = next(one for one in found().boxes[1].conditions if one.belief == "delay")
    assert delay.unit == "month"
    assert delay.low is not None
    assert 20 < delay.low < 28


def test_the_probability_is_that_of_the_run():
    probability = run().estimate("p_bear(model)")
    assert found().probability.value == pytest.approx(probability.value, rel=1e-12)
    assert found().probability.error == pytest.approx(probability.error, rel=1e-12)
    other = scenarios(run(), "prob_below(value, 0)", boxes=1)
    assert other.probability.value == pytest.approx(probability.value, abs=1e-3)
    assert other.boxes[0].conditions == found().boxes[0].conditions


def test_the_same_run_gives_the_same_bytes():
    again = scenarios(run(), "bear.model")
    text = to_json(found().to_json())
    assert to_json(again.to_json()) == text
    told = json.loads(text)
    assert told["schema"] == 1
    assert told["boxes"][1]["share"]["purity"]["mcse"] > 0
    assert [len(step["conditions"]) for step in told["boxes"][1]["nested"]] == [1, 2]


def test_beliefs_are_chosen_by_name():
    only = scenarios(run(), "bear.model", boxes=1, only=["demand"])
    assert [one.belief for one in only.boxes[0].conditions] == ["demand"]
    assert only.beliefs == 1
    assert only.other is None
    without = scenarios(run(), "bear.model", boxes=1, without="demand")
    assert "demand" not in {one.belief for box in without.boxes for one in box.conditions}
    assert "demand" in without.boxes[0].barred
    # Both components of a belief of several numbers go by its name.
    noise = scenarios(run(), "bull.model", boxes=1, only="noise")
    assert noise.beliefs == 2


def test_a_larger_least_share_makes_larger_boxes():
    assert scenarios(run(), "bear.model", boxes=1, min_share=0.5).trajectory[-1].share.mass.value > 0.45
    assert found().least_share == 0.05


def test_a_rare_event_may_have_a_box_of_its_own_size():
    rare = scenarios(run(), "prob_below(value, -3)", boxes=1)
    assert rare.probability.value < 0.05
    assert rare.least_share == rare.probability.value
    assert {one.belief for one in rare.boxes[0].conditions} >= {"coin"}


def test_correlated_beliefs_move_along():
    answer = scenarios(linear_run(spearman=0.8), "bear.model", boxes=1, only="x")
    [along] = [one for one in answer.boxes[0].along if one.belief == "y"]
    assert along.shift.value < -0.1


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"target": "bears.model"}, "Did you mean bear.model"),
        ({"target": "mean(value)"}, "no chance"),
        ({"target": "prob_below(value, -99)"}, "found it on 0 of 16,384 paths"),
        ({"target": "prob_above(value, -99)"}, "found it on 16,384 of 16,384 paths"),
        ({"conditions": 5}, "conditions: found 5; allowed: a whole number from 1 to 4"),
        ({"boxes": 0}, "boxes: found 0"),
        ({"min_share": 1.0}, "min_share: found 1.0; allowed: a number from 0.0078"),
        ({"min_share": 0.001}, "128 of 16,384 paths"),
        ({"min_share": True}, "min_share: found True"),
        ({"only": "demnd"}, "belief demnd: the run has none of that name that varies. Did you mean demand?"),
        ({"only": ["coin"], "without": ["coin"]}, "leaves no belief"),
    ],
)
def test_what_cannot_be_asked_is_refused(about, message):
    with pytest.raises(UsageError) as refused:
        scenarios(run(), **({"target": "bear.model"} | about))
    assert message in str(refused.value)


def test_a_run_of_a_summary_has_no_paths_to_search():
    study = Study.from_dict({"priors": {"x": STANDARD}}, model=lambda d: {"f": d["x"]})
    with pytest.raises(UsageError, match="scenarios"):
        scenarios(simulate(study, paths=8192, keep="summary"), "prob_below(f, 0)")


class Lucky:
    """A model of a belief and of luck, which is no belief."""

    shocks: ClassVar = {"luck": Shock(1, "normal")}

    def __call__(self, draws):
        return {"f": draws["x"] + draws["luck"][0]}


def test_a_study_whose_beliefs_are_sure_is_refused():
    study = Study.from_dict({"priors": {"x": {"value": 1.0}}}, model=Lucky())
    with pytest.raises(UsageError, match="no belief that varies"):
        scenarios(simulate(study, paths=8192), "prob_below(f, 0)")


def run_of_one(metric, **rules):
    study = Study.from_dict({"priors": {"x": STANDARD}, **rules}, model=lambda d: {metric: d["x"]})
    return simulate(study, paths=8192)


@pytest.mark.parametrize(
    ("metric", "rules", "event"),
    [
        (
            "f.shop",
            {"study": {"verdicts": ["gain", "loss"]}, "verdict": {"loss": {"f": {"max": 0.0}}}},
            "p_loss(shop)",
        ),
        ("value_created.shop", {}, "prob_below(value_created.shop, 0)"),
    ],
)
def test_by_default_the_event_is_what_an_analyst_looks_at_first(metric, rules, event):
    assert scenarios(run_of_one(metric, **rules), boxes=1).to_json()["target"] == event


def test_a_study_without_verdicts_and_without_value_needs_a_target():
    with pytest.raises(UsageError, match=r"no verdicts .* such as prob_below\(f, 0\)"):
        scenarios(run_of_one("f"))


def test_what_no_path_gainsays_is_known_to_what_paths_resolve():
    """On every even replicate and on every odd one alike the event is the box itself."""
    x = np.tile((np.arange(512) + 0.5) / 512, (32, 1))
    share = outside_each_other(cover({"x": x}, x > 0.75), 1, Number(0.25, 0.0))[0][0].scenario.share
    paths, inside = x.size / 2, x.size / 8
    assert (share.purity.value, share.coverage.value) == (1.0, 1.0)
    assert share.mass.error == pytest.approx(RESOLUTION / paths)
    assert share.purity.error == pytest.approx(RESOLUTION / inside)
    assert share.coverage.error == pytest.approx(RESOLUTION / inside)
    assert share.lift.error == pytest.approx(4 * share.purity.error)
