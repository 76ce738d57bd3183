"""The section on the value of information, in both languages, and its picture."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from analysis.questions.decided import linear, run_of, study

from simulator.analysis.questions.value import value
from simulator.analysis.run import simulate
from simulator.errors import UsageError
from simulator.report import charts
from simulator.report.answers import answer_markdown, section_of
from simulator.report.page.document import Charts, Notice, Table, text_of
from simulator.sampling import BATCH


class Shocked:
    """A model with shocks over time, as far as a report can see."""

    shocks = MappingProxyType({"noise": None})

    def __call__(self, draws):
        return linear(draws)


@pytest.fixture(scope="module")
def found():
    return value(run_of(paths=2 * BATCH), groups=["inert,supply.y"], samples=["demand.x n=2 sd=1.5"])


def tables(section) -> list[list[list[str]]]:
    return [
        [[text_of(row.head), *map(text_of, row.cells)] for row in block.rows]
        for block in section.blocks
        if isinstance(block, Table)
    ]


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_number_stands_with_its_error(found, language):
    section = section_of(found, language)
    actions, beliefs, groups, samples = tables(section)
    # A title that the shipped studies have too is known in the other language.
    assert [row[0] for row in actions] == ["Go on", {"en": "Stop", "zh-Hant": "停止"}[language]]
    assert [row[0] for row in beliefs] == ["demand.x", "supply.y"]
    for rows, values in ((beliefs, found.beliefs), (samples, [one.worth for one in found.samples])):
        for row, one in zip(rows, values, strict=False):
            assert row[1] == f"{one.value}"
    assert groups[0][1] == f"{ {'en': 'at least', 'zh-Hant': '至少'}[language] } {found.everything.value}"
    for rows, values in ((beliefs, found.beliefs), (groups, [found.everything])):
        assert all(
            float(row[2].replace("−", "-")) == pytest.approx(one.bias, rel=0.1)
            for row, one in zip(rows, values, strict=False)
        )
    assert groups[-1][0].endswith("inert, supply.y")
    assert any(isinstance(block, Charts) for block in section.blocks)


def test_what_the_fit_has_not_found_is_said_and_why():
    asked = value(run_of(paths=BATCH))
    assert f"{asked.everything.rest}" in answer_markdown(asked)
    assert "has no shocks over time" in answer_markdown(asked)
    # What a model with shocks is told hangs on them alone.
    shocked = replace(asked.run, model=Shocked())
    assert "shocks over time are in that" in answer_markdown(replace(asked, run=shocked))


def test_groups_of_no_value_are_left_out_but_those_asked_for():
    run = run_of(paths=BATCH)
    asked = value(run, groups=["inert"])
    _, _, groups = tables(section_of(asked, "en"))
    assert groups[-1][:2] == ["Together: inert", "nothing"]
    assert asked.groups["named"][0].value.value == 0


def test_a_decision_that_never_changes_says_so_first_and_has_no_picture():
    sure = study().override({"demand.x": 0.0, "supply.y": {"family": "uniform", "low": -0.5, "high": 0.5}})
    asked = value(simulate(sure, paths=BATCH))
    section = section_of(asked, "en")
    assert isinstance(section.blocks[1], Notice)
    assert not any(isinstance(block, Charts) for block in section.blocks)
    assert "hardly ever change" in answer_markdown(asked)
    with pytest.raises(UsageError, match="no belief by itself"):
        charts.value(asked)


def test_the_picture_tells_what_the_first_belief_is_worth(found):
    chart = charts.value(found)
    assert "demand.x is worth" in chart.title
    assert f"{found.perfect}" in chart.under
