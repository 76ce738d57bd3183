"""The study under other structures of the model: the band in a sentence, each structure, their mixture."""

from collections.abc import Iterator, Mapping

from simulator.analysis.comparison.statistics import BELOW_ZERO, MEAN
from simulator.analysis.display import MetricDisplay, display_of
from simulator.analysis.structures import Structures, likeliest
from simulator.estimate import Number, distinguishable
from simulator.estimate.targets import CHANCE
from simulator.report.drawing import SMALL, Stack, stacks
from simulator.report.page.context import Context
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Column,
    Content,
    Inline,
    Inlines,
    Paragraph,
    Row,
    Section,
    Table,
    text_of,
)
from simulator.report.page.sections.unknown import unknown


def band(context: Context) -> list[Inline]:
    """Return the chances that come first beside the error of the simulation and the band over structures."""
    found, t = context.found.structures, context.t
    if found is None:
        return []
    sentences = list[list[Inline]]()
    means = [name for name in found.leading if _is_mean(name)]
    chances = [name for name in found.leading if name not in means]
    for name in chances:
        ends = found.band(name)
        sentences.append(
            t.compose(
                "structures.band" if not sentences else "structures.band_too",
                statistic=_label(context, name),
                share=t.rounded_percent(found.written[name]),
                error=f"{100 * found.written[name].error:.1g}",
                low=t.rounded_percent(ends.least),
                high=t.rounded_percent(ends.greatest),
                n=t.count(len(found.structures)),
                lowest=t.translate(ends.lowest.title),
                highest=t.translate(ends.highest.title),
            )
        )
    for name in means:
        one, ends = _metric(name), found.band(name)
        numbers = {"mean": found.written[name], "low": ends.least, "high": ends.greatest}
        texts = {key: context.rounded(one, number) for key, number in numbers.items()}
        sentences.append(t.compose("structures.band_mean", statistic=_label(context, name), **texts))
    if any(name.startswith(CHANCE) for name in chances):
        sentences.append(_which(context, found))
    return context.sentences(*sentences)


def _which(context: Context, found: Structures) -> list[Inline]:
    """Return which verdict is the likeliest in how many structures, and in all of them by weight."""
    t, counts = context.t, found.likeliest(context.leader, context.codes)

    def named(name: str) -> Inline:
        return context.within(name) if name else t("structures.close")

    key = "structures.in_all" if len(counts) == 1 else "structures.in"
    parts: list[Inlines] = [
        t.compose(key, verdict=named(name), n=t.count(number)) for name, number in counts.items()
    ]
    mixed = named(likeliest(found.mixture, context.leader, context.codes))
    return t.compose("structures.which", verdicts=t.list_of(parts), mixed=mixed)


def structures(context: Context) -> Section | None:
    """Return what each structure makes of the study; None where it names none."""
    t, found = context.t, context.found.structures
    if found is None:
        reason = context.found.unstructured if context.found.run.study.structures else ""
        return unknown(context, "structures", reason) if reason else None
    counts = {"paths": found.paths, "written": found.paths_as_written, "all": found.paths_of_run}
    read = t("structures.read", **{name: t.count(number) for name, number in counts.items()})
    blocks: list[Block] = [Paragraph(read, "note"), _levels(context, found), _changes(context, found)]
    if any(name.startswith(CHANCE) for name in found.leading):
        blocks.append(_charts(context, found))
    return Section("structures", t("section.structures"), blocks)


def _levels(context: Context, found: Structures) -> Table:
    t, notes = context.t, {one.name: one.note for one in context.found.run.study.structures}
    head = [*context.text_columns("structures.structure"), Column(t("structures.weight"), "%")]
    rows = [
        Row(
            t.translate(one.title),
            [t.number(float(f"{100 * one.weight:.3g}")), *_cells(context, found, one.statistics)],
            note=t.translate(notes[one.name]) if notes.get(one.name) else (),
        )
        for one in found.structures
    ]
    rows.append(Row(t("structures.mixture"), ["100", *_cells(context, found, found.mixture)], strong=True))
    return Table(t("structures.caption"), [*head, *_columns(context, found, "percent")], rows)


def _changes(context: Context, found: Structures) -> Table:
    t = context.t
    rows = [
        Row(t.translate(one.title), [_change(context, name, one.changes) for name in found.leading])
        for one in found.structures
        if one.values
    ]
    mixture = [_change(context, name, found.changes) for name in found.leading]
    rows.append(Row(t("structures.mixture"), mixture, strong=True))
    columns = [*context.text_columns("structures.structure"), *_columns(context, found, "points")]
    return Table(t("structures.changes"), columns, rows)


def _columns(context: Context, found: Structures, chances: str) -> Iterator[Column]:
    for name in found.leading:
        unit = context.unit(_metric(name)) if _is_mean(name) else context.t.unit(chances)
        yield Column(text_of(_label(context, name)), unit.axis)


def _cells(context: Context, found: Structures, numbers: Mapping[str, Number]) -> list[Content]:
    return [context.t.estimate(numbers[name], _factor(context, name)) for name in found.leading]


def _change(context: Context, name: str, numbers: Mapping[str, Number]) -> str:
    """Return a change with its sign and error; one within two errors counts as none."""
    if not distinguishable(numbers[name]):
        return context.t("risks.same")
    text = context.t.concise(numbers[name], _factor(context, name))
    return text if text.startswith("−") else f"+{text}"


def _label(context: Context, name: str) -> list[Inline]:
    """Return what a statistic of the leading entity is called."""
    t, (function, _) = context.t, name.split("(", 1)
    metric = context.label_within(_metric(name).metric)
    if function == BELOW_ZERO:
        return t.compose("structures.below_zero", metric=metric)
    if function == MEAN:
        return t.compose("structures.mean", metric=metric)
    return t.compose("structures.chance", verdict=context.within(function.removeprefix(CHANCE)))


def _metric(name: str) -> MetricDisplay:
    """Return how the metric of a statistic is displayed."""
    return display_of(name.removesuffix(")").split("(", 1)[1].partition(".")[0])


def _is_mean(name: str) -> bool:
    return name.startswith(f"{MEAN}(")


def _factor(context: Context, name: str) -> float:
    """Return what brings a statistic to the unit displayed: chances stand in per cent."""
    return context.factor(_metric(name)) if _is_mean(name) else 100.0


def _charts(context: Context, found: Structures) -> Charts:
    t, title = context.t, context.t("structures.chart")
    worst = next(name for name in found.leading if name.startswith(CHANCE)).split("(", 1)[0]
    judged = [name for name in context.found.entities if f"{worst}({name})" in found.mixture]
    charts = [_chart(context, found, entity, worst) for entity in judged]
    legend = [(name, t(f"verdict.{name}")) for name in context.codes]
    about = t("structures.chart_about", verdict=text_of(context.within(worst.removeprefix(CHANCE))))
    return Charts("structures", title, charts, legend, about)


def _chart(context: Context, found: Structures, entity: str, worst: str) -> Chart:
    """Return the verdicts on an entity: all structures by weight, then each."""
    t = context.t

    def stack(label: str, numbers: Mapping[str, Number]) -> Stack:
        parts = {name: max(numbers[f"{CHANCE}{name}({entity})"].value, 0.0) for name in context.codes}
        return Stack(label, parts, f"{100 * numbers[f'{worst}({entity})'].value:.0f}%")

    rows = [stack(t("structures.mixture"), found.mixture)]
    rows += [stack(t.translate(one.title).text, one.statistics) for one in found.structures]
    words = context.clauses(f"{row.label}{t('list.colon')}{row.end}" for row in rows)
    label = f"{t('structures.chart')}, {context.entity_text(entity)}"
    drawing = stacks(SMALL, rows, label, t("unit.paths.prose", n="").strip())
    return Chart(entity, False, context.entity(entity), None, drawing, words)
