"""A run that was stopped keeps what was done, and the same call ends it with the same bytes."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from simulator.analysis.run import Interrupted, open_run, run_folder, simulate
from simulator.errors import RunError
from simulator.sampling import BATCH
from tests.analysis.run.small_run import BATCHES, PATHS, content, margin, stop_after, study


@pytest.mark.parametrize("batches", [0, 1, 3])
def test_an_interrupted_run_keeps_what_was_done_and_goes_on(
    batches: int, straight: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "run"
    with pytest.raises(Interrupted, match=r"interrupted after \d+ of 32768 paths") as interrupted:
        simulate(study(), paths=PATHS, seed=7, threads=1, out=out, progress=stop_after(batches))
    assert interrupted.value.exit_code == 130
    if batches == 0:
        assert interrupted.value.run is None
    else:
        part = interrupted.value.run
        assert part is not None
        assert part.status == "interrupted"
        assert batches <= part.plan.batches < BATCHES
        found = open_run(out)
        assert (found.status, found.plan) == ("interrupted", part.plan)
        assert content(found) == content(part)
    assert json.loads((out / "manifest.json").read_text())["status"] == "interrupted"
    assert content(simulate(study(), paths=PATHS, seed=7, out=out)) == straight
    assert open_run(out).status == "complete"


def test_an_interrupt_in_memory_gives_the_part_that_was_done() -> None:
    with pytest.raises(Interrupted) as interrupted:
        simulate(study(), paths=PATHS, threads=1, progress=stop_after(2))
    assert interrupted.value.run is not None
    assert interrupted.value.run.summary()["paths"] >= 2 * BATCH


def test_a_finished_run_is_only_read_and_can_grow(straight: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "run"
    simulate(study(), paths=PATHS // 2, seed=7, out=out)
    notes: list[int] = []
    simulate(study(), paths=PATHS // 2, seed=7, out=out, progress=lambda done, _: notes.append(done))
    assert notes == [PATHS // 2]
    assert content(simulate(study(), paths=PATHS, seed=7, out=out)) == straight
    with pytest.raises(RunError, match="more than the"):
        simulate(study(), paths=PATHS // 2, seed=7, out=out)
    with pytest.raises(RunError, match="seed 7 against 8"):
        simulate(study(), paths=PATHS, seed=8, out=out)


def test_one_directory_has_one_run_at_a_time(tmp_path: Path) -> None:
    def second(done: int, total: int) -> None:
        with pytest.raises(RunError, match=f"{tmp_path} is in use by process {os.getpid()}"):
            simulate(study(), paths=PATHS, out=tmp_path)

    simulate(study(), paths=BATCH, out=tmp_path, progress=second)


def test_place_finds_the_run_to_go_on_with(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"paths": PATHS, "seed": 7}
    out = run_folder(tmp_path, study(), **asked)
    with pytest.raises(Interrupted):
        simulate(study(), **asked, threads=1, out=out, progress=stop_after(1))
    assert run_folder(tmp_path, study(), **asked) == out
    assert run_folder(tmp_path, study(), paths=PATHS, seed=8) != out


@pytest.mark.parametrize("keep", ["all", "summary"])
def test_a_run_that_is_only_read_again_has_the_times_of_its_computing(tmp_path: Path, keep: str) -> None:
    asked: dict[str, Any] = {"paths": PATHS, "seed": 7, "keep": keep, "out": tmp_path}
    first = simulate(study(), **asked)
    assert first.timings["total"] > 0
    assert simulate(study(), **asked).timings == first.timings
    assert open_run(tmp_path, margin).timings == first.timings
    asked["paths"] *= 2
    more = simulate(study(), **asked)
    assert more.timings != first.timings
