"""Distributions of the outcomes, each as a whole and on the paths of each verdict."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from simulator.report.drawing import SMALL, WIDE, Size, Strip, shape
from simulator.report.estimates import Number
from simulator.report.markup import Element
from simulator.report.page.context import DAGGER, Context
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
)
from simulator.report.page.sections import headlines
from simulator.report.page.shapes import Histogram
from simulator.report.page.shown import Shown

QUANTILES = ("p05", "p50", "p95")


def outcomes(context: Context) -> Section:
    """Return the distributions of all metrics: charts of the leading ones, and tables of all."""
    say = context.say
    blocks: list[Block] = [Paragraph([say("outcomes.read")], "note")]
    for one in context.found.charted:
        blocks += _metric(context, one)
    if others := [one for one in context.found.tabled if _present(context, one)]:
        blocks.append(_ranges(context, others, say("outcomes.others"), say("outcomes.others_caption")))
    return Section("outcomes", say("section.outcomes"), blocks, selectors=True)


def _present(context: Context, one: Shown) -> list[str]:
    """Return the entities that have a metric."""
    return [entity for entity in context.found.entities if context.estimate(one, entity) is not None]


def _metric(context: Context, one: Shown) -> Iterator[Block]:
    say, label = context.say, context.label(one.metric)
    about = context.about(one.metric)
    charts = [
        chart
        for entity, found in context.found.histograms[one.metric].items()
        if (chart := _chart(context, one, entity, found)) is not None
    ]
    legend = [(name, say(f"verdict.{name}")) for name in context.codes if context.summary["verdicts"]]
    if charts:
        yield Charts(one.metric, label, charts, legend, [about] if about else [])
    unit = context.unit(one).axis
    head = [Column(label, unit, numeric=False), *(Column(say(f"quantile.{q}")) for q in QUANTILES)]
    head.append(Column(say("table.mean")))
    if one.low_is_bad:
        head += [Column(say("table.shortfall")), Column(say("table.below_zero"), say("unit.paths.axis"))]
    rows = [row for entity in _present(context, one) for row in _rows(context, one, entity)]
    yield Table(say("outcomes.caption", metric=label), head, rows)
    paid = context.found.paid_at_a_loss.get(context.leader)
    if one.metric == "payback_years" and paid is not None:
        yield Paragraph([say("outcomes.payback"), say("answer.space"), _paid(context, one, paid)], "note")


def _paid(context: Context, one: Shown, paid: Number) -> str:
    """Return on how many paths capital is paid back and value lost; where all pay back, that says it all."""
    say, estimate = context.say, context.estimate(one, context.leader)
    if not (estimate and estimate.get("share_infinite")):
        return say("outcomes.paid_always", metric=context.label_within("value_created"))
    return say("outcomes.paid", p=say.percent(paid), metric=context.label_within("value_created"))


def _rows(context: Context, one: Shown, entity: str) -> Iterator[Row]:
    say, estimate = context.say, context.estimate(one, entity)
    assert estimate is not None
    cells = [[_never(context, one, estimate[q])] for q in QUANTILES]
    flag = DAGGER if estimate["heavy_tail"] and estimate["mean"]["value"] is not None else ""
    cells.append([flag + _never(context, one, estimate["mean"])])
    if one.low_is_bad:
        cells += [[context.number(one, estimate["cvar05"])], [say.percent(estimate["prob_below_zero"])]]
    note = ""
    if infinite := estimate.get("share_infinite"):
        note = say("outcomes.never", p=say.percent(infinite)) if one.metric == "payback_years" else ""
    yield Row([context.entity(entity)], cells, strong=True, note=[note] if note else ())
    for name in context.codes:
        part = context.given(one, entity).get(name)
        if part is not None:
            own = [[_never(context, one, part[q])] for q in (*QUANTILES, "mean")]
            own += [[""], [say.percent(part["prob_below_zero"])]] if one.low_is_bad else []
            yield Row([say("outcomes.if"), context.within(name)], own)


def _never(context: Context, one: Shown, number: Mapping[str, float | None]) -> str:
    """Return a number; an infinite payback is one that never comes."""
    if number.get("infinite") and one.metric == "payback_years":
        return context.say("table.never")
    return context.number(one, number)


def _chart(context: Context, one: Shown, entity: str, found: Histogram) -> Chart | None:
    say, unit, factor = context.say, context.unit(one), context.factor(one)
    label, title = context.label(one.metric), context.entity_text(entity)
    estimate = context.estimate(one, entity)
    if estimate is None:
        return None
    edges = found.edges * factor
    width = float(edges[1] - edges[0])
    words = say(
        "outcomes.words",
        low=context.number(one, estimate["p05"], unit=True),
        middle=context.number(one, estimate["p50"], unit=True),
        high=context.number(one, estimate["p95"], unit=True),
    )
    bin_width = say.amount(say.tick(width, width), unit)
    texts = {
        "label": say("list.comma").join((label, title)),
        "across": unit.axis,
        "up": say("outcomes.up", width=bin_width),
    }
    strips = list(_strips(context, one, entity, estimate))

    def drawn(size: Size) -> Element:
        return shape(size, found, factor, strips, texts, say.tick)

    lead = entity == context.leader
    points = list(_points(context, one, found)) if context.full else []
    heading: list[Inline] = [context.entity(entity)]
    outside = found.below + found.above
    if found.infinite:
        words += say("answer.space") + say("outcomes.infinite", p=f"{100 * found.infinite:.2g}%")
    if outside > 0.02:
        words += say("answer.space") + say("outcomes.outside", p=f"{100 * outside:.2g}%")
    return Chart(
        entity,
        entity == context.leader,
        heading,
        drawn(WIDE) if lead or context.full else None,
        drawn(SMALL),
        words,
        points,
        context.finding(headlines.outcome(context, one, estimate)),
    )


def _strips(context: Context, one: Shown, entity: str, estimate: Mapping[str, Any]) -> Iterator[Strip]:
    parts = {"all": estimate, **context.given(one, entity)}
    for name in ("all", *context.codes):
        part = parts.get(name)
        if part is None:
            continue
        values = [_finite(part[q]) * context.factor(one) for q in QUANTILES]
        if not np.isnan(values).any():
            label = context.say("outcomes.all") if name == "all" else context.say(f"verdict.{name}")
            yield Strip(label, name, *values)


def _finite(number: Mapping[str, float | None]) -> float:
    """Return a value, infinite where it is: beyond the edge of a chart."""
    value = number["value"]
    return value if value is not None else float(number.get("infinite") or np.nan) * np.inf


def _points(context: Context, one: Shown, found: Histogram) -> Iterator[tuple[float, str]]:
    """Give what is read at each bin: its range and its share of paths, by verdict."""
    say, unit, factor = context.say, context.unit(one), context.factor(one)
    edges = found.edges * factor
    step = float(edges[1] - edges[0])
    for index in range(len(edges) - 1):
        shares = {name: share[index] for name, share in found.shares.items()}
        span = say("outcomes.span", low=say.tick(edges[index], step), high=say.tick(edges[index + 1], step))
        total = say("outcomes.of_paths", p=f"{100 * sum(shares.values()):.1f}%")
        text = say.amount(span, unit) + say("list.colon") + total
        if len(shares) > 1:
            each = (f"{say(f'verdict.{name}')} {100 * shares[name]:.1f}%" for name in context.codes)
            text += say("list.open") + say("list.comma").join(each) + say("list.close")
        yield round((index + 0.5) / (len(edges) - 1), 4), text


def leading(context: Context) -> Section:
    """Return the leading metrics in one table."""
    say = context.say
    table = _ranges(context, context.found.charted, say("outcomes.leading"), say("outcomes.leading_caption"))
    return Section("outcomes", say("outcomes.leading_caption"), [table])


def _ranges(context: Context, metrics: Sequence[Shown], title: str, caption: str) -> Table:
    """Return the median and the range of some metrics, an entity a row."""
    say = context.say
    head = [Column(title, numeric=False), *(Column(say(f"quantile.{q}")) for q in QUANTILES)]
    head.append(Column(say("table.mean")))
    rows = []
    for one in metrics:
        unit = context.unit(one).axis
        name = context.label(one.metric) + (f"{say('list.comma')}{unit}" if unit else "")
        rows.append(Row([name], [], strong=True, note=[context.about(one.metric)]))
        for entity in _present(context, one):
            estimate = context.estimate(one, entity)
            assert estimate is not None
            flag = DAGGER if estimate["heavy_tail"] and estimate["mean"]["value"] is not None else ""
            cells = [[_never(context, one, estimate[q])] for q in QUANTILES]
            cells.append([flag + _never(context, one, estimate["mean"])])
            rows.append(Row([context.entity(entity)], cells))
    return Table(caption, head, rows)
