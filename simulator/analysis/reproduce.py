"""Commands that compute a run again, found from the run itself."""

import shlex
from pathlib import Path
from typing import Any

from simulator.analysis.run import Run
from simulator.errors import StrandlineError
from simulator.study import Prior, Study, load_study, shipped_sets
from simulator.study.canonical import prior_to_dict
from simulator.study.override import settings_of
from simulator.study.written import written, written_setting


def commands(run: Run) -> dict[str, str]:
    """Return the commands that compute a run again (``again``) and that hold it against itself (``verify``).

    The first is left out where the study cannot be had from a shipped set by settings alone.
    """
    plan, found = run.plan, {}
    settings = overrides(run.study)
    if settings is not None:
        words = ["strandline", "run", run.study.name, "--paths", str(plan.paths), "--seed", str(plan.seed)]
        words += ["--sampler", plan.sampler]
        for name, value in settings.items():
            words += ["--set", f"{name}={value}"]
        found["again"] = shlex.join(words)
    if run.directory is not None:
        found["verify"] = shlex.join(["strandline", "verify", str(location(run.directory))])
    return found


def location(directory: Path) -> Path:
    """Return how a folder is named to others: the path below the working directory, or else its name alone.

    A report is handed on: where the run lies on the machine that made it is of no use there.
    """
    whole = directory.resolve()
    here = Path.cwd()
    return whole.relative_to(here) if whole != here and whole.is_relative_to(here) else Path(whole.name)


def overrides(study: Study) -> dict[str, str] | None:
    """Return what ``--set`` makes of a shipped set to have a study, as TOML; None where it cannot."""
    if study.name not in shipped_sets() or study.model is not None:
        return None
    try:
        base = load_study(study.name)
        given = {**_changed_settings(base, study), **_changed_priors(base, study)}
        same = base.override(given).hash == study.hash
    except StrandlineError:
        return None
    texts = {
        name: written_setting(study.priors[name]) if name in study.priors else written(value)
        for name, value in given.items()
    }
    return texts if same else None


def _changed_priors(base: Study, study: Study) -> dict[str, Any]:
    """Return the priors of a study whose numbers are not those of another, as `Study.override` takes them."""
    return {
        name: _value(prior)
        for name, prior in study.priors.items()
        if name in base.priors and _value(prior) != _value(base.priors[name])
    }


def _value(prior: Prior) -> Any:
    if prior.family == "fixed" and prior.size is None:
        return float(prior.parameters["value"])
    texts = ("basis", "sources", "as_of", "note")
    return {key: value for key, value in prior_to_dict(prior).items() if key not in texts}


def _changed_settings(base: Study, study: Study) -> dict[str, Any]:
    before = settings_of(base)
    return {
        name: value
        for name, value in settings_of(study).items()
        if name in before and value is not None and value != before[name]
    }
