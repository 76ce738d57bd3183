import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import StudyError
from simulator.estimate import NO_VERDICT, codes_of, derive, entity_of, parts_of, shown, split
from simulator.study import Limits, ScorecardItem, VerdictRule

SCORECARD = [
    ScorecardItem("yield", 0.2, "Yield"),
    ScorecardItem("margin", 0.35, "Margin"),
    ScorecardItem("power", 0.8, "Power"),
]
RULES = [
    VerdictRule("bull", {"value": Limits(min=0.05), "scorecard_passes": Limits(min=2)}),
    VerdictRule("bear", {"value": Limits(max=-0.05), "scorecard_passes": Limits(max=1)}),
]


@pytest.mark.parametrize(
    ("value", "passing", "verdict"),
    [
        (0.05, 2, "bull"),
        (0.05, 1, "base"),
        (0.0499, 3, "base"),
        (-0.05, 1, "bear"),
        (-0.05, 2, "base"),
        (-0.0499, 0, "base"),
        (np.nan, 3, None),
        (np.inf, 3, "bull"),
        (-np.inf, 0, "bear"),
    ],
)
def test_a_path_at_the_limits_of_a_rule_meets_it(value, passing, verdict):
    metrics = {"value.group": np.full((1, 1), value, np.float32)}
    for place, item in enumerate(SCORECARD):
        # The limit itself, or the float32 just below it.
        limit = np.float32(item.min)
        score = limit if place < passing else np.nextafter(limit, np.float32(0))
        metrics[f"{item.metric}.group"] = np.full((1, 1), score)
    derived = derive(metrics, SCORECARD, RULES)
    assert derived["scorecard_passes.group"].item() == passing
    assert derived["verdict.group"].item() == (codes_of(RULES)[verdict] if verdict else NO_VERDICT)


@pytest.mark.parametrize(("order", "verdict"), [((0, 1), "bull"), ((1, 0), "bear")])
def test_the_rule_asked_first_decides(order, verdict):
    rules = [VerdictRule("bull", {"value": Limits(min=-1)}), VerdictRule("bear", {"value": Limits(max=1)})]
    asked = [rules[i] for i in order]
    found, codes = derive({"value": np.array([[-2.0, 0.0, 2.0]])}, [], asked)["verdict"], codes_of(asked)
    assert found.tolist() == [[codes["bear"], codes[verdict], codes["bull"]]]


@given(seed=st.integers(0, 99), bull=st.floats(-1, 1), bear=st.floats(-1, 1))
def test_verdicts_are_exclusive_and_exhaustive(seed, bull, bear):
    rng = np.random.default_rng(seed)
    metrics = {f"{name}.x": rng.normal(size=(4, 8)) for name in ("value", "yield", "margin", "power")}
    bear_rule = VerdictRule("bear", {"value": Limits(max=bear), "scorecard_passes": Limits(max=1)})
    derived = derive(metrics, SCORECARD, [VerdictRule("bull", {"value": Limits(min=bull)}), bear_rule])
    is_bull = metrics["value.x"] >= bull
    is_bear = ~is_bull & (metrics["value.x"] <= bear) & (derived["scorecard_passes.x"] <= 1)
    assert np.array_equal(derived["verdict.x"], np.where(is_bull, 1, np.where(is_bear, -1, 0)))


def test_entities_come_from_names_and_the_group_comes_first():
    names = ["value.meta", "value.group", "eps_drag.meta", "value.amazon"]
    metrics = dict.fromkeys(names, np.zeros((2, 3)))
    derived = derive(metrics, [], [VerdictRule("bull", {"value": Limits(min=0)})])
    assert list(derived) == ["verdict.group", "verdict.meta", "verdict.amazon"]
    # The group has no EPS: a rule on it holds for those that have one.
    derived = derive(metrics, [], [VerdictRule("bull", {"eps_drag": Limits(min=0)})])
    assert list(derived) == ["verdict.meta"]
    assert entity_of("value.meta") == "meta"
    assert entity_of("margin") == "model"


def test_metrics_without_rules_have_no_verdict():
    assert derive({"margin": np.zeros((2, 3))}, [], []) == {}


def test_all_faults_of_the_rules_are_told_at_once():
    metrics = {"value.group": np.zeros((2, 3)), "yield.meta": np.zeros((2, 3))}
    rules = [VerdictRule("bul", {"value": Limits(min=0)}), VerdictRule("bear", {"valeu": Limits(max=0)})]
    with pytest.raises(StudyError) as raised:
        derive(metrics, [ScorecardItem("yeild", 0.2, "Yield")], rules)
    faults = [str(fault) for fault in raised.value.faults]
    assert [text.split(":")[0] for text in faults] == ["scorecard[0].metric", "verdict.bear.valeu"]
    assert "Did you mean value?" in faults[1]
    with pytest.raises(StudyError, match="one company, or the group, has all of"):
        derive(metrics, [], [VerdictRule("bull", {"value": Limits(min=0), "yield": Limits(min=0)})])


def test_a_path_whose_scorecard_is_not_a_number_has_no_verdict() -> None:
    """Passes that rules ask for are not known where an item is nan; they count that item as not passed."""
    metrics = {f"{item.metric}.group": np.ones((1, 2)) for item in SCORECARD}
    metrics["value.group"] = np.ones((1, 2))
    metrics[f"{SCORECARD[0].metric}.group"][0, 1] = np.nan
    assert derive(metrics, SCORECARD, RULES)["verdict.group"].tolist() == [
        [codes_of(RULES)["bull"], NO_VERDICT]
    ]
    unasked = [VerdictRule("bull", {"value": Limits(min=0)})]
    assert derive(metrics, SCORECARD, unasked)["verdict.group"].tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ({}, {}),
        ({"loss": True}, {"loss": 1, "base": 0}),
        ({"gain": False, "loss": True}, {"gain": 0, "loss": -1}),
        ({"bull": True, "bear": True}, {"bull": 1, "base": 0, "bear": -1}),
        (
            {"a": True, "b": True, "c": False, "d": True, "e": True},
            {"a": 2, "b": 1, "c": 0, "d": -1, "e": -2},
        ),
    ],
)
def test_all_else_has_the_code_0_and_stands_where_the_study_has_it(rules, codes):
    """Or between the two halves of the rules, where the study does not name it."""
    made = [VerdictRule(name, {"value": Limits(min=0)} if ruled else {}) for name, ruled in rules.items()]
    assert list(codes_of(made).items()) == list(codes.items())


@given(seed=st.integers(0, 99), bear=st.floats(-1, 1))
def test_the_parts_of_all_else_are_all_of_it_by_the_sign_of_value(seed, bear):
    values = np.random.default_rng(seed).normal(size=(4, 8))
    values[0, 0] = 0.0
    metrics, rules = {"value_created.x": values}, [VerdictRule("bear", {"value_created": Limits(max=bear)})]
    derived, parts = derive(metrics, [], rules), parts_of(codes_of(rules))
    codes, signed = derived["verdict.x"], split(derived, metrics)["x"]
    assert list(parts) == ["base_gains", "base_losses"]
    np.testing.assert_array_equal(signed == parts["base_losses"], (codes == 0) & (values < 0))
    np.testing.assert_array_equal(signed == parts["base_gains"], (codes == 0) & (values >= 0))
    np.testing.assert_array_equal(signed[codes != 0], codes[codes != 0])


def test_all_else_is_not_split_without_a_metric_that_tells_gain_from_loss():
    metrics = {"margin.x": np.array([[-1.0, 1.0]])}
    rules = [VerdictRule("bear", {"margin": Limits(max=-2)})]
    assert split(derive(metrics, [], rules), metrics) == {}


def test_what_has_no_sign_is_neither_part():
    metrics = {"value_created.x": np.array([[np.nan, -1.0]]), "margin.x": np.array([[0.0, 0.0]])}
    rules = [VerdictRule("bear", {"margin": Limits(max=-2)})]
    signed = split(derive(metrics, [], rules), metrics)["x"]
    assert signed.tolist() == [[NO_VERDICT, parts_of(codes_of(rules))["base_losses"]]]


def test_parts_stand_in_the_place_of_all_else():
    verdicts, parts = {"bull": 1, "base": 2, "bear": 3}, {"base_gains": 4, "base_losses": 5}
    assert list(shown(verdicts, parts)) == ["bull", "base_gains", "base_losses", "bear"]
    assert shown(verdicts, {}) == verdicts
