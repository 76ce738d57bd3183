"""What a run was: enough to judge it, to find it, and to have it again."""

import shlex
from collections.abc import Iterable, Mapping

from simulator.analysis.reproduce import is_shipped, model_option
from simulator.analysis.run import Difference, Run, Verification
from simulator.analysis.run.agreement import CROSSING, ROUNDING, TOLERANCE
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
    plan, host, versions = run.plan, {**runtime.host(), **run.platform}, runtime.versions()
    lines = {
        "Study": f"{run.study.name}, as known on {long_date(run.study.as_of)}, "
        f"{len(run.study.priors)} priors, hash {run.study.hash[:12]}",
        "Paths": f"{plan.paths:,} by {plan.sampler}, seed {plan.seed}, {plan.dtype}",
        "Time": f"{run.timings['total']:.1f} s on {_computer(host, threads)}, "
        f"{run.timings['compile']:.1f} s of it to compile{_beside(structures)}",
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


def _computer(host: Mapping[str, str | int], threads: int | None) -> str:
    """Return what computed: so many threads of the processor, or an accelerator."""
    return count(threads or runtime.cores(), "thread") if host["backend"] == "cpu" else str(host["device"])


def merged_facts(run: Run, structures: float | None) -> dict[str, str]:
    """Return what a run of parts was: as `facts`, without what is known of each part alone.

    Parameters
    ----------
    run
        The run.
    structures
        As for `facts`.
    """
    lines = facts(run, run.study.name, None, structures)
    lines["Time"] = f"{run.timings['total']:.1f} s, the part that took longest{_beside(structures)}"
    del lines["Machine"]
    if not is_shipped(run.study):  # and what the study was called on the command line is not stored
        lines = {name: text for name, text in lines.items() if name not in ("Again", "Check")}
    return lines


def _beside(structures: float | None) -> str:
    return "" if structures is None else f"; {structures:.1f} s more for its structures"


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


def compared(run: Run, again: Verification) -> str:
    """Return how a run was compared with what another kind of machine computes."""
    made, here = runtime.kind_of(run.platform), runtime.kind_of(again.machine)
    how = (
        f"each metric is compared to {TOLERANCE} of its spread, but for {CROSSING:.1%} of the "
        "paths of a batch"
        if run.keep == "all"
        else f"each statistic and its standard error are compared to {ROUNDING:.0%} of the latter"
    )
    return f"within tolerances: it was computed on {made}, and now on {here}; {how}"


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
