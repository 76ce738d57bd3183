"""The answer on one page: a sentence, a chart, three numbers, what drives it, what would change it.

Every statement is a number of the run, and no adjective goes beyond it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite, isnan

from simulator.analysis.display import display_of
from simulator.estimate import Number, apart
from simulator.estimate.verdicts import sign_metric
from simulator.report.console import capital
from simulator.report.drawing import stack
from simulator.report.page import document as doc
from simulator.report.page.context import DAGGER, Context
from simulator.report.page.document import Content, Inline, KeyNumber, Notice, Paragraph
from simulator.report.page.sections import drivers, flips, headlines, structures, thresholds
from simulator.report.page.sections.method import unmodelled
from simulator.study.domain import rate_metric

#: Rows of the tornado, and numbers that come first.
ROWS, NUMBERS = 5, 3

ZERO = Number(0.0, 0.0)


def answer(context: Context, priors: int | None = None) -> doc.Section:
    """Return the first section, which can be read by itself.

    Parameters
    ----------
    context
        The run.
    priors
        How many leading priors the document's table of what would change the verdict has; all if not given.
    """
    t = context.t
    blocks: list[doc.Block] = list(notices(context))
    base = _base(context) if context.leader in context.summary.verdicts else []
    if worth := _worth(context):
        blocks += [Paragraph(worth, "lead"), Paragraph(context.sentences(_lead(context), base))]
    else:
        lead = _lead(context)
        blocks += [Paragraph(lead, "lead")] if lead else []
        blocks += [Paragraph(base)] if base else []
    if band := structures.band(context):
        blocks.append(Paragraph(band))
    if context.summary.verdicts:
        blocks.append(_chart(context))
    if items := list(_numbers(context)):
        blocks.append(doc.KeyNumbers(items))
    blocks += _drives(context)
    if changes := flips.sentences(context, priors):
        blocks += [
            doc.Heading(t("answer.flips")),
            doc.Bullets([*changes, *thresholds.sentence(context)]),
            Paragraph(t("answer.flip_read", n=t.rounded_percent(flips.TAIL)), "note"),
        ]
    blocks += [doc.Heading(t("answer.unknown")), doc.Bullets(list(_unknown(context)))]
    return doc.Section("answer", t("section.answer"), [*blocks, Paragraph(t("answer.error"), "note")])


def notices(context: Context) -> Iterator[Notice]:
    """Give what is wrong with the run or the study: every gate that failed, and heavy tails."""
    t, found = context.t, context.found
    if found.run.status != "complete":
        paths = t.count(found.run.plan.paths)
        yield Notice(t("notice.unfinished"), [t("notice.unfinished_is", paths=paths)])
    if found.not_finite:
        yield Notice(t("notice.not_finite"), [doc.Code(line) for line in found.not_finite])
    if missed := [one for one in found.run.accuracy if not one.met]:
        lines = [
            [doc.Code(str(one.target)), t("notice.achieved", error=f"{one.error:.2g}")] for one in missed
        ]
        yield Notice(t("notice.accuracy"), lines)
    if found.checks is not None and found.checks.failed:
        titles = {one.check.name: one.check.title for one in found.checks.outcomes}
        yield Notice(t("notice.checks"), [t.translate(titles[name]) for name in found.checks.failed])
    if heavy := _heavy(context):
        yield Notice(f"{t('notice.heavy')} {DAGGER}", [t("notice.heavy_is"), heavy])


def _heavy(context: Context) -> list[Inline]:
    """Return the metrics with a heavy tail, where the report has a mean of them."""
    listed = []
    for name in context.found.heavy:
        if isfinite(context.summary.estimates[name]["mean"].value):
            metric, _, entity = name.rpartition(".") if "." in name else (name, "", "model")
            listed.append([context.entity(entity), context.t("list.of"), context.label(metric)])
    return context.t.list_of(listed)


def _worth(context: Context) -> list[Inline]:
    """Return how often the metric that tells gain from loss is below zero, and what it is per dollar."""
    t, entity, one = context.t, context.leader, context.valued
    estimate = context.statistics(one, entity) if sign_metric(context.found.run.units) else None
    if estimate is None or isnan(estimate["prob_below_zero"].value):
        return []
    below = t.compose(
        "answer.below",
        metric=context.label_within(one.metric),
        entity=context.of(entity),
        p=t.rounded_percent(estimate["prob_below_zero"]),
    )
    note = f"metric.{one.metric}.loss"
    return context.sentences(below, t(note) if t.has(note) else "", _rate(context))


def _rate(context: Context) -> str:
    """Return what is gained or lost per dollar on average; empty where the model does not tell."""
    t, rate = context.t, rate_metric(context.found.run.units)
    estimate = context.statistics(display_of(rate), context.leader) if rate else None
    if estimate is None or not isfinite(estimate["mean"].value):
        return ""
    mean = estimate["mean"]
    if not apart(mean, ZERO):
        return t("answer.rate_even")
    cents = t.rounded(abs(mean), 100.0, t.unit("cents")) + (DAGGER if estimate.heavy_tail else "")
    return t("answer.rate_gains" if mean.value > 0 else "answer.rate_loses", n=cents)


def _lead(context: Context) -> list[Inline]:
    """Return the answer in a sentence: the likeliest verdict, or the mean of the leading metric."""
    t, entity, one = context.t, context.leader, context.lead
    if lost := context.summary.no_verdict:
        worst = max(lost, key=lambda name: lost[name].value)
        return t.compose("answer.unjudged", entity=context.of(worst), share=t.rounded_percent(lost[worst]))
    if chances := context.summary.verdicts.get(entity):
        return _likeliest(context, entity, chances)
    estimate = context.statistics(one, entity) if one else None
    if one is None or estimate is None or not isfinite(estimate["mean"].value):
        return []
    if not apart(estimate["mean"], ZERO):
        return [t("answer.even", metric=context.label(one.metric))]
    mean = context.rounded(one, estimate["mean"])
    return t.compose("answer.mean", metric=context.label(one.metric), mean=mean)


def _likeliest(context: Context, entity: str, chances: Mapping[str, Number]) -> list[Inline]:
    t, order = context.t, sorted(chances, key=lambda name: chances[name].value, reverse=True)
    values: dict[str, Inline] = {}
    for place, name in zip(("first", "second", "third"), order, strict=False):
        first = place == "first"
        values[place] = context.verdict(name) if first else context.within(name)
        values[f"p_{place}"] = (t.about_percent if first else t.rounded_percent)(chances[name])
    key = "answer.clear" if apart(chances[order[0]], chances[order[1]]) else "answer.close"
    key = f"{key}_two" if len(order) == 2 else key
    further = (
        t.compose("answer.further", verdict=context.verdict(name), p=t.rounded_percent(chances[name]))
        for name in order[3:]
    )
    return context.sentences(t.compose(key, entity=context.of(entity), **values), *further)


def _base(context: Context) -> list[Inline]:
    """Return what base is: all else, which is no middle, for it is paths that gain and paths that lose."""
    t, base = context.t, context.verdict(context.rest)
    if not (parts := context.summary.verdict_split.get(context.leader)):
        return t.compose("answer.base", base=base)
    gains, losses = map(t.rounded_percent, parts.values())
    return t.compose("answer.base_split", base=base, gains=gains, losses=losses)


def _chart(context: Context) -> doc.Charts:
    """Return the chances of the verdicts as bars."""
    t, verdicts, title = context.t, context.summary.verdicts, context.t("answer.verdicts")
    rows = [
        (
            context.entity_text(entity),
            {name: one.value for name, one in context.chances(entity).items()},
            {name: t.rounded_percent(one) for name, one in context.chances(entity).items()},
        )
        for entity in verdicts
    ]
    words = context.clauses(
        f"{name}{t('list.colon')}"
        + context.comma(*(f"{text} {texts[kind]}" for kind, text in context.legend))
        for name, _, texts in rows
    )
    chart = context.chart(context.leader, lambda size: stack(size, rows, title), words)
    finding = capital(headlines.verdicts(context, verdicts))
    return doc.Charts("verdicts", title, [replace(chart, title=finding or title)], context.legend)


def _numbers(context: Context) -> Iterator[KeyNumber]:
    """Give the numbers that come first: the leading metric, how often it is below zero, named medians."""
    t, entity, charted = context.t, context.leader, context.found.charted
    valued = bool(charted) and charted[0].low_is_bad
    estimate = context.statistics(charted[0], entity) if valued else None
    if estimate and not isnan(estimate["prob_below_zero"].value):
        yield KeyNumber(
            t.rounded_percent(estimate["prob_below_zero"]),
            t("answer.numbers_loss", metric=context.label_within(charted[0].metric)),
            t("answer.numbers_loss_note"),
        )
    for one in charted[:1] if valued else charted[:NUMBERS]:
        estimate = context.statistics(one, entity)
        if estimate and isfinite(estimate["mean"].value):
            low, high = (context.rounded(one, estimate[end]) for end in ("p05", "p95"))
            key = "answer.numbers_range" if apart(estimate["mean"], ZERO) else "answer.numbers_even"
            yield KeyNumber(
                context.rounded(one, estimate["mean"]) + (DAGGER if estimate.heavy_tail else ""),
                t("answer.numbers_value", metric=context.label(one.metric)),
                t(key, low=low, high=high),
            )
    if not estimate:
        return
    for one in (one for one in charted if t.has(f"metric.{one.metric}.middle")):
        if estimate := context.statistics(one, entity):
            middle, high = (context.rounded(one, estimate[name]) for name in ("p50", "p95"))
            note = t("answer.numbers_middle_note", high=high)
            yield KeyNumber(middle, t(f"metric.{one.metric}.middle"), note)


def _drives(context: Context) -> Iterator[doc.Block]:
    """Give the chart of the leading drivers."""
    target, lead = drivers.lead_target(context), context.lead
    if target is None or lead is None:
        return
    finding = capital(headlines.drivers(context, lead, target))
    chart = replace(drivers.tornado(context, lead, target, ROWS), title=finding, finding=())
    yield doc.Heading(context.t("answer.drives", metric=context.label_within(lead.metric)))
    yield drivers.tornadoes(context, "leading", lead, [chart])


def _unknown(context: Context) -> Iterator[Content]:
    """Give what the numbers leave out: judgement, noise, priors at one number, mechanisms left out."""
    t, target = context.t, drivers.lead_target(context)
    if target is not None and context.lead is not None:
        judged = target.unsourced
        if judged.share.distinguishable:
            shares = {"unsourced": judged.share, "of_explained": judged.of_explained}
            shares["explained"] = target.explained
            texts = {name: t.rounded_percent(share) for name, share in shares.items()}
            texts["unsourced"] = t.about_percent(judged.share)
            metric = context.label_within(context.lead.metric)
            yield t("answer.unknown_judgement", metric=metric, **texts)
        if target.unexplained.distinguishable:
            rest = t.about_percent(target.unexplained)
            yield t(f"answer.unknown_{context.unexplained}", unexplained=rest)
    if fixed := sum(prior.family == "fixed" for prior in context.found.run.study.priors.values()):
        yield t("answer.unknown_fixed", n=t.count(fixed))
    yield t("limits.model" if context.found.fans is None else f"limits.{unmodelled(context)}")
