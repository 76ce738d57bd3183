"""Every prior: its quantiles, its basis and its sources."""

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from simulator.beliefs import SummaryRow, laws, summary_rows
from simulator.report.beliefs import BASES, topics
from simulator.report.drawing import spark
from simulator.report.markup import Element
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Content, Day, Folded, Paragraph, Row, Section, Table
from simulator.report.page.sections.sources import cited
from simulator.study import Prior

#: Priors of a study up to which each is drawn, up to which notes are given, and up to which a light report
#: lists them all: a file stays small enough to be sent.
DRAWN, NOTED, LISTED = 600, 4000, 1000


def beliefs(context: Context) -> Section:
    """Return the table of all priors, by topic."""
    t, study = context.t, context.found.run.study
    priors = list(study.priors.values())
    bases = Counter(prior.basis for prior in priors)
    counts = [
        t("prior.basis_count", basis=t(f"basis.{basis or 'unstated'}"), n=t.count(bases[basis]))
        for basis in (*BASES, "")
        if bases[basis]
    ]
    fixed = t.count(sum(prior.family == "fixed" for prior in priors))
    read = t("prior.read", n=t.count(len(priors)), bases=t("list.between").join(counts), fixed=fixed)
    blocks: list[Block] = [Paragraph(context.sentences(read, t("prior.fold_read")), "note")]
    if not context.full and len(priors) > LISTED:
        blocks.append(Paragraph(t("prior.cut", n=t.count(LISTED), all=t.count(len(priors))), "note"))
    if len(priors) > NOTED:
        blocks.append(Paragraph(t("prior.unnoted", n=t.count(NOTED)), "note"))
    head = [
        *context.text_columns("prior.name", "prior.shape"),
        *context.columns("quantile.p05", "quantile.p50", "quantile.p95"),
        *context.text_columns("prior.unit", "prior.basis", "prior.sources", "prior.date"),
    ]
    rows = {row.name: row for row in summary_rows(study)}
    shapes = {name: spark(prior) for name, prior in laws(study).items()} if len(priors) <= DRAWN else {}
    for topic, members in topics(priors if context.full else priors[:LISTED]).items():
        title = t(f"topic.{topic}") if t.has(f"topic.{topic}") else topic
        lines = [row for prior in members for row in _rows(context, prior, rows, shapes.get(prior.name))]
        table = Table(t("prior.caption", topic=title), head, lines, kind="priors")
        blocks.append(Folded(t("prior.folded", topic=title, n=t.count(len(members))), [table]))
    return Section("priors", t("section.priors"), blocks)


def _rows(
    context: Context, prior: Prior, rows: Mapping[str, SummaryRow], shape: Element | None
) -> Iterator[Row]:
    """Give the rows of a prior: one, or one for each component of a dirichlet."""
    t, count = context.t, len(context.found.run.study.priors)
    several = range(prior.components) if prior.family == "dirichlet" else ()
    names = [f"{prior.name}[{k}]" for k in several] or [prior.name]
    unit = t.unit(prior.unit)
    for name in names:
        row = rows[name]
        low, middle, high = (t.number(unit.factor * x) for x in (row.p05, row.p50, row.p95))
        cells: list[Content | Element] = [
            shape or "",
            *(("", middle, "") if prior.family == "fixed" else (low, middle, high)),
            unit.axis,
            t(f"basis.{prior.basis or 'unstated'}"),
            cited(context, prior.sources),
            Day(prior.as_of.isoformat()) if prior.as_of else "",
        ]
        note: Content = ()
        if name == names[-1]:
            reason = t.translate(prior.note) if prior.note and count <= NOTED else ""
            note = context.sentences(family(context, prior) + t("list.stop"), reason)
        anchor = f"prior-{name}" if name == names[0] else ""
        yield Row(context.prior_and_name(name), cells, note=note, anchor=anchor)


def family(context: Context, prior: Prior) -> str:
    """Return a prior's family and bounds in words."""
    t, key = context.t, f"family.{prior.family}"
    name = t(key) if t.has(key) else prior.family
    if np.isfinite(prior.bounds).any():
        factor = t.unit(prior.unit).factor
        low, high = (t.number(factor * bound) for bound in prior.bounds)
        name = t("family.within", family=name, low=low, high=high)
    for parameter, parent in prior.drawn.items():
        name = t("family.drawn", family=name, parameter=parameter, prior=parent)
    return name if prior.size is None else t("family.times", family=name, n=t.count(prior.size))
