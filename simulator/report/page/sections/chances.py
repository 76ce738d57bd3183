"""The probability of exceeding an amount, of every leading metric."""

from collections.abc import Iterator, Mapping

from simulator.analysis.display import MetricDisplay
from simulator.analysis.distribution import Exceedance, round_step
from simulator.estimate import Number
from simulator.report.drawing import chance
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Chart, Charts, Column, Paragraph, Row, Section, Table
from simulator.report.page.sections import headlines


def chances(context: Context) -> Section | None:
    """Return exceedance curves and their tables; None where there is none."""
    t = context.t
    blocks: list[Block] = [Paragraph(t("chances.read"), "note")]
    for one in context.found.charted:
        if curves := context.found.curves[one.metric]:
            blocks += _metric(context, one, curves)
    return Section("chances", t("section.chances"), blocks, selectors=True) if len(blocks) > 1 else None


def _metric(context: Context, one: MetricDisplay, curves: Mapping[str, Exceedance]) -> Iterator[Block]:
    t, label = context.t, context.label(one.metric)
    ordered = [name for name in context.found.entities if name in curves]
    yield Charts(one.metric, label, [_chart(context, one, name, curves[name]) for name in ordered])
    entity, found = context.entity_text(ordered[0]), curves[ordered[0]]
    columns = [
        Column(label, context.unit(one).axis, numeric=False),
        *context.columns("chances.probability", unit=entity),
    ]
    rows = [
        Row(_more(context, one, threshold, _step(context, one, found)), [t.percent(share)])
        for threshold, share in _listed(found)
    ]
    yield Table(t("chances.caption", metric=label, entity=entity), columns, rows)


def _listed(found: Exceedance) -> list[tuple[float, Number]]:
    rows = zip(found.read.tolist(), found.read_values.tolist(), found.read_mcse.tolist(), strict=True)
    return [(threshold, Number(value, error)) for threshold, value, error in rows]


def _step(context: Context, one: MetricDisplay, found: Exceedance) -> float:
    if len(found.read) < 2:
        return round_step(1.0, 1)
    return float(found.read[1] - found.read[0]) * context.factor(one)


def _more(context: Context, one: MetricDisplay, threshold: float, step: float) -> str:
    text = context.t.tick(threshold * context.factor(one), step)
    return context.t.bound("chances.more", text, context.unit(one))


def _chart(context: Context, one: MetricDisplay, entity: str, found: Exceedance) -> Chart:
    t, step = context.t, _step(context, one, found)

    def point(threshold: float, share: Number, digits: float) -> str:
        return t("chances.point", n=_more(context, one, threshold, digits), p=t.percent(share))

    # A sentence can hold the first, a middle and the last; of the one that leads the table has them all.
    listed = _listed(found)
    few = [listed[place] for place in dict.fromkeys((0, len(listed) // 2, len(listed) - 1))]
    words = "" if entity == context.leader else context.clauses(point(*row, step) for row in few)
    curve = t("chances.curve", metric=context.label(one.metric))
    texts = {
        "label": context.comma(curve, context.entity_text(entity)),
        "across": context.unit(one).axis,
        "up": t("chances.up"),
    }
    rows = list(zip(found.thresholds.tolist(), found.values.tolist(), found.mcse.tolist(), strict=True))
    points = [
        (round(place / (len(rows) - 1), 4), point(threshold, Number(value, error), step / 10))
        for place, (threshold, value, error) in enumerate(rows if context.full else ())
    ]
    return context.chart(
        entity,
        lambda size: chance(size, found, context.factor(one), texts, t.tick),
        words,
        points=points,
        finding=headlines.chance(context, one, found, step),
    )
