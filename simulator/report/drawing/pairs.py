"""Ranges before and after, one pair of rows for each quantity, with what came where it is known."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from simulator.report.drawing.frame import Frame, Size, line, said, text_width, ticks, ticks_for
from simulator.report.markup import Element, el


class Pair(NamedTuple):
    """One quantity: its name, three quantiles before and after, and what came, or None."""

    name: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    came: float | None = None


def pairs(
    size: Size,
    rows: Sequence[Pair],
    texts: Mapping[str, str],
    written: Callable[[float, float], str],
) -> Element:
    """Return the drawing of pairs of ranges on one axis.

    Parameters
    ----------
    size
        Its width; its height follows from the number of rows.
    rows
        In the order in which they stand, in the unit shown.
    texts
        ``label`` for those who do not see it, ``across`` below the axis.
    written
        How a number beside an axis is written, given its step.
    """
    # On a narrow drawing the names stand above their ranges, on a wide one beside them.
    aside = size.width > 500
    pitch = 30 if aside else 44
    left = 14 + 1.05 * max(text_width(row.name) for row in rows) if aside else 14
    values = [x for row in rows for x in (*row.before, *row.after, row.came) if x is not None]
    low, high = min(values), max(values)
    room = (high - low or 1.0) * 0.05
    height = 46 + pitch * len(rows)
    size = Size(size.name, size.width, height + 12)
    frame = Frame(size, left, size.width - 14, 8, height - 34, (low - room, high + room), (0, 1))
    heights = [frame.top + pitch * index + (pitch / 2 if aside else pitch - 14) for index in range(len(rows))]
    drawn = frame.below(ticks(*frame.x, ticks_for(size), written), texts["across"], height + 4)
    if frame.x[0] < 0 < frame.x[1]:
        drawn += frame.upright(0.0, [] if aside else [(y - 11, y + 11) for y in heights])
    for row, y in zip(rows, heights, strict=True):
        drawn += _row(frame, row, y, aside)
    return frame.svg(texts["label"], drawn)


def _row(frame: Frame, row: Pair, y: float, aside: bool) -> list[Element]:
    at = (frame.left - 8, y + 4, "label", "end") if aside else (4, y - 14, "label", "start")
    drawn = [said(row.name, *at)]
    for kind, quantiles, height in (("two", row.before, y - 5), ("one", row.after, y + 5)):
        low, middle, high = map(frame.across, quantiles)
        drawn.append(line(f"range {kind}", (low, height), (high, height)))
        drawn.append(el("circle", class_=f"middle {kind}", cx=f"{middle:.1f}", cy=f"{height:.1f}", r=4))
    if row.came is not None:
        x = frame.across(row.came)
        drawn.append(line("came", (x, y - 11), (x, y + 11)))
    return drawn
