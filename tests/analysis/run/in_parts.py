"""A run in parts, in tests of parts that keep all paths and of those that keep a summary."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from simulator import simulate_part
from simulator.engine import part_folders
from simulator.study import Study
from tests.analysis.run.small_run import margin

PARTS = 3


def further(draws: dict[str, Any]) -> dict[str, Any]:
    """Another model, of the same metrics."""
    found = margin(draws)
    return {**found, "margin": found["margin"] + 1}


class Job(NamedTuple):
    """What all parts are given."""

    study: Study
    asked: dict[str, Any]

    def computed(self, out: Path, *parts: int) -> Path:
        """Compute parts here, all of them by default, and return their folder."""
        for number in parts or range(1, PARTS + 1):
            simulate_part(self.study, f"{number}/{PARTS}", out, **self.asked)
        return out


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_same(folder: Path, other: Path) -> None:
    """Two folders hold the same bytes, but for the times in their manifests."""
    ours, theirs = content(folder), content(other)
    mine, others = (json.loads(files.pop("manifest.json")) for files in (ours, theirs))
    assert ours == theirs
    for times in (mine.pop("timings"), others.pop("timings")):
        assert set(times) == {"compile", "total"}
    assert mine.pop("created")
    assert others.pop("created")
    assert mine == others


def part_of(shared: Path, number: int) -> Path:
    (folder,) = (one.folder for one in part_folders(shared) if one.part.number == number)
    return folder


def changed(record: Path, change: Callable[[dict[str, Any]], None]) -> None:
    found = json.loads(record.read_text())
    change(found)
    record.write_text(json.dumps(found))
