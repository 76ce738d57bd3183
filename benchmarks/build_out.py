"""How much faster than its peers does the engine simulate the default study?

The same model and priors in this engine, in vectorised NumPy at its best batch size, in a hand-written
Numba loop, in NumPyro's Predictive around the engine's own JAX model, and one case at a time in monaco and
EMA Workbench around the NumPy model. Draws are part of every time; compilation of none. Before anything is
timed, the NumPy and Numba models are held to the engine's path by path on the same draws, and medians of all
metrics of all peers are compared. Priors are independent in the last two: neither knows
correlation.
"""

import argparse
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import harness
import numpy as np
from peers import agreement, first_edition, loops, numba_buildout
from peers.numpy_buildout import simulate as numpy_model
from peers.priors import numbers, simulated

import simulator
from simulator.analysis.run.program import model_of, program
from simulator.engine import MetricKernel, Plan, on_threads
from simulator.sampling import BATCH

PEERS = ("numba", "numpyro", "monaco", "ema_workbench")
STUDY = "hyperscalers-2026-01"
Metrics = dict[str, np.ndarray]
Runner = Callable[[int, int], Metrics | simulator.Run]


def engine_runner(study: simulator.Study, threads: int) -> Callable[[int, int], simulator.Run]:
    """The engine by its public function, metrics in memory; the run says how long it compiled."""
    return lambda paths, seed: simulator.simulate(study, paths=paths, seed=seed, threads=threads)


def kernel_runner(kernel: MetricKernel, threads: int) -> Runner:
    """The engine's batches on so many threads, made ready once as the Numba loop is; others each time."""

    def run(paths: int, seed: int) -> Metrics:
        count = max(1, paths // BATCH)
        parts: list[np.ndarray] = []
        batches = range(seed * count, (seed + 1) * count)
        on_threads(kernel, batches, lambda _, values: parts.append(values), threads)
        return dict(zip(kernel.metrics, np.concatenate(parts, axis=1), strict=True))

    return run


def numpy_runner(n: Any, batch: int, threads: int) -> Runner:
    """NumPy by batches, each with its own stream of the fastest generator."""

    def run(paths: int, seed: int) -> Metrics:
        seeds = np.random.SeedSequence(seed).spawn(max(1, paths // batch))

        def one(seed: np.random.SeedSequence) -> Metrics:
            rng = np.random.Generator(np.random.SFC64(seed))
            return numpy_model(*simulated(rng, batch, n), n.layout)

        if threads == 1:
            parts = [one(s) for s in seeds]
        else:
            with ThreadPoolExecutor(threads) as pool:
                parts = list(pool.map(one, seeds))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    return run


def best_batch(n: Any, seconds: float) -> int:
    """The batch size at which NumPy takes least processor time a path."""
    cost = {}
    for batch in (256, 512, 1024, 2048, 4096):
        run, until, times = numpy_runner(n, batch, 1), time.perf_counter() + seconds, []
        while time.perf_counter() < until or len(times) < 2:
            times.append(harness.timed(lambda run=run, batch=batch: run(batch, 0))[1] / batch)
        cost[batch] = min(times)
    return min(cost, key=lambda batch: cost[batch])


def disagreements(ours: Metrics, theirs: Metrics, bound: float = 5.0) -> list[str]:
    """Metrics whose medians differ by more than Monte Carlo error allows."""

    def median(x: np.ndarray) -> tuple[float, float]:
        x = np.sort(x[~np.isnan(x)])
        step = math.sqrt(len(x)) / 2
        low, high = (x[int(np.clip(len(x) / 2 + s * step, 0, len(x) - 1))] for s in (-2, 2))
        return float(np.median(x)), float(high - low) / 4

    found = []
    for name, values in theirs.items():
        (a, sa), (b, sb) = median(ours[name]), median(values)
        if abs(a - b) > bound * math.hypot(sa, sb) + 1e-6 * abs(a):
            found.append(f"{name}: {a:.5g} against {b:.5g} (errors {sa:.2g}, {sb:.2g})")
    return found


def most_apart(study: simulator.Study, n: Any, without: list[str]) -> dict[str, float]:
    """Largest gap of each hand-written model to the engine's on the same draws; too large is the end."""
    models = {"numpy": partial(numpy_model, layout=n.layout), "numba": numba_buildout.given}
    asked = {name: model for name, model in models.items() if name not in without}
    gaps = {name: agreement.gaps(study, n, model) for name, model in asked.items()}
    for name, by_metric in gaps.items():
        far = [f"{m}: {gap:.2g} deviations" for m, gap in by_metric.items() if gap > agreement.BOUND]
        if far:
            print(f"{name}: metrics that differ on the same draws:", *far, sep="\n  ")
            raise SystemExit(1)
    return {name: max(by_metric.values()) for name, by_metric in gaps.items()}


def main(quick: bool, without: list[str]) -> None:
    question = harness.question(__doc__)
    study = first_edition.load(STUDY)
    n = numbers(study)
    apart = most_apart(study, n, without)
    print("path by path:", ", ".join(f"{name} within {gap:.1g} deviations" for name, gap in apart.items()))
    batch = best_batch(n, 0.2 if quick else 1.0)
    cores = int(harness.machine()["cores"])
    size = 2**14 if quick else 2**17
    loop = 64 if quick else 256
    plan = Plan()
    kernel = MetricKernel(program(study, model_of(study, None), plan), plan)
    numba_drawn = numba_buildout.Drawn(n)
    x, z, u = simulated(np.random.Generator(np.random.SFC64(1)), 2**13, n)
    runners: dict[str, tuple[Runner, int]] = {
        "engine": (kernel_runner(kernel, cores), size),
        "engine, one thread": (kernel_runner(kernel, 1), size),
        "engine, from a study": (engine_runner(study, cores), size * (1 if quick else 2)),
        "numba": (numba_drawn, size),
        "numba, draws given": (lambda paths, seed: numba_buildout.given(x, z, u), 2**13),
        "numpy, one thread": (numpy_runner(n, batch, 1), size // 4),
        "numpy, all threads": (numpy_runner(n, batch, cores), size // 4),
    }
    if "numpyro" not in without:
        for kind, plate in (("parallel", False), ("plate", True)):
            runners[f"numpyro, {kind}"] = loops.numpyro_runner(study, n, 1024, plate=plate), size // 8
    if "monaco" not in without:
        runners["monaco"] = loops.monaco_runner(study, n), loop
    if "ema_workbench" not in without:
        runners["ema_workbench"] = loops.ema_runner(study, n), loop
    runners = {name: runner for name, runner in runners.items() if name.split(",")[0] not in without}

    def metrics(made: Metrics | simulator.Run) -> Metrics:
        return {k: v.ravel() for k, v in made.metrics.items()} if isinstance(made, simulator.Run) else made

    compared, first = {}, {}
    ours = metrics(runners["engine"][0](2**16, 0))
    for name, (run, paths) in runners.items():
        began = time.perf_counter()
        theirs = metrics(run(paths, 1))
        first[name] = time.perf_counter() - began
        compared[name] = disagreements(ours, theirs)
        if compared[name]:
            # Independent priors are another model, so the loops may differ a little: told, not hidden.
            print(f"{name}: medians that differ:", *compared[name], sep="\n  ")
            if name not in ("monaco", "ema_workbench"):
                raise SystemExit(1)

    seeds = iter(range(2, 10**6))

    def compiling(made: Metrics | simulator.Run) -> float:
        return float(made.timings["compile"]) if isinstance(made, simulator.Run) else 0.0

    calls = {
        name: (lambda run=run, paths=paths: compiling(run(paths, next(seeds))))
        for name, (run, paths) in runners.items()
    }
    times = harness.interleaved(calls, 3 if quick else 9, warm=0)
    found = harness.ratios(times, {name: paths for name, (_, paths) in runners.items()}, "engine")
    rows = [
        [name, row["ratio"]["median"], row["ratio"]["min"], row["ratio"]["max"], row["ratio_of_least"],
         1e6 * row["wall_s_per_unit"]["min"], 1e6 * row["cpu_s_per_unit"]["min"], first[name]]
        for name, row in found.items()
    ]  # fmt: skip
    head = ["", "time over engine's", "least", "most", "of least times", "us/path", "cpu us/path", "first s"]
    harness.tell(question, head, rows)
    harness.keep(
        "build_out",
        question,
        {
            "quick": quick,
            "numpy_batch": batch,
            "most_apart_on_the_same_draws": apart,
            "disagreements": compared,
            "first_call_s": first,
            "peers": found,
        },
        *PEERS,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="final figures, on a quiet machine: minutes")
    parser.add_argument("--without", nargs="*", default=[], help="peers to leave out")
    given = parser.parse_args()
    main(not given.full, given.without)
