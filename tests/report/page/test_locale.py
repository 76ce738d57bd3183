"""Both languages say everything, each in its own words, and write numbers with no digit beyond the error."""

import re
import string

import pytest

from simulator.report.page.catalogue import LANGUAGES, catalogue, translations
from simulator.report.page.document import Coloured
from simulator.report.page.locale import Locale, grouped

ENGLISH, CHINESE = (
    {key: value for key, value in catalogue(language).items() if not key.startswith("texts.")}
    for language in LANGUAGES
)
HAN = re.compile(r"[\u4e00-\u9fff]")

#: Messages that are signs or names in both languages: an ideograph is not to be had.
NEUTRAL = re.compile(
    r"document\.number|date\.months\..*|list\..*|quantile\..*|answer\.(space|further)|verdict\.is"
    r"|unit\.(gigawatts|GW|percent)\.(axis|prose)|unit\..*\.factor|time\.point|time\.words_at|drivers\.(of|bar)|chances\.point|family\.within"
    r"|update\.(who_(anthropic|openai)|observed_of)|compare\.described|flip\.uncomputed"
)

#: What Latin letters may stand in a Chinese message: names, symbols and abbreviations.
LATIN = re.compile(
    r"\{\w+\}|P5|P95|AI|GW|HTML|Tab|strandline|PERT|metalog|SciPy|\bt\b|rqmc|mc|±|%|RQMC|EPS|MWh|R-hat|Alphabet|Meta"
    r"|Anthropic|OpenAI|Trainium|TPU|Maia|MTIA"
)

#: Common characters that only simplified Chinese has.
SIMPLIFIED = set("们这说为对时会个来国样电应数与无过还实现关业间问题将组设计资见观较误条据价报标类识图亿变机")


def test_both_languages_have_the_same_messages_with_the_same_places() -> None:
    assert ENGLISH.keys() == CHINESE.keys()

    def places(message: object) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(str(message)) if name is not None}

    differing = {
        key: (places(ENGLISH[key]), places(CHINESE[key]))
        for key in ENGLISH
        # A language may leave out what it has no use for; it can never ask for what the other does not know.
        if not places(CHINESE[key]) <= places(ENGLISH[key])
        and not places(ENGLISH[key]) <= places(CHINESE[key])
    }
    assert not differing


def test_no_message_is_empty() -> None:
    allowed = {"list.space", "answer.space"}
    for messages in (ENGLISH, CHINESE):
        assert {key for key, value in messages.items() if value == ""} <= allowed


def test_no_english_message_is_chinese() -> None:
    assert not {key for key, value in ENGLISH.items() if HAN.search(str(value))}


def test_no_chinese_message_is_left_in_english() -> None:
    left = {
        key for key, value in CHINESE.items() if not NEUTRAL.fullmatch(key) and not HAN.search(str(value))
    }
    assert not left
    words = {
        key: found
        for key, value in CHINESE.items()
        if not key.endswith(".factor") and (found := re.findall(r"[A-Za-z]{3,}", LATIN.sub(" ", str(value))))
    }
    assert not words


def test_pieces_that_are_put_together_have_the_spaces_of_one_text() -> None:
    """None within Chinese, whichever piece had it; one between Chinese and another script."""
    locale = Locale("zh-Hant")
    colour = Coloured("看空", "bear")
    assert locale.joined(["營收在 ", "每年 20,000 億美元"]) == ["營收在", "每年 20,000 億美元"]
    assert locale.joined([colour, " 占多數"]) == [colour, "占多數"]
    assert locale.joined(["約占", "43%", "的路徑"]) == ["約占", " ", "43%", " ", "的路徑"]


def test_a_prior_has_one_name_in_chinese() -> None:
    """假設 throughout; the statistician's 先驗 only where the word is explained."""
    expected = {key: str(value) for key, value in catalogue("zh-Hant").items()} | dict(
        translations("zh-Hant")
    )
    assert {key for key, text in expected.items() if "先驗" in text} == {"prior.read", "update.read"}
    assert not {key for key, text in expected.items() if "後驗" in text}


def test_chinese_is_traditional() -> None:
    expected = "".join(map(str, catalogue("zh-Hant").values()))
    assert not SIMPLIFIED & set(expected)


@pytest.mark.parametrize(
    ("value", "mcse", "english", "chinese"),
    [
        (-2156.123, 8.7, "USD −2,156 ± 9 bn", "−21,560 ± 90 億美元"),
        (0.5, 0.04, "USD 0.50 ± 0.04 bn", "5.0 ± 0.4 億美元"),
        (1234567.0, 300.0, "USD 1,234,600 ± 300 bn", "12,346,000 ± 3000 億美元"),
    ],
)
def test_an_amount_ends_where_its_error_begins(value: float, mcse: float, english: str, chinese: str) -> None:
    number = {"value": value, "mcse": mcse}
    for language, expected in zip(LANGUAGES, (english, chinese), strict=True):
        locale = Locale(language)
        unit = locale.unit("money")
        assert locale.estimate(number, unit.factor, unit) == expected.replace("3000", "3,000")


@pytest.mark.parametrize(
    ("value", "mcse", "expected"),
    [
        (0.0, 0.0, "0%"),
        (1.0, 0.0, "100%"),
        (0.005, 0.0, "less than 1%"),
        (0.995, 0.0001, "more than 99%"),
        (0.0151, 0.0001, "2%"),
        (0.04, 0.2, "less than 10%"),
        (0.97, 0.2, "more than 90%"),
    ],
)
def test_a_share_is_none_or_all_only_where_it_is(value: float, mcse: float, expected: str) -> None:
    """Rounding to a whole per cent, or to the error, makes nothing certain."""
    assert Locale("en").rounded_percent({"value": value, "mcse": mcse}) == expected


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [(0.43, "about 43%", "約 43%"), (0.995, "more than 99%", "超過 99%"), (0.005, "less than 1%", "不到 1%")],
)
def test_a_bound_is_not_about(value: float, english: str, chinese: str) -> None:
    share = {"value": value, "mcse": 0.0001}
    assert Locale("en").about_percent(share) == english
    assert Locale("zh-Hant").about_percent(share) == chinese


def test_infinite_and_missing_numbers_are_said_to_be_so() -> None:
    locale = Locale("en")
    assert locale.estimate(None) == "–"
    assert locale.estimate({"value": None, "mcse": None}) == "–"
    assert locale.estimate({"value": None, "mcse": None, "infinite": 1.0}) == "∞"
    assert locale.estimate({"value": None, "mcse": None, "infinite": -1.0}) == "−∞"


@pytest.mark.parametrize(
    ("plain", "expected"),
    [("-1234.50", "−1,234.50"), ("0", "0"), ("1000000", "1,000,000"), ("–", "–"), ("0.001", "0.001")],
)
def test_thousands_are_set_apart(plain: str, expected: str) -> None:
    assert grouped(plain) == expected


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [(2.5, 2.5, "2.5"), (5, 2.5, "5.0"), (0.05, 0.05, "0.05"), (-3000, 1000, "−3,000")],
)
def test_an_axis_shows_as_many_decimals_as_its_step(value: float, step: float, expected: str) -> None:
    assert Locale("en").tick(value, step) == expected


def test_a_text_of_a_file_is_told_as_it_is_and_known_ones_in_chinese() -> None:
    assert Locale("zh-Hant").translate("Amazon").text == "亞馬遜"
    unknown = Locale("zh-Hant").translate("Some firm")
    assert (unknown.text, unknown.foreign) == ("Some firm", True)
    assert not Locale("en").translate("Some firm").foreign


def test_a_filled_place_is_not_read_as_a_template() -> None:
    locale = Locale("en")
    assert locale("compare.to", verdict="{0.__class__} {verdict}") == "to {0.__class__} {verdict}"
    pieces = locale.compose("compare.from", verdict="{x}")
    assert pieces == ["from ", "{x}"]
