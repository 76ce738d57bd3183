"""Curves of probability: of more than each amount, with its error, or of a tail on a logarithmic scale."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.analysis.distribution import Exceedance
from simulator.report.drawing.frame import Frame, Size, path, text_at, text_width, ticks, ticks_for
from simulator.report.markup import Element, el

#: Standard errors to either side that the band around the curve shows.
SPAN = 2

#: The height of a text.
HEIGHT = 14

#: Labels of a logarithmic scale, in per cent.
LEVELS = (0.5, 1, 2, 5, 10, 20, 50)


class Curve(NamedTuple):
    """Probabilities at thresholds in the unit shown, with standard errors, by the name of their colour."""

    kind: str
    thresholds: Float[np.ndarray, " threshold"]
    values: Float[np.ndarray, " threshold"]
    mcse: Float[np.ndarray, " threshold"]


def chance(
    size: Size,
    found: Exceedance,
    factor: float,
    texts: Mapping[str, str],
    tick_text: Callable[[float, float], str],
    labels: Sequence[str] = (),
) -> Element:
    """Return the drawing of an exceedance curve with its error, and the thresholds of its table as dots.

    Parameters
    ----------
    size
        Of the drawing.
    found, factor
        The curve, and what brings its thresholds to the unit shown.
    texts
        ``label`` for those who do not see it, ``across`` and ``up`` beside the axes.
    tick_text
        Returns the text of a number beside an axis, given its step.
    labels
        Texts of the dots.
    """
    x = found.thresholds * factor
    frame = _frame(size, (float(x[0]), float(x[-1])), (0, 100))
    points = [
        (frame.across(float(threshold) * factor), frame.up(100 * float(value)))
        for threshold, value in zip(found.read, found.read_values, strict=True)
    ]
    drawn = [
        *frame.beside([(v, f"{v}%") for v in (0, 25, 50, 75, 100)], texts["up"]),
        frame.zero(),
        *_curve(frame, Curve("one", x, found.values, found.mcse), lambda value: 100 * value),
        *(el("circle", class_="dot", cx=f"{x:.1f}", cy=f"{y:.1f}", r=3) for x, y in points),
        *_beside(frame, labels, points),
        *frame.below(ticks(*frame.x, ticks_for(size), tick_text), texts["across"], size.height - 6),
    ]
    return frame.svg(texts["label"], drawn)


def tails(
    size: Size, curves: Sequence[Curve], texts: Mapping[str, str], tick_text: Callable[[float, float], str]
) -> Element:
    """Return the drawing of small probabilities on a logarithmic scale, several to compare.

    Parameters
    ----------
    size
        Of the drawing.
    curves
        What is drawn.
    texts
        ``label`` for those who do not see it, ``across`` and ``up`` beside the axes.
    tick_text
        Returns the text of a number beside an axis, given its step.
    """
    x = np.concatenate([one.thresholds for one in curves])
    least = min(float(one.values[one.values > 0].min()) for one in curves)
    span = math.log10(100 * least), math.log10(LEVELS[-1])
    frame = _frame(size, (float(x.min()), float(x.max())), span)
    levels = [(math.log10(level), f"{level:g}%") for level in LEVELS if math.log10(level) >= span[0]]
    drawn = [
        *frame.beside(levels, texts["up"]),
        frame.zero(),
        *(part for one in curves for part in _curve(frame, one, _logarithm)),
        *frame.below(ticks(*frame.x, ticks_for(size), tick_text), texts["across"], size.height - 6),
    ]
    return frame.svg(texts["label"], drawn)


def _frame(size: Size, x: tuple[float, float], y: tuple[float, float]) -> Frame:
    return Frame(size, 52, size.width - 16, 28, size.height - 46, x, y)


def _logarithm(value: float) -> float:
    return math.log10(100 * value) if value > 0 else -math.inf


def _curve(frame: Frame, one: Curve, scale: Callable[[float], float]) -> list[Element]:
    across = [frame.across(float(x)) for x in one.thresholds]

    def at(values: Float[np.ndarray, " threshold"]) -> list[tuple[float, float]]:
        return [(x, frame.up(scale(float(y)))) for x, y in zip(across, values, strict=True)]

    upper, lower = at(one.values + SPAN * one.mcse), at(one.values - SPAN * one.mcse)
    return [
        path(f"outer {one.kind}", [*upper, *lower[::-1]], closed=True),
        path(f"median {one.kind}", at(one.values)),
    ]


def _beside(frame: Frame, labels: Sequence[str], points: Sequence[tuple[float, float]]) -> Iterator[Element]:
    """Give the texts of dots, but of those whose text would stand on that of the dot before."""
    last = (-math.inf, -math.inf)
    for text, (x, y) in zip(labels, points, strict=False):
        left = min(x + 6, frame.size.width - text_width(text))
        if left > last[0] or y - last[1] > HEIGHT:
            yield text_at(text, left, y - 6, "halo", "start")
            last = left + text_width(text), y
