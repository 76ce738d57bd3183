"""The section on values at which an answer changes: every case in words, in both languages."""

import jax.numpy as jnp
import pytest
from analysis.questions.small_runs import STANDARD, linear_run

from simulator.analysis.questions.flip import flip
from simulator.analysis.run import simulate
from simulator.report.answers import page_of, section_of
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import Notice, Table, text_of
from simulator.report.page.html import to_html
from simulator.study import Study


def words(section):
    """Return all cells of the first table, and all running text."""
    table = next(block for block in section.blocks if isinstance(block, Table))
    cells = [text_of(cell) for row in table.rows for cell in row.cells]
    return cells, " ".join(text_of(block.text) for block in section.blocks if hasattr(block, "text"))


@pytest.mark.parametrize(("language", "bear"), [("en", "bear"), ("zh-Hant", "看空")])
def test_the_value_stands_with_its_error_and_the_verdicts_on_either_side(language, bear):
    found = flip(linear_run(), top=1)
    cells, text = words(section_of(found, language))
    (value,) = found.beliefs[0].values
    assert cells[0] == AnswerContext.of_run(found.run, language).belief_number("x", value.value)
    assert bear in text
    page = to_html(page_of(found, language))
    assert page.count("<svg") >= 1
    assert "{" not in text


def coin(draws):
    jump = jnp.where(draws["coin"] > 0.5, 1.0, -0.2)
    return {"f": jump + 0.01 * draws["small"] + draws["noise"] + 0.1 * draws["coin"]}


def test_a_jump_and_a_belief_that_changes_nothing_are_told():
    data = {
        "priors": {"coin": {"family": "bernoulli", "p": 0.3}, "small": STANDARD, "noise": STANDARD},
        "study": {"verdicts": ["yes", "no"]},
        "verdict": {"yes": {"f": {"min": 0.0}}},
    }
    run = simulate(Study.from_dict(data, model=coin), paths=8192, seed=1)
    cells, _ = words(section_of(flip(run, beliefs=["coin", "small"], pairs=0), "en"))
    assert "0 to 1" in cells
    assert "none, P1 to P99" in cells


def test_a_lead_within_its_error_is_a_notice():
    data = {
        "priors": {"x": STANDARD, "y": STANDARD},
        "study": {"verdicts": ["yes", "no"]},
        "verdict": {"yes": {"f": {"min": 0.0}}},
    }
    run = simulate(Study.from_dict(data, model=lambda d: {"f": d["x"] + d["y"]}), paths=8192, seed=1)
    section = section_of(flip(run, pairs=0), "en")
    assert any(getattr(block, "title", "").endswith("too close to call") for block in section.blocks)


@pytest.mark.parametrize(("language", "title"), [("en", "Left out"), ("zh-Hant", "未列入")])
def test_a_belief_with_which_there_is_no_answer_is_named_with_the_reason(language, title):
    data = {
        "priors": {"x": STANDARD, "y": STANDARD, "z": STANDARD},
        "dependence": {"spearman": [["x", "y", -0.99]]},
        "study": {"verdicts": ["yes", "no"]},
        "verdict": {"yes": {"f": {"min": 0.0}}},
    }
    model = lambda d: {"f": jnp.where(d["x"] + d["y"] > 3.0, jnp.nan, d["z"])}  # noqa: E731
    run = simulate(Study.from_dict(data, model=model), paths=8192, seed=1)
    found = flip(run, pairs=0)
    notices = [block for block in section_of(found, language).blocks if isinstance(block, Notice)]
    (notice,) = (block for block in notices if block.title.startswith(title))
    texts = " ".join(map(text_of, notice.items))
    assert all(one.reason in texts for one in found.uncomputed)
    assert "{" not in texts


@pytest.mark.parametrize(
    ("language", "open_is"), [("en", "open: too close to call"), ("zh-Hant", "未定：難分高下")]
)
def test_the_table_of_a_map_names_both_beliefs_and_what_open_is(language, open_is):
    found = flip(linear_run(), beliefs=["x", "y"], pairs=1)
    context = AnswerContext.of_run(found.run, language)
    caption = [block for block in section_of(found, language).blocks if isinstance(block, Table)][-1].caption
    (one,) = found.maps
    assert context.prior(one.across.name) in caption
    assert context.prior(one.up.name) in caption
    assert open_is in caption
