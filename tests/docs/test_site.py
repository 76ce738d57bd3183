"""The built documentation opens from a disk, asks nothing of a network, and shows what it should."""

import re
from pathlib import Path

import pytest

from simulator import cli
from simulator.buildout.inputs import DECIDED, INPUTS
from simulator.buildout.tables import metrics as table
from tests.docs.pages import PAGES
from tests.report.page.browser import Tab

NAMES = [name.removeprefix("docs/").removesuffix(".md") for name in PAGES if name.startswith("docs/")]


def beyond(tab: Tab) -> list[str]:
    """What was asked for that is not on this disk."""
    return [request for request in tab.requests if not request.startswith(("file:", "data:"))]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_opens_from_the_disk(site: Path, tab: Tab, name: str) -> None:
    for width in (390, 1440):
        tab.open(site / f"{name}.html", width)
        # Nothing is wider than the window: what is, scrolls by itself.
        assert tab.run("document.documentElement.scrollWidth") <= width
        assert beyond(tab) == []
        assert tab.complaints == []
    # Every page is reached from the contents at the side.
    assert name == "index" or tab.run("document.querySelectorAll('.sidebar-tree a.current').length")


@pytest.mark.parametrize(
    ("asked", "page"), [("stranded", "metrics"), ("Bass", "model"), ("doctor", "commands")]
)
def test_search_works_from_the_disk(site: Path, tab: Tab, asked: str, page: str) -> None:
    tab.open(site / "index.html")
    tab.run(f"document.querySelector('.sidebar-search').value = '{asked}'")
    tab.run("document.querySelector('.sidebar-search').form.submit()")
    tab.wait(f"document.querySelector('#search-results li a[href*=\"/{page}.html\"]') !== null")
    assert beyond(tab) == []
    assert tab.complaints == []


def test_equations_are_drawn_in_the_font_that_comes_with_them(site: Path, tab: Tab) -> None:
    tab.open(site / "explanation" / "model.html")
    boxes = tab.run(
        "[...document.querySelectorAll('.equation math')]"
        ".map(m => [m.getBoundingClientRect().width, m.getBoundingClientRect().height])"
    )
    assert len(boxes) > 15
    assert all(width > 40 and height > 10 for width, height in boxes)
    assert tab.wait("document.fonts.check('16px \"Strandline Math\"')")
    # An index stands below its line, which needs the tables of a font made for equations.
    base, index = tab.run(
        "(() => {const s = document.querySelector('.equation msub');"
        "return [...s.children].map(c => c.getBoundingClientRect().bottom)})()"
    )
    assert index > base + 1


def test_the_reference_has_what_the_code_has(site: Path) -> None:
    commands = (site / "reference" / "commands.html").read_text()
    verbs = [name for name in cli.app if not name.startswith("-")]
    assert len(verbs) > 8
    assert all(f"strandline {verb}" in commands for verb in verbs)
    inputs = (site / "reference" / "inputs.html").read_text()
    assert all(name in inputs for name in INPUTS)
    metrics = (site / "reference" / "metrics.html").read_text()
    assert all(name in metrics for name in table())
    assert "load_study" in (site / "reference" / "python.html").read_text()


def test_pages_name_only_priors_that_are_asked_for() -> None:
    topics = {name.partition(".")[0] for name in INPUTS} - {"study"}
    for name, page in PAGES.items():
        text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
        for topic, rest in re.findall(r"`([a-z]+)\.([a-z0-9_.]+)`", text):
            if topic in topics and not rest.endswith((".toml", ".py", "spearman")):
                named = f"{topic}.{rest}"
                known = any(
                    named == i or named.startswith(f"{i}.") or i.startswith(f"{named}.")
                    for i in (*INPUTS, *DECIDED)
                )
                assert known or named.startswith("core."), f"{name}: {named}"
