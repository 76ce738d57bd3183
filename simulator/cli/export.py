"""strandline export: a run as tables for other programs."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from simulator.cli.last import last
from simulator.cli.parameters import ARun, AtLeastOne, Model, Quiet, named_model
from simulator.errors import UsageError
from simulator.report.console import errors, write_line

#: Name of the file in the folder of the run, without its ending.
NAME = "paths"
#: The format where neither an option nor the name of the file says one.
USUAL = "csv"


def export(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    format: Literal["csv", "parquet", "xlsx"] | None = None,
    out: Path | None = None,
    metrics: Annotated[tuple[str, ...], Parameter(name="--metric", negative=(), show_default=False)] = (),
    draws: Annotated[tuple[str, ...], Parameter(name="--draw", negative=(), show_default=False)] = (),
    paths: Annotated[int | None, AtLeastOne] = None,
    model: Annotated[str | None, Model] = None,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Write a stored run to a file, a row for each path: its metrics, its verdicts and the draws behind them.

    Every format has the same rows and columns. The columns replicate and point say which path a row is.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    format
        csv, and beside it NAME.columns.csv with the unit of each column. parquet: with units in its metadata;
        needs the extra strandline[parquet]. xlsx: a workbook that has the summary, beliefs and sources too;
        needs the extra strandline[excel]. By default as --out ends, else csv.
    out
        File to write, by default paths.csv, paths.parquet or paths.xlsx in the folder of the run. One that is
        there is replaced if it ends as the format does.
    metrics
        A metric, a verdict such as verdict.group, or passes of the scorecard. May be repeated. Where a metric
        or a draw is named, those named are the only ones; by default all are there.
    draws
        A prior or a shock. May be repeated. Draws are computed again.
    paths
        How many, made up to a multiple of 32: the first points of each replicate. By default all.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION of the model of your own that made the run.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    if format and out and out.suffix.lower() != f".{format}":
        message = f"--out: found {out} with --format {format}; allowed: a name that ends in .{format}"
        raise UsageError(message)
    directory = directory or last("strandline export")
    place = out or directory / f"{NAME}.{format or USUAL}"

    from simulator.analysis.run import open_run
    from simulator.progress import bar

    run = open_run(directory, named_model(model))
    chosen = bool(metrics or draws)
    with bar(run.plan.paths, errors(), quiet=quiet, work="writing") as progress:
        from simulator.report.export import export as export_run

        columns = {"metrics": metrics, "draws": draws} if chosen else {}
        written = export_run(run, place, **columns, paths=paths, progress=progress)
    write_line(written)
