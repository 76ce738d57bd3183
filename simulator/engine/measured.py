"""What was measured of a program on the devices of this machine, for the next run to know: small JSON files.

They lie beside the compiled kernels, one for each structure of a program and kind of device. One that is
damaged, or that cannot be written, is measured again.
"""

import contextlib
import json
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import jax
from pydantic import Field, TypeAdapter

from simulator.engine import executables, files, runtime
from simulator.errors import RunError

#: Batches of the first call that is tried, and of the widest: of the build-out 2.7 kB of draws a path.
FIRST_WIDTH, WIDEST = 32, 128
#: A call of twice the width has to take less than this share of the time for each path.
LEAST_GAIN = 0.95
#: Calls of which the fastest counts.
CALLS = 3
#: A run that computes for less than this says nothing of its rate  [s]
LEAST_SECONDS = 1.0
#: How many files there are at most: those that were written last.
MOST_FILES = 64


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a program on a kind of device.

    Parameters
    ----------
    width
        Batches of a call; 1 on a processor.
    start
        Time until the first call, of the last run  [s]; with `rate` 0, it is not known.
    rate
        At which the last run was computed, on all devices together  [paths / s]
    """

    width: Annotated[int, Field(ge=1, le=WIDEST)]
    start: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    rate: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0

    def seconds(self, paths: int) -> float:
        """Return how long a run of so many paths takes by this  [s]."""
        return self.start + paths / self.rate


def known(structure: Hashable | None, devices: Sequence[Any]) -> Measured | None:
    """Return what was measured of a program on these devices; None where nothing was, or it is damaged.

    Parameters
    ----------
    structure
        Of the program, from `structure_of`; None where it is not known, and nothing can be.
    devices
        All of one kind.
    """
    path = _file(structure, devices)
    with contextlib.suppress(OSError, ValueError):
        return None if path is None else TypeAdapter(Measured).validate_json(path.read_bytes(), strict=True)
    return None


def save(structure: Hashable | None, devices: Sequence[Any], found: Measured) -> None:
    """Write what was measured of a program on these devices, where it can be written.

    Parameters
    ----------
    structure, devices
        As in `known`.
    found
        Takes the place of what was known.
    """
    if (path := _file(structure, devices)) is None:
        return
    with contextlib.suppress(OSError, RunError):
        path.parent.mkdir(exist_ok=True)
        files.write_whole(path, [json.dumps(asdict(found)).encode() + b"\n"], flush=False)
        files.keep_newest(path.parent, MOST_FILES)


def _file(structure: Hashable | None, devices: Sequence[Any]) -> Path | None:
    if structure is None:
        return None
    kind = devices[0].platform, devices[0].device_kind, len(devices)
    return executables.file_of((structure, kind), "measured")


def tuned(seconds: Callable[[int], float]) -> int:
    """Return the width of a call at which a path takes least time: doubled while it falls and memory allows.

    Parameters
    ----------
    seconds
        Of a call of so many batches; it may raise that memory is exhausted.
    """
    width, least = FIRST_WIDTH, None
    try:
        least = seconds(width) / width
        while width < WIDEST and (found := seconds(2 * width) / (2 * width)) < LEAST_GAIN * least:
            width, least = 2 * width, found
    except (jax.errors.JaxRuntimeError, MemoryError) as error:
        if not runtime.out_of_memory(error):
            raise
    return width


def fastest(call: Callable[[], object]) -> float:
    """Return the least time of a few calls, after one that does not count  [s]."""
    call()
    times: list[float] = []
    for _ in range(CALLS):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return min(times)
