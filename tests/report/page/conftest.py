"""A small run of the shipped study and its findings, computed once for all tests of the report."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.analysis.run import Run, simulate
from simulator.report import page
from simulator.report.page.document import Document
from simulator.study import load_study
from tests.report.page.browser import Tab, browser

STUDY = "hyperscalers-2026-01"


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return simulate(load_study(STUDY), paths=8192, seed=7, out=tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture(scope="session")
def found(run: Run) -> page.Findings:
    return page.find(run)


@pytest.fixture(scope="session", autouse=True)
def _written_once() -> Iterator[None]:
    """The same findings are written once in each language, whichever tests read the document."""
    write = page.report
    documents: dict[tuple[int, str, bool], tuple[page.Findings, Document]] = {}

    def report(found: page.Findings, language: str, *, full: bool = True) -> Document:
        key = id(found), language, full  # what is kept beside the document keeps its identity
        if key not in documents:
            documents[key] = found, write(found, language, full=full)
        return documents[key][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "report", report)
        yield


@pytest.fixture(scope="session")
def pages(found: page.Findings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report in each language as a file."""
    folder = tmp_path_factory.mktemp("pages")
    files = {language: folder / f"{language}.html" for language in page.LANGUAGES}
    for language, file in files.items():
        file.write_text(page.to_html(page.report(found, language)), encoding="utf-8")
    return files


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as opened:
        yield opened
