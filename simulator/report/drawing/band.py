"""A fan over time: the range of the paths, their middle half, their median; or two fans to compare."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.report.drawing.frame import Frame, Size, line, path, ticks
from simulator.report.markup import Element


class Band(NamedTuple):
    """A quantity in the unit shown: its colour, five quantiles by quarter, and its medians given verdicts."""

    kind: str
    quantiles: Float[np.ndarray, "level quarter"]
    given: Mapping[str, Float[np.ndarray, " quarter"]]


def band(
    size: Size,
    bands: Sequence[Band],
    quarters: Sequence[str],
    texts: Mapping[str, str],
    written: Callable[[float, float], str],
) -> Element:
    """Return the drawing of one or two fans over the same quarters.

    Parameters
    ----------
    size
        Of the drawing.
    bands
        What is drawn.
    quarters
        Their names, such as 2026Q1.
    texts
        ``label`` for those who do not see it, ``up`` beside the axis.
    written
        How a number beside an axis is written, given its step.
    """
    values = np.concatenate([one.quantiles.ravel() for one in bands])
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    high = high if high > low else low + 1
    last = len(quarters) - 1
    frame = Frame(size, 58, size.width - 14, 28, size.height - 26, (0, last), (low, high))
    marks = [(float(t), name[:-2]) for t, name in enumerate(quarters) if name.endswith("Q1")]
    if size.width < 500:
        marks = marks[:: 1 + len(marks) // 7]
    drawn: list[Element] = frame.beside(ticks(low, high, 4, written), texts["up"])
    for one in bands:
        pair = len(bands) > 1
        drawn += _fan(frame, one, inner=not pair)
    if low < 0 < high:
        drawn.append(line("zero", (frame.left, frame.up(0)), (frame.right, frame.up(0))))
    drawn += frame.below(marks, "", 0)[:-1]
    return frame.svg(texts["label"], drawn)


def _fan(frame: Frame, one: Band, *, inner: bool) -> list[Element]:
    rows = [[(frame.across(t), frame.up(float(v))) for t, v in enumerate(row)] for row in one.quantiles]
    drawn = [path(f"outer {one.kind}", [*rows[0], *rows[4][::-1]], closed=True)]
    if not inner:
        # Where two fans overlap, their edges tell them apart.
        drawn += [path(f"edge {one.kind}", rows[0]), path(f"edge {one.kind}", rows[4])]
    if inner:
        drawn.append(path(f"inner {one.kind}", [*rows[1], *rows[3][::-1]], closed=True))
    for verdict, values in one.given.items() if inner else ():
        points = [(frame.across(t), frame.up(float(v))) for t, v in enumerate(values)]
        drawn.append(path(f"given {verdict}", points))
    drawn.append(path(f"median {one.kind}", rows[2]))
    return drawn
