"""How benchmarks are timed, told and kept: interleaved repeats, medians and spreads, ratios, one JSON."""

import importlib.metadata
import json
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# Before NumPy is imported: a product of small matrices on several threads of BLAS is ten times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


def question(document: str | None) -> str:
    """Return the first line of a script's docstring."""
    return (document or "").splitlines()[0]


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds of one call, less the seconds that it returns, if any."""
    wall, processor = time.perf_counter(), time.process_time()
    returned = call()
    less = returned if isinstance(returned, float) else 0.0
    # Of the processor seconds nobody knows how many went into what is taken off.
    spent = math.nan if less else time.process_time() - processor
    return time.perf_counter() - wall - less, spent


def interleaved(
    calls: Mapping[str, Callable[[], object]], repeats: int, warm: int = 1
) -> dict[str, list[tuple[float, float]]]:
    """Return the times of each call, one batch of all after the other, so that load falls on all alike."""
    for call in calls.values():
        for _ in range(warm):
            call()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            times[name].append(timed(call))
    return times


def spread(values: list[float]) -> dict[str, float]:
    """Return least, median and greatest."""
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def ratios(times: Mapping[str, list[tuple[float, float]]], per: Mapping[str, float], base: str) -> dict:
    """Return time per unit of work over the base's, paired by repeat.

    Parameters
    ----------
    times
        Of `interleaved`.
    per
        Units of work of one call, by name.
    base
        The call that the others are held against.
    """
    out = {}
    for name, pairs in times.items():
        paired = zip(pairs, times[base], strict=True)
        wall = [(one[0] / per[name]) / (other[0] / per[base]) for one, other in paired]
        least = min(one[0] for one in pairs) / per[name] / (min(o[0] for o in times[base]) / per[base])
        out[name] = {
            "ratio": spread(wall),
            "ratio_of_least": least,
            "wall_s_per_unit": spread([one[0] / per[name] for one in pairs]),
            "cpu_s_per_unit": spread([one[1] / per[name] for one in pairs]),
            "repeats": len(pairs),
        }
    return out


def rows(found: Mapping[str, dict]) -> list[list[object]]:
    """Return a row for each call of `ratios`: median, least and greatest ratio, least seconds."""
    return [
        [name, *(row["ratio"][key] for key in ("median", "min", "max")), row["wall_s_per_unit"]["min"]]
        for name, row in found.items()
    ]


def machine() -> dict[str, Any]:
    """Describe the machine, and how busy it was."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        name = lines[0].split(":")[1].strip() if lines else name
    return {
        "processor": name,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def versions(*packages: str) -> dict[str, str]:
    """Return versions of the engine and of what it is held against; "absent" where not installed."""
    found = {}
    for package in ("strandline", "numpy", "jax", *packages):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "absent"
    return found


def tell(question: str, head: list[str], rows: list[list[object]]) -> None:
    """Print the question and its table."""
    table = Table(*head, title=question, title_justify="left")
    for row in rows:
        table.add_row(*(_shown(cell) for cell in row))
    # A file or a pipe gets whole rows: eighty columns would cut them.
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def keep(name: str, question: str, result: Mapping[str, Any], *packages: str) -> None:
    """Write a script's result, with machine and versions, to results/<name>.json."""
    RESULTS.mkdir(exist_ok=True)
    described = {"question": question, "machine": machine(), "versions": versions(*packages), **result}
    # JSON knows no NaN: what was not measured is null.
    clean = json.loads(json.dumps(described, default=float), parse_constant=lambda _: None)
    text = json.dumps(clean, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n")


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return "" if math.isnan(cell) else f"{cell:.3g}"
    return str(cell)
