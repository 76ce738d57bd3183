"""The probability of more than so much, of every leading metric."""

from collections.abc import Iterator, Mapping

from simulator.report.drawing import SMALL, WIDE, Size, chance
from simulator.report.markup import Element
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Chart, Charts, Column, Paragraph, Row, Section, Table
from simulator.report.page.sections import headlines
from simulator.report.page.shapes import Exceedance, round_step
from simulator.report.page.shown import Shown


def chances(context: Context) -> Section | None:
    """Return exceedance curves and their tables; None where there is none."""
    say = context.say
    blocks: list[Block] = [Paragraph([say("chances.read")], "note")]
    for one in context.found.charted:
        if curves := context.found.curves[one.metric]:
            blocks += _metric(context, one, curves)
    return Section("chances", say("section.chances"), blocks, selectors=True) if len(blocks) > 1 else None


def _metric(context: Context, one: Shown, curves: Mapping[str, Exceedance]) -> Iterator[Block]:
    say, label, unit = context.say, context.label(one.metric), context.unit(one)
    ordered = [name for name in context.found.entities if name in curves]
    yield Charts(one.metric, label, [_chart(context, one, name, curves[name]) for name in ordered])
    head = [Column(label, unit.axis, numeric=False)]
    for name in ordered:
        found, factor = curves[name], context.factor(one)
        step = _step(found, factor)
        rows = [
            Row(
                [say.bound("chances.more", say.tick(threshold * factor, step), unit)],
                [[say.percent({"value": value, "mcse": error})]],
            )
            for threshold, value, error in zip(found.read, found.read_values, found.read_mcse, strict=True)
        ]
        if name == ordered[0]:
            columns = [*head, Column(say("chances.probability"), context.entity_text(name))]
            yield Table(say("chances.caption", metric=label, entity=context.entity_text(name)), columns, rows)


def _few(found: Exceedance) -> list[tuple[float, float, float]]:
    """Return the first, a middle and the last row to be read: what a sentence can hold."""
    rows = list(zip(found.read.tolist(), found.read_values.tolist(), found.read_mcse.tolist(), strict=True))
    return [rows[place] for place in dict.fromkeys((0, len(rows) // 2, len(rows) - 1))]


def _step(found: Exceedance, factor: float) -> float:
    return float(found.read[1] - found.read[0]) * factor if len(found.read) > 1 else round_step(1.0, 1)


def _chart(context: Context, one: Shown, entity: str, found: Exceedance) -> Chart:
    say, unit, factor = context.say, context.unit(one), context.factor(one)
    label = context.label(one.metric)
    step = _step(found, factor)

    def told(threshold: float, value: float, error: float, digits: float) -> str:
        more = say.bound("chances.more", say.tick(threshold * factor, digits), unit)
        return say("chances.point", n=more, p=say.percent({"value": value, "mcse": error}))

    words = say("list.semicolon").join(told(*row, step) for row in _few(found)) + say("list.stop")
    texts = {
        "label": say("list.comma").join((say("chances.curve", metric=label), context.entity_text(entity))),
        "across": unit.axis,
        "up": say("chances.up"),
    }

    def drawn(size: Size) -> Element:
        return chance(size, found, factor, texts, say.tick)

    rows = list(zip(found.thresholds.tolist(), found.values.tolist(), found.mcse.tolist(), strict=True))
    points = [(round(i / (len(rows) - 1), 4), told(*row, step / 10)) for i, row in enumerate(rows)]
    leads = entity == context.leader
    # The table says the same of the one that leads.
    words = "" if leads else words
    wide = drawn(WIDE) if entity == context.leader or context.full else None
    return Chart(
        entity,
        entity == context.leader,
        [context.entity(entity)],
        wide,
        drawn(SMALL),
        words,
        points if context.full else [],
        context.finding(headlines.chance(context, one, found, step)),
    )
