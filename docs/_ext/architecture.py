"""A picture of the package, made from its imports: which part uses which, and none from below."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from html import escape
from importlib import import_module
from pathlib import Path

import grimp
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

PACKAGE = "simulator"
CONTRACT = Path(__file__).parents[2] / "pyproject.toml"

#: Sizes in the picture  [px]
ROW, NAME, TEXT, MARGIN = 26, 104, 430, 8


def floors() -> list[str]:
    """Return the parts of the package as the contract orders them, from the command line down."""
    contracts = tomllib.loads(CONTRACT.read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [one["layers"] for one in contracts if one.get("containers") == [PACKAGE]]
    return [name.strip("()") for name in layers]


def uses(parts: Sequence[str]) -> Mapping[tuple[str, str], int]:
    """Return how many imports there are from a part to another, where there is any."""
    graph = grimp.build_graph(PACKAGE)
    counts: dict[tuple[str, str], int] = {}
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            pair = tuple(name.removeprefix(f"{PACKAGE}.").partition(".")[0] for name in (importer, imported))
            if pair[0] != pair[1] and set(pair) <= set(parts):
                counts[pair] = counts.get(pair, 0) + 1
    return counts


def purpose(part: str) -> str:
    """Return what a part is, from the beginning of its docstring."""
    text = import_module(f"{PACKAGE}.{part}").__doc__ or ""
    return re.split(r"[:.,\n]", text.strip(), maxsplit=1)[0]


def picture() -> str:
    """Return the picture as SVG: a row and a column for each part, a number where the row uses the column."""
    parts = floors()
    counts = uses(parts)
    left = NAME + MARGIN
    width, height = left + ROW * len(parts) + TEXT, NAME + ROW * len(parts) + MARGIN
    drawn: list[str] = []
    for place, part in enumerate(parts):
        x, y = left + ROW * place, NAME + ROW * place
        middle = y + ROW / 2 + 4
        drawn += [
            f'<text x="{NAME}" y="{middle}" text-anchor="end" class="part">{escape(part)}</text>',
            f'<text x="{left + ROW * len(parts) + 14}" y="{middle}">{escape(purpose(part))}</text>',
            f'<text transform="translate({x + ROW / 2 + 4} {NAME - 8}) rotate(-60)" class="part">'
            f"{escape(part)}</text>",
            f'<rect x="{x}" y="{y}" width="{ROW}" height="{ROW}" class="self"/>',
        ]
    for (user, used), count in sorted(counts.items()):
        x, y = left + ROW * parts.index(used), NAME + ROW * parts.index(user)
        title = f"{user} uses {used} in {count} import{'s' if count > 1 else ''}"
        drawn.append(
            f'<g><title>{escape(title)}</title><rect x="{x + 1}" y="{y + 1}" width="{ROW - 2}" '
            f'height="{ROW - 2}" class="{"uses" if parts.index(user) < parts.index(used) else "wrong"}"/>'
            f'<text x="{x + ROW / 2}" y="{y + ROW / 2 + 4}" text-anchor="middle">{count}</text></g>'
        )
    return (
        f'<svg class="architecture" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="Which part of the package uses which">{"".join(drawn)}</svg>'
    )


class Architecture(SphinxDirective):
    """Shows the picture."""

    def run(self) -> list[nodes.Node]:
        """Return it as it stands."""
        return [nodes.raw("", picture(), format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directive known."""
    app.add_directive("architecture", Architecture)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
