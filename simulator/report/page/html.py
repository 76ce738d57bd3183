"""A document as one HTML file that loads nothing: its style and script stand in it, named by their hashes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import groupby
from urllib.parse import urlsplit

from rich.cells import cell_len

from simulator.report.console import plain
from simulator.report.drawing import key, page_style, verdict_style
from simulator.report.markup import Element, el
from simulator.report.page import document as doc
from simulator.report.page.document import text_of
from simulator.report.page.embedded import frame
from simulator.report.page.policy import policy_of

#: Longest name that is not offered a place to break at.
UNBROKEN = 18

#: Longest title of a row that a narrow page may squeeze, in columns of a terminal: an ideograph takes two.
SHORT = 16

#: Spaces within an amount: around ±, after the currency, before a unit.
_WITHIN_AMOUNT = re.compile(
    r" (?=±)|(?<=±) |(?<=USD) (?=[−\d])|(?<=[\d%∞†]) (?=(?:bn|GW|years|億美元|個百分點|年)(?![A-Za-z]))"
)


def to_html(document: doc.Document) -> str:
    """Return the whole file."""
    labels, blocks = document.labels, [block for section in document.sections for block in section.blocks]
    embedded = [block for block in blocks if isinstance(block, doc.Embedded)]
    more = [asset("embedded.css")] if embedded else []
    style = "".join([page_style(), asset("style.css"), *more, verdict_style(document.verdicts)])
    scripts = [asset("script.js"), *([asset("embedded.js")] if embedded else [])]
    policy = policy_of(style, scripts, [one.policy for one in embedded])
    # The policy comes first: it holds for all that follows it.
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", text_of(document.title)),
        el("style", style),
    )
    first, *rest = (_section(section, labels) for section in document.sections)
    # What comes first can be read by itself; what follows is listed after it.
    nav = _contents(document) if document.contents else None
    kinds = {"cover": document.cover, "short": not document.contents, "dense": document.dense}
    body = el(
        "body",
        el("a", labels["skip"], class_="skip", href="#report"),
        el("header", el("h1", _inlines(document.title)), el("p", _inlines(document.subtitle))),
        el("main", first, nav, rest, id="report"),
        el("footer", el("p", labels["footer"])),
        [el("script", script) for script in scripts],
        **{f"data_{name}": labels[name] for name in ("company", "metric", "all", "hover", "scroll")},
        class_=" ".join(kind for kind, applies in kinds.items() if applies) or None,
    )
    return f"<!DOCTYPE html>\n{el('html', head, body, lang=document.language)}\n"


def asset(name: str) -> str:
    """Return the page's style or script."""
    return (resources.files("simulator.report.page") / "assets" / name).read_text(encoding="utf-8")


def _contents(document: doc.Document) -> Element:
    title = document.labels["contents"]
    items = [el("li", el("a", section.title, href=f"#{section.anchor}")) for section in document.sections]
    return el("nav", el("h2", title), el("ol", items), aria_label=title)


def _section(section: doc.Section, labels: Mapping[str, str]) -> Element:
    inside = [el("h2", section.title), *(_block(block, labels) for block in section.blocks)]
    return el("section", inside, id=section.anchor, class_="choose" if section.selectors else None)


def _block(block: doc.Block, labels: Mapping[str, str]) -> Element:
    match block:
        case doc.Paragraph():
            return el("p", _inlines(block.text), class_=block.kind or None)
        case doc.Bullets():
            return _bullets(block.items)
        case doc.Notice():
            return el("div", el("strong", block.title), _bullets(block.items), class_="notice", role="note")
        case doc.Heading():
            return el("h3", _unbroken(block.text))
        case doc.Table():
            return _table(block)
        case doc.Charts():
            return _charts(block)
        case doc.KeyNumbers():
            return el("dl", map(_key_number, block.items), class_="numbers")
        case doc.Folded():
            return el("details", el("summary", block.title), [_block(one, labels) for one in block.blocks])
        case doc.Embedded():
            about = el("p", _inlines(block.about), class_="about")
            instead = el("p", _inlines(block.instead), class_="instead")
            return el("div", about, instead, frame(block, labels))


def _bullets(items: Sequence[doc.Content]) -> Element:
    return el("ul", [el("li", _inlines(item)) for item in items])


def _key_number(item: doc.KeyNumber) -> Element:
    number = el("dd", _unbroken(item.number), class_="figure")
    remark = el("dd", _unbroken(item.remark), class_="note") if item.remark else None
    return el("div", el("dt", _unbroken(item.label)), number, remark)


def _charts(block: doc.Charts) -> Element:
    legend = [
        el("li", el("svg", key(kind), viewBox="0 0 26 10", aria_hidden="true"), text)
        for kind, text in block.legend
    ]
    return el(
        "div",
        el("h3", _unbroken(block.title)),
        el("p", _inlines(block.note), class_="note") if block.note else None,
        el("ul", legend, class_="legend") if legend else None,
        el("div", map(_figure, block.charts), class_="figures"),
        class_="charts",
        data_metric=block.key,
        data_title=block.title,
    )


def _figure(chart: doc.Chart) -> Element:
    points = "\n".join(f"{place:g}\t{text}" for place, text in chart.points)
    return el(
        "figure",
        el("figcaption", el("b", _inlines(chart.title)), _inlines(chart.finding)),
        chart.wide,
        chart.small,
        el("p", _unbroken(chart.words), class_="words") if chart.words else None,
        class_="first" if chart.leads else None,
        data_entity=chart.entity,
        data_title=text_of(chart.title),
        data_points=points or None,
    )


def _table(table: doc.Table) -> Element:
    inside = el(
        "table",
        el("caption", _unbroken(table.caption)),
        el("thead", el("tr", map(_header, table.columns))),
        el("tbody", [line for row in table.rows for line in _row(row, table.columns)]),
        class_=table.kind or None,
    )
    return el("div", inside, class_="scroll", role="region", aria_label=table.caption, tabindex=0)


def _header(column: doc.Column) -> Element:
    unit = el("span", column.unit, class_="unit") if column.unit else None
    return el("th", column.name, unit, scope="col", class_="number" if column.numeric else None)


def _row(row: doc.Row, columns: Sequence[doc.Column]) -> Iterator[Element]:
    anchor, whole = _anchor(row.anchor) or None, len(columns)
    if row.cells:
        cells = [
            el("td", _cell(cell), class_="number" if column.numeric else None)
            for cell, column in zip(row.cells, columns[1:], strict=True)
        ]
        long = "long" if cell_len(text_of(row.head)) > SHORT else None
        head = el("th", _inlines(row.head), scope="row", class_=long)
        yield el("tr", head, cells, class_="strong" if row.strong else None, id=anchor)
    else:
        head = el("th", _inlines(row.head), scope="rowgroup", colspan=whole)
        yield el("tr", head, class_="strong group", id=anchor)
    if row.note:
        yield el("tr", el("td", _inlines(row.note), colspan=whole), class_="remark")


def _cell(cell: doc.Content | Element) -> Element | list[Element | str]:
    return cell if isinstance(cell, Element) else _inlines(cell)


def _inlines(content: doc.Content) -> list[Element | str]:
    return [_inline(piece) for piece in _joined(doc.pieces(content))]


def _joined(pieces: doc.Inlines) -> Iterator[doc.Inline]:
    """Yield pieces with texts that touch as one, since an amount may lie across two."""
    for texts, run in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if texts:
            yield "".join(map(text_of, run))
        else:
            yield from run


def _inline(piece: doc.Inline) -> Element | str:
    match piece:
        case str():
            return _unbroken(piece)
        case doc.Quoted():
            return _original(piece.text) if piece.foreign else el("bdi", _unbroken(piece.text))
        case doc.Day():
            return el("time", piece.text)
        case doc.Coloured():
            return el("strong", piece.text, class_=piece.verdict)
        case doc.Code():
            return el("code", el("bdi", _breakable(plain(piece.text))))
        case doc.Link():
            known, address = _unbroken(plain(piece.text)), safe_address(piece.address)
            text = _original(known) if piece.foreign else el("bdi", _breakable(known))
            return text if address is None else el("a", text, href=address, rel="noopener noreferrer")


def _unbroken(text: str) -> str:
    """Return a text whose numbers keep their errors and their units on one line."""
    return _WITHIN_AMOUNT.sub("\u00a0", text)


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
