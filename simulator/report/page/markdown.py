"""A document as Markdown: the same words and tables; the charts are left to the HTML report."""

import re
from collections.abc import Iterator, Mapping

from simulator.report.console import plain
from simulator.report.markup import Element
from simulator.report.page.document import (
    Block,
    Bullets,
    Charts,
    Code,
    Coloured,
    Day,
    Document,
    Folded,
    Heading,
    Inline,
    Inlines,
    KeyNumbers,
    Link,
    Notice,
    Paragraph,
    Quoted,
    Table,
)
from simulator.report.page.html import safe_address

#: What could be read as markup, in Markdown or in the HTML that it lets through.
_MARKUP = re.compile(r"([\\`*_{}\[\]#!|<>~$&^])")


def to_markdown(document: Document) -> str:
    """Return the whole file."""
    lines = [
        f"# {_line(document.title)}",
        "",
        _line(document.subtitle),
        "",
        document.labels["chart_omitted"],
        "",
    ]
    for number, section in enumerate(document.sections, 1):
        lines += [f"## {number}. {section.title}", ""]
        for block in section.blocks:
            lines += [*_block(block, document.labels), ""]
    lines += ["---", "", escape(document.labels["footer"])]
    return "\n".join(lines) + "\n"


def _block(block: Block, labels: Mapping[str, str]) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _line(block.text)
        case Bullets():
            yield from (f"- {_line(item)}" for item in block.items)
        case Notice():
            yield f"> **{escape(block.title)}**"
            yield ">"
            yield from (f"> - {_line(item)}" for item in block.items)
        case Heading():
            yield f"### {block.text}"
        case Charts():
            yield f"### {block.title}"
            if block.note:
                yield from ("", _line(block.note))
            for chart in (chart for chart in block.charts if chart.leads):
                if chart.finding or block.key in ("verdicts", "leading"):
                    yield from ("", _line([*chart.title, *chart.finding]))
        case KeyNumbers():
            for item in block.items:
                said = (escape(item.label), labels["stop"], labels["between"], escape(item.remark))
                yield f"- **{escape(item.number)}**{labels['colon']}{''.join(said).rstrip()}"
        case Folded():
            for inner in block.blocks:
                yield from (*_block(inner, labels), "")
        case Table():
            yield from _table(block, labels)


def _table(table: Table, labels: Mapping[str, str]) -> Iterator[str]:
    yield f"**{escape(table.caption)}**"
    yield ""
    comma = labels["comma"]
    heads = [f"{column.name}{comma}{column.unit}" if column.unit else column.name for column in table.columns]
    # A column of pictures has nothing to say here.
    kept = [
        index
        for index in range(len(heads) - 1)
        if any(row.cells and _line_of(row.cells[index]) for row in table.rows)
    ]
    yield "| " + " | ".join(escape(head) for head in (heads[0], *(heads[index + 1] for index in kept))) + " |"
    aligned = ("---:" if column.numeric else "---" for column in table.columns)
    marks = list(aligned)
    yield "| " + " | ".join((marks[0], *(marks[index + 1] for index in kept))) + " |"
    for row in table.rows:
        cells = [_line(row.head), *(_line_of(row.cells[index]) if row.cells else "" for index in kept)]
        yield "| " + " | ".join(map(_strong, cells) if row.strong else cells) + " |"
        if row.note:
            yield "| " + " | ".join((f"*{_line(row.note)}*", *("" for _ in kept))) + " |"


def _strong(cell: str) -> str:
    """Return a cell in bold, as the page has all of such a row; one with bold in it already stays."""
    return cell if "**" in cell or not cell else f"**{cell}**"


def _line_of(cell: Inlines | Element) -> str:
    return "" if isinstance(cell, Element) else _line(cell)


def _line(pieces: Inlines) -> str:
    return "".join(_inline(piece) for piece in pieces)


def _inline(piece: Inline) -> str:
    match piece:
        case str():
            return escape(piece)
        case Quoted():
            return f"“{escape(piece.text)}”" if piece.foreign else escape(piece.text)
        case Day():
            return piece.text
        case Coloured():
            return f"**{escape(piece.text)}**"
        case Code():
            # A backtick would end it; no name or command of ours has one.
            return f"`{plain(piece.text).replace('`', '´').replace('|', '¦')}`"
        case Link():
            address = safe_address(piece.address)
            text = escape(plain(piece.text))
            text = f"“{text}”" if piece.foreign else text
            if address is None or address.startswith("#"):
                return text
            return f"[{text}](<{address.replace('<', '%3C').replace('>', '%3E').replace('|', '%7C')}>)"


def escape(text: str) -> str:
    """Return a text that no reader of Markdown takes for anything but text."""
    return _MARKUP.sub(r"\\\1", text)
