"""strandline flip: the value of each belief alone at which the likeliest verdict changes."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from simulator.cli.answers import Page, place_of, show
from simulator.cli.last import last
from simulator.cli.parameters import ARun, AtLeastOne, AtLeastZero, Flag, Language, Model, Quiet, named_model
from simulator.report.console import print_note

#: Beliefs that are listed, and pairs of the leading ones of which there is a map.
TOP, PAIRS = 8, 1


def flip(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    entity: Annotated[str | None, Parameter(show_default=False)] = None,
    target: Annotated[str | None, Parameter(show_default=False)] = None,
    beliefs: Annotated[tuple[str, ...], Parameter(name="--belief", negative=(), show_default=False)] = (),
    top: Annotated[int, AtLeastOne] = TOP,
    paths: Annotated[int | None, AtLeastOne, Parameter(show_default=False)] = None,
    pairs: Annotated[int, AtLeastZero] = PAIRS,
    page: Page = None,
    lang: Language = "en",
    model: Annotated[str | None, Model] = None,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Print the value of each belief alone at which the likeliest verdict of a stored run changes.

    A belief is put at a number on every path, and all others stay as they were drawn: this changes a belief,
    as --set does, and does not condition on it.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    entity
        On which the verdict is, such as amazon; by default the group.
    target
        Instead of a verdict, a level that a statistic is to reach, such as 'p_bear(group) = 0.25' or
        'mean(value_created.amazon) = 0'.
    beliefs
        A belief to look at, by name. May be repeated. By default all are looked at, and the nearest to a
        change are listed.
    top
        How many beliefs to list.
    paths
        Paths on which the values rest; by default 16,384, or all of a smaller run.
    pairs
        Of how many pairs of the leading beliefs to make a map. 0 leaves maps out.
    page
        Write the answer with its pictures as a page.
    lang
        Language of that page: en or zh-Hant.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION of the model of your own that made the run.
    json
        Print one JSON object: the same bytes for the same run.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    place = place_of(page)
    directory = directory or last("strandline flip")

    from simulator.analysis.questions.flip import flip as flips
    from simulator.analysis.run import open_run

    run = open_run(directory, named_model(model))
    if not quiet:
        print_note(f"computing paths of {directory} again, with one belief at a time at other values")
    found = flips(run, entity, target=target, beliefs=beliefs, top=top, paths=paths, pairs=pairs)
    show(found, place, lang, json=json, quiet=quiet)
