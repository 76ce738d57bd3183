"""What a verb that ends with a run prints: the verdict with its errors, the structures, the report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from simulator.errors import StrandlineError
from simulator.report.console import errors, print_note, write_text

if TYPE_CHECKING:
    from simulator.analysis.run import Run
    from simulator.analysis.structures import Structures
    from simulator.estimate import Summary


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that is complete.

    Attributes
    ----------
    run
        The run.
    summary
        Its statistics.
    gate
        Why it is not good enough, raised in the end.
    """

    run: "Run"
    summary: "Summary"
    gate: StrandlineError | None


def outcome(finish: "Callable[[], Run]") -> Outcome:
    """Return the run that a function returns, or raises that it is not good enough."""
    from simulator.analysis.run import AccuracyError, NotFiniteError

    gate: StrandlineError | None = None
    try:
        run = finish()
    except (AccuracyError, NotFiniteError) as error:
        gate, run = error, error.run
    return Outcome(run, run.summarise(), gate)


def show(
    found: Outcome,
    folder: Path,
    facts: Callable[[float | None], Mapping[str, str]],
    threads: int | None,
    *,
    full: bool,
    json: bool,
    report: bool,
    quiet: bool,
) -> None:
    """Print a run that is complete, its verdict first, and raise where it is not good enough.

    Parameters
    ----------
    found
        The run.
    folder
        Where it is stored.
    facts
        Returns what the run was, in lines of a name and a text, of the seconds that its structures took.
    threads
        For the structures of its study.
    full, json, report, quiet
        As the options of the verb.
    """
    from simulator.report import console, terminal

    run, summary = found.run, found.summary
    if not json:
        terminal.print_verdict(console.output(), summary, run.study)
    began = perf_counter()
    alternatives, gate = _structures(found, folder, threads, quiet=quiet)
    seconds = None if alternatives is None else perf_counter() - began
    if json:
        from simulator.estimate import to_json

        if not quiet:
            print_note(f"stored in {folder}")  # first, for the next line may fail
        own = {} if alternatives is None else {"structures": alternatives.to_json()}
        write_text(to_json(summary.to_json() | own) + "\n")
    elif full:
        from simulator.analysis.explanation.thresholds import other_rules
        from simulator.report.rules import by_rules

        judged = summary.verdicts if run.keep == "all" else {}  # other rules judge every path anew
        others = other_rules(run, next(iter(judged))) if judged else ()
        rules = by_rules(summary, run.study, others)
        terminal.print_all(console.output(), summary, run.study, facts(seconds), [rules], alternatives)
    else:
        terminal.print_run(console.output(), summary, run.study, facts(seconds), alternatives)
    if report:
        from simulator.cli.report import write_report

        write_report(run, folder, quiet=quiet)
    if gate is not None:
        raise gate


def _structures(
    found: Outcome, folder: Path, threads: int | None, *, quiet: bool
) -> "tuple[Structures | None, StrandlineError | None]":
    """Return the structures of a run's study, and why the run or they are not good enough."""
    from simulator.progress import bar

    try:
        from simulator.analysis import structures  # not before the first verdict, which needs none of it
        from simulator.analysis.run import NotFiniteError

        if isinstance(found.gate, NotFiniteError):
            return None, found.gate
        with bar(found.run.plan.paths, errors(), quiet=quiet, work="its structures") as progress:
            return structures.structures(found.run, threads=threads, progress=progress), found.gate
    except StrandlineError as error:
        return None, found.gate or error
    except KeyboardInterrupt as error:
        message = f"interrupted: the run is stored in {folder}, without its structures"
        raise KeyboardInterrupt(message) from error
