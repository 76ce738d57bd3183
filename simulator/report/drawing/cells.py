"""A map of two beliefs: a cell for each pair of their values, in the colour of what is likeliest there."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.report.drawing.frame import DIGIT, Frame, Size, place, text_at, text_width
from simulator.report.markup import Element, el

#: Height of a cell.
CELL = 30


class Cell(NamedTuple):
    """The name of a cell's colour, and the text in it."""

    kind: str
    text: str


def cells(
    size: Size,
    rows: Sequence[Sequence[Cell]],
    across: Sequence[str],
    up: Sequence[str],
    texts: Mapping[str, str],
) -> Element:
    """Return the drawing of a map.

    Parameters
    ----------
    size
        Its width; its height follows from the rows.
    rows
        From below, each from the left.
    across, up
        The values of either belief, as texts.
    texts
        ``label`` for those who do not see it; ``across`` and ``up``, the beliefs with their units.
    """
    left = 14 + max(text_width(text) for text in up)
    height = 22 + CELL * len(rows) + 46
    bottom = 22 + CELL * len(rows)
    ends = (0, len(across)), (0, len(rows))
    frame = Frame(Size(size.name, size.width, height), left, size.width - 4.0, 22, bottom, *ends)
    drawn = [text_at(texts["up"], 2, 14, "title", "start")]
    for level, row in enumerate(rows):
        middle = frame.up(level + 0.5) + 4
        drawn.append(text_at(up[level], left - 6, middle, "tick", "end"))
        for column, cell in enumerate(row):
            x, end = frame.across(column), frame.across(column + 1)
            shape = {"x": place(x), "y": place(frame.up(level + 1)), "width": place(end - x - 1)}
            drawn.append(el("rect", class_=f"fill {cell.kind}", height=CELL - 1, **shape))
            if len(cell.text) * DIGIT < end - x:
                drawn.append(text_at(cell.text, (x + end) / 2, middle, f"on {cell.kind}", "middle"))
    # Where columns are narrow not each has room for its text.
    room = (frame.right - frame.left) / len(across)
    every = math.ceil(max(text_width(text) + DIGIT for text in across) / room)
    for column, text in list(enumerate(across))[::every]:
        drawn.append(text_at(text, frame.across(column + 0.5), bottom + 16, "tick", "middle"))
    drawn.append(text_at(texts["across"], (left + size.width) / 2, height - 8, "title", "middle"))
    return frame.svg(texts["label"], drawn)
