"""strandline init and config: a folder that runs at once, and the schema that editors know it by."""

import json
import os
from pathlib import Path

import pytest

from simulator import cli
from simulator.buildout.settings import settings_of
from simulator.study import load_study


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_written_study_runs_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "my-study"]) == 0
    captured = capsys.readouterr()
    written = ["my-study/study.toml", "my-study/beliefs.toml", "my-study/study.schema.json"]
    assert captured.out.split() == written
    assert captured.err == "next: strandline run my-study\n"
    assert cli.main(["run", "my-study", "--paths", "8192", "--json", "--quiet"]) == 0
    mine = json.loads(capsys.readouterr().out)
    assert mine["study"] == "my-study"
    assert set(mine["verdicts"]) == {"group", "amazon", "alphabet", "microsoft", "meta"}


def test_a_layer_upon_a_layer_from_another_folder(here: Path) -> None:
    assert cli.main(["init", "studies/first"]) == 0
    assert (
        cli.main(["init", "second", "--extends", "studies/first", "--company", "oracle", "--like", "meta"])
        == 0
    )
    os.chdir("second")
    study = load_study(".")
    assert settings_of(study).companies[-1].title == "Oracle"
    assert study.title == "second, over first"


@pytest.mark.parametrize("there", ["study.toml", "other.toml", "study.schema.json"])
def test_nothing_is_overwritten_and_nothing_joins(
    there: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "mine").mkdir()
    (here / "mine" / there).write_text("kept")
    assert cli.main(["init", "mine"]) == 2
    assert there in capsys.readouterr().err
    assert [path.name for path in (here / "mine").iterdir()] == [there]
    assert (here / "mine" / there).read_text() == "kept"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["hyperscalers-2026-01"], 2, "shipped"),
        (["mine", "--like", "meta"], 2, "--company"),
        (["mine", "--company", "oracle"], 3, "amazon, alphabet, microsoft,"),
        (["mine", "--extends", "hyperscalers-2026-02"], 3, "Did you mean"),
        (["file"], 2, "found a file"),
        (["file/below"], 3, "cannot write"),
    ],
)
def test_what_cannot_be_is_refused(
    arguments: list[str], code: int, message: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "file").write_text("")
    assert cli.main(["init", *arguments]) == code
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""
    assert [path.name for path in here.iterdir()] == ["file"]


def test_the_files_name_a_schema_that_is_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "mine"]) == 0
    capsys.readouterr()
    assert cli.main(["config", "schema"]) == 0
    printed = capsys.readouterr().out
    for file in (here / "mine").glob("*.toml"):
        named = file.read_text().splitlines()[0].removeprefix("#:schema ")
        assert (file.parent / named).read_text() == printed
    assert json.loads(printed)["type"] == "object"
