"""The parts of a run made one run, after a look at every byte of them."""

import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

from simulator.analysis.run.computation import refuse_missed_gates
from simulator.analysis.run.devices import refuse_other_metrics
from simulator.analysis.run.outcome import Run
from simulator.analysis.run.progress import Progress, progress_of
from simulator.analysis.run.share import PathsShare, Share, SummaryShare, merge_paths, merge_totals
from simulator.analysis.run.shares import Parts
from simulator.analysis.run.stored import open_run
from simulator.arguments import checked
from simulator.engine import (
    MANIFEST,
    PARTS,
    MetricKernel,
    Model,
    PartFolder,
    files,
    metric_kernel,
    part_folders,
    paths_of,
    removed_if_empty,
    runtime,
)
from simulator.errors import ExecutorWarning, RunError


def merge(
    path: str | PathLike[str], model: Model | None = None, progress: Progress | bool | None = None
) -> Run:
    """Make one run of the parts that `simulate_part` computed, and return it.

    Every part has to be of the same run, made by this version and these packages, with every batch whole; the
    first batch of each is computed here again. The run has the bytes that `simulate` would have written. What
    was merged before is returned as it is.

    Parameters
    ----------
    path
        The folder that the parts share.
    model
        The function that made the run, where that was not the build-out model.
    progress
        As `simulate` takes it; called with the paths that were looked at, and those of the run.

    Raises
    ------
    RunError
        Parts are missing, damaged, or of more than one run or kind of machine: with all that is wrong, and
        the command to give again.
    NotFiniteError
        As `simulate` raises it.

    Warns
    -----
    ExecutorWarning
        The parts are all of one kind of machine, whose last bits this one does not compute.
    """
    shared = Path(checked("path", path, str | PathLike, "a folder with parts of a run"))
    folders, whole = part_folders(shared), shared / MANIFEST
    if not folders and not whole.exists():
        message = f"{shared} holds no parts of a run; strandline run --part K/N --out {shared} makes one"
        raise RunError(message)
    with files.locked(shared):
        if not whole.exists():
            _merge(shared, folders, model, progress)
        run = open_run(shared, model)
        if run.status != "complete":
            message = f"{shared} holds a run that is not finished, and no parts; give its command again"
            raise RunError(message)
        with removed_if_empty(shared / PARTS):
            for one in part_folders(shared):
                shutil.rmtree(one.folder, ignore_errors=True)
    refuse_missed_gates(run)
    return run


def _merge(
    shared: Path, folders: Sequence[PartFolder], model: Model | None, progress: Progress | bool | None
) -> None:
    """Make one of what all parts have, in the folder of the run, and write its manifest last."""
    parts = Parts(shared, folders, model)
    with progress_of(progress, parts.run.plan.paths) as report:
        found = parts.shares(report)
    kernel = metric_kernel(parts.run.program, parts.run.plan)
    refuse_other_metrics(kernel.metrics, parts.run.names)
    shares, machine = _of_one_kind(found, kernel)
    manifests = [share.manifest for share in shares]
    if summaries := [share for share in shares if isinstance(share, SummaryShare)]:
        not_finite = merge_totals(parts.run, shared, summaries)
    else:
        paths = [share for share in shares if isinstance(share, PathsShare)]
        not_finite = merge_paths(parts.run, paths_of(shared, manifests[0]), paths)
    merged = replace(
        manifests[0],
        platform=machine,
        created=min(one.created for one in manifests),
        batches_done=parts.run.plan.batches,
        timings=max((one.timings for one in manifests), key=lambda timings: timings.get("total", 0.0)),
        not_finite=not_finite,
        status="complete",
    )
    merged.write(shared / MANIFEST)


def _of_one_kind(
    parts: Sequence[Sequence[Share]], kernel: MetricKernel
) -> tuple[list[Share], Mapping[str, str | int]]:
    """Return a share of each part, so that all have the bits of one kind of machine; and that machine.

    Parameters
    ----------
    parts
        Of each part, the shares that there are.
    kernel
        This machine's own.

    Raises
    ------
    RunError
        There is no such kind.
    """
    ours = [next((share for share in shares if share.is_of(kernel)), None) for shares in parts]
    if all(ours):
        return [share for share in ours if share], runtime.host()
    others = {number: shares for number, shares in enumerate(parts, 1) if ours[number - 1] is None}
    here = runtime.kind_of(runtime.host())
    kinds = set.intersection(*({share.kind for share in shares} for shares in parts)) - {here}
    if not kinds:
        raise RunError(_several_kinds(others, here))
    kind = min(kinds)
    chosen = [next(share for share in shares if share.kind == kind) for shares in parts]
    warnings.warn(
        f"the parts were computed on {kind}, and this is {here}: the last bits of the run are those of the "
        "parts, and only a machine like theirs can verify it",
        ExecutorWarning,
        stacklevel=2,
    )
    return chosen, chosen[0].manifest.platform


def _several_kinds(others: Mapping[int, Sequence[Share]], here: str) -> str:
    """Return the message of parts, by their numbers, that have not the bits of this machine."""
    by_kind: dict[str, list[str]] = {}
    for number, shares in others.items():
        for share in shares:
            by_kind.setdefault(share.kind, []).append(str(number))
    lines = [f"parts {', '.join(numbers)}, computed on {kind}" for kind, numbers in by_kind.items()]
    return "\n  ".join(
        [
            f"the numbers of some parts are not what this program computes on this machine ({here}):",
            *lines,
            "either the model is another one, or the machines are; give these parts again on one like this",
        ]
    )
