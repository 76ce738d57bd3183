"""The answer in plain words: every statement is a number of the run, and no adjective goes beyond it."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.report.page.context import DAGGER, VERDICTS, Context, Number
from simulator.report.page.document import Block, Code, Inline, Notice, Paragraph, Section
from simulator.report.page.shown import Shown

#: Standard errors of a difference from which on two numbers are told apart.
APART = 2.0


def answer(context: Context) -> Section:
    """Return the first section: what must be known before, the answer, and what its errors are."""
    blocks: list[Block] = list(notices(context))
    pieces: list[Inline] = []
    for sentence in _sentences(context):
        pieces += [*([context.say("answer.space")] if pieces else []), *sentence]
    blocks.append(Paragraph(pieces, "lead"))
    blocks.append(Paragraph([context.say("answer.error")], "note"))
    return Section("answer", context.say("section.answer"), blocks)


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


def _sentences(context: Context) -> Iterator[list[Inline]]:
    say, entity = context.say, context.leader
    chances = context.summary["verdicts"].get(entity)
    if chances:
        yield _likeliest(context, entity, chances)
    first = context.found.charted[0] if context.found.charted else None
    if first is not None and (estimate := context.estimate(first, entity)):
        if first.metric == "value_created" and estimate["mean"]["value"] is not None:
            yield _value(context, first, estimate)
        elif estimate["mean"]["value"] is not None:
            mean = context.number(first, estimate["mean"], unit=True)
            yield say.fill("answer.mean", metric=context.label(first.metric), mean=mean)
        ends = {end: context.number(first, estimate[end], unit=True) for end in ("p05", "p95")}
        label = context.label(first.metric)
        yield say.fill("answer.range", metric=label, low=ends["p05"], high=ends["p95"])
    yield from _stranded(context, entity)
    yield from _companies(context)
    yield from _drivers(context, first, entity)


def _likeliest(context: Context, entity: str, chances: Mapping[str, Number]) -> list[Inline]:
    order = sorted(VERDICTS, key=lambda name: chances[name]["value"] or 0.0, reverse=True)
    places = ("first", "second", "third")
    values: dict[str, Inline] = {
        place: context.within(name) for place, name in zip(places, order, strict=True)
    }
    values["first"] = context.verdict(order[0])
    values |= {
        f"p_{place}": context.say.percent(chances[name]) for place, name in zip(places, order, strict=True)
    }
    clear = _apart(chances[order[0]], chances[order[1]])
    return context.say.fill("answer.clear" if clear else "answer.close", entity=context.of(entity), **values)


def _value(context: Context, one: Shown, estimate: Mapping[str, Any]) -> list[Inline]:
    mean = estimate["mean"]
    value = mean["value"] or 0.0
    flag = DAGGER if estimate["heavy_tail"] else ""
    if not _apart(mean, {"value": 0.0, "mcse": 0.0}):
        key = "answer.even"
    else:
        key = "answer.creates" if value > 0 else "answer.destroys"
    size = context.number(one, {"value": abs(value), "mcse": mean["mcse"]}, unit=True)
    return context.say.fill(key, amount=size + flag, p=context.say.percent(estimate["prob_below_zero"]))


def _stranded(context: Context, entity: str) -> Iterator[list[Inline]]:
    one = next((one for one in context.found.charted if one.metric == "stranded_share"), None)
    estimate = context.estimate(one, entity) if one else None
    if one is not None and estimate is not None:
        p50, p95 = (context.number(one, estimate[name], unit=True) for name in ("p50", "p95"))
        yield context.say.fill("answer.stranded", middle=p50, high=p95)


def _companies(context: Context) -> Iterator[list[Inline]]:
    """Give the companies with the least and the greatest chance of bear, if they can be told apart."""
    chances = {
        name: own["bear"] for name, own in context.summary["verdicts"].items() if name != context.leader
    }
    if len(chances) < 2:
        return
    least, most = (pick(chances, key=lambda name: chances[name]["value"]) for pick in (min, max))
    if _apart(chances[most], chances[least]):
        yield context.say.fill(
            "answer.companies",
            bear=context.within("bear"),
            least=context.entity(least),
            most=context.entity(most),
            p_least=context.say.percent(chances[least]),
            p_most=context.say.percent(chances[most]),
        )


def _drivers(context: Context, first: Shown | None, entity: str) -> Iterator[list[Inline]]:
    drivers = context.found.drivers
    if drivers is None or first is None:
        return
    target = drivers["targets"].get(context.found.name(first.metric, entity))
    if target is None or target["constant"] or not target["drivers"]:
        return
    top = target["drivers"][0]
    if target["unsourced"]["share"]["distinguishable"] and top["share"]["distinguishable"]:
        yield context.say.fill(
            "answer.drivers",
            metric=context.label_within(first.metric),
            unsourced=context.say.percent(target["unsourced"]["share"]),
            prior=Code(top["prior"]),
            share=context.say.percent(top["share"]),
        )


def _apart(a: Number, b: Number) -> bool:
    """Whether two estimates differ by more than their errors can."""
    errors = [0.0 if one["mcse"] is None else one["mcse"] for one in (a, b)]
    return abs((a["value"] or 0.0) - (b["value"] or 0.0)) > APART * sum(errors)
