"""What this program asks of JAX's configuration, all of it, in one place.

Importing this module imports JAX. Nothing here is changed once the first kernel is compiled.
"""

import contextlib
import hashlib
import logging
import os
import platform
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from simulator.engine import files
from simulator.errors import ExecutorWarning, RunError, UsageError

# Read by XLA when it is loaded, hence before the import: its remarks on the host are not for our users.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import jax
from jax.experimental.compilation_cache import compilation_cache
from jax.stages import Compiled

#: The process that configured JAX, which a fork of it inherits without JAX's threads.
_prepared_in: list[int] = []
#: The device that this process claimed, last; and the lock by which it is claimed.
_claimed: list[int] = []
_claims: list[contextlib.ExitStack] = []
#: The device of `using`, in this thread.
_chosen: ContextVar[Any] = ContextVar("device", default=None)
#: Whether JAX used its cache, for each compilation now that goes through none; and the lock of this.
_cached_before: list[bool] = []
_caching = threading.Lock()
#: Shortest compilation that is worth a file in the cache  [s]
CACHED_FROM_SECONDS = 0.1
#: Of any processor; one with narrower vectors uses its own  [bits]
WIDEST_VECTOR = 512
#: In the description of a machine: the batches of a call on an accelerator, of each width that was used.
WIDTH = "batches_at_once"
#: What of a machine decides the last bits.
KIND = ("machine", "processor", "device", "backend", WIDTH)


@cache
def prepare() -> None:
    """Configure JAX, once per process: quiet start, compiled kernels cached on disk.

    A cache that the caller configured (`JAX_COMPILATION_CACHE_DIR`) is left as it is. Where no cache can be
    written there is none.
    """
    _prepared_in.append(os.getpid())
    logging.getLogger("jax._src.xla_bridge").setLevel(logging.ERROR)
    if jax.config.jax_compilation_cache_dir is None and (folder := _writable(kernel_cache())):
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", CACHED_FROM_SECONDS)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def refuse_fork() -> None:
    """Raise where this process is a fork of one that uses JAX, whose threads it lacks: it would hang.

    Raises
    ------
    UsageError
        It is one.
    """
    if _prepared_in and os.getpid() not in _prepared_in:
        message = (
            "executor: found a pool of forked processes, in which JAX hangs; allowed: processes started "
            "anew, as in ProcessPoolExecutor(mp_context=multiprocessing.get_context('spawn'))"
        )
        raise UsageError(message)


def kernel_cache() -> Path:
    """Return the folder of compiled kernels in the user's cache directory (XDG_CACHE_HOME is honoured)."""
    return user_cache_path("strandline", appauthor=False) / "kernels"


def cache_in_use() -> Path | None:
    """Return the folder in which compiled kernels are cached; None where none can be."""
    folder = jax.config.jax_compilation_cache_dir
    return _writable(Path(folder)) if folder else None


def _writable(folder: Path) -> Path | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


@contextlib.contextmanager
def precision(dtype: str) -> Iterator[None]:
    """Trace and compile what is inside in `dtype`, "float32" or "float64"; per thread, as JAX has it."""
    with jax.enable_x64(dtype == "float64"):
        yield


@contextlib.contextmanager
def using(device: Any) -> Iterator[None]:
    """Trace and compile what is inside for a device, in this thread."""
    before = _chosen.set(device)
    try:
        yield
    finally:
        _chosen.reset(before)


def device() -> Any:
    """Return the device that is computed on: that of `using`, the one that was claimed, or the processor.

    Raises
    ------
    UsageError
        JAX has none.
    """
    if (chosen := _chosen.get()) is not None:
        return chosen
    devices = _local_devices()
    if _claimed:
        return devices[_claimed[-1]]
    return devices[0] if devices[0].platform == "cpu" else _processor_beside(devices[0])


def accelerators() -> list[Any]:
    """Return the devices of this process that JAX computes on by itself, but for processors.

    Raises
    ------
    UsageError
        JAX has none at all.
    """
    return [device for device in _local_devices() if device.platform != "cpu"]


def _local_devices() -> list[Any]:
    try:
        return jax.local_devices()
    except (RuntimeError, AssertionError) as error:  # JAX_PLATFORMS names something that is not here
        asked = os.environ.get("JAX_PLATFORMS", "any")
        message = f"JAX finds no device on {asked}: {error}".rstrip(": ")
        message += ". Unset JAX_PLATFORMS or set it to cpu"
        raise UsageError(message) from error


def memory_of(device: Any) -> int | None:
    """Return the memory of a device that this process may use  [bytes]; None where that is not known."""
    with contextlib.suppress(jax.errors.JaxRuntimeError, NotImplementedError):
        return (device.memory_stats() or {}).get("bytes_limit")
    return None


def out_of_memory(error: Exception) -> bool:
    """Whether an error says that memory does not suffice for so many paths, to trace, compile or compute."""
    exhausted = isinstance(error, jax.errors.JaxRuntimeError) and "RESOURCE_EXHAUSTED" in str(error)
    return exhausted or isinstance(error, MemoryError)


def _processor_beside(accelerator: Any) -> Any:
    """Return the processor of a process that has an accelerator; that where JAX_PLATFORMS leaves it out."""
    try:
        return jax.local_devices(backend="cpu")[0]
    except RuntimeError:
        return accelerator


@cache
def claim_device() -> None:
    """Take, until this process ends, a device that no other worker of this host has; or else share one."""
    devices = jax.local_devices()
    if len(devices) == 1:
        _claimed.append(0)
        return
    try:
        claims = files.private(device_claims())
    except RunError as error:
        warnings.warn(f"workers of this host may share a device: {error}", ExecutorWarning, stacklevel=2)
        _claimed.append(os.getpid() % len(devices))
        return
    visible = hashlib.sha256(os.environ.get("CUDA_VISIBLE_DEVICES", "").encode()).hexdigest()[:8]
    for index in range(len(devices)):
        name = f"{platform.node()}-{devices[index].platform}-{visible}-{index}"
        with contextlib.suppress(RunError), contextlib.ExitStack() as holding:
            holding.enter_context(files.locked(files.private(claims / name)))
            _claims.append(holding.pop_all())
            _claimed.append(index)
            return
    _claimed.append(os.getpid() % len(devices))


def device_claims() -> Path:
    """Return the folder in which the workers of a user claim their devices, on whichever host."""
    return user_cache_path("strandline", appauthor=False) / "devices"


def compiled(function: Callable[..., object], *arguments: object) -> Compiled:
    """Compile `function` for arguments of these shapes and `device`, through the cache on disk.

    JAX writes a cache entry in place, so a process killed in the middle leaves half of one, which is never
    replaced. Such an entry is found here by JAX's warning; as it is not known which, all go.
    """
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        with jax.default_device(device()):
            result = jax.jit(function).lower(*arguments).compile(compiler_options=_options())
    for warning in raised:
        if "persistent compilation cache" not in str(warning.message):
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
        elif jax.config.jax_compilation_cache_dir == str(kernel_cache()):
            for entry in kernel_cache().glob("*-cache"):
                entry.unlink(missing_ok=True)
    return result


def compiled_fast(function: Callable[..., object], *arguments: object) -> Compiled:
    """Compile `function` for arguments of these shapes and `device` with little effort, through no cache."""
    with _no_cache(), jax.default_device(device()):
        options = {**_options(), "xla_backend_optimization_level": 0}
        return jax.jit(function).lower(*arguments).compile(compiler_options=options)


def compiled_anew(function: Callable[..., object], *arguments: object) -> Compiled:
    """Compile `function` for arguments of these shapes and `device`, whatever a cache has, for a file.

    What JAX reads from its cache loads, and lacks a part once it is written again.
    """
    with _no_cache(), jax.default_device(device()):
        lowered = jax.jit(function, keep_unused=True).lower(*arguments)
        return lowered.compile(compiler_options=_options())


@contextlib.contextmanager
def _no_cache() -> Iterator[None]:
    """Compile what is inside through no cache: a setting of the process, put back by the last."""
    with _caching:
        _cached_before.append(jax.config.jax_enable_compilation_cache)
        _enable_cache(False)
    try:
        yield
    finally:
        with _caching:
            _enable_cache(_cached_before.pop())


def _enable_cache(enabled: bool) -> None:
    """Have JAX use its cache or not from here on, which it would else ask once for each process."""
    jax.config.update("jax_enable_compilation_cache", enabled)
    compilation_cache.reset_cache()


def _options() -> dict[str, int]:
    """What the compiler is asked for: on a CPU vectors as wide as it has, which it would else not use."""
    return {"xla_cpu_prefer_vector_width": WIDEST_VECTOR} if device().platform == "cpu" else {}


def versions() -> dict[str, str]:
    """Return the version of every package that can move a bit of a result."""
    return {"python": platform.python_version(), **_installed()}


@cache
def _installed() -> dict[str, str]:
    """Return the versions of packages, read once for each process: files of theirs are searched for them."""
    found = {name: metadata.version(name) for name in ("jax", "jaxlib", "numpy", "scipy", "zarr")}
    try:
        found["strandline"] = metadata.version("strandline")
    except metadata.PackageNotFoundError:  # run from a source tree that is not installed
        found["strandline"] = "unknown"
    return dict(sorted(found.items()))


def host() -> dict[str, str | int]:
    """Return what results are computed on; a kernel on an accelerator has one batch a call, or says more."""
    described: dict[str, str | int] = {
        "system": platform.system(),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": cores(),
        "device": device().device_kind,
        "backend": device().platform,
    }
    return described if device().platform == "cpu" else {**described, WIDTH: "1"}


def kind_of(machine: Mapping[str, str | int]) -> str:
    """Return the kind of a machine that `host` describes: machines of one kind compute the same bits."""
    return ", ".join(dict.fromkeys(str(machine[key]) for key in KIND if key in machine))


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
