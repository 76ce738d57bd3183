"""Two kinds of machine agree where they differ by rounding, and a run is verified on either."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis.run import Difference, open_run, simulate
from simulator.analysis.run.agreement import CROSSING, TOLERANCE, beyond_rounding
from simulator.sampling import BATCH
from tests.analysis.run.small_run import BATCHES, PATHS, margin, study

NORMAL = np.random.default_rng(7).standard_normal((1, BATCH)).astype(np.float32)
SD = NORMAL.std(dtype=np.float64)


def far(ours: np.ndarray, theirs: np.ndarray) -> int:
    return int(beyond_rounding(ours.astype(np.float32), theirs.astype(np.float32)).sum())


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_the_unit_is_the_standard_deviation_of_the_metric(size: float) -> None:
    theirs = size * NORMAL
    assert far(theirs + 0.9 * TOLERANCE * size * SD, theirs) == 0
    assert far(theirs + 1.1 * TOLERANCE * size * SD, theirs) == BATCH


def test_few_paths_may_cross_a_threshold() -> None:
    most = int(CROSSING * BATCH)
    for crossed in (most, most + 1):
        ours = NORMAL.copy()
        ours[0, :crossed] += 1
        assert far(ours, NORMAL) == (0 if crossed == most else crossed)


def test_a_threshold_within_the_tolerance_is_crossed_on_fewer_paths() -> None:
    """By twelve thresholds, each where most paths are: what `CROSSING` has room for, on average."""
    moved = NORMAL + np.float32(TOLERANCE)
    crossed = np.mean((NORMAL < 0) & (moved >= 0))
    expected = TOLERANCE / np.sqrt(2 * np.pi)
    assert 12 * expected < CROSSING
    assert crossed < CROSSING


def test_infinities_and_what_is_no_number_are_compared_too() -> None:
    odd = np.tile(np.array([np.inf, -np.inf, np.nan, 1.0], np.float32), BATCH // 4)[None]
    assert far(odd, odd) == 0
    assert far(-odd, odd) == 3 * BATCH // 4
    assert far(np.nan_to_num(odd, posinf=0, neginf=0), odd) == 3 * BATCH // 4


def test_a_metric_that_is_one_number_is_compared_by_its_size() -> None:
    one = np.full((1, BATCH), 100.0)
    assert far(one * (1 + 0.9 * TOLERANCE), one) == 0
    assert far(one * (1 + 1.1 * TOLERANCE), one) == BATCH
    assert far(one * 0, one * 0) == 0
    assert far(one, one * 0) == BATCH


def test_no_more_is_asked_than_the_precision_has() -> None:
    large = 1e6 + NORMAL  # its last place is a sixteenth
    assert far(large + 0.25, large) == 0
    assert far(large + 4, large) == BATCH


def elsewhere(folder: Path, **changes: Any) -> None:
    """Let a stored run have been computed on another machine."""
    path = folder / "manifest.json"
    content = json.loads(path.read_bytes())
    content["platform"] |= changes
    path.write_text(json.dumps(content))


def rounded(draws: dict[str, Any]) -> dict[str, Any]:
    """The model as another processor computes it."""
    found = margin(draws)
    return found | {"margin": found["margin"] * np.float32(1 + 2.0**-22)}


@pytest.mark.parametrize(
    "kind",
    [
        {"processor": "another"},
        {"machine": "riscv64"},
        {"backend": "gpu", "device": "NVIDIA H200", "batches_at_once": "64"},
    ],
)
def test_a_run_of_another_kind_of_machine_is_compared_within_tolerances(
    kind: dict[str, str], tmp_path: Path
) -> None:
    simulate(study(), paths=PATHS, out=tmp_path)
    assert open_run(tmp_path, model=margin).verification()[:2] == ((), True)
    bits = open_run(tmp_path, model=rounded).verification()
    assert bits.exact
    assert {one.metric for one in bits.differences} == {"margin"}
    elsewhere(tmp_path, **kind)
    assert open_run(tmp_path, model=rounded).verification()[:2] == ((), False)
    assert open_run(tmp_path, model=rounded).verify(2) == ()


def test_within_tolerances_another_model_is_found_all_the_same(tmp_path: Path) -> None:
    simulate(study(), paths=PATHS, out=tmp_path)
    elsewhere(tmp_path, processor="another")

    def edited(draws: dict[str, Any]) -> dict[str, Any]:
        found = margin(draws)
        return found | {"margin": found["margin"] * 1.001}

    found = open_run(tmp_path, model=edited).verification(2)
    assert not found.exact
    assert [(one.batch, one.metric) for one in found.differences] == [(0, "margin"), (BATCHES - 1, "margin")]


def test_damage_is_found_on_any_machine(tmp_path: Path) -> None:
    simulate(study(), paths=PATHS, out=tmp_path)
    elsewhere(tmp_path, processor="another")
    shard = tmp_path / "store" / "metrics" / "c" / "0" / "2"
    damaged = bytearray(shard.read_bytes())
    damaged[123] ^= 16
    shard.write_bytes(damaged)
    assert open_run(tmp_path, model=margin).verify() == (Difference(2, "", BATCH),)
