"""A study of a model of one's own, by --model: run, told, updated, compared; code is run when named only."""

import json
import sys
from pathlib import Path

import pytest

from simulator import cli

MODEL = """
import math
from pathlib import Path

Path("was_run").touch()

def margin(d):
    return {"margin": d["strength"] - d["load"] / (math.pi * 0.01**2)}

def text(d):
    return {"margin": "much"}

margin.metric_units = {"margin": "Pa"}
"""

STUDY = """
[study]
as_of = 2026-01-28

[strength]
family = "lognormal"
mean = 3e6
sd = 3e5
unit = "Pa"
basis = "judgement"
as_of = 2026-01-28
note = "Rod."

[load]
family = "normal"
mean = 750
sd = 50
unit = "N"
basis = "judgement"
as_of = 2026-01-28
note = "Weight."
"""

EVIDENCE = """
[sources.test_rig]
title = "Test of a rod"
address = "https://example.org/rod"
date = 2026-04-10
provenance = "fetched"

[[series]]
name = "margin"
title = "Margin of a rod"
metric = "margin"
company = "model"
kind = "actual"
definition = "measured"
unit = "Pa"
sources = ["test_rig"]
error = 0.1
lag_days = 10
values = { 2026Q1 = 5e5 }
"""

MODEL_OF = ("--model", "my_model.py:margin")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name, text in (("my_model.py", MODEL), ("my.toml", STUDY), ("rod.toml", EVIDENCE)):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def strandline(folder: Path, capsys: pytest.CaptureFixture[str]):
    def run(*words: str):
        code = cli.main(list(words))
        captured = capsys.readouterr()
        return code, captured.out, " ".join(captured.err.split())

    return run


@pytest.fixture
def stored(folder: Path, strandline) -> Path:
    code, out, err = strandline("run", "my.toml", *MODEL_OF, "--paths", "8192", "--out", "rod", "--quiet")
    assert code == 0, err
    assert "margin, Pa" in out
    assert "strandline verify rod --model my_model.py:margin" in out
    assert "strandline run my.toml --model my_model.py:margin" in out
    (folder / "was_run").unlink()
    return folder / "rod"


def test_the_manifest_names_the_model_and_no_file_runs_it(folder: Path, stored: Path, strandline) -> None:
    manifest = json.loads((stored / "manifest.json").read_text())
    assert manifest["model"] == "my_model.py:margin"
    assert len(manifest["model_sha256"]) == 64
    assert strandline("report", "rod", "--quiet")[0] == 0
    page = (stored / "report.html").read_text().replace("<wbr>", "")
    assert "strandline verify rod --model my_model.py:margin" in page
    assert strandline("explain", "rod", "--quiet")[0] == 0
    for verb in (["verify", "rod"], ["update", "rod", "--evidence", "rod.toml"], ["diff", "rod", "rod"]):
        code, _, err = strandline(*verb, "--quiet")
        assert code == 2
        assert "made by the model my_model.py:margin" in err
        assert err.endswith(f"strandline {' '.join(verb)} --quiet --model my_model.py:margin")
    assert not (folder / "was_run").exists()


def test_a_study_without_a_model_learns_where_to_name_one(strandline) -> None:
    code, _, err = strandline("run", "my.toml", "--paths", "8192")
    assert code == 2
    assert err.endswith("strandline run my.toml --paths 8192 --model FILE.py:FUNCTION")


@pytest.mark.slow
def test_every_verb_takes_the_model(folder: Path, stored: Path, strandline) -> None:
    assert strandline("verify", "rod", *MODEL_OF, "--quiet")[:2] == (0, "identical: rod\n")
    assert "strength" in strandline("explain", "rod", *MODEL_OF)[1]
    assert "78" in strandline("report", "rod", *MODEL_OF, "--format", "md", "--lang", "zh-Hant")[1]
    code, out, err = strandline("update", "my.toml", *MODEL_OF, "--evidence", "rod.toml", "--paths", "8192")
    assert code == 0, err
    assert "margin" in out
    code, out, err = strandline("update", "rod", *MODEL_OF, "--evidence", "rod.toml", "--json")
    assert code == 0, err
    text = STUDY.replace("mean = 750", "mean = 800")
    (folder / "heavy.toml").write_text(text)
    code, out, err = strandline("diff", "rod", "heavy.toml", *MODEL_OF, "--paths", "8192", "--json")
    assert code == 0, err
    assert [part["name"] for part in json.loads(out)["parts"]] == ["load"]
    (folder / "newer.py").write_text(MODEL.replace('d["strength"]', '0.9 * d["strength"]'))
    both = (*MODEL_OF, "--model", "newer.py:margin")
    code, out, err = strandline("diff", "rod", "my.toml", *both, "--paths", "8192", "--json")
    assert code == 0, err
    assert [part["name"] for part in json.loads(out)["parts"]] == ["settings"]
    assert strandline("priors", "check", "my.toml", *MODEL_OF)[0] == 0
    assert "strength" in strandline("priors", "show", "my.toml", *MODEL_OF)[1]


def test_a_set_prior_is_held(stored: Path, strandline) -> None:
    command = ["run", "my.toml", *MODEL_OF, "--paths", "8192", "--json", "--quiet"]
    code, out, _ = strandline(*command, "--set", "load=0", "--set", "strength=3e6")
    assert code == 0
    assert json.loads(out)["estimates"]["margin"]["mean"] == {"value": 3e6, "mcse": 0.0}


def test_another_source_is_refused_naming_both_hashes(folder: Path, stored: Path, strandline) -> None:
    (folder / "my_model.py").write_text(MODEL.replace("0.01", "0.02"))
    both = ("SHA-256", "found SHA-256")
    for verb in ("verify", "report", "explain"):
        code, _, err = strandline(verb, "rod", *MODEL_OF, "--quiet")
        assert code == 3
        assert all(one in err for one in both)
    code, _, err = strandline("run", "my.toml", *MODEL_OF, "--paths", "16384", "--out", "rod", "--quiet")
    assert code == 3
    assert "rod holds another run: source of the model" in err


def test_a_module_works_as_a_file_does(folder: Path, strandline) -> None:
    (folder / "rods.py").write_text(MODEL)
    named = ("--model", "rods:margin")
    assert strandline("run", "my.toml", *named, "--paths", "8192", "--out", "r", "--quiet")[0] == 0
    assert strandline("verify", "r", *named, "--quiet")[0] == 0
    # The same source by another name is the same model.
    assert strandline("verify", "r", *MODEL_OF, "--quiet")[0] == 0


def test_metrics_that_are_no_arrays_are_told(folder: Path, strandline) -> None:
    for verb in (["run", "my.toml", "--paths", "8192"], ["priors", "check", "my.toml"]):
        code, _, err = strandline(*verb, "--model", "my_model.py:text")
        assert code == 2
        assert "metric margin: found str; allowed: an array of numbers" in err


@pytest.mark.parametrize(
    ("returned", "wrong"),
    [
        ("None", "must return named metrics, as in {'margin': ...}; found nothing"),
        ("{}", "found an empty dictionary"),
        ("d['load']", "found an array without a name"),
        (
            "{'margin': d['load'][:5]}",
            "metric margin: found an array (5,); allowed: one whose last axis is paths",
        ),
        ("{'margin': d['load'].mean()}", "metric margin: found one number for all paths, made from draws"),
        (
            "{'margin': d['laod']}",
            "line 2: the model asks for the draw 'laod'; the study has strength, load. Did you mean load?",
        ),
        (
            "{'margin': d['load'] if d['load'] > 0 else 0}",
            "fails in line 2: the model must be written with jax.numpy",
        ),
    ],
)
def test_what_a_model_cannot_return_is_refused(returned: str, wrong: str, folder: Path, strandline) -> None:
    (folder / "wrong.py").write_text(f"def margin(d):\n    return {returned}\n")
    code, _, err = strandline("run", "my.toml", "--paths", "8192", "--model", "wrong.py:margin")
    assert code == 2
    assert wrong in err


def test_a_missing_prior_is_told_by_the_check(folder: Path, strandline) -> None:
    (folder / "my.toml").write_text(STUDY.replace("[load]", "[laod]"))
    code, _, err = strandline("priors", "check", "my.toml", *MODEL_OF)
    assert code == 2
    assert "the model asks for the draw 'load'; the study has strength, laod" in err


def test_functions_of_files_here_are_offered_and_not_run(folder: Path, strandline) -> None:
    out = strandline("__complete", "run", "my.toml", "--model", "")[1]
    assert {"my_model.py:margin", "my_model.py:text"} <= set(out.split())
    assert not (folder / "was_run").exists()
