"""Statistics that were asked for, and how each settled as paths were added."""

from collections.abc import Sequence

from simulator.analysis.questions.convergence import Converging, Estimates, Step
from simulator.estimate import Number
from simulator.report.drawing import SMALL, Range, Ranges, Size, ranges
from simulator.report.markup import Element
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Column,
    Inline,
    Paragraph,
    Row,
    Section,
    Table,
    text_of,
)

#: Statistics in sentences of their own.
FEW = 3

#: Standard errors to either side in the picture.
SPAN = 2.0


def estimate(context: AnswerContext, found: Estimates) -> Section:
    """Return the statistics with their errors, and each of fewer paths."""
    t = context.t
    sentences = [_sentence(context, one) for one in found.statistics[:FEW]]
    read = "estimate.read" if len(found.statistics[0].steps) > 1 else "estimate.read_once"
    blocks: list[Block] = [
        Paragraph(context.sentences(*sentences), "lead"),
        _table(context, found.statistics),
        Paragraph(t(read), "note"),
    ]
    if settling := [one for one in found.statistics if len(one.steps) > 1]:
        charts = [_chart(context, one) for one in settling]
        about = t("estimate.chart_about")
        blocks.append(Charts("estimate", t("estimate.chart"), charts, note=about))
    return Section("estimate", t("section.estimate"), blocks)


def _sentence(context: AnswerContext, one: Converging) -> list[Inline]:
    """Return what a statistic is, of all paths."""
    value = context.statistic_amount(one.statistic, one.steps[-1].estimate)
    return context.t.compose("estimate.is", statistic=context.statistic_title(one.statistic), value=value)


def _table(context: AnswerContext, statistics: Sequence[Converging]) -> Table:
    """Return a row of each statistic: of the first paths, of twice as many, and last of all."""
    t = context.t
    paths = [step.paths for step in statistics[0].steps]
    columns = [Column(t("estimate.paths", n=t.count(one))) for one in paths]
    rows = [
        Row(
            [*context.statistic_title(one.statistic), *_unit(context, one)],
            [_number(context, one, step.estimate) for step in one.steps],
        )
        for one in statistics
    ]
    return Table(t("estimate.caption"), [*context.text_columns("estimate.statistic"), *columns], rows)


def _chart(context: AnswerContext, one: Converging) -> Chart:
    t = context.t
    name = context.statistic_title(one.statistic)
    steps = (
        f"{t.count(step.paths)}{t('list.colon')}{_number(context, one, step.estimate)}" for step in one.steps
    )
    return Chart(one.statistic.name, False, name, None, drawing(context, one, SMALL), context.clauses(steps))


def drawing(context: AnswerContext, one: Converging, size: Size) -> Element:
    """Return the estimate of each number of paths with two standard errors to either side."""
    t, factor = context.t, context.statistic_factor(one.statistic)

    def row(step: Step) -> Ranges:
        ends = (step.estimate.value + side * SPAN * step.estimate.error for side in (-1, 0, 1))
        return Ranges(t.count(step.paths), [Range("one", *(factor * end for end in ends))])

    texts = {
        "label": text_of(context.statistic(one.statistic)),
        "across": context.statistic_unit(one.statistic).axis,
    }
    return ranges(size, [row(step) for step in one.steps], texts, t.tick)


def _number(context: AnswerContext, one: Converging, estimate: Number) -> str:
    return context.t.estimate(estimate, context.statistic_factor(one.statistic))


def _unit(context: AnswerContext, one: Converging) -> list[Inline]:
    unit, t = context.statistic_unit(one.statistic).axis, context.t
    return [t("list.comma"), unit] if unit else []
