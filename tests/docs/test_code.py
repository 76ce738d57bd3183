"""What a page tells its reader to do works, and what it shows is what is printed.

By default pages are only read. `pytest -m slow` follows every page to the letter.
"""

import re
from pathlib import Path
from typing import Any

import pytest

import simulator
from tests.docs.pages import FOLLOWED, PAGES, ROOT, SHOWN, blocks, follow, holds, parsed, put
from tests.found_once import found_once

#: Is followed by a test of its own, which looks at what it ends with.
TUTORIAL = "docs/tutorial.md"


@pytest.fixture(autouse=True)
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own, and a terminal of 100 columns."""
    found_once(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("MPLBACKEND", "agg")
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_every_block_can_be_read(name: str) -> None:
    # A mark that gives no reason, or stands elsewhere, would hide a block.
    marks = PAGES[name].read_text(encoding="utf-8").lower().count("not run in the tests")
    assert marks == sum(block.left for block in blocks(PAGES[name]))
    for block in blocks(PAGES[name]):
        where = f"{name}:{block.line}"
        assert block.kind in FOLLOWED or SHOWN.fullmatch(block.kind), (
            f"{where}: a block of kind {block.kind!r}"
        )
        if block.kind == "python":
            compile(block.text, where, "exec")
        if block.kind == "sh":
            for command in block.commands:
                if "--install-completion" not in command:
                    parsed(command)


def test_no_code_stands_outside_fences() -> None:
    for name, page in PAGES.items():
        text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        found = re.search(r"(?m)^\n {4,}((strandline|import|from|make) .*)", text)
        assert not found, f"{name}: code belongs in fences (tests/docs/pages.py): {found[1]}"


def test_the_readme_links_to_what_is_there() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        links = re.findall(r"\]\((?!https?:)([^)#]+)", PAGES[name].read_text())
        assert [link for link in links if not (ROOT / link).exists()] == []


def long(name: str) -> Any:
    """Return a page as a parameter: the README has every verb, on as many paths as it has by default.

    Each question to the model is asked several times, and two compile kernels of their own.
    """
    slowest = ["README.md", "docs/explanation/learned.md", "docs/how-to/whatif.md"]
    slowest += [f"docs/how-to/{name}.md" for name in ("flip", "scenarios", "sensitivity", "stress", "value")]
    marks = [pytest.mark.timeout(2400)] if name in slowest else []
    return pytest.param(name, marks=marks)


@pytest.mark.slow
@pytest.mark.parametrize("name", [long(n) for n, page in PAGES.items() if n != TUTORIAL and blocks(page)])
def test_a_page_is_followed_to_the_letter(name: str) -> None:
    follow(PAGES[name])


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_tutorial_ends_with_a_verdict_on_a_fifth_company() -> None:
    follow(PAGES[TUTORIAL])
    run = simulator.open_run("runs/five")
    chances = run.summary()["verdicts"]["oracle"]
    assert sum(chance["value"] for chance in chances.values()) == pytest.approx(1)
    assert (Path("runs/five") / "report.html").exists()
    assert (Path("runs/five") / "compared-with-four.html").exists()
    # The headline over the table is what it was, at the medians and to the digit that the tutorial gives.
    headline, table = run.study.priors["spend.headline"].parameters["value"], 375.0
    low, high = run.study.priors["spend.capex_2026.oracle"].quantiles.values()
    assert headline / (table + (low * high) ** 0.5) == pytest.approx(475 / table, abs=0.05 / 425)


def test_shown_output_is_held_to_its_last_digit() -> None:
    printed = "title\nBear 45.55 ± 0.06 %\n────\nGroup  -2144 ± 5\nmore\nand more\n"
    assert holds(printed, "Bear 45.55 ± 0.06 %\n───\nGroup -2144 ± 5\n...\n")
    assert holds(printed, "Bear 45.55\n± 0.06 %\n...\nand more")
    assert holds(printed, "Bear 45.56 ± 0.06 %\n")
    assert not holds(printed, "Bear 45.57 ± 0.06 %\n")
    assert not holds(printed, "Bull 45.55 ± 0.06 %\n")
    assert not holds(printed, "Bear 45.55 ± 0.06 %\nmore\n")
    assert not holds(printed, "more\n...\nBear 45.55 ± 0.06 %\n")
    assert not holds(printed, "and more\nthan that\n")


def test_a_table_replaces_its_like_and_joins_others(reader: Path) -> None:
    (reader / "mine").mkdir()
    path = reader / "mine" / "a.toml"
    path.write_text("# kept\n\n[a]\nvalue = 1\nunit = 2\n\n[b]\nvalue = 3\n")
    put("# mine/a.toml\n[a]\nvalue = 4\n\n[c]\nvalue = 5\n")
    assert path.read_text() == "# kept\n\n[a]\nvalue = 4\n\n[b]\nvalue = 3\n\n[c]\nvalue = 5\n"
