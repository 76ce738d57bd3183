"""A document as one HTML file that loads nothing: its style and script stand in it, named by their hashes."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from urllib.parse import urlsplit

from rich.cells import cell_len

from simulator.report.console import plain
from simulator.report.drawing import key, page_style, verdict_style
from simulator.report.markup import Element, el
from simulator.report.page.document import (
    Block,
    Bullets,
    Chart,
    Charts,
    Code,
    Coloured,
    Column,
    Day,
    Document,
    Folded,
    Heading,
    Inline,
    Inlines,
    KeyNumber,
    KeyNumbers,
    Link,
    Notice,
    Paragraph,
    Quoted,
    Row,
    Section,
    Table,
)

#: Longest name that is not offered a place to break at.
UNBROKEN = 18

#: Longest title of a row that a narrow page may squeeze, in columns of a terminal: an ideograph takes two.
SHORT = 16


#: Spaces within an amount: around ±, after the currency, before a unit.
_KEPT = re.compile(
    r" (?=±)|(?<=±) |(?<=USD) (?=[−\d])|(?<=[\d%∞†]) (?=(?:bn|GW|years|億美元|個百分點|年)(?![A-Za-z]))"
)


def to_html(document: Document) -> str:
    """Return the whole file."""
    style, script = page_style() + asset("style.css") + verdict_style(document.verdicts), asset("script.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    title = "".join(_text(one) for one in document.title)
    labels = document.labels
    # The policy comes first: it holds for all that follows it.
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        el("style", style),
    )
    contents = [el("li", el("a", section.title, href=f"#{section.anchor}")) for section in document.sections]
    nav = el("nav", el("h2", labels["contents"]), el("ol", contents), aria_label=labels["contents"])
    first, *rest = (_section(section) for section in document.sections)
    # What comes first can be read by itself; what follows is listed after it.
    parts = [first, nav, *rest] if document.contents else [first, *rest]
    body = el(
        "body",
        el("a", labels["skip"], class_="skip", href="#report"),
        el("header", el("h1", _inlines(document.title)), el("p", _inlines(document.subtitle))),
        el("main", parts, id="report"),
        el("footer", el("p", labels["footer"])),
        el("script", script),
        data_company=labels["company"],
        data_metric=labels["metric"],
        data_all=labels["all"],
        data_hover=labels["hover"],
        data_scroll=labels["scroll"],
        class_=" ".join(_kinds(document)) or None,
    )
    return f"<!DOCTYPE html>\n{el('html', head, body, lang=document.language)}\n"


def _kinds(document: Document) -> Iterator[str]:
    """Give what the page is, for its style."""
    if document.cover:
        yield "cover"
    if not document.contents:
        yield "short"


def asset(name: str) -> str:
    """Return the page's style or script."""
    return (resources.files("simulator.report.page") / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _section(section: Section) -> Element:
    blocks = [part for block in section.blocks for part in _block(block)]
    heading = el("h2", section.title)
    return el("section", heading, blocks, id=section.anchor, class_="choose" if section.selectors else None)


def _block(block: Block) -> Iterator[Element]:
    match block:
        case Paragraph():
            yield el("p", _inlines(block.text), class_=block.kind or None)
        case Bullets():
            yield el("ul", [el("li", _inlines(item)) for item in block.items])
        case Notice():
            items = [el("li", _inlines(item)) for item in block.items]
            yield el("div", el("strong", block.title), el("ul", items), class_="notice", role="note")
        case Heading():
            yield el("h3", _unbroken(block.text))
        case Table():
            yield _table(block)
        case Charts():
            yield from _charts(block)
        case KeyNumbers():
            yield el("dl", [_key_number(item) for item in block.items], class_="numbers")
        case Folded():
            inside = [part for inner in block.blocks for part in _block(inner)]
            yield el("details", el("summary", block.title), inside)


def _key_number(item: KeyNumber) -> Element:
    remark = el("dd", _unbroken(item.remark), class_="note") if item.remark else None
    return el(
        "div", el("dt", _unbroken(item.label)), el("dd", _unbroken(item.number), class_="figure"), remark
    )


def _charts(block: Charts) -> Iterator[Element]:
    legend = [
        el(
            "li",
            el(
                "svg",
                key(kind),
                viewBox="0 0 26 10",
                aria_hidden="true",
            ),
            text,
        )
        for kind, text in block.legend
    ]
    yield el(
        "div",
        el("h3", _unbroken(block.title)),
        el("p", _inlines(block.note), class_="note") if block.note else None,
        el("ul", legend, class_="legend") if legend else None,
        el(
            "div",
            [_figure(chart) for chart in block.charts],
            class_="figures",
        ),
        class_="charts",
        data_metric=block.key,
        data_title=block.title,
    )


def _figure(chart: Chart) -> Element:
    title = "".join(_text(one) for one in chart.title)
    points = "\n".join(f"{place:g}\t{text}" for place, text in chart.points)
    return el(
        "figure",
        el("figcaption", el("b", _inlines(chart.title)), _inlines(chart.finding)),
        chart.wide,
        chart.small,
        el("p", _unbroken(chart.words), class_="words") if chart.words else None,
        class_="first" if chart.leads else None,
        data_entity=chart.entity,
        data_title=title,
        data_points=points or None,
    )


def _table(table: Table) -> Element:
    head = el("tr", [_header(column) for column in table.columns])
    body = [line for row in table.rows for line in _row(row, table.columns)]
    return el(
        "div",
        el(
            "table",
            el("caption", _unbroken(table.caption)),
            el("thead", head),
            el("tbody", body),
            class_=table.kind or None,
        ),
        class_="scroll",
        role="region",
        aria_label=table.caption,
        tabindex=0,
    )


def _header(column: Column) -> Element:
    unit = el("span", column.unit, class_="unit") if column.unit else None
    return el("th", column.name, unit, scope="col", class_="number" if column.numeric else None)


def _row(row: Row, columns: Iterable[Column]) -> Iterator[Element]:
    columns = list(columns)
    kind = "strong" if row.strong else None
    anchor = _anchor(row.anchor) if row.anchor else None
    if not row.cells:
        yield el(
            "tr",
            el("th", _inlines(row.head), scope="rowgroup", colspan=len(columns)),
            class_="strong group",
            id=anchor,
        )
    else:
        cells = [
            el(
                "td",
                cell if isinstance(cell, Element) else _inlines(cell),
                class_="number" if column.numeric else None,
            )
            for cell, column in zip(row.cells, columns[1:], strict=True)
        ]
        long = sum(cell_len(_text(piece)) for piece in row.head) > SHORT
        head = el("th", _inlines(row.head), scope="row", class_="long" if long else None)
        yield el("tr", head, cells, class_=kind, id=anchor)
    if row.note:
        yield el("tr", el("td", _inlines(row.note), colspan=len(columns)), class_="remark")


def _inlines(pieces: Inlines) -> list[Element | str]:
    return [_inline(piece) for piece in pieces]


def _inline(piece: Inline) -> Element | str:
    match piece:
        case str():
            return _unbroken(piece)
        case Quoted():
            return _original(piece.text) if piece.foreign else el("bdi", _unbroken(piece.text))
        case Day():
            return el("time", piece.text)
        case Coloured():
            return el("strong", piece.text, class_=piece.verdict)
        case Code():
            return el("code", el("bdi", _breakable(plain(piece.text))))
        case Link():
            known = _unbroken(plain(piece.text))
            text = _original(known) if piece.foreign else el("bdi", _breakable(known))
            address = safe_address(piece.address)
            return text if address is None else el("a", text, href=address, rel="noopener noreferrer")


def _unbroken(text: str) -> str:
    """Return a text whose numbers keep their errors and their units on one line."""
    return _KEPT.sub("\u00a0", text)


def _original(text: str) -> Element:
    """Return a text in its own language, in the quotation marks of that language."""
    return el("bdi", el("q", _unbroken(text)), lang="en")


def _breakable(text: str) -> Iterator[Element | str]:
    """Give a name with places at which a narrow cell may break it: after dots and low lines of words."""
    parts = re.split(r"(?<=[._])(?=[^\W\d])", text) if len(text) > UNBROKEN else [text]
    for index, part in enumerate(parts):
        if index:
            yield el("wbr")
        yield part


def _text(piece: Inline) -> str:
    return piece if isinstance(piece, str) else piece.text


def _anchor(name: str) -> str:
    return "".join(plain(name).split())


def safe_address(address: str) -> str | None:
    """Return an address that a browser may open: http, https or a place in the report; None for any other."""
    cleaned = plain(address)
    if cleaned.startswith("#"):
        return f"#{_anchor(cleaned[1:])}"
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return None
    return cleaned if parts.scheme in ("http", "https") and parts.netloc else None
