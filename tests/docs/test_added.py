"""What pages for developers say to add to the package, added to a copy of it."""

import json
import math
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks


def added(page: str, kind: str) -> str:
    """Return what a page shows of a kind."""
    (block,) = [one for one in blocks(ROOT / "docs" / "how-to" / page) if one.kind == kind]
    return block.text


def copied(to: Path) -> Path:
    """Return a copy of the package, with the priors that it ships."""
    package = to / "simulator"
    shutil.copytree(ROOT / "simulator", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "priors", package / "_priors")
    return package


#: Finds the numbers of a report once, for they take longest.
BOTH_LANGUAGES = """
from pathlib import Path

from simulator import open_run
from simulator.analysis.findings import find
from simulator.report.page.contents import report
from simulator.report.page.html import to_html

found = find(open_run("run"))
for language in ("en", "zh-Hant"):
    Path(f"{language}.html").write_text(to_html(report(found, language)))
"""


def strandline_in(folder: Path, *arguments: str) -> str:
    """Return what a command of the copy prints."""
    return python_in(folder, "-m", "simulator.cli", *arguments)


def python_in(folder: Path, *arguments: str) -> str:
    """Return what Python prints that imports the copy."""
    command = [sys.executable, *arguments]
    environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "100"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(900)
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

    strandline = partial(strandline_in, tmp_path)
    asked = ("--paths", "8192", "--out", "run", "--quiet")
    found = json.loads(strandline("run", *asked, "--json"))["estimates"]
    for entity in ("group", "amazon", "meta"):
        row = found[f"revenue_on_capex.{entity}"]
        assert row["unit"] == "1"
        assert 0 < row["p50"]["value"] < 10
    assert "revenue_on_capex.group" in strandline(
        "explain", "run", "--metric", "revenue_on_capex.group", "--json"
    )
    python_in(tmp_path, "-c", BOTH_LANGUAGES)
    for language, label in (("en", "Revenue on capex"), ("zh-Hant", "營收對資本支出")):
        assert label in (tmp_path / f"{language}.html").read_text()


@pytest.mark.slow
def test_a_family_added_as_the_page_says_is_read_fitted_and_drawn(tmp_path: Path) -> None:
    """One file is enough: for the reader, `priors show`, the kernel and the tests."""
    package = copied(tmp_path)
    (package / "families" / "catalogue" / "logistic.py").write_text(added("add-a-family.md", "python"))
    (tmp_path / "study.toml").write_text(
        "study.as_of = 2026-01-28\n" + added("add-a-family.md", "toml") + "as_of = 2026-01-28\n"
    )
    (tmp_path / "model.py").write_text(
        "def ask(draws):\n"
        "    wait = draws['wait']\n"
        "    return {'wait': wait, 'long': (wait > 4.0).astype('float32')}\n"
    )
    strandline = partial(strandline_in, tmp_path)

    lines = strandline("priors", "show", "study.toml").splitlines()
    (row,) = [line.split() for line in lines if line.startswith("wait ") and line.rstrip().endswith("yr")]
    shown = [float(word) for word in row[1:4]]
    assert shown == pytest.approx([3 - 0.5 * math.log(19), 3, 3 + 0.5 * math.log(19)], abs=5e-4)

    asked = ("study.toml", "--model", "model.py:ask", "--paths", "65536", "--out", "run", "--quiet", "--json")
    found = json.loads(strandline("run", *asked))["estimates"]
    for mean, expected in (
        (found["wait"]["mean"], 3.0),
        (found["wait"]["sd"], 0.5 * math.pi / math.sqrt(3)),
        (found["long"]["mean"], 1 / (1 + math.exp(2))),
    ):
        # Beside the sampling error, float32 rounds and the table is within its tolerance.
        assert abs(mean["value"] - expected) < 5 * mean["mcse"] + 1e-5

    own = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "logistic", "tests/families"]
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(own, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout
