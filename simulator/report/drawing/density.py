"""The density of a prior with its quantiles, and of another to compare it with as an outline."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.report.drawing.frame import Frame, Size, line, path, text_at, ticks, ticks_for
from simulator.report.markup import Element, el


class Density(NamedTuple):
    """Densities by bin, per unit: what is shown, and what it is compared with, or None."""

    edges: Float[np.ndarray, " edge"]
    values: Float[np.ndarray, " bin"]
    before: Float[np.ndarray, " bin"] | None = None


class Mark(NamedTuple):
    """A quantile: where it lies, and the lines of its text."""

    value: float
    lines: Sequence[str]


def density(
    size: Size,
    found: Density,
    marks: Sequence[Mark],
    texts: Mapping[str, str],
    tick_text: Callable[[float, float], str],
) -> Element:
    """Return the drawing of a density.

    Parameters
    ----------
    size
        Of the drawing.
    found
        In the unit shown.
    marks
        Its quantiles, each with its text.
    texts
        ``label`` for those who do not see it, ``across`` and ``up`` beside the axes.
    tick_text
        Returns the text of a number beside an axis, given its step.
    """
    edges, highest = found.edges, [found.values.max(), 0 if found.before is None else found.before.max()]
    # The scale of a density says nothing that a reader could use: it has no numbers.
    frame = Frame(
        size,
        14,
        size.width - 14,
        26,
        size.height - 46,
        (float(edges[0]), float(edges[-1])),
        (0, 1.04 * float(max(highest))),
    )
    now = _steps(frame, edges, found.values)
    floor = [(frame.right, frame.bottom), (frame.left, frame.bottom)]
    drawn = [
        *frame.beside([], texts["up"]),
        path("density", [*now, *floor], closed=True),
        path("edge one", now),
    ]
    if found.before is not None:
        drawn.append(path("edge before", _steps(frame, edges, found.before)))
    for mark in marks:
        drawn += _mark(frame, found, mark)
    drawn += frame.below(ticks(*frame.x, ticks_for(size), tick_text), texts["across"], size.height - 6)
    return frame.svg(texts["label"], drawn)


def _steps(
    frame: Frame, edges: Float[np.ndarray, " edge"], heights: Float[np.ndarray, " bin"]
) -> list[tuple[float, float]]:
    ends = np.repeat(edges, 2)[1:-1]
    return [
        (frame.across(float(x)), frame.up(float(y))) for x, y in zip(ends, np.repeat(heights, 2), strict=True)
    ]


def _mark(frame: Frame, found: Density, mark: Mark) -> list[Element]:
    place = int(np.clip(np.searchsorted(found.edges, mark.value) - 1, 0, len(found.values) - 1))
    x, top = frame.across(mark.value), frame.up(float(found.values[place]))
    middle = (frame.bottom + top) / 2 - 7 * (len(mark.lines) - 1)
    return [
        line("mark", (x, frame.bottom), (x, top)),
        el("circle", class_="dot", cx=f"{x:.1f}", cy=f"{frame.bottom:.1f}", r=4),
        *(text_at(text, x + 5, middle + 14 * i, "halo", "start") for i, text in enumerate(mark.lines)),
    ]
