"""strandline score: forecasts of capex made on past days, against what happened."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from simulator.cli.parameters import Flag, whole_from
from simulator.report.console import write_text


def score(
    *,
    evidence: Annotated[tuple[Path, ...], Parameter(negative=(), show_default=False)] = (),
    first: str = "2020Q4",
    last: str = "2026Q1",
    horizons: Annotated[int, whole_from(1, 8)] = 8,
    json: Annotated[bool, Flag] = False,
) -> None:
    """Score forecasts of quarterly capex against what happened, beside baselines.

    At each origin, which is the newest quarter reported, the build-out's own spend equations are given priors
    estimated from what was known on that day, and forecast the quarters after it. What could not be estimated
    and looks ahead is named. A forecaster that is no part of the build-out stands beside them as a baseline.

    Parameters
    ----------
    evidence
        Evidence files, or folders of them, in place of what comes with the program. May be repeated.
    first, last
        The first and the last origin.
    horizons
        How many quarters ahead, up to 8.
    json
        Print one JSON object.
    """
    from simulator.buildout.forecast.score import score as scored
    from simulator.evidence import load_evidence

    summary = scored(load_evidence(*evidence), first, last, horizons)
    if json:
        from simulator.estimate import to_json

        write_text(to_json(summary) + "\n")
    else:
        from simulator.report.console import output
        from simulator.report.score import print_scores

        print_scores(output(), summary)
