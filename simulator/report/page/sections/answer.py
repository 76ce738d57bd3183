"""The answer on one page: a sentence, a chart, three numbers, what drives it, what would change it.

Every statement is a number of the run, and no adjective goes beyond it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from simulator.report.drawing import SMALL, WIDE, Size, stack
from simulator.report.estimates import Number, apart
from simulator.report.markup import Element
from simulator.report.page.context import DAGGER, Context, shown
from simulator.report.page.document import (
    Block,
    Bullets,
    Chart,
    Charts,
    Code,
    Heading,
    Inline,
    KeyNumber,
    KeyNumbers,
    Notice,
    Paragraph,
    Section,
)
from simulator.report.page.sections import flips, headlines, thresholds
from simulator.report.page.sections.drivers import lead_target, tornado
from simulator.report.page.shown import Shown

#: Rows of the tornado, and numbers that are shown first.
ROWS, NUMBERS = 6, 3

ZERO: Number = {"value": 0.0, "mcse": 0.0}
EVEN: Number = {"value": 0.5, "mcse": 0.0}


def answer(context: Context, priors: int | None = None) -> Section:
    """Return the first section, which can be read by itself.

    Parameters
    ----------
    context
        What is told.
    priors
        How many leading priors the document's table of what would change the verdict has; all if not given.
    """
    say = context.say
    blocks: list[Block] = list(notices(context))
    if lead := list(_lead(context)):
        blocks.append(Paragraph(lead, "lead"))
    if base := _base(context):
        blocks.append(Paragraph(base))
    if context.summary["verdicts"]:
        blocks.append(_chart(context))
    if items := list(_numbers(context)):
        blocks.append(KeyNumbers(items))
    blocks += _drives(context)
    if changes := flips.sentences(context, priors):
        share = say.rough_percent({"value": flips.TAIL, "mcse": 0.0})
        blocks += [Heading(say("answer.flips")), Bullets([*changes, *thresholds.sentence(context)])]
        blocks.append(Paragraph([say("answer.flip_read", n=share)], "note"))
    blocks += [Heading(say("answer.unknown")), Bullets(list(_unknown(context)))]
    blocks.append(Paragraph([say("answer.error")], "note"))
    return Section("answer", say("section.answer"), blocks)


def notices(context: Context) -> Iterator[Notice]:
    """Give what is wrong with the run or the study: every gate that failed, and heavy tails."""
    say, found = context.say, context.found
    if found.run.status != "complete":
        yield Notice(
            say("notice.unfinished"), [[say("notice.unfinished_is", paths=say.count(found.run.plan.paths))]]
        )
    if found.not_finite:
        yield Notice(say("notice.not_finite"), [[Code(line)] for line in found.not_finite])
    if missed := [one for one in found.run.accuracy if not one.met]:
        lines = [[Code(str(one.target)), say("notice.achieved", error=f"{one.error:.2g}")] for one in missed]
        yield Notice(say("notice.accuracy"), lines)
    if found.checks is not None and found.checks.failed:
        titles = {one.check.name: one.check.title for one in found.checks.outcomes}
        yield Notice(say("notice.checks"), [[say.told(titles[name])] for name in found.checks.failed])
    if heavy := _heavy(context):
        yield Notice(f"{say('notice.heavy')} {DAGGER}", [[say("notice.heavy_is")], heavy])


def _heavy(context: Context) -> list[Inline]:
    """Return the metrics with a heavy tail, where a mean is told of them."""
    told = []
    for name in context.found.heavy:
        if context.summary["estimates"][name]["mean"]["value"] is None:
            continue
        metric, _, entity = name.rpartition(".") if "." in name else (name, "", "model")
        told.append([context.entity(entity), context.say("list.of"), context.label(metric)])
    return context.say.listed(told)


def _lead(context: Context) -> Iterator[Inline]:
    """Give the answer in a sentence: the likeliest verdict, or the mean of the leading metric."""
    say, entity = context.say, context.leader
    if lost := context.summary.get("no_verdict"):
        worst = max(lost, key=lambda name: lost[name]["value"])
        share = say.rough_percent(lost[worst])
        yield from say.fill("answer.unjudged", entity=context.of(worst), share=share)
        return
    if chances := context.summary["verdicts"].get(entity):
        yield from _likeliest(context, entity, chances)
        return
    first = context.found.charted[0] if context.found.charted else None
    estimate = context.estimate(first, entity) if first else None
    if first is not None and estimate is not None and estimate["mean"]["value"] is not None:
        mean, label = estimate["mean"], context.label(first.metric)
        if apart(mean, ZERO):
            yield from say.fill("answer.mean", metric=label, mean=context.rough(first, mean))
        else:
            yield say("answer.even", metric=label)


def _likeliest(context: Context, entity: str, chances: Mapping[str, Number]) -> list[Inline]:
    order = sorted(chances, key=lambda name: chances[name]["value"] or 0.0, reverse=True)
    say, places = context.say, ("first", "second", "third")
    values: dict[str, Inline] = {
        place: context.within(name) for place, name in zip(places, order, strict=False)
    }
    values["first"] = context.verdict(order[0])
    values |= {
        f"p_{place}": say.rough_percent(chances[name]) for place, name in zip(places, order, strict=False)
    }
    key = "answer.clear" if apart(chances[order[0]], chances[order[1]]) else "answer.close"
    if len(order) == 2:
        return say.fill(f"{key}_two", entity=context.of(entity), **values)
    pieces = say.fill(key, entity=context.of(entity), **values)
    for name in order[3:]:
        share = say.rough_percent(chances[name])
        pieces += [say("answer.space"), *say.fill("answer.further", verdict=context.verdict(name), p=share)]
    return pieces


def _base(context: Context) -> list[Inline]:
    """Return what base is: all else, which is no middle where most of its paths lose too."""
    say = context.say
    if context.leader not in context.summary["verdicts"]:
        return []
    part = context.given(shown("value_created"), context.leader).get(context.rest)
    if part is None or not (apart(part["prob_below_zero"], EVEN) and part["prob_below_zero"]["value"] > 0.5):
        return say.fill("answer.base", base=context.verdict(context.rest))
    below = say.rough_percent(part["prob_below_zero"])
    metric = context.label_within("value_created")
    return say.fill("answer.base_loses", base=context.verdict(context.rest), below=below, metric=metric)


def _chart(context: Context) -> Charts:
    """Return the chances of the verdicts as bars."""
    say, verdicts = context.say, context.summary["verdicts"]
    rows = [
        (
            context.entity_text(entity),
            {name: chances[name]["value"] for name in context.codes},
            {name: say.rough_percent(chances[name]) for name in context.codes},
        )
        for entity, chances in verdicts.items()
    ]
    title = say("answer.verdicts")
    words = say("list.semicolon").join(
        f"{name}{say('list.colon')}"
        + say("list.comma").join(f"{say(f'verdict.{verdict}')} {texts[verdict]}" for verdict in context.codes)
        for name, _, texts in rows
    )

    def drawn(size: Size) -> Element:
        return stack(size, rows, title)

    finding = headlines.verdicts(context, verdicts)
    chart = Chart(
        context.leader,
        leads=True,
        title=[capital(finding) or title],
        wide=drawn(WIDE),
        small=drawn(SMALL),
        words=words + say("list.stop"),
    )
    legend = [(name, say(f"verdict.{name}")) for name in context.codes]
    return Charts("verdicts", title, [chart], legend)


def _numbers(context: Context) -> Iterator[KeyNumber]:
    """Give the numbers that are shown first: value created, how often it is lost, what stands idle."""
    charted, entity = context.found.charted, context.leader
    for one in charted[:NUMBERS] if not charted or charted[0].metric != "value_created" else charted[:1]:
        if (estimate := context.estimate(one, entity)) and estimate["mean"]["value"] is not None:
            yield _mean(context, one, estimate)
    if (
        charted
        and charted[0].metric == "value_created"
        and (estimate := context.estimate(charted[0], entity))
        and estimate["prob_below_zero"]["value"] is not None
    ):
        yield KeyNumber(
            context.say.rough_percent(estimate["prob_below_zero"]),
            context.say("answer.numbers_loss", metric=context.label_within("value_created")),
            context.say("answer.numbers_loss_note"),
        )
        yield from _stranded(context, entity)


def _mean(context: Context, one: Shown, estimate: Mapping[str, Any]) -> KeyNumber:
    say = context.say
    low, high = (context.rough(one, estimate[end]) for end in ("p05", "p95"))
    key = "answer.numbers_range" if apart(estimate["mean"], ZERO) else "answer.numbers_even"
    flag = DAGGER if estimate["heavy_tail"] else ""
    return KeyNumber(
        context.rough(one, estimate["mean"]) + flag,
        say("answer.numbers_value", metric=context.label(one.metric)),
        say(key, low=low, high=high),
    )


def _stranded(context: Context, entity: str) -> Iterator[KeyNumber]:
    one = next((one for one in context.found.charted if one.metric == "stranded_share"), None)
    estimate = context.estimate(one, entity) if one else None
    if one is not None and estimate is not None:
        middle, high = (context.rough(one, estimate[name]) for name in ("p50", "p95"))
        say = context.say
        yield KeyNumber(
            middle, say("answer.numbers_stranded"), say("answer.numbers_stranded_note", high=high)
        )


def _drives(context: Context) -> Iterator[Block]:
    """Give the chart of the leading drivers."""
    say, target = context.say, lead_target(context)
    if target is None:
        return
    lead = context.found.charted[0]
    legend = [("low", say("drivers.low")), ("high", say("drivers.high"))]
    title = say("drivers.tornado", metric=context.label(lead.metric))
    chart = tornado(context, lead, target, ROWS)
    chart = replace(chart, title=[capital(headlines.drivers(context, lead, target))], finding=())
    yield Heading(say("answer.drives", metric=context.label_within(lead.metric)))
    yield Charts("leading", title, [chart], legend)


def _unknown(context: Context) -> Iterator[list[Inline]]:
    """Give what the numbers do not hold: judgement, noise, priors at one number, mechanisms left out."""
    say, target = context.say, lead_target(context)
    if target is not None:
        metric = context.label_within(context.found.charted[0].metric)
        if target["unsourced"]["share"]["distinguishable"]:
            judged = target["unsourced"]
            shares = {
                "unsourced": say.rough_percent(judged["share"]),
                "of_explained": say.rough_percent(judged["of_explained"]),
                "explained": say.rough_percent(target["explained"]),
            }
            yield [say("answer.unknown_judgement", metric=metric, **shares)]
        if target["unexplained"]["distinguishable"]:
            unexplained = say.rough_percent(target["unexplained"])
            yield [say("answer.unknown_noise", unexplained=unexplained)]
    if fixed := sum(prior.family == "fixed" for prior in context.found.run.study.priors.values()):
        yield [say("answer.unknown_held", n=say.count(fixed))]
    yield [say("limits.model" if context.found.fans is None else "limits.buildout")]


def capital(text: str) -> str:
    """Return a text as it begins a line."""
    return text[:1].upper() + text[1:]
