"""The parts of a run made one run, after a look at every byte of them."""

import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from simulator.analysis.run.computation import refuse_missed_gates
from simulator.analysis.run.missing_parts import refusal
from simulator.analysis.run.outcome import Run
from simulator.analysis.run.progress import Progress, progress_of
from simulator.analysis.run.stored import open_run, run_of
from simulator.arguments import checked
from simulator.engine import (
    MANIFEST,
    PARTS,
    Manifest,
    Model,
    NonFiniteCounts,
    PartFolder,
    ZarrStore,
    differs,
    files,
    metric_kernel,
    part_differences,
    part_folders,
    runtime,
    store_of,
)
from simulator.errors import ExecutorWarning, RunError
from simulator.sampling import BATCH


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
        shutil.rmtree(shared / PARTS, ignore_errors=True)
    refuse_missed_gates(run)
    return run


@dataclass(frozen=True, slots=True)
class Share:
    """The batches of a part as one kind of machine computed them.

    Attributes
    ----------
    manifest, store, batches
        What the part says of itself, what it stored, and the numbers of its batches.
    counts
        What is not finite in them.
    ours
        Whether this machine computes the same bits.
    """

    manifest: Manifest
    store: ZarrStore
    batches: range
    counts: NonFiniteCounts
    ours: bool

    @property
    def kind(self) -> str:
        """The kind of machine that computed it."""
        return runtime.kind_of(self.manifest.platform)


def _merge(
    shared: Path, folders: Sequence[PartFolder], model: Model | None, progress: Progress | bool | None
) -> None:
    """Take the batches of all parts into the store of the run, and write its manifest last."""
    parts = Parts(shared, folders, model)
    with progress_of(progress, parts.run.plan.paths) as report:
        shares, machine = _of_one_kind(parts.shares(report))
    counts = NonFiniteCounts(parts.run.names)
    parts.store.prepare(parts.run.plan.batches)
    for share in shares:
        counts.include(share.counts)
        for batch in share.batches:
            parts.store.take(batch, share.store)
    manifests = [share.manifest for share in shares]
    merged = replace(
        manifests[0],
        platform=machine,
        created=min(one.created for one in manifests),
        batches_done=parts.run.plan.batches,
        timings=max((one.timings for one in manifests), key=lambda timings: timings.get("total", 0.0)),
        not_finite=counts.found(),
        status="complete",
    )
    merged.write(shared / MANIFEST)


class Parts:
    """The folders of parts in the folder of a run, each read and looked at.

    Parameters
    ----------
    shared
        Folder of the run.
    folders
        Those of its parts, at least one.
    model
        As `merge` takes it.

    Raises
    ------
    RunError
        Of no part it can be read what run it is of, or there are parts of two numbers of parts.
    """

    def __init__(self, shared: Path, folders: Sequence[PartFolder], model: Model | None) -> None:
        self._faults: dict[int, list[str]] = {}
        self._of = folders[0].part.of
        if other := next((one.part.of for one in folders if one.part.of != self._of), None):
            message = f"{shared} holds parts of a run in {self._of} parts and in {other}; remove those of one"
            raise RunError(message)
        self._manifests = {one: manifest for one in folders if (manifest := self._manifest(one))}
        if not self._manifests:
            raise RunError("; ".join(fault for faults in self._faults.values() for fault in faults))
        first = next(iter(self._manifests.values()))
        self.store = store_of(shared, first)
        self.run = run_of(shared, replace(first, status="complete"), self.store, model)
        self._kernel = metric_kernel(self.run.program, self.run.plan)

    def shares(self, report: Progress) -> list[list[Share]]:
        """Return each part in order, as one kind of machine or more computed all of it.

        Raises
        ------
        RunError
            A part is not there, not whole, or of another run: with the faults of all parts.
        """
        found: list[list[Share]] = [[] for _ in range(self._of)]
        for folder, manifest in self._manifests.items():
            if share := self._share(folder, manifest):
                found[folder.part.number - 1].append(share)
            report(folder.part.batches(self.run.plan.batches).stop * BATCH, self.run.plan.paths)
        faults = {
            number: self._faults.get(number, ["missing"])
            for number, shares in enumerate(found, 1)
            if not shares
        }
        if faults:
            raise RunError(refusal(self.run, self._of, faults))
        return found

    def _share(self, folder: PartFolder, manifest: Manifest) -> Share | None:
        """Return the share that a folder holds; None where it is not whole or of another run."""
        first = next(iter(self._manifests.values()))
        if differences := [*part_differences(first, manifest), *_other_versions(manifest)]:
            self._note(folder, f"is another run's: {'; '.join(differences)}; remove {folder.folder}")
            return None
        batches = folder.part.batches(manifest.plan.batches)
        store, counts = folder.store(manifest), NonFiniteCounts(self.run.names)
        missing, ours = 0, True
        for batch in batches:
            values = store.load(batch)
            if values is None:
                missing += 1
                continue
            counts.add(values)
            if batch == batches.start:
                ours = not differs(self._kernel(batch), values).any()
        if missing:
            self._note(folder, f"{missing} of its {len(batches)} batches missing or damaged")
            return None
        return Share(manifest, store, batches, counts, ours)

    def _manifest(self, folder: PartFolder) -> Manifest | None:
        try:
            return folder.manifest()
        except RunError as error:
            self._note(folder, str(error))
            return None

    def _note(self, folder: PartFolder, fault: str) -> None:
        self._faults.setdefault(folder.part.number, []).append(fault)


def _other_versions(manifest: Manifest) -> list[str]:
    """Return the packages that a part was made by, and that are not those of this process."""
    ours = runtime.versions()
    return [
        f"{name} {manifest.versions.get(name)} against {ours[name]} here"
        for name in ours
        if manifest.versions.get(name) != ours[name]
    ]


def _of_one_kind(parts: Sequence[Sequence[Share]]) -> tuple[list[Share], Mapping[str, str | int]]:
    """Return a share of each part, so that all have the bits of one kind of machine; and that machine.

    Raises
    ------
    RunError
        There is no such kind.
    """
    ours = [next((share for share in shares if share.ours), None) for shares in parts]
    if all(ours):
        return [share for share in ours if share], runtime.host()
    here = runtime.kind_of(runtime.host())
    kinds = set.intersection(*({share.kind for share in shares} for shares in parts)) - {here}
    if not kinds:
        raise RunError(_several_kinds(parts, here))
    kind = min(kinds)
    chosen = [next(share for share in shares if share.kind == kind) for shares in parts]
    warnings.warn(
        f"the parts were computed on {kind}, and this is {here}: the last bits of the run are those of the "
        "parts, and only a machine like theirs can verify it",
        ExecutorWarning,
        stacklevel=2,
    )
    return chosen, chosen[0].manifest.platform


def _several_kinds(parts: Sequence[Sequence[Share]], here: str) -> str:
    """Return the message of parts whose last bits are those of no one kind of machine."""
    by_kind: dict[str, list[str]] = {}
    for number, shares in enumerate(parts, 1):
        if not any(share.ours for share in shares):
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
