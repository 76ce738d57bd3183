"""A study simulated, in memory or in a run directory."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from simulator.analysis.run.accuracy import accuracy_goal, plans, targets_of
from simulator.analysis.run.batches import StoredBatches
from simulator.analysis.run.computation import Computation, refuse_missed_gates
from simulator.analysis.run.devices import kernel_on, remember
from simulator.analysis.run.opening import faults_of, read_study
from simulator.analysis.run.outcome import Run
from simulator.analysis.run.program import (
    check_study,
    kernel_spec,
    misfits_of_domain,
    model_of,
    of_domain,
    program,
)
from simulator.analysis.run.progress import Progress, progress_of
from simulator.analysis.run.requirements import refuse_rules
from simulator.analysis.run.stored import begun, begun_on, manifest_of
from simulator.analysis.run.summed import SummedBatches, layout_of, wanted_by
from simulator.arguments import checked
from simulator.engine import (
    BLOCK,
    TOTALS,
    Choice,
    DeviceBatches,
    Executor,
    Keep,
    Model,
    RemoteBatches,
    choose,
    executor_of,
    going_on,
    locked,
    on_threads,
    runtime,
    source_sha256,
    structure_of,
    unfinished_or_new,
)
from simulator.errors import StudyError, UsageError, in_order
from simulator.estimate import parse_targets
from simulator.sampling import draws_key
from simulator.study import Study
from simulator.whole_numbers import whole

#: What may be kept of the paths.
KEEPS: tuple[Keep, ...] = ("all", "summary")
#: Where batches may be computed.
_EXECUTORS = "text such as 'processes:8', or anything with submit, as a pool of concurrent.futures"


def simulate(
    study: Study | str | PathLike[str],
    *,
    model: Model | None = None,
    paths: int | None = None,
    until: str | None = None,
    max_paths: int | None = None,
    seed: int = 0,
    sampler: str = "rqmc",
    threads: int | None = None,
    out: str | PathLike[str] | None = None,
    block_size: int = BLOCK,
    dtype: str = "float32",
    device: str = "auto",
    executor: Executor | str | None = None,
    progress: Progress | bool | None = None,
    keep: str = "all",
) -> Run:
    """Run a study: draw its priors, compute the model's metrics on every path, store them.

    A path's draws follow from the seed, the prior's name and the path's number alone. With `out`, the same
    call after a run was stopped, in whatever way, computes what is missing and ends with the same bytes.

    Parameters
    ----------
    study
        From `load_study` or `Study.from_dict`; or what `load_study` takes: a prior set's name, ``latest``,
        or a path.
    model
        Function of named draws, each with a last axis of paths, that returns named metrics; the study's own
        by default, and the build-out model where it has none.
    paths
        How many, from 1 to 2^37; rounded up to whole batches of 8192. By default 2^18; with `until`, 2^15 to
        begin with.
    until
        Targets of accuracy (see `simulator.estimate.grammar`), such as ``p_bear(group) mcse < 0.001``: the
        paths are doubled until the error of every one is below what is asked. The numbers of paths looked at
        are 8192 times a power of two, to which `paths` is rounded up and `max_paths` down.
    max_paths
        With `until`, how far to go at most; by default 2^24.
    seed
        Which draws: any whole number from 0 to 2^64 - 1.
    sampler
        "rqmc": scrambled Sobol points in 32 replicates. "mc": plain Monte Carlo.
    threads
        Cores to use; all by default. Changes no bit of a result.
    out
        Run directory, new or of this very run. None leaves a small run in memory and a large one in a scratch
        directory that goes when the run does.
    block_size
        Paths in flight at once in a thread: 64, 128 or 256. Moves no draw; of a large model's metrics it may
        move the last bits.
    dtype
        "float32" or "float64".
    device
        "cpu", "gpu" (every accelerator that JAX finds), or "auto": what is faster for this many paths
        (docs/how-to/gpu.md). On an accelerator numbers differ from a processor's by rounding, and so does
        a run that is gone on with on the other: it is refused.
    executor
        Where batches are computed, instead of on this process's threads: what ``--executor`` takes
        (``processes:8``, ``slurm``, ``dask://HOST:PORT``), or anything with `submit`, as a Dask client or a
        pool of `concurrent.futures` (docs/how-to/cluster.md). Changes no bit of a result on one kind of
        processor.
    progress
        Called with the paths finished and the paths asked for, after each batch. By default a bar where
        standard error is a terminal, and a line in a notebook; False shows nothing.
    keep
        "all" paths, or a "summary" of them, whose size does not grow with their number: all that
        `Run.summarise` and `Run.estimate` tell, and nothing path by path (docs/how-to/a-billion-paths.md).

    Raises
    ------
    NotFiniteError
        At the end, if a metric has a NaN, or an infinity that its model does not allow.
    AccuracyError
        At the end, if a target is not met with `max_paths`, or its statistic is not finite.
    ExecutorError
        If the executor fails, or a worker does not compute what this process does.
    Interrupted
        On Ctrl-C; what was finished is stored.
    """
    started = time.perf_counter()
    study = given_study(study)
    checked("model", model, Callable | None, "a function of named draws")
    checked("until", until, str | None, "text such as 'p_bear(group) mcse < 0.001'")
    checked("out", out, str | PathLike | None, "a path")
    checked("device", device, str, "auto, cpu or gpu")
    checked("executor", executor, Executor | str | None, _EXECUTORS)
    if executor is not None and device == "gpu":
        message = "device: found gpu, with an executor, whose workers take what they have; allowed: auto, cpu"
        raise UsageError(message)
    keep = given_keep(keep)
    plan, most = plans(
        paths, until, max_paths, seed=seed, sampler=sampler, block_size=block_size, dtype=dtype
    )
    cores = runtime.cores() if threads is None else whole("threads", threads, 1)
    refuse_early(until, study, model)
    meant = model_of(study, model)
    check_study(study, meant, dtype)
    directory = None if out is None else Path(out)
    with (
        locked(directory) if directory else nullcontext(),
        progress_of(progress, plan.paths) as report,
        opened(executor) as workers,
    ):
        made = program(study, meant, plan)
        structure = partial(structure_of, made, most)
        choice = choose(device, plan.paths, structure) if executor is None else Choice(())
        kernel = kernel_on(choice, made, most, plan.paths, begun_on(directory))
        refuse_rules(study, kernel.metrics)
        goal = accuracy_goal(until, kernel.metrics, study.settings, plan.batches, most.batches)
        asked = manifest_of(study, meant, plan, kernel.metrics, goal, keep)
        if isinstance(kernel, DeviceBatches):
            asked = replace(asked, platform=kernel.machine)
        if isinstance(kernel, DeviceBatches):
            work = kernel
        elif workers is None:
            work = partial(on_threads, kernel, threads=cores)
        else:
            work = RemoteBatches(kernel, kernel_spec(study, model, most), workers, cores)
        summed = None
        if keep == "summary":  # looked at before anything is written: what is there may be refused
            layout, wanted = layout_of(kernel.metrics, plan.sampler, study.settings), wanted_by(goal)
            path = None if directory is None else directory / TOTALS
            identity = asked.identity if directory is None else going_on(directory, asked).identity
            summed = SummedBatches(work, cores, layout, wanted, path, identity, most.batches)
        manifest, store = begun(directory, asked, most)
        run = Run(study, plan, meant, store, manifest.metrics, directory, goal=goal)
        batches = summed or StoredBatches(work, store)
        anew, began = not batches.done(), time.perf_counter()
        run = Computation(run, manifest, batches, report, kernel.seconds, started).complete()
        if anew and executor is None and threads is None:
            remember(structure(), choice, kernel, run.plan.paths, time.perf_counter() - began)
    refuse_missed_gates(run)
    return run


def opened(executor: Executor | str | None) -> AbstractContextManager[Any]:
    """Return a context that hands out an executor: the one that a text names, or the one that was given."""
    return executor_of(executor) if isinstance(executor, str) else nullcontext(executor)


def given_study(asked: Study | str | PathLike[str]) -> Study:
    """Return the study that was asked for, read where it is a name or a path."""
    if isinstance(asked, Study):
        return asked
    if isinstance(asked, str | PathLike):
        return read_study(asked)
    message = (
        f"study: found a {type(asked).__name__}; allowed: a study, a prior set's name, or a path. "
        "Study.from_dict makes a study of a dictionary"
    )
    raise UsageError(message)


def given_keep(asked: str) -> Keep:
    """Return what is to be kept of the paths, or raise where it is nothing that can be."""
    for keep in KEEPS:
        if keep == asked:
            return keep
    message = f"keep: found {asked!r}; allowed: {', '.join(KEEPS)}"
    raise UsageError(message)


def refuse_early(until: str | None, study: Study, model: Model | None) -> None:
    """Raise where a study does not fit its domain, or targets cannot be meant, before any computing.

    What the model of a domain asks for is known; what another model does shows when it is compiled.
    """
    if model is not None or not of_domain(study):
        if until is not None:
            parse_targets(until)
        return
    if misfits_of_domain(study):
        raise StudyError(in_order(faults_of(study)))
    if until is not None:
        targets_of(until, tuple(getattr(model_of(study, None), "metric_units", ())), study.settings)


def run_folder(
    root: str | Path,
    study: Study,
    *,
    paths: int | None = None,
    until: str | None = None,
    max_paths: int | None = None,
    keep: Keep = "all",
    **plan: Any,
) -> Path:
    """Return where a run belongs under `root`: an unfinished one of the same study and plan, or a new folder.

    A new folder is made, and is nobody else's.

    Parameters
    ----------
    root
        Folder of run directories.
    study
        The study to be run.
    paths, until, max_paths, keep, plan
        As `simulate` takes them; of the plan seed, sampler and dtype.
    """
    first, most = plans(paths, until, max_paths, **plan)
    refuse_early(until, study, None)
    draws = draws_key(study, first.seed, first.sampler)
    source = source_sha256(study.model) if study.model else ""
    return unfinished_or_new(
        Path(root),
        study.name,
        study.hash,
        first,
        draws,
        until or "",
        most.paths,
        source,
        study.fixed_from_dict(),
        keep,
    )
