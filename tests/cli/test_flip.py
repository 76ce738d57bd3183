"""strandline flip: the value at which the likeliest verdict changes, as text, JSON, page and section."""

import json

import pytest

from simulator import charts, cli, flip, open_run
from simulator.errors import UsageError
from tests.cli.shop import prior, store

STUDY = (
    """
[study]
as_of = 2026-01-28
verdicts = ["gain", "loss"]

[verdict.gain]
profit = { min = 0.0 }
"""
    + prior("margin", 'family = "normal"\nmean = 1.0\nsd = 2.0')
    + prior("cost", 'family = "normal"\nmean = 0.0\nsd = 1.0')
    + prior("tax", "value = 0.5", "1")
)
MODEL = """
def profit(draws):
    return {"profit.shop": (draws["margin"] - draws["cost"]) * draws["tax"]}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flip")
    store(folder, STUDY, MODEL, paths=8192)
    return folder


@pytest.fixture
def asked(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    capsys.readouterr()
    return ["flip", "made", "--model", "my_model.py:profit", "-q"]


def test_the_value_is_printed_in_json_and_on_a_page_in_both_languages(folder, asked, capsys):
    assert cli.main([*asked, "--json", "--out", "page.html"]) == 0
    text = capsys.readouterr().out
    found = json.loads(text)
    assert (found["schema"], found["entity"], found["outcome"]) == (1, "shop", "gain")
    first = found["beliefs"][0]
    (value,) = first["values"]
    # The chance of a gain is even where the margin is what the cost is on average.
    assert (first["belief"], value["below"], value["above"]) == ("margin", "loss", "gain")
    assert abs(value["value"]["value"]) < 5 * value["value"]["mcse"] < 0.2
    assert cli.main([*asked, "--json"]) == 0
    assert capsys.readouterr().out == text
    assert cli.main([*asked, "--out", "zh.html", "--lang", "zh-Hant"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "margin: all else as it is, loss is likeliest below" in printed
    assert "does not condition on it" in printed
    assert "<svg" in (folder / "page.html").read_text()
    assert "單一假設的轉折值" in (folder / "zh.html").read_text()


@pytest.mark.slow
def test_a_level_of_a_statistic_is_reached(asked, capsys):
    assert cli.main([*asked, "--target", "mean(profit.shop) = 1", "--belief", "margin", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["target"] == "mean(profit.shop) = 1"
    (belief,) = found["beliefs"]
    assert abs(belief["values"][0]["value"]["value"] - 2.0) < 0.01  # (2 - 0) / 2
    assert cli.main([*asked, "--target", "mean(profit.shop) = 1", "--pairs", "0"]) == 0
    assert "brings it to 1" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--belief", "tax"], "--set tax=VALUE"),
        (["--belief", "magrin"], "Did you mean margin?"),
        (["--entity", "shpo"], "Did you mean shop?"),
        (["--paths", "16384"], "from 1 to 8192"),
        (["--target", "mean(profit.shop)"], "allowed: = or <= or >="),
        (["--target", "mean(profit.shop) >= 1"], "found >=; allowed: ="),
        (["--top", "0"], "from 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked, capsys, options, message):
    assert cli.main([*asked, *options, "--out", "never.html"]) == 2
    assert message in " ".join(capsys.readouterr().err.split())


def test_a_report_has_the_answer_as_a_section(folder, asked, capsys):
    asked = ["report", "made", "--model", "my_model.py:profit", "--format", "json", "--ask", "flip", "-q"]
    assert cli.main(asked) == 0
    assert json.loads(capsys.readouterr().out)["answers"]["flip"]["outcome"] == "gain"


def test_pictures_of_an_answer_are_svg_and_of_anything_else_refused(folder, monkeypatch):
    monkeypatch.chdir(folder)
    from simulator import load_model

    found = flip(open_run("made", load_model("my_model.py:profit")))
    assert "margin" in charts.flips(found).svg()
    assert "cost" in charts.flip_map(found).svg()
    with pytest.raises(UsageError, match="one of its 1 maps"):
        charts.flip_map(found, 1)
