"""Parts that never talk, any of them killed and given again, make the run that one process makes."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator import RunError, UsageError, merge, open_run, simulate, simulate_part
from simulator.analysis.run import Interrupted, NotFiniteError
from simulator.engine import part_folders, paths_of
from simulator.errors import ExecutorWarning
from simulator.sampling import BATCH
from tests.analysis.run.in_parts import PARTS, Job, assert_same, changed, content, further, part_of
from tests.analysis.run.small_run import margin, study

ROOT = str(Path(__file__).parents[3])
BATCHES = 7
ASKED: dict[str, Any] = {"paths": BATCHES * BATCH, "seed": 7}

#: Computes a part, and says how far it is; "slowly" leaves time to be killed.
CHILD = """
import sys, time
sys.path.insert(0, sys.argv[3])
from simulator import simulate_part
from tests.analysis.run.small_run import study
def progress(done, total):
    print(done, flush=True)
    time.sleep(0.3 * (done > 0) * (sys.argv[4:] == ["slowly"]))
simulate_part(study(), sys.argv[1], sys.argv[2], paths=7 * 8192, seed=7, threads=1, progress=progress)
"""


JOB = Job(study(), ASKED)


@pytest.fixture(scope="module")
def job() -> Job:
    return JOB


def child(part: str, out: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, part, str(out), ROOT, *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def shards(shared: Path, number: int) -> list[Path]:
    return sorted((part_of(shared, number) / "store" / "metrics" / "c" / "0").iterdir())


@pytest.mark.slow
def test_processes_at_once_one_killed_and_one_given_twice_make_the_run(one: Path, tmp_path: Path) -> None:
    out = tmp_path / "shared"
    with child("3/3", out, "slowly") as killed:
        assert killed.stdout is not None
        while int(killed.stdout.readline()) < BATCH:
            pass
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
    assert 1 <= len(shards(out, 3)) < 3
    processes = [child(part, out) for part in ("1/3", "3/3", "2/3", "2/3")]
    said = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, said
    run = merge(out, margin)
    assert run.status == "complete"
    assert run.verify() == ()
    assert_same(out, one)


@pytest.mark.slow
def test_killed_at_random_moments_they_make_the_run(one: Path, tmp_path: Path) -> None:
    for number, moment in enumerate(np.random.default_rng(1).uniform(0.5, 4.0, 12)):
        with child(f"{number % PARTS + 1}/{PARTS}", tmp_path) as process:
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                process.kill()
    merge(JOB.computed(tmp_path), margin)
    assert_same(tmp_path, one)


def test_an_interrupted_part_says_how_far_it_is_and_goes_on(one: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == BATCH:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=r"\d of 3 batches of part 3/3 are stored in .*goes on from there"):
        simulate_part(study(), "3/3", tmp_path, **ASKED, threads=1, progress=stop)
    assert told[0] == (0, 3 * BATCH)
    merge(JOB.computed(tmp_path), margin)
    assert_same(tmp_path, one)


@pytest.mark.parametrize("keep", ["all", "summary"])
def test_a_finished_part_that_is_given_again_has_the_times_of_its_computing(
    tmp_path: Path, keep: str
) -> None:
    found = []
    for _ in range(2):
        simulate_part(study(), "3/3", tmp_path, **ASKED, keep=keep)
        found.append(json.loads((part_of(tmp_path, 3) / "part.json").read_text())["timings"])
    assert found[0] == found[1]
    assert found[0]["total"] > 0


@pytest.mark.parametrize("wrong", ["other model", "half a batch"])
def test_a_part_goes_on_with_nothing_but_what_it_computes(one: Path, tmp_path: Path, wrong: str) -> None:
    JOB.computed(tmp_path, 3)
    if wrong == "other model":
        with pytest.raises(RunError, match=r"not what this program computes \(batch 4: margin"):
            simulate_part(study(further), "3/3", tmp_path, **ASKED)
    else:
        shard = shards(tmp_path, 3)[0]
        shard.write_bytes(shard.read_bytes()[:-9])
        merge(JOB.computed(tmp_path), margin)
        assert_same(tmp_path, one)


def test_merged_again_it_is_as_it_was_and_no_part_is_left_to_do(shared: Path, one: Path) -> None:
    merge(shared, margin)
    before = content(shared)
    assert merge(shared, margin).plan.paths == BATCHES * BATCH
    assert content(shared) == before
    with pytest.raises(RunError, match="holds a whole run already: no part is left to do"):
        simulate_part(study(), "1/3", shared, **ASKED)
    simulate(study(), **ASKED, out=shared)
    assert_same(shared, one)


@pytest.mark.parametrize(
    "moment",
    [
        "pathlib.Path.hardlink_to",
        "simulator.engine.Manifest.write",
        "simulator.analysis.run.merging.shutil.rmtree",
    ],
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
    merge(shared, margin)
    assert_same(shared, one)


def test_a_disk_without_links_is_copied_on(shared: Path, one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    merge(shared, margin)
    assert_same(shared, one)


def test_all_that_is_wrong_is_named_at_once_with_the_command(shared: Path) -> None:
    """A part that is not there, one that lacks a batch and has half a one, one of another run."""
    shutil.rmtree(part_of(shared, 1))
    first, second, *_ = shards(shared, 3)
    first.unlink()
    second.write_bytes(second.read_bytes()[:-9])
    before = content(shared)
    with pytest.raises(RunError) as error:
        merge(shared, margin)
    assert str(error.value).splitlines() == [
        f"{shared} does not hold all 3 parts of its run:",
        "  part 1/3: missing",
        "  part 3/3: 2 of its 3 batches missing or damaged",
        "  give them again:",
        f"  for k in 1 3; do strandline run STUDY --paths {BATCHES * BATCH} --seed 7 --sampler rqmc "
        f"--out {shared} --part $k/3; done",
    ]
    assert content(shared) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda found: found.update(study_hash="cd" * 32),
            "part 2/3: is another run's: study .* remove .*2-of-3",
        ),
        (lambda found: found["plan"].update(seed=8), "part 2/3: is another run's: seed 7 against 8"),
        (
            lambda found: found["plan"].update(paths=BATCH),
            "part 2/3: is another run's: paths 57344 against 8192",
        ),
        (lambda found: found.update(keep="summary"), "part 2/3: is another run's: keep all against summary"),
        (
            lambda found: found["versions"].update(jax="0.1"),
            r"part 2/3: is another run's: jax 0\.1 against .* here",
        ),
        (
            lambda found: found.update(model_sha256="ab" * 32),
            "part 2/3: is another run's: source of the model",
        ),
        (lambda found: found.clear(), "part 2/3: .*is not a manifest of a run"),
    ],
)
def test_a_part_of_another_run_is_refused(
    shared: Path, change: Callable[[dict[str, Any]], None], message: str
) -> None:
    changed(part_of(shared, 2) / "part.json", change)
    with pytest.raises(RunError, match=message):
        merge(shared, margin)


def test_parts_of_two_numbers_of_parts_are_refused(shared: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    simulate_part(study(), "1/2", other, **ASKED)
    shutil.copytree(part_of(other, 1), shared / "parts" / part_of(other, 1).name)
    with pytest.raises(RunError, match=r"holds parts of a run in \d parts and in \d; remove those of one"):
        merge(shared, margin)


def test_what_is_not_of_a_part_stays_beside_the_run(shared: Path) -> None:
    others = ["notes.txt", "9-of-3-0123abcd"]
    (shared / "parts" / others[0]).write_text("precious")
    (shared / "parts" / others[1]).mkdir()
    merge(shared, margin)
    assert {path.name for path in (shared / "parts").iterdir()} == set(others)
    assert merge(shared, margin).status == "complete"


def test_a_folder_without_parts_is_no_run(tmp_path: Path, one: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(RunError, match="holds no parts of a run; strandline run --part K/N --out"):
            merge(folder, margin)
    assert merge(one, margin).status == "complete"


def test_the_worse_of_two_folders_of_a_part_is_left_out(shared: Path, one: Path) -> None:
    """As a part leaves one that was begun on one kind of machine, and ended on another."""
    begun = Path(shutil.copytree(part_of(shared, 2), shared / "parts" / "2-of-3-00000000"))
    next((begun / "store" / "metrics" / "c" / "0").iterdir()).unlink()
    merge(shared, margin)
    assert_same(shared, one)


def of_another_machine(shared: Path, *numbers: int, bits: float = 1.0) -> None:
    """Let parts be computed by a machine of another kind, whose numbers are others where `bits` is not 1."""
    for number in numbers:
        folder = part_of(shared, number)
        changed(folder / "part.json", lambda found: found["platform"].update(processor="odd"))
        found = part_folders(shared)[number - 1]
        store = paths_of(found.folder, found.manifest())
        for batch in store.done():
            values = store.load(batch)
            assert values is not None
            store.write(batch, values * np.float32(bits))


ODD = 1.0 + 2.0**-20


def test_another_machine_with_the_same_bits_is_welcome(shared: Path, one: Path) -> None:
    of_another_machine(shared, 1, 3)
    merge(shared, margin)
    assert_same(shared, one)


def test_parts_all_of_another_machine_make_a_run_of_theirs(shared: Path) -> None:
    of_another_machine(shared, 1, 2, 3, bits=ODD)
    with pytest.warns(ExecutorWarning, match="the parts were computed on .*odd.*only a machine like theirs"):
        run = merge(shared, margin)
    assert json.loads((shared / "manifest.json").read_text())["platform"]["processor"] == "odd"
    assert run.verification()[:2] == ((), False)  # within tolerances: their last bits are others


@pytest.mark.parametrize(("numbers", "bits"), [((2,), ODD), ((1, 3), ODD)])
def test_two_kinds_of_machine_are_not_mixed(shared: Path, numbers: tuple[int, ...], bits: float) -> None:
    of_another_machine(shared, *numbers, bits=bits)
    named = ", ".join(map(str, numbers))
    with pytest.raises(
        RunError, match=rf"not what this program computes.*\n  parts {named}, computed on .*odd"
    ):
        merge(shared, margin)
    assert not (shared / "manifest.json").exists()


def test_numbers_of_another_model_are_not_taken_for_those_of_another_machine(shared: Path) -> None:
    with pytest.raises(RunError, match=r"parts 1, 2, 3, computed on .*\n  either the model is another one"):
        merge(shared, further)


def broken(draws: dict[str, Any]) -> dict[str, Any]:
    return {"root": jnp.sqrt(draws["load"])}  # which is negative on one path in 44


def test_what_is_not_finite_is_counted_over_all_parts(tmp_path: Path) -> None:
    for number in (1, 2):
        simulate_part(study(broken), f"{number}/2", tmp_path / "parts", **ASKED)
    with pytest.raises(NotFiniteError, match=r"root: .* nan of 57344 paths"):
        simulate(study(broken), **ASKED, out=tmp_path / "one")
    with pytest.raises(NotFiniteError, match=r"root: .* nan of 57344 paths"):
        merge(tmp_path / "parts", broken)
    assert open_run(tmp_path / "parts", broken).not_finite == open_run(tmp_path / "one", broken).not_finite


def test_a_study_of_a_model_that_is_not_given_is_told_so(shared: Path) -> None:
    with pytest.raises(UsageError, match=r"made by the model .*margin; pass it"):
        merge(shared)
    assert part_folders(shared)
