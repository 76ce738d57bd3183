"""What it is worth to know more before a decision: the choice, everything, beliefs, groups, samples."""

from collections.abc import Iterator

from simulator.analysis.questions.value import Sample, Value, Worth
from simulator.estimate import Number
from simulator.estimate.effect import Effect
from simulator.report.drawing import SMALL, Bar, Size, bars
from simulator.report.drawing.bars import End
from simulator.report.markup import Element
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Code,
    Column,
    Content,
    Inline,
    Notice,
    Paragraph,
    Row,
    Section,
    Table,
    text_of,
)

#: Beliefs that are listed, and shown.
ROWS = 10


def value(context: AnswerContext, found: Value) -> Section:
    """Return the decision, what everything is worth to know before it, and what parts of it are worth."""
    t = context.t
    blocks: list[Block] = [
        Paragraph(_lead(context, found), "answer"),
        *_warning(context, found),
        *([Paragraph(t.translate(found.note), "note")] if found.note else []),
        _actions(context, found),
        Paragraph(_first(context, found), "answer"),
        *_beliefs(context, found),
        *_groups(context, found),
        *_rest(context, found),
        *_samples(context, found),
        Paragraph(t("value.read", paths=t.count(found.paths), all=t.count(found.run.plan.paths)), "note"),
        *_picture(context, found),
    ]
    return Section("value", t("section.value"), blocks)


def _lead(context: AnswerContext, found: Value) -> list[Inline]:
    t, best = context.t, found.action(found.best)
    return t.compose(
        "value.lead",
        decision=t.translate(found.title),
        best=t.translate(best.title),
        metric=list(context.metric(found.payoff)),
        payoff=context.metric_amount(found.payoff, best.payoff),
        value=context.metric_amount(found.payoff, found.perfect),
        changes=t.rounded_percent(found.changes),
    )


def _warning(context: AnswerContext, found: Value) -> Iterator[Block]:
    t = context.t
    if found.hardly_changes:
        share = t.percent(found.changes)
        text = t.compose("value.hardly", best=t.translate(found.action(found.best).title), share=share)
        yield Notice(t("value.hardly_title"), [text])


def _actions(context: AnswerContext, found: Value) -> Table:
    t, unit = context.t, _unit(context, found)
    columns = [
        *context.text_columns("value.action"),
        *context.columns("value.payoff", "value.change", unit=unit),
        Column(t("value.best_on"), t("unit.paths.axis")),
    ]
    rows = [
        Row(
            t.translate(one.title),
            [
                context.t.estimate(one.payoff, _factor(context, found)),
                t("value.best") if one.name == found.best else _change(context, found, one.change),
                t.percent(one.best_on),
            ],
            strong=one.name == found.best,
            note=t.translate(one.note) if one.note else (),
        )
        for one in found.actions
    ]
    return Table(t("value.actions", decision=t.translate(found.title).text), columns, rows)


def _first(context: AnswerContext, found: Value) -> list[Inline]:
    """Return the belief that is worth most, or that none by itself is worth anything."""
    t = context.t
    if not found.worthwhile:
        return t.compose("value.none", n=t.count(len(found.beliefs)))
    first = found.worthwhile[0]
    return t.compose(
        "value.first",
        belief=context.prior_and_name(first.name),
        value=context.metric_amount(found.payoff, first.value),
        changes=t.rounded_percent(first.changes),
        instead=t.translate(found.action(first.instead).title),
        n=t.count(len(found.worthwhile)),
        all=t.count(len(found.beliefs)),
    )


def _beliefs(context: AnswerContext, found: Value) -> Iterator[Table]:
    t = context.t
    if listed := found.worthwhile[:ROWS]:
        rows = [_row(context, found, one, context.prior_and_name(one.name)) for one in listed]
        yield Table(t("value.beliefs"), _columns(context, found, "value.belief"), rows)


def _groups(context: AnswerContext, found: Value) -> Iterator[Table]:
    """Give a table of groups: all beliefs, those of a mechanism, of a company, and those asked for."""
    t = context.t
    rows = [_row(context, found, found.everything, t("value.everything"), strong=True)]
    for kind, groups in found.groups.items():
        if kind == "company" and not context.titles:
            continue
        head = {"company": context.kind}.get(kind) or t(f"value.by_{kind}")
        shown = [one for one in groups if one.distinguishable or kind == "named"]
        rows += [_row(context, found, one, _group(context, kind, head, one)) for one in shown]
    yield Table(t("value.groups"), _columns(context, found, "value.group"), rows)


def _rest(context: AnswerContext, found: Value) -> Iterator[Paragraph]:
    """Say how much of the value of everything the fit of all beliefs has not found, and why."""
    if found.perfect.distinguishable:
        perfect, rest = (
            context.metric_amount(found.payoff, one) for one in (found.perfect, found.everything.rest)
        )
        text = context.t.compose(f"value.rest_{context.unexplained}", perfect=perfect, rest=rest)
        yield Paragraph(text, "note")


def _group(context: AnswerContext, kind: str, head: str, one: Worth) -> list[Inline]:
    t = context.t
    if kind == "named":
        return [head, t("list.colon"), Code(one.name)]
    if kind == "company":
        known = one.name in context.titles
        return [head, t("list.colon"), context.entity(one.name)] if known else [t("value.shared")]
    key = f"topic.{one.name}"
    return [head, t("list.colon"), t(key) if t.has(key) else Code(one.name)]


def _samples(context: AnswerContext, found: Value) -> Iterator[Table]:
    """Give a table of the samples asked for, each beside what it would be worth to know the belief itself."""
    t, unit = context.t, _unit(context, found)
    if not found.samples:
        return
    columns = [
        *context.text_columns("value.sample"),
        *context.columns("value.worth", "value.bias", unit=unit),
        *context.columns("value.of_perfect", unit=unit),
        Column(t("value.changes"), t("unit.paths.axis")),
    ]
    known = {one.name: one for one in found.beliefs}
    rows = [
        Row(
            [*context.prior_and_name(one.worth.name), t("list.colon"), _sample(context, one.sample)],
            [
                _worth(context, found, one.worth),
                _bias(context, found, one.worth),
                _worth(context, found, known[one.worth.name]),
                t.percent(one.worth.changes),
            ],
        )
        for one in found.samples
    ]
    yield Table(t("value.samples"), columns, rows)


def _sample(context: AnswerContext, one: Sample) -> str:
    t = context.t
    if one.sd is None:
        return t("value.binomial", n=t.count(one.size))
    return t("value.normal", n=t.count(one.size), sd=context.belief_amount(one.belief, one.sd))


def _columns(context: AnswerContext, found: Value, what: str) -> list[Column]:
    t = context.t
    return [
        *context.text_columns(what),
        *context.columns("value.worth", "value.bias", unit=_unit(context, found)),
        Column(t("value.changes"), t("unit.paths.axis")),
        *context.text_columns("value.instead"),
    ]


def _row(context: AnswerContext, found: Value, one: Worth, head: Content, *, strong: bool = False) -> Row:
    cells = [_worth(context, found, one), _bias(context, found, one), context.t.percent(one.changes)]
    instead = context.t.translate(found.action(one.instead).title) if one.instead else ""
    return Row(head, [*cells, instead], strong)


def _worth(context: AnswerContext, found: Value, one: Worth) -> str:
    """Return a value with its error; as words one that cannot be told from nothing, or of which a part is."""
    t, partly = context.t, one is found.everything or one.coarse
    if not one.distinguishable:
        return t("value.nothing_found") if partly else t("value.nothing")
    text = t.estimate(one.value, _factor(context, found))
    return t("value.least", n=text) if partly else text


def _change(context: AnswerContext, found: Value, one: Effect) -> str:
    text = context.t.estimate(one, _factor(context, found))
    return text if one.distinguishable else context.t("risks.same")


def _bias(context: AnswerContext, found: Value, one: Worth) -> str:
    """Return what the fit on the paths themselves adds, which chance may make less than nothing."""
    return context.t.rounded(Number(one.bias, 0.0), _factor(context, found))


def _unit(context: AnswerContext, found: Value) -> str:
    return context.metric_unit(found.payoff).axis


def _factor(context: AnswerContext, found: Value) -> float:
    return context.metric_factor(found.payoff)


def _picture(context: AnswerContext, found: Value) -> Iterator[Charts]:
    """Give the picture of what beliefs are worth, where any is worth something."""
    t = context.t
    if found.worthwhile:
        words = (
            f"{context.prior(one.name)}{t('list.colon')}{context.metric_amount(found.payoff, one.value)}"
            for one in found.worthwhile[:ROWS]
        )
        title = t.translate(found.title)
        chart = Chart(
            found.decision, False, title, None, drawing(context, found, SMALL), context.clauses(words)
        )
        yield Charts("value", t("value.chart"), [chart], note=t("value.chart_about"))


def drawing(context: AnswerContext, found: Value, size: Size) -> Element:
    """Return a bar of each belief that is worth something, with two standard errors to either side."""
    t, factor = context.t, _factor(context, found)

    def bar(one: Worth) -> Bar:
        text = t.estimate(one.value, factor).partition(" ±")[0]
        return Bar(
            context.prior(one.name), [End("up", factor * one.value.value, factor * one.value.error, text)]
        )

    texts = {"label": text_of(t.translate(found.title)), "across": _unit(context, found)}
    return bars(size, [bar(one) for one in found.worthwhile[:ROWS]], 0.0, texts, t.tick)
