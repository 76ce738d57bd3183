"""The report as a document that knows no format: sections of blocks, blocks of inline pieces.

A piece that is a plain string is this package's own text; what a user's file says is `Quoted`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from simulator.report.markup import Element


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text of the study's files: to be read, never to be interpreted.

    `foreign` says that it stands in another language than the report.
    """

    text: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A date in digits, which is never broken."""

    text: str


@dataclass(frozen=True, slots=True)
class Coloured:
    """A verdict's name in its colour."""

    text: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Code:
    """A name or a command to be copied."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A text of the study's files that leads to an address on the web, or a reference within the report.

    `foreign` says that the text stands in another language than the report.
    """

    text: str
    address: str
    foreign: bool = False


type Inline = str | Quoted | Day | Coloured | Code | Link
type Inlines = Sequence[Inline]

#: One piece, or several in a row.
type Content = Inline | Inlines


def pieces(content: Content) -> Inlines:
    """Return content as pieces."""
    return [content] if isinstance(content, str | Quoted | Day | Coloured | Code | Link) else content


def text_of(content: Content | Element) -> str:
    """Return content as plain text; a picture has none."""
    if isinstance(content, Element):
        return ""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces(content))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `kind`: "lead" the answer, "answer" that of a part, "note" an explanation."""

    text: Content
    kind: Literal["", "lead", "note", "answer"] = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short texts."""

    items: Sequence[Content]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader must know before believing a number."""

    title: str
    items: Sequence[Content]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's header: its name and, below, its unit."""

    name: str
    unit: str = ""
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its header, its cells, and whether it stands out. `note` is a line of its own below it."""

    head: Content
    cells: Sequence[Content | Element]
    strong: bool = False
    note: Content = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    kind: Literal["", "priors", "facts", "prose"] = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in two sizes, and what it shows in words.

    Attributes
    ----------
    entity, leads, title
        Whose chart it is, whether that entity comes first, and what stands above the chart.
    wide, small
        The drawing for the width of a page and for half of it.
    words
        What a reader learns from it.
    points
        Places along it, 0 to 1 of its width, with what is to be read there.
    finding
        What it shows, to follow its title.
    """

    entity: str
    leads: bool
    title: Content
    wide: Element | None
    small: Element
    words: str
    points: Sequence[tuple[float, str]] = ()
    finding: Content = ()


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts of one quantity, a leading one the largest; `key` names the quantity for the selector."""

    key: str
    title: str
    charts: Sequence[Chart]
    legend: Sequence[tuple[str, str]] = ()
    note: Content = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """A number large enough to be seen first, what it is, and a remark."""

    number: str
    label: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class KeyNumbers:
    """A few numbers side by side."""

    items: Sequence[KeyNumber]


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks that open when their title is opened."""

    title: str
    blocks: "Sequence[Block]"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A page within the report.

    Attributes
    ----------
    anchor, title
        Its name in the report, and what it is called for those who hear it.
    html, policy
        The whole page, and its content-security policy: the report has to allow what that allows.
    about
        What a reader should know of it, where it runs.
    instead
        What stands in its place on paper and where no script runs.
    """

    anchor: str
    title: str
    html: str
    policy: str
    about: Content
    instead: Content


type Block = Paragraph | Bullets | Notice | Table | Charts | Heading | KeyNumbers | Folded | Embedded


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report. One with `selectors` lets a reader choose what its charts show."""

    anchor: str
    title: str
    blocks: Sequence[Block]
    selectors: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    `contents` says whether its sections are listed after the first, `cover` whether that one is printed on a
    page of its own, `dense` whether it is printed in small type, as a form is; `verdicts` are the names of
    the verdicts, in their order.
    """

    language: str
    title: Content
    subtitle: Content
    sections: Sequence[Section]
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    contents: bool = True
    cover: bool = False
    dense: bool = False
    verdicts: Sequence[str] = ()
