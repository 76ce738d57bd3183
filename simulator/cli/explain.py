"""strandline explain: which priors a run's variance rests on, and which way each of them pushes."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from simulator.cli.last import last
from simulator.cli.parameters import ARun, AtLeastOne, AtLeastZero, Flag, Model, Quiet, named_model
from simulator.report.console import print_note, write_text

#: Priors that are listed for each target.
TOP = 8
#: Paths on which the leading total effects rest.
TOTAL_PATHS = 2**15


def explain(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    metrics: Annotated[tuple[str, ...], Parameter(name="--metric", negative=(), show_default=False)] = (),
    top: Annotated[int, AtLeastOne] = TOP,
    total_paths: Annotated[int, AtLeastZero] = TOTAL_PATHS,
    shapley: Annotated[tuple[str, ...], Parameter(name="--shapley", negative=(), show_default=False)] = (),
    model: Annotated[str | None, Model] = None,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Print which priors the results of a stored run rest on, which way each pushes, and how sure that is.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    metrics
        What to explain: a metric, such as value_created.amazon, or a verdict, such as bear.group. May be
        repeated. By default those of the group, and with --json those of companies too.
    top
        How many priors to list for each.
    total_paths
        Paths on which the leading total effects rest: of each the run is computed anew on as many, with one
        prior redrawn. 0 leaves total effects out.
    shapley
        A prior, or what shocks are of, such as spend; given two to six times: their common total effect
        divided among them. Priors that depend on each other are divided anyway.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION of the model of your own that made the run.
    json
        Print one JSON object: the same bytes for the same run.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    directory = directory or last("strandline explain")

    from simulator.analysis.explanation import explain as explanation
    from simulator.analysis.run import open_run

    run = open_run(directory, named_model(model))
    run.need_paths("explain")
    if not quiet:
        again = "the draws" if total_paths == 0 else "draws and paths"
        print_note(f"computing {again} of {directory} again, to explain it")
    found = explanation(run, metrics or None, top, total_paths, shapley)
    if json:
        from simulator.estimate import to_json

        write_text(to_json(found.to_json()) + "\n")
    else:
        from simulator.report import console
        from simulator.report import explain as report

        report.print_explanation(console.output(), found, run.study, entity=None if metrics else "group")
