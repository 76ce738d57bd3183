"""What evidence taught: the verdict, the priors and the predictions, before and after."""

from collections.abc import Callable, Iterator, Sequence
from math import isfinite

from simulator.analysis.learning.outcomes import Changes, Outcomes
from simulator.analysis.learning.summary import Figure, Interval, Observed, Prediction, Step
from simulator.estimate import Number, distinguishable, shown
from simulator.estimate.verdicts import full_name, sign_metric
from simulator.report.console import plain
from simulator.report.drawing import SMALL, WIDE, Range, Ranges, ranges
from simulator.report.moves import MOST, clear, standardised
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Column,
    Content,
    Day,
    Notice,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections.conclusion import Update, lead, unobserved
from simulator.report.page.sections.trust import left_out, trust
from simulator.study.domain import known_metrics, lead_metric

STATISTICS = {"mean": "update.mean", **{name: f"quantile.{name}" for name in ("p05", "p50", "p95")}}
BEFORE_AFTER = ("update.before", "update.after")


def sections(update: Update) -> Iterator[Section]:
    """Give the sections of the page of an update."""
    found, judged = update.found, bool(update.leader)
    parts: dict[str, tuple[object, Callable[[Update], Iterator[Block]]]] = {
        "answer": (True, _answer),
        "moved": (True, _moved),
        "observed": (True, _observed),
        "ahead": (found.ahead, _ahead),
        "steps": (found.steps and judged, _steps),
        "trust": (True, trust),
        "left_out": (found.left_out, left_out),
    }
    for name, (present, part) in parts.items():
        if present:
            yield Section(name, update.t(f"update.{name}"), list(part(update)))


def _answer(update: Update) -> Iterator[Block]:
    t, found = update.t, update.found
    if not found.method.passed:
        yield Notice(t("update.untrusted"), [t("update.untrusted_why")])
    if update.leader:
        yield Paragraph(lead(update), "lead")
    if left := unobserved(update):
        yield Paragraph(left)
    yield Paragraph(t("update.read", count=t.count(len(found.observations))), "note")
    if update.leader:
        yield _verdicts(update)
        stems = {name.partition(".")[0] for name in found.prior.estimates}
        for metric in known_metrics().values():
            if metric.updated and metric.name in stems:
                yield _value(update, metric.name)
        yield _changes(update)
    if found.sampler == "rqmc":
        yield Paragraph(t("update.errors", chains=t.count(found.prior_chains)), "note")


def chances(sample: Outcomes | Changes | Step, entity: str) -> dict[str, Number]:
    """Return the chances of the verdicts on an entity, or their changes, with all else by its parts."""
    return shown(sample.verdicts[entity], sample.verdict_split.get(entity, {}))


def _entities(
    update: Update, caption: str, columns: Sequence[Column], cells: Callable[[str], Sequence[Content]]
) -> Table:
    """Return a table with a row of each entity that has cells."""
    each = ((entity, cells(entity)) for entity in update.found.prior.verdicts)
    rows = [Row(update.entity(entity), own, strong=entity == "group") for entity, own in each if own]
    return Table(caption, [Column(update.kind, numeric=False), *columns], rows)


def _verdicts(update: Update) -> Table:
    t, found = update.t, update.found
    signed = bool(found.prior.verdict_split)
    titles = [t("verdict.below_zero")] if signed else []
    columns = [
        Column(t(f"update.verdict_{when}", verdict=title), t.unit("percent").axis)
        for title in (*titles, *(t(f"verdict.{verdict}") for verdict in update.verdicts))
        for when in ("before", "after")
    ]

    def cells(entity: str) -> list[Content]:
        samples = [chances(sample, entity) for sample in (found.prior, found.posterior)]
        below = [_below(sample, entity) for sample in (found.prior, found.posterior)] if signed else []
        return [
            *(t.estimate(one, 100.0) for one in below),
            *(t.estimate(own[verdict], 100.0) for verdict in update.verdicts for own in samples),
        ]

    return _entities(update, t("update.verdicts"), columns, cells)


def _below(sample: Outcomes, entity: str) -> Number:
    """Return how often the metric that tells gain from loss is below zero."""
    return sample.estimates[full_name(sign_metric(sample.estimates), entity)]["prob_below_zero"]


def _value(update: Update, metric: str) -> Table:
    t, found, unit = update.t, update.found, update.t.unit("money")
    columns = [
        Column(t(f"update.statistic_{when}", statistic=t(key)), unit.axis)
        for key in STATISTICS.values()
        for when in ("before", "after")
    ]

    def cells(entity: str) -> list[Content]:
        name = f"{metric}.{entity}"
        if name not in found.prior.estimates:
            return []
        samples = [sample.estimates[name] for sample in (found.prior, found.posterior)]
        return [t.concise(own[key], unit.factor) for key in STATISTICS for own in samples]

    return _entities(update, t("update.value", metric=t(f"metric.{metric}.label")), columns, cells)


def _changes(update: Update) -> Table:
    """Return by how much verdicts and value are above what they were; in brackets what is not clear."""
    t, change = update.t, update.found.change
    money = t.unit("money")
    lead = lead_metric(change.estimates)
    valued = all(f"{lead}.{entity}" in change.estimates for entity in change.verdicts)
    statistics = STATISTICS if valued else {}
    columns = [
        *update.verdict_columns(t.unit("points").axis),
        *update.columns(*statistics.values(), unit=money.axis),
    ]

    def bracketed(one: Number, factor: float) -> str:
        text = t.estimate(one, factor)
        return text if distinguishable(one) else f"({text})"

    def cells(entity: str) -> list[Content]:
        own, value = chances(change, entity), change.estimates.get(f"{lead}.{entity}", {})
        return [
            *(bracketed(one, 100.0) for one in own.values()),
            *(bracketed(value[name], money.factor) for name in statistics),
        ]

    return _entities(update, t("update.changes"), columns, cells)


def _moved(update: Update) -> Iterator[Block]:
    t, found = update.t, update.found.moved
    rows = [row for row in found if clear(row)][:MOST]
    if not rows:
        yield Paragraph(t("update.moved_none"))
        return
    drawn = [
        Ranges(update.prior(row.name), _both(*(standardised(row, one) for one in (row.prior, row.posterior))))
        for row in rows
        if row.prior.sd.value
    ]
    shift = t.estimate(rows[0].shift)
    description = t("update.moved_words", name=update.prior(rows[0].name), shift=shift)
    yield _drawn(update, "moved", drawn, description)
    columns = [
        *update.text_columns("update.prior"),
        *update.columns(*BEFORE_AFTER),
        *update.columns("update.shift", unit=t("update.shift_unit")),
        *update.columns("update.narrowed", unit=t("update.narrowed_unit")),
    ]
    table = [
        Row(
            [*update.prior_and_name(row.name), *update.bracketed_unit(row.unit)],
            [
                *(t.concise(one.mean, t.unit(row.unit).factor) for one in (row.prior, row.posterior)),
                t.estimate(row.shift),
                t.estimate(row.narrowed),
            ],
        )
        for row in rows
    ]
    yield Table(t("update.moved_caption"), columns, table)
    yield Paragraph(t("update.moved_rest", count=t.count(len(found) - len(rows))), "note")


def _drawn(update: Update, key: str, rows: Sequence[Ranges], description: str) -> Charts:
    t = update.t
    texts = {"across": t(f"update.{key}_across"), "label": t(f"update.{key}_chart")}
    wide, small = (ranges(size, rows, texts, t.tick) for size in (WIDE, SMALL))
    legend = [("two", t("update.before")), ("one", t("update.after"))]
    if any(row.came is not None for row in rows):
        legend.append(("came", t("update.came")))
    return Charts(key, texts["label"], [Chart("", True, [], wide, small, description)], legend)


def _about(update: Update, row: Figure) -> str:
    """Return what a figure is of."""
    t, key = update.t, f"update.quantity_{row.quantity}"
    if not t.has(key):
        return plain(row.name)
    entity = update.entity_text(row.entity)
    return t("update.about", entity=entity, quantity=t(key), period=plain(row.period))


def _intervals(update: Update, row: Prediction | Observed) -> Iterator[str]:
    """Give the predicted range before and after, to three figures."""
    factor = update.t.unit(row.unit).factor
    for predicted in (row.prior, row.posterior):
        ends = (f"{factor * float(f'{x:.3g}'):,g}" if isfinite(x) else "–" for x in predicted.ends_and_middle)
        yield update.t("update.interval", **dict(zip(("low", "middle", "high"), ends, strict=True)))


def _observed(update: Update) -> Iterator[Block]:
    t, rows = update.t, update.found.observations
    drawn = [
        Ranges(_about(update, row), _both(*(_relative(row, one) for one in (row.prior, row.posterior))), 0.0)
        for row in rows
        if row.value > 0
    ]
    if drawn:
        inside = sum(0.1 <= row.percentile.value <= 0.9 for row in rows)
        description = t("update.observed_words", count=t.count(len(rows)), inside=t.count(inside))
        yield _drawn(update, "observed", drawn, description)
    columns = [
        *update.text_columns("update.figure", "update.known"),
        *update.columns("update.came"),
        *update.columns("update.rank", unit=t.unit("percent").axis),
        *update.columns(*BEFORE_AFTER),
    ]
    table = [
        Row(
            [_about(update, row), *update.bracketed_unit(row.unit)],
            [
                Day(row.known.isoformat()) if row.known else "–",
                t.number(t.unit(row.unit).factor * row.value),
                t.estimate(row.percentile, 100.0),
                *_intervals(update, row),
            ],
        )
        for row in rows
    ]
    yield Table(t("update.observed_caption"), columns, table)
    yield Paragraph(t("update.observed_note"), "note")


def _ahead(update: Update) -> Iterator[Block]:
    t, rows = update.t, update.found.ahead
    columns = update.text_columns("update.company")
    columns += update.columns(*BEFORE_AFTER, unit=t.unit(rows[0].unit).axis)
    table = [
        Row(update.entity(row.entity), list(_intervals(update, row)), strong=row.entity == "group")
        for row in rows
    ]
    yield Table(t("update.ahead_caption", period=rows[0].period), columns, table)
    yield Paragraph(t("update.ahead_note"), "note")


def _steps(update: Update) -> Iterator[Block]:
    t, steps, leader = update.t, update.found.steps, update.leader
    columns = [
        *update.text_columns("update.evidence_of"),
        *update.verdict_columns(t.unit("percent").axis),
        *update.columns("update.figures"),
    ]
    prior = update.found.prior
    before = Step(t("update.nothing"), 0, prior.verdicts, {}, prior.verdict_split)
    rows = [
        Row(
            plain(step.stage),
            [
                *(t.estimate(one, 100.0) for one in chances(step, leader).values()),
                t.count(step.observations),
            ],
        )
        for step in (before, *steps)
    ]
    yield Table(t("update.steps_caption", entity=update.entity_text(leader)), columns, rows)
    names = [row.name for row in update.found.moved if clear(row)][:MOST]
    if names:
        heads = [*update.text_columns("update.prior"), *(Column(plain(step.stage)) for step in steps)]
        moves = [
            Row(update.prior_and_name(name), [t.estimate(step.shifts[name]) for step in steps])
            for name in names
        ]
        yield Table(t("update.steps_moved"), heads, moves)


def _both(before: tuple[float, float, float], after: tuple[float, float, float]) -> list[Range]:
    return [Range("two", *before), Range("one", *after)]


def _relative(row: Observed, predicted: Interval) -> tuple[float, float, float]:
    """Return three quantiles relative to what came, in per cent."""
    low, middle, high = (100 * (x / row.value - 1) for x in predicted.ends_and_middle)
    return low, middle, high
