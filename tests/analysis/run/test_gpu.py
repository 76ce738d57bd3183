"""On an accelerator: one test for each thing that a run is promised there. `pytest -m gpu` runs them."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis import health
from simulator.analysis.run import Run, choose_device, load_study, open_run, simulate, summed
from simulator.analysis.run.agreement import CROSSING, TOLERANCE, beyond_rounding
from simulator.analysis.run.devices import _wide, kernel_on, structure_in
from simulator.analysis.run.program import model_of, program
from simulator.analysis.run.summed import layout_of
from simulator.engine import Choice, DeviceBatches, Plan, measured, metric_kernel, runtime
from simulator.errors import DeviceWarning
from simulator.estimate.totals import Totals, reduced
from simulator.estimate.totals.fixed_point import total
from simulator.estimate.totals.totals import exponents
from simulator.sampling import BATCH, STRIP
from simulator.study import Study
from tests.estimate.totals.batches import rounding

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(900)]
PATHS = 8 * BATCH


@pytest.fixture(scope="module")
def accelerators() -> list[Any]:
    found = runtime.accelerators()
    assert found, "JAX finds no accelerator here"
    return found


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("latest")


@pytest.fixture(scope="module")
def run(study: Study, tmp_path_factory: pytest.TempPathFactory, accelerators: list[Any]) -> Run:
    """The default study, computed on all accelerators and stored."""
    return simulate(study, paths=PATHS, seed=7, device="gpu", out=tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def processor(study: Study) -> Run:
    """The same, computed on the processor."""
    return simulate(study, paths=PATHS, seed=7, device="cpu")


def test_a_run_says_what_computed_it(run: Run, processor: Run, accelerators: list[Any]) -> None:
    assert run.platform["device"] == accelerators[0].device_kind
    assert run.platform["backend"] != "cpu"
    assert processor.platform["backend"] == "cpu"


def test_each_metric_agrees_with_that_of_the_processor(run: Run, processor: Run) -> None:
    for name in run.names:
        ours, theirs = (one.metric(name).reshape(1, -1) for one in (run, processor))
        finite = np.isfinite(theirs)
        assert np.mean(np.isfinite(ours) != finite) <= CROSSING, name
        both = finite & np.isfinite(ours)
        assert not beyond_rounding(ours, theirs).any(), name
        moved = abs((ours[both].astype(np.float64) - theirs[both]).mean())
        assert moved <= TOLERANCE * theirs[both].std(dtype=np.float64), name


def test_the_same_paths_are_the_same_bits_in_any_number_of_calls(run: Run, study: Study) -> None:
    again = simulate(study, paths=3 * BATCH, seed=7, device="gpu")
    for name in run.names:
        assert again.metric(name).tobytes() == run.metric(name)[:, : 3 * 256].tobytes(), name


def test_all_devices_work(study: Study, accelerators: list[Any]) -> None:
    plan = Plan(4 * len(accelerators) * BATCH, 7)
    made = program(study, model_of(study, None), plan)
    asked: list[Any] = []

    def noted(device: Any, width: int) -> Any:
        asked.append(device)
        return _wide(made, plan, device, width)

    def content(devices: list[Any]) -> list[bytes]:
        found: list[bytes] = []
        DeviceBatches(noted, devices, 2)(
            range(plan.batches), lambda _, values: found.append(values.tobytes())
        )
        return found

    every = content(accelerators)
    assert set(asked) == set(accelerators)
    assert every == content(accelerators[:1])


def test_verify_here_compares_bits_and_on_the_processor_within_tolerances(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run.directory is not None
    assert open_run(run.directory).verification()[:2] == ((), True)
    monkeypatch.setattr(runtime, "accelerators", list)
    assert open_run(run.directory).verification()[:2] == ((), False)


def test_a_run_of_the_processor_is_verified_bit_for_bit_beside_an_accelerator(processor: Run) -> None:
    assert processor.verification()[:2] == ((), True)


def test_the_width_is_tuned_and_known_to_the_next_run(
    study: Study, accelerators: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "cache_in_use", lambda: tmp_path)
    plan = Plan(2 * measured.WIDEST * BATCH)
    made = program(study, model_of(study, None), plan)
    work = kernel_on(Choice(tuple(accelerators)), made, plan, plan.paths, {})
    found = measured.known(structure_in(study, plan), accelerators)
    assert isinstance(work, DeviceBatches)
    assert found is not None
    assert found.width == work.width
    assert found.rate > 0
    assert choose_device("auto", study, paths=BATCH).name == "cpu"


def test_out_of_memory_goes_on_narrower(study: Study, accelerators: list[Any]) -> None:
    memory = runtime.memory_of(accelerators[0])
    if memory is None:
        pytest.skip("this device does not say how much memory it has")
    plan = Plan(2 * BATCH, 7)
    made = program(study, model_of(study, None), plan)
    coordinates = len(made.beliefs.normal_coordinates)
    # The points alone, at four bytes a coordinate, are more than the memory.
    width = 1 << (2 * memory // (4 * coordinates * BATCH)).bit_length()
    found: list[np.ndarray] = []

    def computed() -> DeviceBatches:
        work = DeviceBatches(partial(_wide, made, plan), accelerators[:1], width)
        work(range(2), lambda _, values: found.append(values))
        return work

    with pytest.warns(DeviceWarning, match="too little memory"):
        work = computed()
    assert work.width < width
    with runtime.using(accelerators[0]):
        alone = metric_kernel(made, plan)
    for batch in range(2):
        assert not beyond_rounding(found[batch], alone(batch)).any()


def test_a_summary_is_made_there_of_what_the_host_would_add_up(study: Study, accelerators: list[Any]) -> None:
    kept = simulate(study, paths=(summed.FIRST + 8) * BATCH, seed=7, device="gpu", keep="summary")
    whole = simulate(study, paths=kept.plan.paths, seed=7, device="gpu")
    there = kept.totals
    assert there is not None
    layout = layout_of(kept.names, kept.plan.sampler, study.settings)
    here = Totals.nothing(there.grid, layout)
    for batch in range(kept.plan.batches):
        columns = slice(batch * STRIP, (batch + 1) * STRIP)
        values = np.stack([whole.metric(name)[:, columns].ravel() for name in kept.names])
        here.add(batch, reduced(there.grid, layout, values), layout)
    for name in ("counts", "bins", "lowest", "highest", "cells", "passed"):
        assert np.array_equal(getattr(there, name), getattr(here, name)), name
    exponent = exponents(there.grid, kept.plan.sampler)[:, :, None]
    ours, theirs = (total(one.sums, exponent) for one in (there, here))
    assert (np.abs(ours - theirs) <= rounding(there, kept.plan.batches, layout)).all()
    assert kept.verification()[:2] == ((), True)


def test_doctor_finds_this_machine_as_it_should_be(accelerators: list[Any]) -> None:
    found = health.examine()
    assert not {name: one.fault for name, one in found.items() if one.fault}
    kind = accelerators[0].device_kind
    assert found["precision"].values["bits"][f"float32 on {kind}"] == 24
    assert found["precision"].values["bits"][f"float64 on {kind}"] == 53
    assert found["devices"].values["auto"].startswith("computing on ")
