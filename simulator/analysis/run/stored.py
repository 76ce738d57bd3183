"""Where a run is stored: its folder, its manifest and its store, and the run read back from them."""

import shutil
import tempfile
import warnings
import weakref
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import numpy as np

from simulator.analysis.run.accuracy import Goal, from_json, recorded_goal
from simulator.analysis.run.outcome import Run
from simulator.analysis.run.program import AbsentModel, origin, remade
from simulator.analysis.run.summed import read_totals
from simulator.arguments import checked
from simulator.engine import (
    MANIFEST,
    TOTALS,
    Keep,
    Manifest,
    MemoryStore,
    Model,
    NoPaths,
    Plan,
    Store,
    ZarrStore,
    begin,
    leading,
    other_source,
    reopen,
    runtime,
    source_sha256,
)
from simulator.errors import RunError, RunWarning
from simulator.sampling import draws_key
from simulator.study import Study

#: A run without a directory that is larger than this streams to a scratch directory  [bytes]
MEMORY_LIMIT = 2**28


def open_run(path: str | PathLike[str], model: Model | None = None) -> Run:
    """Return the run in a run directory; of one that was not finished, the part that was.

    Parameters
    ----------
    path
        The run directory.
    model
        The function that made it, where that was not the build-out model: a manifest holds its name only. It
        is needed for what is computed again (draws, series, verify), not for the metrics.

    Raises
    ------
    RunError
        The folder holds no run that can be read, or its model was loaded by name from another source.
    """
    directory = Path(checked("path", path, str | PathLike, "a run directory"))
    return run_of(directory, *reopen(directory), model)


def run_of(directory: Path, manifest: Manifest, store: Store, model: Model | None) -> Run:
    """Return the run of a manifest and a store.

    Parameters
    ----------
    directory
        Where they are.
    manifest, store
        What is stored of the run.
    model
        As `open_run` takes it.

    Raises
    ------
    RunError
        As `open_run`.
    """
    complete = manifest.status == "complete"
    totals = None
    if manifest.keep == "summary" and (directory / TOTALS).exists():
        totals, _, _ = read_totals(directory / TOTALS, manifest.identity)
    there = leading(store.done()) if totals is None else len(totals.batches)
    complete &= totals is None or there == manifest.plan.batches
    batches = manifest.plan.batches if complete and manifest.keep == "all" else there
    if batches == 0:
        message = f"{directory} holds a run of which no batch was finished; give its command again"
        raise RunError(message)
    if model is not None and (other := other_source(manifest.model, manifest.model_sha256, model)):
        message = f"{directory} was {other}. What is computed again would be another model's"
        raise RunError(message)
    study = _study_of(directory, manifest, model)
    goal = recorded_goal(manifest.accuracy, tuple(manifest.metrics), study.settings)
    return Run(
        study,
        manifest.plan.first(batches),
        remade(study, model, manifest.model) or AbsentModel(manifest.model, manifest.may_be_infinite),
        store,
        manifest.metrics,
        directory,
        "complete" if complete else "interrupted",
        manifest.not_finite,
        manifest.timings,
        goal,
        from_json(manifest.accuracy["achieved"], goal.targets) if goal and complete else (),
        manifest.draws_key,
        manifest.platform,
        totals,
    )


def _study_of(directory: Path, manifest: Manifest, model: Model | None) -> Study:
    """Return the study of a stored run, and warn where it is not the one that was run."""
    study = Study.from_dict(manifest.study, model, manifest.overrides, manifest.fixed_from)
    if study.hash != manifest.study_hash:
        found = f"{directory}: the study in its manifest is not the one that was run"
        made, here = (versions.get("strandline") for versions in (manifest.versions, runtime.versions()))
        if made == here:
            hashes = f"its hash is {study.hash[:8]}, that of the run {manifest.study_hash[:8]}"
            message = f"{found}: {hashes}. Run it again"
            raise RunError(message)
        warnings.warn(
            f"{found}, or strandline {here} reads it differently from {made}, which made the run; its "
            "metrics are as they were, and what is computed again may not fit them",
            RunWarning,
            stacklevel=4,
        )
    return study


def manifest_of(
    study: Study,
    model: Model,
    plan: Plan,
    metrics: tuple[str, ...],
    goal: Goal | None,
    keep: Keep = "all",
) -> Manifest:
    """Return the manifest of a run that begins."""
    units = getattr(model, "metric_units", {})
    return Manifest(
        study=study.to_dict(),
        study_hash=study.hash,
        plan=plan,
        model=origin(model),
        metrics={name: units.get(name, "") for name in metrics},
        versions=runtime.versions(),
        platform=runtime.host(),
        draws=draws_key(study, plan.seed, plan.sampler).to_dict(),
        accuracy=goal.record() if goal else {},
        overrides=study.changes,
        fixed_from=study.fixed_from_dict(),
        model_sha256=source_sha256(model),
        may_be_infinite=sorted(getattr(model, "may_be_infinite", ())),
        keep=keep,
    )


def begun_on(directory: Path | None) -> Mapping[str, str | int]:
    """Return what the run in a directory was begun on; nothing where there is none."""
    path = None if directory is None else directory / MANIFEST
    return Manifest.read(path).platform if path is not None and path.exists() else {}


def begun(directory: Path | None, manifest: Manifest, most: Plan) -> tuple[Manifest, Store]:
    """Return the manifest and the store of a run: on disk, in memory, or in a scratch directory."""
    if directory is not None:
        return begin(directory, manifest)
    metrics, plan = tuple(manifest.metrics), manifest.plan
    if manifest.keep == "summary":
        return manifest, NoPaths(metrics, plan.dtype)
    if len(metrics) * most.paths * np.dtype(plan.dtype).itemsize <= MEMORY_LIMIT:
        return manifest, MemoryStore(metrics, plan.dtype)
    scratch = tempfile.mkdtemp(prefix="strandline-")
    store = ZarrStore(Path(scratch), metrics, plan.dtype)
    weakref.finalize(store, shutil.rmtree, scratch, ignore_errors=True)
    store.prepare(plan.batches)
    return manifest, store
