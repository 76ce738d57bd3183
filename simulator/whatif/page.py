"""The page as one HTML file: style, scripts and data stand in it, and its policy lets nothing else in or out.

Scripts are concatenated in the order of `SCRIPTS`, with that of the engine last: one that defines
``makeEngine(description)``, as ``assets/server_engine.js`` does.
"""

import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

from simulator.report.drawing.style import page_style, verdict_style
from simulator.report.markup import el
from simulator.report.page.policy import hash_of
from simulator.whatif.description import Mode
from simulator.whatif.texts import own_messages

#: Scripts of the page in the order in which they need each other; the first four know nothing of a page.
SCRIPTS = (
    "statistics.js",
    "events.js",
    "verdicts.js",
    "paired.js",
    "words.js",
    "number_text.js",
    "scale.js",
    "state.js",
    "address.js",
    "exports.js",
    "solve.js",
    "elements.js",
    "charts.js",
    "fans.js",
    "comparison.js",
    "asking.js",
    "grounds.js",
    "belief_row.js",
    "belief_panel.js",
    "sentences.js",
    "answer_table.js",
    "answer_charts.js",
    "answer_view.js",
    "chance_form.js",
    "chance_panel.js",
    "rules_panel.js",
    "solve_panel.js",
    "exports_panel.js",
    "choices.js",
    "status.js",
    "address_bar.js",
    "app.js",
    "start.js",
)
STYLES = ("frame.css", "beliefs.css", "answer.css", "paper.css")

#: What a page may do beside showing itself, by mode: ask its own server, or run a kernel in workers.
_ALLOWED: Mapping[Mode, Mapping[str, str]] = {
    "served": {"connect-src": "'self'"},
    "portable": {"connect-src": "'none'", "worker-src": "blob:"},
}
_WASM: Mapping[Mode, str] = {"served": "", "portable": " 'wasm-unsafe-eval'"}

#: The engine's scripts by mode.
_ENGINES: Mapping[Mode, Sequence[str]] = {
    "served": ("server_engine.js",),
    "portable": ("packed.js", "worker_pool.js", "portable_program.js", "portable_engine.js"),
}

#: What cannot stand in a script element as it is, and how JSON writes it.
_UNSAFE = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


class Page(NamedTuple):
    """A page and the policy that it states: a server sends the same in its header."""

    html: str
    policy: str


def page(
    described: Mapping[str, Any],
    *,
    engine: str | None = None,
    texts: Mapping[str, str] | None = None,
) -> Page:
    """Return the page of a study.

    Parameters
    ----------
    described
        What `describe` returns; its ``mode`` decides the policy and the engine.
    engine
        Source of another engine than that of the mode.
    texts
        What the engine finds in the page as it is, by the id of its element: scripts of workers, of this
        package alone.
    """
    mode: Mode = described["mode"]
    style = page_style() + "".join(map(asset, STYLES)) + verdict_style(_verdicts(described))
    script = script_of("\n".join(map(asset, _ENGINES[mode])) if engine is None else engine)
    policy = policy_of(mode, [script], [style])
    # The policy comes first: it holds for all that follows it.
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", _title(described)),
        el("style", style),
    )
    stored = el("script", json_text(described), type="application/json", id="description")
    own = [el("script", raw_text(text), type="text/plain", id=name) for name, text in (texts or {}).items()]
    said = own_messages(described["language"])
    body = el(
        "body",
        el("div", el("noscript", el("p", said["no_script"])), id="root", data_damaged=said["page_damaged"]),
        stored,
        own,
        el("script", script),
    )
    html = f"<!DOCTYPE html>\n{el('html', head, body, lang=described['language'])}\n"
    return Page(html, policy)


def policy_of(mode: Mode, scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return the content-security policy of a page.

    Parameters
    ----------
    mode
        Whether the kernel is in the page.
    scripts, styles
        All that it may run and look like, each of which it names by its hash.
    """
    parts = {
        "default-src": "'none'",
        "script-src": " ".join(map(hash_of, scripts)) + _WASM[mode],
        "style-src": " ".join(map(hash_of, styles)),
        **_ALLOWED[mode],
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def json_text(value: Any) -> str:
    """Return JSON that may stand in a script element, whatever texts are in it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_UNSAFE)


def raw_text(text: str) -> str:
    """Return a text that stands in a script element as it is.

    Raises
    ------
    ValueError
        It would end the element, or begin what hides its end.
    """
    if re.search(r"</script|<script|<!--", text, re.IGNORECASE):
        message = "found the begin or the end of an element in a text; allowed: a script without either"
        raise ValueError(message)
    return text


def script_of(engine: str) -> str:
    """Return the one script of a page, with the source of an engine at its end."""
    return "\n".join(['"use strict";', *map(asset, SCRIPTS), engine])


def asset(name: str) -> str:
    """Return a script or a style of the page."""
    return (resources.files("simulator.whatif") / "assets" / name).read_text(encoding="utf-8")


def _title(described: Mapping[str, Any]) -> str:
    title = described["study"]["title"]
    return title if isinstance(title, str) else title[described["language"]]


def _verdicts(described: Mapping[str, Any]) -> list[str]:
    return [one["name"] for one in described["rules"]["shown"]]
