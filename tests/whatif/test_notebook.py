"""A notebook shows the page in a frame, a terminal says what it is, and a file has it whole."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jaxtyping import config

from simulator import Run, WhatIf, simulate
from simulator.errors import OutputError, UsageError
from simulator.sampling import BATCH
from tests.report.page.browser import browser
from tests.whatif.browsing import settled
from tests.whatif.served import SEED, small

HOSTILE = """a"b'<script>window.struck=1</script>&amp;"""


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(small(), paths=BATCH, seed=SEED)


@pytest.fixture(scope="module")
def shown(run: Run) -> WhatIf:
    return run.whatif()


def alone(html: str) -> dict[str, str]:
    """Return the attributes of a frame; there is no other element, nor a text."""
    found: list[tuple[str, dict[str, str]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, {name: value or "" for name, value in attrs}))

        def handle_data(self, data: str) -> None:
            found.append((data, {}))

    reader = Reader()
    reader.feed(html)
    reader.close()
    ((tag, attributes),) = found
    assert tag == "iframe"
    return attributes


def test_the_page_is_that_of_the_run(run: Run, shown: WhatIf, tmp_path: Path) -> None:
    assert shown == WhatIf.of(run)
    file = tmp_path / "run.html"
    assert shown.save(file) == file
    with browser() as tab:
        tab.open(file)
        settled(tab)
        found = tab.run("[...page.answered.shipped.sample.metrics.get('value_created.group')]")
    assert found == pytest.approx(run.metric("value_created.group").ravel().tolist(), abs=1e-4)


def test_a_notebook_shows_it_in_a_frame(shown: WhatIf, tmp_path: Path) -> None:
    """As the value of a cell: an element, and nothing that runs in the notebook itself."""
    html = shown._repr_html_()
    frame = alone(html)
    assert frame["srcdoc"] == shown.html
    assert "allow-same-origin" not in frame["sandbox"]
    file = tmp_path / "cell.html"
    file.write_text(f"<!DOCTYPE html><title>A cell</title><div>{html}</div>", encoding="utf-8")
    with browser() as tab:
        tab.open(file)
        with tab.framed():
            settled(tab)
            assert tab.run("page.unsound") is None
            assert tab.run("page.answered.paths") == BATCH
        assert tab.requests == []
        assert tab.complaints == []


def test_no_text_of_a_study_leaves_the_frame() -> None:
    html = WhatIf(HOSTILE, f"<p title='{HOSTILE}'>")._repr_html_()
    frame = alone(html)
    assert frame["title"] == f"What if: {HOSTILE}"
    assert frame["srcdoc"] == f"<p title='{HOSTILE}'>"
    assert "<script" not in html


def test_a_terminal_says_what_it_is(shown: WhatIf) -> None:
    assert repr(shown).startswith("<WhatIf of small: a page of 0.")
    assert ".save('whatif.html')" in repr(shown)
    assert len(repr(shown)) < 110


def test_a_study_has_one_too() -> None:
    assert WhatIf.of(small(), "zh-Hant").html.count('<html lang="zh-Hant">') == 1


@pytest.fixture
def _unwatched() -> Iterator[None]:
    """Calls as a user makes them, without the type checker of the tests."""
    config.update("jaxtyping_disable", True)
    yield
    config.update("jaxtyping_disable", False)


@pytest.mark.usefixtures("_unwatched")
def test_what_cannot_be_meant_is_refused(run: Run, shown: WhatIf, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="subject: found 3; allowed: a run or a study"):
        WhatIf.of(3)  # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match="language: found 'de'; allowed: 'en' or 'zh-Hant'"):
        run.whatif("de")  # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match=r"allowed: a name that ends in \.html"):
        shown.save(tmp_path / "page.txt")
    with pytest.raises(OutputError, match="cannot write"):
        shown.save(tmp_path / "none" / "page.html")
