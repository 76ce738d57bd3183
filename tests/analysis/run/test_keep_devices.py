"""A summary is made on what computes its paths, and verified there and elsewhere."""

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import jax
import numpy as np
import pytest

from simulator.analysis.run import Interrupted, Run, open_run, simulate, summed
from simulator.analysis.run.agreement import alike
from simulator.engine import TOTALS, Manifest, measured, metric_kernel, on_threads, runtime
from simulator.estimate.totals import Layout, Reduced, reduced
from simulator.estimate.totals.grid import Grid
from simulator.sampling import BATCH
from tests.analysis.run.small_run import margin
from tests.analysis.run.summary_run import BATCHES, PATHS, judged, totals_of

ROOT = str(Path(__file__).parents[3])


@pytest.mark.slow
def test_an_accelerator_sums_up_what_it_computes_and_goes_on(
    kept: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "accelerators", lambda: jax.local_devices()[:1])
    monkeypatch.setattr(measured, "FIRST_WIDTH", 1)
    on_host: list[np.ndarray] = []

    def noted(grid: Grid, layout: Layout, values: np.ndarray) -> Reduced:
        on_host.append(values)
        return reduced(grid, layout, values)

    monkeypatch.setattr(summed, "reduced", noted)
    asked = {"paths": PATHS, "seed": 7, "keep": "summary", "device": "gpu"}
    straight = simulate(judged(), **asked, out=tmp_path / "straight")
    assert len(on_host) == summed.FIRST
    monkeypatch.setattr(summed, "SECONDS", 0.0)  # totals come to the host after every batch
    monkeypatch.setattr(summed, "TIMES", 0.0)

    def stop(done: int, _: int) -> None:
        if done == (summed.FIRST + 2) * BATCH:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        simulate(judged(), **asked, out=tmp_path / "stopped", progress=stop)
    stopped = open_run(tmp_path / "stopped").totals
    assert stopped is not None
    assert summed.FIRST < len(stopped.batches) < BATCHES
    again = simulate(judged(), **asked, out=tmp_path / "stopped")
    assert totals_of(again) == totals_of(straight)
    assert again.platform[runtime.WIDTH]
    assert again.verification()[:2] == ((), True)
    for text in ("mean(margin)", "p95(margin)", "p_bear(model)"):
        assert alike(again.estimate(text), kept.estimate(text))


#: Prints which devices added up how many batches, and a digest of the totals, on so many simulated devices.
ON_DEVICES = """
import hashlib, json, jax
from simulator.analysis.run import simulate, summed
from simulator.engine import measured, runtime
from simulator.estimate.totals.device_totals import DeviceTotals
from tests.analysis.run.summary_run import PATHS, judged
measured.FIRST_WIDTH = 2
runtime.accelerators = jax.local_devices
summed.SECONDS = 0.0  # which is nothing to a run in memory
added, add = [], DeviceTotals.add
taken, take = [], DeviceTotals.taken
def noted(self, batches, values):
    added.append(values.device.id)
    add(self, batches, values)
def noted_taken(self):
    taken.append(len(added))
    return take(self)
DeviceTotals.add, DeviceTotals.taken = noted, noted_taken
run = simulate(judged(), paths=PATHS, seed=7, keep="summary", device="gpu")
arrays = run.totals.arrays()
digest = hashlib.sha256(b"".join(arrays[name].tobytes() for name in sorted(arrays)))
print(json.dumps([sorted(set(added)), taken, digest.hexdigest()]))
"""


@pytest.mark.slow
def test_several_accelerators_change_no_bit() -> None:
    found = []
    for count in (1, 3):
        flags = f"--xla_force_host_platform_device_count={count}"
        environment = os.environ | {"PYTHONPATH": ROOT, "XLA_FLAGS": flags}
        said = subprocess.run(
            [sys.executable, "-c", ON_DEVICES], env=environment, capture_output=True, text=True, check=True
        )
        devices, taken, digest = json.loads(said.stdout)
        assert devices == list(range(count))
        assert taken == [(BATCHES - summed.FIRST) // 2]
        found.append(digest)
    assert found[0] == found[1]


def test_on_another_kind_of_machine_statistics_are_compared(kept: Run, tmp_path: Path) -> None:
    """The manifest names another processor: numbers that round otherwise pass, and others do not."""
    assert kept.directory is not None
    folder = tmp_path / "run"
    shutil.copytree(kept.directory, folder)
    manifest = folder / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {"platform": {**told["platform"], "processor": "another"}}))
    found = open_run(folder, margin)
    assert found.verification()[:2] == ((), False)
    assert found.totals is not None
    found.totals.counts[0, 0, :, 20] += 10**4
    wrong, exact, _ = found.verification()
    assert not exact
    assert {one.metric.split()[0] for one in wrong} == {found.names[0]}
    again = open_run(folder, margin)
    assert again.totals is not None
    again.totals.cells[:] = again.totals.cells[:, ::-1]
    wrong = again.verify()
    assert wrong
    assert all("verdict" in one.metric for one in wrong)


def test_a_run_that_was_killed_between_devices_is_verified(kept: Run, tmp_path: Path) -> None:
    """Of what two devices add up, that of one may be stored without an earlier batch of the other."""
    assert kept.directory is not None
    settings, names = kept.study.settings, kept.names
    layout, there = summed.layout_of(names, "rqmc", settings), [*range(summed.FIRST), summed.FIRST + 3]
    manifest = json.loads((kept.directory / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"status": "interrupted"}))
    identity = Manifest.read(tmp_path / "manifest.json").identity
    work = partial(on_threads, metric_kernel(kept.program, kept.plan), threads=1)
    some = summed.SummedBatches(work, 1, layout, summed.wanted_by(None), tmp_path / TOTALS, identity)
    some.bring_share(there, BATCHES, lambda _: None)
    stopped = open_run(tmp_path, margin)
    assert (stopped.status, stopped.plan.batches) == ("interrupted", len(there))
    assert stopped.verify() == ()
    again = simulate(judged(), paths=PATHS, seed=7, keep="summary", out=tmp_path)
    assert totals_of(again) == totals_of(kept)
