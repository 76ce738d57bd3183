"""What the run was checked against, and what has become known since."""

from collections.abc import Iterator

from simulator.analysis.card import Card
from simulator.analysis.card.outcomes import Checked, Learned, Scores
from simulator.estimate import Number, distinguishable
from simulator.report.page.context import Context
from simulator.report.page.document import (
    Block,
    Code,
    Content,
    Inlines,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections.card.points import Point, commands, day, points


def outcomes(context: Context, card: Card) -> Section:
    """Return checks against the evidence, forecasts against what came, and stored updates."""
    return Section(
        "outcomes", context.t("card.outcomes"), [points(context, "outcomes", _outcomes(context, card))]
    )


def _outcomes(context: Context, card: Card) -> Iterator[Point]:
    t, own = context.t, card.outcomes
    yield "checks", _checks(context, card)
    if own.failed:
        yield "failed", t.list_of([_failed(context, one) for one in own.failed])
    yield "scores", _scores(context, own.scores) if own.scores else _unscored(context, card)
    yield "updates", _updates(context, card)


def _checks(context: Context, card: Card) -> Content:
    """Return how many checks are passed, and how many of them might go the other way with other draws."""
    t, own = context.t, card.outcomes
    if not own.stated:
        return t("card.no_checks")
    if not own.checks:
        return [t("card.unchecked"), t("list.space"), Code(own.unchecked)]
    counts = {
        "passed": len(own.checks) - len(own.failed),
        "all": len(own.checks),
        "close": sum(not one.clear for one in own.checks),
        "paths": own.paths,
    }
    return t("card.checks_are", **{name: t.count(number) for name, number in counts.items()})


def _failed(context: Context, one: Checked) -> Inlines:
    t, unit = context.t, context.t.unit(one.unit)
    low, high = (t.number(unit.factor * bound) for bound in (one.low, one.high))
    found = context.comma(*(t.estimate(number, unit.factor) for number in one.found))
    numbers = t("card.failed_is", found=found, span=t("outcomes.span", low=low, high=high), unit=unit.axis)
    return [t.translate(one.title), t("list.open"), numbers.strip(), t("list.close")]


def _unscored(context: Context, card: Card) -> Content:
    """Return why there are no scores: nobody asked, or the model is one that nobody scores."""
    t = context.t
    if not card.limits.of_domain:
        return t("card.no_scores")
    return t.compose("card.unscored", option=Code("--score"))


def _scores(context: Context, own: Scores) -> Content:
    t, first, last = context.t, own.skill[0], own.skill[-1]
    said = t.compose(
        "card.scores_are",
        what=t.translate(own.what),
        method=t.translate(own.method),
        n=t.count(own.origins),
        first=own.first,
        last=own.last,
    )
    skill = t.compose(
        "card.skill_is",
        baseline=t.translate(first.baseline),
        first=_skill(context, first.skill),
        near=t.count(first.horizon),
        last=_skill(context, last.skill),
        far=t.count(last.horizon),
    )
    shares = t.list_of(
        [[t("card.coverage", level=level, share=t.percent(share))] for level, share in own.coverage.items()]
    )
    return context.sentences(
        said, skill, t.compose("card.coverage_is", coverage=shares), t("card.scores_read")
    )


def _skill(context: Context, skill: Number) -> str:
    return context.t.percent(skill) if distinguishable(skill) else context.t("drivers.zero")


def _updates(context: Context, card: Card) -> Content:
    t, own = context.t, card.outcomes.updates
    if own is None:
        return t("card.nothing_beside")
    return context.sentences(*(_update(context, one) for one in own)) if own else t("card.no_updates")


def _update(context: Context, one: Learned) -> Content:
    t = context.t
    name = Code(one.name)
    if one.fault:
        return t.compose("card.update_fault", name=name, fault=Code(one.fault))
    trusted = t("card.trusted" if one.passed else "card.not_trusted")
    said = t.compose(
        "card.update_is", name=name, n=t.count(one.observations), day=t.day(one.as_of), trusted=trusted
    )
    if not one.before or not one.after:
        return said
    moves = (
        [
            *[context.within(verdict)],
            t("card.moved", before=t.percent(one.before[verdict]), after=t.percent(chance)),
        ]
        for verdict, chance in one.after.items()
    )
    return context.sentences(said, [*t.list_of(list(moves)), t("list.stop")])


def monitoring(context: Context, card: Card) -> Section:
    """Return the age of the answer and of the beliefs that it rests on, and what to compute again."""
    t, own = context.t, card.monitoring
    blocks: list[Block] = [points(context, "monitoring", _monitoring(context, card))]
    if own.beliefs:
        blocks.append(_beliefs(context, card))
    if own.commands:
        blocks.append(commands(context, "monitoring", own.commands))
    return Section("monitoring", t("card.monitoring"), blocks)


def _monitoring(context: Context, card: Card) -> Iterator[Point]:
    t, own = context.t, card.monitoring
    yield "today", t.day(own.today) if own.today else ""
    yield "age", t("card.days", n=t.count(own.days)) if own.days is not None else t("card.no_age")
    if own.start and own.quarters_over is not None:
        yield "quarters", t("card.quarters_are", n=t.count(own.quarters_over), start=own.start)
    yield "newer", _newer(context, card)
    yield "risks", _risks(context, card) or t("card.no_risks")
    studies: list[Inlines] = [[Code(name)] for name in own.newer_studies]
    yield "newer_studies", t.list_of(studies) or t("card.no_newer_studies")


def _risks(context: Context, card: Card) -> Content:
    t = context.t
    return t.list_of(
        [
            [t.translate(one.title), t("list.open"), t("card.cases", n=t.count(one.cases)), t("list.close")]
            for one in card.monitoring.risks
        ]
    )


def _newer(context: Context, card: Card) -> Content:
    t, newer = context.t, card.monitoring.newer
    if newer is None:
        return t("card.no_evidence")
    if newer.last is None:
        return t("card.none_newer")
    kinds: list[Inlines] = [
        [t("card.kind_count", kind=t(f"card.kind_{kind}"), n=t.count(n))] for kind, n in newer.kinds.items()
    ]
    texts = {"n": t.count(newer.figures), "day": t.day(newer.last)}
    return t.compose("card.newer_are", kinds=t.list_of(kinds), **texts)


def _beliefs(context: Context, card: Card) -> Table:
    t = context.t
    head = [
        *context.text_columns("drivers.prior"),
        *context.columns("card.share"),
        *context.text_columns("prior.basis", "card.known"),
        *context.columns("card.age_days"),
    ]
    rows = [
        Row(
            context.prior_and_name(one.prior),
            [
                context.share(one.share),
                t(f"basis.{one.basis or 'unstated'}"),
                day(context, one.as_of),
                "–" if one.days is None else t.count(one.days),
            ],
        )
        for one in card.monitoring.beliefs
    ]
    return Table(t("card.beliefs_caption"), head, rows)
