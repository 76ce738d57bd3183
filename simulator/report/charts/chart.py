"""A chart by itself: its finding, its drawing and how it was made, for a notebook or a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.report.drawing import Theme, key, own_style
from simulator.report.drawing.frame import place, text_at, text_width, wrapped
from simulator.report.markup import Element, el
from simulator.report.saving import save_text

#: The class of a chart's outermost element, to which its rules are bound.
SCOPE = "strandline"

#: The width of a chart, and what is left free at its sides, in CSS pixels.
WIDTH, MARGIN = 744, 12

#: By kind of text: how wide its letters are beside those of a drawing, and the height of a line.
_TEXTS = {"heading": (1.5, 21), "under": (1.08, 18), "note": (0.88, 15)}

#: The height of a line of the legend.
_LEGEND = 20


@dataclass(frozen=True, repr=False)
class Chart:
    """A picture as static SVG, with its own style, in light and dark.

    Parameters
    ----------
    title
        What it found.
    under
        More of that.
    note
        How it was made: of which run, from how many paths.
    drawing
        The picture.
    legend
        Of its colours: names and texts.
    """

    title: str
    under: str
    note: str
    drawing: Element
    legend: Sequence[tuple[str, str]] = ()

    def __repr__(self) -> str:
        return f"<Chart: {self.title}>"

    def _repr_svg_(self) -> str:
        return self.svg()

    def svg(self, theme: Theme = "auto") -> str:
        """Return the chart as SVG that needs nothing else.

        Parameters
        ----------
        theme
            ``light`` or ``dark``; ``auto`` follows the reader's system.
        """
        parts, height = self._parts()
        root = el(
            "svg",
            el("style", own_style(SCOPE, theme, [kind for kind, _ in self.legend])),
            el("rect", class_="paper", width=WIDTH, height=place(height)),
            parts,
            xmlns="http://www.w3.org/2000/svg",
            class_=SCOPE,
            width=WIDTH,
            height=place(height),
            viewBox=f"0 0 {WIDTH} {place(height)}",
            style="max-width: 100%; height: auto",
            role="img",
            aria_label=self.title,
        )
        return str(root)

    def save(self, path: str | Path, theme: Theme = "auto") -> Path:
        """Write the chart to a file, and return its path.

        Parameters
        ----------
        path
            Of a file whose name ends in .svg; one that is there is replaced.
        theme
            As for `svg`.

        Raises
        ------
        UsageError
            The name ends otherwise.
        OutputError
            The file cannot be written.
        """
        return save_text(path, ".svg", self.svg(theme))

    def _parts(self) -> tuple[list[Element], float]:
        """Return all that is drawn, from above, and how high it is."""
        parts: list[Element] = []
        y = float(MARGIN)
        for kind, text in (("heading", self.title), ("under", self.under)):
            lines = list(_lines(kind, text, y))
            parts += lines
            y += len(lines) * _TEXTS[kind][1]
        parts += self._legend(y)
        y = self._below_legend(y) + 6
        size = [float(one) for one in str(self.drawing.attributes["viewBox"]).split()]
        own = {"x": str(MARGIN), "y": place(y), "width": place(size[2]), "height": place(size[3])}
        drawing = Element(self.drawing.tag, *self.drawing.children)
        drawing.attributes = self.drawing.attributes | own
        y += size[3] + 8
        note = list(_lines("note", self.note, y))
        return [*parts, drawing, *note], y + len(note) * _TEXTS["note"][1] + MARGIN - 4

    def _legend(self, y: float) -> Iterator[Element]:
        for (kind, text), (x, line) in zip(self.legend, self._places(), strict=True):
            sign = key(kind)
            top = y + 5 + line * _LEGEND
            yield el("g", sign, transform=f"translate({place(x)} {place(top)})")
            yield text_at(text, x + 32, top + 9, "label", "start")

    def _places(self) -> Iterator[tuple[float, int]]:
        """Give where each entry of the legend stands: from the left, and on which line."""
        x, line = float(MARGIN), 0
        for _, text in self.legend:
            width = 32 + text_width(text) + 18
            if x > MARGIN and x + width > WIDTH - MARGIN:
                x, line = float(MARGIN), line + 1
            yield x, line
            x += width

    def _below_legend(self, y: float) -> float:
        return y + _LEGEND * (1 + max((line for _, line in self._places()), default=-1))


def _lines(kind: str, text: str, y: float) -> Iterator[Element]:
    """Give a text in lines as wide as the chart, no number apart from its error."""
    scale, height = _TEXTS[kind]
    whole = text.replace(" ± ", "\u00a0±\u00a0").strip()
    for index, line in enumerate(wrapped(whole, (WIDTH - 2 * MARGIN) / scale) if whole else ()):
        yield text_at(line, MARGIN, y + height * (index + 0.72), kind, "start")
