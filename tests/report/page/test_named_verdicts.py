"""Studies of two verdicts and of five, from the rules to the page."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.analysis.comparison import diff
from simulator.analysis.explanation import explain
from simulator.analysis.findings import Findings, find
from simulator.analysis.learning import update
from simulator.analysis.run import Run, simulate
from simulator.errors import StudyError, UsageError
from simulator.estimate import to_json
from simulator.report import explain as explain_report
from simulator.report import terminal
from simulator.report import update as update_report
from simulator.report.console import output
from simulator.report.diff import print_difference
from simulator.report.page.html import to_html
from simulator.report.page.markdown import to_markdown
from simulator.study import Study, load_study
from tests.report.page.written import report

LIMITS = {"boom": {"min": 2}, "gain": {"min": 1}, "loss": {"max": -1}, "ruin": {"max": -2}}
TWO, FIVE = ("gain", "rest"), ("boom", "gain", "rest", "ruin", "loss")


def model(draws: dict[str, Any]) -> dict[str, Any]:
    return {"margin": draws["a"] + draws["b"]}


def study(names: tuple[str, ...]) -> Study:
    normal = {"family": "normal", "mean": 0.0, "sd": 1.0}
    content = {
        "study": {"name": "named", "verdicts": list(names)},
        "verdict": {name: {"margin": LIMITS[name]} for name in names if name in LIMITS},
        "priors": {"a": normal, "b": normal},
    }
    return Study.from_dict(content, model=model)


@pytest.fixture(scope="module", params=[TWO, FIVE], ids=["two", "five"])
def names(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return request.param


@pytest.fixture(scope="module")
def run(names: tuple[str, ...]) -> Run:
    return simulate(study(names), paths=8192, progress=False)


@pytest.fixture(scope="module")
def found(run: Run) -> Findings:
    return find(run)


def test_a_summary_has_them_in_the_order_of_the_study(run: Run, names: tuple[str, ...]) -> None:
    summary = run.summary()
    chances = summary["verdicts"]["model"]
    assert tuple(chances) == names == tuple(summary["conditional"]["margin"])
    assert sum(one["value"] for one in chances.values()) == pytest.approx(1)
    for name in names:
        assert run.estimate(f"p_{name}(model)").value == chances[name]["value"]
    with pytest.raises(UsageError, match="p_bear"):
        run.estimate("p_bear(model)")
    json.loads(to_json(summary))


def test_paths_are_computed_until_their_chance_is_known(names: tuple[str, ...]) -> None:
    run = simulate(study(names), until=f"p_{names[0]}(model) mcse < 0.02", paths=8192, progress=False)
    assert [one.met for one in run.accuracy] == [True]


def test_they_are_told_on_the_terminal(
    run: Run, names: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.print_verdict(output(), run.summarise(), run.study)
    terminal.print_all(output(), run.summarise(), run.study, {})
    found = explain(run)
    explain_report.print_explanation(output(), found, run.study)
    captured = capsys.readouterr().out
    assert all(name.capitalize() in captured for name in names)
    assert "rest: all else" in captured
    assert set(found.verdicts["model"][0].low.chances) == set(names)


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize("format", ["html", "md"])
def test_they_are_told_on_the_page(
    found: Findings, names: tuple[str, ...], language: str, format: str
) -> None:
    write: Any = {"html": to_html, "md": to_markdown}[format]
    text = write(report(found, language))
    assert all(name in text.lower() for name in names)
    if format == "html":
        assert all(f".fill.{name}" in text for name in names)


def test_a_change_of_them_is_printed(names: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    found = diff(study(names), study(names).override({"a": 0.5}), paths=8192, progress=False)
    print_difference(output(), found, 3)
    assert list(found.verdicts) == list(names)
    assert f"p_{names[0]}(model)" in found.statistics
    assert "The chance of" in capsys.readouterr().out


def test_evidence_moves_them(run: Run, names: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    found = update(run, {"margin": (0.5, 1.0)}, progress=False).summary()
    update_report.print_update(output(), found)
    assert tuple(found.posterior.verdicts["model"]) == names
    assert all(name.capitalize() in capsys.readouterr().out or name for name in names)


def test_all_names_but_one_have_a_rule(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('[study]\nverdicts = ["gain", "rest", "loss"]\n[verdict.gain]\nmargin = { min = 1 }\n')
    with pytest.raises(StudyError, match=r"study.verdicts: found no rule for rest, loss"):
        load_study(file)


def test_the_names_of_the_parts_of_all_else_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(
        '[study]\nverdicts = ["gain", "rest", "rest_losses"]\n[verdict.gain]\nmargin = { min = 1 }\n'
        "[verdict.rest_losses]\nmargin = { max = -1 }\n"
    )
    with pytest.raises(StudyError, match=r"study.verdicts: found rest_losses"):
        load_study(file)
