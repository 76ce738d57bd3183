"""A file is written where a command is asked to, and nothing of another kind is replaced by it."""

import os
from pathlib import Path

import pytest

from simulator.cli.writing import destination, write
from simulator.errors import UsageError


def test_a_new_file_and_one_that_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert destination(file, ".html") == file
    write("old", file)
    assert destination(file, ".html") == file
    assert destination(tmp_path / "of_any_name", ".html") == tmp_path / "of_any_name"


def test_what_a_link_leads_to_is_replaced_and_not_the_link(tmp_path: Path) -> None:
    file, link = tmp_path / "page.html", tmp_path / "link.html"
    write("old", file)
    link.symlink_to(file)
    write("new", destination(link, ".html"))
    assert link.is_symlink()
    assert file.read_text() == "new"


@pytest.mark.parametrize("name", ["", ".", "/", "folder"])
def test_a_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="a folder"):
        destination(Path(name), ".html")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe, loop = tmp_path / "pipe.html", tmp_path / "loop.html"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for place in (pipe, loop, Path("/dev/null")):
        with pytest.raises(UsageError, match="what is no file"):
            destination(place, ".html")


@pytest.mark.parametrize("name", ["plant.toml", "plant.py", "manifest.json", "totals"])
def test_a_file_of_another_kind_is_not_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(UsageError, match=r"a file of another kind.*ends in \.html or \.json"):
        destination(tmp_path / name, ".html", ".json")
