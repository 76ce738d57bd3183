"""Where the study takes a stand: contradictions of its sources, its scorecard, the evidence it is held to."""

from simulator.estimate import Number as Estimate
from simulator.report.estimates import Number
from simulator.report.page.context import Context, shown
from simulator.report.page.document import (
    Block,
    Code,
    Column,
    Inline,
    Inlines,
    Link,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections import thresholds
from simulator.report.page.speech import Unit


def contradictions(context: Context) -> Section | None:
    """Return the contradictions that the study faces, and what it makes of them; None where it names none."""
    say, study = context.say, context.found.run.study
    if not study.contradictions:
        return None
    head = [Column(say(f"contradictions.{name}"), numeric=False) for name in ("what", "treatment", "priors")]
    rows = []
    for one in study.contradictions:
        links: list[Inlines] = [[Link(context.prior(name), f"#prior-{name}")] for name in one.priors]
        rows.append(Row([say.told(one.title)], [[say.told(one.treatment)], say.listed(links)]))
    blocks: list[Block] = [
        Paragraph([say("contradictions.read")], "note"),
        Table(say("contradictions.caption"), head, rows, kind="prose"),
    ]
    return Section("contradictions", say("section.contradictions"), blocks)


def scorecard(context: Context) -> Section | None:
    """Return the chance of each item of the investor scorecard; None where the study has none."""
    say, scored = context.say, context.summary["scorecard"]
    items = context.found.run.study.settings.scorecard
    if not items or not scored:
        return None
    head = [Column(say("scorecard.item"), say("scorecard.passes"), numeric=False)]
    head += [Column(context.entity_text(entity), say("unit.paths.axis")) for entity in scored]
    rows = []
    for index, item in enumerate(items):
        one, unit = shown(item.metric), context.unit(shown(item.metric))
        least = say.bound("verdict.least", say.given(item.min * context.factor(one)), unit)
        title: list[Inline] = [
            say.told(item.title),
            say("list.colon"),
            f"{context.label(item.metric)}{say('list.space')}{least}",
        ]
        cells = [[say.percent(own["items"][index]["pass"])] for own in scored.values()]
        rows.append(Row(title, cells, note=[say.told(item.note)] if item.note else ()))
    for count in range(len(items) + 1):
        cells = [[say.percent(own["passes"][str(count)])] for own in scored.values()]
        rows.append(Row([say("scorecard.count", n=str(count), all=str(len(items)))], cells))
    blocks: list[Block] = [Table(say("scorecard.caption"), head, rows), *thresholds.table(context)]
    return Section("scorecard", say("section.scorecard"), blocks)


def evidence(context: Context) -> Section | None:
    """Return the study's predictive checks with what the study says; None where it has none."""
    say, checks = context.say, context.found.checks
    if checks is None:
        return None
    head = [
        Column(say("evidence.quantity"), numeric=False),
        Column(say("evidence.agrees"), numeric=False),
        Column(say("evidence.asks"), numeric=False),
        Column(say("evidence.range")),
        Column(say("evidence.inside")),
        *(Column(say(f"quantile.{name}")) for name in ("p10", "p50", "p90")),
        Column(say("prior.sources"), numeric=False),
    ]
    rows = []
    for outcome in checks.outcomes:
        check = outcome.check
        unit = say.unit(check.unit)
        low, high = (say.given(unit.factor * bound) for bound in (check.low, check.high))
        span = say("outcomes.span", low=low, high=high)
        agrees = say("evidence.yes" if outcome.passed else "evidence.no") + ("" if outcome.clear else " ?")
        if check.statistic == "value_within":
            cells: list[Inlines] = [[""], [""], [_plain(context, outcome.mean, unit)], [""]]
        else:
            cells = [[say.rough_percent(_number(outcome.inside))]]
            cells += [[_plain(context, outcome.quantiles[name], unit)] for name in ("p10", "p50", "p90")]
        title = [say.told(check.title), *([say("list.comma"), unit.axis] if unit.axis else [])]
        asks = say(f"evidence.{check.statistic}")
        sources = cited(context, check.sources) if check.sources else [say("basis.judgement")]
        rows.append(Row(title, [[agrees], [asks], [span], *cells, sources], strong=not outcome.passed))
    passed = len(checks.outcomes) - len(checks.failed)
    count = say("evidence.count", passed=say.count(passed), all=say.count(len(checks.outcomes)))
    paths = say("evidence.paths", paths=say.count(checks.run.plan.paths))
    blocks: list[Block] = [
        Paragraph([count, say("answer.space"), say("evidence.read"), say("answer.space"), paths], "note"),
        Table(say("evidence.caption"), head, rows),
    ]
    return Section("evidence", say("section.evidence"), blocks)


def _plain(context: Context, estimate: Estimate, unit: Unit) -> str:
    return context.say.estimate(_number(estimate), unit.factor)


def _number(estimate: Estimate) -> Number:
    return estimate.to_json()


def cited(context: Context, sources: tuple[str, ...]) -> list[Inline]:
    """Return sources as references to the bibliography."""
    if not sources:
        return ["–"]
    known = context.found.run.study.sources
    links: list[Inlines] = [
        [Link(name, f"#source-{name}") if name in known else Code(name)] for name in sources
    ]
    return context.say.listed(links)
