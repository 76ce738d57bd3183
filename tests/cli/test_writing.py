"""A file is written where a command is asked to, and nothing else is replaced by it."""

import os
from pathlib import Path

import pytest

from simulator.cli.writing import destination, write
from simulator.errors import UsageError


def test_a_new_file_and_one_that_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert destination(file) == file
    write("old", file)
    assert destination(file, tmp_path / "study.toml", None, "model.py:cost") == file


def test_what_a_link_leads_to_is_replaced_and_not_the_link(tmp_path: Path) -> None:
    file, link = tmp_path / "page.html", tmp_path / "link.html"
    write("old", file)
    link.symlink_to(file)
    write("new", destination(link))
    assert link.is_symlink()
    assert file.read_text() == "new"


@pytest.mark.parametrize("name", ["", ".", "/", "folder"])
def test_a_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="a folder"):
        destination(Path(name))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, Path("/dev/null")):
        with pytest.raises(UsageError, match="a device"):
            destination(place)


def test_what_is_read_is_not_replaced(tmp_path: Path) -> None:
    study, model = tmp_path / "plant.toml", tmp_path / "plant.py"
    for file in (study, model):
        file.write_text("x")
        with pytest.raises(UsageError, match="a file that this command reads"):
            destination(file, str(study), f"{model}:cost")
