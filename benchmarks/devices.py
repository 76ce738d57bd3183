"""What does an accelerator give: paths a second by width, beside the processor of its machine, and how alike?

The default study on the accelerators that JAX finds: as it is computed on a processor (block after block),
side by side in calls of several widths, traced with and without what a processor stores and branches; on all
of them at once; and a whole run, stored or a summary. Then how far each metric is from the processor's, in
its standard deviations. What there is no time for is left out, and said. Without an accelerator two devices
are simulated on the processor: then the figures say that all of it works, and nothing of speed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any
from unittest import mock

import harness
import jax
import numpy as np

import simulator
from simulator.analysis.run.agreement import CROSSING, TOLERANCE
from simulator.analysis.run.program import model_of, program
from simulator.engine import (
    DeviceBatches,
    InBlocks,
    Kernel,
    MetricKernel,
    Plan,
    Program,
    SideBySide,
    measured,
    metric_kernel,
    on_threads,
    runtime,
)
from simulator.sampling import BATCH

STUDY = "hyperscalers-2026-01"
#: Devices that are simulated where there is no accelerator.
SIMULATED = 2
#: No new measurement is begun after this, so that the last one ends within eight minutes  [s]
LAST_BEGINS = 360.0
STARTED = time.perf_counter()
#: Prints what JAX computes on, in a process that ends: this one leaves the memory of a GPU alone.
FINDS = "import jax; print(jax.default_backend())"

type Row = list[object]


def in_time(rows: list[Row], name: str, measure: Callable[[], Row]) -> None:
    """Add a row of what is measured, or that there was no time for it."""
    if time.perf_counter() - STARTED > LAST_BEGINS:
        rows.append([name, "no time was left"])
        return
    rows.append([name, *measure()])
    print(f"{time.perf_counter() - STARTED:6.1f} s  {name}", file=sys.stderr, flush=True)


def seconds(call: Callable[[], object], repeats: int = 3) -> float:
    """Least time of a call, after one that does not count."""
    return min(wall for wall, _ in harness.interleaved({"": call}, repeats)[""])


def of_kernel(made: Program, plan: Plan, device: Any, arrangement: Any) -> Row:
    """Seconds to compile, of a call, and paths a second, of one device; memory is said to be exhausted."""
    batches = range(arrangement.batches)
    try:
        with runtime.using(device):
            kernel = MetricKernel(made, plan, arrangement=arrangement)
        spent = seconds(partial(kernel.call, batches))
    except (jax.errors.JaxRuntimeError, MemoryError) as error:
        if not runtime.out_of_memory(error):
            raise
        return ["memory exhausted"]
    return [kernel.seconds, spent, len(batches) * BATCH / spent]


def of_devices(made: Program, plan: Plan, devices: list[Any], width: int) -> Row:
    """Seconds to compile, of all batches of a plan, which go nowhere, and paths a second."""

    def wide(device: Any, width: int) -> MetricKernel:
        with runtime.using(device):
            return metric_kernel(made, plan, SideBySide(width))

    work = DeviceBatches(wide, devices, width)
    spent = seconds(lambda: work(range(plan.batches), lambda _, values: None), 2)
    return [work.seconds, spent, plan.paths / spent]


def of_threads(made: Program, plan: Plan) -> Row:
    """The same of a few batches on the processor."""
    kernel, batches = metric_kernel(made, plan), min(plan.batches, 4 * runtime.cores())
    work = partial(on_threads, kernel, threads=runtime.cores())
    spent = seconds(lambda: work(range(batches), lambda _, values: None), 2)
    return [kernel.seconds, spent, batches * BATCH / spent]


def of_run(study: Any, paths: int, device: str, keep: Any = "all") -> Row:
    """Seconds to compile, of a whole run in a folder without that, and its paths a second."""
    with tempfile.TemporaryDirectory() as folder:
        run = simulator.simulate(
            study, paths=paths, device=device, keep=keep, out=f"{folder}/run", progress=False
        )
    spent = run.timings["total"] - run.timings["compile"]
    return [run.timings["compile"], spent, paths / spent]


def agreement(made: Program, plan: Plan, device: Any) -> tuple[list[Row], float]:
    """How far each metric is from the processor's, the worst first; and the share of draws of equal bits."""
    here = metric_kernel(made, plan)
    with runtime.using(device):
        there = metric_kernel(made, plan, SideBySide(plan.batches))
        drawn = Kernel(made, plan, dict, arrangement=SideBySide(1))(0)
    theirs = np.concatenate([here(batch) for batch in range(plan.batches)], axis=1).astype(np.float64)
    ours = np.concatenate(there.call(range(plan.batches)), axis=1).astype(np.float64)
    rows: list[Row] = []
    for name, one, other in zip(here.metrics, ours, theirs, strict=True):
        both = np.isfinite(one) & np.isfinite(other)
        deviation = np.std(other[both]) or 1.0
        apart = np.abs(one[both] - other[both]) / deviation
        mean = abs(np.mean(one[both] - other[both])) / deviation
        odd = np.mean(np.isfinite(one) != np.isfinite(other))
        rows.append([name, float(apart.max()), float(np.mean(apart > TOLERANCE) + odd), float(mean)])
    mine = Kernel(made, plan, dict)(0)
    alike = [np.mean(drawn[name].view(np.uint32) == mine[name].view(np.uint32)) for name in mine]
    return sorted(rows, key=lambda row: row[1], reverse=True), float(np.mean(alike))


def measure_all(quick: bool) -> None:
    question = harness.question(__doc__)
    runtime.prepare()
    simulated = not runtime.accelerators()
    devices = jax.local_devices()
    widths, paths, batches = ((1, 2), 2**15, 4) if simulated else ((1, 8, 32, 64, 128), 2**22, 1024)
    if not quick and not simulated:
        paths, batches = 2**24, 4096
    study = simulator.load_study(STUDY)
    plan = Plan(batches * BATCH)
    made = program(study, model_of(study, None), plan)
    kind = f"{len(devices)} {'simulated ' if simulated else ''}{devices[0].device_kind}"
    print(f"JAX {jax.__version__}; measured on {kind}", file=sys.stderr, flush=True)
    one, rows = devices[0], list[Row]()
    first = 2 if simulated else measured.FIRST_WIDTH
    with (
        mock.patch.object(runtime, "accelerators", return_value=devices),
        mock.patch.object(measured, "FIRST_WIDTH", first),
    ):
        for width in widths:
            measure = partial(of_kernel, made, plan, one, SideBySide(width))
            in_time(rows, f"side by side, {width} batches", measure)
        known = [row for row in rows if len(row) == 4]
        best = widths[max(range(len(known)), key=lambda place: known[place][3])]
        measure = partial(of_kernel, made, plan, one, SideBySide(best))
        with mock.patch("simulator.engine.arrangement.side_by_side", nullcontext):
            in_time(rows, f"{best} batches, stored and branched as on a processor", measure)
        with mock.patch.object(jax.lax, "optimization_barrier", lambda values: values):
            in_time(rows, f"{best} batches, draws not rounded either", measure)
        in_time(rows, "block after block on the accelerator", partial(of_kernel, made, plan, one, InBlocks()))
        for count in sorted({1, len(devices)}):
            measure = partial(of_devices, made, plan, devices[:count], best)
            in_time(rows, f"{count} devices, {best} batches a call, to the host", measure)
        in_time(rows, f"processor, {runtime.cores()} threads, to the host", partial(of_threads, made, plan))
        for name, count in (("gpu", paths), ("gpu", paths), ("cpu", min(paths, 2**18))):
            # The first on a GPU finds out how wide its calls are to be; the second knows.
            in_time(rows, f"run of {count:,} paths, stored, {name}", partial(of_run, study, count, name))
        many = 8 * paths  # of which the first 262,144 are added up on the host
        in_time(
            rows, f"run of {many:,} paths, a summary, gpu", partial(of_run, study, many, "gpu", "summary")
        )
        near, alike = agreement(made, plan.first(min(batches, 4)), one)
    harness.tell(question, [kind, "compile s", "s", "paths a second"], rows)
    head = ["metric, the worst of all", "largest, sd", f"share beyond {TOLERANCE}", "mean, sd"]
    harness.tell(f"Distance from the processor; allowed: {CROSSING} of paths beyond", head, near[:8])
    print(f"draws of equal bits: {alike:.2%}; {time.perf_counter() - STARTED:.0f} s in all")
    about = {"quick": quick, "simulated": simulated, "devices": kind, "jax": jax.__version__}
    harness.keep("devices", question, {**about, "rows": rows, "agreement": near, "draws_alike": alike})


def main(arguments: list[str]) -> int:
    """Measure in a process that knows nothing compiled or measured before, on what JAX finds."""
    backend = subprocess.run([sys.executable, "-c", FINDS], capture_output=True, text=True, check=True).stdout
    environment = dict(os.environ)
    if backend.strip() == "cpu":
        flag = f"--xla_force_host_platform_device_count={SIMULATED}"
        environment["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {flag}".strip()
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, __file__, "--measure", *arguments]
        return subprocess.run(command, env=environment | {"XDG_CACHE_HOME": cache}, check=False).returncode


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="longer runs, on a quiet machine")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure_all(not given.full)
    else:
        raise SystemExit(main(sys.argv[1:]))
