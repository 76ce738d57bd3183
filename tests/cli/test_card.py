"""strandline card, on a model of one's own: where it is written, in which form, and what it refuses."""

import json
import shlex
from pathlib import Path

import pytest

from simulator import cli

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
family = "normal"
mean = 0.5
sd = 0.5
unit = "USD bn"
basis = "judgement"
as_of = 2026-01-28
note = "Level. Against: nobody measured it."

[x]
family = "normal"
mean = 0
sd = 1
unit = "USD bn"
basis = "judgement"
as_of = 2026-01-28
note = "Noise."
"""
OWN = ("--model", "model.py:value")
DAY = ("--today", "2026-11-30")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model, a study and a run of it."""
    made = tmp_path_factory.mktemp("card")
    (made / "model.py").write_text(MODEL)
    (made / "study.toml").write_text(STUDY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        asked = ["run", "study.toml", *OWN, "--paths", "8192", "--out", "runs/one", "--quiet"]
        assert cli.main(asked) == 0
    return made


@pytest.fixture
def strandline(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Return what a command prints, and what it exits with."""
    monkeypatch.chdir(folder)

    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main([*words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_the_page_lies_in_the_folder_of_the_run(strandline, folder: Path) -> None:
    code, out, _ = strandline("card", *OWN, *DAY)
    assert (code, out.strip()) == (0, "runs/one/card.html")
    page = (folder / "runs/one/card.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "Model card" in page
    code, out, _ = strandline("card", "runs/one", *OWN, *DAY, "--lang", "zh-Hant")
    assert (code, out.strip()) == (0, "runs/one/card.zh-Hant.html")


def test_json_is_the_same_bytes_on_the_same_day(strandline) -> None:
    asked = ("card", "runs/one", *OWN, "--format", "json")
    _, first, _ = strandline(*asked, *DAY)
    _, second, _ = strandline(*asked, *DAY)
    assert first == second
    assert first.count("\n") == 1
    found = json.loads(first)
    assert (found["schema"], found["monitoring"]["today"]) == (1, "2026-11-30")
    _, later, _ = strandline(*asked, "--today", "2026-12-01")
    assert json.loads(later)["monitoring"]["days"] == found["monitoring"]["days"] + 1


def test_the_figures_are_those_of_explain_and_of_the_run(strandline) -> None:
    found = json.loads(strandline("card", "runs/one", *OWN, *DAY, "--format", "json")[1])
    shares = json.loads(strandline("explain", "runs/one", *OWN, "--json", "--total-paths", "0", "--quiet")[1])
    drivers = shares["targets"]["value_created.group"]["drivers"]
    assert found["soundness"]["drivers"] == drivers[: len(found["soundness"]["drivers"])]
    report = json.loads(strandline("report", "runs/one", *OWN, "--format", "json", "--quiet")[1])
    chances = {one["entity"]: one["chances"] for one in found["materiality"]["entities"]}
    assert chances == report["summary"]["verdicts"]


def test_verified_it_says_that_the_run_is_the_same(strandline, folder: Path) -> None:
    code, out, _ = strandline(
        "card", "runs/one", *OWN, *DAY, "--verify", "--format", "md", "--out", "card.md"
    )
    assert (code, out.strip()) == (0, "card.md")
    text = (folder / "card.md").read_text(encoding="utf-8")
    assert "identical, bit for bit" in text
    assert "Against: nobody measured it." in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--score",), "a model of its own"),
        (("--out", "study.toml"), "a file of another kind"),
        (("--today", "yesterday"), "--today"),
    ],
)
def test_what_is_refused_says_why(strandline, words: tuple[str, ...], said: str) -> None:
    code, _, err = strandline("card", "runs/one", *OWN, *words)
    assert code == 2
    assert said in " ".join(err.split())


def test_the_commands_of_a_card_can_be_given(strandline) -> None:
    found = json.loads(strandline("card", "runs/one", *OWN, *DAY, "--format", "json")[1])
    commands = {**found["monitoring"]["commands"], **found["challenge"]["commands"]}
    assert {"verify", "explain", "whatif"} <= set(commands)
    for command in commands.values():
        _, verb, *words = shlex.split(command)
        assert verb in cli.app
        cli.app.parse_args([verb, *words], exit_on_error=False, print_error=False)


def test_without_a_run_it_says_so(strandline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = strandline("card")
    assert code == 2
    assert "strandline card" in err
