"""The section of risks: every case and company, no difference where none is clear, reasons where due."""

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.analysis.findings import Findings, find
from simulator.analysis.risks import Assessment, LostCase
from simulator.analysis.run import simulate
from simulator.estimate import Number as Estimate
from simulator.estimate import distinguishable
from simulator.report.drawing import SMALL, Stack, stacks
from simulator.report.page.context import Context
from simulator.report.page.document import Charts, Code, Heading, Paragraph, Section, Table, pieces, text_of
from simulator.report.page.locale import LANGUAGES, Locale
from simulator.report.page.markdown import to_markdown
from simulator.report.page.sections.risks import risks
from simulator.study import RiskCase, Study
from tests.report.page.written import report


def section(found: Findings, language: str = "en") -> Section:
    one = risks(Context(found, Locale(language), full=True))
    assert one is not None
    return one


def assessment(found: Findings) -> Assessment:
    assert found.risks is not None
    return found.risks


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_risk_has_its_part_with_question_answer_effects_and_chart(
    found: Findings, language: str
) -> None:
    blocks = section(found, language).blocks
    risks = found.run.study.risks
    assert sum(isinstance(block, Heading) for block in blocks) == len(risks)
    assert sum(isinstance(block, Paragraph) and block.kind == "answer" for block in blocks) == len(risks)
    charts = [block for block in blocks if isinstance(block, Charts)]
    assert [[chart.entity for chart in one.charts] for one in charts] == [
        ["group", *risk.companies] for risk in risks
    ]
    tables = [block for block in blocks if isinstance(block, Table)]
    assert len(tables) == 1 + 2 * len(risks)
    for effects, risk in zip(tables[1::2], risks, strict=True):
        assert len(effects.rows) == (1 + len(risk.companies)) * (1 + len(risk.cases))


def test_a_change_within_two_errors_is_none(found: Findings) -> None:
    known = assessment(found)
    one = known.risks[0]
    case = one.cases[0]
    for error, start in ((0.51, "no clear difference"), (0.49, "+")):
        effect = case.effects["group"]._replace(
            chances={**case.effects["group"].chances, "bear": Estimate(0.01, 0.01 * error)}
        )
        risk = one._replace(cases=(case._replace(effects={**case.effects, "group": effect}),))
        changed = replace(found, risks=known._replace(risks=(risk,)))
        tables = [block for block in section(changed).blocks if isinstance(block, Table)]
        assert text_of(tables[1].rows[1].cells[0]).startswith(start)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_table_shows_the_harm_of_a_risk_beside_its_other_side(
    found: Findings, language: str
) -> None:
    """A case that lowers bear never stands alone where another one of the risk raises it."""
    known = assessment(found)
    first = next(block for block in section(found, language).blocks if isinstance(block, Table))
    assert len(first.rows) == sum(len(one.ends("group")) for one in known.risks)
    for one in known.risks:
        raising = [case for case in one.cases if case.effects["group"].chances["bear"].value > 0]
        clear = [case for case in raising if distinguishable(case.effects["group"].chances["bear"])]
        assert not clear or one.ends("group")[0] in clear


def test_an_answer_names_the_measure_by_which_its_case_is_chosen(found: Findings) -> None:
    answers = [
        text_of(block.text)
        for block in section(found).blocks
        if isinstance(block, Paragraph) and block.kind == "answer"
    ]
    assert any("moves the probability of bear for the group the most" in text for text in answers)
    assert not any("moves the group the most" in text for text in answers)


def test_a_reason_has_the_numbers_of_what_it_claims(found: Findings) -> None:
    """Value per dollar, and the yield of capital, with their errors."""
    tables = [block for block in section(found).blocks if isinstance(block, Table)][1::2]
    notes = [text_of(row.note) for table in tables for row in table.rows if row.note]
    cases = (case for risk in assessment(found).risks for case in risk.cases)
    first = next(case for case in cases if case.surprises["group"])
    change = first.judged["group"]["value_per_dollar"]
    text = Locale("en").estimate({"value": change.value, "mcse": change.error}, 100.0)
    text = f"+{text}" if change.value > 0 else text
    assert f"value per dollar {text} percentage points; yield that is not circular " in notes[0]


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (-48.0640, 0.0009, "−48.06"),
        (-0.048064, 0.0000009, "−0.04806"),
        (101.64, 0.2, "+101.6 ± 0.2"),
        (2.42, 0.03, "+2.42 ± 0.03"),
        (-118.2, 0.8, "−118.2 ± 0.8"),
        (9999.7, 0.01, "+10,000"),
    ],
)
def test_a_change_has_four_digits_where_it_is_known_better(
    found: Findings, value: float, error: float, text: str
) -> None:
    known = assessment(found)
    one = known.risks[0]
    case = one.cases[0]
    effect = case.effects["group"]._replace(value=Estimate(value, error))
    risk = one._replace(
        cases=(
            case._replace(
                effects={**case.effects, "group": effect}, surprises={**case.surprises, "group": ()}
            ),
        )
    )
    changed = replace(found, risks=known._replace(risks=(risk,)))
    tables = [block for block in section(changed).blocks if isinstance(block, Table)]
    assert text_of(tables[0].rows[0].cells[2]) == text


def test_a_reason_stands_where_the_sign_is_seen_and_only_there(found: Findings) -> None:
    known = assessment(found)
    blocks = section(found).blocks
    tables = [block for block in blocks if isinstance(block, Table)][1::2]
    for table, one in zip(tables, known.risks, strict=True):
        rows = [row for row in table.rows if row.cells]
        entities = ["group", *one.risk.companies]
        expected = [bool(case.surprises[entity]) for entity in entities for case in one.cases]
        marked = [any("‡" in text_of(cell) for cell in row.cells) for row in rows]
        assert marked == expected
        noted = " ".join(text_of(row.note) for row in rows if row.note)
        reasons = {why.note for entity in entities for case in one.cases for why in case.surprises[entity]}
        assert noted.count("‡ ") == len(reasons)
        assert all(noted.count(reason) == 1 for reason in reasons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_case_changes_is_named_and_measured_as_in_the_table_of_priors(
    found: Findings, language: str
) -> None:
    """A label with the name beside it, and the unit and scale of the language: never a bare code name."""
    known, t = assessment(found), Locale(language)
    for table, one in zip(changed_tables(found, language), known.risks, strict=True):
        rows = [row for row in table.rows if row.cells]
        moved = [moved for case in one.cases for moved in case.moved]
        for row, own in zip(rows, moved, strict=True):
            *_, here, unit = (text_of(cell) for cell in row.cells)
            assert text_of(row.head).endswith(f" {own.name}")
            assert isinstance(pieces(row.head)[-1], Code)
            if own.quantiles:
                assert unit == t.unit(own.unit).axis
                assert here.startswith(t.number(t.unit(own.unit).factor * float(own.value)))


def changed_tables(found: Findings, language: str) -> list[Table]:
    return [block for block in section(found, language).blocks if isinstance(block, Table)][2::2]


def test_markdown_and_json_tell_the_same(found: Findings) -> None:
    known = assessment(found)
    markdown = to_markdown(report(found, "en"))
    plain = found.to_json()["risks"]
    assert [one["name"] for one in plain["risks"]] == [risk.name for risk in found.run.study.risks]
    for one, own in zip(known.risks, plain["risks"], strict=True):
        assert f"### {one.risk.title}" in markdown
        for case, written in zip(one.cases, own["cases"], strict=True):
            change = written["entities"]["group"]["change"]["bear"]
            assert change["value"] == case.effects["group"].chances["bear"].value
            assert change["distinguishable"] == distinguishable(case.effects["group"].chances["bear"])


def test_a_study_without_risks_has_no_such_part(tmp_path: Path) -> None:
    data = {"priors": {"x": {"family": "normal", "mean": 0, "sd": 1}}}
    run = simulate(Study.from_dict(data, model=lambda d: {"y": d["x"]}), paths=8192)
    found = find(run)
    assert found.risks is None
    assert "risks" not in [part.anchor for part in report(found, "en").sections]
    assert found.to_json()["risks"] is None


def test_risks_that_cannot_be_computed_have_the_reason(found: Findings) -> None:
    lost = replace(found, risks=None, unassessed="no model at hand")
    (block,) = section(lost).blocks
    assert isinstance(block, Paragraph)
    assert "no model at hand" in text_of(block.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lost_case_has_a_note_and_takes_no_other_with_it(found: Findings, language: str) -> None:
    """The section is the same but for the note on the case; a risk that has no other has no tables."""
    known = assessment(found)
    first, second, *rest = known.risks
    lost = LostCase(RiskCase("Beyond"), "no number")
    whole = second._replace(cases=(), lost=(lost,))
    changed = replace(found, risks=known._replace(risks=(first._replace(lost=(lost,)), whole, *rest)))
    notes = [
        block
        for block in section(changed, language).blocks
        if isinstance(block, Paragraph) and "no number" in text_of(block.text)
    ]
    assert len(notes) == 2
    assert all("Beyond" in text_of(note.text) for note in notes)
    assert len(changed_tables(changed, language)) == len(known.risks) - 1


def test_bars_are_as_long_as_their_shares_and_labels_stay_inside() -> None:
    shares = {"bull": 0.25, "base": 0.25, "bear": 0.5}
    long = "A case whose name is far longer than any one line of a small drawing could ever hold"
    drawn = str(stacks(SMALL, [Stack("Short", shares, "50%"), Stack(long, shares, "50%")], "label", "%"))
    full = SMALL.width - 4
    assert drawn.count(f'width="{full / 4:g}"') == 4
    assert drawn.count(f'width="{full / 2:g}"') == 2
    assert drawn.count('class="label"') >= 5
