"""A page within the report is packed, and the report allows what that states; without one it is as before."""

import base64
import re
import zlib
from html import unescape

from simulator.report.page.embedded import SANDBOX, packed
from simulator.report.page.html import asset, to_html
from simulator.report.page.markdown import to_markdown
from simulator.report.page.policy import hash_of, policy_of
from tests.report.page.embedding import document

PAGE = "<!DOCTYPE html><title>In a frame</title><p>\u6a21\u578b &amp; </script><!-- <script> \u2028"
POLICY = (
    "default-src 'none'; script-src 'sha256-abc=' 'wasm-unsafe-eval'; style-src 'sha256-def='; "
    "connect-src 'none'; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'"
)


def stated(html: str) -> dict[str, list[str]]:
    """Return the policy that a page states, by directive."""
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert found is not None
    return {name: sources for name, *sources in map(str.split, unescape(found[1]).split("; "))}


def test_a_report_without_a_page_allows_what_it_always_did() -> None:
    html = to_html(document())
    style = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert re.findall(r"<script>(.*?)</script>", html, re.DOTALL) == [asset("script.js")]
    assert stated(html) == {
        "default-src": ["'none'"],
        "style-src": [hash_of(style[0])],
        "script-src": [hash_of(asset("script.js"))],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    for word in ("embedded", "iframe", "wasm", "blob:", "instead"):
        assert word not in html, word


def test_a_report_with_a_page_allows_what_that_states_beside_its_own_and_nothing_else() -> None:
    own, both = stated(to_html(document())), stated(to_html(document((PAGE, POLICY))))
    # Its own style and scripts are others, by their hashes alone.
    style, script = (both[name][0] for name in ("style-src", "script-src"))
    assert script == own["script-src"][0]
    assert both == {
        **own,
        "style-src": [style, "'sha256-def='"],
        "script-src": [script, hash_of(asset("embedded.js")), "'sha256-abc='", "'wasm-unsafe-eval'"],
        "connect-src": ["'none'"],
        "worker-src": ["blob:"],
    }


def test_policies_of_several_pages_are_added_once() -> None:
    first, second = "worker-src blob:; connect-src 'none'", "worker-src blob: data:; connect-src 'self';"
    policy = policy_of("", [], [first, second])
    assert policy.endswith("worker-src blob: data:; connect-src 'self'")
    assert policy_of("", [], [first]).endswith("worker-src blob:; connect-src 'none'")


def test_whatever_is_in_a_page_it_stays_in_its_place_until_it_is_unpacked() -> None:
    html = to_html(document((PAGE, POLICY)))
    (text,) = re.findall(r'<script type="text/plain">(.*?)</script>', html, re.DOTALL)
    assert re.fullmatch(r"[A-Za-z0-9+/]+=*", text)
    assert zlib.decompress(base64.b64decode(text)).decode() == PAGE
    assert text == packed(PAGE.encode())
    assert "In a frame" not in html
    assert html.count("<!--") == 0


def test_the_frame_has_neither_the_origin_of_the_report_nor_its_window() -> None:
    html = to_html(document((PAGE, POLICY)))
    (frame,) = re.findall(r"<iframe [^>]*>", html)
    assert f'sandbox="{SANDBOX}"' in frame
    assert not {"allow-same-origin", "allow-top-navigation", "allow-modals"} & set(SANDBOX.split())
    assert "src=" not in frame
    assert 'title="The model"' in frame


def test_where_no_script_runs_a_text_stands_in_its_place() -> None:
    assert "On screen alone." in to_markdown(document((PAGE, POLICY)))
    html = to_html(document((PAGE, POLICY)))
    assert '<div class="embedded" hidden>' in html
    assert '<p class="instead">On screen alone.</p>' in html
