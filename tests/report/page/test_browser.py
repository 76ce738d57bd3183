"""The report in a real browser: nothing is asked of a network, the selectors work, and it prints whole."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.analysis.findings import Findings, find
from simulator.analysis.run import simulate
from simulator.report.page.contents import short_report
from simulator.report.page.html import to_html
from simulator.report.page.locale import LANGUAGES
from simulator.study import load_study
from tests.report.page.browser import Tab
from tests.report.page.written import report

#: A4 and Letter, in inches.
PAPER = {"A4": (8.27, 11.69), "Letter": (8.5, 11.0)}

VISIBLE = (
    "[...document.querySelectorAll('#outcomes figure')]"
    ".filter(f => f.offsetParent).map(f => f.dataset.entity)"
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_it_loads_without_a_complaint_or_a_request_at_every_width(
    tab: Tab, pages: dict[str, Path], language: str, width: int
) -> None:
    tab.open(pages[language], width)
    assert tab.run("document.documentElement.lang") == language
    # Nothing is wider than the window: what is, scrolls by itself.
    assert tab.run("document.documentElement.scrollWidth") <= width
    small = tab.run("getComputedStyle(document.querySelector('figure.first .small')).display")
    assert small == ("block" if width == 390 else "none")
    assert tab.requests == []
    assert tab.complaints == []


HINTED = """(async () => {
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)));
    return [...document.querySelectorAll("table")].map((table) => {
      const box = table.closest(".scroll");
      return [box !== null, table.scrollWidth > box.clientWidth + 1,
        Boolean(box.previousElementSibling?.matches(".sideways"))];
    });
})()"""


@pytest.mark.parametrize("width", [390, 820])
def test_a_table_says_that_it_is_wider_than_the_page_where_it_is(
    tab: Tab, pages: dict[str, Path], width: int
) -> None:
    """Nobody has to guess that columns lie off screen, nor is told so of a table that is whole."""
    tab.open(pages["zh-Hant"], width)
    tables = tab.run(HINTED)
    assert all(boxed for boxed, _, _ in tables)
    assert all(hinted == wider for _, wider, hinted in tables)
    assert any(wider for _, wider, _ in tables)


SQUEEZED = """[...document.querySelectorAll("tbody th[scope=row], tbody td:not(.number)")].filter((cell) => {
    const text = cell.textContent.trim(), style = getComputedStyle(cell);
    const inside = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return cell.clientWidth && text.length > 1 && inside < 1.9 * parseFloat(style.fontSize);
}).map((cell) => cell.textContent)"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_squeezed_to_a_column_of_single_characters(
    tab: Tab, pages: dict[str, Path], language: str
) -> None:
    """On a phone a table grows beyond the page, and scrolls, before a word is broken in its midst."""
    tab.open(pages[language], 390)
    assert tab.run(SQUEEZED) == []


def test_a_company_and_a_metric_can_be_chosen(tab: Tab, pages: dict[str, Path]) -> None:
    tab.open(pages["en"])
    # The group, and all companies where there is no group: earnings per share.
    assert tab.run(VISIBLE) == ["group"] * 3 + ["amazon", "alphabet", "microsoft", "meta"] + ["group"]
    tab.run("document.querySelector('#outcomes input[value=meta]').click()")
    assert tab.run(VISIBLE) == ["meta"] * 5
    tab.run("document.querySelector('#outcomes input[name=outcomes-metric][value=roic]').click()")
    assert tab.run(VISIBLE) == ["meta"]
    tab.run("document.querySelector('#outcomes input[name=outcomes-company][value=\"\"]').click()")
    assert len(tab.run(VISIBLE)) == 5
    # Other sections stay as they were.
    assert tab.run("document.querySelector('#time input[value=group]').checked")


def test_values_are_read_by_pointer_and_by_keyboard(tab: Tab, pages: dict[str, Path]) -> None:
    tab.open(pages["en"])
    figure = "document.querySelector('#chances figure.first')"
    tab.run(f"{figure}.querySelector('svg').focus()")
    for _ in range(3):
        for kind in ("rawKeyDown", "keyUp"):
            tab.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key="ArrowRight",
                code="ArrowRight",
                windowsVirtualKeyCode=39,
            )
    read = tab.run(f"{figure}.querySelector('.read').textContent")
    assert re.fullmatch(r"more than USD −[\d,]+ bn: [\d.]+ ± [\d.]+%", read), read
    changed = f"{figure}.querySelector('.read').textContent !== {read!r}"
    tab.point(f"{figure}.querySelector('svg')", 0.9, changed)
    assert tab.complaints == []


def test_without_scripts_everything_is_shown(tab: Tab, pages: dict[str, Path]) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(pages["en"])
        shown = tab.run(VISIBLE)
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
    assert len(shown) == 4 * 5 + 4
    assert tab.run("document.querySelector('.selector')") is None


@pytest.mark.slow
@pytest.mark.parametrize("paper", PAPER)
def test_it_prints_with_no_chart_cut(tab: Tab, pages: dict[str, Path], paper: str) -> None:
    """On paper no drawing is wider than the text or taller than a page, and none may be broken."""
    width, height = PAPER[paper]
    tab.open(pages["en"], int((width - 28 / 25.4) * 96))
    tab.call("Emulation.setEmulatedMedia", media="print")
    boxes = tab.run(
        "[...document.querySelectorAll('figure')].map(f => [f.getBoundingClientRect().right, f.offsetHeight,"
        " getComputedStyle(f).breakInside, f.offsetParent !== null])"
    )
    tab.call("Emulation.setEmulatedMedia", media="")
    assert len(boxes) > 60
    for right, tall, inside, shown in boxes:
        assert shown
        assert right <= (width - 28 / 25.4) * 96 + 1
        assert tall <= (height - 32 / 25.4) * 96
        assert inside == "avoid"
    printed = tab.pdf(width, height)
    assert printed.startswith(b"%PDF")
    assert 20 < len(re.findall(rb"/Type\s*/Page\b", printed)) < 120


def contrast(tab: Tab, one: str, other: str) -> float:
    """Return the contrast of two colours of the style sheet (WCAG 2.2)."""

    def light(name: str) -> float:
        value = tab.run(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()")
        digits = value[1:] if len(value) == 7 else "".join(2 * c for c in value[1:])
        parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_texts_and_lines_stand_out(tab: Tab, pages: dict[str, Path], dark: bool) -> None:
    tab.open(pages["en"], dark=dark)
    for name in ("ink", "soft", "link", "bull-ink", "base-ink", "bear-ink"):
        assert contrast(tab, name, "paper") >= 4.5, name
    for name in ("bull", "bear", "one", "two"):
        assert contrast(tab, name, "paper") >= 3, name
    assert contrast(tab, "ink", "warn") >= 4.5


def test_tables_and_drawings_can_be_heard(tab: Tab, pages: dict[str, Path]) -> None:
    tab.open(pages["en"])
    assert tab.run("[...document.querySelectorAll('th')].every(h => h.scope)")
    assert tab.run("[...document.querySelectorAll('table')].every(t => t.caption && t.caption.textContent)")
    assert tab.run("[...document.querySelectorAll('svg')].every(s => s.ariaHidden === 'true' || s.ariaLabel)")
    assert tab.run("[...document.querySelectorAll('fieldset')].every(f => f.querySelector('legend'))")
    ids = tab.run("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    missing = tab.run(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => decodeURIComponent(a.hash.slice(1)))"
        ".filter(h => !document.getElementById(h))"
    )
    assert missing == []


EVIL = (
    "</title></script><script>window.struck=1</script><img src=http://canary.test/x onerror=window.struck=1>"
)
TEMPLATE = "{{7*7}} {% raw %} ${7*7} {0.__class__} %(x)s"
RIGHT_TO_LEFT = "abc\u202ednetsil\u2066 \u200f"


def hostile_set(folder: Path, priors: int) -> Path:
    """Write a study whose every text is an attack, and which has as many priors as that."""
    evil = (EVIL + TEMPLATE + RIGHT_TO_LEFT).replace("\\", "").replace('"', "'")
    folder.mkdir()
    (folder / "study.toml").write_text(
        f'''extends = "hyperscalers-2026-01"
[study]
name = "hostile"
title = "{evil}"
as_of = 2026-01-28

[[company]]
name = "meta"
title = "{evil}"

[[scorecard]]
metric = "gross_margin"
min = 0.35
title = "{evil}"
note = "{evil}"

[[contradiction]]
name = "evil"
title = "{evil}"
treatment = "{evil}"
priors = ["hostile.p0"]

[[check]]
name = "capex_2026"
unit = "USD bn"
low = 475
high = 520
statistic = "median_within"
title = "{evil}"
note = "{evil}"
''',
        encoding="utf-8",
    )
    # A file has a largest size: the priors stand in as many as they need.
    for first in range(0, priors, 2_000):
        many = "".join(
            f"[hostile.p{k}]\nvalue = {k}.5\nspare = true\n"
            'unit = "1"\nbasis = "judgement"\nas_of = 2026-01-28\n'
            f'sources = ["evil\'<b>"]\nnote = "{evil}"\n'
            for k in range(first, min(first + 2_000, priors))
        )
        (folder / f"hostile{first}.toml").write_text(many, encoding="utf-8")
    (folder / "sources.toml").write_text(
        f'[sources."evil\'<b>"]\ntitle = "{evil}"\n'
        f'address = "https://canary.test/{EVIL.replace(" ", "%20")}"\n'
        f'provenance = "{evil}"\nnote = "{evil}"\n',
        encoding="utf-8",
    )
    return folder


def test_a_hostile_study_makes_a_safe_and_legible_page(tab: Tab, found: Findings, tmp_path: Path) -> None:
    holds_no_danger(tab, found, tmp_path, "en", 300)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_findings_of_a_hostile_study_make_a_safe_and_legible_page(tab: Tab, tmp_path: Path) -> None:
    found = find(simulate(load_study(hostile_set(tmp_path / "few", 60)), paths=8192, seed=7))
    for language, priors in (("en", 300), ("zh-Hant", 300), ("en", 10_000)):
        folder = tmp_path / f"{language}-{priors}"
        folder.mkdir()
        holds_no_danger(tab, found, folder, language, priors)


def holds_no_danger(tab: Tab, found: Findings, tmp_path: Path, language: str, priors: int) -> None:
    """Write the report of these findings as one of a hostile study, and look at it."""
    # What is told of many priors rests on the study alone; to compile them all takes minutes.
    many = load_study(hostile_set(tmp_path / "many", priors))
    found = replace(found, run=replace(found.run, study=many))
    file = tmp_path / "report.html"
    file.write_text(to_html(report(found, language)), encoding="utf-8")
    assert file.stat().st_size < 6e6
    tab.open(file)
    assert tab.run("window.struck") is None
    assert tab.run("document.images.length") == 0
    assert tab.run("document.scripts.length") == 1
    assert tab.requests == []
    assert tab.complaints == []
    links = tab.run("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    assert all(link.startswith(("#", "https://", "http://")) for link in links)
    text = tab.run("document.body.textContent")
    # It is all there to be read, as text; nothing turns the direction of reading.
    assert "{{7*7}} {% raw %} ${7*7} {0.__class__} %(x)s" in text
    assert "<img src=http://canary.test/x" in text
    assert "49" not in text.partition("{{7*7}}")[2][:40]
    assert not set(text) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
    assert tab.run("document.querySelectorAll('#priors tbody tr').length") > priors
    tab.open(file, 390)
    assert tab.run("document.documentElement.scrollWidth") <= 390


def test_the_policy_refuses_whatever_would_be_smuggled_in(
    tab: Tab, pages: dict[str, Path], tmp_path: Path
) -> None:
    """Were a text to become markup after all, the policy still lets nothing run and nothing out."""
    smuggled = tmp_path / "smuggled.html"
    text = pages["en"].read_text(encoding="utf-8")
    smuggled.write_text(text.replace("<main", f"{EVIL}<main", 1), encoding="utf-8")
    tab.open(smuggled)
    assert tab.run("window.struck") is None
    reached = [one for one in tab.events if one.get("method") == "Network.responseReceived"]
    assert all(one["params"]["response"]["url"].startswith("file:") for one in reached)
    assert any("Content Security Policy" in text for text in tab.complaints)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_report_is_four_printed_pages_at_most(
    tab: Tab, found: Findings, language: str, tmp_path: Path
) -> None:
    short = tmp_path / "short.html"
    short.write_text(to_html(short_report(found, language)), encoding="utf-8")
    tab.open(short)
    pages = re.findall(rb"/Type\s*/Page\b", tab.pdf(*PAPER["A4"]))
    assert 1 < len(pages) <= 4


def test_a_number_is_never_parted_from_its_error(pages: dict[str, Path]) -> None:
    for path in pages.values():
        text = path.read_text(encoding="utf-8")
        for drawn in ("script", "style", "svg"):
            text = re.sub(rf"<{drawn}\b.*?</{drawn}>", " ", text, flags=re.DOTALL)
        read = re.sub(r"<[^>]*>", "", text)
        assert "\u00a0±\u00a0" in read
        assert not re.findall(r"\d ±|± \d", read)
        # Nor from its unit, whatever the language puts behind that.
        assert not re.findall(r"\d (?:bn\b|GW\b|億美元|個百分點)", read)
