"""strandline report: a run as a document that can be handed on, and runs side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from simulator.cli.last import RUN, UPDATE, last
from simulator.cli.parameters import ARun, Flag, Language, Model, Quiet, named_model
from simulator.cli.subject import of_run
from simulator.cli.writing import write
from simulator.errors import UsageError
from simulator.report.console import errors, print_note, write_line, write_text
from simulator.report.saving import ENDINGS, destination

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from simulator.analysis.run import Run
    from simulator.progress import Step
    from simulator.report.page.document import Document
    from simulator.report.page.sections.change import ModelPage

type Format = Literal["html", "md", "json"]

#: Bytes of a file's name that leave room for what follows it.
LONGEST = 200


def report(
    *runs: Annotated[Path, ARun],
    format: Format = "html",
    out: Path | None = None,
    lang: Language = "en",
    small: Annotated[bool, Flag] = False,
    compare: Annotated[bool, Flag] = False,
    short: Annotated[bool, Flag] = False,
    with_model: Annotated[bool, Flag] = False,
    questions: Annotated[tuple[str, ...], Parameter(name="--ask", negative=(), show_default=False)] = (),
    model: Annotated[str | None, Model] = None,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Write the probability report of a run or an update, or with --compare the differences of runs.

    Parameters
    ----------
    runs
        A run directory, as named at the end of strandline run, or that of an update; the last one in runs/
        where none is named. With --compare two of runs or more.
    format
        html: one file that loads nothing, with charts. md: Markdown. json: the numbers alone.
    out
        File to write. By default HTML goes into the folder of the run, and the others to standard output. One
        that is there is replaced if it ends as the format does.
    lang
        English or Traditional Chinese.
    small
        A smaller HTML file: fewer large charts, and no values to be read by pointing.
    compare
        Runs of the same draws (seed, sampler, order, directions): the difference of each from the first, path
        by path.
    short
        The answer and the tables that it rests on, at most four pages of A4, for one run; html or md.
    with_model
        The model in the report: a reader changes a belief in it, and sees what becomes of the verdict. For
        one run; html.
    questions
        A question to the model, answered in a section of its own, by the name of its verb, such as scenarios;
        all, for every question. May be repeated. For one run.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION of the model of your own that made the run.
    quiet
        Show no progress on standard error.
    """
    if len(runs) < 2 if compare else len(runs) > 1:
        wanted = "two run directories or more" if compare else "one run directory, or none for the last one"
        message = f"strandline report: found {len(runs)} run directories; allowed: {wanted}"
        raise UsageError(message)

    if short and (compare or small or format == "json"):
        message = (
            "strandline report: found --short with --compare, --small or --format json; allowed: one alone"
        )
        raise UsageError(message)
    if with_model and (compare or short or format != "html"):
        other = "--compare" if compare else "--short" if short else f"--format {format}"
        message = f"strandline report: found --with-model with {other}; allowed: the HTML report of one run"
        raise UsageError(message)
    if questions and (compare or short):
        other = "--compare" if compare else "--short"
        message = f"strandline report: found --ask with {other}; allowed: the whole report of one run"
        raise UsageError(message)
    runs = runs or (last("strandline report", (RUN, UPDATE)),)
    name = _compared_with(runs) if compare else ("short" if short else "report")
    usual = runs[-1] / f"{name}{'' if lang == 'en' else f'.{lang}'}.html" if format == "html" else None
    asked = out or usual
    place = asked and destination("--out", asked, *ENDINGS[format])

    from simulator.analysis.learning import is_update
    from simulator.analysis.run import open_run
    from simulator.progress import steps

    with steps(errors(), quiet=quiet) as step:
        if not compare and is_update(runs[0]):
            if short or with_model or questions:
                option = "--short" if short else "--with-model" if with_model else "--ask"
                message = f"strandline report: {runs[0]} is an update; allowed with {option}: a run"
                raise UsageError(message)
            text = _of_update(runs[0], format, lang)
        elif short:
            text = _short(open_run(runs[0], named_model(model)), format, lang, step)
        else:
            named = named_model(model)
            opened = [open_run(run, named) for run in runs]
            page = _model_page(opened[0], lang, step) if with_model else None
            if compare:
                step("comparing")
                text = _compared(opened, format, lang, full=not small)
            else:
                text = _of_run(opened[0], format, lang, step, full=not small, page=page, asked=questions)
    if place is None:
        write_text(text)
    else:
        write_line(write(text, place))


def _compared_with(runs: tuple[Path, ...]) -> str:
    """Return the name of a comparison in the folder of its last run: another for other runs."""
    first, *others = (run.resolve().name for run in runs[:-1])
    name = "-".join(["compared-with", first, *others])
    return name if len(name.encode()) < LONGEST else f"compared-with-{first}-and-{len(others)}-more"


def _model_page(run: "Run", lang: Language, step: "Step") -> "ModelPage":
    """Return the page on which beliefs of a run's study are changed, for its report."""
    from simulator.report.page.sections.change import ModelPage
    from simulator.sampling import BATCH
    from simulator.whatif.making import portable_page

    study, plan = of_run(run)
    made = portable_page(study, None, plan, lang, step)
    return ModelPage(made.html, made.policy, BATCH)


def _short(run: "Run", format: Format, lang: Language, step: "Step") -> str:
    from simulator.analysis.findings import find
    from simulator.report.page.contents import short_report

    return _text(short_report(find(run, step), lang), format)


def write_report(run: "Run", folder: Path, *, quiet: bool) -> None:
    """Write a run's report into its folder, and name it on standard error."""
    from simulator.progress import steps

    with steps(errors(), quiet=quiet) as step:
        text = _of_run(run, "html", "en", step, full=True)
    written = write(text, folder / "report.html")
    if not quiet:
        print_note(f"report: {written}")


def write_update(folder: Path, *, quiet: bool) -> None:
    """Write the page of an update into its folder, and name it on standard error."""
    written = write(_of_update(folder, "html", "en"), folder / "report.html")
    if not quiet:
        print_note(f"report: {written}")


def _of_run(
    run: "Run",
    format: Format,
    lang: Language,
    step: "Step",
    *,
    full: bool,
    page: "ModelPage | None" = None,
    asked: Sequence[str] = (),
) -> str:
    from simulator.analysis.findings import find
    from simulator.report.answers import ask, sections
    from simulator.report.page.contents import report

    answers = ask(run, asked, step)
    found = find(run, step)
    step("writing the report")
    if format == "json":
        return _json(found.to_json() | ({"answers": answers.to_json()} if asked else {}))
    own = sections(answers, run, lang)
    return _text(report(found, lang, full=full, model_page=page, answers=own), format)


def _of_update(folder: Path, format: Format, lang: Language) -> str:
    from simulator.analysis.learning import read_summary
    from simulator.report.page.contents import learned

    found = read_summary(folder)
    return (
        _json(found.to_json())
        if format == "json"
        else _text(learned(found, folder.resolve().name, lang), format)
    )


def _compared(runs: "list[Run]", format: Format, lang: Language, *, full: bool) -> str:
    from simulator.analysis.comparison.paired import compare, compare_all
    from simulator.report.page.contents import comparison, several

    if len(runs) > 2:
        every = compare_all(*runs)
        return _json(every.to_json()) if format == "json" else _text(several(every, lang, full=full), format)
    pair = compare(*runs)
    return _json(pair.to_json()) if format == "json" else _text(comparison(pair, lang, full=full), format)


def _json(found: "Mapping[str, Any]") -> str:
    from simulator.estimate import to_json

    return to_json(found) + "\n"


def _text(document: "Document", format: Format) -> str:
    from simulator.report.page.html import to_html
    from simulator.report.page.markdown import to_markdown

    return to_html(document) if format == "html" else to_markdown(document)
