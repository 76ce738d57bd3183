"""strandline card: what whoever answers for a model has to say of a run, to be signed."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from simulator.cli.last import last
from simulator.cli.parameters import ARun, Flag, Language, Model, Quiet, day_of, named_model
from simulator.cli.writing import write
from simulator.errors import UsageError
from simulator.report.console import errors, write_line, write_text
from simulator.report.saving import ENDINGS, destination

if TYPE_CHECKING:
    from simulator.analysis.card import Card
    from simulator.analysis.run import Run
    from simulator.progress import Step


def card(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    format: Literal["html", "md", "json"] = "html",
    out: Path | None = None,
    lang: Language = "en",
    today: str | None = None,
    verify: Annotated[bool, Flag] = False,
    score: Annotated[bool, Flag] = False,
    model: Annotated[str | None, Model] = None,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Write the model card of a run, from its purpose to its limits, to be reviewed and signed.

    Headings follow the US supervisors' guidance on model risk management: purpose and use, materiality,
    conceptual soundness, data and sources, outcomes, monitoring, challenge, limits. Every figure is of the
    run, or of evidence and scores that are named beside it; what the run does not know is said to be missing,
    and what a reviewer decides is left to be filled in.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    format
        html: one file that loads nothing. md: Markdown. json: the numbers alone.
    out
        File to write. By default HTML goes into the folder of the run, and the others to standard output. One
        that is there is replaced if it ends as the format does.
    lang
        English or Traditional Chinese.
    today
        Day from which ages are counted, as 2026-11-30; by default the day on which this is done.
    verify
        Compute the run again, and say whether it is the same.
    score
        Score forecasts made on past days, as strandline score does: half a minute more.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION of the model of your own that made the run.
    quiet
        Show no progress on standard error.
    """
    day = day_of("--today", today) or date.today()
    directory = directory or last("strandline card")
    name = f"card{'' if lang == 'en' else f'.{lang}'}.html"
    asked = out or (directory / name if format == "html" else None)
    place = asked and destination("--out", asked, *ENDINGS[format])

    from simulator.analysis.run import open_run
    from simulator.progress import steps

    with steps(errors(), quiet=quiet) as step:
        run = open_run(directory, named_model(model))
        text = _text(_card(run, day, step, verify=verify, score=score), format, lang)
    if place is None:
        write_text(text)
    else:
        write_line(write(text, place))


def _card(run: "Run", today: date, step: "Step", *, verify: bool, score: bool) -> "Card":
    from simulator.analysis.card import card_of, numbers

    if score:
        _refuse_unscored(run)
    found = numbers(run, step)
    if verify:
        step("computing the run again")
    verified = run.verification() if verify else None
    if score:
        step("forecasts made on past days")
    return card_of(found, today, verified=verified, scores=_scores() if score else None)


def _refuse_unscored(run: "Run") -> None:
    """Refuse to score where the run is of a model that has no forecaster."""
    domain = run.study.domain
    if domain is None or not domain.made(run.model):
        message = "--score: found a run of a model of its own; allowed: one of the build-out, which forecasts"
        raise UsageError(message)


def _scores() -> dict[str, Any]:
    from simulator.buildout.forecast.score import score
    from simulator.evidence import load_evidence

    return score(load_evidence())


def _text(made: "Card", format: str, lang: Language) -> str:
    if format == "json":
        from simulator.estimate import to_json

        return to_json(made.to_json()) + "\n"
    from simulator.report.page.card import card_document
    from simulator.report.page.html import to_html
    from simulator.report.page.markdown import to_markdown

    document = card_document(made, lang)
    return to_html(document) if format == "html" else to_markdown(document)
