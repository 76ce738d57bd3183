"""What the shell offers after Tab: studies, run directories, and the names that --set takes."""

import ast
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import StrandlineError

if TYPE_CHECKING:
    from simulator.study import Prior

DEFAULT_STUDY = "hyperscalers-2026-01"
#: Folder that runs and updates are stored in by default.
RUNS = Path("runs")

#: The file that a run's folder has, and that of an update.
RECORDS = ("manifest.json", "update.json")


#: The arguments typed so far, by name; `raw` of each is its text, or None. cyclopts exports no type of it.
type Typed = Any


def studies(_: Typed) -> Iterator[str]:
    """Give the shipped prior sets and latest, then the TOML files and the folders of them that are here."""
    from simulator.study import LATEST, shipped_sets

    yield from (*shipped_sets(), LATEST)
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


def folders_of_parts(_: Typed) -> Iterator[str]:
    """Give the folders here, and in the folder of runs, that hold parts of a run."""
    for place in (Path(), RUNS):
        yield from sorted(str(path.parent) for path in place.glob("*/parts"))


def models(_: Typed) -> Iterator[str]:
    """Give FILE.py:FUNCTION for every function of the Python files that are here; none of them is run."""
    for path in sorted(Path().glob("*.py")):
        with contextlib.suppress(OSError, ValueError, SyntaxError, RecursionError):
            for node in ast.parse(path.read_bytes()).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"{path}:{node.name}"


def settings(context: Typed) -> Iterator[tuple[str, str]]:
    """Give NAME= for every prior of the study that the command names, and NAME.median= where it has one."""
    from simulator.study.location import takes_median

    for prior in _priors(context):
        about = f"{prior.family}, {prior.unit}".removesuffix(", ")
        yield f"{prior.name}=", about
        if takes_median(prior):
            yield f"{prior.name}.median=", f"median of {about}"


def priors(context: Typed) -> Iterator[str]:
    """Give the names of the priors of the study that the command names."""
    for prior in _priors(context):
        yield prior.name


def _priors(context: Typed) -> "Iterator[Prior]":
    """Give the priors of the study that the command names; none of one that cannot be read."""
    from simulator.study import load_study

    with contextlib.suppress(StrandlineError, KeyError):
        yield from load_study(context["study"].raw or DEFAULT_STUDY).priors.values()
