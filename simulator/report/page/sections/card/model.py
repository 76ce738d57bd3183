"""What the model is made of, and what its beliefs rest on."""

from collections.abc import Iterator

from simulator.analysis.card import Card
from simulator.report.page.context import Context
from simulator.report.page.document import (
    Block,
    Code,
    Content,
    Inlines,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections import sources, structures, thresholds
from simulator.report.page.sections.card.points import Point, day, points


def soundness(context: Context, card: Card) -> Section:
    """Return how far the answer hangs on how the model is made: the structural error beside the numerical."""
    t = context.t
    reason = card.soundness.unstructured
    missing = [t("structures.none"), Code(reason)] if reason else [t("card.no_structures")]
    blocks: list[Block] = [Paragraph(structures.band(context) or missing, "answer")]
    blocks.append(points(context, "soundness", _soundness(context, card)))
    return Section("soundness", t("card.soundness"), blocks)


def _soundness(context: Context, card: Card) -> Iterator[Point]:
    t, own = context.t, card.soundness
    yield "mechanisms", t.list_of([[t.translate(title)] for title in own.mechanisms.values()])
    if own.explained is None or own.unexplained is None:
        why = own.unexplained_why
        yield "drivers", [t("card.unknown"), *([t("list.space"), Code(why)] if why else [])]
    else:
        rest = t(f"drivers.rest_{context.unexplained}")
        texts = {"explained": context.share(own.explained), "unexplained": context.share(own.unexplained)}
        yield "drivers", t("card.explained", rest=rest, **texts)
    limit = thresholds.limit(context)
    ruled = [thresholds.rules_sentence(context)] if own.rules else []
    yield "thresholds", context.sentences(*limit, *ruled) if limit or ruled else t("card.no_thresholds")
    yield "surprises", t.count(own.surprises)


def data(context: Context, card: Card) -> Section:
    """Return what the beliefs rest on, how old that is, and what contradicts what."""
    t, own = context.t, card.data
    blocks: list[Block] = [_bases(context, card)]
    blocks += [_ranks(context, card)] if own.ranks else []
    blocks.append(points(context, "data", _data(context, card)))
    return Section("data", t("card.data"), blocks)


def _bases(context: Context, card: Card) -> Table:
    t = context.t
    head = [
        *context.text_columns("prior.basis"),
        *context.columns("card.priors", "card.fixed"),
        *context.columns("card.share"),
        *context.text_columns("card.oldest", "card.newest"),
        *context.columns("card.undated"),
    ]
    rows = [
        Row(
            t(f"basis.{one.basis}"),
            [
                t.count(one.priors),
                t.count(one.fixed),
                context.share(one.share) if one.share else "–",
                day(context, one.known.oldest),
                day(context, one.known.newest),
                t.count(one.known.undated),
            ],
        )
        for one in card.data.bases
    ]
    return Table(t("card.bases_caption"), head, rows)


def _ranks(context: Context, card: Card) -> Table:
    t = context.t
    head = [
        *context.text_columns("source.rank"),
        *context.columns("card.sources"),
        *context.text_columns("card.oldest", "card.newest"),
        *context.columns("card.undated"),
    ]
    rows = [
        Row(
            t(f"rank.{one.rank}"),
            [
                t.count(one.sources),
                day(context, one.dated.oldest),
                day(context, one.dated.newest),
                t.count(one.dated.undated),
            ],
        )
        for one in card.data.ranks
    ]
    return Table(t("card.ranks_caption"), head, rows)


def _data(context: Context, card: Card) -> Iterator[Point]:
    t, own = context.t, card.data
    yield "unsourced", _unsourced(context, card)
    yield "uncited", t("card.of_all", n=t.count(own.uncited), all=t.count(own.priors))
    yield "weakest", _weakest(context, card)
    yield "contradictions", _contradictions(context, card)


def _contradictions(context: Context, card: Card) -> Content:
    """Return the statements that cannot all hold; how the study treats each stands in the report."""
    t, named = context.t, card.data.contradictions
    if not named:
        return t("card.no_contradictions")
    titles = [[t.translate(one.title)] for one in named]
    return context.sentences(t("card.contradictions_are", n=t.count(len(named))), *titles)


def _unsourced(context: Context, card: Card) -> Content:
    t, judged = context.t, card.data.unsourced
    if judged is None:
        return t("card.unknown")
    texts = {"share": context.share(judged.share), "of": context.share(judged.of_explained)}
    return t("card.unsourced_is", **texts)


def _weakest(context: Context, card: Card) -> Content:
    """Return the weakest sources by their titles, with what rests on each."""
    t, known = context.t, context.found.run.study.sources
    items: list[Inlines] = []
    for one in card.data.weakest:
        source, share = known[one.source], context.share(next(iter(one.shares.values())))
        brackets = context.comma(sources.rank(context, source), share)
        items.append([t.translate(source.title), t("list.open"), brackets, t("list.close")])
    return t.list_of(items)
