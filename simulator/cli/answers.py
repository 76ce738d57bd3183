"""What the verbs that ask a model have in common: how an answer is printed, and written as a page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from simulator.cli.writing import write
from simulator.report.console import output, print_note, write_line, write_text
from simulator.report.saving import HTML, destination

if TYPE_CHECKING:
    from simulator.analysis.run import Run
    from simulator.cli.parameters import Language
    from simulator.report.answers import Answer

#: Metrics that a warning names.
MOST_NAMED = 3
#: The option of a page that an answer is written to.
Page = Annotated[Path | None, Parameter(name="--out", show_default=False)]


def place_of(page: Path | None) -> Path | None:
    """Return where the page of an answer is to be written; refused before anything is computed."""
    return page and destination("--out", page, *HTML)


def show(answer: "Answer", page: Path | None, lang: "Language", *, json: bool, quiet: bool) -> None:
    """Print an answer, as text or as JSON, and write its page where one is asked for.

    Parameters
    ----------
    answer
        What came of a question.
    page
        From `place_of`.
    lang
        Of the page.
    json, quiet
        As the options of the verb.
    """
    _warn_of(answer.run)
    try:
        _print(answer, json=json)
    finally:  # Whoever reads the text may leave before its end, as head does: the page is written still.
        if page is not None:
            from simulator.report.answers import page_of
            from simulator.report.page.html import to_html

            written = write(to_html(page_of(answer, lang)), page)
            (print_note if json else write_line)(f"page: {written}")
    if page is None and not (json or quiet):
        print_note("with its picture, as a page: --out FILE.html")


def _print(answer: "Answer", *, json: bool) -> None:
    """Print an answer as text or as JSON."""
    if json:
        from simulator.estimate import to_json

        write_text(to_json(answer.to_json()) + "\n")
    else:
        from simulator.report.answers import print_answer

        print_answer(output(), answer)


def _warn_of(run: "Run") -> None:
    """Say on standard error what is wrong with a run whose paths an answer rests on."""
    from simulator.analysis.run.faults import not_numbers

    where = run.directory or "this run"
    if run.status != "complete":
        print_note(
            f"warning: {where} is not complete: the answer rests on its first {run.plan.paths:,} paths"
        )
    if lost := not_numbers(run):
        names = ", ".join(lost[:MOST_NAMED]) + (", ..." if len(lost) > MOST_NAMED else "")
        print_note(
            f"warning: {where} has paths that are no numbers, which fit no verdict and no event: {names}"
        )
