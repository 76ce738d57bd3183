"""Chances that sum to one, as one bar a case: the verdict as believed, and in each case below it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.report.drawing.frame import Frame, Size, line, place, text_at, text_width, wrapped
from simulator.report.markup import Element, el

#: Heights of a bar, of a line of its label, and of the room below the bar.
BAR, LINE, ROOM = 12, 15, 12


class Stack(NamedTuple):
    """One bar: what it is of, its parts in order by the name of their colour, and a text at its end."""

    label: str
    parts: Mapping[str, float]
    end: str


def stacks(size: Size, rows: Sequence[Stack], label: str, across: str) -> Element:
    """Return the drawing of bars of equal length, each under its label.

    Parameters
    ----------
    size
        Its width; its height follows from the rows.
    rows
        From above; their parts sum to 1. The first is what the others are compared with.
    label, across
        For those who do not see it; and the unit, below.
    """
    left, right = 2.0, size.width - 2.0
    widest = right - left - 8 - max(text_width(row.end) for row in rows)
    lines = [wrapped(row.label, widest) for row in rows]
    height = sum(len(own) * LINE + BAR + ROOM for own in lines) + LINE
    frame = Frame(Size(size.name, size.width, height), left, right, 0, height - ROOM, (0, 1), (0, 1))
    # Where the last part begins in the first row, marked on every bar.
    before = frame.across(1 - list(rows[0].parts.values())[-1])
    drawn: list[Element] = []
    y = 0.0
    for row, own in zip(rows, lines, strict=True):
        for text in own:
            y += LINE
            drawn.append(text_at(text, left, y - 3, "label", "start"))
        drawn.append(text_at(row.end, right, y - 3, "label", "end"))
        drawn += _bar(frame, row.parts, y)
        drawn.append(line("zero", (before, y - 2), (before, y + BAR + 2)))
        y += BAR + ROOM
    drawn.append(text_at(across, right, height - 4, "title", "end"))
    return frame.svg(label, drawn)


def _bar(frame: Frame, parts: Mapping[str, float], y: float) -> list[Element]:
    drawn, start = [], 0.0
    for kind, share in parts.items():
        x, end = frame.across(start), frame.across(start + share)
        drawn.append(
            el("rect", class_=f"fill {kind}", x=place(x), y=place(y), width=place(end - x), height=BAR)
        )
        start += share
    return drawn
