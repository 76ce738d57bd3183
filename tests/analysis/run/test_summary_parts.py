"""Parts that keep a summary make the run that one process makes, to the byte."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator import RunError, UsageError, merge, simulate, simulate_part
from simulator.analysis.run import Interrupted, NotFiniteError, summed
from simulator.engine import TOTALS, part_folders, read_arrays, write_arrays
from simulator.errors import ExecutorWarning, RunWarning
from simulator.sampling import BATCH
from simulator.study import Study
from tests.analysis.run.in_parts import PARTS, Job, assert_same, changed, further, part_of
from tests.analysis.run.small_run import margin, study
from tests.analysis.run.summary_run import BATCHES, PATHS, judged

ROOT = str(Path(__file__).parents[3])
ASKED: dict[str, Any] = {"paths": PATHS, "seed": 7, "keep": "summary"}

#: Computes a part, says how far it is, and writes what it has after every batch.
CHILD = """
import sys, time
sys.path.insert(0, sys.argv[3])
from simulator import simulate_part
from simulator.analysis.run import summed
from tests.analysis.run.summary_run import PATHS, judged
summed.SECONDS = summed.TIMES = 0.0
def progress(done, total):
    print(done, flush=True)
    time.sleep(0.2)
simulate_part(judged(), sys.argv[1], sys.argv[2], paths=PATHS, seed=7, threads=1, keep="summary",
              progress=progress)
"""


JOB = Job(judged(), ASKED)


@pytest.fixture(scope="module")
def job() -> Job:
    return JOB


def test_they_make_the_run_of_one_process(shared: Path, one: Path) -> None:
    run = merge(shared, margin)
    assert run.keep == "summary"
    assert run.verify() == ()
    assert_same(shared, one)
    assert run.summary() == simulate(judged(), **ASKED).summary()


@pytest.mark.slow
def test_a_part_may_have_none_of_the_paths_that_place_the_grid(one: Path, tmp_path: Path) -> None:
    of = 7
    assert (of - 1) * BATCHES // of >= summed.FIRST
    for number in range(of, 0, -1):
        simulate_part(judged(), f"{number}/{of}", tmp_path, **ASKED)
    merge(tmp_path, margin)
    assert_same(tmp_path, one)


def test_a_part_writes_its_share_and_no_path(shared: Path) -> None:
    for number in range(1, PARTS + 1):
        folder = part_of(shared, number)
        assert sorted(path.name for path in folder.iterdir()) == ["part.json", TOTALS]
        totals, asked, _ = summed.read_totals(folder / TOTALS, part_folders(shared)[0].manifest().identity)
        assert totals.batches == set(range((number - 1) * BATCHES // PARTS, number * BATCHES // PARTS))
        assert asked == BATCHES


@pytest.mark.slow
def test_one_that_is_killed_and_one_given_twice_make_the_run(one: Path, tmp_path: Path) -> None:
    out = tmp_path / "shared"
    command = [sys.executable, "-c", CHILD, f"3/{PARTS}", str(out), ROOT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        while int(killed.stdout.readline()) < 9 * BATCH:  # two beyond those that place the grid
            pass
        killed.kill()
        killed.communicate()
    (folder,) = part_folders(out)
    totals, _, _ = summed.read_totals(folder.folder / TOTALS, folder.manifest().identity)
    assert 1 <= len(totals.batches) < BATCHES // PARTS
    twice = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.wait() for process in twice if process.communicate()] == [0, 0]
    merge(JOB.computed(out, 1, 2), margin)
    assert_same(out, one)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "stop"), [(1, 1), (2, 0), (2, 2), (3, 0), (3, 9)])
def test_one_that_is_interrupted_says_how_far_it_is_and_goes_on(
    one: Path, tmp_path: Path, number: int, stop: int
) -> None:
    def progress(done: int, total: int) -> None:
        assert total == len(range((number - 1) * BATCHES // PARTS, number * BATCHES // PARTS)) * BATCH
        if done == stop * BATCH:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=rf"\d+ of \d+ batches of part {number}/3 are stored in .*goes on"):
        simulate_part(judged(), f"{number}/3", tmp_path, **ASKED, threads=1, progress=progress)
    merge(JOB.computed(tmp_path), margin)
    assert_same(tmp_path, one)


def test_a_part_goes_on_with_nothing_but_what_it_computes(one: Path, shared: Path) -> None:
    other = Study.from_dict(judged().to_dict(), model=further)
    with pytest.raises(RunError, match="not what this program computes"):
        simulate_part(other, f"3/{PARTS}", shared, **ASKED)
    totals = part_of(shared, 3) / TOTALS
    totals.write_bytes(totals.read_bytes()[:-9])
    with pytest.raises(RunError, match=rf"part 3/3: .*{TOTALS} is damaged"):
        merge(shared, margin)
    with pytest.warns(RunWarning, match="computed anew"):
        JOB.computed(shared, 3)
    merge(shared, margin)
    assert_same(shared, one)


def test_all_that_is_wrong_is_named_at_once_with_the_command(shared: Path) -> None:
    shutil.rmtree(part_of(shared, 1))
    (part_of(shared, 2) / TOTALS).unlink()
    folder = next(one for one in part_folders(shared) if one.part.number == 3)
    identity = folder.manifest().identity
    arrays = read_arrays(folder.folder / TOTALS, identity)
    write_arrays(folder.folder / TOTALS, identity, arrays | {"batches": arrays["batches"][:-3]})
    with pytest.raises(RunError) as error:
        merge(shared, margin)
    share = -(-BATCHES // PARTS)
    assert str(error.value).splitlines() == [
        f"{shared} does not hold all 3 parts of its run:",
        "  part 1/3: missing",
        f"  part 2/3: {share} of its {share} batches missing",
        f"  part 3/3: 3 of its {share} batches missing",
        "  give them again:",
        f"  for k in 1 2 3; do strandline run STUDY --paths {PATHS} --seed 7 --sampler rqmc --keep summary "
        f"--out {shared} --part $k/3; done",
    ]


def test_parts_keep_all_paths_or_all_a_summary(shared: Path) -> None:
    with pytest.raises(RunError, match="parts of another run: keep summary against all"):
        simulate_part(judged(), f"1/{PARTS}", shared, paths=PATHS, seed=7)
    with pytest.raises(UsageError, match="found 'none'; allowed: all, summary"):
        simulate_part(judged(), f"1/{PARTS}", shared, paths=PATHS, seed=7, keep="none")


@pytest.mark.parametrize(
    "moment", ["simulator.engine.Manifest.write", "simulator.analysis.run.merging.shutil.rmtree"]
)
def test_a_merge_that_is_killed_is_given_again(
    shared: Path, one: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as killing:
        killing.setattr(moment, die)
        with pytest.raises(SystemExit):
            merge(shared, margin)
    if moment.endswith("write"):  # the parts are all there is yet, and each may still be given again
        JOB.computed(shared, 2)
    merge(shared, margin)
    assert_same(shared, one)


def of_another_machine(shared: Path, *numbers: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Let parts be computed by a machine of another kind, and change what they have."""
    for folder in part_folders(shared):
        if folder.part.number in numbers:
            changed(folder.folder / "part.json", lambda found: found["platform"].update(processor="odd"))
            identity = folder.manifest().identity
            arrays = read_arrays(folder.folder / TOTALS, identity)
            change(arrays)
            write_arrays(folder.folder / TOTALS, identity, arrays)


def other_bits(arrays: dict[str, Any]) -> None:
    arrays["probe"] = arrays["probe"] ^ 1


def other_grid(arrays: dict[str, Any]) -> None:
    arrays["grid.edges"] = np.nextafter(arrays["grid.edges"], np.float32(np.inf))


def test_another_machine_with_the_same_bits_is_welcome(shared: Path, one: Path) -> None:
    of_another_machine(shared, 1, 3, change=lambda _: None)
    merge(shared, margin)
    assert_same(shared, one)


def test_parts_all_of_another_machine_make_a_run_of_theirs(shared: Path) -> None:
    of_another_machine(shared, 1, 2, 3, change=other_bits)
    with pytest.warns(ExecutorWarning, match="the parts were computed on .*odd.*only a machine like theirs"):
        run = merge(shared, margin)
    assert json.loads((shared / "manifest.json").read_text())["platform"]["processor"] == "odd"
    assert run.verification()[:2] == ((), False)


def test_two_kinds_of_machine_are_not_mixed(shared: Path) -> None:
    of_another_machine(shared, 2, change=other_bits)
    with pytest.raises(RunError, match=r"not what this program computes.*\n  parts 2, computed on .*odd"):
        merge(shared, margin)
    assert not (shared / "manifest.json").exists()


def test_parts_of_two_grids_are_not_added_up(shared: Path) -> None:
    """Of machines that differ, but not in the first batch."""
    of_another_machine(shared, 2, change=other_grid)
    with pytest.raises(RunError, match="different grids; allowed: parts of one run, computed on one kind"):
        merge(shared, margin)
    assert not (shared / "manifest.json").exists()


def broken(draws: dict[str, Any]) -> dict[str, Any]:
    return {"root": jnp.sqrt(draws["load"])}  # which is negative on one path in 44


def test_what_is_not_finite_is_counted_over_all_parts(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"paths": 4 * BATCH, "keep": "summary"}
    for number in (1, 2):
        simulate_part(study(broken), f"{number}/2", tmp_path / "parts", **asked)
    with pytest.raises(NotFiniteError, match=r"root: .* nan of 32768 paths") as apart:
        merge(tmp_path / "parts", broken)
    with pytest.raises(NotFiniteError) as together:
        simulate(study(broken), **asked)
    assert apart.value.run.not_finite == together.value.run.not_finite
