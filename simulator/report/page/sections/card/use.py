"""What a run is for, and what hangs on it."""

from collections.abc import Iterator
from math import isnan

from simulator.analysis.card import Card
from simulator.analysis.card.materiality import AtStake
from simulator.analysis.card.record import GUIDANCE, ISSUED
from simulator.analysis.display import display_of
from simulator.report.page.context import DAGGER, Context
from simulator.report.page.document import (
    Block,
    Code,
    Column,
    Content,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections.card.points import Point, points
from simulator.study.toml_writer import toml_text


def purpose(context: Context, card: Card) -> Section:
    """Return what was asked, with what knowledge, and what the answer is for."""
    t = context.t
    headings = Paragraph(t("card.headings", guidance=GUIDANCE, issued=t.day(ISSUED)), "note")
    stated = points(context, "purpose", _purpose(context, card))
    return Section("purpose", t("card.purpose"), [headings, stated])


def _purpose(context: Context, card: Card) -> Iterator[Point]:
    t, own = context.t, card.purpose
    yield "study", [t.translate(own.title), t("list.open"), Code(own.study), t("list.close")]
    yield "question", _question(context, card)
    yield "as_of", t.day(own.as_of) if own.as_of else ""
    yield "model", Code(own.model)
    yield "choices", t.list_of([[Code(f"{key} = {toml_text(one)}")] for key, one in own.choices.items()])
    changes = t.list_of([[Code(one.setting)] for one in own.overrides])
    yield "overrides", changes or t("card.nothing_set")
    yield "meant", t("card.meant_is")
    yield "not_meant", context.sentences(t("limits.advice"), t("limits.model"))
    yield "owner", t("card.owner_is")


def _question(context: Context, card: Card) -> Content:
    """Return what the run answers: which verdict holds for whom, or how its metrics are distributed."""
    t, own = context.t, card.purpose
    entities = t.list_of([[context.of(one.entity)] for one in _at_stake(card)])
    if own.verdicts:
        verdicts = t.list_of([[context.within(name)] for name in context.codes])
        return t.compose("card.question_verdicts", verdicts=verdicts, entities=entities)
    metrics = t.list_of([[context.label(name)] for name in own.metrics])
    return t.compose("card.question_metrics", metrics=metrics, entities=entities) if metrics else ""


def materiality(context: Context, card: Card) -> Section:
    """Return what hangs on the answer, for each that it is about."""
    t, own = context.t, card.materiality
    blocks: list[Block] = [Paragraph(_verdict(context, own.entities[0]), "answer")]
    blocks.append(Table(t("card.materiality_caption"), list(_columns(context, card)), _rows(context, card)))
    blocks.append(Paragraph(context.sentences(*_notes(context, card)), "note"))
    return Section("materiality", t("card.materiality"), blocks)


def _verdict(context: Context, leading: AtStake) -> Content:
    t = context.t
    if not leading.chances:
        return t("card.no_verdicts")
    entity, lost = context.of(leading.entity), context.summary.no_verdict.get(leading.entity)
    if lost is not None:
        return t.compose("answer.unjudged", entity=entity, share=t.rounded_percent(lost))
    if not leading.likeliest:
        return t.compose("card.verdict_close", entity=entity)
    chance = t.percent(leading.chances[leading.likeliest])
    return t.compose("card.verdict_is", entity=entity, verdict=context.within(leading.likeliest), p=chance)


def _columns(context: Context, card: Card) -> Iterator[Column]:
    t, own = context.t, card.materiality
    yield from context.text_columns("card.about")
    if own.entities[0].chances:
        yield from context.columns(*(f"verdict.{name}" for name in context.codes), unit="%")
    if own.metric:
        unit = context.unit(context.found.charted[0]).axis
        yield Column(t("card.mean_of", metric=context.label_within(own.metric)), unit)
        span = t("outcomes.span", low=t("quantile.p05"), high=t("quantile.p95"))
        yield Column(span, unit)
        yield Column(t("table.below_zero"), "%")
    if own.rate:
        yield Column(context.label(own.rate), t("card.mean_unit", unit=t.unit("cents").axis))
    if own.outlay:
        yield Column(
            context.label(own.outlay), t("card.median_unit", unit=context.unit(display_of(own.outlay)).axis)
        )


def _rows(context: Context, card: Card) -> list[Row]:
    return [
        Row(context.entity(one.entity), list(_cells(context, card, one)), strong=one.entity == context.leader)
        for one in _at_stake(card)
    ]


def _at_stake(card: Card) -> list[AtStake]:
    """Return what hangs on each entity: nothing does on one that has other metrics alone."""
    return [
        one
        for one in card.materiality.entities
        if one.chances or one.value or one.rate is not None or one.outlay is not None
    ]


def _cells(context: Context, card: Card, one: AtStake) -> Iterator[Content]:
    t, own = context.t, card.materiality
    if own.entities[0].chances:
        yield from (t.estimate(one.chances.get(name), 100.0) for name in context.codes)
    if own.metric:
        lead = context.found.charted[0]
        mark = (
            DAGGER
            if f"{own.metric}.{one.entity}" in card.limits.heavy or own.metric in card.limits.heavy
            else ""
        )
        yield context.number(lead, one.value.get("mean")) + mark
        yield _span(context, one)
        yield t.estimate(one.value.get("prob_below_zero"), 100.0)
    if own.rate:
        yield t.estimate(one.rate, 100.0)
    if own.outlay:
        yield context.number(display_of(own.outlay), one.outlay)


def _span(context: Context, one: AtStake) -> str:
    """Return the range of nine tenths of the paths, to the digits of a sentence."""
    if not one.value or isnan(one.value["p50"].value):
        return "–"
    lead = context.found.charted[0]
    low, high = (context.t.rounded(one.value[name], context.factor(lead)) for name in ("p05", "p95"))
    return context.t("outcomes.span", low=low, high=high)


def _notes(context: Context, card: Card) -> Iterator[str]:
    t, own = context.t, card.materiality
    yield t("card.errors")
    if not own.outlay:
        yield t("card.no_outlay")
    yield t("card.tier")
