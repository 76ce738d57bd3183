"""A document as Markdown: the same words and tables; the charts are left to the HTML report."""

import re
from collections.abc import Iterable, Iterator, Mapping

from simulator.report.console import plain
from simulator.report.markup import Element
from simulator.report.page import document as doc
from simulator.report.page.html import safe_address

#: What could be read as markup, in Markdown or in the HTML that it lets through.
_MARKUP = re.compile(r"([\\`*_{}\[\]#!|<>~$&^])")


def to_markdown(document: doc.Document) -> str:
    """Return the whole file."""
    labels = document.labels
    lines = [f"# {_line(document.title)}", "", _line(document.subtitle), "", labels["chart_omitted"], ""]
    for number, section in enumerate(document.sections, 1):
        lines += [f"## {number}. {section.title}", "", *section_lines(section, labels)]
    lines += ["---", "", escape(labels["footer"])]
    return "\n".join(lines) + "\n"


def section_lines(section: doc.Section, labels: Mapping[str, str]) -> list[str]:
    """Return the lines of a section, without its title."""
    return [line for block in section.blocks for line in (*_block(block, labels), "")]


def _block(block: doc.Block, labels: Mapping[str, str]) -> Iterator[str]:
    match block:
        case doc.Paragraph():
            yield _line(block.text)
        case doc.Bullets():
            yield from (f"- {_line(item)}" for item in block.items)
        case doc.Notice():
            yield from (f"> **{escape(block.title)}**", ">")
            yield from (f"> - {_line(item)}" for item in block.items)
        case doc.Heading():
            yield f"### {block.text}"
        case doc.Charts():
            # The chart of what leads stands under a heading of its own already.
            if block.key != "leading":
                yield f"### {block.title}"
            if block.note:
                yield from ("", _line(block.note))
            for chart in (chart for chart in block.charts if chart.leads):
                if chart.finding or block.key in ("verdicts", "leading"):
                    yield from ("", _line(chart.title) + _line(chart.finding))
        case doc.KeyNumbers():
            for item in block.items:
                remark = f"{labels['stop']}{labels['between']}{escape(item.remark)}".rstrip()
                yield f"- **{escape(item.number)}**{labels['colon']}{escape(item.label)}{remark}"
        case doc.Embedded():
            yield _line(block.instead)
        case doc.Folded():
            for inner in block.blocks:
                yield from (*_block(inner, labels), "")
        case doc.Table():
            yield from _table(block, labels)


def _table(table: doc.Table, labels: Mapping[str, str]) -> Iterator[str]:
    # A column of pictures is left out.
    filled = [
        place
        for place in range(len(table.columns) - 1)
        if any(row.cells and _cell(row.cells[place]) for row in table.rows)
    ]
    columns = [table.columns[0], *(table.columns[place + 1] for place in filled)]
    units = (f"{labels['comma']}{column.unit}" if column.unit else "" for column in columns)
    yield from (f"**{escape(table.caption)}**", "")
    yield _cells(escape(column.name + unit) for column, unit in zip(columns, units, strict=True))
    yield _cells("---:" if column.numeric else "---" for column in columns)
    for row in table.rows:
        cells = [_line(row.head), *(_cell(row.cells[place]) if row.cells else "" for place in filled)]
        yield _cells(map(_strong, cells) if row.strong else cells)
        if row.note:
            yield _cells((f"*{_line(row.note)}*", *("" for _ in filled)))


def _cells(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _strong(cell: str) -> str:
    """Return a cell in bold, as the page has all of such a row; one with bold in it already stays."""
    return cell if "**" in cell or not cell else f"**{cell}**"


def _cell(cell: doc.Content | Element) -> str:
    return "" if isinstance(cell, Element) else _line(cell)


def _line(content: doc.Content) -> str:
    return "".join(_inline(piece) for piece in doc.pieces(content))


def _inline(piece: doc.Inline) -> str:
    match piece:
        case str():
            return escape(piece)
        case doc.Quoted():
            return f"“{escape(piece.text)}”" if piece.foreign else escape(piece.text)
        case doc.Day():
            return piece.text
        case doc.Coloured():
            return f"**{escape(piece.text)}**"
        case doc.Code():
            # A backtick would end it; no name or command of ours has one.
            return f"`{plain(piece.text).replace('`', '´').replace('|', '¦')}`"
        case doc.Link():
            text, address = escape(plain(piece.text)), safe_address(piece.address)
            text = f"“{text}”" if piece.foreign else text
            if address is None or address.startswith("#"):
                return text
            return f"[{text}](<{address.replace('<', '%3C').replace('>', '%3E').replace('|', '%7C')}>)"


def escape(text: str) -> str:
    """Return a text that no reader of Markdown takes for anything but text."""
    return _MARKUP.sub(r"\\\1", text)
