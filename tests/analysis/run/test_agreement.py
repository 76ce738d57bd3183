"""Two kinds of machine agree where they differ by rounding, and a run is verified on either."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis.run import Difference, open_run, simulate
from simulator.analysis.run.agreement import CROSSING, TOLERANCE, alike, beyond_rounding
from simulator.estimate import Number
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


def test_paths_are_counted_over_all_metrics() -> None:
    """Few paths of each may not be many of all."""
    most = int(CROSSING * BATCH)
    theirs = np.repeat(NORMAL, 4, axis=0)
    ours = theirs.copy()
    for row in range(4):
        ours[row, row * most // 2 : (row + 1) * most // 2] += 1
    assert far(ours, theirs) == 2 * most
    assert far(ours[:2], theirs[:2]) == 0


def test_a_few_values_far_out_do_not_set_the_measure() -> None:
    heavy = np.exp(8 * NORMAL)
    shuffled = heavy.copy()
    shuffled[0, : BATCH // 2] = np.random.default_rng(8).permutation(heavy[0, : BATCH // 2])
    assert far(shuffled, heavy) > BATCH // 4
    assert far(heavy * np.float32(1 + 2.0**-22), heavy) == 0


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ((1.0, 0.001), (1.00009, 0.001), True),
        ((1.0, 0.001), (1.0, 0.00109), True),
        ((1.0, 0.001), (1.0002, 0.001), False),
        ((1.0, 0.001), (1.0, 0.0012), False),
        ((1.0, 0.001), (1.9, 10.0), False),
        ((1.0, 0.001), (1.0, 10.0), False),
        ((1.0, 0.001), (1.0, np.nan), False),
        ((1.0, 0.0), (1.0 + 2.0**-21, 0.0), True),
        ((1.0, np.nan), (1.0 + 2.0**-21, np.nan), True),
        ((1.0, np.nan), (1.1, np.nan), False),
        ((np.nan, np.nan), (np.nan, np.nan), True),
        ((np.inf, np.nan), (np.inf, np.nan), True),
        ((np.inf, np.nan), (1.0, np.nan), False),
        ((np.inf, np.nan), (-np.inf, np.nan), False),
    ],
)
def test_a_statistic_and_its_error_are_measured_by_the_error_computed_now(
    ours: tuple[float, float], theirs: tuple[float, float], same: bool
) -> None:
    assert alike(Number(*ours), Number(*theirs)) == same


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
