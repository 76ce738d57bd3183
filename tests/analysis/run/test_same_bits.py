"""A run is the same numbers however it is computed: on threads, in blocks, in memory, on disk."""

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis.run import simulate, stored
from simulator.errors import UsageError
from simulator.sampling import BATCH, REPLICATES
from tests.analysis.run.small_run import PATHS, content, study


@pytest.mark.parametrize(
    "how", [{"threads": 2}, {"threads": 5}, {"block_size": 256}, {"block_size": 64}, {"out": "run"}]
)
def test_how_it_is_computed_changes_no_bit(
    how: dict[str, Any], straight: dict[str, bytes], tmp_path: Path
) -> None:
    if "out" in how:
        how = {"out": tmp_path / "run"}
    assert content(simulate(study(), paths=PATHS, seed=7, **how)) == straight


def test_another_seed_or_sampler_is_another_run(straight: dict[str, bytes]) -> None:
    others = simulate(study(), paths=PATHS, seed=8), simulate(study(), paths=PATHS, seed=7, sampler="mc")
    for other in others:
        assert content(other)["margin"] != straight["margin"]


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_a_prior_more_and_paths_more_move_no_draw(sampler: str) -> None:
    before = simulate(study(), paths=PATHS, seed=7, sampler=sampler)
    more = study(
        new={"family": "beta", "alpha": 2.0, "beta": 3.0}, another={"family": "uniform", "low": 0, "high": 1}
    )
    after = simulate(more, paths=2 * PATHS, seed=7, sampler=sampler)
    ours, theirs = before.draws(), after.draws(paths=PATHS)
    assert set(theirs) - set(ours) == {"new", "another"}
    for name, values in ours.items():
        assert theirs[name].tobytes() == values.tobytes(), name
    for name in before.names:
        assert after.metric(name)[:, : PATHS // REPLICATES].tobytes() == before.metric(name).tobytes(), name


def test_metrics_are_by_replicate_and_draws_one_row_in_their_order() -> None:
    run = simulate(study(lambda d: {"load": d["load"]}), paths=2 * BATCH)
    draws = run.draws(["load", "shares", "rate"], 320)
    assert draws["shares"].shape == (3, 320)
    assert np.allclose(draws["shares"].sum(axis=0), 1, atol=3 * np.finfo("f4").eps)
    assert np.all(draws["rate"] == 0.5)
    metric = run.metric("load")
    assert metric.shape == (REPLICATES, 512)
    assert metric[:, :10].tobytes() == draws["load"].tobytes()
    with pytest.raises(UsageError, match=r"no draw 'lode'\. Did you mean load"):
        run.draws(["lode"])


def test_float64_is_the_same_paths_to_more_digits() -> None:
    single = simulate(study(), paths=BATCH, seed=7)
    double = simulate(study(), paths=BATCH, seed=7, dtype="float64")
    assert double.metric("margin").dtype == np.float64
    # A dozen roundings of numbers below 20, each to half an ulp of float32 or less.
    assert np.abs(single.metric("margin") - double.metric("margin")).max() < 12 * 20 * 2.0**-24
    assert not np.array_equal(double.metric("margin"), double.metric("margin").astype("f4"))


def test_a_large_run_without_a_directory_goes_through_a_scratch_one(
    straight: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "MEMORY_LIMIT", 3 * PATHS * 4 - 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run = simulate(study(), paths=PATHS, seed=7)
    assert len(list(tmp_path.iterdir())) == 1
    assert run.directory is None
    assert content(run) == straight
    del run
    gc.collect()
    assert list(tmp_path.iterdir()) == []
