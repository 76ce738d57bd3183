"""A run written to a file of tables, in the format that the name of the file ends in."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from simulator.analysis.run import Progress, Run, progress_of
from simulator.analysis.run.path_table import PathTable, path_table
from simulator.arguments import checked
from simulator.engine import NO_PATHS
from simulator.engine.files import access
from simulator.errors import UsageError
from simulator.report.export import csv_file, parquet_file, workbook
from simulator.report.saving import destination

#: Writes a table of paths.
type Writer = Callable[[Run, PathTable, Path, Progress], None]

#: What writes the paths of a run, by how the name of the file ends.
_WRITERS: Mapping[str, Writer] = {
    csv_file.ENDING: csv_file.write,
    parquet_file.ENDING: parquet_file.write,
    workbook.ENDING: workbook.write,
}
#: The formats by name.
FORMATS = tuple(ending.removeprefix(".") for ending in _WRITERS)


def export(
    run: Run,
    path: str | Path,
    metrics: str | Iterable[str] | None = None,
    draws: str | Iterable[str] | None = None,
    paths: int | None = None,
    *,
    progress: Progress | bool | None = None,
) -> Path:
    """Write a run to a file, a row for each path, and return where it is.

    Rows stand in the order of the numbers of paths, in which a run is computed: of each 8,192 the next 256
    points of the first replicate, then those of the second, and so on. The columns ``replicate`` and
    ``point`` say which path a row is; then come metrics, passes and verdicts, and draws. Every format has the
    same rows and columns. Memory does not grow with the number of paths.

    The file is there when it is whole, or not at all; one that is there is replaced.

    Parameters
    ----------
    run
        The run. Of one that keeps a summary a workbook has its summary, beliefs and sources, and no paths.
    path
        Of the file, which ends in ``.csv``, ``.parquet`` (needs the extra ``parquet``) or ``.xlsx`` (needs
        the extra ``excel``). A CSV file has another beside it, ``NAME.columns.csv``, with what each column is
        and its unit.
    metrics, draws, paths
        Columns and rows, as `Run.to_pandas` takes them.
    progress
        As `simulate` takes it.

    Raises
    ------
    UsageError
        The name ends otherwise; a file of another kind has it; there is no such column; a sheet has no room
        for all rows or columns; the run has no paths; or the extra is not installed.
    RunError
        The run is damaged, or the file cannot be written.
    """
    path = Path(checked("path", path, str | Path, "the path of a file"))
    ending = path.suffix.lower()
    if ending not in _WRITERS:
        message = f"path: found {str(path)!r}; allowed: a name that ends in {', '.join(_WRITERS)}"
        raise UsageError(message)
    place = destination("path", path, ending)
    if run.keep == "summary":
        _refuse_paths(ending, (metrics, draws, paths))
        workbook.write_summary(run, _folder_of(place))
        return path
    table = path_table(run, metrics, draws, paths)
    with progress_of(progress, table.paths, "writing") as shown:
        _WRITERS[ending](run, table, _folder_of(place), shown)
    return path


def _refuse_paths(ending: str, asked: Iterable[object]) -> None:
    """Raise where paths are asked of a run that keeps a summary."""
    if ending != workbook.ENDING or any(one is not None for one in asked):
        advice = f"A file that ends in {workbook.ENDING} has its summary, where no columns or paths are named"
        message = f"export: {NO_PATHS}. {advice}"
        raise UsageError(message)


def _folder_of(place: Path) -> Path:
    """Return where a file is to be, its folder made if it is not there."""
    with access(place, "write"):
        place.parent.mkdir(parents=True, exist_ok=True)
    return place
