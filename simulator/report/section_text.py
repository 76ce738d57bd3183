"""A section of a report on the terminal: the same words and tables; its charts are left to the report."""

from collections.abc import Mapping, Sequence
from textwrap import wrap

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Laid
from rich.text import Text

from simulator.report.console import heading, plain, table
from simulator.report.estimates import BETWEEN
from simulator.report.markup import Element
from simulator.report.page import document as doc
from simulator.report.verdict import colour

#: Styles of running text by its kind.
_STYLES = {"": "", "lead": "bold", "answer": "bold", "note": "dim"}
#: Least width of a column of words beside numbers.
WORDS = 12


def print_section(console: Console, section: doc.Section, codes: Mapping[str, int]) -> None:
    """Print a section.

    Parameters
    ----------
    console
        Where.
    section
        Its title, and blocks of text and tables.
    codes
        Of the verdicts, which decide their colours.
    """
    console.print(Text(plain(section.title), style="bold"))
    for block in section.blocks:
        _print(console, block, codes)


def _print(console: Console, block: doc.Block, codes: Mapping[str, int]) -> None:
    match block:
        case doc.Paragraph():
            console.print()
            console.print(_text(block.text, codes, _STYLES[block.kind]))
        case doc.Bullets():
            console.print()
            _print_items(console, block.items, codes)
        case doc.Notice():
            console.print()
            console.print(Text(plain(block.title), style="bold yellow"))
            _print_items(console, block.items, codes)
        case doc.Heading():
            console.print(heading(block.text))
        case doc.KeyNumbers():
            console.print()
            for item in block.items:
                remark = f" ({plain(item.remark)})" if item.remark else ""
                console.print(Text.assemble((plain(item.number), "bold"), f" {plain(item.label)}{remark}"))
        case doc.Folded():
            console.print(heading(block.title))
            for inner in block.blocks:
                _print(console, inner, codes)
        case doc.Table():
            console.print()
            console.print(Text(plain(block.caption), style="dim"))
            console.print(_laid(console, block, codes))
        case doc.Charts() | doc.Embedded():
            pass


def _print_items(console: Console, items: Sequence[doc.Content], codes: Mapping[str, int]) -> None:
    for item in items:
        beside = Laid.grid(padding=(0, 1))
        beside.add_row(Text("-"), _text(item, codes))
        console.print(beside)


def _text(content: doc.Content, codes: Mapping[str, int], style: str = "") -> Text:
    """Return content as text: verdicts in their colours, names in bold, and all else in a style."""
    text = Text(style=style)
    for piece in doc.pieces(content):
        match piece:
            case doc.Coloured():
                text.append(
                    plain(piece.text) if piece.text.strip() else piece.text, _of_verdict(piece, codes)
                )
            case doc.Quoted(foreign=True):
                text.append(f"“{plain(piece.text)}”")
            case str():
                text.append(piece)
            case _:
                text.append(plain(piece.text))
    return text


def _of_verdict(piece: doc.Coloured, codes: Mapping[str, int]) -> str:
    return f"bold {colour(codes[piece.verdict])}" if piece.verdict in codes else "bold"


def _laid(console: Console, block: doc.Table, codes: Mapping[str, int]) -> Laid:
    """Return a table: numbers on one line with their errors where there is room, else with these below."""
    shown = [0, *(place for place in range(1, len(block.columns)) if _has_text(block, place))]
    columns = [block.columns[place] for place in shown]
    rows = [(row, [_cell(row, place, codes) for place in shown]) for row in block.rows]
    widths = _widths(columns, [cells for _, cells in rows])
    if sum(widths) + 2 * len(columns) > console.width:
        rows = [(row, _narrowed(columns, cells)) for row, cells in rows]
        widths = _widths(columns, [cells for _, cells in rows])
    laid = table(*map(_head, columns, widths), numbers_from=len(columns))
    for place, column in enumerate(columns):
        if column.numeric and place:
            laid.columns[place].justify, laid.columns[place].no_wrap = "right", True
    for row, cells in rows:
        laid.add_row(*cells, style="bold" if row.strong else None)
        if row.note:
            laid.add_row(_text(row.note, codes, "dim"))
    return laid


def _has_text(block: doc.Table, place: int) -> bool:
    """Whether a column has more than pictures."""
    return any(
        row.cells and not isinstance(row.cells[place - 1], Element) and doc.text_of(row.cells[place - 1])
        for row in block.rows
    )


def _cell(row: doc.Row, place: int, codes: Mapping[str, int]) -> Text:
    if place == 0:
        return _text(row.head, codes)
    cell = row.cells[place - 1] if row.cells else ""
    return Text() if isinstance(cell, Element) else _text(cell, codes)


def _head(column: doc.Column, width: int) -> str:
    """Return a column's name on lines that are no wider than its numbers, and its unit below."""
    lines = wrap(plain(column.name), max(width, WORDS)) if column.numeric else [plain(column.name)]
    return "\n".join([*lines, *([plain(column.unit)] if column.unit else [])])


def _widths(columns: Sequence[doc.Column], rows: Sequence[Sequence[Text]]) -> list[int]:
    """Return the widths below which something would be cut: numbers are never broken, words are."""

    def width(place: int, column: doc.Column) -> int:
        words = [len(word) for word in (*column.name.split(), column.unit)]
        lines = [cell_len(line) for cells in rows for line in cells[place].plain.splitlines()]
        return max([*words, *lines]) if column.numeric and place else WORDS

    return [width(place, column) for place, column in enumerate(columns)]


def _narrowed(columns: Sequence[doc.Column], cells: Sequence[Text]) -> list[Text]:
    """Return the cells of a row with its numbers as narrow as they can be."""
    pairs = zip(columns[1:], cells[1:], strict=True)
    return [cells[0], *(_error_below(cell) if column.numeric else cell for column, cell in pairs)]


def _error_below(cell: Text) -> Text:
    """Return an estimate with its error on a line of its own, and words in place of one a line each."""
    if not any(character.isdigit() for character in cell.plain):
        return Text("\n").join(cell.split(" "))
    number, *error = cell.split(BETWEEN)
    return Text("\n±").join([number, *error])
