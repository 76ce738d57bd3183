"""A part of a study's run computed, beside others that it knows nothing of."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path

from simulator.analysis.run.computation import Interrupted
from simulator.analysis.run.program import check_study, model_of, program
from simulator.analysis.run.progress import Progress, progress_of
from simulator.analysis.run.requirements import refuse_rules
from simulator.analysis.run.simulation import given_keep, given_study, refuse_early
from simulator.analysis.run.stored import manifest_of
from simulator.analysis.run.summed import SummedBatches, layout_of, wanted_by
from simulator.arguments import checked
from simulator.engine import (
    BLOCK,
    RECORD,
    TOTALS,
    Model,
    NonFiniteCounts,
    Part,
    Plan,
    Work,
    ZarrStore,
    begin_part,
    compare,
    metric_kernel,
    on_threads,
    paths_of,
    resume,
    runtime,
)
from simulator.sampling import BATCH
from simulator.study import Study
from simulator.whole_numbers import PATHS, whole


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """A part that is done.

    Attributes
    ----------
    part
        Which, as K/N.
    batches
        How many it has, of 8192 paths each.
    total
        How many the run has.
    folder
        Where they are.
    """

    part: str
    batches: int
    total: int
    folder: Path


def simulate_part(
    study: Study | str | PathLike[str],
    part: str,
    out: str | PathLike[str],
    *,
    model: Model | None = None,
    paths: int | None = None,
    seed: int = 0,
    sampler: str = "rqmc",
    threads: int | None = None,
    block_size: int = BLOCK,
    dtype: str = "float32",
    progress: Progress | bool | None = None,
    keep: str = "all",
) -> FinishedPart:
    """Compute one part of a run into a folder that all parts share; `merge` makes the run of them.

    Parts never talk, and none waits for another. One that was stopped, in whatever way, is given again, and
    computes what is missing; one that is given twice at once is computed twice.

    Parameters
    ----------
    study, model, paths, seed, sampler, threads, block_size, dtype, keep
        As `simulate` takes them, the same for all parts; the paths are those of the whole run.
    part
        ``"K/N"``: the Kth of N parts, K from 1. It has consecutive batches of 8192 paths.
    out
        Folder of the run: new, or with parts of this very run.
    progress
        As `simulate` takes it, of the paths of this part.

    Raises
    ------
    RunError
        The folder holds a run already, parts of another one, or what this program does not compute.
    Interrupted
        On Ctrl-C; what was finished is stored.
    """
    started = time.perf_counter()
    study = given_study(study)
    checked("model", model, Callable | None, "a function of named draws")
    which = Part.read(checked("part", part, str, "text such as '3/8'"))
    shared = Path(checked("out", out, str | PathLike, "a path"))
    plan = Plan(PATHS if paths is None else paths, seed, sampler, block_size, dtype)
    cores = runtime.cores() if threads is None else whole("threads", threads, 1)
    keep = given_keep(keep)
    share = which.batches(plan.batches)
    refuse_early(None, study, model)
    meant = model_of(study, model)
    check_study(study, meant, dtype)
    with progress_of(progress, len(share) * BATCH) as report:
        kernel = metric_kernel(program(study, meant, plan), plan)
        refuse_rules(study, kernel.metrics)
        wanted = manifest_of(study, meant, plan, kernel.metrics, None, keep)
        folder, manifest = begin_part(shared, which, wanted)
        work = partial(on_threads, kernel, threads=cores)
        if keep == "summary":
            layout = layout_of(kernel.metrics, plan.sampler, study.settings)
            place = folder / TOTALS, manifest.identity
            summed = SummedBatches(work, cores, layout, wanted_by(None), *place, plan.batches)
            compute, done = partial(summed.bring_share, share, plan.batches), summed.done
        else:
            store = paths_of(folder, manifest)
            compute, done = partial(_store, work, store, share), lambda: len(store.done())
        before = done()
        try:
            compute(lambda batches: report(batches * BATCH, len(share) * BATCH))
        except KeyboardInterrupt as error:
            message = (
                f"interrupted: {done()} of {len(share)} batches of part {which} are stored in {folder}. The "
                "same command goes on from there."
            )
            raise Interrupted(message, None) from error
    timings = manifest.timings
    if done() > before or not timings:  # else it was only read
        timings = {"compile": kernel.seconds, "total": time.perf_counter() - started}
    replace(manifest, status="complete", batches_done=len(share), timings=timings).write(folder / RECORD)
    return FinishedPart(str(which), len(share), plan.batches, folder)


def _store(work: Work, store: ZarrStore, share: range, progress: Callable[[int], None]) -> None:
    """Compute the batches of a part that its store lacks, if those that it has are ours."""
    store.make_folders()
    stored = ((batch, store.load(batch)) for batch in store.done() if batch in share)
    if first := next(((batch, values) for batch, values in stored if values is not None), None):
        compare(work, store.metrics, *first)

    def finished(batches: int) -> None:  # of the run, as if those before the part were there
        progress(batches - share.start)

    resume(work, store, share.stop, NonFiniteCounts(store.metrics), finished, share.start)
