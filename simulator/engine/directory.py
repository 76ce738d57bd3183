"""A run directory: manifest.json, store/ and the lock, opened by one process at a time."""

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator.engine import files
from simulator.engine.manifest import Manifest, Status
from simulator.engine.plan import Plan
from simulator.engine.zarr_store import ZarrStore
from simulator.errors import RunError, StrandlineError
from simulator.sampling import DrawsKey

MANIFEST = "manifest.json"
STORE = "store"

#: How often a run under way says in its manifest how far it is  [s]
SECONDS_BETWEEN_NOTES = 2.0


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make the folder where it is not there, and hold it against every other process."""
    with files.access(folder, "make"):
        folder.mkdir(parents=True, exist_ok=True)
    with files.held(folder):
        files.sweep(folder)
        yield


def begin(folder: Path, wanted: Manifest) -> tuple[Manifest, ZarrStore]:
    """Start a run in a folder that is held, or go on with the one that is there.

    Raises
    ------
    RunError
        The folder holds another run, or more paths than asked for, or something that is no run.
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
        wanted = replace(wanted, created=found.created)
    elif strangers := sorted(path.name for path in folder.iterdir() if path.name != files.LOCK):
        message = f"{folder} holds no run, but {strangers[0]}; give a directory that is new or empty"
        raise RunError(message)
    wanted.write(folder / MANIFEST)
    store = ZarrStore(folder / STORE, tuple(wanted.metrics), wanted.plan.dtype)
    store.prepare(wanted.plan.rounds)
    return wanted, store


def reopen(folder: Path) -> tuple[Manifest, ZarrStore]:
    """Return the run in a folder, to be read."""
    manifest = Manifest.read(folder / MANIFEST)
    return manifest, ZarrStore(folder / STORE, tuple(manifest.metrics), manifest.plan.dtype)


class Journal:
    """The manifest of a run under way, kept current in the run's folder, where it has one.

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

    def note(self, plan: Plan, rounds_done: int) -> None:
        """Take down how far the run has come of what is now planned; on disk now and then."""
        self.manifest = replace(self.manifest, plan=plan, rounds_done=rounds_done)
        if time.monotonic() - self._written > SECONDS_BETWEEN_NOTES:
            self._write()

    def close(self, status: Status, **outcome: Any) -> None:
        """Write how the run ended: its timings, what is not finite, what accuracy it achieved."""
        self.manifest = replace(self.manifest, status=status, **outcome)
        self._write()

    def _write(self) -> None:
        if self._folder is not None:
            self.manifest.write(self._folder / MANIFEST)
            self._written = time.monotonic()


def place(
    root: Path,
    name: str,
    study_hash: str,
    plan: Plan,
    draws: DrawsKey,
    until: str = "",
    most: int = 0,
) -> Path:
    """Return where a run belongs under `root`: an unfinished one of the same numbers, or a new folder.

    The folder's name is <utc>-<study>-<hash8>, or <utc>.<n>-<study>-<hash8> where that is taken; the hash is
    of the study, the seed, the sampler, the precision, the number of paths and the targets. A new folder is
    made here: of two processes that choose at once, each has its own.

    Parameters
    ----------
    root, name, study_hash, plan
        Folder of runs; the study; what is asked for, or to begin with.
    draws
        What decides the draws: a run that was begun on others is not gone on with.
    until, most
        The targets as they were written, and the most paths to come to, of a run that has any.
    """
    numbers = [study_hash, plan.seed, plan.sampler, plan.dtype, plan.paths, *([until] if until else [])]
    hash8 = hashlib.sha256(json.dumps(numbers).encode()).hexdigest()[:8]
    for folder in sorted(root.glob(f"*-{name}-{hash8}"), reverse=True):
        with contextlib.suppress(StrandlineError):
            found = Manifest.read(folder / MANIFEST)
            begun = not found.finished and found.plan.paths <= max(plan.paths, most)
            if begun and not found.draws_key.differences(draws):
                return folder
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    stamp, taken = now, 1
    while True:
        folder = root / f"{stamp}-{name}-{hash8}"
        with files.access(folder, "make"), contextlib.suppress(FileExistsError):
            folder.mkdir(parents=True)
            return folder
        taken += 1
        stamp = f"{now}.{taken}"
