"""A small run of the shipped study and its findings, computed once for all tests of the report."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.analysis.findings import Findings, find
from simulator.analysis.run import Run, simulate
from simulator.report.page.html import to_html
from simulator.report.page.locale import LANGUAGES
from simulator.study import load_study
from tests.report.page.browser import Tab, browser
from tests.report.page.written import report

STUDY = "hyperscalers-2026-01"


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return simulate(load_study(STUDY), paths=8192, seed=7, out=tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture(scope="session")
def found(run: Run) -> Findings:
    return find(run)


@pytest.fixture(scope="session")
def pages(found: Findings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report in each language as a file."""
    folder = tmp_path_factory.mktemp("pages")
    files = {language: folder / f"{language}.html" for language in LANGUAGES}
    for language, file in files.items():
        file.write_text(to_html(report(found, language)), encoding="utf-8")
    return files


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as opened:
        yield opened
