"""Commands that compute a run again, found from the run itself."""

import shlex

from simulator.errors import StrandlineError
from simulator.run import Run
from simulator.study import Study, load_study, shipped_sets


def commands(run: Run) -> dict[str, str]:
    """Return the commands that compute a run again (``again``) and that hold it against itself (``verify``).

    The first is left out where the study is no shipped set, nor one with priors held at numbers.
    """
    plan, told = run.plan, {}
    settings = overrides(run.study)
    if settings is not None:
        words = ["strandline", "run", run.study.name, "--paths", str(plan.paths), "--seed", str(plan.seed)]
        words += ["--sampler", plan.sampler]
        for name, value in settings.items():
            words += ["--set", f"{name}={value!r}"]
        told["again"] = shlex.join(words)
    if run.directory is not None:
        told["verify"] = shlex.join(["strandline", "verify", run.directory.name])
    return told


def overrides(study: Study) -> dict[str, float] | None:
    """Return the priors held at numbers in a shipped set; None where that does not make the study."""
    if study.name not in shipped_sets() or study.model is not None:
        return None
    try:
        base = load_study(study.name)
        held = {
            name: float(prior.parameters["value"])
            for name, prior in study.priors.items()
            if prior.family == "fixed" and prior != base.priors.get(name) and name in base.priors
        }
        held = {name: value for name, value in held.items() if _value(base, name) != value}
        return held if base.override(held).hash == study.hash else None
    except StrandlineError:
        return None


def _value(study: Study, name: str) -> float | None:
    prior = study.priors[name]
    return float(prior.parameters["value"]) if prior.family == "fixed" else None
