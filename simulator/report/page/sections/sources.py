"""What was read: the weakest sources by the variance that rests on them, and the bibliography."""

from collections import Counter
from collections.abc import Sequence

from simulator.analysis.explanation.records import ExplainedTarget
from simulator.report.page.context import Context
from simulator.report.page.document import (
    Code,
    Column,
    Day,
    Inline,
    Inlines,
    Link,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.study import Source

#: Priors that are named beside a source; more are counted.
NAMED = 3


def weakest(context: Context) -> Section | None:
    """Return the weakest sources that the leading metric rests on; None where no prior cites any."""
    t, found = context.t, context.found.drivers
    if found is None or not found.sources:
        return None
    measured = list(found.sources[0].shares)
    head = [
        *context.text_columns("source.title", "source.rank", "source.provenance"),
        *(Column(_measured(context, found.targets[name]), t("unit.variance.axis")) for name in measured),
        *context.text_columns("source.priors"),
    ]
    rows = []
    for one in found.sources:
        source = context.found.run.study.sources[one.source]
        shares = [context.share(one.shares[name]) for name in measured]
        cells = [
            rank(context, source),
            t.translate(source.provenance),
            *shares,
            _citing(context, one.priors),
        ]
        rows.append(Row([_title(context, source), " ", Code(one.source)], cells))
    caption = t("source.weakest_caption", entity=context.entity_text(context.leader))
    read = Paragraph(t("source.weakest_read"), "note")
    return Section("weakest", t("section.weakest"), [read, Table(caption, head, rows, kind="priors")])


def _citing(context: Context, priors: Sequence[str]) -> list[Inline]:
    """Return the priors that cite a source: the first by name, the rest by their number."""
    links = prior_links(context, priors[:NAMED])
    if more := len(priors[NAMED:]):
        links.append([context.t("source.more", n=context.t.count(more))])
    return context.t.list_of(links)


def prior_links(context: Context, priors: Sequence[str]) -> list[Inlines]:
    """Return priors as references to the table of priors."""
    return [[Link(context.prior(name), f"#prior-{name}")] for name in priors]


def cited(context: Context, sources: Sequence[str]) -> list[Inline]:
    """Return sources as references to the bibliography."""
    known = context.found.run.study.sources
    links: list[Inlines] = [
        [Link(name, f"#source-{name}") if name in known else Code(name)] for name in sources
    ]
    return context.t.list_of(links) or ["–"]


def _measured(context: Context, target: ExplainedTarget) -> str:
    """Return whose variance a column is of: a metric's, or that of a verdict."""
    if target.kind == "metric":
        return context.label(target.metric)
    return context.t(f"verdict.{target.metric}")


def rank(context: Context, source: Source) -> str:
    """Return what kind of document a source is."""
    return context.t(f"rank.{source.rank or 'unranked'}")


def _title(context: Context, source: Source) -> Inline:
    """Return a source's title, as a link where it has an address."""
    known = context.t.translate(source.title)
    return Link(known.text, source.address, known.foreign) if source.address else known


def bibliography(context: Context) -> Section | None:
    """Return every source; None where the study has none."""
    t, study = context.t, context.found.run.study
    if not study.sources:
        return None
    uses = Counter(source for prior in study.priors.values() for source in prior.sources)
    texts = ("name", "title", "rank", "date", "provenance")
    head = [*context.text_columns(*(f"source.{name}" for name in texts)), *context.columns("source.uses")]
    rows = []
    for name, source in sorted(study.sources.items()):
        cells = [
            _title(context, source),
            rank(context, source),
            Day(source.date.isoformat()) if source.date else "–",
            t.translate(source.provenance),
            t.count(uses[name]),
        ]
        note = t.translate(source.note) if source.note else ()
        rows.append(Row(Code(name), cells, note=note, anchor=f"source-{name}"))
    title = t("section.sources")
    return Section("sources", title, [Table(title, head, rows, kind="priors")])
