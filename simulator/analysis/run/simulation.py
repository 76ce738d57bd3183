"""A study simulated, in memory or in a run directory, and a run read back from one."""

import contextlib
import shutil
import tempfile
import time
import warnings
import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from simulator import engine
from simulator.analysis.run.accuracy import Goal, asked, goal, plans, read, reopened, unmet
from simulator.analysis.run.opening import faults_of, read_study
from simulator.analysis.run.outcome import Run
from simulator.analysis.run.program import (
    absent,
    check_study,
    misfits_of_domain,
    model_of,
    of_domain,
    origin,
    program,
    recipe,
    remade,
)
from simulator.analysis.run.progress import Progress, progress_of
from simulator.analysis.run.requirements import refuse_rules
from simulator.arguments import checked
from simulator.engine import runtime
from simulator.errors import GateError, RunError, RunWarning, StudyError, UsageError, in_order
from simulator.estimate import parse_targets
from simulator.sampling import BATCH, draws_key
from simulator.study import Study
from simulator.whole_numbers import whole

#: Where batches may be computed.
_EXECUTORS = 'anything with submit: a pool of concurrent.futures, or dask.distributed.Client("HOST:PORT")'
#: A run without a directory that is larger than this streams to a scratch directory  [bytes]
MEMORY_LIMIT = 2**28


class Interrupted(KeyboardInterrupt):
    """A run was interrupted; `run` holds the batches that were finished, or None where there were none."""

    exit_code = 130

    def __init__(self, message: str, run: Run | None) -> None:
        super().__init__(message)
        self.run = run


class NotFiniteError(GateError):
    """A run is complete, and some metric has paths that are not numbers; `run` is that run."""

    def __init__(self, message: str, run: Run) -> None:
        super().__init__(message)
        self.run = run


class AccuracyError(GateError):
    """A run came to its most paths, and some target is not met; `run` is that run."""

    def __init__(self, run: Run) -> None:
        super().__init__(unmet(run.accuracy, run.plan.paths))
        self.run = run


def simulate(
    study: Study | str | PathLike[str],
    *,
    model: engine.Model | None = None,
    paths: int | None = None,
    until: str | None = None,
    max_paths: int | None = None,
    seed: int = 0,
    sampler: str = "rqmc",
    threads: int | None = None,
    out: str | PathLike[str] | None = None,
    block_size: int = engine.BLOCK,
    dtype: str = "float32",
    executor: engine.Executor | None = None,
    progress: Progress | bool | None = None,
) -> Run:
    """Run a study: draw its priors, compute the model's metrics on every path, keep them.

    A path's draws follow from the seed, the prior's name and the path's number alone. With `out`, the same
    call after a run was stopped, in whatever way, computes what is missing and ends with the same bytes.

    Parameters
    ----------
    study
        From `load_study` or `Study.from_dict`; or what `load_study` takes: a prior set's name, or a path.
    model
        Function of named draws, each with a last axis of paths, that returns named metrics; the study's own
        by default, and the build-out model where it has none.
    paths
        How many; made up to whole batches of 8192. By default 2^18; with `until`, 2^15 to begin with.
    until
        Targets of accuracy (see `simulator.estimate.grammar`), such as ``p_bear(group) mcse < 0.001``: the
        paths are doubled until the error of every one is below what is asked. The numbers of paths looked at
        are 8192 times a power of two, to which `paths` is made up and `max_paths` made down.
    max_paths
        With `until`, how far to go at most; by default 2^24.
    seed
        Which draws.
    sampler
        "rqmc": scrambled Sobol points in 32 replicates. "mc": plain Monte Carlo.
    threads
        Cores to use; all by default. Changes no bit of a result.
    out
        Run directory, new or of this very run. None keeps a small run in memory and a large one in a scratch
        directory that goes when the run does.
    lanes
        Paths in flight at once in a thread: 64, 128 or 256. Moves no draw; of a large model's metrics it may
        move the last bits.
    dtype
        "float32" or "float64".
    executor
        Where batches are computed, instead of on this process's threads: anything with `submit`, as a Dask
        client or a pool of `concurrent.futures` (docs/how-to/cluster.md). Changes no bit of a result on one
        kind of processor.
    progress
        Called with the paths finished and the paths asked for, after each batch. By default a bar where
        standard error is a terminal, and a line in a notebook; False shows nothing.

    Raises
    ------
    NotFiniteError
        At the end, if a metric has a NaN, or an infinity that its model does not allow.
    AccuracyError
        At the end, if a target is not met with `max_paths`, or its statistic is not finite.
    ExecutorError
        If the executor fails, or a worker does not compute what this process does.
    Interrupted
        On Ctrl-C, with what was finished kept.
    """
    started = time.perf_counter()
    study = _study(study)
    checked("model", model, Callable | None, "a function of named draws")
    checked("until", until, str | None, "text such as 'p_bear(group) mcse < 0.001'")
    checked("out", out, str | PathLike | None, "a path")
    checked("executor", executor, engine.Executor | None, _EXECUTORS)
    plan, most = plans(
        paths, until, max_paths, seed=seed, sampler=sampler, block_size=block_size, dtype=dtype
    )
    if threads is not None:
        threads = whole("threads", threads, 1)
    given, model = model, model_of(study, model)
    _refuse_early(until, study, given)
    check_study(study, model, dtype)
    directory = None if out is None else Path(out)
    with (
        engine.held(directory) if directory else contextlib.nullcontext(),
        progress_of(progress, plan.paths) as report_progress,
    ):
        kernel = engine.MetricKernel(program(study, model, plan), most)
        refuse_rules(study, kernel.metrics)
        wanted = None
        if until is not None:
            wanted = goal(until, kernel.metrics, study.settings, plan.batches, most.batches)
        manifest, store = _begun(directory, _manifest(study, model, plan, kernel.metrics, wanted), most)
        run = Run(study, plan, model, store, manifest.metrics, directory, goal=wanted)
        journal = engine.Journal(directory, manifest)
        tally = engine.Tally(kernel.metrics)
        cores = threads or runtime.cores()
        crew = None
        if executor is None:
            work = partial(engine.on_threads, kernel, threads=cores)
        else:
            work = crew = engine.Crew(kernel, recipe(study, given, most), executor, cores)

        def kept(batches: int) -> None:
            journal.note(run.plan, batches)
            report_progress(batches * BATCH, run.plan.paths)

        def closed(run: Run, status: engine.Status) -> Run:
            timings = {"compile": kernel.seconds, "total": time.perf_counter() - started}
            found = tally.found()
            accuracy = wanted.record(run.looked) if wanted else {}
            platform = crew.machine if crew else manifest.platform
            journal.close(status, timings=timings, not_finite=found, accuracy=accuracy, platform=platform)
            return replace(run, status=status, not_finite=found, timings=timings)

        done = 0
        try:
            while done < run.plan.batches:
                engine.fill(work, store, run.plan.batches, tally, kept, done)
                done = run.plan.batches
                if wanted is not None:
                    looked = run.accuracy
                    run = replace(run, looked=looked)
                    following = wanted.following(done, looked, sampler)
                    if following > done:
                        run = replace(run, plan=plan.first(following), looked=())
                        store.prepare(following)
        except KeyboardInterrupt as error:
            batches = engine.leading(store.done())
            message = f"interrupted after {batches * BATCH} of {run.plan.paths} paths"
            part = closed(replace(run, plan=plan.first(max(batches, 1)), looked=()), "interrupted")
            raise Interrupted(message, part if batches else None) from error
        except BaseException:
            with contextlib.suppress(RunError):
                closed(run, "failed")
            raise
        run = closed(run, "complete")
    allowed = getattr(model, "may_be_infinite", ())
    if faults := engine.faults(run.not_finite, allowed, run.plan.paths, getattr(model, "undefined", None)):
        raise NotFiniteError("\n  ".join(["metrics that are not finite:", *faults]), run)
    if not all(one.met for one in run.accuracy):
        raise AccuracyError(run)
    return run


def _study(asked: Study | str | PathLike[str]) -> Study:
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


def open_run(path: str | PathLike[str], model: engine.Model | None = None) -> Run:
    """Return the run in a run directory; of one that was not finished, the part that was.

    Parameters
    ----------
    path
        The run directory.
    model
        The function that made it, where that was not the build-out model: a manifest holds its name only. It
        is needed for what is computed again (draws, series, verify), not for the metrics.
    """
    directory = Path(checked("path", path, str | PathLike, "a run directory"))
    manifest, store = engine.reopen(directory)
    whole = manifest.status == "complete"
    batches = manifest.plan.batches if whole else engine.leading(store.done())
    if batches == 0:
        message = f"{directory} holds a run of which no batch was finished; give its command again"
        raise RunError(message)
    study = _study_of(directory, manifest, model)
    wanted = reopened(manifest.accuracy, tuple(manifest.metrics), study.settings)
    return Run(
        study,
        manifest.plan.first(batches),
        remade(study, model, manifest.model) or absent(manifest.model),
        store,
        manifest.metrics,
        directory,
        "complete" if whole else "interrupted",
        manifest.not_finite,
        manifest.timings,
        wanted,
        read(manifest.accuracy["achieved"], wanted.targets) if wanted and whole else (),
        manifest.draws_key,
    )


def _study_of(directory: Path, manifest: engine.Manifest, model: engine.Model | None) -> Study:
    """Return the study of a stored run, and say so where it is not the one that was run."""
    study = Study.from_dict(manifest.study, model=model)
    if study.hash != manifest.study_hash:
        found = f"{directory}: the study in its manifest is not the one that was run"
        made, here = (versions.get("strandline") for versions in (manifest.versions, runtime.versions()))
        if made == here:
            hashes = f"its hash is {study.hash[:8]}, that of the run {manifest.study_hash[:8]}"
            message = f"{found}: {hashes}. Run it again"
            raise RunError(message)
        warnings.warn(
            f"{found}, or strandline {here} reads it otherwise than {made} did, which made the run; its "
            "metrics are as they were, and what is computed again may not fit them",
            RunWarning,
            stacklevel=3,
        )
    return study


def _refuse_early(until: str | None, study: Study, given: engine.Model | None) -> None:
    """Raise where a study does not fit the build-out, or targets cannot be meant, before any computing.

    What the build-out asks for is known; what another model does shows when it is compiled.
    """
    if given is not None or not of_domain(study):
        if until is not None:
            parse_targets(until)
        return
    if misfits_of_domain(study):
        raise StudyError(in_order(faults_of(study)))
    if until is not None:
        asked(until, tuple(getattr(model_of(study, None), "metric_units", ())), study.settings)


def place(
    root: str | Path,
    study: Study,
    *,
    paths: int | None = None,
    until: str | None = None,
    max_paths: int | None = None,
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
    paths, until, max_paths, plan
        As `simulate` takes them; of the plan seed, sampler and dtype.
    """
    first, most = plans(paths, until, max_paths, **plan)
    _refuse_early(until, study, None)
    draws = draws_key(study, first.seed, first.sampler)
    return engine.place(Path(root), study.name, study.hash, first, draws, until or "", most.paths)


def _manifest(
    study: Study, model: engine.Model, plan: engine.Plan, metrics: tuple[str, ...], wanted: Goal | None
) -> engine.Manifest:
    units = getattr(model, "metric_units", {})
    return engine.Manifest(
        study=study.to_dict(),
        study_hash=study.hash,
        plan=plan,
        model=origin(model),
        metrics={name: units.get(name, "") for name in metrics},
        versions=runtime.versions(),
        platform=runtime.host(),
        draws=draws_key(study, plan.seed, plan.sampler).to_dict(),
        accuracy=wanted.record() if wanted else {},
        may_be_infinite=sorted(getattr(model, "may_be_infinite", ())),
    )


def _begun(
    directory: Path | None, manifest: engine.Manifest, most: engine.Plan
) -> tuple[engine.Manifest, engine.Store]:
    """Return the manifest and the store of a run: on disk, in memory, or in a scratch directory."""
    if directory is not None:
        return engine.begin(directory, manifest)
    metrics, plan = tuple(manifest.metrics), manifest.plan
    if len(metrics) * most.paths * np.dtype(plan.dtype).itemsize <= MEMORY_LIMIT:
        return manifest, engine.MemoryStore(metrics, plan.dtype)
    scratch = tempfile.mkdtemp(prefix="strandline-")
    store = engine.ZarrStore(Path(scratch), metrics, plan.dtype)
    weakref.finalize(store, shutil.rmtree, scratch, ignore_errors=True)
    store.prepare(plan.batches)
    return manifest, store
