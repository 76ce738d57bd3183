"""Commands by which a reader of a card watches a run, and challenges it: written from the run itself."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import date

from simulator.analysis.findings import Findings
from simulator.analysis.questions.event import feared_chance
from simulator.analysis.reproduce import commands, is_shipped, location, model_option
from simulator.analysis.run import Run
from simulator.analysis.run.program import of_domain
from simulator.estimate.verdicts import full_name


def monitoring_commands(run: Run, today: date | None, newer: Sequence[str]) -> dict[str, str]:
    """Return what is to be computed from time to time, by what it is for.

    Parameters
    ----------
    run
        With a directory: one in memory has no name on the command line, and only what needs none is returned.
    today
        The day until which evidence counts.
    newer
        The names of the same question asked on later days, the newest last.
    """
    found = {"verify": commands(run)["verify"]} if run.directory else {}
    if of_domain(run.study):
        found["score"] = "strandline score"
    if run.directory and of_domain(run.study):
        day = ["--as-of", today.isoformat()] if today else []
        found["update"] = _of_run(run, "update", *day)
    if run.directory and newer:
        found["diff"] = _of_run(run, "diff", newer[-1])
    return found


def challenge_commands(found: Findings, setting: str) -> dict[str, str]:
    """Return what attacks a run's answer, by what it is for; of a run in memory what needs no directory.

    Parameters
    ----------
    found
        The numbers of the run.
    setting
        A belief at a number, as ``--set`` takes it; empty for none.
    """
    return dict(_challenges(found, setting))


def _challenges(found: Findings, setting: str) -> Iterator[tuple[str, str]]:
    run, leader = found.run, next(iter(found.entities))
    if (again := commands(run).get("again")) is not None:
        yield "again", again
    if setting and is_shipped(run.study):
        yield "set", shlex.join(["strandline", "run", run.study.name, "--set", setting])
    if run.study.mechanisms and is_shipped(run.study) and not run.study.changes:
        yield "structure", shlex.join(["strandline", "structure", run.study.name])
    if run.directory is None:
        return
    yield "explain", _of_run(run, "explain")
    if chance := feared_chance(run):
        yield "flip", _of_run(run, "flip")
        yield "scenarios", _of_run(run, "scenarios", "--target", chance)
    if found.charted:
        mean = f"mean({full_name(found.charted[0].metric, leader)}) = 0"
        yield "stress", _of_run(run, "stress", "--target", mean)
    yield "whatif", _of_run(run, "whatif")


def _of_run(run: Run, verb: str, *words: str) -> str:
    assert run.directory is not None
    return shlex.join(["strandline", verb, str(location(run.directory)), *words, *model_option(run)])
