"""Where an update is stored when nobody says where."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from simulator.analysis.learning import place, refuse_occupied
from simulator.study import Study


def study(name: str) -> Study:
    prior = {"family": "normal", "mean": 0.0, "sd": 1.0}
    return Study.from_dict({"study": {"name": name}, "priors": {"a": prior}}, model=lambda d: {"a": d["a"]})


def test_updates_that_begin_at_once_have_folders_of_their_own(tmp_path: Path) -> None:
    """All within a second or two, of the same study and numbers; each is made, and is empty."""
    asked = study("s")
    with ThreadPoolExecutor(8) as pool:
        chosen = list(pool.map(lambda _: place(tmp_path, asked, "evidence.toml", 7), range(32)))
    assert len(set(chosen)) == 32
    for folder in chosen:
        assert folder.is_dir()
        refuse_occupied(folder)
    assert any(".2-s-update-" in folder.name for folder in chosen)


def test_the_name_of_an_updates_folder_can_do_nothing_but_be_read(tmp_path: Path) -> None:
    folder = place(tmp_path, replace(study("s"), name="../a\x1b[31mc"))
    assert folder.parent == tmp_path
    assert folder.name.isprintable()
