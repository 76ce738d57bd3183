"""A posterior: its numbers and its draws, in memory or in a directory."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.analysis.learning.summary import SCHEMA, PriorUpdate, UpdateSummary
from simulator.engine import files
from simulator.errors import RunError
from simulator.estimate import to_json

if TYPE_CHECKING:
    from xarray import DataTree

#: The files of an update: the numbers, written last, and the draws.
SUMMARY, TREE = "update.json", "update.zarr"


@dataclass(frozen=True, eq=False)
class Posterior:
    """What a study believes after evidence.

    Attributes
    ----------
    numbers
        As `summary` returns them.
    tree
        The draws, as `to_datatree` returns them.
    """

    numbers: UpdateSummary
    tree: DataTree

    @property
    def method(self) -> str:
        """``reweighting`` or ``tempering``."""
        return self.numbers.method.name

    @property
    def passed(self) -> bool:
        """Whether the posterior can be trusted: every diagnostic of its method was passed."""
        return self.numbers.method.passed

    def summary(self) -> UpdateSummary:
        """Return verdicts before and after, what moved, predictions and diagnostics.

        Its `to_json` returns what ``--json`` prints.
        """
        return self.numbers

    def to_datatree(self) -> DataTree:
        """Return prior, posterior, predictions, observations and log-likelihood as ArviZ has them."""
        return self.tree

    def moved(self, least: float = 0.1) -> list[PriorUpdate]:
        """Return the priors whose mean moved by at least so many standard deviations, the furthest first."""
        return [one for one in self.numbers.moved if abs(one.shift.value) >= least]

    def save(self, folder: str | Path) -> Path:
        """Write the update into a folder that is new or empty, and return it.

        Raises
        ------
        RunError
            Something is in the folder already.
        """
        folder = Path(folder)
        refuse_occupied(folder)
        with files.access(folder, "make"):
            folder.mkdir(parents=True, exist_ok=True)
        with files.locked(folder):
            refuse_occupied(folder)
            left = folder / f"{TREE}{files.UNFINISHED}"
            with files.access(left, "write"):
                for unfinished in (left, folder / TREE):
                    shutil.rmtree(unfinished, ignore_errors=True)
                self.tree.to_zarr(left, zarr_format=3, consolidated=False, mode="w")
                left.rename(folder / TREE)
            files.write_whole(folder / SUMMARY, [to_json(self.numbers.to_json()).encode()], flush=True)
        return folder


def refuse_occupied(folder: str | Path) -> None:
    """Refuse a folder that is neither new nor empty, nor holds an update of ours that was never finished.

    The numbers are written last, and with them an update is there: draws without them, beside our lock, are
    what a process left that was killed, and are written again.

    Raises
    ------
    RunError
        Something else is in the folder, or a whole update is.
    """
    folder = Path(folder)
    if not folder.exists():
        return
    with files.access(folder, "read"):
        found = sorted(path.name for path in folder.iterdir())
    ours = {files.LOCK, TREE, f"{TREE}{files.UNFINISHED}"}
    foreign = [name for name in found if name not in ours and not _unfinished_summary(name)]
    if not foreign and files.LOCK not in found:
        foreign = [name for name in found if not _empty(folder / name)]
    if foreign:
        message = f"{folder} is not empty: it holds {foreign[0]}; give a directory that is new or empty"
        raise RunError(message)


def _empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _unfinished_summary(name: str) -> bool:
    return files.unfinished_of(re.escape(SUMMARY)).fullmatch(name) is not None


def is_update(folder: str | Path) -> bool:
    """Whether a directory holds an update."""
    return (Path(folder) / SUMMARY).is_file()


def open_update(folder: str | Path) -> Posterior:
    """Return the update in a directory.

    Raises
    ------
    RunError
        There is none, or it cannot be read.
    """
    from xarray import open_datatree

    numbers = read_summary(folder)
    path = Path(folder) / TREE
    with files.access(path, "read"):
        tree = open_datatree(path, engine="zarr", consolidated=False)
    return Posterior(numbers, tree)


def read_summary(folder: str | Path) -> UpdateSummary:
    """Return the numbers of the update in a directory.

    Raises
    ------
    RunError
        There is none, or it cannot be read.
    """
    path = Path(folder) / SUMMARY
    if not path.is_file():
        message = f"{folder} holds no update: no {SUMMARY} in it"
        raise RunError(message)
    with files.access(path, "read"):
        text = path.read_text(encoding="utf-8")
    try:
        found = json.loads(text)
        if not isinstance(found, dict) or (found.get("schema"), found.get("kind")) != (SCHEMA, "update"):
            message = f"{path} was written by another version of strandline"
            raise RunError(message)
        return UpdateSummary.from_json(found)
    except ValueError as error:
        message = f"{path} cannot be read: {error}"
        raise RunError(message) from error
