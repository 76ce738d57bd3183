"""The verdict on the group and on each company, and the rules by which it is given."""

from collections.abc import Iterator
from math import inf

from simulator.report.markup import Element, el
from simulator.report.page.context import Context, shown
from simulator.report.page.document import Block, Bullets, Column, Inline, Paragraph, Row, Section, Table
from simulator.study import Limits


def verdict(context: Context) -> Section | None:
    """Return the chances of the verdicts; None where the study has no rules for them."""
    say, verdicts = context.say, context.summary["verdicts"]
    if not verdicts:
        return None
    rows = []
    for entity, chances in verdicts.items():
        cells: list[list[Inline] | Element] = [[say.percent(chances[name])] for name in context.codes]
        rows.append(Row([context.entity(entity)], [*cells, _bar(chances)], strong=entity == context.leader))
    columns = [Column(say("verdict.of"), numeric=False)]
    columns += [Column(say(f"verdict.{name}"), say("unit.paths.axis")) for name in context.codes]
    columns.append(Column(say("verdict.shares"), numeric=False))
    blocks: list[Block] = [
        Table(say("verdict.caption"), columns, rows),
        Paragraph([say("verdict.rules")], "note"),
        Bullets(list(_rules(context))),
    ]
    return Section("verdict", say("section.verdict"), blocks)


def _bar(chances: dict[str, dict[str, float]]) -> Element:
    """Return the chances as one bar, which repeats the numbers beside it."""
    start, parts = 0.0, []
    for name, chance in chances.items():
        width = 100 * chance["value"]
        parts.append(
            el("rect", class_=f"fill {name}", x=f"{start:.2f}", y=0, width=f"{width:.2f}", height=10)
        )
        start += width
    return el(
        "svg", parts, class_="stack", viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true"
    )


def _rules(context: Context) -> Iterator[list[Inline]]:
    say = context.say
    for rule in (one for one in context.found.run.study.settings.verdicts if one.conditions):
        limits = [limited(context, metric, span) for metric, span in rule.conditions.items()]
        yield [context.verdict(rule.name), say("verdict.is"), say("list.and").join(limits)]
    yield [context.verdict(context.rest), say("verdict.is"), say("verdict.all_else")]


def limited(context: Context, metric: str, limits: Limits) -> str:
    """Return a metric and its limits in words, such as "value per dollar at least 5%"."""
    one = shown(metric)
    unit = context.unit(one)
    ends = []
    for key, limit in (("verdict.least", limits.min), ("verdict.most", limits.max)):
        if abs(limit) < inf:
            ends.append(context.say.bound(key, context.say.given(limit * context.factor(one)), unit))
    return f"{context.label_within(metric)}{context.say('list.space')}{context.say('list.and').join(ends)}"
