"""What pages for developers say to add to the package, added to a copy of it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks


def added(page: str, kind: str) -> str:
    """Return what a page shows of a kind, without the line that says why it is not followed."""
    (block,) = [one for one in blocks(ROOT / "docs" / "how-to" / page) if one.kind == kind]
    return block.text.partition("\n")[2]


def copied(to: Path) -> Path:
    """Return a copy of the package, with the priors that it ships."""
    package = to / "simulator"
    shutil.copytree(ROOT / "simulator", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "priors", package / "_priors")
    return package


@pytest.mark.slow
def test_a_metric_added_as_the_page_says_is_told_everywhere(tmp_path: Path) -> None:
    """A row and a formula are enough: for the numbers, the report in both languages and an explanation."""
    package = copied(tmp_path)
    table, formulas = package / "buildout" / "metrics.toml", package / "buildout" / "metrics.py"
    table.write_text(table.read_text() + "\n" + added("add-a-metric.md", "toml"))
    code = formulas.read_text()
    assert code.count('        "capex_intensity":') == 1
    (line,) = [
        one for one in added("add-a-metric.md", "python").splitlines(keepends=True) if "revenue" in one
    ]
    formulas.write_text(
        code.replace('        "capex_intensity":', "    " + line + '        "capex_intensity":')
    )

    def strandline(*arguments: str) -> str:
        command = [sys.executable, "-m", "simulator.cli", *arguments]
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    asked = ("--paths", "8192", "--out", "run", "--quiet")
    found = json.loads(strandline("run", *asked, "--json"))["estimates"]
    for entity in ("group", "amazon", "meta"):
        row = found[f"revenue_on_capex.{entity}"]
        assert row["unit"] == "1"
        assert 0 < row["p50"]["value"] < 10
    assert "revenue_on_capex.group" in strandline(
        "explain", "run", "--metric", "revenue_on_capex.group", "--json"
    )
    for language, label in (("en", "Revenue on capex"), ("zh-Hant", "營收對資本支出")):
        strandline("report", "run", "--lang", language, "--out", f"{language}.html")
        assert label in (tmp_path / f"{language}.html").read_text()
