"""The chances of the verdicts as bars that add up to all paths, an entity a bar."""

from collections.abc import Mapping, Sequence

from simulator.report.page.charts.frame import DIGIT, Frame, Size, said, text_width
from simulator.report.page.markup import Element, el

#: From the left.
ORDER = ("bull", "base", "bear")


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
    left = 8 + max(text_width(name) for name, _, _ in rows)
    size = Size(size.name, size.width, pitch * len(rows) + 4)
    frame = Frame(size, left, size.width - 4, 2, size.height - 2, (0, 1), (0, 1))
    drawn: list[Element] = []
    for index, (name, shares, texts) in enumerate(rows):
        y = frame.top + pitch * index
        drawn.append(said(name, left - 8, y + 14, "label", "end"))
        start = 0.0
        for verdict in ORDER:
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
                drawn.append(said(texts[verdict], (x + end) / 2, y + 14, f"on {verdict}", "middle"))
            start += shares[verdict]
    return frame.svg(label, drawn)
