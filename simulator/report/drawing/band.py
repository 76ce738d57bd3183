"""A fan over time: the range of the paths, their middle half, their median; or two fans to compare."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from simulator.analysis.fan import Fan
from simulator.report.drawing.frame import Frame, Size, line, path, ticks
from simulator.report.markup import Element

#: The colours of one quantity alone, and of two.
KINDS = ("one", "two")


def band(
    size: Size,
    fans: Sequence[Fan],
    factor: float,
    quarters: Sequence[str],
    texts: Mapping[str, str],
    tick_text: Callable[[float, float], str],
) -> Element:
    """Return the drawing of one or two fans over the same quarters.

    Parameters
    ----------
    size
        Of the drawing.
    fans, factor
        What is drawn, and what brings it to the unit shown.
    quarters
        Their names, such as 2026Q1.
    texts
        ``label`` for those who do not see it, ``up`` beside the axis.
    tick_text
        Returns the text of a number beside an axis, given its step.
    """
    values = factor * np.concatenate([one.quantiles.ravel() for one in fans])
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    high = high if high > low else low + 1
    last = len(quarters) - 1
    frame = Frame(size, 58, size.width - 14, 28, size.height - 26, (0, last), (low, high))
    marks = [(float(t), name[:-2]) for t, name in enumerate(quarters) if name.endswith("Q1")]
    if size.width < 500:
        marks = marks[:: 1 + len(marks) // 7]
    drawn: list[Element] = frame.beside(ticks(low, high, 4, tick_text), texts["up"])
    for kind, one in zip(KINDS, fans, strict=False):
        rows = [_line(frame, factor * row) for row in one.quantiles]
        drawn += _two(kind, rows) if len(fans) > 1 else _alone(frame, kind, rows, one, factor)
        drawn.append(path(f"median {kind}", rows[2]))
    if low < 0 < high:
        drawn.append(line("zero", (frame.left, frame.up(0)), (frame.right, frame.up(0))))
    drawn += frame.below(marks, "", 0)[:-1]
    return frame.svg(texts["label"], drawn)


type Line = list[tuple[float, float]]


def _line(frame: Frame, values: np.ndarray) -> Line:
    return [(frame.across(t), frame.up(float(v))) for t, v in enumerate(values)]


def _two(kind: str, rows: Sequence[Line]) -> list[Element]:
    """Return one of two fans: where they overlap, only their edges are drawn in full."""
    return [
        path(f"outer {kind}", [*rows[0], *rows[4][::-1]], closed=True),
        path(f"edge {kind}", rows[0]),
        path(f"edge {kind}", rows[4]),
    ]


def _alone(frame: Frame, kind: str, rows: Sequence[Line], one: Fan, factor: float) -> list[Element]:
    """Return a fan by itself: its middle half, and the medians of the paths of each verdict."""
    return [
        path(f"outer {kind}", [*rows[0], *rows[4][::-1]], closed=True),
        path(f"inner {kind}", [*rows[1], *rows[3][::-1]], closed=True),
        *(path(f"given {verdict}", _line(frame, factor * v)) for verdict, v in one.drawn.items()),
    ]
