"""Whatever devices and however wide their calls, a run has its batches in order, or a clear error."""

import json
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
import pytest

from simulator.engine import DeviceBatches, MetricKernel, NonFiniteCounts, Plan, SideBySide, resume, runtime
from simulator.engine.store import MemoryStore
from simulator.errors import DeviceWarning, RunError
from simulator.sampling import BATCH
from tests.engine.programs import make

BATCHES = 11
PLAN = Plan(BATCHES * BATCH, 7)
MEMORY = "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 12345 bytes."


def wide(device: Any, width: int) -> MetricKernel:
    with runtime.using(device):
        return MetricKernel(make(PLAN), PLAN, arrangement=SideBySide(width))


class Small:
    """A kernel of a device with memory for so many batches at once."""

    metrics, seconds = ("m",), 0.5

    def __init__(self, width: int, memory: int, fails: str = MEMORY) -> None:
        self.width, self.memory, self.fails = width, memory, fails

    def call(self, batches: Sequence[int], /) -> list[np.ndarray]:
        assert 0 < len(batches) <= self.width
        if self.width > self.memory:
            raise jax.errors.JaxRuntimeError(self.fails)
        return [np.full((1, BATCH), batch, np.float32) for batch in batches]

    def left(self, batches: Sequence[int], /) -> jax.Array:
        return jax.numpy.stack(self.call([*batches, *[batches[-1]] * (self.width - len(batches))]))


def taken(work: DeviceBatches, batches: Sequence[int] = range(BATCHES)) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    work(batches, lambda batch, values: found.append((batch, values.tobytes())))
    return found


@pytest.mark.parametrize("width", [1, 4, 16])
def test_a_width_that_does_not_divide_the_batches_gives_each_once_and_in_order(width: int) -> None:
    (device,) = jax.local_devices()[:1]
    alone = wide(device, width)
    straight = {batch: alone(batch).tobytes() for batch in range(BATCHES)}
    assert len(set(straight.values())) == BATCHES
    work = DeviceBatches(wide, [device], width)
    assert work.metrics == ("margin", "above", "u")
    assert work.seconds > 0
    assert taken(work) == list(straight.items())
    assert taken(work, [3, 9]) == [(batch, straight[batch]) for batch in (3, 9)]
    assert work.machine == {**runtime.host(), runtime.WIDTH: str(width)}


def test_each_device_and_width_is_compiled_once() -> None:
    made: list[tuple[Any, int]] = []

    def counted(device: Any, width: int) -> Small:
        made.append((device, width))
        return Small(width, 4)

    devices = [f"device {number}" for number in range(3)]
    work = DeviceBatches(counted, devices, 2)
    assert made == [("device 0", 2)]
    for _ in range(2):
        assert [batch for batch, _ in taken(work)] == list(range(BATCHES))
    assert sorted(made) == [(device, 2) for device in devices]


class Device:
    """What is asked of a device to name it."""

    device_kind, platform = "Tiny", "gpu"


@pytest.mark.parametrize("error", [jax.errors.JaxRuntimeError(MEMORY), MemoryError("too many entries")])
def test_a_program_that_does_not_fit_is_made_narrower_before_anything_is_computed(error: Exception) -> None:
    def made(_: Any, width: int) -> Small:
        if width > 2:
            raise error
        return Small(width, width)

    with pytest.warns(DeviceWarning):
        work = DeviceBatches(made, [Device()], 8)
    assert work.width == 2
    assert len(taken(work)) == BATCHES


@pytest.mark.parametrize(("memory", "left"), [(4, 4), (1, 1)])
def test_out_of_memory_goes_on_narrower_with_one_warning(memory: int, left: int) -> None:
    work = DeviceBatches(lambda _, width: Small(width, memory), [Device(), Device()], 8)
    with pytest.warns(DeviceWarning) as said:
        found = taken(work)
    assert found == [(batch, np.full(BATCH, batch, np.float32).tobytes()) for batch in range(BATCHES)]
    assert work.width == left
    (warning,) = said
    assert (
        str(warning.message)
        == "Tiny has too little memory for 65,536 paths at once; the run goes on with fewer"
    )
    assert work.machine[runtime.WIDTH] == str(left)


def test_what_is_left_on_a_device_is_taken_once_however_narrow_calls_become() -> None:
    work, lock = DeviceBatches(lambda _, width: Small(width, 4), [Device(), Device()], 8), threading.Lock()
    taken_there: list[int] = []
    consumed: list[int] = []

    def take(batches: Sequence[int], values: jax.Array) -> None:
        if len(values) > 2:  # what is made of them needs memory too
            raise jax.errors.JaxRuntimeError(MEMORY)
        assert values[: len(batches), 0, 0].tolist() == list(batches)
        with lock:
            taken_there.extend(batches)

    def consume(batch: int) -> None:
        assert batch in taken_there
        consumed.append(batch)

    with pytest.warns(DeviceWarning):
        work.left(range(BATCHES), take, consume)
    assert consumed == sorted(taken_there) == list(range(BATCHES))
    assert work.machine[runtime.WIDTH] == "2"


def test_a_run_of_several_widths_says_so() -> None:
    kernels: list[Small] = []

    def made(_: Any, width: int) -> Small:
        kernels.append(Small(width, width))
        return kernels[-1]

    work = DeviceBatches(made, [Device()], 4)
    taken(work)
    kernels[0].memory = 1  # as where another program took it
    with pytest.warns(DeviceWarning):
        taken(work)
    assert work.machine[runtime.WIDTH] == "4, 2"


def test_where_no_batch_fits_the_error_says_what_to_do() -> None:
    work = DeviceBatches(lambda _, width: Small(width, 0), [Device()], 1)
    with pytest.raises(RunError, match=r"Tiny has too little memory for 8,192 paths.*--device cpu"):
        taken(work)


def test_another_failure_of_a_device_is_no_lack_of_memory() -> None:
    work = DeviceBatches(lambda _, width: Small(width, 0, "INTERNAL: ouch"), [Device()], 4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(jax.errors.JaxRuntimeError, match="ouch"):
            taken(work)
    assert work.width == 4


def test_an_interrupt_keeps_what_was_computed_and_the_rest_follows() -> None:
    work = DeviceBatches(lambda _, width: Small(width, width), [Device()], 2)
    store = MemoryStore(("m",), "float32")

    def interrupt(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resume(work, store, BATCHES, NonFiniteCounts(("m",)), interrupt)
    assert store.done()
    resume(work, store, BATCHES, NonFiniteCounts(("m",)), lambda _: None)
    assert store.done() == list(range(BATCHES))
    for batch in range(BATCHES):
        values = store.load(batch)
        assert values is not None
        assert np.all(values == batch)


def test_calls_are_few_on_each_device() -> None:
    """So that memory is bounded: as many are under way as are computed and fetched at a time."""
    lock, under_way, most = threading.Lock(), [0], [0]

    class Counted(Small):
        def call(self, batches: Sequence[int], /) -> list[np.ndarray]:
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            found = super().call(batches)
            with lock:
                under_way[0] -= 1
            return found

    taken(DeviceBatches(lambda _, width: Counted(width, width), [Device()], 1), range(64))
    assert most[0] <= 2


#: Prints which devices computed, and a digest of what came, on so many simulated devices.
SCRIPT = """
import hashlib, json, jax
from simulator.engine import DeviceBatches, runtime
from tests.engine.test_devices import BATCHES, taken, wide
made = []
def noted(device, width):
    made.append(device.id)
    return wide(device, width)
found = taken(DeviceBatches(noted, jax.local_devices(), 2))
print(json.dumps([sorted(made), [[batch, hashlib.sha256(values).hexdigest()] for batch, values in found]]))
"""


@pytest.mark.slow
def test_all_devices_of_a_process_work_and_change_no_bit() -> None:
    found = []
    for count in (1, 4):
        environment = {
            **os.environ,
            "JAX_PLATFORMS": "cpu",
            "XLA_FLAGS": f"--xla_force_host_platform_device_count={count}",
        }
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, check=True
        )
        devices, batches = json.loads(done.stdout)
        assert devices == list(range(count))
        assert [batch for batch, _ in batches] == list(range(BATCHES))
        found.append(batches)
    assert found[0] == found[1]
