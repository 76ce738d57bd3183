"""Parts of a scale from 0 to 100%, as bars in groups: which quantiles of each belief a box has."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.report.drawing.frame import Frame, Size, place, text_at, text_width, wrapped
from simulator.report.markup import Element, el

#: Height of a bar, of a line of text, and of the room below a group.
BAR, LINE, ROOM = 10, 16, 10
#: Ticks of the scale, in per cent.
TICKS = (0, 25, 50, 75, 100)


class Span(NamedTuple):
    """One bar: its name, the shares from which it goes and to which, and a text beside it."""

    name: str
    low: float
    high: float
    text: str


class Spans(NamedTuple):
    """Bars of one colour below a title."""

    title: str
    kind: str
    spans: Sequence[Span]


def spans(size: Size, groups: Sequence[Spans], texts: Mapping[str, str]) -> Element:
    """Return the drawing of parts of a scale.

    Parameters
    ----------
    size
        Its width; its height follows from the rows. On a wide drawing names stand beside their bars, on a
        narrow one above.
    groups
        From above.
    texts
        ``label`` for those who do not see it, ``across`` below the scale.
    """
    aside = size.width > 500
    rows = [span for group in groups for span in group.spans]
    left = 14 + 1.05 * max(text_width(one.name) for one in rows) if aside else 12.0
    right = size.width - 18 - (max(text_width(one.text) for one in rows) if aside else 0)
    titles = [wrapped(group.title, size.width - 8) for group in groups]
    pitch = LINE + (0 if aside else BAR)
    height = sum(len(own) * LINE + ROOM for own in titles) + pitch * len(rows)
    frame = Frame(Size(size.name, size.width, height + 46), left, right, 0, height + 4, (0, 100), (0, 1))
    drawn = frame.below([(one, f"{one}%") for one in TICKS], texts["across"], height + 42)
    y = 0.0
    for group, lines in zip(groups, titles, strict=True):
        for text in lines:
            y += LINE
            drawn.append(text_at(text, 4, y - 4, "on", "start"))
        for span in group.spans:
            drawn += _row(frame, group.kind, span, y, aside=aside)
            y += pitch
        y += ROOM
    return frame.svg(texts["label"], drawn)


def _row(frame: Frame, kind: str, span: Span, y: float, *, aside: bool) -> list[Element]:
    top = y + 3 if aside else y + LINE - 2
    low, high = frame.across(100 * span.low), frame.across(100 * span.high)

    def bar(kind: str, start: float, end: float) -> Element:
        width = place(max(end - start, 1.0))
        return el("rect", class_=kind, x=place(start), y=place(top), width=width, height=BAR)

    drawn = [bar("known", frame.left, frame.right), bar(f"bar {kind}", low, high)]
    if aside:
        drawn.append(text_at(span.name, frame.left - 8, y + 12, "label", "end"))
        drawn.append(text_at(span.text, frame.right + 10, y + 12, "tick", "start"))
    else:
        drawn.append(text_at(f"{span.name}  {span.text}", frame.left, y + LINE - 5, "label", "start"))
    return drawn
