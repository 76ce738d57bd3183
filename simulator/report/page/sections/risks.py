"""The risks that the study names, one by one: what each case changes and what that does to the verdict."""

from collections.abc import Iterator

from simulator.analysis.risks import CaseResult, Effect, Moved, Outlook, RiskResult
from simulator.estimate import Number as Estimate
from simulator.estimate import distinguishable
from simulator.report.drawing import SMALL, Stack, stacks
from simulator.report.estimates import Number
from simulator.report.page.context import Context, shown
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
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
from simulator.report.page.sections.study import cited

#: Beside a change whose sign the study explains.
MARK = "‡"

#: What changes of value are told in.
VALUE = shown("value_created")


def risks(context: Context) -> Section | None:
    """Return what each risk does to the verdict; None where the study names none."""
    say, found = context.say, context.found
    title = say("section.risks")
    if found.risks is None:
        if not found.unassessed or not found.run.study.risks:
            return None
        return Section("risks", title, [Paragraph([say("risks.none"), Code(found.unassessed)], "note")])
    read = say(
        "risks.read",
        paths=say.count(found.risks.paths),
        all=say.count(found.risks.paths_of_run),
        bear=_feared_text(context),
    )
    blocks: list[Block] = [Paragraph([read], "note"), _overview(context)]
    for one in found.risks.risks:
        blocks += _risk(context, one)
    return Section("risks", title, blocks)


def _number(estimate: Estimate) -> Number:
    return estimate.to_json()


def _columns(context: Context, first: str) -> list[Column]:
    say = context.say
    points = say("unit.points.axis")
    return [
        Column(first, numeric=False),
        Column(say("risks.bear", bear=_feared_text(context)), points),
        Column(say("risks.below_zero"), points),
        Column(say("risks.value"), context.unit(VALUE).axis),
        Column(say("risks.likeliest"), numeric=False),
    ]


def _overview(context: Context) -> Table:
    """Return the cases of each risk that raise and lower bear the most, the risk of the widest move first."""
    say, entity = context.say, context.leader
    computed = [one for one in _found(context) if one.cases]
    ordered = sorted(
        computed, key=lambda one: -abs(one.largest(entity).effects[entity].chances[one.feared].value)
    )
    rows = [
        Row(
            [say.told(one.risk.title), say("list.colon"), say.told(case.case.title)],
            _cells(context, case, entity),
        )
        for one in ordered
        for case in one.ends(entity)
    ]
    caption = say("risks.overview", entity=context.entity_text(entity), bear=_feared_text(context))
    return Table(caption, _columns(context, say("risks.risk")), rows)


def _found(context: Context) -> tuple[RiskResult, ...]:
    return context.found.risks.risks if context.found.risks else ()


def _feared(context: Context) -> str:
    """Return the verdict by whose chance cases are told."""
    return context.found.risks.feared if context.found.risks else ""


def _feared_text(context: Context) -> str:
    return context.say(f"verdict.the_{_feared(context)}")


def _believed(context: Context, entity: str) -> Outlook:
    assert context.found.risks is not None
    return context.found.risks.believed[entity]


def _risk(context: Context, one: RiskResult) -> Iterator[Block]:
    say, risk = context.say, one.risk
    entities = [context.leader, *(name for name in risk.companies if name != context.leader)]
    yield Heading(say.told(risk.title).text)
    yield Paragraph([say.told(risk.question)])
    if one.cases:
        answer: list[Inline] = []
        for entity in entities:
            answer += [*([say("answer.space")] if answer else []), *_answer(context, one, entity)]
        yield Paragraph(answer, "answer")
        yield _effects(context, one, entities)
        yield _chart(context, one, entities)
        yield _changed(context, one)
    for case, reason in one.lost:
        yield Paragraph([*say.fill("risks.lost", case=say.told(case.title)), Code(reason)], "note")
    note: list[Inline] = [say.told(risk.note), say("answer.space")] if risk.note else []
    if risk.sources:
        note += [say("risks.sources"), *cited(context, risk.sources), say("list.stop")]
    if note:
        yield Paragraph(note, "note")


def _answer(context: Context, one: RiskResult, entity: str) -> list[Inline]:
    """Return the sentence that answers the question for one entity, by the case that moves it the most."""
    say, found = context.say, one.largest(entity)
    effect, then, now = found.effects[entity], found.outlooks[entity], _believed(context, entity)
    of = context.of(entity)
    change = effect.chances[_feared(context)]
    if not distinguishable(change):
        return say.fill("risks.bear_same", entity=of, bear=context.within(_feared(context)))
    pieces = say.fill(
        f"risks.bear_{_turn(change)}",
        entity=of,
        case=say.told(found.case.title),
        bear=context.within(_feared(context)),
        points=say.unit("points").prose.format(
            n=_rounded(context, 100 * abs(effect.chances[_feared(context)].value))
        ),
        then=f"{100 * then.chances[_feared(context)].value:.0f}%",
    )
    size = abs(effect.value.value) * context.factor(VALUE)
    amount = context.unit(VALUE).prose.format(n=_rounded(context, size))
    turn = _turn(effect.value) if distinguishable(effect.value) else "same"
    pieces += say.fill(f"risks.value_{turn}", amount=amount)
    key = "stays" if then.likeliest == now.likeliest else "becomes"
    pieces += say.fill(
        f"risks.verdict_{key if then.clear else 'close'}",
        verdict=context.verdict(then.likeliest),
        before=context.within(now.likeliest),
    )
    return pieces


def _turn(change: Estimate) -> str:
    return "up" if change.value > 0 else "down"


def _rounded(context: Context, size: float) -> str:
    """Return a size as a sentence needs it: to two digits, whole where it is ten or more."""
    return context.say.given(round(size) if size >= 9.95 else float(f"{size:.2g}"))


def _effects(context: Context, one: RiskResult, entities: list[str]) -> Table:
    say = context.say
    rows: list[Row] = []
    explained: set[str] = set()
    for entity in entities:
        now = _believed(context, entity)
        believed = say.fill(
            "risks.believed",
            verdict_feared=_feared_text(context),
            entity=context.entity(entity),
            bear=say.percent(_number(now.chances[_feared(context)])),
            below=say.percent(_number(now.below_zero)),
            value=context.number(VALUE, _number(now.value), unit=True),
            verdict=context.within(now.likeliest),
        )
        rows.append(Row(believed, ()))
        for case in one.cases:
            note: list[Inline] = []
            for why in case.surprises[entity]:
                if why.name not in explained:
                    gap: list[Inline] = [say("answer.space")] if note else []
                    note += [*gap, say("risks.surprise", mark=MARK), say.told(why.note)]
                    note += [say("answer.space"), *_judged(context, case, entity)]
                    explained.add(why.name)
            rows.append(Row([say.told(case.case.title)], _cells(context, case, entity), note=note))
    caption = say("risks.caption", title=say.told(one.risk.title).text)
    return Table(caption, _columns(context, say("risks.case")), rows)


def _judged(context: Context, case: CaseResult, entity: str) -> list[Inline]:
    """Return what a case does to the means of what the rules read: the numbers behind a reason."""
    say, changes = context.say, list[str]()
    for metric, change in case.judged[entity].items():
        one = shown(metric)
        unit = say.unit("points") if "%" in context.unit(one).prose else context.unit(one)
        text = _change(context, change, context.factor(one))
        amount = say.amount(text, unit) if distinguishable(change) else text
        changes.append(context.label_within(metric) + say("list.space") + amount)
    told = say("list.semicolon").join(changes)
    return say.fill("risks.judged", entity=context.of(entity), changes=told) if changes else []


def _cells(context: Context, case: CaseResult, entity: str) -> list[Inlines]:
    effect: Effect = case.effects[entity]
    then = case.outlooks[entity]
    marked = {why.metric for why in case.surprises[entity]}
    verdict: list[Inline] = [
        context.verdict(then.likeliest),
        context.say("list.open"),
        f"{100 * then.chances[then.likeliest].value:.0f}%",
        context.say("list.close"),
    ]
    if not then.clear:
        verdict.append(context.say("risks.unclear"))
    return [
        [
            _change(context, effect.chances[_feared(context)], 100.0)
            + (f" {MARK}" if _feared(context) in marked else "")
        ],
        [_change(context, effect.below_zero, 100.0)],
        [
            _change(context, effect.value, context.factor(VALUE))
            + (f" {MARK}" if VALUE.metric in marked else "")
        ],
        verdict,
    ]


def _change(context: Context, change: Estimate, factor: float) -> str:
    """Return a change with its sign and error; one within two errors is said to be none."""
    if not distinguishable(change):
        return context.say("risks.same")
    text = context.say.usable(_number(change), factor)
    return text if text.startswith("−") else f"+{text}"


def _chart(context: Context, one: RiskResult, entities: list[str]) -> Charts:
    say = context.say
    title = say("risks.chart", title=say.told(one.risk.title).text)
    across = say("unit.paths.prose", n="").strip()
    charts = []
    for entity in entities:
        rows = [_stack(context, say("risks.as_believed"), _believed(context, entity))]
        rows += [_stack(context, say.told(case.case.title).text, case.outlooks[entity]) for case in one.cases]
        words = say("list.semicolon").join(f"{row.label}{say('list.colon')}{row.end}" for row in rows)
        drawing = stacks(SMALL, rows, f"{title}, {context.entity_text(entity)}", across)
        charts.append(Chart(entity, False, [context.entity(entity)], None, drawing, words + say("list.stop")))
    legend = [(name, say(f"verdict.{name}")) for name in context.codes]
    return Charts(
        f"risk-{one.risk.name}", title, charts, legend, [say("risks.chart_about", bear=_feared_text(context))]
    )


def _stack(context: Context, label: str, outlook: Outlook) -> Stack:
    parts = {name: max(outlook.chances[name].value, 0.0) for name in context.codes}
    return Stack(label, parts, f"{100 * outlook.chances[_feared(context)].value:.0f}%")


def _changed(context: Context, one: RiskResult) -> Table:
    """Return what each case changes, beside what is believed."""
    say = context.say
    head = [
        Column(say("prior.name"), numeric=False),
        *(Column(say(f"quantile.{name}"), say("risks.as_believed")) for name in ("p10", "p50", "p90")),
        Column(say("risks.here")),
        Column(say("prior.unit"), numeric=False),
    ]
    rows: list[Row] = []
    for case in one.cases:
        note: list[Inline] = [say.told(case.case.note)] if case.case.note else []
        rows.append(Row([say.told(case.case.title)], (), note=note))
        rows += [_moved(context, moved) for moved in case.moved]
    return Table(say("risks.changed"), head, rows)


def _moved(context: Context, one: Moved) -> Row:
    say = context.say
    if not one.quantiles:
        before, here = Code(one.before), Code(str(one.value))
        return Row(context.prior_and_name(one.name), [["–"], [before], ["–"], [here], [""]])
    asked = f" ({one.asked.upper()})" if isinstance(one.asked, str) else ""
    unit = say.unit(one.unit)
    cells: list[Inlines] = [[say.given(unit.factor * x)] for x in one.quantiles]
    if one.quantiles[0] == one.quantiles[-1]:
        cells = [["–"], cells[1], ["–"]]
    here = say.given(unit.factor * float(one.value)) + asked
    return Row(context.prior_and_place(one.name), [*cells, [here], [unit.axis]])
