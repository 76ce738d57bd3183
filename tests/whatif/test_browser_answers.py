"""Answers of the page in a real browser: refused, failing, cancelled, without a verdict, searched for."""

from pathlib import Path

import pytest

from tests.report.page.browser import Tab
from tests.whatif.browsing import FIRST, opened, settled, text, typed


def test_an_engine_that_fails_is_said_so_and_asked_again(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    answer = text(tab, "#verdict")
    tab.run("fakeEngine.fail = 'the worker died.'")
    typed(tab, FIRST, "2500")
    tab.wait("page.failed")
    assert "the worker died." in text(tab, ".answer-head .notices")
    assert text(tab, "#verdict") == answer
    assert tab.run(f"page.state.changes['{FIRST}'].to") == 2500
    tab.run("fakeEngine.fail = ''")
    tab.run("document.querySelector('.answer-head .notices button').click()")
    settled(tab)
    assert text(tab, "#verdict") != answer
    assert text(tab, ".answer-head .notices") == ""


def test_what_the_engine_refuses_of_a_belief_is_said_beside_it(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    tab.run(f"fakeEngine.faults = [{{ key: '{FIRST}.median', allowed: 'at most 2,000' }}]")
    tab.run("fakeEngine.fail = 'one fault'")
    typed(tab, FIRST, "2500")
    tab.wait("Boolean(page.failed)")
    assert "at most 2,000" in text(tab, f'[data-belief="{FIRST}"] .fault')
    assert tab.run(f"document.querySelector('[data-belief=\"{FIRST}\"] input.number').ariaInvalid") == "true"
    tab.run("fakeEngine.fail = ''")
    typed(tab, FIRST, "1900")
    settled(tab)
    assert text(tab, f'[data-belief="{FIRST}"] .fault') == ""


def test_a_preview_that_is_refused_leaves_the_slider_where_it_is(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    tab.run(f"fakeEngine.faults = [{{ key: '{FIRST}.median', allowed: 'at most 2' }}]")
    tab.run("fakeEngine.fail = 'one fault'")
    row = f"document.querySelector('[data-belief=\"{FIRST}\"]')"
    tab.run(f"{row}.querySelector('[type=range]').value = 150")
    tab.run(f"{row}.querySelector('[type=range]').dispatchEvent(new Event('input'))")
    tab.wait("fakeEngine.asked.at(-1).paths === 1024 && !page.running")
    assert tab.run(f"{row}.querySelector('[type=range]').value") == "150"
    assert text(tab, f'[data-belief="{FIRST}"] .fault') == ""
    tab.run(f"{row}.querySelector('[type=range]').dispatchEvent(new Event('change'))")
    tab.wait("fakeEngine.asked.at(-1).paths === 8192 && !page.running")
    assert "at most 2" in text(tab, f'[data-belief="{FIRST}"] .fault')


def test_a_long_answer_has_progress_and_can_be_cancelled(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    tab.run("fakeEngine.delay = 200")
    tab.run("page.more.click()")
    tab.wait("page.progress.value > 0")
    assert tab.run("page.cancel.hidden") is False
    tab.run("page.cancel.click()")
    tab.wait("!page.running")
    assert tab.run("page.answered.paths") == 8192
    tab.run("fakeEngine.delay = 0")
    tab.run("page.more.click()")
    tab.wait("page.answered.paths === 65536")
    assert "65,536 paths" in text(tab, ".status")


def test_an_answer_that_was_cancelled_is_marked_until_there_is_one(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    tab.run("fakeEngine.delay = 500")
    tab.run(f"page.set('{FIRST}', {{ to: 1500, held: false }})")
    tab.wait("page.running && !page.running.preview")
    tab.run("page.cancel.click()")
    assert "Cancelled." in text(tab, ".answer-head .notices")
    assert tab.run("page.answer.head.classList.contains('old')") is True
    tab.run("fakeEngine.delay = 0")
    tab.run("document.querySelector('.answer-head .notices button').click()")
    settled(tab)
    assert tab.run("page.answer.head.classList.contains('old')") is False
    assert "Cancelled." not in text(tab, ".answer-head .notices")


def test_a_cancelled_answer_is_not_taken_for_that_of_another_horizon(
    tab: Tab, pages: dict[str, Path]
) -> None:
    opened(tab, pages["en"])
    tab.run("fakeEngine.delay = 60000")
    tab.run("page.go({ ...page.state, horizon: 40 })")
    assert "40" not in text(tab, ".answer-head .status")
    tab.run("page.cancel.click()")
    assert "40" not in text(tab, ".answer-head .status")
    assert "not of what is set now" in text(tab, ".answer-head .notices")
    assert "not of what is set here" in text(tab, ".paper")
    tab.run("page.exports.savePaths()")
    assert "Nothing was saved" in text(tab, ".exports")
    assert tab.run("document.querySelector('table').closest('.stale') !== null")
    tab.run("page.go({ ...page.state, metric: 'roic' })")
    tab.run("page.cancel.click()")
    assert tab.run("page.words.of(measureOf(page.description, 'roic').title)") in text(tab, "table")
    assert tab.run("page.answer.fans.classList.contains('stale')")
    tab.run("fakeEngine.delay = 0; page.ask(8192)")
    settled(tab)
    assert "Horizon: 40 quarters." in text(tab, ".answer-head .status")
    assert "not of what is set here" not in text(tab, ".paper")
    assert "As shipped" in text(tab, "table thead")
    assert "as shipped 24" in text(tab, ".controls")


def test_where_paths_are_no_number_no_verdict_is_named(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    tab.run("fakeEngine.undefined = 900")
    typed(tab, FIRST, "1939")
    settled(tab)
    assert "No likeliest verdict is named: for the group, 11\xa0±" in text(tab, "#verdict")
    assert text(tab, ".against") == ""
    assert "On 900 of 8,192 paths" in text(tab, ".answer-head .notices")
    tab.run("document.querySelector('details.solve').open = true")
    tab.run("page.solve.solve()")
    assert "cannot be judged" in text(tab, ".result")
    tab.run("page.resetAll()")
    settled(tab)
    assert "is the likeliest" in text(tab, "#verdict")


def test_rules_that_are_changed_judge_both_columns_and_are_marked(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    asked, before = tab.run("fakeEngine.asked.length"), text(tab, "tbody tr:nth-child(5) td")
    tab.run("document.querySelector('details.rules').open = true")
    tab.run("page.setRules({ 'verdict.bear.value_per_dollar.max': -0.3 })")
    assert text(tab, "tbody tr:nth-child(5) td") != before
    assert "not as shipped" in text(tab, ".status")
    assert "--set verdict.bear.value_per_dollar.max=-0.3" in tab.run(
        "document.querySelector('#command').value"
    )
    assert tab.run("fakeEngine.asked.length") == asked


def test_what_must_be_true_is_found_and_can_be_set(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    tab.run("document.querySelector('details.solve').open = true")
    tab.run("page.solve.target.value = '40'")
    tab.run("page.solve.solve()")
    assert "It comes to 40%" in text(tab, ".result")
    assert "at a median of" in text(tab, ".result")
    tab.run("document.querySelector('.result button').click()")
    settled(tab)
    chance = tab.run("share(page.answered.yours.verdicts('group').whole, -1).value")
    assert chance == pytest.approx(0.4, abs=0.01)
    tab.run("page.solve.target.value = '0.001'")
    tab.run("page.solve.solve()")
    assert "Nothing within" in text(tab, ".result")
