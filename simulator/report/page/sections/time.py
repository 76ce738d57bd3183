"""Quantities over time: the range of the paths by quarter, and the median of each verdict."""

from collections.abc import Iterator, Mapping

from simulator.analysis.fan import Fan, Fans
from simulator.estimate import Number
from simulator.report.drawing import band
from simulator.report.drawing.band import KINDS
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Chart, Charts, Column, Paragraph, Row, Section, Table
from simulator.report.page.locale import Unit
from simulator.report.page.sections import headlines
from simulator.study.metric import SeriesChart

type Parts = Mapping[str, Fan]


def over_time(context: Context) -> Section | None:
    """Return the charts over time; None where the model has no series."""
    t, fans = context.t, context.found.fans
    if fans is None:
        return None
    errors = zip(("middle", "outer"), fans.error, strict=True)
    paths, of_run = t.count(fans.paths), t.count(context.found.run.plan.paths)
    read = t("time.read", paths=paths, all=of_run, **{name: f"{100 * error:.1g}%" for name, error in errors})
    blocks: list[Block] = [Paragraph(read, "note")]
    for one in fans.charts:
        if entities := fans.fans.get(one.key):
            blocks += _quantity(context, one, fans, entities)
    return Section("time", t("section.time"), blocks, selectors=True)


def _quantity(
    context: Context, one: SeriesChart, fans: Fans, entities: Mapping[str, Parts]
) -> Iterator[Block]:
    t, unit, title = context.t, context.t.unit(one.unit), context.t(f"time.{one.key}_title")
    ordered = [name for name in context.found.entities if name in entities]
    charts = [_chart(context, one, fans, name, entities[name]) for name in ordered]
    given = [(f"given {v}", t("time.given", verdict=t(f"verdict.the_{v}"))) for v in context.verdicts]
    legend = [("one", t("time.fan")), *given]
    if len(one.parts) > 1:
        legend = [(kind, t(f"time.{part}")) for kind, part in zip(KINDS, one.parts, strict=True)]
    yield Charts(one.key, title, charts, legend, t(f"time.{one.key}_about"))
    head = [
        Column(t("time.quarter"), unit.axis, numeric=False),
        *context.columns("quantile.p05", "quantile.p50", "quantile.p95"),
    ]
    listed = [context.leader] if context.leader in entities else ordered
    rows = [row for entity in listed for row in _rows(context, unit, fans, entity, entities[entity])]
    yield Table(t("time.caption", title=title), head, rows)


def _rows(context: Context, unit: Unit, fans: Fans, entity: str, parts: Parts) -> Iterator[Row]:
    """Give the last quarter of each year, quantity by quantity."""
    for part, fan in parts.items():
        if len(parts) > 1:
            yield Row(context.t(f"time.{part}"), [], strong=True)
        elif entity != context.leader:
            yield Row(context.entity(entity), [], strong=True)
        for quarter, name in enumerate(fans.quarters):
            if name.endswith("Q4"):
                yield Row(name, _range(context, unit, fan, quarter))


def _range(context: Context, unit: Unit, fan: Fan, quarter: int) -> list[str]:
    """Return the lowest, the middle and the highest quantile of a quarter with their errors."""
    outer = zip(fan.quantiles[::2, quarter].tolist(), fan.mcse[:, quarter].tolist(), strict=True)
    return [context.t.estimate(Number(value, error), unit.factor) for value, error in outer]


def _chart(context: Context, one: SeriesChart, fans: Fans, entity: str, parts: Parts) -> Chart:
    t, unit, last = context.t, context.t.unit(one.unit), len(fans.quarters) - 1
    title = t(f"time.{one.key}_title")
    texts = {"label": context.comma(title, context.entity_text(entity)), "up": unit.axis}
    whole = Unit(unit.axis, "{n}", unit.factor)

    def ranges(key: str, quarter: int, unit: Unit) -> str:
        each = []
        for part, fan in parts.items():
            low, middle, high = (t.amount(x, unit) for x in _range(context, unit, fan, quarter))
            each.append(t(key, part=t(f"time.{part}"), low=low, middle=middle, high=high))
        return t("list.semicolon").join(each)

    points = [
        (round(place / last, 4), quarter + t("list.colon") + ranges("time.point", place, whole))
        for place, quarter in enumerate(fans.quarters if context.full else ())
    ]
    return context.chart(
        entity,
        lambda size: band(size, list(parts.values()), unit.factor, fans.quarters, texts, t.tick),
        t("time.words_at", quarter=fans.quarters[last], ranges=ranges("time.words", last, unit)),
        points=points,
        finding=headlines.fan(context, unit, parts, fans.quarters),
    )
