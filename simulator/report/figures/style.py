"""The house style: the colours of the report's page, a title that says the finding, and no more ink."""

import io
import textwrap
from collections.abc import Callable, Sequence
from functools import wraps

import numpy as np
from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter
from PIL import Image
from scipy.optimize import isotonic_regression

from simulator.report.page.locale import grouped

#: The colours of the report on paper; a test holds them to its style sheet.
PALETTE = {
    "ink": "#1b1f24",
    "soft": "#565e68",
    "rule": "#d5dae0",
    "bull": "#1f77b4",
    "base": "#a9afb7",
    "bear": "#c4490b",
    "bull-ink": "#14608f",
    "base-ink": "#5b626b",
    "bear-ink": "#a93c06",
    "one": "#6a4c9c",
    "two": "#00795c",
}

#: Inches, and points of a font.
WIDTH, MARGIN, TITLE, NOTE = 7.6, 0.12, 12.0, 8.5
#: Dots of a notebook's picture to an inch, of those to a dot of its page, and colours.
DOTS, SHARPER, COLOURS = 150, 1.5, 64
#: Height of a line over the size of its font, and width of a letter, about.
LEADING, LETTER, BOLD_LETTER = 1.3, 0.53, 0.61
POINT = 1 / 72

_RC = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": PALETTE["rule"],
    "axes.labelcolor": PALETTE["soft"],
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "font.size": 9.5,
    "grid.color": PALETTE["rule"],
    "grid.linewidth": 0.6,
    "text.color": PALETTE["ink"],
    "xtick.color": PALETTE["rule"],
    "xtick.labelcolor": PALETTE["soft"],
    "ytick.color": PALETTE["rule"],
    "ytick.labelcolor": PALETTE["soft"],
    "ytick.left": False,
}


def styled[**P, T](draw: Callable[P, T]) -> Callable[P, T]:
    """Return a drawing function under the house style, whatever style its caller has set, and keeps."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T:
        with style.context(["default", _RC]):
            return draw(*args, **kwargs)

    return drawn


class Picture(Figure):
    """A figure that a notebook shows as the last value of a cell, without pyplot's help.

    Pyplot would keep every figure that it makes and show it at the end of the cell as well.
    """

    def _repr_png_(self) -> tuple[bytes, dict[str, float]]:
        """Return the picture, and the size at which a page has to show it."""
        drawn, file = io.BytesIO(), io.BytesIO()
        FigureCanvasAgg(self).print_figure(drawn, format="png", dpi=DOTS)
        # A third of the bytes, which a notebook in version control keeps for ever.
        Image.open(drawn).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
            file, "png", optimize=True
        )
        width, height = self.get_size_inches() * DOTS / SHARPER
        return file.getvalue(), {"width": float(width), "height": float(height)}


def blank(height: float) -> tuple[Picture, Axes]:
    """Return an empty figure.

    Parameters
    ----------
    height
        Inches.
    """
    figure = Picture(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots()


def say(figure: Figure, title: str, under: str, note: str) -> None:
    """Write what a figure shows: its finding and more of it above, how it was made below.

    The drawing keeps the room between.
    """
    height = float(figure.get_figheight())
    across = MARGIN / WIDTH
    top = height - MARGIN
    for text, size, letter, weight, color in (
        (title, TITLE, BOLD_LETTER, "bold", PALETTE["ink"]),
        (under, NOTE + 1, LETTER, "normal", PALETTE["soft"]),
    ):
        lines = _lines(text, size * letter)
        place = (across, top / height, "\n".join(lines))
        figure.text(*place, fontsize=size, va="top", weight=weight, color=color)
        top -= len(lines) * size * POINT * LEADING
    lines = _lines(note, NOTE * LETTER)
    place = (across, MARGIN / height, "\n".join(lines))
    figure.text(*place, fontsize=NOTE, va="bottom", color=PALETTE["soft"])
    bottom = MARGIN * 1.6 + len(lines) * NOTE * POINT * LEADING
    engine = figure.get_layout_engine()
    if engine is not None:
        room = (top - MARGIN * 0.6 - bottom) / height
        engine.set(rect=(across, bottom / height, 1 - 2 * across, room))  # type: ignore[call-arg]


def _lines(text: str, letter: float) -> list[str]:
    """Return a text in lines as wide as the figure, no number apart from its error.

    Parameters
    ----------
    letter
        Width of one, points.
    """
    return textwrap.wrap(text.replace(" ± ", "\u00a0±\u00a0"), int((WIDTH - 2 * MARGIN) / POINT / letter))


def halo(artist: Artist) -> Artist:
    """Return a text with white around its letters, legible on whatever is below."""
    artist.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
    return artist


def write_numbers(axes: Axes, which: str) -> None:
    """Write an axis's numbers as the report does: thousands set apart, a true minus."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: grouped(f"{value:.10g}")))


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Return places at least a gap apart, in the order of those wanted and near them."""
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(len(wanted))
    # Least moved in all: what is left of each place when the gaps below it are taken off must not fall.
    found = np.empty(len(wanted))
    found[order] = isotonic_regression(np.asarray(wanted, np.float64)[order] - steps).x + steps
    return found.tolist()
