"""The verdict on the group and on each company, and the rules by which it is given."""

from collections.abc import Iterator, Mapping
from math import inf

from simulator.analysis.display import display_of
from simulator.estimate import Number
from simulator.report.markup import Element, el
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Bullets, Content, Paragraph, Row, Section, Table
from simulator.study import Limits


def verdict(context: Context) -> Section | None:
    """Return the chances of the verdicts; None where the study has no rules for them."""
    t, verdicts = context.t, context.summary.verdicts
    if not verdicts:
        return None
    columns = [
        *context.text_columns("verdict.of"),
        *context.verdict_columns(t("unit.paths.axis")),
        *context.text_columns("verdict.shares"),
    ]
    rows = [
        Row(
            context.entity(entity),
            [*(t.percent(chances[name]) for name in context.verdicts), _bar(chances)],
            strong=entity == context.leader,
        )
        for entity, chances in verdicts.items()
    ]
    blocks: list[Block] = [
        Table(t("verdict.caption"), columns, rows),
        Paragraph(t("verdict.rules"), "note"),
        Bullets(list(_rules(context))),
    ]
    return Section("verdict", t("section.verdict"), blocks)


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
    yield [context.verdict(context.rest), t("verdict.is"), t("verdict.all_else")]


def _limited(context: Context, metric: str, limits: Limits) -> str:
    """Return a metric and its limits in words, such as "value per dollar at least 5%"."""
    t, one = context.t, display_of(metric)
    ends = [
        t.bound(key, t.number(limit * context.factor(one)), context.unit(one))
        for key, limit in (("verdict.least", limits.min), ("verdict.most", limits.max))
        if abs(limit) < inf
    ]
    return f"{context.label_within(metric)}{t('list.space')}{t('list.and').join(ends)}"
