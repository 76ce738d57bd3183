"""What makers claim of the companies' own chips, how much of it is believed, and what it is worth."""

from collections.abc import Mapping, Sequence

from simulator.analysis.display import display_of
from simulator.beliefs import SummaryRow, summary_rows
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Column, Content, Link, Paragraph, Row, Section, Table
from simulator.report.page.sections import risks
from simulator.study.records import Claim

#: What the table gives of each chip, in order: fractions of one are told in per cent.
PARTS = ("start", "ramp", "share", "cost", "energy", "realised")
PER_CENT = ("share", "realised")

#: Statistics of what the chips are worth.
QUANTILES = ("p10", "p50", "p90")


def claims(context: Context) -> Section | None:
    """Return what is claimed, believed and worth; None where the study names no such claims."""
    t, study = context.t, context.found.run.study
    named = study.settings.claims
    if not named:
        return None
    blocks: list[Block] = [Paragraph(t("claims.read"), "note"), _claimed(context, named)]
    for worth in dict.fromkeys(one.worth for one in named):
        blocks += _worth(context, worth, [one.entity for one in named if one.worth == worth])
    cases = risks.cases_about(context, {name for one in named for name in one.priors.values()})
    if cases:
        entity, bear = context.entity_text(context.leader), risks.feared(context)
        caption = t("claims.cases_caption", entity=entity, bear=bear)
        blocks.append(Table(caption, risks.columns(context, "risks.case"), cases))
    return Section("claims", t("section.claims"), blocks)


def _claimed(context: Context, named: Sequence[Claim]) -> Table:
    t, settings = context.t, context.found.run.study.settings
    rows = {row.name: row for row in summary_rows(context.found.run.study)}
    bought, per_cent = t("claims.of_bought"), t.unit("percent").axis
    units = {
        "start": t("claims.from_start", quarter=settings.start or ""),
        "ramp": t.unit("years").axis,
        "share": per_cent,
        "cost": bought,
        "energy": bought,
        "realised": per_cent,
    }
    head = [
        *context.text_columns("claims.what"),
        *(Column(t(f"claims.{part}"), units[part]) for part in PARTS),
    ]
    lines = [
        Row(
            [context.entity(one.entity), t("list.colon"), one.title],
            [_quantiles(context, part, one.priors[part], rows) for part in PARTS],
        )
        for one in named
    ]
    return Table(t("claims.caption"), head, lines)


def _quantiles(context: Context, part: str, prior: str, rows: Mapping[str, SummaryRow]) -> Content:
    """Return the median of a prior and its range, to two digits, as a link to the prior."""
    t, row = context.t, rows[prior]
    factor = 100.0 if part in PER_CENT else 1.0
    text = t.number(factor * row.p50)
    if row.p05 < row.p95:
        low, high = (t.number(float(f"{factor * x:.2g}")) for x in (row.p05, row.p95))
        text = t("claims.middle", low=low, middle=text, high=high)
    return [Link(text, f"#prior-{prior}")]


def _worth(context: Context, metric: str, entities: Sequence[str]) -> list[Block]:
    """Return what the chips of each entity are worth; nothing where the run has no such metric."""
    t, one = context.t, display_of(metric)
    rows = []
    for entity in dict.fromkeys([context.leader, *entities]):
        if (found := context.statistics(one, entity)) is not None:
            quantiles = [context.number(one, found[name]) for name in QUANTILES]
            cells = [*quantiles, context.number(one, found["mean"]), t.percent(found["prob_below_zero"])]
            rows.append(Row(context.entity(entity), cells, strong=entity == context.leader))
    if not rows:
        return []
    head = [
        Column(context.label(metric), context.unit(one).axis, numeric=False),
        *context.columns(*(f"quantile.{name}" for name in QUANTILES), "table.mean"),
        *context.columns("table.below_zero", unit=t("unit.paths.axis")),
    ]
    about = Paragraph(context.sentences(context.about(metric), t("claims.worth_read")), "note")
    return [Table(t("claims.worth_caption", metric=context.label(metric)), head, rows), about]
