"""Every prior: what is believed, on what basis, and by whom it is said."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from simulator.beliefs import SummaryRow, summary_rows
from simulator.report.beliefs import BASES, topics
from simulator.report.drawing import spark
from simulator.report.markup import Element
from simulator.report.page.context import Context
from simulator.report.page.document import (
    Block,
    Column,
    Day,
    Folded,
    Inline,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections.study import cited
from simulator.study import Prior

#: Priors of a study up to which each is drawn, up to which notes are told, and up to which a light report
#: lists them all: a file stays small enough to be sent.
DRAWN, NOTED, LISTED = 600, 4000, 1000


def beliefs(context: Context) -> Section:
    """Return the table of all priors, by topic."""
    say, study = context.say, context.found.run.study
    bases = Counter(prior.basis for prior in study.priors.values())
    held = sum(prior.family == "fixed" for prior in study.priors.values())
    told = [
        say("prior.told", basis=say(f"basis.{basis or 'unstated'}"), n=say.count(bases[basis]))
        for basis in (*BASES, "")
        if bases[basis]
    ]
    read = say(
        "prior.read",
        n=say.count(len(study.priors)),
        bases=say("list.between").join(told),
        held=say.count(held),
    )
    blocks: list[Block] = [Paragraph([read, say("answer.space"), say("prior.fold_read")], "note")]
    rows = {row.name: row for row in summary_rows(study)}
    kept = list(study.priors.values())
    if not context.full and len(kept) > LISTED:
        blocks.append(Paragraph([say("prior.cut", n=say.count(LISTED), all=say.count(len(kept)))], "note"))
        kept = kept[:LISTED]
    head = [
        Column(say("prior.name"), numeric=False),
        Column(say("prior.shape"), numeric=False),
        *(Column(say(f"quantile.{name}")) for name in ("p05", "p50", "p95")),
        Column(say("prior.unit"), numeric=False),
        Column(say("prior.basis"), numeric=False),
        Column(say("prior.sources"), numeric=False),
        Column(say("prior.date"), numeric=False),
    ]
    drawn, noted = len(study.priors) <= DRAWN, len(study.priors) <= NOTED
    if not noted:
        blocks.append(Paragraph([say("prior.unnoted", n=say.count(NOTED))], "note"))
    for topic, members in topics(kept).items():
        key = f"topic.{topic}"
        title = say(key) if say.has(key) else topic
        lines = [row for prior in members for row in _rows(context, prior, rows, drawn=drawn, noted=noted)]
        table = Table(say("prior.caption", topic=title), head, lines, kind="priors")
        blocks.append(Folded(say("prior.folded", topic=title, n=say.count(len(members))), [table]))
    return Section("priors", say("section.priors"), blocks)


def _rows(
    context: Context, prior: Prior, rows: dict[str, SummaryRow], *, drawn: bool, noted: bool
) -> Iterator[Row]:
    """Give the rows of a prior: one, or one for each component of a dirichlet."""
    say = context.say
    names = (
        [prior.name]
        if prior.family != "dirichlet"
        else [f"{prior.name}[{k}]" for k in range(prior.components)]
    )
    for index, name in enumerate(names):
        row = rows[name]
        picture = spark(prior) if drawn else None
        shape: list[Inline] | Element = picture if picture is not None else [""]
        held = prior.family == "fixed"
        unit = say.unit(prior.unit)
        low, middle, high = (say.given(unit.factor * x) for x in (row.p05, row.p50, row.p95))
        quantiles = ["", middle, ""] if held else [low, middle, high]
        cells: list[list[Inline] | Element] = [
            shape,
            *([text] for text in quantiles),
            [unit.axis],
            [say(f"basis.{prior.basis or 'unstated'}")],
            cited(context, prior.sources),
            [Day(prior.as_of.isoformat()) if prior.as_of else ""],
        ]
        note: list[Inline] = []
        if index == len(names) - 1:
            note = [
                family_in_words(context, prior) + say("list.stop"),
                *([say("answer.space"), say.told(prior.note)] if prior.note and noted else []),
            ]
        yield Row(
            context.prior_and_name(name), cells, note=note, anchor=f"prior-{name}" if index == 0 else ""
        )


def family_in_words(context: Context, prior: Prior) -> str:
    """Return a prior's family and bounds in words."""
    say = context.say
    key = f"family.{prior.family}"
    family = say(key) if say.has(key) else prior.family
    if np.isfinite(prior.bounds).any():
        factor = say.unit(prior.unit).factor
        low, high = (say.given(factor * bound) for bound in prior.bounds)
        family = say("family.within", family=family, low=low, high=high)
    if prior.size is not None:
        family = say("family.times", family=family, n=say.count(prior.size))
    return family
