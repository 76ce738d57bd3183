"""Equations as MathML: every browser of the day draws it by itself, without a script, a font or a network.

The translator is docutils' own; Sphinx brings none that needs neither LaTeX nor a script.
"""

from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)


def translated(text: str, node: nodes.Node, *, as_block: bool) -> str:
    """Return an equation as MathML, or as its source with a warning where it cannot be read."""
    try:
        return tex2mathml(text, as_block=as_block)
    except MathError as error:
        logger.warning("equation that cannot be read: %s", error, location=node)
        return f"<code>{text}</code>"


def visit_inline(writer: Any, node: nodes.math) -> None:
    """Write an equation in a line of text."""
    writer.body.append(translated(node.astext(), node, as_block=False))
    raise nodes.SkipNode


def visit_block(writer: Any, node: nodes.math_block) -> None:
    """Write an equation that stands by itself, in a box that scrolls where the window is narrow."""
    writer.body.append(f'<div class="equation">{translated(node.astext(), node, as_block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Make it a renderer of equations."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
