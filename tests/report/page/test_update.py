"""The page of an update: every number of the summary, in both languages, whatever a file says in it."""

import re
from dataclasses import replace

import numpy as np
import pytest
from simulator.analysis.learning.told import changes
from tests.analysis.learning.shop import evidence, study

import simulator
from simulator.report import console
from simulator.report import update as terminal
from simulator.report.estimates import beyond_four
from simulator.report.page.contents import learned
from simulator.report.page.document import Code, Table, pieces
from simulator.report.page.html import to_html
from simulator.report.page.locale import LANGUAGES, Locale
from simulator.report.page.markdown import to_markdown
from simulator.report.page.sections import conclusion
from simulator.report.page.sections.conclusion import Update
from simulator.report.page.sections.trust import error_of_error

HOSTILE = "</script><img src=x onerror=alert(1)>[x](javascript:1)\x1b[31m"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    file = evidence(tmp_path_factory.mktemp("evidence"), {"2025Q1": 2.0, "2026Q1": 1.5, "2026Q2": 1.7})
    return simulator.update(study(), file, paths=2**15).summary()


@pytest.fixture(scope="module")
def judged(found):
    """The same with verdicts, as a study of companies has them, and a gate that failed."""
    chances = {name: {"value": x, "mcse": 0.01} for name, x in (("bull", 0.2), ("base", 0.3), ("bear", 0.5))}
    verdicts = {"group": chances, "amazon": chances}
    outcome = {name: found[name] | {"verdicts": verdicts} for name in ("prior", "posterior")}
    outcome["change"] = changes(outcome["prior"], outcome["posterior"])
    gate = {"name": "khat", "value": None, "limit": 0.7, "most": True, "passed": False}
    method = found["method"] | {"gates": [gate], "tried": {"reweighting": [gate]}}
    steps = [step | {"verdicts": verdicts} for step in found["steps"]]
    codes = {"bull": 1, "base": 0, "bear": -1}
    about = {"titles": {"amazon": "Amazon"}, "verdicts": codes}
    return found | outcome | about | {"method": method, "steps": steps}


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_everything(found, judged, language) -> None:
    for summary in (found, judged):
        document = learned(summary, "runs/one", language)
        whole, plain = to_html(document), to_markdown(document)
        for row in summary["moved"]:
            shown = terminal.clear(row)
            assert (row["name"] in whole) == (row["name"] in plain) == shown
        for row in summary["observations"]:
            assert f"{row['value']:g}" in plain
        assert "sales" in plain
        assert "<svg" in whole
        assert "{" not in plain


def test_a_failed_gate_is_the_first_thing_said(judged) -> None:
    text = to_markdown(learned(judged, "one", "en"))
    assert text.index("Do not rely on this posterior") < text.index("Bear")
    assert "failed" in text


def test_its_answer_is_printed_with_what_follows(judged) -> None:
    """Only the report of a run has a first page for a committee; here the next section follows at once."""
    document = learned(judged, "one", "en")
    assert not document.cover
    assert '<body class="cover"' not in re.sub(r'data-\w+="[^"]*" ?', "", to_html(document))
    covered = to_html(replace(document, cover=True))
    assert '<body class="cover"' in re.sub(r'data-\w+="[^"]*" ?', "", covered)
    assert ".cover #answer { break-after: page; }" in covered
    assert not re.search(r"[^.\w] *#answer \{ break-after", covered.replace(".cover #answer", ""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_of_a_file_does_nothing(found, language) -> None:
    row = found["observations"][0] | {"name": HOSTILE, "quantity": HOSTILE, "unit": HOSTILE}
    left = found["left_out"][0] | {"series": HOSTILE}
    summary = found | {"title": HOSTILE, "study": HOSTILE, "observations": [row], "left_out": [left]}
    whole = to_html(learned(summary, HOSTILE, language))
    assert "<img" not in whole
    assert whole.count("</script>") == 1
    assert "\x1b" not in whole
    text = re.sub("`[^`]*`", "", to_markdown(learned(summary, HOSTILE, language)))
    assert not re.search(r"(?<!\\)\]\(javascript", text)
    assert not re.search(r"(?<!\\)<", text)


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_tells_it_in_its_width(found, judged, width, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for summary in (found, judged):
        terminal.tell(console.output(), summary)
        told = capsys.readouterr().out
        assert all(len(line) <= width for line in told.splitlines())
        assert "k-hat of the weights" in told
        assert "1 known by the study's own day" in told
        assert re.search(r"sales\.?.*2026Q1", told)
    terminal.tell(console.output(), judged | {"title": HOSTILE})
    assert "\x1b" not in capsys.readouterr().out


def test_a_change_is_what_is_told_from_none_by_two_standard_errors() -> None:
    """After less before, with the errors of both; two standard errors of the difference decide, not more."""
    before = {"estimates": {}, "verdicts": {"group": {"bear": {"value": 0.40, "mcse": 0.003}}}}
    for value, clear in ((0.4101, True), (0.4099, False), (0.3899, True), (None, False)):
        after = {"estimates": {}, "verdicts": {"group": {"bear": {"value": value, "mcse": 0.004}}}}
        change = changes(before, after)["verdicts"]["group"]["bear"]
        assert change["distinguishable"] is clear
        if value is not None:
            np.testing.assert_allclose((change["value"], change["mcse"]), (value - 0.4, 0.005), rtol=1e-12)


@pytest.mark.parametrize("bear", [0.503, 0.55, 0.45])
def test_the_first_sentence_states_no_difference_that_errors_do_not_allow(judged, bear, capsys) -> None:
    """On the page and on the terminal alike: more, less, or no clear difference."""
    after = {name: own | {"bear": {"value": bear, "mcse": 0.01}} for name, own in verdicts_of(judged).items()}
    summary = judged | {"posterior": judged["posterior"] | {"verdicts": after}}
    summary["change"] = changes(summary["prior"], summary["posterior"])
    terminal.tell(console.output(), summary)
    words = {
        0.503: "which is no clear difference.",
        0.55: "5 percentage points more.",
        0.45: "5 percentage points less.",
    }
    for text in (capsys.readouterr().out, to_markdown(learned(summary, "one", "en"))):
        (told,) = re.findall(
            r"on the group: \d+% after the evidence, against 50% before, ([^.]*\.)", " ".join(text.split())
        )
        assert told == words[bear]


def verdicts_of(summary):
    return summary["prior"]["verdicts"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_only_said_is_told_to_be_missing(judged, language) -> None:
    """Guidance that became known since does not enter, and the page says so and where to look."""
    say = Locale(language)
    row = judged["left_out"][0]
    said = [row | {"kind": kind, "reason": "not_actual"} for kind in ("guidance", "consensus")]
    early = row | {"kind": "guidance", "reason": "known_before"}
    days = {"study": "hyperscalers-2026-01", "prior_as_of": "2026-01-28", "as_of": "2026-05-31"}
    assert conclusion.unobserved(Update(judged | {"left_out": [early]}, say)) == []
    told = to_markdown(learned(judged | days | {"left_out": [*said, early]}, "one", language))
    assert "`strandline diff hyperscalers-2026-01 hyperscalers-2026-05`" in told
    assert say("update.unheard", count="2") in told
    before = days | {"as_of": "2026-05-30"}
    assert "strandline diff" not in to_markdown(
        learned(judged | before | {"left_out": said}, "one", language)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_draws_that_repeat_are_told_by_what_they_are_worth(found, language) -> None:
    """The number of draws never stands without the effective sample size, in prose."""
    (gate,) = [gate for gate in found["method"]["gates"] if gate["name"] == "ess"]
    plain = to_markdown(learned(found, "one", language))
    (sentence,) = [line for line in plain.splitlines() if f"{found['method']['draws']:,}" in line]
    assert f"{gate['value']:,.0f}" in sentence


def test_an_error_of_few_chains_is_known_to_its_own_spread() -> None:
    """Of normal means of eight chains; the law is that of small errors, here a tenth off at most."""
    spread = np.random.default_rng(0).normal(size=(100_000, 8)).std(axis=1, ddof=1)
    np.testing.assert_allclose(spread.std() / spread.mean(), error_of_error(8), rtol=0.1)


def test_a_number_known_beyond_four_figures_is_written_to_four(found) -> None:
    assert beyond_four({"value": 0.119993, "mcse": 0.000007})
    assert not beyond_four({"value": 0.119993, "mcse": 0.00007})
    assert not beyond_four({"value": 0.0, "mcse": 0.1})
    row = found["moved"][0]
    exact = row["prior"] | {"mean": {"value": 0.119993, "mcse": 0.000007}}
    summary = found | {"moved": [row | {"prior": exact, "shift": {"value": 1.0, "mcse": 0.0}}]}
    assert "| 0.12 |" in to_markdown(learned(summary, "one", "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_series_of_the_shipped_evidence_goes_by_a_code(judged, language) -> None:
    """What is left out is told by whose figure of what it is, in the language of the page."""
    series = simulator.load_evidence().series.values()
    left = [{**vars_of(one), "series": one.name, "reason": "restated"} for one in series]
    companies = dict(simulator.load_study("hyperscalers-2026-01").settings.entities)
    document = learned(judged | {"left_out": left, "titles": companies}, "one", language)
    (table,) = next(section for section in document.sections if section.anchor == "left_out").blocks
    assert isinstance(table, Table)
    heads = [pieces(row.head)[0] for row in table.rows]
    assert not [head for head in heads if isinstance(head, Code)]
    texts = [head if isinstance(head, str) else head.text for head in heads]
    assert not [text for text in texts if "_" in text]
    assert len(set(texts)) == len(texts)


def vars_of(series):
    return {key: getattr(series, key) for key in ("company", "metric", "definition", "kind")}


def test_every_reason_and_gate_has_words() -> None:
    from typing import get_args

    from simulator.analysis.learning.figures import Reason
    from simulator.report.page.locale import catalogue

    reasons = set(get_args(Reason.__value__))
    assert reasons == set(terminal.REASONS)
    for language in LANGUAGES:
        known = catalogue(language)
        assert all(f"update.reason_{reason}" in known for reason in reasons)
        assert all(f"update.gate_{gate}" in known for gate in terminal.GATES)
