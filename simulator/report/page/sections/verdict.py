"""The verdict on the group and on each company, and the rules by which it is given."""

from collections.abc import Iterator, Mapping
from math import inf

from simulator.analysis.display import display_of
from simulator.estimate import Number
from simulator.report.markup import Element, el
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Bullets, Column, Content, Paragraph, Row, Section, Table
from simulator.study import Limits


def verdict(context: Context) -> Section | None:
    """Return the chances of the verdicts; None where the study has no rules for them."""
    t, verdicts = context.t, context.summary.verdicts
    if not verdicts:
        return None
    columns = [
        *context.text_columns("verdict.of"),
        *([Column(t("verdict.below_zero"), t("unit.paths.axis"))] if context.summary.verdict_split else []),
        *context.verdict_columns(t("unit.paths.axis")),
        *context.text_columns("verdict.shares"),
    ]
    rows = [
        Row(
            context.entity(entity),
            [*_below_zero(context, entity), *map(t.percent, chances.values()), _bar(chances)],
            strong=entity == context.leader,
        )
        for entity, chances in ((entity, context.chances(entity)) for entity in verdicts)
    ]
    blocks: list[Block] = [
        Table(t("verdict.caption"), columns, rows),
        Paragraph(t("verdict.rules"), "note"),
        Bullets(list(_rules(context))),
    ]
    return Section("verdict", t("section.verdict"), blocks)


def _below_zero(context: Context, entity: str) -> list[Content]:
    """Return how often the metric that tells gain from loss is below zero; nothing where none does."""
    if not context.summary.verdict_split:
        return []
    estimate = context.statistics(context.valued, entity)
    return [context.t.percent(estimate["prob_below_zero"]) if estimate else "–"]


def _bar(chances: Mapping[str, Number]) -> Element:
    """Return the chances as one bar, which repeats the numbers beside it."""
    start, parts = 0.0, []
    for name, chance in chances.items():
        width = 100 * chance.value
        parts.append(
            el("rect", class_=f"fill {name}", x=f"{start:.2f}", y=0, width=f"{width:.2f}", height=10)
        )
        start += width
    view = "0 0 100 10"
    return el("svg", parts, class_="stack", viewBox=view, preserveAspectRatio="none", aria_hidden="true")


def _rules(context: Context) -> Iterator[Content]:
    t = context.t
    for rule in (one for one in context.found.run.study.settings.verdicts if one.conditions):
        limits = [_limited(context, metric, span) for metric, span in rule.conditions.items()]
        yield [context.verdict(rule.name), t("verdict.is"), t("list.and").join(limits)]
    parts = [name for name in context.verdicts if name not in context.codes]
    if not parts:
        yield [context.verdict(context.rest), t("verdict.is"), t("verdict.all_else")]
    for part, key in zip(parts, ("gains", "losses"), strict=bool(parts)):
        metric = context.label_within(context.valued.metric)
        yield [context.verdict(part), t("verdict.is"), t(f"verdict.all_else_{key}", metric=metric)]


def _limited(context: Context, metric: str, limits: Limits) -> str:
    """Return a metric and its limits in words, such as "value per dollar at least 5%"."""
    t, one = context.t, display_of(metric)
    ends = [
        t.bound(key, t.number(limit * context.factor(one)), context.unit(one))
        for key, limit in (("verdict.least", limits.min), ("verdict.most", limits.max))
        if abs(limit) < inf
    ]
    return f"{context.label_within(metric)}{t('list.space')}{t('list.and').join(ends)}"
