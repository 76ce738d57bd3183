"""What a run was: enough to judge it, to find it, and to have it again."""

import shlex
from collections.abc import Iterable

from simulator.analysis.reproduce import model_option
from simulator.analysis.run import Difference, Run
from simulator.engine import runtime
from simulator.report.console import count, long_date
from simulator.study import named
from simulator.study.changes import Change


def facts(run: Run, study: str, threads: int | None, structures: float | None = None) -> dict[str, str]:
    """Return what a run was, in lines of a name and a text.

    Parameters
    ----------
    run
        The run.
    study, threads
        The study and the number of threads as they were asked for.
    structures
        Seconds that the structures of the study took beside the run, if it has any.
    """
    plan, host, versions = run.plan, runtime.host(), runtime.versions()
    beside = "" if structures is None else f"; {structures:.1f} s more for its structures"
    lines = {
        "Study": f"{run.study.name}, as known on {long_date(run.study.as_of)}, "
        f"{len(run.study.priors)} priors, hash {run.study.hash[:12]}",
        "Paths": f"{plan.paths:,} by {plan.sampler}, seed {plan.seed}, {plan.dtype}",
        "Time": f"{run.timings['total']:.1f} s on {count(threads or runtime.cores(), 'thread')}, "
        f"{run.timings['compile']:.1f} s of it to compile{beside}",
        "Machine": f"{host['processor'] or host['machine']}, {count(int(host['cores']), 'core')}, "
        f"{host['system']}, {host['backend']}",
        "Versions": ", ".join(
            f"{name} {versions[name]}" for name in ("strandline", "python", "jax", "numpy", "scipy")
        ),
    }
    if run.study.changes:
        lines["Set"] = "; ".join(map(_was_set, run.study.changes))
    if run.directory is not None:
        lines["Stored in"] = str(run.directory)
    lines["Again"] = command(run, study)
    if run.directory is not None:
        lines["Verify"] = shlex.join(["strandline", "verify", str(run.directory), *model_option(run)])
    if run.study.checks and not run.study.changes:
        check = ["strandline", "priors", "check", named(study), *model_option(run), "--predictive"]
        lines["Check"] = f"{shlex.join(check)}  # its {len(run.study.checks)} facts; a run does not look"
    return lines


def _was_set(change: Change) -> str:
    """Return what was set, and in place of what."""
    return f"{change.setting} in place of {change.before}" if change.before else change.setting


def command(run: Run, study: str) -> str:
    """Return the command that has these very numbers again, also when a newer set has come."""
    plan = run.plan
    words = ["strandline", "run", named(study), *model_option(run)]
    if run.goal is None:
        words += ["--paths", str(plan.paths)]
    else:
        asked = run.goal.record()
        words += ["--until", ", ".join(asked["targets"])]
        words += ["--paths", str(asked["paths"]), "--max-paths", str(asked["max_paths"])]
    words += ["--seed", str(plan.seed), "--sampler", plan.sampler]
    words += [] if run.keep == "all" else ["--keep", run.keep]
    for change in run.study.changes:
        words += ["--set", change.setting]
    return shlex.join(words)


def differences(found: Iterable[Difference]) -> list[str]:
    """Return in words where a stored run differs from what is computed."""
    return [
        f"what was added up of {one.metric} over {one.paths:,} paths"
        if one.batch is None
        else f"batch {one.batch}: {one.metric} differs on {one.paths:,} paths"
        if one.metric
        else f"batch {one.batch}: missing or damaged"
        for one in found
    ]
