"""Bars to either side of a middle, with their errors: a tornado of priors, or differences from nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from simulator.estimate import Number
from simulator.report.drawing.frame import Frame, Size, line, place, text_at, text_width, ticks, ticks_for
from simulator.report.markup import Element, el

#: Least width for a tick and its text.
PITCH = 70

#: Between a bar and its text, and from there to the name of the row.
GAP = 16

#: Standard errors to either side that a whisker shows.
SPAN = 2


class End(NamedTuple):
    """A bar from the middle: the name of its colour, where it ends, the error of that, and its text."""

    kind: str
    value: float
    error: float
    text: str

    @property
    def whisker(self) -> tuple[float, float]:
        """The ends of what its error leaves open."""
        return self.value - SPAN * self.error, self.value + SPAN * self.error


class Bar(NamedTuple):
    """One row: its name, and one bar or two."""

    name: str
    ends: Sequence[End]


def bars(
    size: Size,
    rows: Sequence[Bar],
    middle: float,
    texts: Mapping[str, str],
    tick_text: Callable[[float, float], str],
) -> Element:
    """Return the drawing of bars.

    Parameters
    ----------
    size
        Its width; its height follows from the number of rows.
    rows
        From above, in the unit shown; the errors of their ends are standard errors.
    middle
        Where all bars begin, such as the mean of all paths.
    texts
        ``label`` for those who do not see it, ``across`` below the axis.
    tick_text
        Returns the text of a number beside an axis, given its step.
    """
    # On a narrow drawing the names stand above their bars, on a wide one beside them.
    aside = size.width > 500
    pitch = 24 if aside else 38
    left = 14 + 1.05 * max(text_width(row.name) for row in rows) if aside else 14
    ends = [end for row in rows for end in row.ends]
    low, high = min(middle, *(end.whisker[0] for end in ends)), max(middle, *(end.whisker[1] for end in ends))
    # Beyond the longest bar stands its text, clear of the names and of the edge.
    text = GAP + max(text_width(end.text) for end in ends)
    lefts = [before(row, end, middle) for row in rows for end in row.ends]
    sides = any(lefts), not all(lefts)
    room = (high - low or 1.0) * text / max(size.width - 14 - left - sum(sides) * text, text)
    height = 46 + pitch * len(rows)
    size = Size(size.name, size.width, height + 12)
    span = low - room * sides[0], high + room * sides[1]
    frame = Frame(size, left, size.width - 14, 8, height - 34, span, (0, 1))
    count = min(ticks_for(size), max(2, int((frame.right - left) / PITCH)))
    drawn = frame.below(ticks(*frame.x, count, tick_text), texts["across"], height + 4)
    heights = [frame.top + pitch * index + (pitch / 2 if aside else pitch - 13) for index in range(len(rows))]
    for row, y in zip(rows, heights, strict=True):
        drawn += _row(frame, row, middle, y, aside=aside)
    drawn += frame.upright(middle, [] if aside else [(y - 9, y + 9) for y in heights])
    return frame.svg(texts["label"], drawn)


def before(row: Bar, end: End, middle: float) -> bool:
    """Whether the text of a bar stands on its left; of two bars without length each has its own side."""
    return end.value < middle or (end.value == middle and len(row.ends) > 1 and end is row.ends[0])


def _row(frame: Frame, row: Bar, middle: float, y: float, *, aside: bool) -> list[Element]:
    drawn = []
    for end in row.ends:
        start, stop = sorted((frame.across(middle), frame.across(end.value)))
        place_of = {"x": place(start), "y": place(y - 7), "width": place(stop - start), "height": 14}
        drawn.append(el("rect", class_=f"bar {end.kind}", **place_of))
    for end in row.ends:
        low, high = map(frame.across, end.whisker)
        drawn.append(line("whisker", (low, y), (high, y)))
        if before(row, end, middle):
            drawn.append(text_at(end.text, low - 4, y + 4, "tick", "end"))
        else:
            drawn.append(text_at(end.text, max(high, frame.across(middle)) + 4, y + 4, "tick", "start"))
    at = (frame.left - 8, y + 4, "label", "end") if aside else (4, y - 12, "label", "start")
    return [text_at(row.name, *at), *drawn]


def tornado_ends(
    low: Number, high: Number, factor: float, text_of: Callable[[Number, float], str]
) -> list[End]:
    """Return the bars of a driver: the means where a prior is low and where it is high.

    Parameters
    ----------
    low, high
        The means there, in the model's unit.
    factor
        From the model's unit to the one shown.
    text_of
        Returns the text of a mean, given the factor.
    """
    return [
        End(kind, mean.value * factor, abs(mean.error * factor), text_of(mean, factor))
        for kind, mean in (("low", low), ("high", high))
    ]
