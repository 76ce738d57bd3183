"""A chance at a threshold of the reader's own, in a real browser: asked by keys, followed, refused, kept."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.estimate import pool, probability_below, probability_between
from simulator.study import Study
from simulator.whatif.description import describe
from simulator.whatif.page import page
from tests.report.page.browser import Tab
from tests.whatif.browsing import FIRST, opened, press, settled, text, typed
from tests.whatif.scripts import FAKE_ENGINE

ROW = ".chance tbody tr"
FAULT = "#chance-fault"


def choose(tab: Tab, selector: str, value: str) -> None:
    tab.run(
        f"(() => {{ const one = document.querySelector('{selector}'); one.focus(); one.value = '{value}';"
        " one.dispatchEvent(new Event('change')); })()"
    )


def ask(tab: Tab, number: str, field: str = "first") -> None:
    """Type a number of the question and leave the field by the Enter key."""
    tab.run(f"document.querySelector('#chance-{field}').select()")
    tab.run(f"document.querySelector('#chance-{field}').focus()")
    tab.call("Input.insertText", text=number)
    press(tab, "Enter")


def cells(tab: Tab) -> list[str]:
    """Return the row of the answer: its title, as shipped, yours and the change."""
    return tab.run(f"[...document.querySelectorAll('{ROW} > *')].map((one) => one.textContent)")


def paths(tab: Tab, side: str, metric: str = "value_created.group") -> np.ndarray:
    values = tab.run(f"[...page.answered.{side}.sample.metrics.get('{metric}')]")
    return np.array(values, np.float32).reshape(32, -1)


def test_a_chance_is_asked_by_keys_and_follows_what_is_believed(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    asked = tab.run("fakeEngine.asked.length")
    assert tab.run(f"document.querySelector('{ROW}')") is None
    tab.run("document.querySelector('#chance-metric').focus()")
    press(tab, "Tab", "Tab")
    assert tab.run("document.activeElement.id") == "chance-first"
    tab.call("Input.insertText", text="-500")
    press(tab, "Enter")
    assert cells(tab)[0] == "Value created of the group below USD −500 bn"
    assert cells(tab)[3] == "–"
    assert tab.run("document.activeElement.id") == "chance-first"
    # It is counted on the paths that there are.
    assert tab.run("fakeEngine.asked.length") == asked
    typed(tab, FIRST, "1900")
    settled(tab)
    assert tab.complaints == []
    _, shipped, yours, change = cells(tab)
    for side, said in (("shipped", shipped), ("yours", yours)):
        chance = probability_below(pool(paths(tab, side), "rqmc"), -500)
        assert said == f"{100 * chance.value:.1f}\xa0±\xa0{100 * chance.error:.1f}"
    apart = (paths(tab, "yours") < -500).mean() - (paths(tab, "shipped") < -500).mean()
    assert change.replace("−", "-").startswith(f"{100 * apart:.1f}\xa0±")


def test_what_changes_nothing_within_two_errors_is_no_difference(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    ask(tab, "-500")
    tab.run(f"page.set('{FIRST}', {{ to: 1400.001, held: false }})")
    settled(tab)
    assert cells(tab)[3] == "no difference"


def test_a_question_is_answered_from_the_last_paths_while_others_are_computed(
    tab: Tab, pages: dict[str, Path]
) -> None:
    opened(tab, pages["en"])
    tab.run("fakeEngine.delay = 60000")
    tab.run(f"page.set('{FIRST}', {{ to: 1500, held: false }})")
    ask(tab, "-500")
    assert cells(tab)[0] == "Value created of the group below USD −500 bn"
    assert tab.run("Boolean(page.running)") is True
    tab.run("page.cancel.click()")
    assert tab.run("document.querySelector('.chance-answer').classList.contains('stale')") is True


def test_between_takes_two_numbers_and_counts_both_ends(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    ask(tab, "0")
    choose(tab, "#chance-relation", "between")
    assert "A number is missing." in text(tab, FAULT)
    assert tab.run("document.querySelector('#chance-second').ariaInvalid") == "true"
    assert "below" in cells(tab)[0]
    own = float(np.sort(paths(tab, "yours").ravel())[6000])
    ask(tab, repr(own), "second")
    assert text(tab, FAULT) == ""
    assert tab.run("page.state.asked.numbers") == [0, float(f"{own:.15g}")]
    chance = probability_between(pool(paths(tab, "yours"), "rqmc"), 0, own)
    assert cells(tab)[2] == f"{100 * chance.value:.1f}\xa0±\xa0{100 * chance.error:.1f}"
    assert "both included" in cells(tab)[0]


def test_a_number_that_is_none_is_refused_in_place_and_the_last_answer_stays(
    tab: Tab, pages: dict[str, Path]
) -> None:
    opened(tab, pages["en"])
    ask(tab, "1,200")
    before, address = cells(tab), tab.run("location.hash")
    marked = "document.querySelector('.chance-answer').classList.contains('refused')"
    for wrong, said in (("many", "not a number"), ("1e39", "Must lie between"), ("Infinity", "not a number")):
        ask(tab, wrong)
        assert said in text(tab, FAULT)
        assert "last question" in text(tab, FAULT)
        assert tab.run("document.querySelector('#chance-first').value") == wrong
        assert tab.run("document.querySelector('#chance-first').ariaInvalid") == "true"
        assert (cells(tab), tab.run("location.hash")) == (before, address)
        assert tab.run(marked) is True
    # What is refused stays so while something else changes, and the answer that stays follows it.
    typed(tab, FIRST, "1900")
    settled(tab)
    assert tab.run(marked) is True
    assert cells(tab)[0] == before[0]
    assert cells(tab)[2] != before[2]
    tab.run("document.querySelector('#chance-first').focus()")
    press(tab, "Escape")
    assert tab.run("document.querySelector('#chance-first').value") == "1,200"
    assert text(tab, FAULT) == ""
    assert tab.run(marked) is False
    choose(tab, "#chance-relation", "between")
    ask(tab, "1,100", "second")
    assert "Must be at least 1,200." in text(tab, FAULT)


def test_a_question_is_kept_in_the_address_and_undone_and_withdrawn(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    choose(tab, "#chance-metric", "roic")
    choose(tab, "#chance-relation", "above")
    ask(tab, "0.7")
    # In the metric's own unit in the address, with no digits that only a division makes.
    assert tab.run("location.hash").endswith("&~prob_above.roic=0.007")
    assert tab.run("linkOf(page)").endswith("&~prob_above.roic=0.007")
    shown, fragment = cells(tab), tab.run("location.hash")
    lines = tab.run("document.querySelector('#command').value").split("\n")
    assert "roic" not in lines[0]
    assert lines[1:] == ["strandline estimate --of 'prob_above(roic.group, 0.007)'"]
    tab.run("document.querySelector('#chance-first').select()")
    press(tab, "Enter")
    choose(tab, "#chance-first", "")
    assert tab.run("page.state.asked") is None
    assert cells(tab) == []
    assert "estimate" not in tab.run("document.querySelector('#command').value")
    tab.run("page.undo()")
    assert cells(tab) == shown
    opened(tab, pages["en"], fragment=fragment)
    assert cells(tab) == shown
    assert tab.run("document.querySelector('#chance-metric').value") == "roic"
    opened(tab, pages["en"], fragment="#~between.value_created=5..4&~prob_below.no.such=3")
    assert tab.run("page.state.asked") is None
    assert "between.value_created" in text(tab, ".answer-head .notices")


def test_another_metric_has_no_number_yet_and_another_company_the_same(
    tab: Tab, pages: dict[str, Path]
) -> None:
    opened(tab, pages["en"])
    tab.run("page.go({ ...page.state, metric: 'gross_margin' })")
    assert tab.run("document.querySelector('#chance-metric').value") == "gross_margin"
    ask(tab, "30")
    tab.run("page.go({ ...page.state, metric: 'value_created' })")
    assert "Gross margin" in cells(tab)[0]
    tab.run("page.go({ ...page.state, entity: 'meta' })")
    assert cells(tab)[0].startswith("Gross margin of Meta below 30%")
    choose(tab, "#chance-metric", "roic")
    assert tab.run("[...document.querySelectorAll('.chance input')].map((one) => one.value)") == ["", ""]
    assert cells(tab) == []
    ask(tab, "5%")
    assert tab.run("page.state.asked") == {"metric": "roic", "relation": "below", "numbers": [0.05]}


def test_numbers_are_in_the_unit_of_the_language(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["zh-Hant"])
    ask(tab, "-5,000")
    assert tab.run("page.state.asked.numbers") == [-500]
    assert cells(tab)[0] == "各家合計的價值創造低於 −5,000 億美元"
    shown = cells(tab)[1:]
    tab.run("page.speak('en')")
    assert cells(tab) == ["Value created of the group below USD −500 bn", *shown]
    assert tab.run("document.querySelector('#chance-first').value") == "−500"


def test_where_paths_are_no_number_there_is_no_chance_and_it_is_said(
    tab: Tab, pages: dict[str, Path]
) -> None:
    opened(tab, pages["en"], 390)
    ask(tab, "-500")
    tab.run("fakeEngine.undefined = 900")
    typed(tab, FIRST, "1939")
    settled(tab)
    assert cells(tab)[2:] == ["–", "–"]
    assert "On 900 of 8,192 paths" in text(tab, ".chance-answer")
    assert tab.run("document.documentElement.scrollWidth") <= 390


def own_page(folder: Path, **units: str) -> Path:
    priors: dict[str, Any] = {"a": {"family": "normal", "mean": 1.0, "sd": 0.2}}
    table = {"study": {"name": "own", "title": "A model of my own"}, "priors": priors}
    settings: dict[str, Any] = {"given": "own.toml", "seed": 3, "sampler": "mc", "mode": "portable"}
    known = describe(Study.from_dict(table), None, language="en", units=units, **settings)
    file = folder / "own.html"
    file.write_text(page(known, engine=FAKE_ENGINE.read_text(encoding="utf-8")).html, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["profit", "=cmd(1),<b>&c"])
def test_any_metric_of_a_model_of_ones_own_can_be_asked_of(tab: Tab, tmp_path: Path, name: str) -> None:
    opened(tab, own_page(tmp_path, **{"other": "USD bn", name: "t/yr"}), 390)
    metric = tab.run("page.description.measures.at(-1).name")
    choose(tab, "#chance-metric", metric)
    ask(tab, "0.25")
    settled(tab)
    shown = cells(tab)
    assert "of the model below 0.25 t/yr" in shown[0]
    full = tab.run(f"metricName(page.description, {metric!r}, page.state.entity)")
    chance = probability_below(pool(paths(tab, "yours", full), "mc"), 0.25)
    assert shown[2] == f"{100 * chance.value:.1f}\xa0±\xa0{100 * chance.error:.1f}"
    fragment = tab.run("location.hash")
    opened(tab, tmp_path / "own.html", 390, fragment)
    assert cells(tab) == shown
    assert tab.run("document.documentElement.scrollWidth") <= 390
    assert tab.complaints == []
