"""Machine code of compiled kernels on disk, for other processes to load: nothing is traced or compiled there.

JAX's own cache is asked with the whole traced program, which of a large model takes seconds to make. Here a
program is known by its structure, by this package's source, and by what else decides the machine code. Files
lie in the folder of JAX's cache, and are as trusted as those. Each is a digest of the rest, the names of the
metrics and the time taken to compile as JSON, both a line, and the machine code; what is not whole is
compiled anew.
"""

import contextlib
import functools
import hashlib
import json
import os
import platform
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
from jax.stages import Compiled

from simulator.engine import files, runtime
from simulator.engine.kernel import OUTPUT
from simulator.errors import RunError

#: How many files there are at most: those that were used last; one of the build-out has some 3 MB.
MOST_FILES = 32
#: What of the environment the compiler reads.
VARIABLES = ("JAX_", "XLA_")
#: Folder of the files.
EXECUTABLES = "executables"
#: Digits of a digest that name a file.
DIGITS = 32

type Loaded = tuple[Executable, tuple[str, ...]] | None

#: Files that are loaded ahead, at most one.
_ahead: dict[Path, Future[Loaded]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Executable:
    """Machine code of a kernel of metrics, called as what JAX compiles."""

    code: Any

    def __call__(self, *arguments: Any) -> dict[str, jax.Array]:
        """Return the metrics; numbers are in the precision that the code was compiled for."""
        given = jax.device_put(jax.tree.leaves(arguments), runtime.device())
        (result,) = self.code.execute_sharded(given).disassemble_into_single_device_arrays()
        return {OUTPUT: result[0]}

    def as_text(self) -> str:
        """Return what the compiler made, as HLO."""
        return self.code.get_hlo_text()


def file_of(structure: Hashable, kind: str = EXECUTABLES) -> Path | None:
    """Return where the machine code of a structure is, or is to be; None where nothing can be cached.

    Parameters
    ----------
    structure
        Of the program and its plan, with whatever decides what is traced; its `repr` says all of it.
    kind
        Name of the folder, of what else is known by all that decides machine code.
    """
    folder, text = _folder(kind), repr(structure)
    if folder is None or " at 0x" in text:
        return None
    return folder / f"{_circumstances()}-{_digest(text.encode())}"


def load_ahead() -> None:
    """Begin to load, on a thread, the file that was used last: it is likely to be asked for next.

    Meanwhile a study is read, which takes as long.
    """
    runtime.prepare()
    folder = _folder(EXECUTABLES)
    with contextlib.suppress(OSError):
        ours = folder.glob(f"{_circumstances()}-*") if folder else ()
        if newest := max(ours, key=lambda file: file.stat().st_mtime, default=None):
            pool = ThreadPoolExecutor(1)
            _ahead[newest] = pool.submit(_read, newest)
            pool.shutdown(wait=False)


def _folder(kind: str) -> Path | None:
    """Return the folder of files of a kind; None where nothing can be cached."""
    folder = runtime.cache_in_use()
    return folder / kind if folder and jax.config.jax_enable_compilation_cache else None


@functools.cache
def _circumstances() -> str:
    """Return what decides machine code beside the structure, as a digest.

    Our source, packages, the processor, and settings of the environment.
    """
    asked = [f"{name}={value}" for name, value in os.environ.items() if name.startswith(VARIABLES)]
    packages = json.dumps(runtime.versions())
    return _digest(json.dumps([_source(), packages, _processor(), *sorted(asked)]).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def _source() -> str:
    """Return the digest of this package's files, from which kernels are traced."""
    digest, root = hashlib.sha256(), Path(__file__).parents[1]
    for path in sorted(path for path in root.rglob("*") if path.suffix in (".py", ".toml", ".npz")):
        digest.update(f"{path.relative_to(root)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _processor() -> str:
    """Return the kind of processor, with the instructions that it has as far as the system lists them."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("flags", "Features")):
                return f"{platform.machine()} {line}"
    return f"{platform.machine()} {platform.processor()}"


def load(path: Path) -> Loaded:
    """Return the machine code in a file and the names of its metrics; None where it is not there, or whole.

    Parameters
    ----------
    path
        From `file_of`.
    """
    ahead = _ahead.pop(path, None)
    return ahead.result() if ahead else _read(path)


def _read(path: Path) -> Loaded:
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() != digest:
            return None
        about, _, code = content.partition(b"\n")
        device = runtime.device()
        found = device.client.deserialize_executable(code, [device])
        os.utime(path)
    except (OSError, jax.errors.JaxRuntimeError):
        return None
    return Executable(found), tuple(json.loads(about)["metrics"])


def seconds_last_time(folder: Path) -> float | None:
    """Return how long it took to compile what was used last in a folder of files; None if there is none."""
    try:
        with max(folder.iterdir(), key=lambda file: file.stat().st_mtime).open("rb") as file:
            file.readline()
            return float(json.loads(file.readline())["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(path: Path, compiled: Compiled, metrics: tuple[str, ...], seconds: float) -> None:
    """Write the machine code of a function that was just compiled, where it can be written.

    Parameters
    ----------
    path
        From `file_of`.
    compiled
        Compiled without JAX's cache: what was read from there lacks a part when it is written again.
    metrics
        Names of the rows of its result.
    seconds
        Time taken to compile it  [s]
    """
    code = compiled.runtime_executable()
    if code is None:
        return
    with contextlib.suppress(OSError, RunError, jax.errors.JaxRuntimeError):
        about = json.dumps({"metrics": metrics, "seconds": round(seconds, 1)})
        content = about.encode() + b"\n" + code.serialize()
        digest = hashlib.sha256(content).hexdigest().encode()
        path.parent.mkdir(exist_ok=True)
        files.write_whole(path, [digest, b"\n", content], flush=False)
        files.keep_newest(path.parent, MOST_FILES)
