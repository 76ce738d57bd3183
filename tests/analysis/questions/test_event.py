"""Events are true where statistics count them."""

import numpy as np
import pytest
from analysis.questions.small_runs import STANDARD, linear_run

from simulator.analysis.questions.event import event_of, feared_chance
from simulator.analysis.run import simulate
from simulator.errors import UsageError
from simulator.study import Study


@pytest.mark.parametrize(
    "text",
    [
        "p_bear(model)",
        "p_base(model)",
        "prob_below(value, -0.5)",
        "prob_above(value, 1e-3)",
        "between(value, -1, 150%)",
        "prob_below_zero(value)",
    ],
)
def test_the_share_of_paths_on_which_an_event_holds_is_its_chance(text):
    run = linear_run()
    assert np.mean(event_of(run, text).holds(run)) == pytest.approx(run.estimate(text).value, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "share"),
    [("prob_above(coin, 1)", 0.0), ("prob_below(coin, 0)", 0.0), ("between(coin, 0, 1)", 1.0)],
)
def test_below_and_above_are_strict_and_both_ends_of_between_count(text, share):
    priors = {"coin": {"family": "bernoulli", "p": 0.4}}
    run = simulate(Study.from_dict({"priors": priors}, model=lambda d: {"coin": d["coin"]}), paths=8192)
    assert np.mean(event_of(run, text).holds(run)) == run.estimate(text).value == share


def test_a_verdict_is_named_as_an_explanation_names_it():
    run = linear_run()
    short, long = (event_of(run, text) for text in ("bear.model", "p_bear(model)"))
    assert (short.holds(run) == long.holds(run)).all()
    assert (short.holds(run) == (run.metric("value") <= -2)).all()


def test_the_verdict_that_is_feared_is_of_the_last_rule_and_there_is_none_without_rules():
    assert feared_chance(linear_run()) == "p_bear(model)"
    rules = {"study": {"verdicts": ["rest", "no"]}, "verdict": {"no": {"f": {"max": 0.0}}}}
    for more, chance in ((rules, "p_no(shop)"), ({}, None)):
        study = Study.from_dict({"priors": {"x": STANDARD}, **more}, model=lambda d: {"f.shop": d["x"]})
        assert feared_chance(simulate(study, paths=8192)) == chance


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("baer.model", "Did you mean bear.model"),
        ("mean(value)", "no chance"),
        ("prob_below(valeu, 0)", "Did you mean value"),
        ("prob_below(value)", "allowed: ','"),
        ("between(value, 2, 1)", "at least 2"),
        ("prob_above(value, 1e999)", "below 3.4e38 in size"),
    ],
)
def test_what_is_no_event_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        event_of(linear_run(), text)
