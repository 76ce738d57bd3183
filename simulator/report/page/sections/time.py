"""Quantities over time: the range of the paths by quarter, and the median of each verdict."""

from collections.abc import Iterator, Mapping

from simulator.report.drawing import SMALL, WIDE, Size, band
from simulator.report.drawing.band import KINDS
from simulator.report.markup import Element
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Chart, Charts, Column, Paragraph, Row, Section, Table
from simulator.report.page.fans import Fan, Fans
from simulator.report.page.sections import headlines
from simulator.report.page.speech import Unit
from simulator.study.metric import SeriesChart


def over_time(context: Context) -> Section | None:
    """Return the charts over time; None where the model has no series."""
    say, fans = context.say, context.found.fans
    if fans is None:
        return None
    middle, outer = fans.error
    read = say(
        "time.read",
        paths=say.count(fans.paths),
        all=say.count(context.found.run.plan.paths),
        middle=f"{100 * middle:.1g}%",
        outer=f"{100 * outer:.1g}%",
    )
    blocks: list[Block] = [Paragraph([read], "note")]
    for one in fans.charts:
        if entities := fans.fans.get(one.key):
            blocks += _quantity(context, one, fans, entities)
    return Section("time", say("section.time"), blocks, selectors=True)


def _quantity(
    context: Context, one: SeriesChart, fans: Fans, entities: Mapping[str, Mapping[str, Fan]]
) -> Iterator[Block]:
    say, unit = context.say, context.say.unit(one.unit)
    ordered = [name for name in context.found.entities if name in entities]
    charts = [_chart(context, one, fans, name, entities[name]) for name in ordered]
    if len(one.parts) > 1:
        legend = [(kind, say(f"time.{part}")) for kind, part in zip(KINDS, one.parts, strict=True)]
    else:
        legend = [
            ("one", say("time.fan")),
            *((f"given {v}", say("time.given", verdict=say(f"verdict.the_{v}"))) for v in context.codes),
        ]
    yield Charts(one.key, say(f"time.{one.key}_title"), charts, legend, [say(f"time.{one.key}_about")])
    head = [Column(say("time.quarter"), unit.axis, numeric=False)]
    head += [Column(say(f"quantile.{q}")) for q in ("p05", "p50", "p95")]
    told = [context.leader] if context.leader in entities else ordered
    rows = [row for entity in told for row in _rows(context, unit, fans, entity, entities[entity])]
    yield Table(say("time.caption", title=say(f"time.{one.key}_title")), head, rows)


def _rows(context: Context, unit: Unit, fans: Fans, entity: str, parts: Mapping[str, Fan]) -> Iterator[Row]:
    """Give the last quarter of each year, quantity by quantity."""
    say = context.say
    for part, fan in parts.items():
        if len(parts) > 1:
            yield Row([say(f"time.{part}")], [], strong=True)
        elif entity != context.leader:
            yield Row([context.entity(entity)], [], strong=True)
        for t, name in enumerate(fans.quarters):
            if name.endswith("Q4"):
                yield Row([name], [[_told(context, unit, fan, place, t)] for place in range(3)])


def _told(context: Context, unit: Unit, fan: Fan, place: int, t: int) -> str:
    """Return the lowest, middle or highest quantile of a quarter with its error."""
    number = {"value": float(fan.quantiles[2 * place, t]), "mcse": float(fan.mcse[place, t])}
    return context.say.estimate(number, unit.factor)


def _chart(context: Context, one: SeriesChart, fans: Fans, entity: str, parts: Mapping[str, Fan]) -> Chart:
    say, unit = context.say, context.say.unit(one.unit)
    last = len(fans.quarters) - 1
    told = [
        say(
            "time.words",
            part=say(f"time.{part}"),
            low=say.amount(_told(context, unit, fan, 0, last), unit),
            middle=say.amount(_told(context, unit, fan, 1, last), unit),
            high=say.amount(_told(context, unit, fan, 2, last), unit),
        )
        for part, fan in parts.items()
    ]
    words = say("time.words_at", quarter=fans.quarters[last], told=say("list.semicolon").join(told))
    texts = {
        "label": say("list.comma").join((say(f"time.{one.key}_title"), context.entity_text(entity))),
        "up": unit.axis,
    }

    def drawn(size: Size) -> Element:
        return band(size, list(parts.values()), unit.factor, fans.quarters, texts, say.tick)

    wide = drawn(WIDE) if entity == context.leader or context.full else None
    points = list(_points(context, unit, fans, parts)) if context.full else []
    finding = context.finding(headlines.fan(context, unit, parts, fans.quarters))
    return Chart(
        entity, entity == context.leader, [context.entity(entity)], wide, drawn(SMALL), words, points, finding
    )


def _points(
    context: Context, unit: Unit, fans: Fans, parts: Mapping[str, Fan]
) -> Iterator[tuple[float, str]]:
    """Give what is read at each quarter."""
    say, last = context.say, len(fans.quarters) - 1
    for t, quarter in enumerate(fans.quarters):
        told = []
        for part, fan in parts.items():
            low, middle, high = (_told(context, unit, fan, place, t) for place in range(3))
            told.append(say("time.point", part=say(f"time.{part}"), low=low, middle=middle, high=high))
        yield round(t / last, 4), quarter + say("list.colon") + say("list.semicolon").join(told)
