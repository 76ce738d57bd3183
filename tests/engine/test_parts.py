"""A part is K of N; its folder takes the run that it is of, and no other."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import Manifest, Part, Plan, begin_part, part_folders, runtime
from simulator.errors import RunError, UsageError
from simulator.sampling import BATCH, DrawsKey

MANIFEST = Manifest(
    study={},
    study_hash="ab" * 32,
    plan=Plan(8 * BATCH, 7),
    model="m.f",
    metrics={"a": ""},
    versions=runtime.versions(),
    platform=runtime.host(),
    created="2026-01-28T09:00:00+00:00",
    draws=DrawsKey(7, "rqmc").to_dict(),
)


@given(st.integers(1, 60), st.integers(0, 2000))
def test_parts_share_all_batches_evenly(of: int, more: int) -> None:
    total = of + more
    shares = [Part(number, of).batches(total) for number in range(1, of + 1)]
    assert [batch for share in shares for batch in share] == list(range(total))
    assert {len(share) for share in shares} <= {total // of, -(-total // of)}


@pytest.mark.parametrize(("text", "number", "of"), [("1/1", 1, 1), ("3/8", 3, 8), ("1000/1000", 1000, 1000)])
def test_a_part_is_read_as_it_is_written(text: str, number: int, of: int) -> None:
    assert Part.read(text) == Part(number, of)
    assert str(Part(number, of)) == text


@pytest.mark.parametrize(
    "text",
    ["", "3", "0/8", "9/8", "3/0", "-1/8", "3/8/9", "1.5/8", "3 of 8", " 3/8", "03/8", "3/1e3", "9" * 99],
)
def test_what_is_no_part(text: str) -> None:
    with pytest.raises(UsageError, match=r"part: found .*; allowed: K/N, as 3/8, with K from 1 to N"):
        Part.read(text)


def test_no_part_is_without_a_batch() -> None:
    with pytest.raises(UsageError, match="found 1/9; allowed: at most 8 parts, one for each 8192 paths"):
        Part(1, 9).batches(8)


def test_numbers_in_the_place_of_other_distributions_are_another_run(tmp_path: Path) -> None:
    """Of the same name and family: the tag of a shard has the whole table."""
    tables = ({"wait": {"family": "lognormal", "median": one, "sigma": 0.2}} for one in (4.5, 9.0))
    first, other = (replace(MANIFEST, fixed_from=one) for one in tables)
    begin_part(tmp_path, Part(1, 2), first)
    with pytest.raises(RunError, match=r"distributions in whose place it has numbers \(wait \(lognormal\)\)"):
        begin_part(tmp_path, Part(2, 2), other)


def test_a_part_begins_and_goes_on_in_a_folder_of_its_own(tmp_path: Path) -> None:
    folder, manifest = begin_part(tmp_path / "deep" / "run", Part(2, 3), MANIFEST)
    assert manifest == MANIFEST
    later = replace(MANIFEST, created="2026-02-01T09:00:00+00:00")
    assert begin_part(tmp_path / "deep" / "run", Part(2, 3), later) == (folder, MANIFEST)
    begin_part(tmp_path / "deep" / "run", Part(1, 3), MANIFEST)
    found = part_folders(tmp_path / "deep" / "run")
    assert [one.part for one in found] == [Part(1, 3), Part(2, 3)]
    assert found[1].folder == folder
    assert [path.name for path in (tmp_path / "deep" / "run").iterdir()] == ["parts"]


@pytest.mark.parametrize(
    "other",
    [
        replace(MANIFEST, platform={**MANIFEST.platform, "processor": "odd"}),
        replace(MANIFEST, versions={**MANIFEST.versions, "jax": "0.1"}),
    ],
)
def test_another_kind_of_machine_has_a_folder_of_its_own(tmp_path: Path, other: Manifest) -> None:
    """And one with other cores has not: it computes the same bits."""
    ours = begin_part(tmp_path, Part(1, 2), MANIFEST)[0]
    assert begin_part(tmp_path, Part(1, 2), other)[0] != ours
    more = replace(MANIFEST, platform={**MANIFEST.platform, "cores": 96})
    assert begin_part(tmp_path, Part(1, 2), more)[0] == ours


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (replace(MANIFEST, study_hash="cd" * 32), "parts of another run: study abababab against cdcdcdcd"),
        (replace(MANIFEST, plan=Plan(8 * BATCH, 8)), "parts of another run: seed 7 against 8"),
        (replace(MANIFEST, plan=Plan(9 * BATCH, 7)), "parts of another run: paths 65536 against 73728"),
        (replace(MANIFEST, metrics={"b": ""}), r"parts of another run: metrics \(a, b\)"),
    ],
)
def test_parts_of_another_run_are_refused_and_nothing_is_made(
    tmp_path: Path, other: Manifest, message: str
) -> None:
    begin_part(tmp_path, Part(1, 2), MANIFEST)
    with pytest.raises(RunError, match=message):
        begin_part(tmp_path, Part(2, 2), other)
    assert [one.part for one in part_folders(tmp_path)] == [Part(1, 2)]


def test_another_number_of_parts_is_refused(tmp_path: Path) -> None:
    begin_part(tmp_path, Part(1, 2), MANIFEST)
    with pytest.raises(RunError, match="holds parts of a run in 2 parts, not in 3"):
        begin_part(tmp_path, Part(1, 3), MANIFEST)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("manifest.json", "holds a whole run already"),
        ("thesis.tex", r"holds no parts of a run, but thesis\.tex"),
        ("store", "holds no parts of a run, but store"),
    ],
)
def test_a_folder_of_something_else_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(RunError, match=message):
        begin_part(tmp_path, Part(1, 2), MANIFEST)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_what_a_killed_process_left_of_a_record_is_written_anew(tmp_path: Path) -> None:
    folder = begin_part(tmp_path, Part(1, 2), MANIFEST)[0]
    (folder / "part.json").write_text("{")
    (folder / "part.json.12.tmp").write_text("{")
    begin_part(tmp_path, Part(1, 2), MANIFEST)
    assert part_folders(tmp_path)[0].manifest() == MANIFEST
