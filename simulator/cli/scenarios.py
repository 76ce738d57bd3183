"""strandline scenarios: in which boxes of beliefs an event is likely, from a run's own draws."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from simulator.cli.answers import Page, place_of, show
from simulator.cli.last import last
from simulator.cli.parameters import ARun, AtLeastOne, Flag, Language, Model, Quiet, named_model, whole_from
from simulator.report.console import print_note

#: Most conditions of a box, and boxes that do not overlap.
CONDITIONS, BOXES = 4, 3


def scenarios(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    target: Annotated[str | None, Parameter(show_default=False)] = None,
    conditions: Annotated[int, whole_from(1, CONDITIONS)] = CONDITIONS,
    boxes: Annotated[int, AtLeastOne] = BOXES,
    min_share: Annotated[float | None, Parameter(show_default=False)] = None,
    only: Annotated[tuple[str, ...], Parameter(name="--only", negative=(), show_default=False)] = (),
    without: Annotated[tuple[str, ...], Parameter(name="--without", negative=(), show_default=False)] = (),
    model: Annotated[str | None, Model] = None,
    out: Page = None,
    lang: Language = "en",
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Print what must be true for an event to be likely: boxes of a few beliefs within limits.

    Boxes are searched on one half of the run's draws and counted on the other. A box conditions, it changes
    nothing: it holds those paths of the run on which these beliefs were drawn so.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    target
        The event: a verdict, such as bear.group or bull.amazon, or a chance, such as
        "prob_below(value_created.group, 0)"; by default the verdict that is feared.
    conditions
        The most conditions of a box.
    boxes
        The most boxes that do not overlap: the first, then others outside of those before.
    min_share
        The least share of paths in a box, such as 0.1. By default 0.05, or the event's own where it is rarer.
    only
        A belief that may have a condition. May be repeated. By default all may.
    without
        A belief that may have no condition. May be repeated.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION of the model of your own that made the run.
    out
        Write the answer with its picture as a page too, FILE.html.
    lang
        Language of the page.
    json
        Print one JSON object: the same bytes for the same run.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    page = place_of(out)
    directory = directory or last("strandline scenarios")

    from simulator.analysis.questions.scenarios import scenarios as discover
    from simulator.analysis.run import open_run

    run = open_run(directory, named_model(model))
    if not quiet:
        print_note(f"computing the draws of {directory} again, to search them")
    found = discover(run, target, conditions, boxes, min_share, only, without)
    show(found, page, lang, json=json, quiet=quiet)
