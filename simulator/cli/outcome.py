"""What a verb that ends with a run prints: the verdict with its errors, the structures, the report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from simulator.errors import StrandlineError
from simulator.report.console import print_note, write_text

if TYPE_CHECKING:
    from simulator.analysis.run import Run
    from simulator.analysis.structures import Structures
    from simulator.estimate import Summary
    from simulator.progress import Report


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that is complete, and what is printed of it.

    Attributes
    ----------
    run, summary, structures
        The run, its statistics, and its structures, where they could be computed.
    seconds
        How long the structures took beside the run  [s]
    gate
        Why the run is not good enough, raised in the end.
    """

    run: "Run"
    summary: "Summary"
    structures: "Structures | None"
    seconds: float | None
    gate: StrandlineError | None


def outcome(finish: "Callable[[], Run]", folder: Path, threads: int | None, progress: "Report") -> Outcome:
    """Return what a verb ends with.

    Parameters
    ----------
    finish
        Returns the run, or raises that it is not good enough.
    folder
        Where it is stored.
    threads, progress
        For the structures of its study.
    """
    from simulator.analysis import structures
    from simulator.analysis.run import AccuracyError, NotFiniteError

    gate: StrandlineError | None = None
    try:
        run = finish()
    except (AccuracyError, NotFiniteError) as error:
        gate, run = error, error.run
    summary, alternatives, simulated = run.summarise(), None, perf_counter()
    try:
        if not isinstance(gate, NotFiniteError):
            alternatives = structures.structures(run, threads=threads, progress=progress)
    except StrandlineError as error:
        gate = gate or error
    except KeyboardInterrupt as error:
        message = f"interrupted: the run is stored in {folder}, without its structures"
        raise KeyboardInterrupt(message) from error
    return Outcome(
        run, summary, alternatives, None if alternatives is None else perf_counter() - simulated, gate
    )


def show(
    found: Outcome,
    folder: Path,
    facts: Callable[[Outcome], Mapping[str, str]],
    *,
    full: bool,
    json: bool,
    report: bool,
    quiet: bool,
) -> None:
    """Print a run that is complete, and raise where it is not good enough.

    Parameters
    ----------
    found
        The run.
    folder
        Where it is stored.
    facts
        Returns what the run was, in lines of a name and a text.
    full, json, report, quiet
        As the options of the verb.
    """
    run, summary, alternatives = found.run, found.summary, found.structures
    if json:
        from simulator.estimate import to_json

        if not quiet:
            print_note(f"stored in {folder}")  # first, for the next line may fail
        own = {} if alternatives is None else {"structures": alternatives.to_json()}
        write_text(to_json(summary.to_json() | own) + "\n")
    else:
        from simulator.report import console, terminal

        known = facts(found)
        if full:
            from simulator.analysis.explanation.thresholds import other_rules
            from simulator.report.rules import by_rules

            others = other_rules(run, next(iter(summary.verdicts))) if summary.verdicts else ()
            rules = by_rules(summary, run.study, others)
            terminal.print_all(console.output(), summary, run.study, known, [rules], alternatives)
        else:
            terminal.print_run(console.output(), summary, run.study, known, alternatives)
    if report:
        from simulator.cli.report import write_report

        write_report(run, folder, quiet=quiet)
    if found.gate is not None:
        raise found.gate
