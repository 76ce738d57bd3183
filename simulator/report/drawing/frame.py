"""The frame of a chart: its size, its scales, its axes. Lengths are in CSS pixels of the drawing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.analysis.distribution import grid
from simulator.report.markup import Child, Element, el

type Ticks = Sequence[tuple[float, str]]


class Size(NamedTuple):
    """A drawing's size, by the name of its class in the style sheet."""

    name: str
    width: int
    height: int


#: As wide as a page, and as half of it: text keeps one size in both.
WIDE, SMALL = Size("wide", 720, 330), Size("small", 350, 250)

#: Widths of a digit and of an ideograph, about, at the size of the text in a chart.
DIGIT, IDEOGRAPH = 6.6, 12.0

#: From the baseline of one text to that of the next below it, so that they do not touch.
LINE = 18


@dataclass(frozen=True, slots=True)
class Frame:
    """A plotting area and its scales.

    Attributes
    ----------
    size
        Of the whole drawing.
    left, right, top, bottom
        Edges of the plotting area.
    x, y
        Ranges of values along the axes.
    """

    size: Size
    left: float
    right: float
    top: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]

    def across(self, value: float) -> float:
        """Return the horizontal place of a value, at an edge if it lies beyond."""
        share = (value - self.x[0]) / (self.x[1] - self.x[0])
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def up(self, value: float) -> float:
        """Return the vertical place of a value, at an edge if it lies beyond."""
        share = (value - self.y[0]) / (self.y[1] - self.y[0])
        return self.bottom - min(max(share, 0.0), 1.0) * (self.bottom - self.top)

    def svg(self, label: str, *children: Child | Iterable[Child]) -> Element:
        """Return the drawing and its name; what it shows stands below it in words."""
        size = self.size
        view = f"0 0 {size.width} {size.height}"
        plot = f"{place(self.left)} {place(self.right)} {place(self.top)} {place(self.bottom)}"
        return el(
            "svg", *children, class_=size.name, viewBox=view, role="img", aria_label=label, data_plot=plot
        )

    def below(self, ticks: Ticks, title: str, at: float) -> list[Element]:
        """Return the horizontal axis: its line, ticks with their texts, and its title at a height."""
        drawn = [line("axis", (self.left, self.bottom), (self.right, self.bottom))]
        for value, text in ticks:
            x = self.across(value)
            drawn.append(line("axis", (x, self.bottom), (x, self.bottom + 4)))
            # A text at the edge stays inside the drawing.
            half = len(text) * DIGIT / 2
            inside = min(max(x, half), self.size.width - half)
            drawn.append(text_at(text, inside, self.bottom + 16, "tick", "middle"))
        drawn.append(text_at(title, (self.left + self.right) / 2, at, "title", "middle"))
        return drawn

    def beside(self, ticks: Ticks, title: str) -> list[Element]:
        """Return the vertical axis: lines across, their texts, and the title above."""
        drawn: list[Element] = []
        for value, text in ticks:
            y = self.up(value)
            drawn.append(line("grid", (self.left, y), (self.right, y)))
            drawn.append(text_at(text, self.left - 6, y + 4, "tick", "end"))
        drawn.append(text_at(title, 2, self.top + 4 - LINE, "title", "start"))
        return drawn

    def upright(self, value: float, spans: Sequence[tuple[float, float]]) -> list[Element]:
        """Return the dashed line at a value: over these heights, so that it crosses no text between them.

        Over the whole height where there are none.
        """
        x = self.across(value)
        return [line("zero", (x, low), (x, high)) for low, high in spans or [(self.top, self.bottom)]]

    def zero(self) -> Element | None:
        """Return the upright line at zero where it lies within."""
        if not self.x[0] < 0 < self.x[1]:
            return None
        return line("zero", (self.across(0), self.top - 4), (self.across(0), self.bottom))


def text_width(text: str) -> float:
    """Return the width of a text in a drawing, about."""
    return sum(IDEOGRAPH if _is_ideograph(character) else DIGIT for character in text)


def wrapped(text: str, width: float) -> list[str]:
    """Return a text in lines no wider than so much, broken at spaces, or between ideographs."""
    lines, current = [], ""
    for word in _words(text):
        if current and text_width(current + word.rstrip(" ")) > width:
            lines.append(current.rstrip(" "))
            current = ""
        current += word
    return [*lines, current.rstrip(" ")]


def _words(text: str) -> list[str]:
    words: list[str] = []
    for character in text:
        last = words[-1][-1] if words else " "
        if last == " " or _is_ideograph(character) or _is_ideograph(last):
            words.append(character)
        else:
            words[-1] += character
    return words


def _is_ideograph(character: str) -> bool:
    return ord(character) > 0x2E7F


def place(value: float) -> str:
    """Return a length as text, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def line(kind: str, start: tuple[float, float], end: tuple[float, float]) -> Element:
    """Return a straight line."""
    (x1, y1), (x2, y2) = start, end
    return el("line", class_=kind, x1=place(x1), y1=place(y1), x2=place(x2), y2=place(y2))


def path(kind: str, points: Iterable[tuple[float, float]], *, closed: bool = False) -> Element:
    """Return a line through points, closed or not."""
    d, last = "", ("", "")
    for x, y in points:
        here = place(x), place(y)
        if not d:
            d = f"M{here[0]} {here[1]}"
        elif here[1] == last[1]:
            d += f"H{here[0]}"
        elif here[0] == last[0]:
            d += f"V{here[1]}"
        else:
            d += f"L{here[0]} {here[1]}"
        last = here
    return el("path", class_=kind, d=d + ("Z" if closed else ""))


def text_at(text: str, x: float, y: float, kind: str, anchor: str) -> Element:
    """Return a text in the drawing."""
    return el("text", text, class_=kind, x=place(x), y=place(y), text_anchor=anchor)


def key(kind: str) -> Element:
    """Return the sign of a colour in a legend, 26 by 10: of a line, a piece of that line."""
    if kind.startswith(("given ", "median ")):
        return line(kind, (0, 5), (26, 5))
    return el("rect", class_=f"key {kind}", width=26, height=10)


def ticks(
    low: float, high: float, count: int, tick_text: Callable[[float, float], str]
) -> list[tuple[float, str]]:
    """Return round numbers within a range and their texts; `tick_text` takes a number and the step."""
    values = grid(low, high, count)
    step = float(values[1] - values[0])
    slack = 1e-9 * max(abs(low), abs(high), step)
    inside = values[(values >= low - slack) & (values <= high + slack)]
    return [(float(value), tick_text(float(np.round(value / step) * step), step)) for value in inside]


def ticks_for(size: Size) -> int:
    """Return how many ticks a horizontal axis of this size has room for, about."""
    return 8 if size.width > 500 else 4
