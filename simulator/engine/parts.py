"""A run in parts that never talk: each computes its own batches, into a folder of its own.

The folder of a part is named by the part, and by a digest of the kind of machine and of the packages. Two
processes that are given the same part at once therefore write the same bytes into the same files, and need no
lock; where their last bits may differ they have a folder each.
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.engine import files, runtime
from simulator.engine.checkpoint import TOTALS
from simulator.engine.directory import MANIFEST, PARTS, STORE
from simulator.engine.manifest import Manifest
from simulator.errors import RunError, UsageError
from simulator.sampling import BATCH

#: What a part says of itself, in the form of a manifest.
RECORD = "part.json"

_TEXT = re.compile(r"([1-9]\d{0,8})/([1-9]\d{0,8})")
_FOLDER = re.compile(r"([1-9]\d{0,8})-of-([1-9]\d{0,8})-[0-9a-f]{8}")


@dataclass(frozen=True, order=True, slots=True)
class Part:
    """One of so many parts of a run.

    Parameters
    ----------
    number
        Which, from 1.
    of
        How many there are.
    """

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> "Part":
        """Return the part that K/N is.

        Raises
        ------
        UsageError
            It is none.
        """
        found = _TEXT.fullmatch(text)
        part = cls(int(found[1]), int(found[2])) if found else None
        if part is None or part.number > part.of:
            message = f"part: found {text[:60]!r}; allowed: K/N, as 3/8, with K from 1 to N"
            raise UsageError(message)
        return part

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def batches(self, total: int) -> range:
        """Return which of so many batches are the part's: consecutive ones, the same number give or take one.

        Raises
        ------
        UsageError
            There are fewer batches than parts.
        """
        if self.of > total:
            message = f"part: found {self}; allowed: at most {total} parts, one for each {BATCH} paths"
            raise UsageError(message)
        return range((self.number - 1) * total // self.of, self.number * total // self.of)


@dataclass(frozen=True, slots=True)
class PartFolder:
    """A folder that a part was computed in: all of it, or what was done when the process was stopped."""

    part: Part
    folder: Path

    def manifest(self) -> Manifest:
        """Return what the part says of its run, and of the machine that computed it."""
        return Manifest.read(self.folder / RECORD)


def part_folders(shared: Path) -> list[PartFolder]:
    """Return the folders of parts in the folder of a run, in the order of the parts."""
    with files.access(shared / PARTS, "read"), contextlib.suppress(FileNotFoundError):
        return sorted(_part_folders(shared / PARTS), key=lambda one: (one.part, one.folder))
    return []


def _part_folders(parts: Path) -> Iterator[PartFolder]:
    for folder in parts.iterdir():
        named = _FOLDER.fullmatch(folder.name)
        if named and int(named[1]) <= int(named[2]):
            yield PartFolder(Part(int(named[1]), int(named[2])), folder)


def begin_part(shared: Path, part: Part, wanted: Manifest) -> tuple[Path, Manifest]:
    """Start a part of a run, or go on with what is there of it; return its folder and what it says of itself.

    Parameters
    ----------
    shared
        Folder of the run, in which other parts may be under way.
    part
        Which part.
    wanted
        The manifest of the whole run.

    Raises
    ------
    RunError
        The folder holds a run already, parts of another one, or something else.
    """
    with files.access(shared, "make"):
        shared.mkdir(parents=True, exist_ok=True)
    _refuse_strangers(shared)
    _refuse_other_parts(shared, part, wanted)
    made_by = json.dumps([runtime.kind_of(wanted.platform), dict(wanted.versions)])
    digest = hashlib.sha256(made_by.encode()).hexdigest()[:8]
    folder = shared / PARTS / f"{part.number}-of-{part.of}-{digest}"
    with files.access(folder, "make"):
        folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(RunError):  # of a record that is not there yet
        found = Manifest.read(folder / RECORD)
        wanted = replace(wanted, created=found.created, timings=found.timings)
    wanted.write(folder / RECORD)
    return folder, wanted


def _refuse_strangers(shared: Path) -> None:
    """Raise unless a folder is empty or holds parts of a run, and what merging them begins with."""
    with files.access(shared, "read"):
        names = sorted(path.name for path in shared.iterdir())
    if MANIFEST in names:
        message = f"{shared} holds a whole run already: no part is left to do. Give another directory"
        raise RunError(message)
    ours = files.unfinished_of("|".join(map(re.escape, (MANIFEST, TOTALS))))
    known = {PARTS, files.LOCK} | ({STORE, TOTALS} if PARTS in names else set())
    if strangers := [name for name in names if name not in known and not ours.fullmatch(name)]:
        message = f"{shared} holds no parts of a run, but {strangers[0]}; give a new or empty directory"
        raise RunError(message)


def _refuse_other_parts(shared: Path, part: Part, wanted: Manifest) -> None:
    """Raise where another part is of another run. One is read: they are many, and merging reads them all."""
    for other in part_folders(shared):
        if other.part.of != part.of:
            message = (
                f"{shared} holds parts of a run in {other.part.of} parts, not in {part.of}. Give another "
                "directory"
            )
            raise RunError(message)
        with contextlib.suppress(RunError):  # begun this moment, or damaged: merging says so
            found = other.manifest()
            break
    else:
        return
    if differences := part_differences(found, wanted):
        message = f"{shared} holds parts of another run: {'; '.join(differences)}. Give another directory"
        raise RunError(message)


def part_differences(found: Manifest, wanted: Manifest) -> list[str]:
    """Return what makes the runs that two parts are of two runs; the number of paths too."""
    differences = found.differences(wanted)
    if found.plan.paths != wanted.plan.paths:
        differences.append(f"paths {found.plan.paths} against {wanted.plan.paths}")
    return differences
