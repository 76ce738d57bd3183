"""In which boxes of beliefs an event is likely: a sentence, the box by its conditions, others, a picture."""

from collections.abc import Iterator, Sequence

from simulator.analysis.questions.scenarios import Scenarios
from simulator.analysis.questions.scenarios.records import Along, Condition, Scenario, Share, Step
from simulator.estimate import Number
from simulator.estimate.effect import Effect
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import (
    Block,
    Bullets,
    Code,
    Column,
    Heading,
    Inline,
    Inlines,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections.scenario_conditions import condition, in_words, limits
from simulator.report.page.sections.scenario_pictures import charts


def section(context: AnswerContext, found: Scenarios) -> Section:
    """Return the section of scenarios: those that were found, or that there is none."""
    blocks = list(_found(context, found)) if found.boxes else list(_none(context, found))
    return Section("scenarios", context.t("section.scenarios"), blocks)


def _found(context: AnswerContext, found: Scenarios) -> Iterator[Block]:
    t, best = context.t, found.boxes[0]
    yield Paragraph(
        t.compose(
            "scenarios.lead",
            statistic=context.statistic(found.event.statistic),
            base=t.rounded_percent(found.probability),
            conditions=in_words(context, best.conditions),
            purity=t.rounded_percent(best.share.purity),
            mass=t.rounded_percent(best.share.mass),
            coverage=t.rounded_percent(best.share.coverage),
        ),
        "lead",
    )
    yield Paragraph(t.compose("scenarios.conditions", command=Code("--set")))
    yield _nested(context, best)
    yield Paragraph(t("scenarios.columns", base=_counted(context, best.share)), "note")
    yield Paragraph(context.sentences(*_about(context, best)))
    yield from _others(context, found)
    yield _way(context, found)
    yield charts(context, found)
    explained = t.rounded_percent(best.share.explained)
    yield Paragraph(
        context.sentences(
            _method(context, found), t("scenarios.rule", explained=explained), _first(context, found)
        ),
        "note",
    )


def _none(context: AnswerContext, found: Scenarios) -> Iterator[Block]:
    t, base = context.t, _base(context, found)
    statistic = context.statistic(found.event.statistic)
    most = t.count(found.most_conditions)
    yield Paragraph(t.compose("scenarios.none", statistic=statistic, base=base, conditions=most), "lead")
    if found.refused is not None and found.refused.conditions:
        yield Paragraph(_refused(context, found, found.refused, "scenarios.nearest"))
    else:
        yield Paragraph(t("scenarios.nothing"))
    yield Paragraph(context.sentences(_method(context, found), _first(context, found)), "note")


def _base(context: AnswerContext, found: Scenarios) -> str:
    return context.t.rounded_percent(found.probability)


def _counted(context: AnswerContext, share: Share) -> str:
    """Return the chance on all paths that are counted, of which the lift is a multiple."""
    base = Number(share.purity.value / share.lift.value, 0.0)
    return context.t.amount(context.t.rounded(base, 100.0, figures=3), context.t.unit("percent"))


def _method(context: AnswerContext, found: Scenarios) -> str:
    t = context.t
    return t(
        "scenarios.method",
        method="PRIM",
        searched=t.count(found.searched),
        counted=t.count(found.counted),
        share=t.percent(Number(float(f"{found.least_share:.2g}"), 0.0)),
        conditions=t.count(found.most_conditions),
        beliefs=t.count(found.beliefs),
    )


def _first(context: AnswerContext, found: Scenarios) -> str:
    """Return on how many of its paths this rests, where that is not all."""
    t, of_run = context.t, found.run.plan.paths
    if found.paths == of_run:
        return ""
    return t("scenarios.first", paths=t.count(found.paths), all=t.count(of_run))


def _about(context: AnswerContext, best: Scenario) -> Iterator[Inlines]:
    """Give what chance alone would find, and which beliefs move along."""
    t, chance = context.t, best.chance
    shuffles, greatest = t.count(chance.shuffles), t.rounded_percent(chance.greatest)
    yield [t("scenarios.chance", mean=t.rounded_percent(chance.purity), greatest=greatest, shuffles=shuffles)]
    if best.along:
        beliefs: list[Inlines] = [
            [context.prior(one.belief), t("list.open"), _quantile(context, one), t("list.close")]
            for one in best.along
        ]
        yield t.compose("scenarios.along", beliefs=t.list_of(beliefs))


def _quantile(context: AnswerContext, one: Along) -> str:
    return context.t.percent(Number(0.5 + one.shift.value, one.shift.error))


def _nested(context: AnswerContext, best: Scenario) -> Table:
    t, percent = context.t, context.t.unit("percent").axis
    columns = [
        *context.text_columns("scenarios.condition"),
        *(Column(t(f"scenarios.{name}"), percent) for name in ("mass", "purity", "coverage")),
        Column(t("scenarios.lift"), t.unit("times").axis),
        Column(t("scenarios.added"), t.unit("points").axis),
    ]
    rows = [
        Row(
            condition(context, step.conditions[-1]),
            [*_cells(context, step.share), _points(context, step.added)],
            strong=step is best.nested[-1],
            note=_name(context, step.conditions[-1].belief),
        )
        for step in best.nested
    ]
    return Table(t("scenarios.nested"), columns, rows)


def _name(context: AnswerContext, belief: str) -> Inlines:
    """Return the name of a belief that is called otherwise."""
    return [] if context.prior(belief) == belief else [Code(belief)]


def _others(context: AnswerContext, found: Scenarios) -> Iterator[Block]:
    """Give boxes outside of the recommended one, that without its first belief, and what is no box."""
    t = context.t
    leader = context.prior(found.boxes[0].conditions[0].belief)
    items = [
        _other(context, one, "scenarios.outside" if one.outside == 1 else "scenarios.outside_more")
        for one in found.boxes[1:]
    ]
    if found.refused is not None and found.refused.conditions:
        items.append(_refused(context, found, found.refused, "scenarios.refused"))
    elif len(found.boxes) < found.asked:
        items.append([t("scenarios.alone")])
    if found.other is None:
        items.append([t("scenarios.no_other", belief=leader)])
    else:
        items.append(_other(context, found.other, "scenarios.without", leader))
    yield Heading(t("scenarios.others"))
    yield Bullets(items)


def _other(context: AnswerContext, one: Scenario, key: str, leader: str = "") -> list[Inline]:
    t, shares = context.t, (one.share.purity, one.share.mass, one.share.coverage)
    numbers = dict(zip(("purity", "mass", "coverage"), map(t.percent, shares), strict=True))
    return t.compose(
        key,
        n=t.count(one.outside),
        belief=leader,
        conditions=in_words(context, one.conditions),
        overlap=t.percent(one.in_first),
        **numbers,
    )


def _refused(context: AnswerContext, found: Scenarios, one: Scenario, key: str) -> list[Inline]:
    t = context.t
    return t.compose(
        key,
        conditions=in_words(context, one.conditions),
        purity=t.rounded_percent(one.share.purity),
        base=_base(context, found),
        greatest=t.rounded_percent(one.chance.greatest),
        shuffles=t.count(one.chance.shuffles),
    )


def _way(context: AnswerContext, found: Scenarios) -> Table:
    """Return the limits of ever smaller boxes, a column each, and what these hold."""
    t, way = context.t, list(halving(found.trajectory))
    beliefs = dict.fromkeys(one.belief for step in way for one in step.conditions)
    columns = [
        *context.text_columns("scenarios.limit"),
        *(Column(t.rounded_percent(step.share.mass), t.unit("paths").axis) for step in way),
    ]
    rows = [
        Row(
            [context.prior(name), *context.beside_belief(name)],
            [limits(context, one) if (one := _of(step, name)) else "" for step in way],
        )
        for name in beliefs
    ]
    for key in ("purity", "coverage"):
        cells = [t.estimate(getattr(step.share, key), 100.0) for step in way]
        rows.append(Row(f"{t(f'scenarios.{key}')} (%)", cells, strong=True))
    return Table(t("scenarios.way"), columns, rows)


def _of(step: Step, belief: str) -> Condition | None:
    return next((one for one in step.conditions if one.belief == belief), None)


def halving(trajectory: Sequence[Step]) -> Iterator[Step]:
    """Give the first boxes that are no larger than a half, a quarter, an eighth of all paths and so on."""
    most = 0.5
    for step in trajectory:
        if step.share.mass.value <= most:
            yield step
            while step.share.mass.value <= most:
                most /= 2


def _cells(context: AnswerContext, share: Share) -> list[str]:
    shares = (share.mass, share.purity, share.coverage)
    return [*(context.t.estimate(one, 100.0) for one in shares), context.t.estimate(share.lift)]


def _points(context: AnswerContext, added: Effect) -> str:
    return f"+{context.t.estimate(added, 100.0)}" if added.value > 0 else context.t.estimate(added, 100.0)
