"""A run directory: manifest.json, store/ and the lock, opened by one process at a time."""

import contextlib
import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from simulator.engine import files
from simulator.engine.manifest import Keep, Manifest, Status
from simulator.engine.plan import Plan
from simulator.engine.store import NoPaths
from simulator.engine.zarr_store import ZarrStore
from simulator.errors import RunError, StrandlineError
from simulator.sampling import DrawsKey

MANIFEST = "manifest.json"
STORE = "store"
#: Folder of the parts of a run that is computed in parts.
PARTS = "parts"
#: Files that are written into a run's folder, by their names.
OURS = r"manifest\.json|structures\.json|totals\.npz|report\.(?:html|json|md)"

#: Most of a study's name in that of a folder  [bytes]
LONGEST_LABEL = 120
#: How often a run under way writes in its manifest how far it is  [s]
SECONDS_BETWEEN_WRITES = 2.0


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the folder where it is not there, and lock it against every other process.

    Nothing in the folder is touched before it is known to be a run's, or empty. One that was made here, and
    in which nothing came to be, goes again.

    Raises
    ------
    RunError
        The folder holds something that is no run, or another process has it.
    """
    with files.access(folder, "make"):
        new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
    with removed_if_empty(folder) if new else contextlib.nullcontext():
        _refuse_strangers(folder)
        with files.locked(folder):
            files.sweep(folder, OURS)
            yield


@contextlib.contextmanager
def removed_if_empty(folder: Path) -> Iterator[None]:
    """Remove a folder in the end if nothing is in it."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _refuse_strangers(folder: Path) -> None:
    """Raise unless a folder is a run's, or holds nothing but what a run's beginning left."""
    with files.access(folder, "read"):
        names = sorted(path.name for path in folder.iterdir())
    if MANIFEST in names:
        Manifest.read(folder / MANIFEST)
        return
    if PARTS in names:
        message = f"{folder} holds no run, but parts of one: strandline merge {folder} makes the run of them"
        raise RunError(message)
    ours = files.unfinished_of(re.escape(MANIFEST))
    if strangers := [name for name in names if name != files.LOCK and not ours.fullmatch(name)]:
        message = f"{folder} holds no run, but {strangers[0]}; give a directory that is new or empty"
        raise RunError(message)


def begin(folder: Path, wanted: Manifest) -> tuple[Manifest, ZarrStore | NoPaths]:
    """Start a run in a folder that is locked, or go on with the one that is there, if `going_on` lets it."""
    wanted = going_on(folder, wanted)
    wanted.write(folder / MANIFEST)
    store = store_of(folder, wanted)
    store.prepare(wanted.plan.batches)
    return wanted, store


def going_on(folder: Path, wanted: Manifest) -> Manifest:
    """Return the manifest of a run that begins in a folder, or goes on there; nothing is written.

    Raises
    ------
    RunError
        The folder holds another run, or more paths than asked for.
    """
    if (folder / MANIFEST).exists():
        found = Manifest.read(folder / MANIFEST)
        if differences := found.differences(wanted):
            message = f"{folder} holds another run: {'; '.join(differences)}. Give another directory"
            raise RunError(message)
        if found.plan.paths > wanted.limit:
            message = (
                f"{folder} holds {found.plan.paths} paths, more than the {wanted.limit} asked for. "
                "Give another directory"
            )
            raise RunError(message)
        wanted = replace(wanted, created=found.created, timings=found.timings)
    return wanted


def reopen(folder: Path) -> tuple[Manifest, ZarrStore | NoPaths]:
    """Return the run in a folder, to be read."""
    manifest = Manifest.read(folder / MANIFEST)
    return manifest, store_of(folder, manifest)


def store_of(folder: Path, manifest: Manifest) -> ZarrStore | NoPaths:
    """Return the store of a run in a folder."""
    if manifest.keep == "summary":
        return NoPaths(tuple(manifest.metrics), manifest.plan.dtype)
    return paths_of(folder, manifest)


def paths_of(folder: Path, manifest: Manifest) -> ZarrStore:
    """Return the store of all paths of a run, or of a part of it, in a folder."""
    return ZarrStore(folder / STORE, tuple(manifest.metrics), manifest.plan.dtype, manifest.identity)


class ManifestWriter:
    """Updates the manifest of a run under way in the run's folder, where it has one.

    Parameters
    ----------
    folder
        None for a run in memory.
    manifest
        As the run begins.
    """

    def __init__(self, folder: Path | None, manifest: Manifest) -> None:
        self.manifest = manifest
        self._folder = folder
        self._written = time.monotonic()

    def progress(self, plan: Plan, batches_done: int) -> None:
        """Record how far the run has come of what is now planned; on disk now and then."""
        self.manifest = replace(self.manifest, plan=plan, batches_done=batches_done)
        if time.monotonic() - self._written > SECONDS_BETWEEN_WRITES:
            self._write()

    def close(self, status: Status, **outcome: Any) -> None:
        """Write how the run ended: its timings, what is not finite, what accuracy it achieved."""
        self.manifest = replace(self.manifest, status=status, **outcome)
        self._write()

    def _write(self) -> None:
        if self._folder is not None:
            self.manifest.write(self._folder / MANIFEST)
            self._written = time.monotonic()


def unfinished_or_new(
    root: Path,
    name: str,
    study_hash: str,
    plan: Plan,
    draws: DrawsKey,
    until: str = "",
    most: int = 0,
    model_sha256: str = "",
    fixed_from: Mapping[str, Any] = MappingProxyType({}),
    keep: Keep = "all",
) -> Path:
    """Return where a run belongs under `root`: an unfinished one of the same numbers, or a new folder.

    The folder's name is <utc>-<study>-<hash8>, or <utc>.<n>-<study>-<hash8> where that is taken; the hash is
    of the study, the seed, the sampler, the precision, the number of paths and the targets. Of the study's
    name stands there what any system takes for a part of a file's name and any terminal can show. A new
    folder is made here: of two processes that choose at once, each has its own.

    Parameters
    ----------
    root, name, study_hash, plan
        Folder of runs; the study; what is asked for, or to begin with.
    draws
        What decides the draws: a run that was begun on others is not gone on with.
    until, most
        Of a run that has targets of accuracy: these as text, and the most paths to come to.
    model_sha256
        Of the source of a model that was loaded by its name: a run of another one is not gone on with.
    fixed_from
        Distributions in whose place the study has numbers: nor is a run with others.
    keep
        What is kept of the paths: nor is a run that keeps something else.
    """
    numbers = [study_hash, plan.seed, plan.sampler, plan.dtype, plan.paths, *([until] if until else [])]
    numbers += [keep] if keep != "all" else []
    hash8 = hashlib.sha256(json.dumps(numbers).encode()).hexdigest()[:8]
    ending = f"-{label(name)}-{hash8}"
    before = [path for path in root.iterdir() if path.name.endswith(ending)] if root.is_dir() else []
    for folder in sorted(before, reverse=True):
        with contextlib.suppress(StrandlineError):
            found = Manifest.read(folder / MANIFEST)
            begun = not found.finished and found.plan.paths <= max(plan.paths, most)
            same = found.model_sha256 == model_sha256 and found.fixed_from == fixed_from
            if begun and same and found.keep == keep and not found.draws_key.differences(draws):
                return folder
    return new_folder(root, ending)


def new_folder(root: Path, ending: str) -> Path:
    """Make a folder that is nobody else's, <utc><ending> or <utc>.<n><ending> where that is taken."""
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    stamp, taken = now, 1
    while True:
        folder = root / f"{stamp}{ending}"
        with files.access(folder, "make"), contextlib.suppress(FileExistsError):
            folder.mkdir(parents=True)
            return folder
        taken += 1
        stamp = f"{now}.{taken}"


def label(name: str) -> str:
    """Return what of a name can stand in a file's name: no separator, nothing invisible, not too long."""
    printable = "".join(c if c.isprintable() and c not in "/\\:" else "-" for c in name)
    return printable.encode(errors="replace")[:LONGEST_LABEL].decode(errors="ignore")
