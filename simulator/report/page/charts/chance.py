"""An exceedance curve: the probability of more than each amount."""

from collections.abc import Callable, Mapping

from simulator.analysis.distribution import Exceedance
from simulator.report.page.charts.frame import Frame, Size, path, ticks, ticks_for
from simulator.report.page.markup import Element, el

#: Standard errors to either side that the band around the curve shows.
SPAN = 2


def chance(
    size: Size,
    found: Exceedance,
    factor: float,
    texts: Mapping[str, str],
    written: Callable[[float, float], str],
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
    written
        How a number beside an axis is written, given its step.
    """
    x = found.thresholds * factor
    frame = Frame(size, 52, size.width - 16, 28, size.height - 46, (float(x[0]), float(x[-1])), (0, 100))
    curve = list(zip(map(frame.across, x), map(frame.up, 100 * found.values), strict=True))
    upper = [
        (frame.across(t), frame.up(100 * (v + SPAN * e)))
        for t, v, e in zip(x, found.values, found.mcse, strict=True)
    ]
    lower = [
        (frame.across(t), frame.up(100 * (v - SPAN * e)))
        for t, v, e in zip(x, found.values, found.mcse, strict=True)
    ]
    dots = [
        el("circle", class_="dot", cx=f"{frame.across(t * factor):.1f}", cy=f"{frame.up(100 * v):.1f}", r=3)
        for t, v in zip(found.read, found.read_values, strict=True)
    ]
    drawn = [
        *frame.beside([(v, f"{v}%") for v in (0, 25, 50, 75, 100)], texts["up"]),
        frame.zero(),
        path("outer one", [*upper, *lower[::-1]], closed=True),
        path("median one", curve),
        *dots,
        *frame.below(ticks(*frame.x, ticks_for(size), written), texts["across"], size.height - 6),
    ]
    return frame.svg(texts["label"], drawn)
