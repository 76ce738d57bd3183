"""The page of an update: every number of the summary, in both languages, whatever a file has in it."""

import math
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import simulator
from simulator.analysis.learning.outcomes import Changes, Outcomes
from simulator.analysis.learning.summarise import CHANGED
from simulator.analysis.learning.summary import Diagnostic, Unused, UpdateSummary
from simulator.estimate import Number, distinguishable
from simulator.report import console
from simulator.report import update as terminal
from simulator.report.page.contents import learned
from simulator.report.page.document import Code, Table, pieces
from simulator.report.page.html import to_html
from simulator.report.page.locale import LANGUAGES, Locale
from simulator.report.page.markdown import to_markdown
from simulator.report.page.sections import conclusion
from simulator.report.page.sections.conclusion import Update
from simulator.report.page.sections.trust import error_of_error
from tests.analysis.learning.shop import evidence, study

HOSTILE = "</script><img src=x onerror=alert(1)>[x](javascript:1)\x1b[31m"


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> UpdateSummary:
    file = evidence(tmp_path_factory.mktemp("evidence"), {"2025Q1": 2.0, "2026Q1": 1.5, "2026Q2": 1.7})
    return simulator.update(study(), file, paths=2**15).summary()


@pytest.fixture(scope="module")
def judged(found) -> UpdateSummary:
    """The same with verdicts, as a study of companies has them, and a diagnostic that failed."""
    chances = {name: Number(x, 0.01) for name, x in (("bull", 0.2), ("base", 0.3), ("bear", 0.5))}
    verdicts = {"group": chances, "amazon": chances}
    failed = (Diagnostic("khat", math.nan, 0.7, True),)
    return replace(
        with_posterior(replace(found, prior=replace(found.prior, verdicts=verdicts)), verdicts),
        method=replace(found.method, diagnostics=failed, tried={"reweighting": failed}),
        steps=tuple(replace(step, verdicts=verdicts) for step in found.steps),
        titles={"amazon": "Amazon"},
        verdicts={"bull": 1, "base": 0, "bear": -1},
    )


def with_posterior(summary: UpdateSummary, verdicts) -> UpdateSummary:
    posterior = replace(summary.posterior, verdicts=verdicts)
    return replace(summary, posterior=posterior, change=Changes.of(summary.prior, posterior, CHANGED))


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_everything(found, judged, language) -> None:
    for summary in (found, judged):
        document = learned(summary, "runs/one", language)
        whole, plain = to_html(document), to_markdown(document)
        for row in summary.moved:
            assert (row.name in whole) == (row.name in plain) == terminal.clear(row)
        for row in summary.observations:
            assert f"{row.value:g}" in plain
        assert "sales" in plain
        assert "<svg" in whole
        assert "{" not in plain


def test_a_failed_diagnostic_comes_first(judged) -> None:
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
    row = replace(found.observations[0], name=HOSTILE, quantity=HOSTILE, unit=HOSTILE)
    left = replace(found.left_out[0], series=HOSTILE)
    summary = replace(found, title=HOSTILE, study=HOSTILE, observations=(row,), left_out=(left,))
    whole = to_html(learned(summary, HOSTILE, language))
    assert "<img" not in whole
    assert whole.count("</script>") == 1
    assert "\x1b" not in whole
    text = re.sub("`[^`]*`", "", to_markdown(learned(summary, HOSTILE, language)))
    assert not re.search(r"(?<!\\)\]\(javascript", text)
    assert not re.search(r"(?<!\\)<", text)


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_has_it_in_its_width(found, judged, width, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for summary in (found, judged):
        terminal.print_update(console.output(), summary)
        printed = capsys.readouterr().out
        assert all(len(line) <= width for line in printed.splitlines())
        assert "k-hat of the weights" in printed
        assert "1 known by the study's own day" in printed
        assert re.search(r"sales\.?.*2026Q1", printed)
    terminal.print_update(console.output(), replace(judged, title=HOSTILE))
    assert "\x1b" not in capsys.readouterr().out


def test_one_figure_is_counted_as_one(found) -> None:
    assert terminal.facts(found).endswith(": 2 figures")
    assert terminal.facts(replace(found, observations=found.observations[:1])).endswith(": 1 figure")


def test_a_change_is_clear_beyond_two_standard_errors() -> None:
    """After less before, with the errors of both; two standard errors of the difference decide, not more."""
    before = Outcomes({}, {"group": {"bear": Number(0.40, 0.003)}}, {}, {})
    for value, clear in ((0.4101, True), (0.4099, False), (0.3899, True), (math.nan, False)):
        after = Outcomes({}, {"group": {"bear": Number(value, 0.004)}}, {}, {})
        change = Changes.of(before, after, CHANGED).verdicts["group"]["bear"]
        assert distinguishable(change) is clear
        np.testing.assert_allclose((change.value, change.error), (value - 0.4, 0.005), rtol=1e-12)


@pytest.mark.parametrize("bear", [0.503, 0.55, 0.45])
def test_the_first_sentence_states_no_difference_that_errors_do_not_allow(judged, bear, capsys) -> None:
    """On the page and on the terminal alike: more, less, or no clear difference."""
    before = judged.prior.verdicts
    summary = with_posterior(
        judged, {who: {**own, "bear": Number(bear, 0.01)} for who, own in before.items()}
    )
    terminal.print_update(console.output(), summary)
    difference = {
        0.503: "which is no clear difference.",
        0.55: "more.",
        0.45: "less.",
    }
    for text in (capsys.readouterr().out, to_markdown(learned(summary, "one", "en"))):
        (found,) = re.findall(
            r"on the group: \S+ ± \S+% after the evidence, against \S+ ± \S+% before, "
            r"(?:\S+ ± \S+ percentage points )?(\D*?\.)",
            " ".join(text.split()),
        )
        assert found == difference[bear]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_only_announced_is_named_as_missing(judged, language) -> None:
    """Guidance that became known since does not enter, and the page has that and where to look."""
    t, row = Locale(language), judged.left_out[0]
    announced = tuple(replace(row, kind=kind, reason="not_actual") for kind in ("guidance", "consensus"))
    early = replace(row, kind="guidance", reason="known_before")
    assert conclusion.unobserved(Update(replace(judged, left_out=(early,)), t)) == []
    shipped = replace(judged, study="hyperscalers-2026-01", prior_as_of=date(2026, 1, 28))
    may = replace(shipped, as_of=date(2026, 5, 31), left_out=(*announced, early))
    page = to_markdown(learned(may, "one", language))
    assert "`strandline diff hyperscalers-2026-01 hyperscalers-2026-05`" in page
    assert t("update.unheard", count="2") in page
    before = replace(shipped, as_of=date(2026, 5, 30), left_out=announced)
    assert "strandline diff" not in to_markdown(learned(before, "one", language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_draws_that_repeat_stand_beside_what_they_are_worth(found, language) -> None:
    """The number of draws never stands without the effective sample size, in prose."""
    plain = to_markdown(learned(found, "one", language))
    (sentence,) = [line for line in plain.splitlines() if f"{found.method.draws:,}" in line]
    assert f"{found.method.effective_draws:,.0f}" in sentence


def test_an_error_of_few_chains_is_known_to_its_own_spread() -> None:
    """Of normal means of eight chains; the law is that of small errors, here a tenth off at most."""
    spread = np.random.default_rng(0).normal(size=(100_000, 8)).std(axis=1, ddof=1)
    np.testing.assert_allclose(spread.std() / spread.mean(), error_of_error(8), rtol=0.1)


def test_a_number_known_beyond_four_figures_is_written_to_four(found) -> None:
    row = found.moved[0]
    exact = replace(row.prior, mean=Number(0.119993, 0.000007))
    summary = replace(found, moved=(replace(row, prior=exact, shift=Number(1.0, 0.0)),))
    assert "| 0.12 |" in to_markdown(learned(summary, "one", "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_series_of_the_shipped_evidence_goes_by_a_code(judged, language) -> None:
    """What is left out is named by whose figure of what it is, in the language of the page."""
    day = date(2026, 3, 31)
    left = [
        Unused(one.name, one.entity, one.metric, one.definition, one.kind, "", day, 0.0, "", "restated")
        for one in simulator.load_evidence().series.values()
    ]
    companies = dict(simulator.load_study("hyperscalers-2026-01").settings.entities)
    document = learned(replace(judged, left_out=tuple(left), titles=companies), "one", language)
    (table,) = next(section for section in document.sections if section.anchor == "left_out").blocks
    assert isinstance(table, Table)
    heads = [pieces(row.head)[0] for row in table.rows]
    assert not [head for head in heads if isinstance(head, Code)]
    texts = [head if isinstance(head, str) else head.text for head in heads]
    assert not [text for text in texts if "_" in text]
    assert len(set(texts)) == len(texts)


def test_every_reason_and_diagnostic_has_a_text() -> None:
    from typing import get_args

    from simulator.analysis.learning.figures import Reason
    from simulator.report.page.locale import catalogue

    reasons = set(get_args(Reason.__value__))
    assert reasons == set(terminal.REASONS)
    for language in LANGUAGES:
        known = catalogue(language)
        assert all(f"update.reason_{reason}" in known for reason in reasons)
        assert all(f"update.gate_{name}" in known for name in terminal.DIAGNOSTICS)
