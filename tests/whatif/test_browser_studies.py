"""The page of other studies and other engines in a real browser: hostile, of one's own, not sound."""

from pathlib import Path

from simulator.study import Study, load_study
from simulator.whatif.description import describe
from simulator.whatif.page import page
from tests.report.page.browser import Tab
from tests.report.page.test_browser import hostile_set
from tests.whatif.browsing import opened, settled, text, typed
from tests.whatif.scripts import FAKE_ENGINE, described


def test_a_page_whose_kernel_is_not_sound_says_so(tab: Tab, tmp_path: Path) -> None:
    engine = FAKE_ENGINE.read_text(encoding="utf-8") + "\nfakeEngine.unsound = '3 of 64 paths differ.';"
    file = tmp_path / "unsound.html"
    file.write_text(page(described(), engine=engine).html, encoding="utf-8")
    opened(tab, file)
    assert "3 of 64 paths differ." in text(tab, ".answer-head .notices")
    engine = "function makeEngine() { throw new Error('no SIMD here'); }"
    file = tmp_path / "without.html"
    file.write_text(page(described(), engine=engine).html, encoding="utf-8")
    tab.open(file)
    tab.wait("document.querySelector('.notice') !== null")
    assert "no SIMD here" in text(tab, ".notice")


def test_a_hostile_study_makes_a_safe_page(tab: Tab, tmp_path: Path) -> None:
    hostile = load_study(hostile_set(tmp_path / "hostile", 40))
    file = tmp_path / "hostile.html"
    known = described(hostile)
    file.write_text(page(known, engine=FAKE_ENGINE.read_text(encoding="utf-8")).html, encoding="utf-8")
    opened(tab, file, 390)
    tab.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    tab.run("page.go({ ...page.state, entity: 'meta' })")
    tab.wait("document.querySelectorAll('.groups .belief').length > 200")
    assert tab.run("window.struck") is None
    assert tab.run("document.querySelectorAll('img, script[src], iframe').length") == 0
    assert tab.run("document.documentElement.scrollWidth") <= 390
    assert tab.requests == []
    assert tab.complaints == []


def test_a_model_of_ones_own_without_verdicts_has_a_page_too(tab: Tab, tmp_path: Path) -> None:
    table = {
        "study": {"name": "own", "title": "A model of my own"},
        "priors": {"a": {"family": "normal", "mean": 1.0, "sd": 0.2}, "b": {"value": 3.0, "unit": "yr"}},
    }
    known = describe(
        Study.from_dict(table),
        None,
        given="own.toml",
        seed=3,
        sampler="mc",
        mode="portable",
        language="en",
        units={"profit": "USD bn", "share": "1"},
    )
    file = tmp_path / "own.html"
    file.write_text(page(known, engine=FAKE_ENGINE.read_text(encoding="utf-8")).html, encoding="utf-8")
    opened(tab, file)
    assert "profit of the model is" in text(tab, "#verdict")
    typed(tab, "a", "1.4")
    settled(tab)
    assert tab.run("document.querySelector('details.solve').hidden") is True
    assert tab.run("document.querySelector('details.rules').hidden") is True
    command = tab.run("document.querySelector('#command').value")
    assert command == "strandline run own.toml --seed 3 --sampler mc --paths 8192 --set a.median=1.4"
    tab.run("document.querySelector('details.topic:nth-of-type(2)').open = true")
    tab.wait("Boolean(document.querySelector('[data-belief=b]'))")
    typed(tab, "b", "4")
    settled(tab)
    assert tab.run("page.state.changes.b") == {"to": 4, "held": True}
    assert tab.complaints == []
