"""strandline sensitivity: how a mean or a chance moves with every belief."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from simulator.cli.answers import Page, place_of, show
from simulator.cli.last import last
from simulator.cli.parameters import ARun, AtLeastOne, Flag, Language, Model, Quiet, named_model
from simulator.report.console import print_note

#: Beliefs that are listed.
TOP = 12


def sensitivity(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    target: Annotated[str | None, Parameter(show_default=False)] = None,
    top: Annotated[int, AtLeastOne] = TOP,
    paths: Annotated[int | None, AtLeastOne, Parameter(show_default=False)] = None,
    page: Page = None,
    lang: Language = "en",
    model: Annotated[str | None, Model] = None,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Print how a mean or a chance of a stored run moves with the location and the spread of each belief.

    A belief is moved alone, as --set moves it; all others stay where they were drawn.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    target
        What is to move: 'mean(value_created.group)', 'p_bear(group)', 'prob_below(value_created.group, 0)'.
        By default the chance of the verdict that is feared (bear, where there is one), or the mean of the
        first metric.
    top
        How many beliefs to list, beside a few that jump; each is checked by computing the model again a step
        up and a step down.
    paths
        On which the model is computed again, at most 65,536; by default 16,384, or all of a smaller run.
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
    place, directory = place_of(page), directory or last("strandline sensitivity")

    from simulator.analysis.questions.sensitivity import sensitivity as ask
    from simulator.analysis.run import open_run

    run = open_run(directory, named_model(model))
    if not quiet:
        print_note(f"differentiating the model of {directory}, and computing paths again to check it")
    show(ask(run, target, top, paths), place, lang, json=json, quiet=quiet)
