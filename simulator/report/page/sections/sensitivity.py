"""How a mean or a chance moves with each belief: the answer, the leading beliefs, how each was obtained."""

import math
from collections.abc import Sequence

from simulator.analysis.questions.sensitivity import Median, Sensitivities, Sensitivity
from simulator.estimate.effect import Effect
from simulator.report.drawing import SMALL, Bar, Size, bars
from simulator.report.drawing.bars import End
from simulator.report.markup import Element
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Inline,
    Notice,
    Paragraph,
    Quoted,
    Row,
    Section,
    Table,
    text_of,
)

#: The change of a scale that is given: a tenth.
TENTH = 0.1


def sensitivity(context: AnswerContext, found: Sensitivities) -> Section:
    """Return the leading derivatives of a target, and how each was obtained."""
    t = context.t
    moving = [one for one in found.checked if one.location.value.value or one.scale.value.value]
    blocks: list[Block] = [Paragraph(_answer(context, found, moving), "lead")]
    if found.refused:
        why = t.compose("sensitivity.refused", why=Quoted(found.refused))
        blocks.append(Notice(t("sensitivity.refused_title"), [why]))
    if moving:
        blocks.append(_table(context, found, moving))
    blocks.append(Paragraph(_totals(context, found)))
    if moving:
        blocks.append(_charts(context, found, moving))
    blocks.append(Paragraph(t("sensitivity.read"), "note"))
    blocks.append(Paragraph(_method(context, found), "note"))
    return Section("sensitivity", t("section.sensitivity"), blocks)


def _answer(context: AnswerContext, found: Sensitivities, moving: Sequence[Sensitivity]) -> list[Inline]:
    t = context.t
    about = {
        "statistic": context.statistic_title(found.target),
        "value": context.statistic_amount(found.target, found.value),
    }
    clear = [one for one in moving if one.location.value.distinguishable]
    if not clear:
        return t.compose("sensitivity.nothing", **about)
    first = clear[0]
    change = _amount(context, found, first.location.value)
    sentence = t.compose(
        "sensitivity.answer", **about, belief=context.prior_and_name(first.belief), change=change
    )
    if first.median is None or not first.median.by_percent.value:
        return sentence
    percent = t.compose(
        "sensitivity.by_percent",
        median=context.belief_amount(first.belief, first.median.value),
        change=_amount(context, found, first.median.by_percent),
    )
    return context.sentences(sentence, percent)


def _totals(context: AnswerContext, found: Sensitivities) -> list[Inline]:
    """Return how many beliefs were checked, and how many derivatives were obtained which way."""
    t, agree = context.t, sum(bool(one.agrees) for one in found.checked)
    counts = {"n": len(found.beliefs), "checked": len(found.checked), "agree": agree, **found.ways}
    texts = {name: t.count(number) for name, number in counts.items()}
    key = "differences" if found.refused else "all" if agree == len(found.checked) else "some"
    counted = (t(f"sensitivity.ways_{way}", n=texts[way]) for way, number in found.ways.items() if number)
    ways = t("sensitivity.ways", ways=context.comma(*counted))
    return context.sentences(t(f"sensitivity.checked_{key}", **texts), ways)


def _method(context: AnswerContext, found: Sensitivities) -> str:
    t, kind = context.t, "chance" if found.target.chance else "mean"
    counts = {"pass_paths": t.count(found.paths_of_pass), "paths": t.count(found.paths)}
    return t(f"sensitivity.method_{kind}", **counts)


def _table(context: AnswerContext, found: Sensitivities, moving: Sequence[Sensitivity]) -> Table:
    t = context.t
    numbers = ("sensitivity.up", "sensitivity.wider", "sensitivity.median", "sensitivity.percent")
    columns = [
        *context.text_columns("sensitivity.belief"),
        *context.columns(*numbers),
        *context.text_columns("sensitivity.way"),
    ]
    rows = [_row(context, found, one) for one in moving]
    statistic = text_of(context.statistic(found.target))
    caption = t("sensitivity.caption", statistic=statistic, unit=_unit(context, found))
    return Table(caption, columns, rows)


def _row(context: AnswerContext, found: Sensitivities, one: Sensitivity) -> Row:
    tenth = Effect(one.scale.value.value * TENTH, one.scale.value.error * TENTH)
    ways = dict.fromkeys(way for way in (one.location.way, one.scale.way) if way)
    way = context.comma(*(context.t(f"sensitivity.way_{name}") for name in ways))
    cells = [
        _change(context, found, one.location.value),
        _change(context, found, tenth),
        *_median(context, found, one.belief, one.median),
        way,
    ]
    return Row(context.belief_head(one.belief), cells)


def _median(
    context: AnswerContext, found: Sensitivities, belief: str, median: Median | None
) -> tuple[str, str]:
    if median is None:
        return "–", "–"
    return context.belief_number(belief, median.value), _change(context, found, median.by_percent)


def _change(context: AnswerContext, found: Sensitivities, effect: Effect) -> str:
    """Return a change with its sign and error, or that it cannot be told from nothing; a dash of none."""
    if math.isnan(effect.value):
        return "–"
    if not effect.distinguishable:
        return context.t("sensitivity.same")
    text = context.t.concise(effect, context.statistic_factor(found.target))
    return text if text.startswith("−") else f"+{text}"


def _amount(context: AnswerContext, found: Sensitivities, effect: Effect) -> str:
    """Return a change with its sign, its error and its unit."""
    return context.t.amount(_change(context, found, effect), context.change_unit(found.target))


def _unit(context: AnswerContext, found: Sensitivities) -> str:
    return context.beside(context.change_unit(found.target))


def _charts(context: AnswerContext, found: Sensitivities, moving: Sequence[Sensitivity]) -> Charts:
    t = context.t
    words = context.clauses(
        f"{context.prior(one.belief)}{t('list.colon')}{_change(context, found, one.location.value)}"
        for one in moving
    )
    title = context.statistic_title(found.target)
    drawn = Chart(found.target.name, False, title, None, drawing(context, found, SMALL), words)
    return Charts("sensitivity", t("sensitivity.chart"), [drawn], note=t("sensitivity.chart_about"))


def drawing(context: AnswerContext, found: Sensitivities, size: Size) -> Element:
    """Return how fast a target changes with the leading beliefs, with two standard errors."""
    factor = context.statistic_factor(found.target)
    rows = []
    for one in found.checked:
        effect = one.location.value
        kind = "high" if effect.value > 0 else "low"
        text = _change(context, found, effect).partition(" ±")[0]
        rows.append(
            Bar(context.prior(one.belief), [End(kind, factor * effect.value, factor * effect.error, text)])
        )
    across = context.t("sensitivity.across", unit=_unit(context, found))
    texts = {"label": text_of(context.statistic(found.target)), "across": across}
    return bars(size, rows, 0.0, texts, context.t.tick)
