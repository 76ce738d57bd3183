"""What would make another verdict the likeliest: one leading prior at either of its ends."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from simulator.analysis.explanation.records import VerdictsAtEnd
from simulator.estimate import Number, shown
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Content, Heading, Paragraph, Row, Table
from simulator.report.page.locale import RATES

#: The share of paths at either end of a prior.
TAIL = 0.2

#: Sentences about flips in the answer.
FEW = 2


class Flip(NamedTuple):
    """A prior at one of its ends, ``low`` or ``high``, and the chances of the verdicts there."""

    prior: str
    end: str
    there: VerdictsAtEnd


def _ends(context: Context, most: int | None) -> list[Flip]:
    drivers = context.found.drivers
    rows = drivers.verdicts.get(context.leader, []) if drivers else []
    return [
        Flip(row.prior, end, there)
        for row in rows[:most]
        for end, there in (("low", row.low), ("high", row.high))
    ]


def _changes(context: Context, flip: Flip) -> bool:
    """Whether another verdict than that of all paths is the likeliest there, beyond the errors."""
    return flip.there.likeliest != context.likeliest and flip.there.lead.distinguishable


def sentences(context: Context, most: int | None = None) -> list[Content]:
    """Return what would change the likeliest verdict, a sentence each, or that nothing alone does.

    Of so many leading priors at most: as many as the document's own table has.
    """
    t, ends = context.t, _ends(context, most)
    changing = [flip for flip in ends if _changes(context, flip)]
    if not changing:
        return [t("answer.flip_none", n=t.count(len(ends) // 2))] if ends else []
    listed: list[Content] = [_sentence(context, flip) for flip in changing[:FEW]]
    if more := len(changing[FEW:]):
        listed.append(t("answer.flip_more", n=t.count(more), section=t("section.drivers")))
    return listed


def _sentence(context: Context, flip: Flip) -> Content:
    t, chances = context.t, flip.there.chances
    first, second, *_ = sorted(context.codes, key=lambda name: -chances[name].value)
    return t.compose(
        f"answer.flip_{flip.end}",
        prior=context.prior(flip.prior),
        bound=bound(context, flip),
        first=context.within(first),
        second=context.within(second),
        p_first=t.rounded_percent(chances[first]),
        p_second=t.rounded_percent(chances[second]),
    )


def bound(context: Context, flip: Flip) -> str:
    """Return the value at which a fifth of a prior begins or ends, with the prior's unit."""
    t, drivers, value = context.t, context.found.drivers, flip.there.bound
    if t.has(f"ratios.{flip.prior}.above") and abs(value) < 1:
        return _ratio(context, value, flip.prior)
    name = drivers.priors[flip.prior].unit if drivers else ""
    unit = t.unit("percent_year" if name in RATES else name)
    factor = 100.0 if name in RATES else unit.factor
    return t.amount(t.rounded(Number(value, 0.0), factor), unit)


def _ratio(context: Context, log: float, prior: str) -> str:
    """Return a log ratio as per cent of what it is a ratio to, such as "−6% (6% below guidance)"."""
    t, change = context.t, math.expm1(log)
    size = t.rounded_percent(abs(change))
    sign, side = ("+", "above") if change > 0 else ("−", "below")
    return sign + size + t("list.open") + t(f"ratios.{prior}.{side}", n=size) + t("list.close")


def table(context: Context, most: int | None = None) -> Iterator[Block]:
    """Give the chances of the verdicts at both ends of the leading priors, of so many at most."""
    t, ends = context.t, _ends(context, most)
    if not ends:
        return
    yield Heading(t("flips.title", entity=context.entity_text(context.leader)))
    yield Paragraph(t.compose("flips.read", verdict=context.within(context.likeliest)), "note")
    head = [
        *context.text_columns("flips.prior", "flips.end"),
        *context.columns("flips.share", unit=t("unit.paths.axis")),
        *context.text_columns("flips.likeliest"),
        *context.verdict_columns("%"),
    ]
    yield Table(t("flips.caption"), head, [_row(context, flip) for flip in ends])


def _row(context: Context, flip: Flip) -> Row:
    t, there = context.t, flip.there
    cells = [
        t(f"flips.end_{flip.end}", bound=bound(context, flip)),
        t.rounded_percent(there.share),
        context.verdict(there.likeliest) if there.lead.distinguishable else t("flips.unclear"),
        *(t.estimate(one, 100.0) for one in shown(there.chances, there.split).values()),
    ]
    head = context.prior_and_name(flip.prior) if flip.end == "low" else ""
    return Row(head, cells, strong=_changes(context, flip))
