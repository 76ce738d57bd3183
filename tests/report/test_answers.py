"""Questions asked for a report: answered in sections of their own, or with the reason why not."""

from dataclasses import dataclass
from typing import Any

import pytest
from analysis.questions.small_runs import STANDARD, linear_run

from simulator.analysis.run import Run, simulate
from simulator.errors import RunError, UsageError
from simulator.estimate import Number, parse_statistic
from simulator.report import answers
from simulator.report.answers import Question, answer_markdown, ask, page_of, sections
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import Paragraph, Section, text_of
from simulator.report.page.html import to_html
from simulator.study import Study


@dataclass(frozen=True)
class Mean:
    run: Run

    def to_json(self) -> dict[str, Any]:
        return {"schema": 1, "mean": self.run.estimate("mean(value)").value}


def section(context: AnswerContext, found: Mean) -> Section:
    return Section("mean", "The mean", [Paragraph(f"It is {found.to_json()['mean']:.3f} for sure.")])


def refused(run: Run) -> Mean:
    message = "the model is not there"
    raise RunError(message)


@pytest.fixture(autouse=True)
def questions(monkeypatch):
    other = type("Other", (), {})
    known = (Question("mean", Mean, Mean, section), Question("drivers", other, refused, section))
    monkeypatch.setattr(answers, "QUESTIONS", known)


def test_an_answer_is_the_same_in_report_page_and_notebook():
    run = linear_run()
    asked = ask(run, ["mean"])
    (own,) = sections(asked, run, "en")
    (block,) = own.blocks
    assert isinstance(block, Paragraph)
    sentence = text_of(block.text)
    assert sentence in to_html(page_of(asked.answers["mean"], "en"))
    assert sentence in answer_markdown(asked.answers["mean"])
    assert asked.to_json() == {"mean": Mean(run).to_json()}


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_a_question_without_an_answer_has_its_reason_in_the_report_and_in_json(language):
    run = linear_run()
    asked = ask(run, ["all"])
    assert list(asked.answers) == ["mean"]
    _, other = sections(asked, run, language)
    assert isinstance(other.blocks[0], Paragraph)
    assert "the model is not there" in text_of(other.blocks[0].text)
    assert asked.to_json()["drivers"] == {"unanswered": "the model is not there"}


def test_a_question_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="Did you mean mean"):
        ask(linear_run(), ["maen"])


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("p_bear(model)", "the chance of bear for the model"),
        ("mean(value)", "the mean of value"),
        ("p05(value)", "the 5% quantile of value"),
        ("p50(value)", "the median of value"),
        ("cvar05(value)", "the mean of the lowest 5% of value"),
        ("cvar90(value)", "the mean of the highest 10% of value"),
        ("prob_below(value, -2)", "the chance of value below −2"),
        ("prob_below_zero(value)", "the chance of value below 0"),
        ("between(value, -1, 2.5)", "the chance of value from −1 to 2.5"),
    ],
)
def test_a_statistic_is_called_by_its_name_in_words(text, called):
    run = linear_run()
    context = AnswerContext.of_run(run, "en")
    statistic = parse_statistic(text, run.names, ["model"], ["bear"])
    assert text_of(context.statistic(statistic)) == called


def test_numbers_of_beliefs_stand_in_their_own_units_with_their_errors():
    context = AnswerContext.of_run(linear_run(), "en")
    assert context.belief_amount("lag", 24.0) == "24 month"
    assert context.belief_amount("lag", Number(24.04, 0.3)) == "24.0 ± 0.3 month"
    assert context.belief_amount("x", -1.5) == "−1.5"


def test_what_is_gained_per_dollar_is_told_in_cents_and_changes_in_them():
    def model(d):
        return {"value_per_dollar.group": 0.1 + 0.01 * d["x"]}

    model.metric_units = {"value_per_dollar.group": "1"}  # pyright: ignore[reportFunctionMemberAccess]
    study = Study.from_dict({"priors": {"x": STANDARD}}, model=model)
    run = simulate(study, paths=8192, seed=1)
    context = AnswerContext.of_run(run, "en")
    mean = parse_statistic("mean(value_per_dollar.group)", run.names, ["group"], [])
    assert context.statistic_amount(mean, Number(0.1, 0.01)) == "10.0 ± 1.0 cents"
    assert context.change_unit(mean).axis == "cents"
    chance = parse_statistic("prob_below(value_per_dollar.group, 0.2)", run.names, ["group"], [])
    assert text_of(context.statistic(chance)).endswith("below 20 cents")
    assert context.change_unit(chance).axis == "percentage points"
