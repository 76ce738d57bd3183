"""Distributions of the outcomes, each as a whole and on the paths of each verdict."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isfinite, isinf

import numpy as np

from simulator.analysis.display import MetricDisplay
from simulator.analysis.distribution import Histogram
from simulator.estimate import MetricStatistics, Number, Statistics
from simulator.report.drawing import Strip, shape
from simulator.report.page.context import DAGGER, Context
from simulator.report.page.document import Block, Chart, Charts, Column, Paragraph, Row, Section, Table
from simulator.report.page.sections import headlines

QUANTILES = ("p05", "p50", "p95")


def outcomes(context: Context) -> Section:
    """Return the distributions of all metrics: charts of the leading ones, and tables of all."""
    t = context.t
    blocks: list[Block] = [Paragraph(t("outcomes.read"), "note")]
    for one in context.found.charted:
        blocks += _metric(context, one)
    general = (one for one in context.found.tabled if not one.exposure)
    if others := [one for one in general if any(present(context, one))]:
        blocks.append(ranges(context, others, t("outcomes.others"), t("outcomes.others_caption")))
    return Section("outcomes", t("section.outcomes"), blocks, selectors=True)


def leading(context: Context) -> Section:
    """Return the leading metrics in one table."""
    title, caption = (context.t(f"outcomes.{key}") for key in ("leading", "leading_caption"))
    return Section("outcomes", caption, [ranges(context, context.found.charted, title, caption)])


def present(context: Context, one: MetricDisplay) -> Iterator[tuple[str, MetricStatistics]]:
    """Give the entities that have a metric, with its statistics."""
    for entity in context.found.entities:
        if (estimate := context.statistics(one, entity)) is not None:
            yield entity, estimate


def _metric(context: Context, one: MetricDisplay) -> Iterator[Block]:
    t, label, histograms = context.t, context.label(one.metric), context.found.histograms[one.metric]
    having = dict(present(context, one))
    charts = [
        _chart(context, one, entity, having[entity], found)
        for entity, found in histograms.items()
        if entity in having
    ]
    if charts:
        legend = context.legend if context.summary.verdicts else []
        yield Charts(one.metric, label, charts, legend, context.about(one.metric))
    head = [Column(label, context.unit(one).axis, numeric=False), *_quantile_columns(context)]
    if one.low_is_bad:
        head += context.columns("table.shortfall")
        head += context.columns("table.below_zero", unit=t("unit.paths.axis"))
    rows = [row for entity, estimate in having.items() for row in _rows(context, one, entity, estimate)]
    yield Table(t("outcomes.caption", metric=label), head, rows)
    finite, own = context.found.finite_at_a_loss.get(one.metric, {}), having.get(context.leader)
    if own and (share := finite.get(context.leader)) and t.has(f"metric.{one.metric}.note"):
        # Where all paths are finite, that says it all.
        key = f"metric.{one.metric}.{'at_a_loss' if own.not_finite else 'always_at_a_loss'}"
        metric = context.label_within(context.valued.metric)
        often = t(key, p=t.percent(share), metric=metric)
        yield Paragraph(context.sentences(t(f"metric.{one.metric}.note"), often), "note")


def _quantile_columns(context: Context) -> list[Column]:
    return context.columns(*(f"quantile.{name}" for name in QUANTILES), "table.mean")


def _cells(context: Context, one: MetricDisplay, estimate: Statistics) -> list[str]:
    """Return the quantiles and the mean, which has a mark where a handful of paths carries it."""
    flag = DAGGER if estimate.heavy_tail and isfinite(estimate["mean"].value) else ""
    # Quantiles of ones and zeros are ones and zeros.
    quantiles = ["" if one.chance else _amount(context, one, estimate[name]) for name in QUANTILES]
    return [*quantiles, flag + _amount(context, one, estimate["mean"])]


def _rows(context: Context, one: MetricDisplay, entity: str, estimate: MetricStatistics) -> Iterator[Row]:
    t, cells, note = context.t, _cells(context, one, estimate), ""
    if one.low_is_bad:
        cells += [context.number(one, estimate["cvar05"]), t.percent(estimate["prob_below_zero"])]
    if (infinite := estimate.not_finite.get("share_infinite")) and t.has(f"metric.{one.metric}.infinite_on"):
        note = t(f"metric.{one.metric}.infinite_on", p=t.percent(infinite))
    yield Row(context.entity(entity), cells, strong=True, note=note)
    given = context.conditional(one, entity)
    for name in context.verdicts:
        if (part := given.get(name)) is None:
            continue
        cells = _cells(context, one, part)
        cells += ["", t.percent(part["prob_below_zero"])] if one.low_is_bad else []
        yield Row([t("outcomes.if"), context.within(name)], cells)


def _amount(context: Context, one: MetricDisplay, number: Number) -> str:
    """Return a number, or what an infinite one is called."""
    if isinf(number.value) and context.t.has(key := f"metric.{one.metric}.infinite"):
        return context.t(key)
    return context.number(one, number)


def _chart(
    context: Context, one: MetricDisplay, entity: str, estimate: MetricStatistics, found: Histogram
) -> Chart:
    t, unit, factor = context.t, context.unit(one), context.factor(one)
    width = float(found.edges[1] * factor - found.edges[0] * factor)
    ends = zip(("low", "middle", "high"), QUANTILES, strict=True)
    words = t(
        "outcomes.words",
        **{end: context.number(one, estimate[name], unit=True) for end, name in ends},
    )
    for key, share in (("infinite", found.infinite), ("outside", found.below + found.above)):
        if share > (0.02 if key == "outside" else 0.0):
            words += t("answer.space") + t(f"outcomes.{key}", p=f"{100 * share:.2g}%")
    texts = {
        "label": context.comma(context.label(one.metric), context.entity_text(entity)),
        "across": unit.axis,
        "up": t("outcomes.up", width=t.amount(t.tick(width, width), unit)),
    }
    strips = list(_strips(context, one, entity, estimate))
    return context.chart(
        entity,
        lambda size: shape(size, found, factor, strips, texts, t.tick),
        words,
        points=list(_points(context, one, found)) if context.full else (),
        finding=headlines.outcome(context, one, estimate),
    )


def _strips(context: Context, one: MetricDisplay, entity: str, estimate: Statistics) -> Iterator[Strip]:
    parts: dict[str, Statistics | None] = {"all": estimate, **context.conditional(one, entity)}
    for name in ("all", *context.verdicts):
        if (part := parts.get(name)) is not None:
            values = [part[q].value * context.factor(one) for q in QUANTILES]
            if not np.isnan(values).any():
                yield Strip(
                    context.t("outcomes.all") if name == "all" else context.t.short_verdict(name),
                    name,
                    *values,
                )


def _points(context: Context, one: MetricDisplay, found: Histogram) -> Iterator[tuple[float, str]]:
    """Give what is read at each bin: its range and its share of paths, by verdict."""
    t, edges = context.t, found.edges * context.factor(one)
    step = float(edges[1] - edges[0])
    for index, (low, high) in enumerate(pairwise(edges)):
        shares = {name: share[index] for name, share in found.drawn.items()}
        span = t("outcomes.span", low=t.tick(low, step), high=t.tick(high, step))
        total = t("outcomes.of_paths", p=f"{100 * sum(shares.values()):.1f}%")
        text = t.amount(span, context.unit(one)) + t("list.colon") + total
        if len(shares) > 1:
            each = context.comma(*(f"{label} {100 * shares[name]:.1f}%" for name, label in context.legend))
            text += t("list.open") + each + t("list.close")
        yield round((index + 0.5) / (len(edges) - 1), 4), text


def ranges(context: Context, metrics: Sequence[MetricDisplay], title: str, caption: str) -> Table:
    """Return the median and the range of some metrics, an entity a row."""
    rows = []
    for one in metrics:
        unit = context.unit(one).axis
        name = context.comma(context.label(one.metric), unit) if unit else context.label(one.metric)
        rows.append(Row(name, [], strong=True, note=context.about(one.metric)))
        for entity, estimate in present(context, one):
            rows.append(Row(context.entity(entity), _cells(context, one, estimate)))
    return Table(caption, [Column(title, numeric=False), *_quantile_columns(context)], rows)
