"""A run directory takes the run that it holds, and no other."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.engine import Manifest, ManifestWriter, Plan, begin, locked, reopen, unfinished_or_new
from simulator.errors import RunError
from simulator.sampling import BATCH, DrawsKey

KEY = DrawsKey(7, "rqmc")

MANIFEST = Manifest(
    study={},
    study_hash="ab" * 32,
    plan=Plan(2 * BATCH, 7),
    model="m.f",
    metrics={"a": ""},
    versions={},
    platform={},
    created="2026-01-28T09:00:00+00:00",
    draws=KEY.to_dict(),
)


def started(folder: Path, manifest: Manifest = MANIFEST) -> Manifest:
    with locked(folder):
        return begin(folder, manifest)[0]


def test_a_new_run_says_that_it_is_running(tmp_path: Path) -> None:
    started(tmp_path / "deep" / "run")
    manifest, store = reopen(tmp_path / "deep" / "run")
    assert manifest == MANIFEST
    assert manifest.status == "running"
    assert store.done() == []


def test_the_same_run_goes_on_and_keeps_its_date(tmp_path: Path) -> None:
    started(tmp_path)
    more = replace(MANIFEST, plan=Plan(5 * BATCH, 7), created="2026-02-01T09:00:00+00:00")
    assert started(tmp_path, more) == replace(more, created=MANIFEST.created)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (replace(MANIFEST, study_hash="cd" * 32), "holds another run: study abababab against cdcdcdcd"),
        (replace(MANIFEST, plan=Plan(2 * BATCH, 8)), "holds another run: seed 7 against 8"),
        (replace(MANIFEST, metrics={"b": ""}), r"holds another run: metrics \(a, b\)"),
        (
            replace(MANIFEST, draws=replace(KEY, members="ab").to_dict()),
            r"holds another run: draws \(correlated priors drawn in another order",
        ),
        (replace(MANIFEST, plan=Plan(BATCH, 7)), "more than the 8192 asked for"),
    ],
)
def test_another_run_is_refused_and_harms_nothing(tmp_path: Path, other: Manifest, message: str) -> None:
    started(tmp_path)
    with pytest.raises(RunError, match=message):
        started(tmp_path, other)
    assert reopen(tmp_path)[0] == MANIFEST


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(RunError, match=r"holds no run, but thesis\.tex"):
        started(tmp_path)
    assert not (tmp_path / "manifest.json").exists()


def test_nothing_is_touched_in_a_folder_that_is_no_run(tmp_path: Path) -> None:
    """Not even files that are called as unfinished ones of a run are."""
    content = {"notes.tmp": "precious", "manifest.json.12.tmp": "{", "thesis.tex": ""}
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(RunError, match="holds no run"):
        started(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == content


def test_a_manifest_of_something_else_makes_no_run(tmp_path: Path) -> None:
    content = {"notes.tmp": "precious", "manifest.json": '{"name": "an extension of a browser"}'}
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(RunError, match="is not a manifest of a run"):
        started(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == content


def test_what_a_killed_beginning_left_is_no_stranger(tmp_path: Path) -> None:
    (tmp_path / "manifest.json.12.tmp").write_text("{")
    (tmp_path / "lock").write_text("process 12 on here\n")
    assert started(tmp_path) == MANIFEST
    assert {path.name for path in tmp_path.iterdir()} == {"manifest.json", "store"}


def test_a_folder_that_came_to_nothing_goes_again_and_the_users_own_stays(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    for name in ("own", "new"):
        with pytest.raises(ZeroDivisionError), locked(tmp_path / name):
            assert 1 / 0
    assert [path.name for path in tmp_path.iterdir()] == ["own"]
    assert list((tmp_path / "own").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=f"cannot make {tmp_path / 'file' / 'run'}"):
        started(tmp_path / "file" / "run")


def test_the_writer_ends_with_the_status(tmp_path: Path) -> None:
    manifest = started(tmp_path)
    writer = ManifestWriter(tmp_path, manifest)
    writer.progress(MANIFEST.plan, 1)
    writer.close("interrupted", timings={"total": 1.5}, not_finite={"a": {"nan": 2, "infinite": 0}})
    found, _ = reopen(tmp_path)
    assert (found.status, found.batches_done, found.timings) == ("interrupted", 1, {"total": 1.5})
    assert found.not_finite == {"a": {"nan": 2, "infinite": 0}}


def test_an_unfinished_run_is_found_again_and_a_finished_one_is_not(tmp_path: Path) -> None:
    plan = Plan(2 * BATCH, 7)
    first = unfinished_or_new(tmp_path, "s", "ab" * 32, plan, KEY)
    assert first.name.split("-")[1] == "s"
    started(first)
    assert unfinished_or_new(tmp_path, "s", "ab" * 32, plan, KEY) == first
    for other in (Plan(2 * BATCH, 8), Plan(3 * BATCH, 7), Plan(2 * BATCH, 7, dtype="float64")):
        assert unfinished_or_new(tmp_path, "s", "ab" * 32, other, KEY) != first
    assert unfinished_or_new(tmp_path, "s", "ab" * 32, plan, replace(KEY, members="ab")) != first
    earlier = first.rename(tmp_path / f"20260128T090000Z-{first.name.split('-', 1)[1]}")
    assert unfinished_or_new(tmp_path, "s", "ab" * 32, plan, KEY) == earlier
    ManifestWriter(earlier, MANIFEST).close("complete")
    assert unfinished_or_new(tmp_path, "s", "ab" * 32, plan, KEY) != earlier


def test_processes_that_choose_at_once_choose_folders_of_their_own(tmp_path: Path) -> None:
    """All within a second or two, and none has written its manifest yet."""
    with ThreadPoolExecutor(8) as pool:
        chosen = list(
            pool.map(lambda _: unfinished_or_new(tmp_path, "s", "ab" * 32, Plan(BATCH, 7), KEY), range(64))
        )
    assert len(set(chosen)) == 64
    assert all(folder.is_dir() for folder in chosen)
    assert any(".2-s-" in folder.name for folder in chosen)


@pytest.mark.parametrize("name", ["plain", "a[b]", "a[!b]c", "*", "a?", "a/b", "../a", "東京", "é" * 200])
def test_an_unfinished_run_is_found_again_whatever_its_study_is_called(tmp_path: Path, name: str) -> None:
    plan = Plan(2 * BATCH, 7)
    first = unfinished_or_new(tmp_path, name, "ab" * 32, plan, KEY)
    assert first.parent == tmp_path
    started(first)
    assert unfinished_or_new(tmp_path, name, "ab" * 32, plan, KEY) == first


def test_a_folders_name_holds_nothing_invisible(tmp_path: Path) -> None:
    name = unfinished_or_new(tmp_path, "a\x1b[31mc\n\u202e", "ab" * 32, Plan(BATCH), KEY).name
    assert name.isprintable()
    assert "a-[31mc" in name
