"""strandline structure, and what strandline run and verify say of structures, on a model of one's own."""

import json
from pathlib import Path

import pytest

from simulator import cli
from simulator.analysis import structures

MODEL = """
def value(d):
    return {"value_created.group": d["level"] + d["x"], "value_created.meta": d["level"] - d["x"]}

value.metric_units = {"value_created.group": "USD bn", "value_created.meta": "USD bn"}
"""

STUDY = """
[study]
as_of = 2026-01-28

[[company]]
name = "meta"

[verdict.bull]
value_created = { min = 0.5 }
[verdict.bear]
value_created = { max = -0.5 }

[level]
value = 0.5
unit = "USD bn"
basis = "judgement"
as_of = 2026-01-28
note = "Level."

[x]
family = "normal"
mean = 0
sd = 1
unit = "USD bn"
basis = "judgement"
as_of = 2026-01-28
note = "Noise."

[structure.written]
title = "As written"
[structure.poor]
title = "A poorer world"
set = { level = -0.5 }

[mechanism.level]
title = "The level"
off = { level = 0.0 }
"""


@pytest.fixture
def strandline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(MODEL)
    Path("small.toml").write_text(STUDY)

    def run(verb: str, *words: str) -> tuple[int, str, str]:
        code = cli.main([verb, *words, "--model", "mine.py:value", "--quiet"])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_the_band_follows_the_verdict_and_is_stored(strandline) -> None:
    code, out, err = strandline("run", "small.toml", "--paths", "8192", "--out", "run")
    assert (code, err) == (0, "")
    text = " ".join(out.split())
    assert (
        "over 2 structures of the model: least where “As written”, greatest where “A poorer world”." in text
    )
    assert "P(value created < 0) is 31%" in text
    assert "and 31% to 69% over" in text
    stored = json.loads(Path("run/structures.json").read_text())
    code, out, _ = strandline("run", "small.toml", "--paths", "8192", "--json")
    assert code == 0
    assert json.loads(out)["structures"] == stored
    assert stored["band"]["p_bear(group)"]["highest"] == "poor"
    code, out, _ = strandline("verify", "run")
    assert (code, out) == (0, "identical: run\n")
    Path("run/structures.json").write_text("{}")
    code, _, err = strandline("verify", "run")
    assert code == 3
    assert "structures.json is damaged" in err


def test_the_verdict_stands_before_its_structures_are_computed(strandline, monkeypatch, capsys) -> None:
    before: list[str] = []
    real = structures.structures

    def watched(*arguments, **options):
        before.append(capsys.readouterr().out)
        return real(*arguments, **options)

    monkeypatch.setattr(structures, "structures", watched)
    _, after, _ = strandline("run", "small.toml", "--paths", "8192", "--out", "run")
    (first,) = before
    assert "likeliest verdict" in first
    assert "structures of the model" in after
    assert "likeliest verdict on" not in after


def test_a_structure_without_a_number_fails_after_the_run_is_told(strandline) -> None:
    Path("mine.py").write_text(MODEL.replace('d["level"] + d["x"]', 'd["level"] ** 0.5 + d["x"]'))
    code, out, err = strandline("run", "small.toml", "--paths", "8192", "--out", "run")
    assert code == 4
    assert "structure poor" in err
    assert "Base" in out
    assert not Path("run/structures.json").exists()


def test_tables_of_mechanisms_and_structures(strandline) -> None:
    code, out, err = strandline("structure", "small.toml", "--paths", "8192")
    assert (code, err) == (0, "")
    for text in ("None of them", "All: as written", "The level", "A poorer world", "All by weight"):
        assert text in out
    code, out, _ = strandline("structure", "small.toml", "--paths", "8192", "--json", "--seed", "3")
    found = json.loads(out)
    assert code == 0
    # Every path moves by one half, up to the rounding of float32 at numbers below 8.
    together = found["mechanisms"]["together"]["mean(value_created.group)"]["value"]
    assert together == pytest.approx(0.5, abs=1e-6)
    assert found["seed"] == 3
    assert [one["weight"] for one in found["structures"]["structures"]] == [0.5, 0.5]


def test_a_study_with_neither_is_refused(strandline) -> None:
    Path("bare.toml").write_text(STUDY[: STUDY.index("[structure")])
    code, _, err = strandline("structure", "bare.toml", "--paths", "8192")
    assert code == 2
    assert "neither [mechanism.NAME] nor [structure.NAME]" in err
