"""strandline value: decisions by name and from files, as text, as JSON and as a page."""

import json

import pytest

from simulator import cli
from tests.cli.shop import GAIN, prior, store

STUDY = (
    GAIN
    + prior("go", "value = 1.0", "1")
    + """
[decision.shop]
title = "To open [a] shop"
payoff = "profit.shop"
[decision.shop.action.open]
title = "Open"
[decision.shop.action.leave]
title = "Leave it"
set = { go = 0.0 }

[decision.sure]
payoff = "profit.shop"
[decision.sure.action.open]
[decision.sure.action.burn]
set = { go = 0.0 }
cost = 100.0
"""
)
MODEL = """
def profit(draws):
    return {"profit.shop": draws["go"] * draws["gain"]}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store(tmp_path, STUDY, MODEL)
    return tmp_path


def ask(*more: str) -> int:
    return cli.main(["value", "made", "--model", "my_model.py:profit", "-q", *more])


def test_the_first_decision_is_asked_of_and_told_in_text_json_and_on_pages(folder, capsys):
    capsys.readouterr()
    assert ask("--json") == 0
    once = capsys.readouterr().out
    found = json.loads(once)
    assert (found["schema"], found["decision"], found["best"]) == (1, "shop", "open")
    assert found["other_decisions"] == ["sure"]
    # 2 (φ(1/2) - Φ(-1/2)/2), and all that is not known is this one belief.
    for one in (found["perfect"], found["beliefs"][0]["value"]):
        assert one["value"] == pytest.approx(0.395593, abs=5 * one["mcse"])
    assert ask("--json") == 0
    assert capsys.readouterr().out == once
    assert ask("--out", "page.html") == 0
    text = capsys.readouterr().out
    assert "To open [a] shop" in text
    assert "Leave it" in text
    assert "gain" in (folder / "page.html").read_text()
    assert ask("--out", "seite.html", "--lang", "zh-Hant") == 0
    assert "平均最佳" in (folder / "seite.html").read_text()


def test_a_decision_that_never_changes_is_said_to(folder, capsys):
    assert ask("--decision", "sure") == 0
    assert "The decision would hardly ever change" in capsys.readouterr().out


def test_a_decision_of_a_file_and_a_sample(folder, capsys):
    (folder / "mine.toml").write_text(
        '[decision.mine]\npayoff = "profit.shop"\n[decision.mine.action.a]\n'
        "[decision.mine.action.b]\nset = { go = 0.5 }\n"
    )
    capsys.readouterr()
    assert ask("--decision", "mine.toml", "--sample", "gain n=4 sd=2", "--group", "g*", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["decision"] == "mine"
    assert found["samples"][0]["n"] == 4
    assert found["groups"]["named"][0]["members"] == ["gain"]


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (["--decision", "shoop"], 2, "Did you mean shop?"),
        (["--decision", "none.toml"], 3, "none.toml"),
        (["--sample", "gain"], 2, "n=8 sd=0.5"),
        (["--group", "gane"], 2, "Did you mean gain?"),
        (["--paths", "16385"], 2, "from 1 to 16384"),
    ],
)
def test_what_cannot_be_asked_is_refused(folder, capsys, more, code, says):
    assert ask(*more) == code
    assert says in capsys.readouterr().err


def test_a_payoff_that_is_no_metric_is_a_fault_of_its_file(folder, capsys):
    (folder / "mine.toml").write_text(
        '[decision.mine]\npayoff = "profit.shoop"\n[decision.mine.action.a]\n[decision.mine.action.b]\n'
    )
    assert ask("--decision", "mine.toml") == 3
    err = " ".join(capsys.readouterr().err.split())
    assert "decision.mine.payoff" in err
    assert "profit.shop" in err
