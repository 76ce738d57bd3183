"""A run on accelerators is the run of a processor but for rounding, and says what computed it.

The accelerator is the processor under another name: it computes batches side by side, as an accelerator does.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from simulator.analysis.run import choose_device, devices, open_run, simulate
from simulator.analysis.run.devices import kernel_on, structure_in
from simulator.analysis.run.program import program
from simulator.engine import Choice, DeviceBatches, Plan, measured, runtime
from simulator.engine.measured import FIRST_WIDTH, WIDEST, Measured, known
from simulator.errors import RunError, UsageError
from simulator.sampling import BATCH
from tests.analysis.run.small_run import PATHS, content, margin, stop_after, study


@pytest.fixture
def accelerators(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The processor of this process, named as its accelerator too; nothing is measured yet."""
    found = jax.local_devices()[:1]
    monkeypatch.setattr(runtime, "accelerators", lambda: found)
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(runtime, "cache_in_use", lambda: folder)
    return found


@pytest.mark.usefixtures("accelerators")
@pytest.mark.parametrize("stored", [False, True])
def test_a_run_side_by_side_is_that_of_blocks_but_for_rounding(stored: bool, tmp_path: Path) -> None:
    blocks = simulate(study(), paths=PATHS, seed=7, device="cpu")
    wide = simulate(study(), paths=PATHS, seed=7, device="gpu", out=tmp_path / "run" if stored else None)
    assert wide.names == blocks.names
    assert wide.plan == blocks.plan
    assert wide.platform == {**runtime.host(), runtime.WIDTH: str(FIRST_WIDTH)}
    assert runtime.WIDTH not in blocks.platform
    for name in ("first_share", "fails"):
        assert wide.metric(name).tobytes() == blocks.metric(name).tobytes()
    # Three roundings of numbers below 32, each to half a unit of the last place.
    assert np.abs(wide.metric("margin") - blocks.metric("margin")).max() <= 3 * 16 * 2.0**-23
    if stored:
        read = open_run(tmp_path / "run", model=margin)
        assert read.platform == wide.platform
        assert content(read) == content(wide)
        assert read.verification()[:2] == ((), True)


@pytest.mark.usefixtures("accelerators")
def test_a_run_that_was_interrupted_goes_on_side_by_side(tmp_path: Path) -> None:
    straight = simulate(study(), paths=PATHS, seed=7, device="gpu")
    with pytest.raises(KeyboardInterrupt):
        simulate(study(), paths=PATHS, seed=7, device="gpu", out=tmp_path, progress=stop_after(2))
    finished = simulate(study(), paths=PATHS, seed=7, device="gpu", out=tmp_path)
    assert content(finished) == content(straight)


@pytest.mark.usefixtures("accelerators")
def test_batches_of_another_kind_of_device_are_not_mixed(tmp_path: Path) -> None:
    def far(draws: dict[str, Any]) -> dict[str, Any]:
        return {"margin": draws["strength"] * np.float32(0.1) - draws["load"] * draws["wait"]}

    with pytest.raises(KeyboardInterrupt):
        simulate(study(far), paths=PATHS, device="gpu", out=tmp_path, progress=stop_after(2))
    manifest = tmp_path / "manifest.json"
    assert json.loads(manifest.read_bytes())["platform"][runtime.WIDTH] == str(FIRST_WIDTH)
    shard = tmp_path / "store" / "metrics" / "c" / "0" / "0"
    assert shard.exists()

    def rounded_elsewhere(draws: dict[str, Any]) -> dict[str, Any]:
        return {"margin": far(draws)["margin"] * np.float32(1 + 2.0**-23)}

    with pytest.raises(RunError, match="or the device that they were computed on"):
        simulate(study(rounded_elsewhere), paths=PATHS, device="cpu", out=tmp_path)


def test_an_accelerator_that_is_not_there_is_refused() -> None:
    if runtime.accelerators():
        pytest.skip("there is one")
    with pytest.raises(UsageError, match=r"JAX .* finds no accelerator here"):
        simulate(study(), paths=BATCH, device="gpu")
    with pytest.raises(UsageError, match="device: found 'tpu'; allowed: auto, cpu, gpu"):
        simulate(study(), paths=BATCH, device="tpu")


def test_an_executor_has_its_own_devices() -> None:
    class Elsewhere:
        def submit(self, *_: Any) -> Any:
            raise AssertionError

    with pytest.raises(UsageError, match="device: found gpu, with an executor"):
        simulate(study(), paths=BATCH, device="gpu", executor=Elsewhere())


def test_a_run_elsewhere_asks_for_no_device_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where JAX has nothing but an accelerator, the processor cannot be asked for."""
    monkeypatch.setattr("simulator.analysis.run.simulation.choose", lambda *_: pytest.fail("asked"))
    with ThreadPoolExecutor(1) as pool:
        assert simulate(study(), paths=BATCH, executor=pool).status == "complete"


@pytest.mark.usefixtures("accelerators")
def test_a_width_is_tuned_by_a_run_with_many_calls_and_known_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    class Kernel:
        metrics, seconds = ("m",), 0.5

        def __init__(self, width: int) -> None:
            asked.append(width)
            self.call = self.left = lambda batches: None

    monkeypatch.setattr(devices, "_wide", lambda made, plan, device, width: Kernel(width))
    monkeypatch.setattr(devices, "structure_of", lambda made, plan: "study")
    monkeypatch.setattr(measured, "tuned", lambda seconds: [seconds(32), seconds(64)] and 64)
    found, plan = tuple(runtime.accelerators()), Plan(BATCH)
    made = program(study(), margin, plan)
    few = kernel_on(Choice(found), made, plan, BATCH, {})
    assert isinstance(few, DeviceBatches)
    assert (few.width, asked) == (FIRST_WIDTH, [FIRST_WIDTH])
    assert known("study", found) is None
    many = kernel_on(Choice(found), made, plan, 2 * WIDEST * BATCH, {})
    assert isinstance(many, DeviceBatches)
    assert many.width == 64
    learned = known("study", found)
    assert learned is not None
    assert (learned.width, learned.start) == (64, 0.5)
    assert learned.rate > 0
    asked.clear()
    again = kernel_on(Choice(found), made, plan, BATCH, {})
    assert isinstance(again, DeviceBatches)
    assert (again.width, asked) == (64, [64])
    # A run that is gone on with has the width that it was begun with, on this kind of device.
    begun = {"backend": found[0].platform, "device": found[0].device_kind, runtime.WIDTH: "16, 8"}
    for machine, width in ((begun, 16), ({**begun, "device": "another"}, 64)):
        on = kernel_on(Choice(found), made, plan, BATCH, machine)
        assert isinstance(on, DeviceBatches)
        assert on.width == width


@pytest.mark.usefixtures("accelerators")
def test_what_a_run_took_is_known_to_the_next_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.analysis.run.simulation.structure_of", lambda made, plan: "study")
    monkeypatch.setattr(measured, "LEAST_SECONDS", 0.0)
    run = simulate(study(), paths=PATHS, device="cpu")
    found = known("study", [runtime.device()])
    assert found is not None
    assert found.width == 1
    assert found.start == run.timings["compile"]
    assert PATHS / found.rate <= run.timings["total"]
    simulate(study(), paths=BATCH, device="gpu")
    wide = known("study", runtime.accelerators())
    assert wide is not None
    assert wide.width == FIRST_WIDTH


def test_nothing_is_measured_where_there_is_no_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if runtime.accelerators():
        pytest.skip("there is one")
    monkeypatch.setattr(runtime, "cache_in_use", lambda: tmp_path)
    monkeypatch.setattr(measured, "LEAST_SECONDS", 0.0)
    simulate(study(), paths=BATCH)
    assert not (tmp_path / "measured").exists()
    assert choose_device("auto", study(), paths=2**30) == Choice(())


@pytest.mark.usefixtures("accelerators")
def test_the_choice_is_by_what_is_known_of_the_study() -> None:
    few = choose_device("auto", study(), paths=BATCH)
    many = choose_device("auto", study(), paths=2**22)
    assert (few.name, many.name) == ("cpu", "gpu")
    assert "until both are measured" in few.why
    assert structure_in(study(), Plan(BATCH)) is None  # a function does not say what it depends on
    measured.save(None, runtime.accelerators(), Measured(64, 1.0, 1.0))
    assert choose_device("auto", study(), paths=2**22) == many
