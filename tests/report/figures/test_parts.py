"""The parts of a difference as a figure: every share, the whole, and what cannot be drawn."""

import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from simulator.errors import UsageError
from simulator.report import figures


def effect(value: float) -> dict:
    return {name: {"share": {"value": value, "mcse": 0.002}} for name in ("p_bear(group)", "mean(margin)")}


FOUND = {
    "first": {"study": "january"},
    "second": {"study": "may"},
    "paths": 8192,
    "seed": 3,
    "sampler": "rqmc",
    "not_attributed": None,
    "statistics": {
        "p_bear(group)": {
            "function": "p_bear",
            "of": "group",
            "unit": "1",
            "change": {"value": 0.16, "mcse": 0.004},
        },
        "mean(margin)": {
            "function": "mean",
            "of": "margin",
            "unit": "USD bn",
            "change": {"value": 0.16, "mcse": 0.004},
        },
    },
    "parts": [{"name": "spend", "effects": effect(0.24)}, {"name": "adoption", "effects": effect(-0.08)}],
}


def texts(figure) -> str:
    return " ".join(" ".join(text.get_text().replace("\u00a0", " ").split()) for text in figure.findobj(Text))


def test_bars_are_the_shares_and_the_whole_in_points() -> None:
    figure = figures.parts(FOUND)
    widths = [bar.get_width() for bar in figure.axes[0].patches if isinstance(bar, Rectangle)]
    assert widths == pytest.approx([24.0, -8.0, 16.0])


def test_the_title_says_the_change_and_its_largest_part() -> None:
    told = texts(figures.parts(FOUND))
    assert "Probability of bear, group: 16.0 ± 0.4 percentage points from january to may" in told
    assert "Of that spend 24.0 ± 0.2 percentage points" in told
    assert "mean(margin): USD 0.160 ± 0.004 bn" in texts(figures.parts(FOUND, "mean(margin)"))


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(UsageError, match="did you mean p_bear"):
        figures.parts(FOUND, "p_bear(grop)")
    with pytest.raises(UsageError, match="not divided among any: another start quarter"):
        figures.parts({**FOUND, "parts": [], "not_attributed": "another start quarter"})
