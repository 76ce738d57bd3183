"""Runs side by side: what was changed, and what that changes, path by path."""

from collections.abc import Iterator
from math import isfinite

import numpy as np

from simulator.analysis.comparison.paired import LEVELS, Chance, Comparison, Difference
from simulator.analysis.display import MetricDisplay, display_of
from simulator.analysis.run.faults import not_numbers
from simulator.beliefs import summary_rows
from simulator.estimate import NO_VERDICT, VERDICT, Number, distinguishable, shown
from simulator.estimate.observed import UNKNOWN
from simulator.estimate.verdicts import full_name
from simulator.report.drawing import Strip, shape
from simulator.report.page.context import Context
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
)
from simulator.report.page.sections.beliefs import family
from simulator.report.page.sections.runs import attribution, described, run_name
from simulator.study import Study
from simulator.study.domain import rate_metric

#: Priors that differ from which on it is worth asking which of them does what.
FEW = 3


def sections(context: Context, found: Difference) -> list[Section]:
    """Return the sections of a comparison."""
    parts = (_answer(context, found), _changed(context, found), _verdicts(context, found))
    return [*(part for part in parts if part is not None), _metrics(context, found)]


def overview(context: Context, found: Comparison) -> Section:
    """Return all runs in one table: what each is less than or beyond the first, and which are no pairs."""
    t, entity, lead = context.t, context.leader, next(iter(found.pairs[0].charted), None)
    judged = all(entity in pair.verdicts for pair in found.pairs)
    chances = _ends(context) if judged else ()
    head = context.text_columns("compare.run")
    below = all(entity in pair.below_zero for pair in found.pairs)
    head += context.columns(*(["verdict.below_zero"] if below else []), unit=t("unit.points.axis"))
    head += context.columns(*(f"verdict.{name}" for name in chances), unit=t("unit.points.axis"))
    if lead is not None:
        head.append(Column(context.label(lead.metric), context.unit(lead).axis))
    rows = []
    for pair in found.pairs:
        changes = [pair.below_zero[entity].difference] if below else []
        changes += [pair.verdicts[entity][name].difference for name in chances]
        cells = [_bracketed(change, t.estimate(change, 100.0)) for change in changes]
        if lead is not None:
            one = pair.metrics.get(full_name(lead.metric, entity))
            mean = one.difference if one else UNKNOWN
            cells.append(_bracketed(mean, context.number(lead, mean)))
        rows.append(Row(described(context, pair.second), cells))
    caption = t("compare.all", first=run_name(found.first), entity=context.entity_text(entity))
    blocks: list[Block] = [Table(caption, head, rows)]
    if found.unpaired:
        lines = [[*described(context, run), t("list.colon"), Code(reason)] for run, reason in found.unpaired]
        blocks.insert(0, Notice(t("compare.unpaired"), lines))
    return Section("all", t("section.all_runs"), blocks)


def _ends(context: Context) -> tuple[str, ...]:
    """Return the verdicts with a rule that are listed last and first."""
    ruled = [name for name, code in context.codes.items() if code]
    return tuple(dict.fromkeys((ruled[-1], ruled[0])))


def _answer(context: Context, found: Difference) -> Section:
    t, entity, lead = context.t, context.leader, next(iter(found.charted), None)
    answers: list[Content] = list(_below_zero(context, found))
    judged = entity in found.verdicts and _judged(found, entity)
    for name in _ends(context) if judged else ():
        chance = found.verdicts[entity][name]
        answers.append(
            t.compose(
                f"compare.{_direction(chance.difference)}_chance",
                verdict=context.within(name),
                entity=context.of(entity),
                difference=t.rounded(abs(chance.difference), 100.0, t.unit("points")),
                first=t.rounded_percent(chance.first),
                second=t.rounded_percent(chance.second),
            )
        )
    one = found.metrics.get(full_name(lead.metric, entity)) if lead is not None else None
    if lead is not None and one is not None:
        answers.append(
            t.compose(
                f"compare.{_direction(one.difference)}_metric",
                metric=context.label(lead.metric),
                entity=context.of(entity),
                difference=context.rounded(lead, abs(one.difference)),
                higher=t.rounded_percent(one.higher),
                lower=t.rounded_percent(one.lower),
            )
        )
    plan = found.first.plan
    sampler = t(f"sampler.{plan.sampler}")
    read = t("compare.read", paths=t.count(found.paths), seed=t.count(plan.seed), sampler=sampler)
    blocks: list[Block] = [
        *_failed(context, found),
        Paragraph(context.sentences(*answers), "lead"),
        Paragraph(context.sentences(read, t("compare.brackets")), "note"),
    ]
    return Section("answer", t("section.answer"), blocks)


def _below_zero(context: Context, found: Difference) -> Iterator[Content]:
    """Give by how much the chance of a value below zero differs, and value per dollar."""
    t, entity = context.t, context.leader
    if (below := found.below_zero.get(entity)) is None:
        return
    yield t.compose(
        f"compare.{_direction(below.difference)}_below",
        metric=context.label_within(context.valued.metric),
        entity=context.of(entity),
        difference=t.rounded(abs(below.difference), 100.0, t.unit("points")),
        first=t.rounded_percent(below.first),
        second=t.rounded_percent(below.second),
    )
    rate = rate_metric(found.metrics)
    paired = found.metrics.get(full_name(rate, entity))
    if rate and paired is not None and (way := _direction(paired.difference)) != "unknown":
        ends = (context.rounded(display_of(rate), one) for one in (paired.first, paired.second))
        yield t(f"compare.{way}_rate", **dict(zip(("first", "second"), ends, strict=True)))


def _judged(found: Difference, entity: str) -> bool:
    """Whether every path of both runs has a verdict: chances of other paths are not compared."""
    name = full_name(VERDICT, entity)
    return not any(np.any(run.verdicts[name] == NO_VERDICT) for run in (found.first, found.second))


def _failed(context: Context, found: Difference) -> Iterator[Notice]:
    """Give what keeps the numbers of either run from being numbers: nothing is said of those paths."""
    for run in (found.first, found.second):
        if lines := not_numbers(run):
            title = context.t("compare.not_finite", run=run_name(run))
            yield Notice(title, [Code(line) for line in lines])


def _direction(difference: Number) -> str:
    """Return whether a difference is up, down, not distinguishable from none, or not known."""
    if not isfinite(difference.value):
        return "unknown"
    if not distinguishable(difference):
        return "same"
    return "up" if difference.value > 0 else "down"


def _bracketed(difference: Number, text: str) -> str:
    """Return a difference in brackets where it has an error and is not distinguishable from none."""
    return f"({text})" if difference.error > 0 and _direction(difference) == "same" else text


def _changed(context: Context, found: Difference) -> Section | None:
    t = context.t
    first, second = (_beliefs(context, run.study) for run in (found.first, found.second))
    rows = [
        Row(
            context.prior_and_name(change.name),
            [
                of.get(change.name) or (Code(text) if text else "–")
                for of, text in ((first, change.first), (second, change.second))
            ],
        )
        for change in found.changes
    ]
    blocks: list[Block] = [Paragraph(t("compare.none"))]
    if rows:
        head = context.text_columns("compare.what", "compare.first", "compare.second")
        blocks = [Paragraph(t("compare.belief_read"), "note"), Table(t("section.changed"), head, rows)]
    command = attribution(found.first, found.second)
    if len(rows) > FEW and command:
        texts: dict[str, Inline] = {"count": t.count(len(rows)), "command": Code(command)}
        blocks.insert(0, Paragraph(t.compose("compare.attribution", **texts)))
    return Section("changed", t("section.changed"), blocks)


def _beliefs(context: Context, study: Study) -> dict[str, str]:
    """Return by name what is believed of each prior of one number: its median, range and family."""
    t, found = context.t, dict[str, str]()
    for row in summary_rows(study):
        unit = t.unit(row.unit)
        low, middle, high = (t.number(unit.factor * x) for x in (row.p05, row.p50, row.p95))
        found[row.name] = t.amount(middle, unit)
        if row.p05 < row.p95:
            of = family(context, study.priors[row.name.partition("[")[0]])
            found[row.name] = t("compare.belief", middle=found[row.name], low=low, high=high, family=of)
    return found


def _verdicts(context: Context, found: Difference) -> Section | None:
    t = context.t
    if not found.verdicts:
        return None
    head = [
        *context.text_columns("verdict.of", "verdict.caption_one"),
        *context.columns("compare.first", "compare.second"),
        *context.columns("compare.difference", unit=t("unit.points.axis")),
    ]
    rows = []
    for entity, chances in found.verdicts.items():
        listed: list[tuple[Content, Chance]] = [
            (context.verdict(name), chance)
            for name, chance in shown(chances, found.split.get(entity, {})).items()
        ]
        if (below := found.below_zero.get(entity)) is not None:
            listed.insert(0, (t("verdict.below_zero"), below))
        for title, chance in listed:
            change = _bracketed(chance.difference, t.estimate(chance.difference, 100.0))
            cells = [title, t.percent(chance.first), t.percent(chance.second), change]
            rows.append(Row(context.entity(entity), cells, strong=entity == context.leader))
    to = [Column(t("compare.to", verdict=t(f"verdict.the_{name}"))) for name in context.codes]
    entity = context.leader if context.leader in found.moves else next(iter(found.moves))
    moves = [
        Row(
            t.compose("compare.from", verdict=context.within(one)),
            [t.percent(found.moves[entity][one][other]) for other in context.codes],
        )
        for one in context.codes
    ]
    caption = t("compare.moves", entity=context.entity_text(entity))
    blocks = [
        Table(t("compare.verdicts"), head, rows),
        Table(caption, [*context.text_columns("compare.from_to"), *to], moves),
    ]
    return Section("verdict", t("section.verdict"), blocks)


def _metrics(context: Context, found: Difference) -> Section:
    blocks = [block for one in (*found.charted, *found.tabled) for block in _metric(context, found, one)]
    title = context.t("section.differences")
    return Section("metrics", title, blocks, selectors=bool(found.histograms))


def _metric(context: Context, found: Difference, one: MetricDisplay) -> Iterator[Block]:
    t, factor, label = context.t, context.factor(one), context.label(one.metric)
    names = {entity: full_name(one.metric, entity) for entity in context.found.entities}
    present = {entity: found.metrics[name] for entity, name in names.items() if name in found.metrics}
    charts = [
        _chart(context, found, one, entity, names[entity])
        for entity in present
        if names[entity] in found.histograms
    ]
    if charts:
        yield Charts(one.metric, label, charts, (), t("compare.chart"))
    head = [
        Column(label, context.unit(one).axis, numeric=False),
        *context.columns("compare.first", "compare.second", "compare.difference", unit=t("compare.mean")),
        *(Column(t("compare.difference"), t(f"quantile.{name}")) for name in LEVELS),
        *context.columns("compare.higher", "compare.lower", unit=t("unit.paths.axis")),
    ]
    rows = [
        Row(
            context.entity(entity),
            [
                *(context.number(one, x) for x in (paired.first, paired.second)),
                _bracketed(paired.difference, t.concise(paired.difference, factor)),
                *(t.concise(paired.quantiles[name], factor) for name in LEVELS),
                *(t.percent(x) for x in (paired.higher, paired.lower)),
            ],
            strong=entity == context.leader,
        )
        for entity, paired in present.items()
    ]
    yield Table(t("compare.caption", metric=label), head, rows)


def _chart(context: Context, found: Difference, one: MetricDisplay, entity: str, name: str) -> Chart:
    t, unit, factor = context.t, context.unit(one), context.factor(one)
    shaped, quantiles = found.histograms[name], found.metrics[name].quantiles
    width = float(shaped.edges[1] - shaped.edges[0]) * factor
    strip = Strip(t("outcomes.all"), "all", *(quantiles[level].value * factor for level in LEVELS))
    texts = {
        "label": context.comma(
            t("compare.difference"), context.label(one.metric), context.entity_text(entity)
        ),
        "across": t("compare.across", unit=unit.axis),
        "up": t("outcomes.up", width=t.amount(t.tick(width, width), unit)),
    }
    ends = zip(("low", "middle", "high"), LEVELS, strict=True)
    description = t(
        "outcomes.words", **{end: context.number(one, quantiles[level], unit=True) for end, level in ends}
    )
    return context.chart(
        entity, lambda size: shape(size, shaped, factor, [strip], texts, t.tick), description
    )
