"""Machine code of compiled kernels on disk, for other processes to load: nothing is traced or compiled there.

JAX's own cache is asked with the whole traced program, which of a large model takes seconds to make. Here a
program is known by its structure, by this package's source, and by what else decides the machine code. Files
lie in the folder of JAX's cache, and are as trusted as those. Each is a digest of the rest, the names of the
metrics as JSON, both a line, and the machine code; what is not whole is compiled anew.
"""

import contextlib
import functools
import hashlib
import json
import os
import platform
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
from jax.stages import Compiled

from simulator.engine import files, runtime
from simulator.errors import RunError

#: How many files there are at most: those that were used last; one of the build-out has some 3 MB.
MOST_FILES = 32
#: What of the environment the compiler reads.
VARIABLES = ("JAX_", "XLA_")


@dataclass(frozen=True, slots=True, eq=False)
class Executable:
    """Machine code of a function of arrays whose result is one array, called as what JAX compiles."""

    code: Any
    output: str

    def __call__(self, *arguments: Any) -> dict[str, jax.Array]:
        """Return the result by its name; numbers are in the precision that the code was compiled for."""
        given = jax.device_put(jax.tree.leaves(arguments), runtime.device())
        (result,) = self.code.execute_sharded(given).disassemble_into_single_device_arrays()
        return {self.output: result[0]}

    def as_text(self) -> str:
        """Return what the compiler made, as HLO."""
        return self.code.get_hlo_text()


def file_of(structure: Hashable, kind: str = "executables") -> Path | None:
    """Return where the machine code of a structure is, or is to be; None where nothing can be cached.

    Parameters
    ----------
    structure
        Of the program and its plan, with whatever decides what is traced; its `repr` says all of it.
    kind
        Name of the folder, of what else is known by all that decides machine code.
    """
    folder = runtime.cache_in_use()
    text = repr(structure)
    if folder is None or not jax.config.jax_enable_compilation_cache or " at 0x" in text:
        return None
    known = hashlib.sha256(json.dumps([text, *_circumstances()]).encode()).hexdigest()
    return folder / kind / known


@functools.cache
def _circumstances() -> tuple[str, ...]:
    """Return what decides machine code beside the structure: our source, packages, processor, settings."""
    asked = [f"{name}={value}" for name, value in os.environ.items() if name.startswith(VARIABLES)]
    packages = json.dumps(runtime.versions())
    return _source(), packages, _processor(), *sorted(asked)


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


def load(path: Path, output: str) -> tuple[Executable, tuple[str, ...]] | None:
    """Return the machine code in a file and the names of its metrics; None where it is not there, or whole.

    Parameters
    ----------
    path
        From `file_of`.
    output
        Name of its result.
    """
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() != digest:
            return None
        names, _, code = content.partition(b"\n")
        device = runtime.device()
        found = device.client.deserialize_executable(code, [device])
        os.utime(path)
    except (OSError, jax.errors.JaxRuntimeError):
        return None
    return Executable(found, output), tuple(json.loads(names))


def save(path: Path, compiled: Compiled, metrics: tuple[str, ...]) -> None:
    """Write the machine code of a function that was just compiled, where it can be written.

    Parameters
    ----------
    path
        From `file_of`.
    compiled
        Compiled without JAX's cache: what was read from there lacks a part when it is written again.
    metrics
        Names of the rows of its result.
    """
    code = compiled.runtime_executable()
    if code is None:
        return
    with contextlib.suppress(OSError, RunError, jax.errors.JaxRuntimeError):
        content = json.dumps(metrics).encode() + b"\n" + code.serialize()
        digest = hashlib.sha256(content).hexdigest().encode()
        path.parent.mkdir(exist_ok=True)
        files.write_whole(path, [digest, b"\n", content], flush=False)
        files.keep_newest(path.parent, MOST_FILES)
