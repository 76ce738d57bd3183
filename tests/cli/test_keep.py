"""A run that keeps a summary, from the command line: told as any other, and read back by those that can."""

import json
from pathlib import Path

import pytest

from simulator import cli

MODEL = """
def rod(d):
    margin = d["strength"] - 3e3 * d["load"]
    return {"margin": margin, "cost": 2.0 + abs(margin) ** 0.5}

rod.metric_units = {"margin": "Pa", "cost": "USD"}
"""

STUDY = """
[verdict.bull]
margin = { min = 0 }
[verdict.bear]
margin = { max = -1e6 }
"""

PRIOR = """
[{name}]
family = "normal"
mean = {mean}
sd = {sd}
unit = "{unit}"
basis = "judgement"
as_of = 2026-01-28
note = "A rod."
"""

MODEL_OF = ("--model", "my_model.py:rod")


@pytest.fixture
def strandline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(tmp_path)
    priors = [("strength", 3e6, 3e5, "Pa"), ("load", 750, 250, "N")]
    tables = (PRIOR.format(name=n, mean=m, sd=s, unit=u) for n, m, s, u in priors)
    (tmp_path / "my.toml").write_text("[study]\nas_of = 2026-01-28\n" + STUDY + "".join(tables))
    (tmp_path / "my_model.py").write_text(MODEL)

    def run(*words: str):
        code = cli.main(list(words))
        captured = capsys.readouterr()
        return code, captured.out, " ".join(captured.err.split())

    return run


def test_a_summary_is_told_as_any_run_and_verified(strandline, tmp_path: Path) -> None:
    asked = ("run", "my.toml", *MODEL_OF, "--paths", "16384", "--quiet")
    code, out, err = strandline(*asked, "--keep", "summary", "--out", "kept")
    assert code == 0, err
    told = " ".join(out.split())
    assert "A summary is kept, no paths: quantiles are off by at most" in told
    assert "--keep summary" in told
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["manifest.json", "totals.npz"]
    code, whole, err = strandline(*asked, "--out", "whole")
    assert "A summary is kept" not in whole
    assert strandline("verify", "kept", *MODEL_OF, "--quiet")[:2] == (0, "identical: kept\n")
    code, out, err = strandline("verify", "kept", *MODEL_OF, "--batches", "1", "--quiet")
    assert code == 2
    assert "all are added up" in err


def test_json_says_what_is_kept_and_only_of_a_summary(strandline) -> None:
    asked = ("run", "my.toml", *MODEL_OF, "--paths", "16384", "--quiet", "--json")
    _, out, _ = strandline(*asked, "--keep", "summary")
    kept = json.loads(out)
    _, out, _ = strandline(*asked)
    whole = json.loads(out)
    assert kept.keys() - whole.keys() == {"keep", "quantile_bound"}
    assert kept["keep"] == "summary"
    assert kept["verdicts"] == whole["verdicts"]
    code, out, err = strandline(*asked[:-1], "--full", "--keep", "summary")
    assert code == 0, err
    assert "cost" in out


@pytest.mark.parametrize("verb", [("report",), ("explain",), ("report", "--short")])
def test_what_needs_paths_says_which_command_gives_them(strandline, verb: tuple[str, ...]) -> None:
    asked = ("run", "my.toml", *MODEL_OF, "--paths", "8192", "--quiet", "--keep", "summary")
    assert strandline(*asked, "--out", "kept")[0] == 0
    code, out, err = strandline(*verb, "kept", *MODEL_OF)
    assert (code, out) == (2, "")
    assert "again" not in err, "it says that it computes what it then refuses"
    assert "keeps a summary, not its paths; run it with --keep all" in err


def test_a_report_of_a_summary_is_refused_before_the_run(strandline, tmp_path: Path) -> None:
    code, out, err = strandline("run", "my.toml", *MODEL_OF, "--keep", "summary", "--report", "--out", "kept")
    assert (code, out) == (2, "")
    assert "--report: found --keep summary; allowed: --keep all" in err
    assert not (tmp_path / "kept").exists()


def test_a_run_of_all_paths_does_not_go_on_from_a_summary(strandline, tmp_path: Path) -> None:
    asked = ("run", "my.toml", *MODEL_OF, "--paths", "8192", "--quiet")
    for keep in ("summary", "all", "summary"):
        assert strandline(*asked, "--keep", keep)[0] == 0
    kept = [json.loads(path.read_text()).get("keep") for path in tmp_path.glob("runs/*/manifest.json")]
    assert sorted(map(str, kept)) == ["None", "summary", "summary"]
