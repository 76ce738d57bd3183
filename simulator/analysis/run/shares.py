"""The parts of a run as they are in its folder: whole and of one run, or refused with all that is wrong."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from simulator.analysis.run.missing_parts import refusal
from simulator.analysis.run.progress import Progress
from simulator.analysis.run.share import Share, paths_share, summary_share
from simulator.analysis.run.stored import run_of
from simulator.engine import (
    TOTALS,
    Keep,
    Manifest,
    Model,
    NonFiniteCounts,
    PartFolder,
    part_differences,
    paths_of,
    runtime,
)
from simulator.errors import RunError
from simulator.sampling import BATCH


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
        self._keep: Keep = first.keep
        whole = replace(first, status="complete", keep="all")  # of which nothing is read here
        self.run = run_of(shared, whole, paths_of(shared, first), model)

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
            raise RunError(refusal(self.run, self._keep, self._of, faults))
        return found

    def _share(self, folder: PartFolder, manifest: Manifest) -> Share | None:
        """Return the share that a folder holds; None where it is not whole or of another run."""
        one, first = next(iter(self._manifests.items()))
        if differences := [*part_differences(first, manifest), *_other_versions(manifest)]:
            fault = f"is another run's: {'; '.join(differences)}; remove {folder.folder}"
            self._note(folder, fault if folder is one else f"{fault}, or if that is right {one.folder}")
            return None
        batches = folder.part.batches(manifest.plan.batches)
        if self._keep == "summary":
            share = summary_share(manifest, batches, folder.folder / TOTALS)
        else:
            store = paths_of(folder.folder, manifest)
            share = paths_share(manifest, batches, store, NonFiniteCounts(self.run.names))
        if isinstance(share, str):
            self._note(folder, share)
            return None
        return share

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
