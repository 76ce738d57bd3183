"""strandline report: where it writes, what it prints, what it refuses."""

import json
import re
from pathlib import Path

import pytest

from simulator.analysis.run import simulate
from simulator.cli import main
from simulator.study import load_study
from tests.found_once import found_once


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "run"
    simulate(load_study("hyperscalers-2026-01"), paths=8192, seed=7, out=folder)
    return folder


@pytest.fixture(autouse=True)
def _found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found_once(monkeypatch)


@pytest.mark.slow
def test_html_goes_into_the_folder_of_the_run_and_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder / 'report.html'}\n"
    assert (
        (folder / "report.html").read_text(encoding="utf-8").startswith('<!DOCTYPE html>\n<html lang="en">')
    )
    assert main(["report", str(folder), "--lang", "zh-Hant", "--small"]) == 0
    assert 'lang="zh-Hant"' in (folder / "report.zh-Hant.html").read_text(encoding="utf-8")
    # The run stays what it is.
    assert main(["verify", str(folder), "--quiet"]) == 0


@pytest.mark.slow
def test_markdown_and_json_go_to_standard_output_or_a_file(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(folder), "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["schema"] == 1
    assert printed["summary"]["seed"] == 7
    file = tmp_path / "new" / "report.md"
    assert main(["report", str(folder), "--format", "md", "--out", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert "## 1. The answer" in file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_two_runs_are_compared(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other"
    simulate(
        load_study("hyperscalers-2026-01", overrides={"economics.pue.median": 1.3}),
        paths=8192,
        seed=7,
        out=other,
    )
    assert main(["report", "--compare", str(folder), str(other)]) == 0
    assert capsys.readouterr().out == f"{other / 'compared-with-run.html'}\n"
    assert main(["report", "--compare", str(folder), str(other), "--format", "json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)["changes"]] == ["economics.pue"]
    # Of more than two, each is paired with the first; the file is not that of two of them.
    assert main(["report", "--compare", str(folder), str(folder), str(other)]) == 0
    assert capsys.readouterr().out == f"{other / 'compared-with-run-run.html'}\n"
    assert main(["report", "--compare", str(folder), str(other), str(folder), "--format", "json"]) == 0
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    assert [len(pair["changes"]) for pair in pairs] == [1, 0]


@pytest.mark.parametrize(
    "arguments", [[], ["a", "b"], ["--compare", "a"], ["a", "--lang", "de"], ["a", "--format", "pdf"]]
)
def test_what_cannot_be_meant_is_refused(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)  # no run stands there
    try:
        code = main(["report", *arguments])
    except SystemExit as stop:
        code = stop.code
    assert code == 2 or (code == 1 and "--" in " ".join(arguments))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--compare", "a", "b"], "--compare"),
        (["a", "--short"], "--short"),
        (["a", "--format", "md"], "--format md"),
        (["a", "--format", "json"], "--format json"),
    ],
)
def test_the_model_stands_in_the_whole_html_report_of_one_run_alone(
    arguments: list[str], found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--with-model", *arguments]) == 2
    error = " ".join(capsys.readouterr().err.split())
    assert f"found --with-model with {found}; allowed: the HTML report of one run" in error


OWN = """
def gain(draws):
    return {"gain": draws["x"] + draws["y"]}

gain.metric_units = {"gain": "USD bn"}

def angle(draws):
    import jax.numpy as jnp
    pair = jnp.stack([draws["x"], draws["y"]])
    matrix = jnp.moveaxis(jnp.stack([pair, pair[::-1]]), -1, 0)
    return {"gain": jnp.linalg.eigvalsh(matrix)[..., 0]}
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model of one's own and its study."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    known = 'unit = "USD bn"\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "a guess"\n'
    priors = [f'[{name}]\nfamily = "normal"\nmean = 1.0\nsd = 2.0\n{known}' for name in "xy"]
    study = ["[study]\nas_of = 2026-01-28\n", *priors]
    (tmp_path / "own.toml").write_text("".join(study), encoding="utf-8")
    return tmp_path


def test_the_model_is_in_the_report_when_asked(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--model", "own.py:gain", "--quiet"]
    assert main(["run", "own.toml", "--paths", "8192", "--out", "run", *asked]) == 0
    assert main(["report", "run", *asked]) == 0
    without = (own / "run" / "report.html").read_text(encoding="utf-8")
    assert "iframe" not in without
    assert main(["report", "run", "--with-model", "--lang", "zh-Hant", *asked]) == 0
    html = (own / "run" / "report.zh-Hant.html").read_text(encoding="utf-8")
    assert html.count("<iframe ") == 1
    # The command is there for paper, and the section in the contents.
    assert "strandline whatif run --model own.py:gain" in re.sub(r"</?(bdi|wbr)>", "", html)
    assert '<a href="#change">' in html
    capsys.readouterr()


def test_a_model_that_no_page_can_hold_is_refused_by_name(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--model", "own.py:angle", "--quiet"]
    assert main(["run", "own.toml", "--paths", "8192", "--out", "run", *asked]) == 0
    capsys.readouterr()
    assert main(["report", "run", "--with-model", *asked]) == 2
    assert "cannot be put into a page" in " ".join(capsys.readouterr().err.split())
    assert not (own / "run" / "report.html").exists()


def test_no_run_is_said_to_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 3
    assert "holds no run" in capsys.readouterr().err
