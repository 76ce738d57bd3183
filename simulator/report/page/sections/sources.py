"""What was read: the weakest sources by the variance that rests on them, and the bibliography."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.report.page.context import Context
from simulator.report.page.document import (
    Block,
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
from simulator.report.page.sections.drivers import share_of
from simulator.study import Source

#: Priors that are named beside a source; more are counted.
NAMED = 3


def weakest(context: Context) -> Section | None:
    """Return the weakest sources that the leading metric rests on; None where no prior cites any."""
    say, found = context.say, context.found.drivers
    if found is None or not found["sources"]:
        return None
    shown = list(found["sources"][0]["shares"])
    head = [
        Column(say("source.title"), numeric=False),
        Column(say("source.rank"), numeric=False),
        Column(say("source.provenance"), numeric=False),
        *(Column(_measured(context, found["targets"][name]), say("unit.variance.axis")) for name in shown),
        Column(say("source.priors"), numeric=False),
    ]
    known = context.found.run.study.sources
    rows = [
        Row(
            [_title(context, known[one["source"]]), " ", Code(one["source"])],
            [
                [rank(context, known[one["source"]])],
                [say.told(known[one["source"]].provenance)],
                *([share_of(context, one["shares"][name])] for name in shown),
                _citing(context, one["priors"]),
            ],
        )
        for one in found["sources"]
    ]
    caption = say("source.weakest_caption", entity=context.entity_text(context.leader))
    read = Paragraph([say("source.weakest_read")], "note")
    blocks: list[Block] = [read, Table(caption, head, rows, kind="priors")]
    return Section("weakest", say("section.weakest"), blocks)


def _citing(context: Context, priors: Sequence[str]) -> list[Inline]:
    """Return the priors that cite a source: the first by name, the rest by their number."""
    links: list[Inlines] = [[Link(context.prior(name), f"#prior-{name}")] for name in priors[:NAMED]]
    more = len(priors) - NAMED
    if more > 0:
        links.append([context.say("source.more", n=context.say.count(more))])
    return context.say.listed(links)


def _measured(context: Context, target: Mapping[str, Any]) -> str:
    """Return whose variance a column is of: a metric's, or that of a verdict."""
    if target["kind"] == "metric":
        return context.label(target["metric"])
    return context.say(f"verdict.{target['metric']}")


def rank(context: Context, source: Source) -> str:
    """Return what kind of document a source is."""
    return context.say(f"rank.{source.rank or 'unranked'}")


def _title(context: Context, source: Source) -> Inline:
    """Return a source's title, as a link where it has an address."""
    known = context.say.told(source.title)
    return Link(known.text, source.address, known.foreign) if source.address else known


def bibliography(context: Context) -> Section | None:
    """Return every source; None where the study has none."""
    say, study = context.say, context.found.run.study
    if not study.sources:
        return None
    uses = Counter(source for prior in study.priors.values() for source in prior.sources)
    head = [Column(say("source.name"), numeric=False)]
    head += [Column(say(f"source.{name}"), numeric=False) for name in ("title", "rank", "date", "provenance")]
    head.append(Column(say("source.uses")))
    rows = []
    for name, source in sorted(study.sources.items()):
        cells: list[list[Inline]] = [
            [_title(context, source)],
            [rank(context, source)],
            [Day(source.date.isoformat()) if source.date else "–"],
            [say.told(source.provenance)],
            [say.count(uses[name])],
        ]
        note = [say.told(source.note)] if source.note else ()
        rows.append(Row([Code(name)], cells, note=note, anchor=f"source-{name}"))
    return Section(
        "sources", say("section.sources"), [Table(say("section.sources"), head, rows, kind="priors")]
    )
