"""One share against another, such as what is gained against what is given up: a curve, and points."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.estimate import Number
from simulator.report.drawing.frame import Frame, Size, line, path, text_at, text_width
from simulator.report.markup import Element, el

#: Standard errors to either side that the band shows.
SPAN = 2
#: Height of a line of text.
LINE = 14
#: Ticks of both axes, in per cent.
TICKS = (0, 25, 50, 75, 100)


class Point(NamedTuple):
    """A place: across, up, the name of its colour, and its text."""

    across: Number
    up: Number
    kind: str = ""
    text: str = ""


def trade(
    size: Size, curve: Sequence[Point], marks: Sequence[Point], level: float, texts: Mapping[str, str]
) -> Element:
    """Return the drawing of a curve between two shares.

    Parameters
    ----------
    size
        Of the drawing.
    curve
        From one end to the other; the band is of the errors of what stands upwards.
    marks
        Points beside it, with their texts.
    level
        The share that a dashed line across stands at.
    texts
        ``label`` for those who do not see it, ``across`` and ``up`` beside the axes.
    """
    frame = Frame(size, 52, size.width - 16, 28, size.height - 46, (0, 100), (0, 100))
    ticks = [(one, f"{one}%") for one in TICKS]
    y = frame.up(100 * level)

    def at(point: Point, errors: float = 0.0) -> tuple[float, float]:
        return frame.across(100 * point.across.value), frame.up(
            100 * (point.up.value + errors * point.up.error)
        )

    band = [*(at(one, SPAN) for one in curve), *(at(one, -SPAN) for one in reversed(curve))]
    drawn = [
        *frame.beside(ticks, texts["up"]),
        line("level", (frame.left, y), (frame.right, y)),
        path("outer one", band, closed=True),
        path("median one", [at(one) for one in curve]),
        *frame.below(ticks, texts["across"], size.height - 6),
    ]
    taken: list[tuple[float, float, float]] = []
    for mark in marks:
        x, up = at(mark)
        drawn.append(el("circle", class_=f"middle {mark.kind}", cx=f"{x:.1f}", cy=f"{up:.1f}", r=5))
        width = text_width(mark.text)
        left = min(x + 8, size.width - width - 2)
        y = _free(taken, left, left + width, up - 7)
        taken.append((left, left + width, y))
        drawn.append(text_at(mark.text, left, y, "halo", "start"))
    return frame.svg(texts["label"], drawn)


def _free(taken: Sequence[tuple[float, float, float]], left: float, right: float, y: float) -> float:
    """Return the height of a text that lies on none of those taken: as asked, or some lines further down."""

    def lies_on(one: tuple[float, float, float]) -> bool:
        return left < one[1] and right > one[0] and abs(y - one[2]) < LINE

    while any(map(lies_on, taken)):
        y += LINE
    return y
