"""Where one belief alone changes the likeliest verdict, or brings a statistic to a level."""

from collections.abc import Iterator

from simulator.analysis.questions.flip import BeliefFlips, Cell, FlipMap, Flips, FlipValue, Place
from simulator.estimate import Number, apart
from simulator.estimate.distinguishable import AMONG_MANY, distinguishable
from simulator.report.drawing import SMALL, WIDE
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Column,
    Content,
    Inline,
    Inlines,
    Notice,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections.flip_charts import (
    along,
    in_words,
    legend,
    map_title,
    outcome_text,
    over,
    value_amount,
    value_text,
    with_unit,
)

#: Shares of paths at which the table gives the answer.
LEVELS = (0.01, 0.5, 0.99)


def flip(context: AnswerContext, found: Flips) -> Section:
    """Return where one belief alone changes the answer of a run."""
    t = context.t
    blocks: list[Block] = [
        Paragraph(context.sentences(_now(context, found), nearest(context, found)), "answer")
    ]
    if found.condition is None and not found.lead.distinguishable:
        blocks.append(Notice(t("flip.close_title"), [t("flip.close")]))
    blocks += [
        Paragraph(t("flip.read"), "note"),
        _table(context, found),
        _charts(context, found),
        *(block for one in found.maps for block in _map(context, found, one)),
        *_uncomputed(context, found),
        Paragraph(context.sentences(*_method(context, found)), "note"),
    ]
    return Section("flip", t("section.flip"), blocks)


def _now(context: AnswerContext, found: Flips) -> list[Inline]:
    """Return the answer as the study is."""
    t = context.t
    if found.condition is None:
        return t.compose(
            "flip.now",
            verdict=context.within(found.outcome),
            entity=context.of(found.entity),
            lead=t.estimate(found.lead, 100.0, t.unit("points")),
        )
    statistic = found.condition.statistic
    return t.compose(
        "flip.now_target",
        statistic=context.statistic(statistic),
        value=context.statistic_amount(statistic, found.chances[str(statistic)]),
        level=context.statistic_amount(statistic, found.condition.value),
    )


def nearest(context: AnswerContext, found: Flips) -> list[Inline]:
    """Return the value that is nearest to the median of its belief; or that there is none."""
    t, first = context.t, next(iter(found.beliefs), None)
    value = first and first.nearest
    if first is None or value is None:
        return t.compose("flip.nothing", n=t.count(len(found.beliefs)))
    sentence = t.compose(
        "flip.nearest" if found.condition is None else "flip.nearest_target",
        belief=context.prior(first.name),
        value=value_amount(context, first.name, value),
        share=t.rounded_percent(value.level),
        median=context.belief_amount(first.name, first.quantiles[1]),
        below=_within(context, found, value.below),
        above=_within(context, found, value.above),
    )
    others: list[Inlines] = [
        [context.prior(one.name)]
        for one in found.beliefs[1:]
        if one.nearest and not apart(_distance(one.nearest), _distance(value))
    ]
    return context.sentences(sentence, t.compose("flip.as_near", beliefs=t.list_of(others)) if others else "")


def _distance(one: FlipValue) -> Number:
    """Return how far a change is from the median of its belief, as a share of paths."""
    return Number(abs(one.level.value - 0.5), one.level.error)


def _table(context: AnswerContext, found: Flips) -> Table:
    t = context.t
    columns = [
        *context.text_columns("flip.belief"),
        Column(t("flip.value")),
        Column(t("flip.quantile"), "P"),
        Column(t("flip.median")),
        *(Column(t("flip.at", level=f"P{100 * level:.0f}"), numeric=False) for level in LEVELS),
    ]
    rows = [row for one in found.beliefs for row in _rows(context, found, one)]
    return Table(t("flip.caption"), columns, rows)


def _rows(context: AnswerContext, found: Flips, one: BeliefFlips) -> Iterator[Row]:
    """Give a row for each value of a belief, or one that says that there is none."""
    head = context.belief_head(one.name)
    median = context.belief_number(one.name, one.quantiles[1])
    answers = [_answer(context, found, one.at(level)) for level in LEVELS]
    if not one.values:
        yield Row(head, [context.t(f"flip.{one.outcome}"), "", median, *answers])
    for place, value in enumerate(one.values):
        cells = [value_text(context, one.name, value), _level(context, value)]
        yield Row("" if place else head, [*cells, *(("", "", "", "") if place else (median, *answers))])


def _level(context: AnswerContext, value: FlipValue) -> str:
    # What a jump is between is not estimated.
    percent = 100 * value.level.value
    return context.t.number(round(percent, 1)) if value.jump else context.t.estimate(value.level, 100.0)


def _answer(context: AnswerContext, found: Flips, place: Place | Cell) -> Content:
    if not place.lead.distinguishable:
        return context.t("flip.unclear")
    if found.condition is None:
        return context.verdict(place.outcome)
    return outcome_text(context, found, place.outcome)


def _within(context: AnswerContext, found: Flips, outcome: str) -> Inline:
    return context.within(outcome) if found.condition is None else outcome_text(context, found, outcome)


def _uncomputed(context: AnswerContext, found: Flips) -> Iterator[Block]:
    """Give the beliefs with which there is no answer."""
    t = context.t
    if not found.uncomputed:
        return
    yield Notice(
        t("flip.uncomputed_title"),
        [
            t(
                "flip.uncomputed",
                beliefs=context.comma(
                    *(
                        t(
                            "flip.at_value",
                            belief=context.prior(name),
                            value=context.belief_amount(name, value),
                        )
                        for name, value in one.values.items()
                    )
                ),
                reason=one.reason,
            )
            for one in found.uncomputed
        ],
    )


def _method(context: AnswerContext, found: Flips) -> Iterator[str]:
    """Give how finely was looked, and what is not listed."""
    t = context.t
    count = len(found.beliefs) + len(found.screened)
    few, paths = t.count(found.paths_screened), t.count(found.paths)
    yield t("flip.scan", n=t.count(count), few=few, paths=paths)
    if found.screened:
        changed = sum(
            any(
                place.outcome != found.outcome and distinguishable(place.lead, AMONG_MANY)
                for place in one.places
            )
            for one in found.screened
        )
        yield t("flip.others", n=t.count(len(found.screened)), some=t.count(changed))
    if found.left_out:
        yield t("flip.left_out", names=context.comma(*map(context.prior, found.left_out)))


def _charts(context: AnswerContext, found: Flips) -> Charts:
    t, title = context.t, context.t("flip.chart")
    words = context.clauses(in_words(context, one) for one in found.beliefs)
    wide, small = (along(context, found, size) for size in (WIDE, SMALL))
    chart = Chart("", True, _whose(context, found), wide, small, words)
    return Charts("flip", title, [chart], legend(context, found), t("flip.chart_about"))


def _whose(context: AnswerContext, found: Flips) -> Content:
    """Return what the answer is about."""
    if found.condition is None:
        return context.entity(found.entity)
    return context.statistic_title(found.condition.statistic)


def _map(context: AnswerContext, found: Flips, one: FlipMap) -> Iterator[Block]:
    """Give a map as a picture and as a table, which a terminal shows too."""
    t, title = context.t, map_title(context, one)
    about = t("flip.map_about", paths=t.count(one.paths))
    wide, small = (over(context, found, one, size) for size in (WIDE, SMALL))
    yield Charts(
        "flip-map",
        title,
        [Chart("", True, _whose(context, found), wide, small, title)],
        legend(context, found),
        about,
    )
    head = Column(with_unit(context, one.up.name), numeric=False)
    across = [
        Column(context.belief_number(one.across.name, value), f"P{100 * level:.0f}", numeric=False)
        for value, level in zip(one.across.values, one.across.levels, strict=True)
    ]
    rows = [
        Row(
            f"{context.belief_number(one.up.name, value)} (P{100 * level:.0f})",
            [_answer(context, found, cell) for cell in row],
        )
        for value, level, row in reversed(list(zip(one.up.values, one.up.levels, one.cells, strict=True)))
    ]
    names = {"across": with_unit(context, one.across.name), "up": with_unit(context, one.up.name)}
    caption = t("flip.map_table", **names)
    yield Table(caption, [head, *across], rows)
