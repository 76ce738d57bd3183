"""What drives the outcome: shares of variance with their errors, directions, and what nobody sourced."""

from collections.abc import Iterator, Sequence

from simulator.analysis.display import MetricDisplay, display_of
from simulator.analysis.explanation.random_inputs import SHARED, UNSTATED
from simulator.analysis.explanation.records import Driver, ExplainedTarget, Explanation, Group
from simulator.analysis.risks import surprise_at
from simulator.estimate import apart
from simulator.estimate.verdicts import full_name
from simulator.report.drawing import Bar, bars
from simulator.report.drawing.bars import tornado_ends
from simulator.report.page.context import MARK, Context
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Code,
    Column,
    Content,
    Heading,
    Inline,
    Paragraph,
    Row,
    Section,
    Table,
    text_of,
)
from simulator.report.page.sections import flips, headlines, total_effects
from simulator.report.page.sections.unknown import unknown

#: Rows of a tornado and of a table of drivers.
ROWS = 10

#: Priors of a short report whose ends are given.
FEW = 6


def drivers(context: Context) -> Section:
    """Return what drives the leading metric, bull and bear; or why that is not known."""
    t, found, lead = context.t, context.found.drivers, context.lead
    if found is None:
        return unknown(context, "drivers", context.found.unexplained)
    fixed = t("drivers.fixed", n=t.count(sum(found.fixed.values())))
    blocks: list[Block] = [
        Paragraph(context.sentences(_read(context, found), fixed), "note"),
        Paragraph(total_effects.read(context, found), "note"),
    ]
    blocks += flips.table(context)
    targets = [one for one in found.targets.values() if not one.constant and one.drivers]
    own = [one for one in targets if lead and one.kind == "metric" and one.metric == lead.metric]
    if lead and own:
        charts = [tornado(context, lead, one, ROWS) for one in own]
        blocks.append(tornadoes(context, "drivers", lead, charts, t("drivers.tornado_about")))
    for target in targets:
        if target.entity == context.leader:
            blocks += _target(context, target)
    return Section("drivers", t("section.drivers"), blocks, selectors=True)


def _read(context: Context, found: Explanation) -> str:
    """Return what the shares are, on how many paths they rest, and by which of them priors are ranked."""
    paths, of_run = map(context.t.count, (found.paths, found.paths_of_run))
    metric = context.label_within(context.lead.metric if context.lead else "")
    return context.t("drivers.read", paths=paths, all=of_run, metric=metric)


def leading(context: Context) -> Section | None:
    """Return the drivers of the leading metric of the leading entity, and what would change its verdict."""
    target, found = lead_target(context), context.found.drivers
    if target is None or found is None:
        return None
    read = Paragraph(_read(context, found), "note")
    blocks = [read, *list(_target(context, target))[:3], *flips.table(context, FEW)]
    return Section("drivers", context.t("section.drivers"), blocks)


def lead_target(context: Context) -> ExplainedTarget | None:
    """Return what is known of the drivers of the leading metric of the leading entity; None if nothing is."""
    if context.found.drivers is None or context.lead is None:
        return None
    target = context.found.drivers.targets.get(full_name(context.lead.metric, context.leader))
    return None if target is None or target.constant or not target.drivers else target


def _target(context: Context, target: ExplainedTarget) -> Iterator[Block]:
    """Give the shares of what is explained, such as "Value created" or "Bear"."""
    t, metric = context.t, target.metric
    if target.kind == "metric":
        title, one = context.label(metric), display_of(metric)
    else:
        title = t("drivers.verdict", verdict=t(f"verdict.{metric}"))
        one = MetricDisplay(metric, "percent", 100.0)
    yield Heading(t("drivers.of", target=title, entity=context.entity_text(target.entity)))
    yield Paragraph(
        t(
            "drivers.explained",
            explained=context.share(target.explained),
            rest=t(f"drivers.rest_{context.unexplained}"),
            unexplained=context.share(target.unexplained),
            unsourced=context.share(target.unsourced.share),
            of_explained=context.share(target.unsourced.of_explained),
            indistinguishable=t.count(target.indistinguishable),
        )
    )
    head = [
        *context.text_columns("drivers.prior"),
        *context.columns("drivers.share", "drivers.total", unit=t("unit.variance.axis")),
        *context.text_columns("drivers.direction"),
        *context.columns("drivers.mean_low", "drivers.mean_high", unit=context.unit(one).axis),
        *context.text_columns("prior.basis"),
    ]
    rows = [_row(context, one, metric, row) for row in target.drivers[:ROWS]]
    yield Table(t("drivers.caption", target=title), head, rows)
    yield from total_effects.tables(context, title, target)
    for kind in ("basis", "rank", "mechanism", *(["company"] if context.titles else [])):
        yield from _groups(context, title, kind, target.groups[kind])


def _row(context: Context, one: MetricDisplay, metric: str, row: Driver) -> Row:
    t, found = context.t, context.found.drivers
    # Of a prior that explains nothing a correlation is that of noise.
    sign = row.direction.sign if row.share.distinguishable else 0
    basis = found.priors[row.prior].basis if found else UNSTATED
    cells = [
        context.share(row.share),
        total_effects.cell(context, row.total),
        t({1: "drivers.up", -1: "drivers.down", 0: "drivers.unclear"}[sign]),
        context.number(one, row.low.mean),
        context.number(one, row.high.mean),
        t(f"basis.{basis}"),
    ]
    why = surprise_at(context.found.run.study.surprises, row.prior, metric, sign)
    note: Content = () if why is None else [t("risks.surprise", mark=MARK), t.translate(why.note)]
    return Row(context.prior_and_name(row.prior), cells, note=note)


def _groups(context: Context, title: str, kind: str, groups: Sequence[Group]) -> Iterator[Block]:
    t = context.t
    head = [
        Column(context.kind if kind == "company" else t(f"drivers.by_{kind}"), numeric=False),
        *context.columns("drivers.priors"),
        *context.columns("drivers.share", "drivers.alone", unit=t("unit.variance.axis")),
    ]
    rows = [
        Row(
            _group(context, kind, one.name),
            [t.count(one.priors), context.share(one.share), context.share(one.unique)],
        )
        for one in groups
    ]
    yield Table(t(f"drivers.caption_{kind}", target=title, kind=context.kind.lower()), head, rows)
    if more := [one.name for one in groups if _hidden(one)]:
        named = context.comma(*(text_of(_group(context, kind, name)) for name in more))
        yield Paragraph(t("drivers.alone_read", groups=named), "note")


def _hidden(one: Group) -> bool:
    """Whether a group adds more to all others than it explains by itself, beyond the errors."""
    return apart(one.unique, one.share) and one.unique.value > one.share.value


def _group(context: Context, kind: str, name: str) -> Inline:
    if kind == "company" and name != SHARED:
        return context.entity(name)
    key = {"rank": "rank", "mechanism": "topic"}.get(kind, "basis") + f".{name}"
    return context.t(key) if kind != "mechanism" or context.t.has(key) else Code(name)


def tornadoes(
    context: Context, key: str, one: MetricDisplay, charts: Sequence[Chart], note: str = ""
) -> Charts:
    """Return tornadoes of a metric with their legend."""
    t = context.t
    legend = [("low", t("drivers.low")), ("high", t("drivers.high"))]
    return Charts(key, t("drivers.tornado", metric=context.label(one.metric)), charts, legend, note)


def tornado(context: Context, one: MetricDisplay, target: ExplainedTarget, most: int) -> Chart:
    """Return what a metric is where each of its leading priors is low and where it is high."""
    t, factor, entity = context.t, context.factor(one), target.entity
    # One order everywhere: that of the shares, which is also the answer's and the table's.
    listed = target.drivers[:most]
    rows = [
        Bar(
            total_effects.bar(context, row),
            tornado_ends(row.low.mean, row.high.mean, factor, t.rounded),
        )
        for row in listed
    ]
    words = context.clauses(
        t(
            "drivers.words",
            prior=context.prior(row.prior),
            low=context.rounded(one, row.low.mean),
            high=context.rounded(one, row.high.mean),
        )
        for row in listed[:3]
    )
    title = t("drivers.tornado", metric=context.label(one.metric))
    texts = {"label": context.comma(title, context.entity_text(entity)), "across": context.unit(one).axis}
    mean = target.mean.value * factor
    return context.chart(
        entity,
        lambda size: bars(size, rows, mean, texts, t.tick),
        words,
        finding=headlines.drivers(context, one, target),
    )
