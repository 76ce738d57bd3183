"""The page of an update: every number of the summary, in both languages, whatever a file says in it."""

import re

import pytest

import simulator
from simulator.report import console, page
from simulator.report import update as terminal
from simulator.report.page.speech import LANGUAGES
from tests.posterior.filed import evidence, study

HOSTILE = "</script><img src=x onerror=alert(1)>[x](javascript:1)\x1b[31m"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    file = evidence(tmp_path_factory.mktemp("evidence"), {"2025Q1": 2.0, "2026Q1": 1.5, "2026Q2": 1.7})
    return simulator.update(study(), file, paths=2**15).summary()


@pytest.fixture(scope="module")
def judged(found):
    """The same with verdicts, as a study of companies has them, and a gate that failed."""
    chances = {name: {"value": x, "mcse": 0.01} for name, x in (("bull", 0.2), ("base", 0.3), ("bear", 0.5))}
    verdicts = {"group": chances, "amazon": chances}
    outcome = {name: found[name] | {"verdicts": verdicts} for name in ("prior", "posterior")}
    gate = {"name": "khat", "value": None, "limit": 0.7, "most": True, "passed": False}
    method = found["method"] | {"gates": [gate], "tried": {"reweighting": [gate]}}
    steps = [step | {"verdicts": verdicts} for step in found["steps"]]
    titles = {"amazon": "Amazon"}
    return found | outcome | {"method": method, "titles": titles, "steps": steps}


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_everything(found, judged, language) -> None:
    for summary in (found, judged):
        document = page.learned(summary, "runs/one", language)
        whole, plain = page.to_html(document), page.to_markdown(document)
        for row in summary["moved"]:
            shown = terminal.clear(row)
            assert (row["name"] in whole) == (row["name"] in plain) == shown
        for row in summary["observations"]:
            assert f"{row['value']:g}" in plain
        assert "sales" in plain
        assert "<svg" in whole
        assert "{" not in plain


def test_a_failed_gate_is_the_first_thing_said(judged) -> None:
    text = page.to_markdown(page.learned(judged, "one", "en"))
    assert text.index("Do not rely on this posterior") < text.index("Bear")
    assert "failed" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_of_a_file_does_nothing(found, language) -> None:
    row = found["observations"][0] | {"name": HOSTILE, "quantity": HOSTILE, "unit": HOSTILE}
    left = found["left_out"][0] | {"series": HOSTILE}
    summary = found | {"title": HOSTILE, "study": HOSTILE, "observations": [row], "left_out": [left]}
    whole = page.to_html(page.learned(summary, HOSTILE, language))
    assert "<img" not in whole
    assert whole.count("</script>") == 1
    assert "\x1b" not in whole
    text = re.sub("`[^`]*`", "", page.to_markdown(page.learned(summary, HOSTILE, language)))
    assert not re.search(r"(?<!\\)\]\(javascript", text)
    assert not re.search(r"(?<!\\)<", text)


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_tells_it_in_its_width(found, judged, width, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for summary in (found, judged):
        terminal.tell(console.output(), summary)
        told = capsys.readouterr().out
        assert all(len(line) <= width for line in told.splitlines())
        assert "k-hat of the weights" in told
        assert "1 known by the study's own day" in told
        assert re.search(r"sales\.?.*2026Q1", told)
    terminal.tell(console.output(), judged | {"title": HOSTILE})
    assert "\x1b" not in capsys.readouterr().out


def test_every_reason_and_gate_has_words() -> None:
    from typing import get_args

    from simulator.posterior.figures import Reason
    from simulator.report.page.speech import catalogue

    reasons = set(get_args(Reason.__value__))
    assert reasons == set(terminal.REASONS)
    for language in LANGUAGES:
        known = catalogue(language)
        assert all(f"update.reason_{reason}" in known for reason in reasons)
        assert all(f"update.gate_{gate}" in known for gate in terminal.GATES)
