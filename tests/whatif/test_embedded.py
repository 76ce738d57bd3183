"""The page within a report, in a real browser: it answers, asks nothing of a network, and can be left."""

from pathlib import Path

import pytest

from simulator.engine import Plan
from simulator.report.page.html import to_html
from simulator.whatif.making import portable_page
from simulator.whatif.page import Page, page
from tests.report.page.browser import Tab
from tests.report.page.embedding import document
from tests.whatif.browsing import FIRST, press, settled, text, typed
from tests.whatif.scripts import FAKE_ENGINE, described
from tests.whatif.served import SEED, small

FOCUS = "document.activeElement.tagName"


@pytest.fixture(scope="module")
def faked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report around the page of the shipped study, with an engine of a few lines."""
    made = page(described(), engine=FAKE_ENGINE.read_text(encoding="utf-8"))
    return written(tmp_path_factory.mktemp("faked") / "report.html", made)


@pytest.fixture(scope="module")
def own() -> Page:
    """A page with the kernel of a model of one's own."""
    return portable_page(small(), None, Plan(seed=SEED), "zh-Hant", lambda _: None)


def written(file: Path, made: Page) -> Path:
    file.write_text(to_html(document((made.html, made.policy))), encoding="utf-8")
    return file


def displayed(tab: Tab, name: str) -> str:
    return tab.run(f"getComputedStyle(document.querySelector({name!r})).display")


def test_the_kernel_answers_within_the_report(tab: Tab, own: Page, tmp_path: Path) -> None:
    """In workers, from WebAssembly, under the policies of both pages at once."""
    tab.open(written(tmp_path / "report.html", own))
    with tab.framed():
        settled(tab)
        assert tab.run("document.documentElement.lang") == "zh-Hant"
        assert tab.run("page.unsound") is None
        assert tab.run("page.answered.paths") == 8192
        typed(tab, "x", "2")
        settled(tab)
        values = tab.run("[...page.answered.yours.sample.metrics.get('value_created.group')]")
        assert abs(sum(values) / len(values) - 2.5) < 0.01
        # A page within another has no address to hand on.
        assert tab.run("[...document.querySelectorAll('.exports button')].length") == 3
    assert tab.requests == []
    assert tab.complaints == []


@pytest.mark.parametrize("part", ["'wasm-unsafe-eval'", "worker-src blob:"])
def test_the_report_allows_no_more_than_its_page_needs(
    tab: Tab, own: Page, tmp_path: Path, part: str
) -> None:
    """Without any part of it the page computes nothing, whatever its own policy states."""
    file = written(tmp_path / "report.html", own)
    html = file.read_text(encoding="utf-8")
    escaped = part.replace("'", "&#x27;")
    assert escaped in html
    file.write_text(html.replace(escaped, "img-src data:" if "src" in part else "", 1), encoding="utf-8")
    tab.open(file)
    with tab.framed():
        tab.wait("globalThis.page && page.failed")
        assert tab.run("page.answered") is None


@pytest.mark.parametrize("width", [390, 820, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_it_is_as_wide_as_the_window_lets_it_be_and_no_wider(
    tab: Tab, faked: Path, width: int, dark: bool
) -> None:
    tab.open(faked, width, dark=dark)
    with tab.framed():
        settled(tab)
        assert tab.run("document.documentElement.scrollWidth <= innerWidth")
        paper = tab.run("getComputedStyle(document.body).backgroundColor")
    assert tab.run("document.documentElement.scrollWidth") <= width
    box = tab.run(
        "(() => { const b = document.querySelector('iframe').getBoundingClientRect();"
        " return [b.left, b.right, b.height]; })()"
    )
    assert box[0] > 8
    assert width - box[1] > 8
    assert box[1] - box[0] > 0.85 * width
    assert 500 < box[2] <= 1000
    assert tab.run("getComputedStyle(document.body).backgroundColor") == paper
    assert displayed(tab, ".instead") == "none"
    assert tab.requests == []
    assert tab.complaints == []


def test_nothing_is_computed_before_a_reader_comes_near(tab: Tab, faked: Path, tmp_path: Path) -> None:
    far = tmp_path / "far.html"
    html = faked.read_text(encoding="utf-8")
    far.write_text(html.replace("<p>It depends.</p>", f"<p>{'It depends. ' * 5000}</p>"), encoding="utf-8")
    tab.open(far, height=300)
    tab.run("new Promise((done) => setTimeout(done, 300))")
    assert tab.run("document.querySelector('iframe').srcdoc") == ""
    with tab.framed():
        settled(tab)
    assert tab.run("document.querySelector('iframe').srcdoc.length") > 100_000


def test_the_keyboard_gets_in_and_out_and_past(tab: Tab, faked: Path) -> None:
    tab.open(faked)
    with tab.framed():
        settled(tab)
    tab.run("document.querySelector('.embedded button').focus()")
    press(tab, "Tab")
    tab.wait(f"{FOCUS} === 'IFRAME'")
    with tab.framed():
        tab.wait("document.activeElement !== document.body")
        tab.run("[...document.querySelectorAll('button:not(:disabled), summary, textarea')].at(-1).focus()")
    press(tab, "Tab")
    tab.wait(f"{FOCUS} !== 'IFRAME'")
    tab.run("document.querySelector('.embedded .skip').focus()")
    press(tab, "Enter")
    tab.wait("location.hash === '#past-page-0'")
    assert tab.run("document.activeElement.id") == "past-page-0"


def test_it_fills_the_window_and_gives_it_back_with_all_that_was_set(tab: Tab, faked: Path) -> None:
    tab.open(faked, 390, 844)
    with tab.framed():
        settled(tab)
        typed(tab, FIRST, "2000")
        settled(tab)
        before = text(tab, "#verdict")
    tab.run("document.querySelector('.embedded button').click()")
    tall = "document.querySelector('iframe').getBoundingClientRect().height"
    assert tab.run(tall) > 750
    assert tab.run("document.querySelector('.embedded button').textContent") == "narrow."
    assert tab.run("document.querySelector('header').inert")
    tab.run("document.querySelector('.embedded button').click()")
    assert tab.run(tall) < 750
    assert not tab.run("document.querySelector('header').inert")
    with tab.framed():
        assert text(tab, "#verdict") == before
    assert tab.complaints == []


def test_on_paper_a_sentence_stands_in_its_place(tab: Tab, faked: Path) -> None:
    tab.open(faked)
    tab.call("Emulation.setEmulatedMedia", media="print")
    shown = [displayed(tab, name) for name in (".embedded", ".about", ".instead")]
    tab.call("Emulation.setEmulatedMedia", media="")
    assert shown == ["none", "none", "block"]


def test_without_scripts_a_sentence_stands_in_its_place(tab: Tab, faked: Path) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(faked)
        shown = [displayed(tab, name) for name in (".embedded", ".instead")]
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
    assert shown == ["none", "block"]


def test_the_page_can_neither_read_nor_change_the_report(tab: Tab, faked: Path) -> None:
    tab.open(faked)
    with tab.framed():
        settled(tab)
        reached = tab.run(
            "(() => { try { return parent.document.title; } catch (error) { return error.name; } })()"
        )
    assert reached == "SecurityError"
