"""A verb that is given no run takes the one that was written last, and says which."""

import os
from pathlib import Path

import pytest

from simulator.cli.last import RUN, UPDATE, last
from simulator.errors import UsageError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs"


def written(folder: Path, record: str, second: int) -> Path:
    folder.mkdir(parents=True)
    (folder / record).write_text("{}")
    os.utime(folder / record, (second, second))
    return folder


def test_the_last_one_is_taken_by_its_time_not_its_name(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(here / "z", RUN, 1)
    written(here / "a", RUN, 2)
    written(here / "update", UPDATE, 3)
    assert last("strandline verify") == Path("runs/a")
    assert capsys.readouterr().err == "the last run: runs/a\n"
    assert last("strandline report", (RUN, UPDATE)) == Path("runs/update")


def test_without_any_run_it_says_what_to_do(here: Path) -> None:
    with pytest.raises(UsageError, match=r"found no run directory.*strandline run"):
        last("strandline verify")
