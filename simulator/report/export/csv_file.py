"""Paths as CSV by RFC 4180: numbers to the bit, and text that no spreadsheet takes for a formula."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from jaxtyping import Shaped

from simulator.analysis.run import Progress, Run
from simulator.analysis.run.path_table import Column, PathTable, Rows
from simulator.engine.files import replacing, write_whole
from simulator.report.export.sheets import column_sheet
from simulator.report.saving import destination

ENDING = ".csv"
#: How the name ends of the file that says what the columns are.
BESIDE = ".columns.csv"
#: What a cell begins with that spreadsheets take for a formula (OWASP, "CSV injection"): signs in their usual
#: and their wide form, and white space that is skipped before one.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
#: What makes quotes necessary.
SPECIAL = frozenset('",\r\n')
#: Characters that hold any number of up to 64 bits as text.
LONGEST = "S32"


def write(run: Run, table: PathTable, place: Path, progress: Progress) -> None:
    """Write a table of paths, and beside it what its columns are."""
    beside = destination("path", place.with_suffix(BESIDE), ENDING)
    with replacing(place) as file:
        file.write(_line(cell(column.name) for column in table.columns))

        def write_rows(rows: Rows) -> None:
            columns = map(_cells, table.columns, rows)
            file.writelines(map(_line, zip(*columns, strict=True)))

        table.each(write_rows, progress)
        file.flush()  # whatever fails by now leaves the other file too as it was
        about = column_sheet(table)
        write_whole(beside, [_line(map(cell, row)) for row in (about.header, *about.rows)], flush=False)


def cell(text: object) -> bytes:
    """Return a text as a cell: one that a spreadsheet could take for a formula after an apostrophe."""
    text = str(text)
    safe = f"'{text}" if text.startswith(FORMULA) else text
    quoted = safe if SPECIAL.isdisjoint(safe) else '"{}"'.format(safe.replace('"', '""'))
    return quoted.encode()


def _cells(column: Column, values: Shaped[np.ndarray, " path"]) -> list[bytes]:
    """Return the values of a column as cells.

    A number has the fewest digits that read back as the same bits; others are ``inf``, ``-inf``, ``nan``. A
    path without a verdict has an empty cell.
    """
    if column.codes:
        texts = [*map(cell, column.texts), b""]  # the last has the place -1
        return [texts[place] for place in column.places(values).tolist()]
    return values.astype(LONGEST).tolist()


def _line(cells: Iterable[bytes]) -> bytes:
    return b",".join(cells) + b"\r\n"
