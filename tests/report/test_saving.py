"""A document is written where it is asked to, whole or not at all, and replaces nothing of another kind."""

import errno
import os
from pathlib import Path
from unittest.mock import Mock

import pytest

from simulator.errors import OutputError, RunError, UsageError
from simulator.report.saving import destination, save_text


def test_a_new_file_and_one_that_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert destination("--out", file, ".html") == file
    save_text(file, ".html", "old")
    assert destination("--out", file, ".html") == file
    assert destination("--out", tmp_path / "of_any_name", ".html") == tmp_path / "of_any_name"


@pytest.mark.parametrize("name", ["answer.pdf", "answer.json", "answer.html.bak"])
def test_a_new_file_is_not_named_as_what_it_would_not_be(tmp_path, name):
    with pytest.raises(UsageError, match=r"the name of a file of another kind.*ends in \.html or \.htm"):
        destination("--out", tmp_path / name, ".html", ".htm")


def test_what_a_link_leads_to_is_replaced_and_not_the_link(tmp_path: Path) -> None:
    file, link = tmp_path / "page.html", tmp_path / "link.html"
    save_text(file, ".html", "old")
    link.symlink_to(file)
    save_text(link, ".html", "new")
    assert link.is_symlink()
    assert file.read_text() == "new"


@pytest.mark.parametrize("name", ["", ".", "/", "folder"])
def test_a_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="a folder"):
        destination("--out", Path(name), ".html")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe, loop = tmp_path / "pipe.html", tmp_path / "loop.html"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for place in (pipe, loop, Path("/dev/null")):
        with pytest.raises(UsageError, match="what is no file"):
            destination("--out", place, ".html")


@pytest.mark.parametrize(
    "name", ["plant.toml", "plant.py", "manifest.json", "update.json", "structures.json", "totals"]
)
def test_a_file_of_another_kind_is_not_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(UsageError, match=r"a file of another kind.*ends in \.html or \.json"):
        destination("--out", tmp_path / name, ".html", ".json")


def test_a_text_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = save_text(tmp_path / "page.html", ".html", "old")
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(Path, "replace", Mock(side_effect=full))
    with pytest.raises(OutputError, match="No space left"):
        save_text(file, ".html", "new")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]


def test_a_name_that_no_system_takes_is_told(tmp_path: Path) -> None:
    name = tmp_path / f"{'x' * 300}.html"
    with pytest.raises(RunError, match="cannot write"):
        destination("--out", name, ".html")
    with pytest.raises(OutputError, match="cannot write"):
        save_text(name, ".html", "new")
