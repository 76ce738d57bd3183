"""The card as a document: its figures are the run's, its texts have none, and what is quoted stays text."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.analysis.card import card_of
from simulator.report.page.card import card_document, card_markdown
from simulator.report.page.catalogue import LANGUAGES, catalogue
from simulator.report.page.document import Table, text_of
from simulator.report.page.html import to_html
from simulator.report.page.locale import Locale
from simulator.report.page.markdown import to_markdown
from tests.analysis.card import known_card as known

SECTIONS = Path(__file__).parents[3] / "simulator" / "report" / "page" / "sections" / "card"
ANCHORS = [
    "purpose",
    "materiality",
    "soundness",
    "data",
    "outcomes",
    "monitoring",
    "challenge",
    "limits",
    "review",
]
SCORES = {
    "what": "cash capex, quarterly",
    "method": "ours",
    "titles": {"ours": "our own", "walk": "random walk with drift"},
    "origins": [{"quarter": "2020Q4"}, {"quarter": "2021Q1"}],
    "skill": [
        {
            "scope": "group",
            "against": "walk",
            "horizon": at,
            "cases": 9,
            "crps": {"value": 0.3, "error": error},
        }
        for at, error in ((1, 0.1), (2, 0.4))
    ],
    "coverage": {"all": {name: {"value": 0.75, "error": 0.05} for name in ("50", "80", "95")}},
}


def messages(language: str) -> dict[str, str]:
    return {key: text for key, text in catalogue(language).items() if key.startswith("card.")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_is_typed_into_the_texts_of_a_card(language: str) -> None:
    numeral = re.compile(r"[0-9０-９〇二三四六七八九十百千]")  # a fifth and the one that leads are no figures
    assert {key: text for key, text in messages(language).items() if numeral.search(text)} == {}


def test_every_text_of_a_card_is_used() -> None:
    source = "".join(path.read_text() for path in SECTIONS.glob("*.py"))
    source += (SECTIONS.parents[1] / "card.py").read_text()
    whole = set(re.findall(r"[a-z_]+", source))
    started = ("to_", "kind_", "review_")  # by the key of a command, of evidence, of what is filled in
    for key in messages("en"):
        name = key.removeprefix("card.")
        parts = (name, name.removesuffix("_caption"), name.removesuffix("_commands"))
        assert any(part in whole for part in parts) or name.startswith(started), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("made", [known.made, known.bare])
def test_every_heading_is_there_in_both_languages(language: str, made) -> None:
    document = card_document(made(), language)
    assert [one.anchor for one in document.sections] == ANCHORS
    t = Locale(language)
    assert [one.title for one in document.sections] == [t(f"card.{name}") for name in ANCHORS]
    page, lines = to_html(document), to_markdown(document)
    assert page.count("<section") == len(ANCHORS)
    assert lines.count("\n## ") == len(ANCHORS)
    assert t("card.blank") in lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_shown_are_those_of_the_run(language: str) -> None:
    run, t = known.run(), Locale(language)
    text = to_markdown(card_document(known.made(), language))
    unit = t.unit("money")
    for entity in ("group", "meta"):
        for verdict in ("bull", "base", "bear"):
            assert t.estimate(run.estimate(f"p_{verdict}({entity})"), 100.0) in text
        assert t.estimate(run.estimate(f"mean(value_created.{entity})"), unit.factor) in text
        for name in ("p05", "p95"):
            assert t.rounded(run.estimate(f"{name}(value_created.{entity})"), unit.factor) in text
        assert t.estimate(run.estimate(f"p50(capex_2026.{entity})"), unit.factor) in text
    assert t.count(run.plan.paths) in text
    assert run.study.hash in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_not_known_is_said(language: str) -> None:
    text = to_markdown(card_document(known.bare(), language))
    for key in ("no_verdicts", "no_outlay", "no_structures", "no_thresholds", "no_checks", "no_scores"):
        assert Locale(language)(f"card.{key}") in text
    for key in ("nothing_beside", "no_age", "no_evidence", "no_risks", "nothing_to_flip", "own_model"):
        assert Locale(language)(f"card.{key}") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_study_says_can_only_be_read(language: str) -> None:
    made = known.made(known.HOSTILE)
    page, lines = to_html(card_document(made, language)), to_markdown(card_document(made, language))
    assert "alert(1)" in page
    for text in (page, lines):
        assert "<script>alert" not in text
        assert "\x1b" not in text
    rows = [line for line in lines.splitlines() if line.startswith("|") and "alert" in line]
    assert rows
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {3, 4, 5, 6, 7, 8}


@pytest.mark.parametrize("language", LANGUAGES)
def test_scores_that_are_no_clear_difference_are_called_that(language: str) -> None:
    own, t = known.made(), Locale(language)
    text = to_markdown(card_document(card_of(own.found, known.DAY, scores=SCORES), language))
    assert t("drivers.zero") in text
    assert "2020Q4" in text
    assert t("card.unscored", option="") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_that_is_no_longer_computed_is_not_to_be_relied_on(language: str) -> None:
    own, t = known.made(), Locale(language)
    verified = known.run().verification(batches=1)
    differs = verified._replace(differences=(("0", "f", 1),) * 3)
    for found, said in ((verified, t("card.identical")), (differs, t("card.differs", n="3"))):
        reproduction = replace(own.challenge.reproduction, verified=found)
        made = replace(own, challenge=replace(own.challenge, reproduction=reproduction))
        assert said in to_markdown(card_document(made, language))


def test_a_notebook_shows_the_card_in_english() -> None:
    assert card_markdown(known.made()) == to_markdown(card_document(known.made(), "en"))


def test_no_cell_of_a_card_is_empty() -> None:
    for made in (known.made(), known.bare()):
        for section in card_document(made, "en").sections:
            for table in (block for block in section.blocks if isinstance(block, Table)):
                assert all(text_of(cell) for row in table.rows for cell in row.cells), table.caption


def test_an_entity_on_which_nothing_hangs_has_no_row_and_no_question() -> None:
    """The model has metrics of its own, `centre`, that the card has nothing of."""
    purpose, materiality = card_document(known.made(), "en").sections[:2]
    (stated,) = [block for block in purpose.blocks if isinstance(block, Table)]
    (stake,) = [block for block in materiality.blocks if isinstance(block, Table)]
    assert "model" in known.made().purpose.entities
    assert [text_of(row.head) for row in stake.rows] == ["Group", "meta"]
    (question,) = [row for row in stated.rows if text_of(row.head) == "Question"]
    assert "the model" not in text_of(question.cells[0])


def test_a_flip_on_conditioned_paths_is_not_called_one_of_a_belief_alone() -> None:
    text = to_markdown(card_document(known.made(), "en"))
    assert "Beliefs that flip the verdict, those that move it most" in text
    assert "each in its lowest or highest fifth" in text
    assert "單獨" not in to_markdown(card_document(known.made(), "zh-Hant"))
