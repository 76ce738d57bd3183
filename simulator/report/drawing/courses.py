"""Along each of some beliefs what is likeliest, by quantile, and where that changes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.report.drawing.frame import Frame, Size, Ticks, line, place, text_at, wrapped
from simulator.report.markup import Element, el

#: Heights of a bar, of a line of its label, and of the room below the bar.
BAR, LINE, ROOM = 14, 15, 12


class Region(NamedTuple):
    """A part of a bar by the name of its colour, from one share to another."""

    kind: str
    low: float
    high: float


class Mark(NamedTuple):
    """A place on a bar, and how surely it is there: from one share to another."""

    at: float
    low: float
    high: float


class Course(NamedTuple):
    """One bar: what it is of, its regions from the left, and its marks."""

    label: str
    regions: Sequence[Region]
    marks: Sequence[Mark]


def courses(
    size: Size, rows: Sequence[Course], ticks: Ticks, central: tuple[float, float], texts: Mapping[str, str]
) -> Element:
    """Return the drawing of bars on one axis of shares, each under its label.

    Parameters
    ----------
    size
        Its width; its height follows from the rows.
    rows
        From above.
    ticks
        Shares that are named below the axis.
    central
        The shares between which a belief mostly is: a line below each bar.
    texts
        ``label`` for those who do not see it, ``across`` below the axis.
    """
    left, right = 12.0, size.width - 12.0
    lines = [wrapped(row.label, right - left) for row in rows]
    height = sum(len(own) * LINE + BAR + ROOM for own in lines) + 44
    frame = Frame(Size(size.name, size.width, height), left, right, 0, height - 40, (0, 1), (0, 1))
    drawn: list[Element] = []
    y = 0.0
    for row, own in zip(rows, lines, strict=True):
        for text in own:
            y += LINE
            drawn.append(text_at(text, left, y - 3, "label", "start"))
        drawn += _bar(frame, row, y)
        low, high = map(frame.across, central)
        drawn.append(line("whisker", (low, y + BAR + 3), (high, y + BAR + 3)))
        y += BAR + ROOM
    drawn += frame.below(ticks, texts["across"], height - 6)
    return frame.svg(texts["label"], drawn)


def _bar(frame: Frame, row: Course, y: float) -> list[Element]:
    drawn: list[Element] = []
    for region in row.regions:
        x, end = frame.across(region.low), frame.across(region.high)
        shape = {"x": place(x), "y": place(y), "width": place(end - x), "height": BAR}
        drawn.append(el("rect", class_=f"fill {region.kind}", **shape))
    for mark in row.marks:
        at, low, high = map(frame.across, mark)
        drawn.append(line("came", (at, y - 3), (at, y + BAR + 3)))
        drawn.append(line("whisker", (low, y + BAR / 2), (high, y + BAR / 2)))
    return drawn
