"""What a verb that takes a study or a run computes: the study, and on which draws."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.analysis.run import Run
    from simulator.engine import NamedModel, Plan
    from simulator.study import Study


def subject(name: str, seed: int | None, model: "NamedModel | None") -> "tuple[Study, Plan]":
    """Return the study that a name means, or that of a run, and the plan whose draws are taken.

    Parameters
    ----------
    name
        Of a study or of a run directory.
    seed
        Which draws; None for those of the run, or of seed 0.
    model
        The user's own; None for that of the study.
    """
    if (found := run_directory(name)) is not None:
        from simulator.analysis.run import open_run

        study, plan = of_run(open_run(found, model))
        return study, plan if seed is None else replace(plan, seed=seed)
    from simulator.analysis.run import read_study
    from simulator.engine import Plan

    return read_study(name, model=model), Plan(seed=seed or 0)


def of_run(run: "Run") -> "tuple[Study, Plan]":
    """Return the study of a run, with the model that ran it, and the plan whose draws it took."""
    from simulator.analysis.run.program import with_model

    return with_model(run.study, run.model), run.plan


def given(name: str) -> str:
    """Return the file or folder that a name means, as it was given; empty for a shipped set and for a run."""
    from simulator.study import is_shipped

    file = not is_shipped(name) and Path(name).exists() and run_directory(name) is None
    return name if file else ""


def run_directory(name: str) -> Path | None:
    """Return the run directory that a name means; None where it means a study."""
    from simulator.engine import MANIFEST
    from simulator.study import is_shipped

    path = Path(name)
    return path if not is_shipped(name) and (path / MANIFEST).is_file() else None
