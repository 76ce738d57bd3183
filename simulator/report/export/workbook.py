"""A run as a workbook of Excel: its summary, beliefs and sources, and its paths, written row by row."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from simulator.analysis.run import Progress, Run
from simulator.analysis.run.path_table import PathTable, Rows
from simulator.engine.files import replacing
from simulator.errors import UsageError
from simulator.report.export.sheets import (
    Cell,
    Sheet,
    about_sheet,
    belief_sheet,
    column_sheet,
    source_sheet,
    summary_sheet,
)
from simulator.sampling import REPLICATES

ENDING = ".xlsx"
#: What a sheet of Excel has room for, and a cell: the header takes a row.
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 2**20, 2**14, 2**15 - 1
#: Text is text, whatever it looks like; what is no finite number is an error, which no average leaves out.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
}
#: The day that files of the format have where none is given: the same run makes the same bytes.
DAY = datetime(1980, 1, 1)


def write(run: Run, table: PathTable, place: Path, progress: Progress) -> None:
    """Write the summary of a run, and a table of its paths."""
    with _workbook(place, lambda: _refuse_too_large(table)) as workbook:
        _add_summary(workbook, run, table)
        _add(workbook, column_sheet(table))
        _add_paths(workbook, table, progress)


def write_summary(run: Run, place: Path) -> None:
    """Write the summary of a run."""
    with _workbook(place) as workbook:
        _add_summary(workbook, run, None)


@contextlib.contextmanager
def _workbook(place: Path, check: Callable[[], None] = lambda: None) -> Iterator[Any]:
    """Hand the block a workbook, which is in its place when the block ends, and gone if it fails."""
    try:
        from xlsxwriter import Workbook  # an extra
        from xlsxwriter.exceptions import FileCreateError
    except ImportError as error:
        message = "a workbook needs the extra excel: pip install 'strandline[excel]'"
        raise UsageError(message) from error
    check()
    # Sheets are put together in files beside the workbook: what has room for it has room for them.
    with replacing(place) as file, TemporaryDirectory(prefix=f"{place.name}.", dir=place.parent) as folder:
        workbook: Any = Workbook(file, OPTIONS | {"tmpdir": folder})
        workbook.set_properties({"created": DAY})
        try:
            yield workbook
            workbook.close()
        except FileCreateError as error:
            raise OSError(*error.args[0].args) from error
        finally:
            for sheet in workbook.worksheets():
                sheet.row_data_fh.close()


def _refuse_too_large(table: PathTable) -> None:
    """Raise where a sheet has no room for a table."""
    if table.paths >= MOST_ROWS:
        most = (MOST_ROWS - 1) // REPLICATES * REPLICATES
        message = (
            f"paths: found {table.paths:,} for a sheet of Excel; allowed: at most {most:,} (--paths {most}); "
            "CSV and Parquet have room for all"
        )
        raise UsageError(message)
    if len(table.columns) > MOST_COLUMNS:
        message = (
            f"columns: found {len(table.columns):,} for a sheet of Excel; allowed: at most {MOST_COLUMNS:,}; "
            "name the metrics and draws wanted"
        )
        raise UsageError(message)


def _add_summary(workbook: Any, run: Run, table: PathTable | None) -> None:
    for sheet in (summary_sheet(run.summarise()), belief_sheet(run), source_sheet(run)):
        _add(workbook, sheet)
    _add(workbook, about_sheet(run, table))


def _add(workbook: Any, sheet: Sheet) -> None:
    """Add a sheet to a workbook."""
    added = _begun(workbook, sheet.name, sheet.header)
    for place, row in enumerate(sheet.rows, start=1):
        _put(added, place, row)


def _add_paths(workbook: Any, table: PathTable, progress: Progress) -> None:
    """Add the sheet of paths to a workbook."""
    added = _begun(workbook, "Paths", [column.name for column in table.columns])
    place = 0

    def write_rows(rows: Rows) -> None:
        nonlocal place
        texts = ([*column.texts, None] for column in table.columns)  # the last has the place -1
        columns = [
            [own[found] for found in column.places(values).tolist()] if column.codes else values.tolist()
            for column, own, values in zip(table.columns, texts, rows, strict=True)
        ]
        for row in zip(*columns, strict=True):
            place += 1
            _put(added, place, row)

    table.each(write_rows, progress)


def _begun(workbook: Any, name: str, header: Iterable[str]) -> Any:
    """Return a new sheet with a header, which stays in sight."""
    sheet, bold = workbook.add_worksheet(name), workbook.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    for place, text in enumerate(header):
        sheet.write_string(0, place, _fitting(text), bold)
    return sheet


def _put(sheet: Any, place: int, row: Iterable[Cell]) -> None:
    """Write the cells of a row; an empty one is none."""
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            if cell:
                sheet.write_string(place, column, _fitting(cell))
        elif cell is not None:
            sheet.write_number(place, column, cell)


def _fitting(text: str) -> str:
    """Return a text as a cell has room for it, an ellipsis where it is cut."""
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
