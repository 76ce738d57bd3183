"""A run says where it is damaged, not what its program computes, or not finite."""

import json
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import pytest

from simulator.analysis.run import Difference, NotFiniteError, open_run, simulate
from simulator.errors import GateError, RunError, UsageError
from simulator.sampling import BATCH
from tests.analysis.run.small_run import BATCHES, PATHS, content, margin, study


def test_damage_is_found_told_and_repaired(straight: dict[str, bytes], tmp_path: Path) -> None:
    simulate(study(), paths=PATHS, seed=7, out=tmp_path)
    shard = tmp_path / "store" / "metrics" / "c" / "0" / "2"
    damaged = bytearray(shard.read_bytes())
    damaged[123] ^= 16
    shard.write_bytes(damaged)
    run = open_run(tmp_path, model=margin)
    assert run.verify() == (Difference(2, "", BATCH),)
    with pytest.raises(RunError, match=f"{shard} is damaged"):
        run.metric(run.names[0])
    assert content(simulate(study(), paths=PATHS, seed=7, out=tmp_path)) == straight
    assert open_run(tmp_path, model=margin).verify() == ()


@pytest.mark.parametrize("keep", ["all", "summary"])
def test_a_manifest_that_renames_metrics_is_refused(keep: str, tmp_path: Path) -> None:
    simulate(study(), paths=PATHS, seed=7, keep=keep, out=tmp_path)
    manifest = tmp_path / "manifest.json"
    content = json.loads(manifest.read_text())
    content["metrics"] = dict(reversed(content["metrics"].items()))
    manifest.write_text(json.dumps(content))
    with pytest.raises(RunError, match=r"the manifest names the metrics .*, and the model returns"):
        open_run(tmp_path, model=margin).verify()


def test_verify_says_where_a_run_differs(tmp_path: Path) -> None:
    simulate(study(), paths=PATHS, out=tmp_path)

    def edited(draws: dict[str, Any]) -> dict[str, Any]:
        return margin(draws) | {"fails": draws["load"] > 3}

    found = open_run(tmp_path, model=edited).verify(2)
    assert [(one.batch, one.metric) for one in found] == [(0, "fails"), (BATCHES - 1, "fails")]
    assert all(0 < one.paths < BATCH for one in found)
    with pytest.raises(RunError, match=r"not what this program computes .*fails"):
        simulate(study(edited), paths=PATHS, out=tmp_path)


def test_a_stored_run_is_read_back_without_its_model(tmp_path: Path) -> None:
    run = simulate(study(), paths=BATCH, seed=7, out=tmp_path)
    found = open_run(tmp_path)
    assert found.study.hash == run.study.hash
    assert (found.plan, found.names, dict(found.units)) == (run.plan, run.names, dict(run.units))
    assert found.summary() == run.summary()
    ours, theirs = run.draws(), found.draws()
    for name, values in ours.items():
        assert theirs[name].tobytes() == values.tobytes()
    with pytest.raises(UsageError, match=r"made by the model .*margin; pass it"):
        found.verify()


def test_what_is_not_finite_fails_the_gate_and_is_kept(tmp_path: Path) -> None:
    def broken(draws: dict[str, Any]) -> dict[str, Any]:
        return {"log": jnp.log(draws["load"]), "payback_years.a": jnp.where(draws["load"] < 0, jnp.inf, 1.0)}

    with pytest.raises(
        NotFiniteError, match=r"log: \d+ nan of 8192 paths\n  payback_years.a: \d+ infinite"
    ) as error:
        simulate(study(broken), paths=BATCH, out=tmp_path)
    assert isinstance(error.value, GateError)
    below = int((error.value.run.draws(["load"])["load"] < 0).sum())
    assert error.value.run.not_finite == {
        "log": {"nan": below, "infinite": 0},
        "payback_years.a": {"nan": 0, "infinite": below},
    }
    assert open_run(tmp_path).not_finite == error.value.run.not_finite
    assert open_run(tmp_path).status == "complete"


def test_a_model_may_say_that_infinity_is_an_answer() -> None:
    def payback(draws: dict[str, Any]) -> dict[str, Any]:
        return {"payback_years": jnp.where(draws["load"] < 0, jnp.inf, 1.0)}

    payback.may_be_infinite = {"payback_years"}  # type: ignore[attr-defined]
    payback.metric_units = {"payback_years": "years"}  # type: ignore[attr-defined]
    run = simulate(study(payback), paths=BATCH)
    assert run.not_finite["payback_years"]["infinite"] > 0
    assert run.summary()["estimates"]["payback_years"]["unit"] == "years"
