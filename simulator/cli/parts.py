"""strandline run --part and strandline merge: a run in parts that never talk, and the run that they make."""

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from simulator.cli import completion
from simulator.cli.outcome import outcome, show
from simulator.cli.parameters import AtLeastOne, Flag, Model, Quiet, named_model
from simulator.errors import UsageError
from simulator.report.console import errors, print_note, write_line

if TYPE_CHECKING:
    from simulator.progress import Report
    from simulator.study import Study

#: What a part is not asked for, and what to do instead.
REFUSED = {
    "--until": "all paths together show how many are enough; give --paths",
    "--max-paths": "it is for --until",
    "--executor": "a part is computed on this machine; give --threads",
    "--device gpu": "a part is computed on the processor; give --threads",
    "--report": "a part has no verdict; give strandline report the run that strandline merge makes",
    "--full": "a part has no verdict; give it to strandline merge",
    "--json": "a part has no verdict; give it to strandline merge",
}

AParts = Parameter(completer=completion.folders_of_parts)


def refuse_beside_part(out: Path | None, given: dict[str, Any]) -> None:
    """Raise where a part is asked for with what no part has, or without the folder that all parts share.

    Parameters
    ----------
    out
        The folder.
    given
        By option, what was given for it.

    Raises
    ------
    UsageError
        It is: with all that is wrong.
    """
    faults = [f"{option}: found beside --part; {why}" for option, why in REFUSED.items() if given[option]]
    if out is None:
        faults.append("--out: found nothing beside --part; allowed: the folder that all parts share")
    if faults:
        raise UsageError("\n".join(faults))


def compute_part(
    study: "Study", part: str, out: Path, progress: "Report", numbers: dict[str, Any], *, quiet: bool
) -> None:
    """Compute a part of a run, and print which batches are where.

    Parameters
    ----------
    study, part, out
        As given on the command line, the study read.
    progress
        Called with the paths of the part that are finished, and all of them.
    numbers
        What else `simulate_part` takes.
    quiet
        Say nothing of what to do next.
    """
    from simulator.analysis.run import simulate_part

    done = simulate_part(study, part, out, **numbers, progress=progress)
    write_line(f"part {done.part} is done: {done.batches} of {done.total} batches, in {done.folder}")
    if not quiet:
        print_note(f"once all parts are: {shlex.join(['strandline', 'merge', str(out)])}")


def merge(
    directory: Annotated[Path, AParts],
    /,
    *,
    model: Annotated[str | None, Model] = None,
    threads: Annotated[int | None, AtLeastOne] = None,
    report: Annotated[bool, Flag] = False,
    full: Annotated[bool, Flag] = False,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Make one run of the parts that strandline run --part computed, and print the verdict with its errors.

    Every part is looked at, and all that is missing or damaged is named with the command that makes it good.
    The folder is then the run's, with the same bytes as if it had been computed at once.

    Parameters
    ----------
    directory
        The folder that the parts share.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION of the model of your own that made the run.
    threads
        Threads to compute the structures of the study on, by default one for each core.
    report
        Then write the probability report into the folder of the run, as strandline report does.
    full
        Print every table: each metric, medians by verdict, the scorecard.
    json
        Print one JSON object, as strandline run does.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    from simulator.progress import bar

    with bar(1, errors(), quiet=quiet) as progress:
        from simulator.analysis.run import merge as merged

        finish = partial(merged, directory, named_model(model), progress)
        found = outcome(finish)

    def facts(seconds: float | None) -> dict[str, str]:
        from simulator.report.facts import merged_facts

        return merged_facts(found.run, seconds)

    show(found, directory, facts, threads, full=full, json=json, report=report, quiet=quiet)
