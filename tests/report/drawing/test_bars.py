"""Texts of a chart keep clear of each other and of its lines."""

import re

import pytest

from simulator.report.drawing import SMALL, WIDE, Bar, End, Size, bars
from simulator.report.drawing.frame import text_width


@pytest.mark.parametrize("size", [WIDE, SMALL])
def test_the_texts_of_a_tornado_meet_neither_names_nor_edge_nor_dashes(size: Size) -> None:
    """A text beside a bar ends clear of the name of its row, and no dashed line crosses a name."""
    name = "Overshoot of capex guidance (9%)"
    rows = [
        Bar(name, [End("low", -41.0, 9.0, "−41"), End("high", -1147.0, 20.0, "−1,100")]),
        Bar("Other (10%)", [End("low", -1032.0, 15.0, "−1,000"), End("high", 57.0, 30.0, "57")]),
    ]
    drawing = str(bars(size, rows, -520.0, {"label": "", "across": ""}, lambda x, _: f"{x:.0f}"))
    texts = re.findall(
        r'<text class="(label|tick)" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]*)', drawing
    )
    names = {text: (float(x), float(y)) for kind, x, y, _, text in texts if kind == "label"}
    ends = {text: float(x) for kind, x, _, anchor, text in texts if kind == "tick" and anchor == "end"}
    assert names.keys() == {row.name for row in rows}
    left = names[name][0] if size is WIDE else 0.0
    assert all(x - text_width(text) >= left + 6 for text, x in ends.items())
    dashes = re.findall(r'<line class="zero" x1="([\d.]+)" y1="([\d.]+)" x2="[\d.]+" y2="([\d.]+)"', drawing)
    assert dashes
    for x, top, bottom in dashes:
        crossed = [y for at, y in names.values() if float(top) < y < float(bottom) and at < float(x)]
        assert size is WIDE or not crossed
