"""strandline stress: the nearest beliefs as text, as JSON and as a page in both languages."""

import json
from dataclasses import replace

import pytest

from simulator import cli, open_run, stress
from simulator.estimate import Number
from simulator.report import charts
from simulator.report.answers import answer_markdown, ask, section_of
from simulator.report.page.document import Bullets, Paragraph, Table, text_of
from tests.cli.shop import GAIN, prior, store

STUDY = (
    GAIN
    + prior("cost", 'family = "lognormal"\nmedian = 1.0\nsigma = 0.5')
    + """
[verdict.bull]
profit = {min = 2.0}

[verdict.bear]
profit = {max = -2.0}
"""
)
MODEL = """
def profit(draws):
    return {"profit.shop": draws["gain"] - draws["cost"]}
"""
REFUSED = "Paths were not reweighted"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stress")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        store(folder, STUDY, MODEL)
        yield folder


def test_the_nearest_beliefs_are_printed_in_json_and_on_a_page(folder, capsys):
    capsys.readouterr()
    asked = ["stress", "made", "--target", "mean(profit.shop) = 1", "-q"]
    assert cli.main([*asked, "--json", "--out", "page.html"]) == 0
    found = json.loads(capsys.readouterr().out)
    known = stress(open_run("made"), "mean(profit.shop) = 1")
    assert found == json.loads(json.dumps(known.to_json()))
    assert found["method"] == "conditioned"
    assert [one["belief"] for one in found["beliefs"]] == ["gain", "cost"]
    assert cli.main(asked) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert f"({known.distance} nats)" in text
    assert "This conditions on the target" in text
    page = " ".join((folder / "page.html").read_text().split())
    assert f"{known.distance} nats" in page
    assert "<svg" in page
    assert f"{known.distance} nats" in answer_markdown(known)


def test_a_page_in_chinese_says_the_same(folder, capsys):
    asked = [
        "stress",
        "made",
        "--target",
        "p05(profit.shop) >= -3",
        "-q",
        "--out",
        "zh.html",
        "--lang",
        "zh-Hant",
    ]
    assert cli.main(asked) == 0
    page = (folder / "zh.html").read_text()
    assert "奈特" in page
    assert "以目標為條件" in page


def test_beliefs_that_are_moved_are_said_to_be_and_need_the_model(folder, capsys):
    capsys.readouterr()
    asked = ["stress", "made", "--target", "mean(profit.shop) = 12", "-q"]
    assert cli.main(asked) == 2
    assert "--model" in capsys.readouterr().err
    assert cli.main([*asked, "--model", "my_model.py:profit"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert REFUSED in text
    assert "Beliefs were moved instead" in text
    assert "at most" in text


def test_what_holds_already_is_said(folder, capsys):
    capsys.readouterr()
    assert cli.main(["stress", "made", "--target", "p_bear(shop) <= 90%", "-q"]) == 0
    assert "it is so already" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("target", "words"),
    [("sd(profit.shop) = 1", "no expectation"), ("meen(profit.shop) = 1", "Did you mean mean?")],
)
def test_what_is_no_target_is_refused_before_anything_is_written(folder, capsys, target, words):
    assert cli.main(["stress", "made", "--target", target, "--out", "none.html"]) == 2
    assert words in capsys.readouterr().err
    assert not (folder / "none.html").exists()


def test_a_report_asks_what_the_feared_verdict_would_take(folder):
    asked = ask(open_run("made"), ["stress"])
    assert asked.answers["stress"].to_json()["targets"][0]["target"] == "p_bear(shop) = 0.5"


def test_its_picture_shows_beliefs_that_moved(folder):
    chart = charts.stress(stress(open_run("made"), "mean(profit.shop) = 1"))
    assert chart.title.startswith("gain moves furthest")
    assert "gain" in chart.svg()


def test_the_first_sentence_leads_with_standard_deviations_and_beliefs_are_rounded(folder):
    known = stress(open_run("made"), "mean(profit.shop) = 1")
    first, moves = section_of(known, "en").blocks[:2]
    assert isinstance(first, Paragraph)
    assert isinstance(moves, Bullets)
    text = text_of(first.text)
    assert f"by {known.deviations.value:.2f} standard deviations ({known.distance} nats)" in text
    gain = next(one for one in known.beliefs if one.name == "gain")
    (told,) = [text_of(item) for item in moves.items if text_of(item).startswith("gain")]
    assert f"up by {gain.shift.value:.2f} standard deviations" in told
    assert f"to USD {gain.p50[1].value:.2f} bn" in told
    assert "±" not in told


@pytest.mark.parametrize(("language", "points"), [("en", "percentage points"), ("zh-Hant", "個百分點")])
def test_a_chance_changes_by_percentage_points(folder, language, points):
    known = stress(open_run("made"), "mean(profit.shop) = 1")
    table = [block for block in section_of(known, language).blocks if isinstance(block, Table)][-1]
    changes = {str(one.statistic): one for one in known.changes}
    shown = {text_of(row.head): [text_of(cell) for cell in row.cells] for row in table.rows}
    bear = changes["p_bear(shop)"]
    (cells,) = [cells for cells in shown.values() if str(bear.change * 100.0).lstrip("-") in cells[2]]
    assert cells[2].endswith(points)
    assert cells[0].endswith("%")
    assert not any(points in cells[0] for cells in shown.values())


def test_medians_that_a_sentence_cannot_tell_apart_are_given_to_their_errors(folder):
    known = stress(open_run("made"), "mean(profit.shop) = 1")
    (gain,) = [one for one in known.beliefs if one.name == "gain"]
    near = gain._replace(p50=(Number(1.0001, 0.00001), Number(1.0002, 0.00001)))
    moves = section_of(replace(known, beliefs=(near,)), "en").blocks[1]
    assert isinstance(moves, Bullets)
    assert "from USD 1.000100 ± 0.000010 bn" in text_of(moves.items[0])
