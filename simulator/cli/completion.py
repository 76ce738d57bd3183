"""What the shell offers after Tab: studies, run directories, and the names that --set takes."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator.errors import StrandlineError

DEFAULT_STUDY = "hyperscalers-2026-01"
#: Folder that runs and updates are stored in by default.
RUNS = Path("runs")

#: Files that say what a folder is: a run's, an update's.
RECORDS = ("manifest.json", "update.json")


#: The arguments typed so far, by name; `raw` of each is its text, or None. cyclopts exports no type of it.
type Typed = Any


def studies(_: Typed) -> Iterator[str]:
    """Give the shipped prior sets, then the TOML files and the folders of them that are here."""
    from simulator.study import shipped_sets

    yield from shipped_sets()
    here = Path()
    yield from sorted(str(path) for path in here.glob("*.toml"))
    yield from sorted({str(path.parent) for path in here.glob("*/*.toml")})


def runs(_: Typed) -> Iterator[str]:
    """Give the runs and updates in the folder of runs."""
    for record in RECORDS:
        yield from sorted(str(path.parent) for path in RUNS.glob(f"*/{record}"))


def studies_and_runs(context: Typed) -> Iterator[str]:
    """Give what a verb takes that reads either."""
    yield from studies(context)
    yield from runs(context)


def settings(context: Typed) -> Iterator[tuple[str, str]]:
    """Give NAME= for every prior of the study that the command names, with its unit and family."""
    from simulator.study import load_study

    with contextlib.suppress(StrandlineError, KeyError):
        asked = context["study"].raw or DEFAULT_STUDY
        for prior in load_study(asked).priors.values():
            yield f"{prior.name}=", f"{prior.family}, {prior.unit}".removesuffix(", ")


def priors(context: Typed) -> Iterator[str]:
    """Give the names of the priors of the study that the command names."""
    for name, _ in settings(context):
        yield name.removesuffix("=")
