"""The page in a real browser over a small engine: by keyboard, by address, at any width."""

import re
from pathlib import Path

import pytest

from simulator.whatif.texts import LANGUAGES
from tests.report.page.browser import Tab
from tests.whatif.browsing import FIRST, SECOND, opened, press, settled, text, typed
from tests.whatif.scripts import study


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_it_opens_without_a_complaint_or_a_request_at_every_width(
    tab: Tab, pages: dict[str, Path], language: str, width: int
) -> None:
    opened(tab, pages[language], width)
    assert tab.run("document.documentElement.lang") == language
    tab.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    tab.wait("document.querySelectorAll('.groups .belief').length > 200")
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert tab.requests == []
    assert tab.complaints == []


def test_a_slider_is_moved_by_keys_and_the_answer_follows(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    before = text(tab, "#verdict")
    tab.run(f"document.querySelector('[data-belief=\"{FIRST}\"] input[type=range]').focus()")
    press(tab, *["ArrowRight"] * 30)
    tab.wait(f"page.state.changes['{FIRST}']")
    settled(tab)
    assert text(tab, "#verdict") != before
    asked = tab.run("fakeEngine.asked.at(-1)")
    assert asked["paths"] == 8192
    change = tab.run(f"page.state.changes['{FIRST}']")
    assert change["to"] > 1400
    assert change["held"] is False
    # Keys pressed in a row are one answer, beside the previews.
    assert tab.run("fakeEngine.asked.filter((one) => one.paths === 8192).length") < 10
    assert "changed" in tab.run(f"document.querySelector('[data-belief=\"{FIRST}\"]').className")


def test_hold_is_a_number_on_every_path(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    tab.run(f"document.querySelector('[data-belief=\"{SECOND}\"] input[type=checkbox]').focus()")
    press(tab, " ")
    settled(tab)
    assert tab.run(f"page.state.changes['{SECOND}']") == {"to": 0.03, "held": True}
    assert "--set spend.overshoot=0.03" in tab.run("document.querySelector('#command').value")


def test_why_a_belief_can_only_be_held_is_said_beside_it(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    row = f"document.querySelector('[data-belief=\"{FIRST}\"]')"
    shown = f"[{row}.querySelector('[id$=limit]').innerText, {row}.querySelector('.hold input').checked]"
    assert tab.run(shown) == ["", False]
    one = f"{{ name: 's', title: 's', note: '', settings: {{}}, numbers: {{ '{FIRST}': 9 }} }}"
    tab.run(f"page.description.structures.push({one}); page.go({{ ...page.state, structure: 's' }})")
    assert tab.run(shown) == [tab.run("page.words.messages.set_by_structure"), True]
    tab.run(f"page.undo(); page.description.beliefs.find((one) => one.name === '{FIRST}').held_only = true")
    tab.run("page.update()")
    assert tab.run(shown) == [tab.run("page.words.messages.only_held"), False]
    typed(tab, FIRST, "2000")
    assert tab.run(shown)[1] is True


def test_a_number_that_cannot_be_is_refused_in_place_and_the_answer_stays(
    tab: Tab, pages: dict[str, Path]
) -> None:
    opened(tab, pages["en"])
    typed(tab, FIRST, "2,000")
    settled(tab)
    asked, answer = tab.run("fakeEngine.asked.length"), text(tab, "#verdict")
    for wrong, said in (("-5", "above 0"), ("many", "not a number")):
        typed(tab, FIRST, wrong)
        assert said in text(tab, f'[data-belief="{FIRST}"] .fault')
        assert tab.run(f"document.querySelector('[data-belief=\"{FIRST}\"] input.number').value") == wrong
        assert "refused" in text(tab, ".answer-head .notices")
        assert text(tab, "#verdict") == answer
    assert tab.run("fakeEngine.asked.length") == asked
    tab.run(f"document.querySelector('[data-belief=\"{FIRST}\"] input.number').focus()")
    press(tab, "Escape")
    assert tab.run(f"document.querySelector('[data-belief=\"{FIRST}\"] input.number').value") == "2,000"
    assert text(tab, ".answer-head .notices") == ""
    typed(tab, FIRST, "2500")
    settled(tab)
    assert text(tab, f'[data-belief="{FIRST}"] .fault') == ""


def test_a_slider_let_go_where_no_median_may_be_leaves_the_last_answer(
    tab: Tab, pages: dict[str, Path]
) -> None:
    opened(tab, pages["en"])
    shipped = text(tab, "#verdict")
    name = "adoption.curve"
    tab.run(f"page.panel.search.value = '{name}'; page.panel.search.dispatchEvent(new Event('input'))")
    tab.wait(f"document.querySelector('[data-belief=\"{name}\"]') !== null")
    slide = (
        f"(async () => {{ const range = document.querySelector('[data-belief=\"{name}\"] input[type=range]');"
        " for (const step of [120, 130, 200]) { range.value = step; range.dispatchEvent(new Event('input'));"
        " await new Promise((done) => setTimeout(done, 60)); }"
        " range.dispatchEvent(new Event('change')); })()"
    )
    tab.run(slide)
    settled(tab)
    assert tab.run("page.state.changes") == {}
    assert text(tab, "#verdict") == shipped
    assert "some draws are what the model cannot mean" in text(tab, f'[data-belief="{name}"] .fault')
    tab.run(f"document.querySelector('[data-belief=\"{name}\"] .hold input').click()")
    settled(tab)
    assert tab.run(f"page.state.changes['{name}']?.held") is True
    assert tab.run(f"page.state.changes['{name}'].to") > 2


def test_undo_redo_and_reset_bring_back_numbers_and_answers(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    shipped = text(tab, "#verdict")
    typed(tab, FIRST, "2500")
    settled(tab)
    changed = text(tab, "#verdict")
    typed(tab, SECOND, "0.1")
    settled(tab)
    undo = "[...document.querySelectorAll('.tools button')].find((one) => one.textContent === '{}').click()"
    tab.run(undo.format("Undo"))
    settled(tab)
    assert text(tab, "#verdict") == changed
    assert tab.run(f"document.querySelector('[data-belief=\"{SECOND}\"] input.number').value") == "0.03"
    tab.run(undo.format("Redo"))
    settled(tab)
    assert tab.run("Object.keys(page.state.changes).length") == 2
    tab.run(undo.format("Reset all"))
    settled(tab)
    assert text(tab, "#verdict") == shipped
    assert tab.run("location.hash") == ""


def test_another_horizon_is_chosen_beside_the_beliefs(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    typed(tab, FIRST, "1939")
    options = "[...document.querySelectorAll('#choose-horizon option')].map((one) => one.textContent)"
    assert tab.run(options) == ["16 quarters", "24 quarters, shipped", "40 quarters"]
    tab.run("document.querySelector('#choose-horizon').focus()")
    press(tab, "End")
    settled(tab)
    assert tab.run("page.state.horizon") == 40
    assert tab.run("fakeEngine.asked.at(-1).horizon") == 40
    assert "40 quarters" in text(tab, ".answer-head .status")
    assert "study.horizon_quarters=40" in tab.run("document.querySelector('#command').value")
    assert tab.run("document.activeElement.id") == "choose-horizon"
    tab.run("page.undo()")
    settled(tab)
    assert tab.run("page.state.horizon") is None
    assert tab.run("Object.keys(page.state.changes).length") == 1


def test_the_address_holds_the_state_and_another_opens_it(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    typed(tab, FIRST, "2500")
    settled(tab)
    answer, fragment = text(tab, "#verdict"), tab.run("location.hash")
    assert study().hash[:12] in fragment
    opened(tab, pages["zh-Hant"], fragment=fragment)
    assert tab.run(f"page.state.changes['{FIRST}']") == {"to": 2500, "held": False}
    # Amounts in Chinese are in units of 10^8.
    assert tab.run(f"document.querySelector('[data-belief=\"{FIRST}\"] input.number').value") == "25,000"
    percent = re.search(r"[\d.]+\s±\s[\d.]+%", answer)
    assert percent is not None
    assert percent[0] in text(tab, "#verdict")


def test_an_address_of_another_study_is_said_so_and_nothing_is_lost(tab: Tab, pages: dict[str, Path]) -> None:
    fragment = f"#~study=0123456789ab&{FIRST}=2500&no.such.belief=3"
    opened(tab, pages["en"], fragment=fragment)
    assert "another study" in text(tab, ".answer-head .notices")
    assert "no.such.belief" in text(tab, ".answer-head .notices")
    assert tab.run("page.state.changes") == {}
    assert tab.run("location.hash") == fragment
    tab.run("document.querySelector('.answer-head .notices button').click()")
    settled(tab)
    assert tab.run(f"page.state.changes['{FIRST}'].to") == 2500
    assert study().hash[:12] in tab.run("location.hash")


def test_keys_undo_and_redo_where_no_text_is_written(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    typed(tab, FIRST, "2500")
    tab.run(f"document.querySelector('[data-belief=\"{FIRST}\"] input[type=range]').focus()")
    send = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {}));"
    send += "Object.keys(page.state.changes)"
    assert tab.run(send.format("{key: 'z', ctrlKey: true, bubbles: true}")) == []
    assert tab.run(send.format("{key: 'Z', metaKey: true, shiftKey: true, bubbles: true}")) == [FIRST]
    tab.run("page.panel.search.focus()")
    assert tab.run(send.format("{key: 'z', ctrlKey: true, bubbles: true}")) == [FIRST]


def test_to_look_at_a_structure_changes_no_belief(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    name, number = tab.run(
        "(() => { const one = page.description.structures[0]; page.structure = one.name;"
        " return Object.entries(one.numbers)[0]; })()"
    )
    other = f"page.description.beliefs.find((one) => one.name === '{name}').medians = undefined"
    tab.run(other)
    for to, held in ((number + 0.5, False), (number, False)):
        change = {"to": to, "held": held}
        tab.run(f"page.resetAll(); page.set('{name}', {{ to: {to}, held: false }})")
        address = tab.run("location.hash")
        tab.run("page.go({ ...page.state, structure: page.structure })")
        assert tab.run(f"page.state.changes['{name}']?.held ?? null") == (None if to == number else True)
        tab.run("page.go({ ...page.state, horizon: 40 })")
        tab.run("page.go({ ...page.state, structure: null, horizon: null })")
        assert tab.run(f"page.state.changes['{name}']") == change
        assert tab.run("location.hash") == address
    tab.run("page.resetAll()")
    assert tab.run("page.past.state.changes") == {}
    settled(tab)


def test_a_search_finds_beliefs_by_their_words(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    tab.run("page.panel.search.focus()")
    tab.call("Input.insertText", text="cost of capital")
    names = tab.run("[...page.panel.found.children].map((one) => one.dataset.belief)")
    assert "finance.wacc" in names
    assert tab.run("page.panel.groups.hidden") is True


def test_the_language_changes_in_place_and_the_state_stays(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    typed(tab, FIRST, "2500")
    settled(tab)
    tab.run("document.querySelector('.languages [lang=\"zh-Hant\"]').click()")
    assert tab.run("document.documentElement.lang") == "zh-Hant"
    assert "看" in text(tab, "#verdict")
    assert tab.run(f"page.state.changes['{FIRST}'].to") == 2500
    assert tab.complaints == []


def test_everything_can_be_reached_by_tab_and_has_a_name(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    seen = set[str]()
    for _ in range(60):
        press(tab, "Tab")
        at = tab.run("document.activeElement.tagName + ':' + (document.activeElement.type || '')")
        seen.add(at)
        outline = tab.run("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or at == "BODY:"
    assert {"INPUT:range", "INPUT:text", "INPUT:checkbox", "INPUT:search", "BUTTON:button"} <= seen
    nameless = tab.run(
        "[...document.querySelectorAll('input, select, textarea, button, progress')].filter((one) =>"
        " !one.labels?.length && !one.ariaLabel && !one.textContent.trim()).map((one) => one.outerHTML)"
    )
    assert nameless == []
    ids = tab.run("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert tab.run("document.querySelector('#verdict').closest('[aria-live]').ariaLive") == "polite"


def test_on_a_phone_the_answer_stays_in_sight(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"], 390, height=844)
    tab.run("document.querySelector('[data-belief=\"finance.wacc\"], .groups').scrollIntoView()")
    place = "document.querySelector('#verdict').getBoundingClientRect()"
    assert tab.run(f"{place}.top") >= 0
    assert tab.run(f"{place}.bottom") < 300


def test_it_prints_what_differs_the_command_and_the_hash(tab: Tab, pages: dict[str, Path]) -> None:
    opened(tab, pages["en"])
    typed(tab, FIRST, "2500")
    settled(tab)
    tab.call("Emulation.setEmulatedMedia", media="print")
    shown = tab.run("document.querySelector('.paper').innerText")
    assert "AI revenue at saturation" in shown
    assert study().hash in shown
    assert "strandline run" in shown
    assert tab.run("getComputedStyle(document.querySelector('aside')).display") == "none"
    assert tab.pdf(8.27, 11.69).startswith(b"%PDF")
    tab.call("Emulation.setEmulatedMedia", media="")
