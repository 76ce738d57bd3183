"""strandline value: what it is worth to know more before a decision, for a stored run."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from simulator.cli.answers import Page, place_of, show
from simulator.cli.last import last
from simulator.cli.parameters import ARun, Flag, Language, Many, Model, Quiet, named_model
from simulator.report.console import errors

#: Paths of every action that are computed, of a run that has as many.
PATHS = 65_536


def value(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    decision: str | None = None,
    groups: Annotated[tuple[str, ...], Parameter(name="--group", negative=(), show_default=False)] = (),
    samples: Annotated[tuple[str, ...], Parameter(name="--sample", negative=(), show_default=False)] = (),
    paths: Annotated[int | None, Many, Parameter(show_default=False)] = None,
    page: Page = None,
    lang: Language = "en",
    model: Annotated[str | None, Model] = None,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Print what it is worth to know more before a decision: everything, single beliefs, groups, samples.

    Every action is the study with what it sets, computed on the run's own draws: all other beliefs stay as
    they are. The value of knowing something is what a choice made with it would gain over the action that is
    best on average.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    decision
        The name of a [decision.NAME] of the run's study, or a TOML file with one; by default the study's
        first.
    groups
        Beliefs that would be known together, with commas between them: spend.vol,spend.fade. A star stands
        for any part of a name. May be repeated.
    samples
        Observations that could be made of a belief, in quotes: 'BELIEF n=8 sd=0.5' for eight normal ones with
        an sd of 0.5 each in the belief's unit, 'BELIEF n=200 binomial' for yes or no. May be repeated.
    paths
        The first paths of the run that are used, made up to a multiple of 8,192; by default 65,536, or all of
        a smaller run.
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
    place, directory = place_of(page), directory or last("strandline value")

    from simulator.progress import bar

    with ExitStack() as stack:
        progress = stack.enter_context(bar(paths or PATHS, errors(), quiet=quiet))
        from simulator.analysis.questions.value import read_decision
        from simulator.analysis.questions.value import value as worth
        from simulator.analysis.run import open_run

        run = open_run(directory, named_model(model))
        asked = read_decision(run, decision) if decision and decision.endswith(".toml") else decision
        found = worth(run, asked, groups=groups, samples=samples, paths=paths, progress=progress)
    show(found, place, lang, json=json, quiet=quiet)
