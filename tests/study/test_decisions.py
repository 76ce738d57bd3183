"""Decisions of a study: read, laid over, stored, and refused with every fault at once."""

import pytest

from simulator.errors import StudyError
from simulator.study import Study

PRIORS = {"x": {"family": "normal", "mean": 0.0, "sd": 1.0}, "go.a": {"value": 1.0}, "go.b": {"value": 1.0}}
ACTIONS = {"on": {"title": "Go on"}, "stop": {"set": {"go.*": 0.0}, "cost": 2.5, "note": "For good."}}
DECISION = {"title": "Build", "payoff": "net", "action": ACTIONS}


def study(decision=DECISION, **more) -> Study:
    return Study.from_dict({"priors": PRIORS, "decision": {"build": decision}, **more})


def faults_of(decision) -> dict[str, str]:
    with pytest.raises(StudyError) as caught:
        study(decision)
    return {fault.key: f"{fault.found}; {fault.allowed} {fault.advice}" for fault in caught.value.faults}


def test_a_decision_is_read_and_stars_are_spelled_out():
    (one,) = study().decisions
    on, stop = one.actions
    assert (one.name, one.title, one.payoff) == ("build", "Build", "net")
    assert (on.title, dict(on.values), on.cost) == ("Go on", {}, 0.0)
    assert (stop.title, dict(stop.values), stop.cost) == ("stop", {"go.a": 0.0, "go.b": 0.0}, 2.5)


def test_a_decision_is_stored_and_changes_no_number():
    one = study()
    assert Study.from_dict(one.to_dict()).decisions == one.decisions
    assert one.override({"x": 1.0}).decisions == one.decisions
    assert one.hash == Study.from_dict({"priors": PRIORS}).hash


def test_every_fault_is_reported_at_once_with_its_key():
    found = faults_of(
        {
            "payof": "net",
            "action": {
                "o n": {},
                "on": {"titel": "Go on", "set": {"x.median": "a"}},
                "stop": {"set": {"gone": 0.0}, "cost": "much"},
            },
        }
    )
    assert set(found) == {
        "decision.build.payof",
        "decision.build.payoff",
        "decision.build.action",
        "decision.build.action.on.titel",
        "decision.build.action.on.set.x.median",
        "decision.build.action.stop.set.gone",
        "decision.build.action.stop.cost",
    }
    assert "Did you mean title" in found["decision.build.action.on.titel"]
    assert "Did you mean payoff" in found["decision.build.payof"]


@pytest.mark.parametrize("actions", [{"on": {}}, {}, 3])
def test_a_choice_needs_two_actions(actions):
    assert set(faults_of({"payoff": "net", "action": actions})) == {"decision.build.action"}


def test_a_layer_changes_one_action_and_leaves_the_others(tmp_path):
    base = """
[study]
as_of = 2026-01-28
[x]
value = 1.0
unit = "1"
basis = "judgement"
as_of = 2026-01-28
note = "For a test."
[decision.build]
payoff = "net"
[decision.build.action.on]
[decision.build.action.stop]
set = { x = 0.0 }
"""
    top = """
extends = "base.toml"
[study]
as_of = 2026-01-28
[decision.build]
title = "Build"
[decision.build.action.stop]
set = { x = 0.5 }
[decision.build.action.double]
set = { x = 2.0 }
"""
    (tmp_path / "base.toml").write_text(base)
    (tmp_path / "top.toml").write_text(top)
    from simulator.study import load_study

    (one,) = load_study(tmp_path / "top.toml").decisions
    assert (one.title, one.payoff) == ("Build", "net")
    assert {action.name: dict(action.values) for action in one.actions} == {
        "on": {},
        "stop": {"x": 0.5},
        "double": {"x": 2.0},
    }


def test_a_file_with_one_decision_stands_beside_those_of_the_study(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('[decision.mine]\npayoff = "net"\n[decision.mine.action.a]\n[decision.mine.action.b]\n')
    assert [one.name for one in (study().decision_from(file),)] == ["mine"]
    for text, key in (
        ('[study]\nname = "a"\n', "study.name"),
        ("[decision.a]\n[decision.b]\n", "decision"),
        ("", "decision"),
        ("[decision", ""),
        ('[decision.a]\npayoff = "net"\n[decision.a.action.b]\n', "decision.a.action"),
    ):
        file.write_text(text)
        with pytest.raises(StudyError) as caught:
            study().decision_from(file)
        assert key in {fault.key for fault in caught.value.faults} or not key
        assert all(fault.file == str(file) for fault in caught.value.faults)
