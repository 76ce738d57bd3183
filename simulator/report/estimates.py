"""Tables of estimates in which no digit is cut off."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.report.console import LABEL, table

#: Width of a number and its error where there is room, so that the columns of all tables stand in line.
CELL = 14

#: What stands between a number and its error.
BETWEEN = " ± "


@dataclass(slots=True)
class Estimates:
    """Rows of estimates under their headers; the first column is what each row is of."""

    headers: Sequence[str | Text]
    rows: list[tuple[Text, list[Text]]] = field(default_factory=list[tuple[Text, list[Text]]])

    def add(self, title: Text | str, *cells: Text | str) -> None:
        """Add a row."""
        self.rows.append((Text() + title, [Text() + cell for cell in cells]))

    def has(self, mark: str) -> bool:
        """Whether a mark stands in a cell, so that it has to be explained."""
        return any(mark in cell.plain for _, cells in self.rows for cell in cells)


def lay(console: Console, estimates: Estimates) -> Table:
    """Return the table: in line with the others, else narrow, else with errors below their numbers."""
    for least in (CELL, 1):
        if _needs(estimates, least) <= console.width:
            return _table(estimates, least)
    return _table(Estimates(estimates.headers, [(t, list(map(_below, c))) for t, c in estimates.rows]), 1)


def _needs(estimates: Estimates, least: int) -> int:
    """Return the width below which numbers would be cut; titles may be broken between words."""
    titles = [str(estimates.headers[0]), *(title.plain for title, _ in estimates.rows)]
    title = max(cell_len(word) for text in titles for word in text.split())
    columns = zip(estimates.headers[1:], *(cells for _, cells in estimates.rows), strict=True)
    widest = (max(cell_len(line) for cell in column for line in str(cell).splitlines()) for column in columns)
    return max(title, LABEL) + sum(1 + max(width, least) for width in widest)


def _table(estimates: Estimates, least: int) -> Table:
    laid = table(*estimates.headers, least=least)
    for title, cells in estimates.rows:
        laid.add_row(title, *cells)
    return laid


def _below(cell: Text) -> Text:
    """Return an estimate with its error on a line of its own."""
    number, *error = cell.split(BETWEEN)
    return Text("\n±").join([number, *error])
