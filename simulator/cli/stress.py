"""strandline stress: the nearest beliefs with which a target is true."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from simulator.cli.answers import Page, place_of, show
from simulator.cli.last import last
from simulator.cli.parameters import ARun, AtLeastOne, Flag, Language, Model, Quiet, named_model
from simulator.report.console import print_note

#: Beliefs that are listed.
TOP = 12


def stress(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    targets: Annotated[tuple[str, ...], Parameter(name="--target", negative=(), required=True)],
    top: Annotated[int, AtLeastOne] = TOP,
    page: Page = None,
    lang: Language = "en",
    model: Annotated[str | None, Model] = None,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Print the nearest beliefs with which a target is true: how far they are, and which of them moved.

    The paths of the run are reweighted, as little as will do. That conditions on the target, as update does:
    beliefs that are correlated move together, and shocks move too. --set changes a belief and leaves all
    others. Where too few paths would count, beliefs are moved and the paths computed anew.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    targets
        What is to be true, as in 'mean(value_created.group) = 0': mean, p05 or any other quantile,
        prob_below, prob_above or between of a metric; p_bull, p_base, p_bear of the group or a company; with
        =, <= or >= and a number. May be repeated: all are to be true at once.
    top
        How many beliefs to list.
    page
        Writes the answer as a page of its own, with its picture.
    lang
        Of the page: English or Traditional Chinese.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION of the model of your own that made the run.
    json
        Print one JSON object: the same bytes for the same run.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    place, directory = place_of(page), directory or last("strandline stress")

    from simulator.analysis.questions.stress import stress as nearest
    from simulator.analysis.run import open_run

    run = open_run(directory, named_model(model))
    if not quiet:
        print_note(f"computing the draws of {directory} again, to see which beliefs move")
    show(nearest(run, targets, top), place, lang, json=json, quiet=quiet)
