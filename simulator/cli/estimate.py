"""strandline estimate: any statistic of a stored run, and how it settled as paths were added."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from simulator.cli.answers import Page, place_of, show
from simulator.cli.last import last
from simulator.cli.parameters import ARun, Flag, Language, Model, Quiet, named_model


def estimate(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    statistics: Annotated[tuple[str, ...], Parameter(name="--of", negative=(), show_default=False)] = (),
    page: Page = None,
    lang: Language = "en",
    model: Annotated[str | None, Model] = None,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Print statistics of a stored run with their errors, from its first paths and from all of them.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    statistics
        Which, as in 'prob_below(value_created.group, -500)': mean, sd, p05 or any other quantile, cvar05,
        prob_below, prob_above or between of a metric, with numbers in its unit; p_bull, p_base, p_bear of the
        group or a company. May be repeated. By default those that are looked at first.
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
    place, directory = place_of(page), directory or last("strandline estimate")

    from simulator.analysis.questions.convergence import estimates
    from simulator.analysis.run import open_run

    run = open_run(directory, named_model(model))
    show(estimates(run, statistics or None), place, lang, json=json, quiet=quiet)
