"""strandline update at the command line."""

import json
from pathlib import Path

import pytest

import simulator
from simulator.cli import main
from tests.analysis.learning.shop import evidence


def test_a_day_that_is_none_is_refused(capsys) -> None:
    assert main(["update", "--as-of", "May"]) == 2
    assert "found no day; write one such as 2026-05-31" in capsys.readouterr().err


def test_a_day_of_the_priors_own_is_refused(capsys) -> None:
    assert main(["update", "--as-of", "2026-01-28", "--quiet"]) == 2
    assert "a day after 2026-01-28" in capsys.readouterr().err


def test_evidence_that_is_not_there_is_refused(capsys, tmp_path: Path) -> None:
    assert main(["update", "--evidence", str(tmp_path / "none.toml"), "--quiet"]) == 3
    assert "nothing there" in capsys.readouterr().err


def test_evidence_of_nothing_that_the_model_has_is_refused(capsys, tmp_path: Path) -> None:
    file = evidence(tmp_path, {"2026Q2": 1.5}, company="amazon")
    assert main(["update", "--evidence", str(file), "--quiet"]) == 3
    assert "1 no output" in capsys.readouterr().err


@pytest.mark.slow
def test_the_shipped_study_on_the_shipped_evidence(capsys, tmp_path: Path) -> None:
    """The command of the documentation, with fewer paths: diagnostics passed, a page, and one JSON object."""
    out = tmp_path / "may"
    arguments = ["update", "--as-of", "2026-05-31", "--paths", "131072", "--out", str(out), "--report"]
    assert main([*arguments, "--json"]) == 0
    captured = capsys.readouterr()
    summary = json.loads(captured.out)
    assert summary["method"]["name"] == "reweighting"
    assert all(gate["passed"] for gate in summary["method"]["gates"])
    assert len(summary["observations"]) == 6
    group = summary["ahead"][0]
    low, middle, high = (group["posterior"][name]["value"] for name in ("p10", "p50", "p90"))
    before = [group["prior"][name]["value"] for name in ("p10", "p50", "p90")]
    assert low < middle < high
    assert high - low < before[2] - before[0]
    assert low > 100  # 130 was spent in the quarter before
    assert (out / "report.html").is_file()
    assert main(["report", str(out), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == summary
    assert main([*arguments, "--quiet"]) == 3
    assert "new or empty" in capsys.readouterr().err


def test_a_folder_that_is_taken_is_refused_before_anything_is_computed(capsys, tmp_path, monkeypatch) -> None:
    def untouched(*_, **__):
        raise AssertionError

    monkeypatch.setattr("simulator.analysis.learning.update", untouched)
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    assert main(["update", "--out", str(tmp_path), "--quiet"]) == 3
    assert "it holds mine.txt; give a directory that is new or empty" in capsys.readouterr().err
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize("metric", ["margin", "margin.shop"])
def test_the_page_of_a_users_own_model_with_verdicts(metric, language, tmp_path) -> None:
    """Verdicts after each quarter are of the same entities as those before and after, named or not."""
    study = simulator.Study.from_dict(
        {
            "priors": {"u": {"family": "normal", "mean": 0, "sd": 1}},
            "verdict": {"bull": {"margin": {"min": 1.0}}, "bear": {"margin": {"max": 0.0}}},
        },
        model=lambda d: {metric: d["u"]},
    )
    posterior = simulator.update(study, {metric: (0.5, 0.5)}, paths=8192)
    summary = posterior.summary()
    for step in summary.steps:
        assert step.verdicts.keys() == summary.posterior.verdicts.keys()
    folder = posterior.save(tmp_path / "update")
    assert main(["report", str(folder), "--lang", language]) == 0
    assert list(folder.glob("report*.html"))
