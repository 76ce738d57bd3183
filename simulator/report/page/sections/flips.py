"""What would make another verdict the likeliest: one leading prior at either of its ends."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from simulator.report.page.context import Context
from simulator.report.page.document import Block, Column, Heading, Inline, Paragraph, Row, Table

#: The share of paths at either end of a prior.
TAIL = 0.2

#: Units of what is told in per cent a year.
RATES = ("1/yr",)

#: Log ratios whose unit does not say so: per cent of what they are told in, by the message that names it.
RATIOS = {"spend.overshoot": "guidance", "economics.markup_boom": "trend"}

#: Sentences about flips in the answer.
FEW = 3


class Flip(NamedTuple):
    """A prior at one of its ends, ``low`` or ``high``, and the chances of the verdicts there."""

    prior: str
    end: str
    there: Mapping[str, Any]


def _ends(context: Context, most: int | None) -> list[Flip]:
    drivers = context.found.drivers
    rows = drivers["verdicts"].get(context.leader, []) if drivers else []
    return [Flip(row["prior"], end, row[end]) for row in rows[:most] for end in ("low", "high")]


def _likeliest(context: Context) -> str:
    chances = context.summary["verdicts"][context.leader]
    return max(context.codes, key=lambda name: chances[name]["value"])


def _changes(context: Context, flip: Flip) -> bool:
    """Whether another verdict than that of all paths is the likeliest there, beyond the errors."""
    return flip.there["likeliest"] != _likeliest(context) and flip.there["lead"]["distinguishable"]


def sentences(context: Context, most: int | None = None) -> list[list[Inline]]:
    """Return what would change the likeliest verdict, a sentence each, or that nothing alone does.

    Of so many leading priors at most: as many as the document's own table has.
    """
    say, ends = context.say, _ends(context, most)
    if not ends:
        return []
    changing = [flip for flip in ends if _changes(context, flip)]
    if not changing:
        return [[say("answer.flip_none", n=say.count(len(ends) // 2))]]
    told = [_sentence(context, flip) for flip in changing[:FEW]]
    if more := len(changing) - FEW if len(changing) > FEW else 0:
        told.append([say("answer.flip_more", n=say.count(more), section=say("section.drivers"))])
    return told


def _sentence(context: Context, flip: Flip) -> list[Inline]:
    say, chances = context.say, flip.there["chances"]
    first, second, *_ = sorted(context.codes, key=lambda name: -chances[name]["value"])
    return say.fill(
        f"answer.flip_{flip.end}",
        prior=context.prior(flip.prior),
        bound=_bound(context, flip),
        first=context.within(first),
        second=context.within(second),
        p_first=say.rough_percent(chances[first]),
        p_second=say.rough_percent(chances[second]),
    )


def _bound(context: Context, flip: Flip) -> str:
    """Return the value at which a fifth of a prior begins or ends, with the prior's unit."""
    say, drivers = context.say, context.found.drivers
    unit = drivers["priors"][flip.prior]["unit"] if drivers else ""
    number = {"value": flip.there["bound"], "mcse": None}
    if flip.prior in RATIOS and abs(flip.there["bound"]) < 1:
        return _ratio(context, flip.there["bound"], RATIOS[flip.prior])
    if unit in RATES:
        return say.amount(say.rough(number, 100.0), say.unit("percent_year"))
    shown = say.unit(unit)
    return say.amount(say.rough(number, shown.factor), shown)


def _ratio(context: Context, log: float, of: str) -> str:
    """Return a log ratio as per cent of what it is a ratio to, such as "−6% (6% below guidance)"."""
    say, change = context.say, math.expm1(log)
    size = say.rough_percent({"value": abs(change), "mcse": None})
    sign, side = ("+", "above") if change > 0 else ("−", "below")
    return sign + size + say("list.open") + say(f"flips.{side}_{of}", n=size) + say("list.close")


def table(context: Context, most: int | None = None) -> Iterator[Block]:
    """Give the chances of the verdicts at both ends of the leading priors, of so many at most."""
    say, ends = context.say, _ends(context, most)
    if not ends:
        return
    yield Heading(say("flips.title", entity=context.entity_text(context.leader)))
    yield Paragraph(say.fill("flips.read", verdict=context.within(_likeliest(context))), "note")
    head = [
        Column(say("flips.prior"), numeric=False),
        Column(say("flips.end"), numeric=False),
        Column(say("flips.share"), say("unit.paths.axis")),
        Column(say("flips.likeliest"), numeric=False),
        *(Column(say(f"verdict.{name}"), "%") for name in context.codes),
    ]
    yield Table(say("flips.caption"), head, [_row(context, flip) for flip in ends])


def _row(context: Context, flip: Flip) -> Row:
    say, there = context.say, flip.there
    clear = there["lead"]["distinguishable"]
    cells: list[list[Inline]] = [
        [say(f"flips.end_{flip.end}", bound=_bound(context, flip))],
        [say.rough_percent({"value": there["share"], "mcse": None})],
        [context.verdict(there["likeliest"]) if clear else say("flips.unclear")],
        *([say.estimate(there["chances"][name], 100.0)] for name in context.codes),
    ]
    head = context.prior_and_name(flip.prior) if flip.end == "low" else [""]
    return Row(head, cells, strong=_changes(context, flip))
