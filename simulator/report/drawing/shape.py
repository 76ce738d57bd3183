"""A distribution: its histogram, stacked by verdict, over the middle and the ends of each verdict's paths."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from simulator.analysis.distribution import Histogram
from simulator.report.drawing.frame import Frame, Size, line, path, text_at, ticks, ticks_for
from simulator.report.markup import Element, el


class Strip(NamedTuple):
    """One row below a histogram: its label, its colour, and its 5th, 50th and 95th percentile."""

    label: str
    kind: str
    low: float
    middle: float
    high: float


def shape(
    size: Size,
    found: Histogram,
    factor: float,
    strips: Sequence[Strip],
    texts: Mapping[str, str],
    tick_text: Callable[[float, float], str],
    level: float | None = None,
) -> Element:
    """Return the drawing of a distribution.

    Parameters
    ----------
    size
        Of the drawing.
    found, factor
        The histogram, and what brings its edges to the unit shown.
    strips
        Rows below it, in the unit shown.
    texts
        ``label`` for those who do not see it, ``across`` and ``up`` beside the axes.
    tick_text
        Returns the text of a number beside an axis, given its step.
    level
        A height to compare with, in per cent, or None.
    """
    step = 16 if size.width > 500 else 15
    bottom = size.height - 48 - step * len(strips)
    edges = found.edges * factor
    total = np.sum(list(found.drawn.values()), axis=0) * 100
    frame = Frame(
        size,
        52,
        size.width - 12,
        26,
        bottom,
        (float(edges[0]), float(edges[-1])),
        (0, float(total.max()) * 1.04),
    )
    drawn: list[Element | None] = [
        *frame.beside(ticks(*frame.y, 3, tick_text)[1:], texts["up"]),
        *_stack(frame, edges, found),
        frame.zero(),
        None
        if level is None
        else line("level", (frame.left, frame.up(level)), (frame.right, frame.up(level))),
        *frame.below(ticks(*frame.x, ticks_for(size), tick_text), texts["across"], size.height - 6),
    ]
    for index, strip in enumerate(strips):
        drawn += _strip(frame, strip, bottom + 32 + step * index)
    return frame.svg(texts["label"], drawn)


def _stack(frame: Frame, edges: np.ndarray, found: Histogram) -> list[Element]:
    floor = np.zeros(len(edges) - 1)
    drawn = []
    for name, shares in reversed(list(found.drawn.items())):  # the last verdict lies on the floor
        top = floor + shares * 100
        if np.any(top > floor):
            there = _steps(frame, edges, top)
            back = _steps(frame, edges, floor)[::-1]
            drawn.append(path(f"fill {name}", [*there, *back], closed=True))
        floor = top
    return drawn


def _steps(frame: Frame, edges: np.ndarray, heights: np.ndarray) -> list[tuple[float, float]]:
    points = []
    for left, right, height in zip(edges, edges[1:], heights, strict=False):
        y = frame.up(float(height))
        for x in (frame.across(float(left)), frame.across(float(right))):
            if len(points) > 1 and points[-1][1] == y == points[-2][1]:
                points[-1] = (x, y)
            else:
                points.append((x, y))
    return points


def _strip(frame: Frame, strip: Strip, y: float) -> list[Element]:
    low, middle, high = (frame.across(v) for v in (strip.low, strip.middle, strip.high))
    return [
        text_at(strip.label, frame.left - 6, y + 4, "tick", "end"),
        line(f"range {strip.kind}", (low, y), (high, y)),
        el("circle", class_=f"middle {strip.kind}", cx=f"{middle:.1f}", cy=f"{y:.1f}", r=4),
    ]
