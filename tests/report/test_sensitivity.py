"""The section on sensitivities: each number as the answer has it, in both languages, and the picture."""

import pytest
from analysis.questions.sensitivity.test_known_answers import found

from simulator import charts
from simulator.report.answers import answer_markdown, section_of
from simulator.report.page.document import Paragraph, Table, text_of


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_table_has_each_belief_that_moves_the_target_the_largest_first(language):
    result = found("jumping", "mean(f)")
    section = section_of(result, language)
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    moving = [one for one in result.checked if one.location.value.value]
    assert [text_of(row.head) for row in table.rows] == [one.belief for one in moving]
    sizes = [abs(one.location.value.value) for one in moving]
    assert sizes == sorted(sizes, reverse=True)
    lead = section.blocks[0]
    assert isinstance(lead, Paragraph)
    assert moving[0].belief in text_of(lead.text)


def test_the_ways_are_told():
    result = found("jumping", "mean(f)")
    text = answer_markdown(result)
    assert "by --set" not in text
    assert all(str(number) in text for number in (len(result.beliefs), len(result.checked)))
    assert "for the others it misses what jumps" in text


def test_a_chance_is_told_in_percentage_points_and_drawn():
    result = found("smooth", "prob_below(f, 0.7)")
    x = result.of("x").location.value
    assert f"{100 * x.value:.1f}".replace("-", "−") in answer_markdown(result)
    picture = charts.sensitivity(result)
    assert "percentage points" in picture.svg()
    assert "whisker" in picture.svg()


def test_a_rate_is_told_as_a_rate_and_the_key_to_its_columns_is_there():
    result = found("smooth", "prob_below(f, 0.7)")
    text = answer_markdown(result)
    assert "percentage points per standard deviation, for a small move" in text
    assert "| Per sd |" in text
    assert "from 5% a year to 5.05%" in text
    assert "the first is that of the location" in text
    assert "standard deviation higher" not in text
    assert "per standard deviation" in charts.sensitivity(result).svg()


@pytest.mark.parametrize(("target", "ends"), [("mean(f)", "moves"), ("prob_below(f, 0.7)", "points)")])
def test_a_caption_ends_with_the_unit_where_there_is_one(target, ends):
    section = section_of(found("smooth", target), "en")
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    assert table.caption.endswith(ends)
