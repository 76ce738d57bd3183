"""What JAX is asked for holds in one place, and a cache that cannot be is not missed."""

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import jax
import numpy as np
import pytest

from simulator.engine import runtime

SCRIPT = """
import jax, sys
from simulator.engine import runtime
runtime.prepare()
import numpy as np
def f(x):
    return jax.lax.scan(lambda c, _: (jax.numpy.sin(c) @ c, c.sum()), x, None, 30)
compiled = runtime.compiled(f, np.ones((64, 64), np.float32))
print(jax.config.jax_compilation_cache_dir)
"""


def start(cache: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process with its own cache, in which any warning is an error and everything is worth keeping."""
    script = SCRIPT.replace("runtime.prepare()", "runtime.CACHED_FROM_SECONDS = 0.0; runtime.prepare()")
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), **environment}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.mark.slow
def test_kernels_are_kept_between_processes_and_a_damaged_one_is_replaced(tmp_path: Path) -> None:
    kernels = tmp_path / "strandline" / "kernels"
    first = start(tmp_path)
    assert (first.stderr, first.stdout) == ("", f"{kernels}\n")
    entries = {path: path.stat().st_size for path in kernels.glob("*-cache")}
    assert entries
    for path, size in entries.items():
        os.truncate(path, size // 2)  # as a process leaves it that is killed while it writes
    assert start(tmp_path).stderr == ""
    assert not any(path.exists() for path in entries)
    assert start(tmp_path).stderr == ""
    assert set(kernels.glob("*-cache")) == set(entries)
    assert all(path.stat().st_size > size // 2 for path, size in entries.items())


def test_no_cache_where_none_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = start(tmp_path / "file")
    assert (found.stderr, found.stdout) == ("", "None\n")


def test_a_cache_of_the_callers_own_is_left_alone(tmp_path: Path) -> None:
    found = start(tmp_path / "ours", JAX_COMPILATION_CACHE_DIR=str(tmp_path / "theirs"))
    assert (found.stderr, found.stdout) == ("", f"{tmp_path / 'theirs'}\n")
    assert not (tmp_path / "ours").exists()


def test_a_platform_that_is_not_here_is_told() -> None:
    script = "from simulator.engine import runtime; runtime.device()"
    found = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "JAX_PLATFORMS": "tpu"},
        check=False,
    )
    assert "UsageError: JAX finds no device" in found.stderr


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_precision_is_for_what_is_inside(dtype: str) -> None:
    with runtime.precision(dtype):
        assert jax.numpy.asarray(np.ones(3)).dtype == dtype
    assert jax.numpy.asarray(np.ones(3)).dtype == "float32"


def test_what_computed_is_on_record() -> None:
    assert runtime.versions()["jax"] == jax.__version__
    assert {"python", "jaxlib", "numpy", "scipy", "zarr", "strandline"} <= set(runtime.versions())
    assert runtime.host()["backend"] == runtime.device().platform
    assert 1 <= runtime.cores() <= (os.cpu_count() or 1)


@pytest.mark.slow
def test_each_worker_of_a_host_takes_a_device_of_its_own(tmp_path: Path) -> None:
    script = (
        "from simulator.engine import runtime\n"
        "runtime.claim_device(); runtime.claim_device()\n"
        "print(runtime.device().id, flush=True); input()"
    )
    environment = {
        **os.environ,
        "XDG_CACHE_HOME": str(tmp_path),
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
    }

    def worker() -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    processes, devices = zip(*(worker() for _ in range(3)), strict=True)
    assert devices[:2] == (0, 1)
    assert devices[2] in (0, 1)  # none is left: it shares one
    processes[1].kill()
    processes[1].wait()
    replaced, device = worker()
    assert device == 1
    for process in (*processes, replaced):
        process.communicate("")


@pytest.mark.parametrize("hostile", ["link", "open", "file", "lock"])
def test_the_claim_of_a_device_writes_to_no_file_of_anyone_elses(tmp_path: Path, hostile: str) -> None:
    """Where the folder of claims is not this user's own, a device is shared, and that is told."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "lock").write_text("precious")
    claims = tmp_path / "cache" / "strandline" / "devices"
    claims.parent.mkdir(parents=True)
    name = f"{os.uname().nodename}-cpu-{hashlib.sha256(b'').hexdigest()[:8]}-0"
    match hostile:
        case "link":
            claims.symlink_to(theirs)
        case "open":
            claims.mkdir()
            claims.chmod(0o777)
        case "file":
            claims.touch()
        case "lock":
            (claims / name).mkdir(parents=True, mode=0o700)
            (claims / name / "lock").symlink_to(theirs / "lock")
    script = (
        "from simulator.engine import runtime\n"
        "runtime.claim_device(); print(runtime._claimed[-1], len(runtime._claims))"
    )
    environment = {name: text for name, text in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}
    environment |= {
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True
    )
    device, claimed = map(int, done.stdout.split())
    assert (theirs / "lock").read_text() == "precious"
    assert [path.name for path in theirs.iterdir()] == ["lock"]
    if hostile == "lock":  # the next device is free
        assert (device, claimed) == (1, 1)
    else:
        assert device in (0, 1)
        assert claimed == 0
        assert "workers of this host may share a device" in done.stderr


class Device:
    """What is asked of a device to tell a processor from an accelerator."""

    def __init__(self, platform: str) -> None:
        self.platform = platform


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> tuple[Device, Device, Device]:
    """Let this process have two accelerators, and a processor beside them."""
    first, second, processor = Device("gpu"), Device("gpu"), Device("cpu")

    def local_devices(backend: str | None = None) -> list[Device]:
        return [first, second] if backend is None else [processor]

    monkeypatch.setattr(jax, "local_devices", local_devices)
    monkeypatch.setattr(runtime, "_claimed", [])
    return first, second, processor


def test_beside_accelerators_the_processor_computes_what_is_not_given_to_them(
    devices: tuple[Device, Device, Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, processor = devices
    assert runtime.accelerators() == [first, second]
    assert runtime.device() is processor
    with runtime.using(second):
        assert runtime.device() is second
        with runtime.using(first):
            assert runtime.device() is first
        assert runtime.device() is second
    assert runtime.device() is processor
    monkeypatch.setattr(runtime, "_claimed", [1])  # as a worker has one
    assert runtime.device() is second


def test_where_the_processor_is_left_out_the_accelerator_computes_all(
    devices: tuple[Device, Device, Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    def local_devices(backend: str | None = None) -> list[Device]:
        if backend is not None:
            message = f"Unknown backend {backend}"
            raise RuntimeError(message)
        return list(devices[:2])

    monkeypatch.setattr(jax, "local_devices", local_devices)
    assert runtime.device() is devices[0]


def test_each_thread_has_its_own_device() -> None:
    """So that a run on an accelerator moves nothing that is compiled beside it."""
    found: list[object] = []
    with runtime.using("accelerator"):
        thread = threading.Thread(target=lambda: found.append(runtime.device()))
        thread.start()
        thread.join()
    assert found == [jax.local_devices()[0]]


def test_the_kind_of_a_machine_is_what_moves_bits() -> None:
    host = runtime.host()
    assert runtime.kind_of({**host, "cores": 1000, "system": "another"}) == runtime.kind_of(host)
    for name in ("machine", "processor", "device", "backend", runtime.WIDTH):
        assert runtime.kind_of({**host, name: "another"}) != runtime.kind_of(host), name


def test_two_compilations_at_once_without_a_cache_leave_it_as_it_was() -> None:
    before = jax.config.jax_enable_compilation_cache
    first_traces, second_traces, first_is_done = threading.Event(), threading.Event(), threading.Event()
    during: list[bool] = []

    def first(x: jax.Array) -> jax.Array:
        first_traces.set()
        assert second_traces.wait(60)
        return x + 1

    def second(x: jax.Array) -> jax.Array:
        second_traces.set()
        assert first_is_done.wait(60)
        during.append(jax.config.jax_enable_compilation_cache)
        return x - 1

    other = threading.Thread(
        target=lambda: (first_traces.wait(60), runtime.compiled_anew(second, 1.0)), daemon=True
    )
    other.start()
    runtime.compiled_fast(first, 1.0)
    first_is_done.set()
    other.join(60)
    assert during == [False]
    assert jax.config.jax_enable_compilation_cache == before
