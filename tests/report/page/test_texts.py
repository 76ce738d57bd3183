"""What the shipped studies say is there in Chinese: every text, with its numbers, in one money scale."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from simulator.report.page.catalogue import LANGUAGES, catalogue, sentences, translated, translations
from simulator.report.page.locale import Locale
from simulator.study import Study, load_study, priors_root, shipped_sets
from simulator.study.domain import known_metrics

HAN = r"[\u4e00-\u9fff]"
ALL = {
    key.removeprefix("texts."): text for key, text in catalogue("zh-Hant").items() if key.startswith("texts.")
} | dict(translations("zh-Hant"))

#: Those that stay in their own language are titles of publications: quoted, and marked as such.
TRANSLATED = {original: text for original, text in ALL.items() if original != text}

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SCALES = {"k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12, "萬": 1e4, "億": 1e8, "兆": 1e12}
#: From a bare number of a study to its amount, in billions or in millions; 10 and 100 where a list
#: such as 507、542 億美元 or 200 至 400 萬 has its unit at the end.
SCALED = (1.0, 10.0, 100.0, 1e4, 1e6, 1e9)
WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def shown(study: Study) -> Iterator[str]:
    """Give every text of a study's files that a report shows."""
    yield study.title
    yield from study.settings.entities.values()
    for item in study.settings.scorecard:
        yield from (item.title, item.note)
    for one in study.contradictions:
        yield from (one.title, one.treatment)
    for risk in study.risks:
        yield from (risk.title, risk.question, risk.note)
        for case in risk.cases:
            yield from (case.title, case.note)
    yield from (surprise.note for surprise in study.surprises)
    yield from (check.title for check in study.checks)
    yield from (prior.note for prior in study.priors.values())
    for source in study.sources.values():
        yield from (source.title, source.provenance, source.note)


def numbers(text: str) -> Counter[float]:
    """Return the numbers of a text at their scale, without the digits in names such as H100 and 2025Q3."""
    found = re.findall(r"(?<![A-Za-z\d.])(\d[\d,]*(?:\.\d+)?)\s?(k|m|bn|tn|萬|億|兆)?(?:th)?(?![a-z])", text)
    return Counter(float(number.replace(",", "")) * SCALES.get(scale, 1.0) for number, scale in found)


@pytest.mark.parametrize("name", shipped_sets())
def test_every_text_that_a_report_shows_is_translated(name: str) -> None:
    """A report in Chinese quotes nothing of a shipped study but the titles of publications."""
    known = catalogue("zh-Hant")
    missing = {
        sentence
        for text in shown(load_study(name))
        if text and any(c.isalpha() for c in text)
        if f"texts.{text}" not in known and translated(text, "zh-Hant") is None
        for sentence in sentences(text)
        if sentence not in ALL
    } - {"Alphabet", "Meta"}
    assert not missing


@pytest.mark.parametrize("name", shipped_sets())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prior_and_metric_has_a_label(name: str, language: str) -> None:
    """No code name stands alone: of a prior, of one of an update, of what a case changes, of a metric."""
    study, locale = load_study(name), Locale(language)
    companies = dict(study.settings.entities)
    moved = {name for risk in study.risks for case in risk.cases for name in case.values}
    observed = load_study(priors_root() / "likelihood" / "observed.toml").priors
    names = {*study.priors, *observed, *moved}
    assert {name for name in names if locale.prior(name, companies) is None} == set()
    metrics = set(known_metrics())
    assert {metric for metric in metrics if not locale.has(f"metric.{metric}.label")} == set()


@pytest.mark.parametrize(("language", "words"), [("en", ("gap", "overshoot")), ("zh-Hant", ("差額", "超支"))])
def test_a_prior_that_the_model_corrects_is_not_called_what_comes_out(language, words) -> None:
    """The capex stated for a company is lifted by gap and overshoot, and is not called capex in 2026."""
    text = Locale(language).prior("spend.capex_2026.meta", {"meta": "Meta"})
    assert all(word in (text or "") for word in words)


@pytest.mark.parametrize("name", shipped_sets())
def test_every_unit_of_a_shipped_study_is_known(name: str) -> None:
    """Each has its Chinese name and its factor, so that none stands in another scale than its neighbours."""
    study = load_study(name)
    units = {one.unit for one in (*study.priors.values(), *study.checks)} - {"", "1"}
    assert {unit for unit in units if f"unit.{unit}.axis" not in catalogue("zh-Hant")} == set()


@pytest.mark.parametrize("original", TRANSLATED)
def test_a_translation_has_the_numbers_of_its_original(original: str) -> None:
    """Every number of the original is there, and no other, with a billion of money as ten 億."""
    own, theirs = numbers(original), numbers(TRANSLATED[original])
    spelt = {float(MONTHS.index(month) + 1) for month in MONTHS if month in original}
    spelt |= {float(i) for i, word in enumerate(WORDS, 1) if re.search(word, original, re.IGNORECASE)}
    either = {value * scale for value in own for scale in SCALED} | spelt
    either |= {value * 1e9 for value in spelt}
    assert {value for value in theirs if not near(value, either)} == set()
    scales = SCALED
    assert {
        value for value in own if not near(value, {v / scale for v in theirs for scale in scales})
    } == set()


def near(value: float, others: set[float]) -> bool:
    return any(abs(value - other) <= 1e-9 * max(1.0, abs(other)) for other in others)


@pytest.mark.parametrize("original", TRANSLATED)
def test_a_latin_word_in_a_translation_is_a_name(original: str) -> None:
    """What is not Chinese is a name, an abbreviation or a code name, and stands so in the original."""
    words = re.findall(r"[A-Za-z][\w.\-/]*", TRANSLATED[original])
    allowed = {"P10", "P90"} if re.search(r"\bp[19]0\b", original) else set()
    allowed |= {"PUE", "GW", "IT", "AR"}
    assert [word for word in words if word not in allowed and word.rstrip(".") not in original] == []
    assert [
        word
        for word in words
        if word.islower() and len(word) > 1 and not re.search(r"[._/\d]", word) and word not in NAMES
    ] == []


#: Lower-case words within names, and the setting of a study.
NAMES = {"of", "den", "ja", "tak", "delivery", "depreciation_policy"}


@pytest.mark.parametrize("original", TRANSLATED)
def test_a_translation_is_set_as_chinese(original: str) -> None:
    """Full-width punctuation, dashes between years, a space between scripts and none within Chinese."""
    text = Locale("zh-Hant").translate(original).text
    assert text == TRANSLATED[original]
    assert re.findall(rf"{HAN}[,.;:?!()]|[,.;:?!(]{HAN}|{HAN} {HAN}|[“”\"']", text) == []
    assert re.findall(r"十億美元", re.sub("數十億美元", "", text)) == []


def test_a_note_is_put_together_from_its_sentences() -> None:
    """Shared sentences are translated once; a note with one that is not there stays as it is."""
    note = "No source. Spread 0.10."
    assert translated(note, "zh-Hant") == "無來源。離散度 0.10。"
    assert translated(f"{note} Nobody has translated this.", "zh-Hant") is None
    assert translated(note, "en") is None
    assert sentences("A. Damodaran, and C. Van den Bulte. Next.") == [
        "A. Damodaran, and C. Van den Bulte.",
        "Next.",
    ]


def test_a_users_own_text_is_quoted_in_its_language() -> None:
    """A text without a translation is shown as it was written, and said to be in another language."""
    quoted = Locale("zh-Hant").translate("Our own view. No source.")
    assert (quoted.text, quoted.foreign) == ("Our own view. No source.", True)
    assert not Locale("zh-Hant").translate("0.5").foreign
