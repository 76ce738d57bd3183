"""Commands that compute a run again, found from the run itself."""

import shlex
from pathlib import Path

from simulator.analysis.run import Run, reference
from simulator.errors import StrandlineError
from simulator.study import Study, load_study, shipped_sets


def commands(run: Run) -> dict[str, str]:
    """Return the commands that compute a run anew (``again``) and that check what is stored (``verify``).

    The first is left out where the study cannot be had from a shipped set by settings alone.
    """
    plan, found = run.plan, {}
    if is_shipped(run.study):
        words = ["strandline", "run", run.study.name, "--paths", str(plan.paths), "--seed", str(plan.seed)]
        words += ["--sampler", plan.sampler]
        for change in run.study.changes:
            words += ["--set", change.setting]
        found["again"] = shlex.join(words)
    if run.directory is not None:
        words = ["strandline", "verify", str(location(run.directory)), *model_option(run)]
        found["verify"] = shlex.join(words)
    return found


def model_option(run: Run) -> list[str]:
    """Return the option that names the run's model again; none where the command line needs none."""
    name = reference(run.model)
    return ["--model", name] if name else []


def is_shipped(study: Study) -> bool:
    """Whether a study is a shipped set but for what was set in it."""
    if study.name not in shipped_sets() or study.model is not None:
        return False
    try:
        again = load_study(study.name, {change.name: change.value for change in study.changes})
    except StrandlineError:
        return False
    return again.hash == study.hash


def location(directory: Path) -> Path:
    """Return how a folder is named to others: the path below the working directory, or else its name alone.

    A report is handed on: where the run lies on the machine that made it is of no use there.
    """
    whole = directory.resolve()
    here = Path.cwd()
    return whole.relative_to(here) if whole != here and whole.is_relative_to(here) else Path(whole.name)
