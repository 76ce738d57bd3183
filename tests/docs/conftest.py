"""The documentation as `make docs` builds it, once for all tests, and a browser to look at it with."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT
from tests.report.page.browser import Tab, browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("site")
    command = ["--quiet", "--fail-on-warning", "--keep-going", "--doctree-dir", f"{built}/.doctrees"]
    build = [sys.executable, "-m", "sphinx", *command, "docs", f"{built}/html"]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return built / "html"


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as opened:
        yield opened
