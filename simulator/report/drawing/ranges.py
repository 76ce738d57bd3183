"""Ranges on one axis, one or several below each other in a row, such as before and after."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from simulator.report.drawing.frame import (
    Frame,
    Size,
    Ticks,
    line,
    path,
    place,
    text_at,
    text_width,
    ticks,
    ticks_for,
)
from simulator.report.markup import Element, el

#: From one range of a row to the next below it, and what a row has beside them.
PITCH, ROOM = 9, 12


class Range(NamedTuple):
    """A range by the name of its colour: its ends and its middle."""

    kind: str
    low: float
    middle: float
    high: float


class Ranges(NamedTuple):
    """One row: its name, its ranges from above, what came, or None, and a text at its end."""

    name: str
    ranges: Sequence[Range]
    came: float | None = None
    text: str = ""


class Axis(NamedTuple):
    """An axis that is given: its ends, its ticks, and the part of it that is known."""

    ends: tuple[float, float]
    ticks: Ticks
    known: tuple[float, float]


def ranges(
    size: Size,
    rows: Sequence[Ranges],
    texts: Mapping[str, str],
    tick_text: Callable[[float, float], str],
    axis: Axis | None = None,
) -> Element:
    """Return the drawing of ranges on one axis.

    Parameters
    ----------
    size
        Its width; its height follows from the number of rows.
    rows
        In the order in which they stand, in the unit shown.
    texts
        ``label`` for those who do not see it, ``across`` below the axis.
    tick_text
        Returns the text of a number beside an axis, given its step.
    axis
        None for one that holds all ranges; what lies beyond a given one is an arrow at its end.
    """
    # On a narrow drawing the names stand above their ranges, on a wide one beside them.
    aside = size.width > 500
    deep = PITCH * max(len(row.ranges) for row in rows)
    pitch = ROOM + deep + (0 if aside else 14)
    left = 14 + 1.05 * max(text_width(row.name) for row in rows) if aside else 14
    right = size.width - 14 - max(text_width(row.text) for row in rows)
    height = 46 + pitch * len(rows)
    size = Size(size.name, size.width, height + 12)
    frame = Frame(size, left, right, 8, height - 34, axis.ends if axis else _ends(rows), (0, 1))
    heights = [frame.top + pitch * (index + 1) - (ROOM + deep) / 2 for index in range(len(rows))]
    drawn: list[Element] = []
    if axis is not None:
        low, high = map(frame.across, axis.known)
        band = {"x": place(low), "width": place(high - low), "y": frame.top, "height": pitch * len(rows)}
        drawn.append(el("rect", class_="known", **band))
    marks = axis.ticks if axis else ticks(*frame.x, ticks_for(size), tick_text)
    drawn += frame.below(marks, texts["across"], height + 4)
    if axis is None and frame.x[0] < 0 < frame.x[1]:
        drawn += frame.upright(0.0, [] if aside else [(y - deep / 2 - 2, y + deep / 2 + 2) for y in heights])
    for row, y in zip(rows, heights, strict=True):
        at = (frame.left - 8, y + 4, "label", "end") if aside else (4, y - deep / 2 - 5, "label", "start")
        drawn += [text_at(row.name, *at), *_row(frame, row, y)]
    return frame.svg(texts["label"], drawn)


def _ends(rows: Sequence[Ranges]) -> tuple[float, float]:
    values = [x for row in rows for one in row.ranges for x in one[1:]]
    values += [row.came for row in rows if row.came is not None]
    low, high = min(values), max(values)
    room = (high - low or 1.0) * 0.05
    return low - room, high + room


def _row(frame: Frame, row: Ranges, y: float) -> list[Element]:
    drawn: list[Element] = []
    for index, one in enumerate(row.ranges):
        height = y + PITCH * (index - (len(row.ranges) - 1) / 2)
        low, middle, high = map(frame.across, one[1:])
        drawn.append(line(f"range {one.kind}", (low, height), (high, height)))
        if one.low < frame.x[0]:
            drawn.append(_arrow(one.kind, frame.left, height, -7))
        if one.high > frame.x[1]:
            drawn.append(_arrow(one.kind, frame.right, height, 7))
        drawn.append(el("circle", class_=f"middle {one.kind}", cx=f"{middle:.1f}", cy=f"{height:.1f}", r=4))
    if row.came is not None:
        x = frame.across(row.came)
        drawn.append(line("came", (x, y - 11), (x, y + 11)))
    if row.text:
        drawn.append(text_at(row.text, frame.right + 10, y + 4, "tick", "start"))
    return drawn


def _arrow(kind: str, x: float, y: float, length: float) -> Element:
    return path(f"middle {kind}", [(x, y - 5), (x + length, y), (x, y + 5)], closed=True)
