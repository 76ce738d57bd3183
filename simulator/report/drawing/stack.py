"""The chances of the verdicts as bars that add up to all paths, an entity a bar."""

from collections.abc import Mapping, Sequence

from simulator.report.drawing.frame import DIGIT, Frame, Size, text_at, text_width
from simulator.report.markup import Element, el

#: The most of the width that names take; a longer one is cut.
NAMES = 0.4


def stack(
    size: Size, rows: Sequence[tuple[str, Mapping[str, float], Mapping[str, str]]], label: str
) -> Element:
    """Return the drawing of bars, one below the other.

    Parameters
    ----------
    size
        Its width; its height follows from the number of rows.
    rows
        Of each bar its name, the share of each verdict, and the text of each share.
    label
        For those who do not see it.
    """
    pitch, thick = 26, 19
    names = [_cut(name, NAMES * size.width) for name, _, _ in rows]
    left = 8 + max(map(text_width, names))
    size = Size(size.name, size.width, pitch * len(rows) + 4)
    frame = Frame(size, left, size.width - 4, 2, size.height - 2, (0, 1), (0, 1))
    drawn: list[Element] = []
    for index, (name, (_, shares, texts)) in enumerate(zip(names, rows, strict=True)):
        y = frame.top + pitch * index
        drawn.append(text_at(name, left - 8, y + 14, "label", "end"))
        start = 0.0
        for verdict in shares:
            x, end = frame.across(start), frame.across(start + shares[verdict])
            drawn.append(
                el(
                    "rect",
                    class_=f"fill {verdict}",
                    x=f"{x:.1f}",
                    y=f"{y:.1f}",
                    width=f"{end - x:.1f}",
                    height=thick,
                )
            )
            # A share too small for its text goes without.
            if end - x > len(texts[verdict]) * DIGIT + 6:
                drawn.append(text_at(texts[verdict], (x + end) / 2, y + 14, f"on {verdict}", "middle"))
            start += shares[verdict]
    return frame.svg(label, drawn)


def _cut(name: str, room: float) -> str:
    """Return a name, or as much of it as there is room for."""
    if text_width(name) <= room:
        return name
    length = next(n for n in range(len(name), 0, -1) if n == 1 or text_width(name[:n] + "…") <= room)
    return name[:length] + "…"
