"""The risks that the study names, one by one: what each case changes and what that does to the verdict."""

from collections.abc import Iterator, Sequence, Set

from simulator.analysis.display import display_of
from simulator.analysis.risks import CaseResult, Moved, Outlook, RiskResult
from simulator.estimate import Number, distinguishable, shown
from simulator.report.drawing import SMALL, Stack, stacks
from simulator.report.page.context import MARK, Context
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Code,
    Column,
    Content,
    Heading,
    Inline,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections.sources import cited
from simulator.report.page.sections.unknown import unknown


def risks(context: Context) -> Section | None:
    """Return what each risk does to the verdict; None where the study names none."""
    t, found = context.t, context.found.risks
    if found is None:
        reason = context.found.unassessed if context.found.run.study.risks else ""
        return unknown(context, "risks", reason) if reason else None
    counts = {"paths": t.count(found.paths), "all": t.count(found.paths_of_run)}
    read = t("risks.read", bear=feared(context), **counts)
    blocks: list[Block] = [Paragraph(read, "note"), _overview(context, found.risks)]
    for one in found.risks:
        blocks += _risk(context, one)
    return Section("risks", t("section.risks"), blocks)


def columns(context: Context, first: str) -> list[Column]:
    """Return what a table says of the effect of a case, below the name of the first column."""
    t, points = context.t, context.t("unit.points.axis")
    return [
        *context.text_columns(first),
        Column(t("risks.bear", bear=feared(context)), points),
        Column(t("risks.below_zero"), points),
        *context.columns("risks.value", unit=context.unit(context.valued).axis),
        *context.text_columns("risks.likeliest"),
    ]


def _overview(context: Context, found: Sequence[RiskResult]) -> Table:
    """Return the cases of each risk that raise and lower bear the most, the risk of the widest move first."""
    t, entity = context.t, context.leader
    computed = [one for one in found if one.cases]
    ordered = sorted(
        computed, key=lambda one: -abs(one.largest(entity).effects[entity].chances[one.feared].value)
    )
    rows = [
        Row(
            [t.translate(one.risk.title), t("list.colon"), t.translate(case.case.title)],
            _cells(context, case, entity),
        )
        for one in ordered
        for case in one.ends(entity)
    ]
    caption = t("risks.overview", entity=context.entity_text(entity), bear=feared(context))
    return Table(caption, columns(context, "risks.risk"), rows)


def _feared(context: Context) -> str:
    """Return the verdict by whose chance cases are ranked."""
    return context.found.risks.feared if context.found.risks else ""


def feared(context: Context) -> str:
    """Return what the verdict by whose chance cases are ranked is called in a sentence."""
    return context.t(f"verdict.the_{_feared(context)}")


def _believed(context: Context, entity: str) -> Outlook:
    assert context.found.risks is not None
    return context.found.risks.believed[entity]


def cases_about(context: Context, priors: Set[str]) -> list[Row]:
    """Return the effect on the leading entity of each case that holds one of these priors at a number."""
    found = context.found.risks.risks if context.found.risks else ()
    return [
        Row(context.t.translate(case.case.title), _cells(context, case, context.leader))
        for one in found
        for case in one.cases
        if not priors.isdisjoint(case.case.values)
    ]


def _risk(context: Context, one: RiskResult) -> Iterator[Block]:
    t, risk = context.t, one.risk
    entities = [context.leader, *(name for name in risk.companies if name != context.leader)]
    yield Heading(t.translate(risk.title).text)
    yield Paragraph(t.translate(risk.question))
    if one.cases:
        answers = [_answer(context, one, entity) for entity in entities]
        yield Paragraph(context.sentences(*answers), "answer")
        yield _effects(context, one, entities)
        yield _charts(context, one, entities)
        yield _changed(context, one)
    for case, reason in one.lost:
        lost = t.compose("risks.lost", case=t.translate(case.title))
        yield Paragraph([*lost, Code(reason)], "note")
    sources: Content = ()
    if risk.sources:
        sources = [t("risks.sources"), *cited(context, risk.sources), t("list.stop")]
    if note := context.sentences(t.translate(risk.note) if risk.note else "", sources):
        yield Paragraph(note, "note")


def _answer(context: Context, one: RiskResult, entity: str) -> list[Inline]:
    """Return the sentence that answers the question for one entity, by the case that moves it the most."""
    t, found = context.t, one.largest(entity)
    effect, then, now = found.effects[entity], found.outlooks[entity], _believed(context, entity)
    worst = _feared(context)
    chance, bear = effect.chances[worst], context.within(worst)
    if not distinguishable(chance):
        return t.compose("risks.bear_same", entity=context.of(entity), bear=bear)
    verdict = ("stays" if then.likeliest == now.likeliest else "becomes") if then.clear else "close"
    value = _direction(effect.value) if distinguishable(effect.value) else "same"
    amount = _size(context, effect.value, context.factor(context.valued), context.valued.unit)
    return [
        *t.compose(
            f"risks.bear_{_direction(chance)}",
            entity=context.of(entity),
            case=t.translate(found.case.title),
            bear=bear,
            points=_size(context, chance, 100.0, "points"),
            then=f"{100 * then.chances[worst].value:.0f}%",
        ),
        *t.compose(f"risks.value_{value}", amount=amount),
        *t.compose(
            f"risks.verdict_{verdict}",
            verdict=context.verdict(then.likeliest),
            before=context.within(now.likeliest),
        ),
    ]


def _direction(change: Number) -> str:
    return "up" if change.value > 0 else "down"


def _size(context: Context, change: Number, factor: float, unit: str) -> str:
    """Return the size of a change as a sentence needs it: to two digits, whole where it is ten or more."""
    t, size = context.t, abs(change.value) * factor
    return t.unit(unit).prose.format(n=t.number(round(size) if size >= 9.95 else float(f"{size:.2g}")))


def _effects(context: Context, one: RiskResult, entities: Sequence[str]) -> Table:
    t, rows, explained = context.t, list[Row](), set[str]()
    for entity in entities:
        now = _believed(context, entity)
        believed = t.compose(
            "risks.believed",
            verdict_feared=feared(context),
            entity=context.entity(entity),
            bear=t.percent(now.chances[_feared(context)]),
            below=t.percent(now.below_zero),
            value=context.number(context.valued, now.value, unit=True),
            verdict=context.within(now.likeliest),
        )
        rows.append(Row(believed, ()))
        for case in one.cases:
            reasons: list[Content] = []
            for why in (why for why in case.surprises[entity] if why.name not in explained):
                reasons += [
                    [t("risks.surprise", mark=MARK), t.translate(why.note)],
                    _judged(context, case, entity),
                ]
                explained.add(why.name)
            note = context.sentences(*reasons)
            rows.append(Row(t.translate(case.case.title), _cells(context, case, entity), note=note))
    caption = t("risks.caption", title=t.translate(one.risk.title).text)
    return Table(caption, columns(context, "risks.case"), rows)


def _judged(context: Context, case: CaseResult, entity: str) -> Content:
    """Return what a case does to the means of what the rules read: the numbers behind a reason."""
    t, changes = context.t, list[str]()
    for metric, change in case.judged[entity].items():
        one = display_of(metric)
        unit = t.unit("points") if "%" in context.unit(one).prose else context.unit(one)
        text = _change(context, change, context.factor(one))
        amount = t.amount(text, unit) if distinguishable(change) else text
        changes.append(context.label_within(metric) + t("list.space") + amount)
    listed = t("list.semicolon").join(changes)
    return t.compose("risks.judged", entity=context.of(entity), changes=listed) if changes else ()


def _cells(context: Context, case: CaseResult, entity: str) -> list[Content]:
    t, effect, then, worst = context.t, case.effects[entity], case.outlooks[entity], _feared(context)
    marks = {why.metric: f" {MARK}" for why in case.surprises[entity]}
    chance = f"{100 * then.chances[then.likeliest].value:.0f}%"
    verdict = [context.verdict(then.likeliest), t("list.open"), chance, t("list.close")]
    return [
        _change(context, effect.chances[worst], 100.0) + marks.get(worst, ""),
        _change(context, effect.below_zero, 100.0),
        _change(context, effect.value, context.factor(context.valued)) + marks.get(context.valued.metric, ""),
        verdict if then.clear else [*verdict, t("risks.unclear")],
    ]


def _change(context: Context, change: Number, factor: float) -> str:
    """Return a change with its sign and error; one within two errors counts as none."""
    if not distinguishable(change):
        return context.t("risks.same")
    text = context.t.concise(change, factor)
    return text if text.startswith("−") else f"+{text}"


def _charts(context: Context, one: RiskResult, entities: Sequence[str]) -> Charts:
    t, title = context.t, context.t("risks.chart", title=context.t.translate(one.risk.title).text)
    across, charts = t("unit.paths.prose", n="").strip(), []
    for entity in entities:
        rows = [_stack(context, t("risks.as_believed"), _believed(context, entity))]
        rows += [
            _stack(context, t.translate(case.case.title).text, case.outlooks[entity]) for case in one.cases
        ]
        description = context.clauses(f"{row.label}{t('list.colon')}{row.end}" for row in rows)
        drawing = stacks(SMALL, rows, f"{title}, {context.entity_text(entity)}", across)
        charts.append(Chart(entity, False, context.entity(entity), None, drawing, description))
    about = t("risks.chart_about", bear=feared(context))
    return Charts(f"risk-{one.risk.name}", title, charts, context.legend, about)


def _stack(context: Context, label: str, outlook: Outlook) -> Stack:
    chances = shown(outlook.chances, outlook.split)
    parts = {name: max(one.value, 0.0) for name, one in chances.items()}
    return Stack(label, parts, f"{100 * outlook.chances[_feared(context)].value:.0f}%")


def _changed(context: Context, one: RiskResult) -> Table:
    """Return what each case changes, beside what is believed."""
    t = context.t
    head = [
        *context.text_columns("prior.name"),
        *context.columns("quantile.p10", "quantile.p50", "quantile.p90", unit=t("risks.as_believed")),
        *context.columns("risks.here"),
        *context.text_columns("prior.unit"),
    ]
    rows: list[Row] = []
    for case in one.cases:
        note = t.translate(case.case.note) if case.case.note else ()
        rows.append(Row(t.translate(case.case.title), (), note=note))
        rows += [_moved(context, moved) for moved in case.moved]
    return Table(t("risks.changed"), head, rows)


def _moved(context: Context, one: Moved) -> Row:
    t, unit = context.t, context.t.unit(one.unit)
    if not one.quantiles:
        return Row(context.prior_and_name(one.name), ["–", Code(one.before), "–", Code(str(one.value)), ""])
    low, middle, high = (t.number(unit.factor * x) for x in one.quantiles)
    if one.quantiles[0] == one.quantiles[-1]:
        low = high = "–"
    asked = f" ({one.asked.upper()})" if isinstance(one.asked, str) else ""
    here = t.number(unit.factor * float(one.value)) + asked
    return Row(context.prior_and_name(one.name, link=True), [low, middle, high, here, unit.axis])
