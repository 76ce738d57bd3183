"""A tornado: what a metric is on average where one prior is low and where it is high, in the order given."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from simulator.report.drawing.frame import Frame, Size, said, text_width, ticks, ticks_for
from simulator.report.markup import Element, el

#: Least width for a tick and its text.
PITCH = 70

#: Between a bar and its text, and from there to the name of the row.
GAP = 16


class Bar(NamedTuple):
    """One row: the prior's name, the means where it is low and where it is high, and their texts."""

    name: str
    low: float
    high: float
    low_text: str
    high_text: str


def bars(
    size: Size,
    rows: Sequence[Bar],
    middle: float,
    texts: Mapping[str, str],
    written: Callable[[float, float], str],
) -> Element:
    """Return the drawing of a tornado.

    Parameters
    ----------
    size
        Its width; its height follows from the number of rows.
    rows
        The widest first, in the unit shown.
    middle
        The mean of all paths.
    texts
        ``label`` for those who do not see it, ``across`` below the axis.
    written
        How a number beside an axis is written, given its step.
    """
    # On a narrow drawing the names stand above their bars, on a wide one beside them.
    aside = size.width > 500
    pitch = 24 if aside else 38
    left = 14 + 1.05 * max(text_width(row.name) for row in rows) if aside else 14
    low = min(middle, *(min(row.low, row.high) for row in rows))
    high = max(middle, *(max(row.low, row.high) for row in rows))
    # At either end stands the text of the longest bar, clear of the names and of the edge.
    text = GAP + max(text_width(text) for row in rows for text in (row.low_text, row.high_text))
    room = (high - low or 1.0) * text / max(size.width - 14 - left - 2 * text, text)
    height = 46 + pitch * len(rows)
    size = Size(size.name, size.width, height + 12)
    frame = Frame(size, left, size.width - 14, 8, height - 34, (low - room, high + room), (0, 1))
    count = min(ticks_for(size), max(2, int((frame.right - left) / PITCH)))
    drawn = frame.below(ticks(*frame.x, count, written), texts["across"], height + 4)
    heights = [frame.top + pitch * index + (pitch / 2 if aside else pitch - 13) for index in range(len(rows))]
    for row, y in zip(rows, heights, strict=True):
        drawn += _row(frame, row, middle, y, aside=aside)
    drawn += frame.upright(middle, [] if aside else [(y - 9, y + 9) for y in heights])
    return frame.svg(texts["label"], drawn)


def _row(frame: Frame, row: Bar, middle: float, y: float, *, aside: bool) -> list[Element]:
    drawn = []
    for value, text, kind in ((row.low, row.low_text, "low"), (row.high, row.high_text, "high")):
        start, end = sorted((frame.across(middle), frame.across(value)))
        drawn.append(
            el(
                "rect",
                class_=f"bar {kind}",
                x=f"{start:.1f}",
                y=f"{y - 7:.1f}",
                width=f"{end - start:.1f}",
                height=14,
            )
        )
        before = value < middle or (value == middle and kind == "low")
        x = frame.across(value) + (-4 if before else 4)
        drawn.append(said(text, x, y + 4, "tick", "end" if before else "start"))
    at = (frame.left - 8, y + 4, "label", "end") if aside else (4, y - 12, "label", "start")
    return [said(row.name, *at), *drawn]
