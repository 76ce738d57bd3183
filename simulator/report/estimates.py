"""Tables of estimates, laid out so that no digit is cut off, however narrow the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from simulator.report.console import table

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


def lay(console: Console, estimates: Estimates) -> Table:
    """Return the table: in line with the others, else narrow, else with errors below their numbers."""
    wide, narrow = _table(estimates, CELL), _table(estimates, 1)
    for laid in (wide, narrow):
        if Measurement.get(console, console.options, laid).minimum <= console.width:
            return laid
    return _table(Estimates(estimates.headers, [(t, list(map(_below, c))) for t, c in estimates.rows]), 1)


def _table(estimates: Estimates, least: int) -> Table:
    laid = table(*estimates.headers, least=least)
    for title, cells in estimates.rows:
        laid.add_row(title, *cells)
    return laid


def _below(cell: Text) -> Text:
    """Return an estimate with its error on a line of its own."""
    number, *error = cell.split(BETWEEN)
    return Text("\n±").join([number, *error])
