"""A study's mechanisms and structures together, on the same draws: what ``strandline structure`` shows."""

from dataclasses import dataclass
from typing import Any

from simulator.analysis.run import Progress, simulate
from simulator.analysis.structures.mechanisms import Mechanisms, mechanisms
from simulator.analysis.structures.result import SCHEMA, Structures
from simulator.analysis.structures.weighted import computed
from simulator.errors import UsageError
from simulator.study import Study
from simulator.study.canonical import plain
from simulator.study.changes import Change


@dataclass(frozen=True, slots=True)
class Tables:
    """Both of a study, each None where it has none.

    Attributes
    ----------
    study, study_hash, overrides
        What was asked.
    seed, paths
        Of the common draws.
    """

    study: str
    study_hash: str
    overrides: tuple[Change, ...]
    seed: int
    paths: int
    mechanisms: Mechanisms | None
    structures: Structures | None

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for JSON, each with its error."""
        about = ("study", "study_hash", "overrides", "seed", "paths", "mechanisms", "structures")
        return {"schema": SCHEMA, **{name: plain(getattr(self, name)) for name in about}}


def tables(
    study: Study,
    *,
    paths: int,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Tables:
    """Return what mechanisms and structures do, of a study that has either.

    Parameters
    ----------
    study, paths, seed, threads, progress
        As `mechanisms` takes them.

    Raises
    ------
    UsageError
        It has neither.
    """
    if not study.mechanisms and not study.structures:
        message = f"the study {study.name}: found neither [mechanism.NAME] nor [structure.NAME]; allowed: one"
        raise UsageError(message)
    run = simulate(study, paths=paths, seed=seed, threads=threads, progress=progress or False)
    return Tables(
        study.name,
        study.hash,
        study.changes,
        seed,
        run.plan.paths,
        mechanisms(study, paths=paths, seed=seed, threads=threads, progress=progress)
        if study.mechanisms
        else None,
        computed(run, run.plan.paths, threads, progress),
    )
