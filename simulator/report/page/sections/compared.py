"""Two runs side by side: what was changed, and what that changes, path by path."""

from collections.abc import Iterator
from math import isfinite

import numpy as np

from simulator.beliefs import summary_rows
from simulator.estimate import NO_VERDICT, VERDICT
from simulator.estimate import Number as Estimate
from simulator.estimate.pool import UNKNOWN
from simulator.estimate.verdicts import full_name
from simulator.report.drawing import SMALL, WIDE, Size, Strip, shape
from simulator.report.estimates import Number
from simulator.report.markup import Element
from simulator.report.page.against import Comparison
from simulator.report.page.context import Context
from simulator.report.page.difference import LEVELS, Difference
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Code,
    Column,
    Inline,
    Inlines,
    Notice,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.findings import not_numbers
from simulator.report.page.sections.beliefs import family_in_words
from simulator.report.page.sections.named import FEW, described, difference_command, run_name
from simulator.report.page.shown import Shown
from simulator.study import Study

#: Standard errors from which on a difference is told from none.
APART = 2.0


def sections(context: Context, found: Difference) -> list[Section]:
    """Return the sections of a comparison."""
    parts = [
        _answer(context, found),
        _changed(context, found),
        _verdicts(context, found),
        _metrics(context, found),
    ]
    return [part for part in parts if part is not None]


def overview(context: Context, found: Comparison) -> Section:
    """Return all runs in one table: what each is less than or beyond the first, and which are no pairs."""
    say, entity = context.say, context.leader
    lead = found.pairs[0].charted[0] if found.pairs[0].charted else None
    judged = all(entity in pair.verdicts for pair in found.pairs)
    chances = _ends(context) if judged else ()
    head = [Column(say("compare.run"), numeric=False)]
    head += [Column(say(f"verdict.{name}"), say("unit.points.axis")) for name in chances]
    if lead is not None:
        head.append(Column(context.label(lead.metric), context.unit(lead).axis))
    rows = []
    for pair in found.pairs:
        cells: list[Inlines] = []
        for name in chances:
            chance = pair.verdicts[entity][name].difference
            cells.append([_bracketed(chance, say.estimate(number(chance), 100.0))])
        if lead is not None:
            one = pair.metrics.get(full_name(lead.metric, entity))
            mean = one.difference if one else UNKNOWN
            cells.append([_bracketed(mean, context.number(lead, number(mean)))])
        rows.append(Row(described(say, pair.second), cells))
    caption = say("compare.all", first=run_name(found.first), entity=context.entity_text(entity))
    blocks: list[Block] = [Table(caption, head, rows)]
    if found.unpaired:
        lines: list[Inlines] = []
        for other in found.unpaired:
            lines.append([*described(say, other.run), say("list.colon"), Code(other.reason)])
        blocks.insert(0, Notice(say("compare.unpaired"), lines))
    return Section("all", say("section.all_runs"), blocks)


def _ends(context: Context) -> tuple[str, ...]:
    """Return the verdicts with a rule that are told last and first."""
    ruled = [name for name, code in context.codes.items() if code]
    return tuple(dict.fromkeys((ruled[-1], ruled[0])))


def number(estimate: Estimate) -> Number:
    """Return an estimate in the form of a summary."""
    return estimate.to_json()


def _answer(context: Context, found: Difference) -> Section:
    say, entity = context.say, context.leader
    pieces: list[Inline] = []
    judged = entity in found.verdicts and _judged(found, entity)
    for name in _ends(context) if judged else ():
        chance = found.verdicts[entity][name]
        pieces += say.fill(
            f"compare.{_turn(chance.difference)}_chance",
            verdict=context.within(name),
            entity=context.of(entity),
            difference=say.rough(number(_size(chance.difference)), 100.0, say.unit("points")),
            first=say.rough_percent(number(chance.first)),
            second=say.rough_percent(number(chance.second)),
        )
        pieces.append(say("answer.space"))
    lead = found.charted[0] if found.charted else None
    one = found.metrics.get(full_name(lead.metric, entity)) if lead is not None else None
    if lead is not None and one is not None:
        pieces += say.fill(
            f"compare.{_turn(one.difference)}_metric",
            metric=context.label(lead.metric),
            entity=context.of(entity),
            difference=context.rough(lead, number(_size(one.difference))),
            higher=say.rough_percent(number(one.higher)),
            lower=say.rough_percent(number(one.lower)),
        )
    read = say(
        "compare.read",
        paths=say.count(found.paths),
        seed=say.count(found.first.plan.seed),
        sampler=say(f"sampler.{found.first.plan.sampler}"),
    )
    blocks: list[Block] = [
        *_failed(context, found),
        Paragraph(pieces, "lead"),
        Paragraph([read, say("answer.space"), say("compare.brackets")], "note"),
    ]
    return Section("answer", say("section.answer"), blocks)


def _judged(found: Difference, entity: str) -> bool:
    """Whether every path of both runs has a verdict: chances of other paths are not compared."""
    name = full_name(VERDICT, entity)
    return not any(np.any(run.verdicts[name] == NO_VERDICT) for run in (found.first, found.second))


def _failed(context: Context, found: Difference) -> Iterator[Notice]:
    """Give what keeps the numbers of either run from being numbers: nothing is told of those paths."""
    for run in (found.first, found.second):
        if lines := not_numbers(run):
            title = context.say("compare.not_finite", run=run_name(run))
            yield Notice(title, [[Code(line)] for line in lines])


def _turn(difference: Estimate) -> str:
    """Return whether a difference is up, down, not to be told from none, or not known."""
    value, error = difference.value, difference.error
    if not isfinite(value):
        return "unknown"
    if isfinite(error) and abs(value) <= APART * error:
        return "same"
    return "up" if value > 0 else "down"


def _bracketed(difference: Estimate, text: str) -> str:
    """Return a difference in brackets where it has an error and is not to be told from none."""
    return f"({text})" if difference.error > 0 and _turn(difference) == "same" else text


def _size(difference: Estimate) -> Estimate:
    return Estimate(abs(difference.value), difference.error)


def _changed(context: Context, found: Difference) -> Section | None:
    say = context.say
    head = [Column(say(f"compare.{name}"), numeric=False) for name in ("what", "first", "second")]
    first, second = (_beliefs(context, run.study) for run in (found.first, found.second))
    rows = [
        Row(
            context.prior_and_name(change.name),
            [
                first.get(change.name) or _as_written(change.first),
                second.get(change.name) or _as_written(change.second),
            ],
        )
        for change in found.changes
    ]
    blocks: list[Block] = [Paragraph([say("compare.none")])]
    if rows:
        blocks = [Paragraph([say("compare.belief_read")], "note"), Table(say("section.changed"), head, rows)]
    command = difference_command(found.first, found.second)
    if len(rows) > FEW and command:
        texts: dict[str, Inline] = {"count": say.count(len(rows)), "command": Code(command)}
        blocks.insert(0, Paragraph(say.fill("compare.attribution", **texts)))
    return Section("changed", say("section.changed"), blocks)


def _beliefs(context: Context, study: Study) -> dict[str, list[Inline]]:
    """Return by name what is believed of each prior of one number: its median, range and family."""
    say = context.say
    told: dict[str, list[Inline]] = {}
    for row in summary_rows(study):
        unit = say.unit(row.unit)
        low, middle, high = (say.given(unit.factor * x) for x in (row.p05, row.p50, row.p95))
        amount = say.amount(middle, unit)
        if row.p05 < row.p95:
            family = family_in_words(context, study.priors[row.name.partition("[")[0]])
            amount = say("compare.belief", middle=amount, low=low, high=high, family=family)
        told[row.name] = [amount]
    return told


def _as_written(text: str) -> list[Inline]:
    return [Code(text)] if text else ["–"]


def _verdicts(context: Context, found: Difference) -> Section | None:
    say = context.say
    if not found.verdicts:
        return None
    head = [Column(say("verdict.of"), numeric=False), Column(say("verdict.caption_one"), numeric=False)]
    head += [Column(say(f"compare.{name}")) for name in ("first", "second")]
    head.append(Column(say("compare.difference"), say("unit.points.axis")))
    rows = []
    for entity, chances in found.verdicts.items():
        for name in context.codes:
            chance = chances[name]
            cells: list[list[Inline]] = [
                [context.verdict(name)],
                [say.percent(number(chance.first))],
                [say.percent(number(chance.second))],
                [_bracketed(chance.difference, say.estimate(number(chance.difference), 100.0))],
            ]
            rows.append(Row([context.entity(entity)], cells, strong=entity == context.leader))
    moves = [Column(say("compare.from_to"), numeric=False)]
    moves += [Column(say("compare.to", verdict=say(f"verdict.the_{name}"))) for name in context.codes]
    entity = context.leader if context.leader in found.moves else next(iter(found.moves))
    lines = [
        Row(
            say.fill("compare.from", verdict=context.within(one)),
            [[say.percent(number(found.moves[entity][one][other]))] for other in context.codes],
        )
        for one in context.codes
    ]
    blocks = [
        Table(say("compare.verdicts"), head, rows),
        Table(say("compare.moves", entity=context.entity_text(entity)), moves, lines),
    ]
    return Section("verdict", say("section.verdict"), blocks)


def _metrics(context: Context, found: Difference) -> Section:
    say = context.say
    blocks: list[Block] = []
    for one in (*found.charted, *found.tabled):
        blocks += _metric(context, found, one)
    return Section("metrics", say("section.differences"), blocks, selectors=bool(found.histograms))


def _metric(context: Context, found: Difference, one: Shown) -> Iterator[Block]:
    say, unit = context.say, context.unit(one)
    names = {entity: full_name(one.metric, entity) for entity in context.found.entities}
    present = {entity: found.metrics[name] for entity, name in names.items() if name in found.metrics}
    charts = [
        _chart(context, found, one, entity, names[entity])
        for entity in present
        if names[entity] in found.histograms
    ]
    if charts:
        yield Charts(one.metric, context.label(one.metric), charts, (), [say("compare.chart")])
    head = [Column(context.label(one.metric), unit.axis, numeric=False)]
    head += [Column(say(f"compare.{name}"), say("compare.mean")) for name in ("first", "second")]
    head += [Column(say("compare.difference"), say("compare.mean"))]
    head += [Column(say("compare.difference"), say(f"quantile.{name}")) for name in LEVELS]
    head += [Column(say(f"compare.{name}"), say("unit.paths.axis")) for name in ("higher", "lower")]
    rows = [
        Row(
            [context.entity(entity)],
            [
                *([context.number(one, number(x))] for x in (paired.first, paired.second)),
                [_bracketed(paired.difference, say.usable(number(paired.difference), context.factor(one)))],
                *([say.usable(number(paired.quantiles[name]), context.factor(one))] for name in LEVELS),
                *([say.percent(number(x))] for x in (paired.higher, paired.lower)),
            ],
            strong=entity == context.leader,
        )
        for entity, paired in present.items()
    ]
    yield Table(say("compare.caption", metric=context.label(one.metric)), head, rows)


def _chart(context: Context, found: Difference, one: Shown, entity: str, name: str) -> Chart:
    say, unit, factor = context.say, context.unit(one), context.factor(one)
    shaped, paired = found.histograms[name], found.metrics[name]
    width = float(shaped.edges[1] - shaped.edges[0]) * factor
    strip = Strip(say("outcomes.all"), "all", *(paired.quantiles[level].value * factor for level in LEVELS))
    texts = {
        "label": say("list.comma").join(
            (say("compare.difference"), context.label(one.metric), context.entity_text(entity))
        ),
        "across": say("compare.across", unit=unit.axis),
        "up": say("outcomes.up", width=say.amount(say.tick(width, width), unit)),
    }
    words = say(
        "outcomes.words",
        **{
            place: context.number(one, number(paired.quantiles[level]), unit=True)
            for place, level in zip(("low", "middle", "high"), LEVELS, strict=True)
        },
    )

    def drawn(size: Size) -> Element:
        return shape(size, shaped, factor, [strip], texts, say.tick)

    leads = entity == context.leader
    wide = drawn(WIDE) if leads or context.full else None
    return Chart(entity, leads, [context.entity(entity)], wide, drawn(SMALL), words)
