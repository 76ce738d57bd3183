"""A page within the report: packed in it, and opened in a frame that sees nothing of the report around it.

The frame is sandboxed, without the origin of the report: what runs in it can neither read nor change the
report, and the two share no storage. The page is packed: in an attribute every quotation mark of it would be
written out, and it is half as large so. Nothing of it is computed before a reader comes near.
"""

import base64
import zlib
from collections.abc import Mapping

from simulator.report.markup import Element, el
from simulator.report.page.document import Embedded

#: What a page in a frame may do: run, save what its reader asks for, and open the address of a source.
SANDBOX = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"


def frame(block: Embedded, labels: Mapping[str, str]) -> Element:
    """Return the place of a page, with the page in it.

    Parameters
    ----------
    block
        The page.
    labels
        Texts of the report: ``past`` leads over the frame, ``widen`` and ``narrow`` open it over the whole
        window and back.
    """
    past = f"past-{block.anchor}"
    return el(
        "div",
        el("a", labels["past"], class_="skip", href=f"#{past}"),
        el(
            "p",
            el("button", labels["widen"], type="button", aria_pressed="false", data_back=labels["narrow"]),
            class_="tools",
        ),
        el(
            "iframe",
            title=block.title,
            sandbox=SANDBOX,
            allow="clipboard-write",
            referrerpolicy="no-referrer",
        ),
        el("script", packed(block.html.encode()), type="text/plain"),
        el("div", id=past, tabindex=-1),
        class_="embedded",
        hidden=True,
    )


def packed(content: bytes) -> str:
    """Return bytes compressed, in letters of which none means anything in a page."""
    return base64.b64encode(zlib.compress(content, 9)).decode()
