"""The nearest beliefs with which a target is true: how far, which moved, and what becomes of verdicts."""

from collections.abc import Iterator, Sequence

from simulator.analysis.questions.stress import MovedBelief, Stress, StressTarget
from simulator.analysis.questions.stress.outcomes import Change
from simulator.analysis.questions.stress.search import FURTHEST
from simulator.analysis.questions.stress.ways import FEWEST
from simulator.estimate import HEAVY, Number, entity_of
from simulator.report.drawing import SMALL, WIDE, Range, Ranges, ranges
from simulator.report.markup import Element
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import (
    Block,
    Bullets,
    Chart,
    Charts,
    Column,
    Inline,
    Paragraph,
    Row,
    Section,
    Table,
)

#: Beliefs in a sentence of their own, and of a picture.
FEW, DRAWN = 3, 12
#: Standard deviations between P10 and P90 of a normal belief.
SPREAD = 2 * 1.2815515655446004

_RELATIONS = {"=": "equal", "<=": "most", ">=": "least"}
_BEFORE_AFTER = ("stress.before", "stress.after")


def stress(context: AnswerContext, found: Stress) -> Section:
    """Return the section that shows a stress."""
    return Section("stress", context.t("section.stress"), list(_blocks(context, found)))


def _blocks(context: AnswerContext, found: Stress) -> Iterator[Block]:
    t = context.t
    if found.method == "nothing":
        yield Paragraph(t.compose("stress.nothing", target=_targets(context, found)), "lead")
        yield _table_of_targets(context, found)
        return
    yield Paragraph(lead(context, found), "lead")
    moved = shown(found)
    if moved:
        yield Bullets([_move(context, one) for one in moved[:FEW]])
    yield Paragraph(_method(context, found), "note")
    yield _table_of_targets(context, found)
    yield _table_of_beliefs(context, found)
    yield Paragraph(_parts(context, found), "note")
    if moved:
        yield _charts(context, moved)
    yield _table_of_changes(context, found)
    yield Paragraph(t("stress.errors"), "note")


def _targets(context: AnswerContext, found: Stress) -> list[Inline]:
    return context.t.list_of([_target(context, one) for one in found.targets])


def _target(context: AnswerContext, one: StressTarget) -> list[Inline]:
    statistic, relation, value = one.condition
    return context.t.compose(
        f"stress.target_{_RELATIONS[relation]}",
        statistic=context.statistic(statistic),
        value=context.statistic_amount(statistic, value),
    )


def lead(context: AnswerContext, found: Stress) -> list[Inline]:
    """Return how far the nearest beliefs are, in a sentence."""
    t = context.t
    return t.compose(
        f"stress.lead_{found.method}",
        target=_targets(context, found),
        distance=t.estimate(found.distance),
        deviations=t.rounded(found.deviations),
    )


def _move(context: AnswerContext, one: MovedBelief) -> list[Inline]:
    """Return in a sentence how far a belief moved."""
    t = context.t
    before, after = (context.belief_rounded(one.name, number) for number in one.p50)
    if before == after:  # They differ beyond what a sentence has.
        before, after = (context.belief_amount(one.name, number) for number in one.p50)
    return t.compose(
        "stress.up" if one.shift.value > 0 else "stress.down",
        belief=context.prior(one.name),
        shift=t.rounded(abs(one.shift)),
        before=before,
        after=after,
    )


def _usable(number: Number) -> Number | float:
    """Return an estimate, or its value alone where it is known beyond all that a reader can use."""
    return number.value if number.beyond_use else number


def _method(context: AnswerContext, found: Stress) -> list[Inline]:
    """Return how it was found, and what that means: paths were reweighted, or beliefs were moved."""
    t = context.t
    share = t.rounded_percent(found.effective / found.paths)
    counts = {"effective": t.count(round(found.effective)), "paths": t.count(found.paths), "share": share}
    if found.refused is None:
        return context.sentences(t("stress.conditioned"), t("stress.effective", **counts))
    values = {
        "effective": t.number(float(f"{found.refused.effective:.3g}")),
        "least": t.count(FEWEST),
        "shape": t.number(float(f"{found.refused.shape:.2g}")),
        "most": t.number(HEAVY),
        "paths": t.count(found.paths),
        "furthest": t.number(FURTHEST),
    }
    return context.sentences(t(f"stress.refused_{found.refused.why}", **values), t("stress.moved", **values))


def _parts(context: AnswerContext, found: Stress) -> list[Inline]:
    """Return how much of the distance lies in beliefs one by one, and how many did not move."""
    t = context.t
    unmoved = t("stress.unmoved", n=t.count(found.unmoved), all=t.count(found.varying))
    if found.method == "moved":
        return context.sentences(unmoved)
    parts = {"alone": t.estimate(found.one_by_one), "together": t.estimate(found.together)}
    key = "stress.parts" if found.together.distinguishable else "stress.alone"
    return context.sentences(t(key, whole=t.estimate(found.distance), **parts), unmoved)


def _table_of_targets(context: AnswerContext, found: Stress) -> Table:
    t = context.t
    columns = [*context.text_columns("stress.target"), *context.columns("stress.wanted", *_BEFORE_AFTER)]
    rows = [
        Row(
            context.statistic_title(one.expectation),
            [
                _wanted(context, one),
                context.statistic_amount(one.expectation, one.before),
                context.statistic_amount(one.expectation, one.after),
            ],
        )
        for one in found.targets
    ]
    return Table(t("stress.caption_targets"), columns, rows)


def _wanted(context: AnswerContext, one: StressTarget) -> str:
    amount = context.statistic_amount(one.expectation, one.wanted)
    key = f"stress.wanted_{_RELATIONS[one.relation]}"
    return context.t(key, n=amount) if context.t.has(key) else amount


def _table_of_beliefs(context: AnswerContext, found: Stress) -> Table:
    t = context.t
    columns = [
        *context.text_columns("stress.belief"),
        Column(t("stress.shift"), t("stress.deviations")),
        Column(t("stress.own"), t("stress.nats")),
        *(Column(t("stress.median"), t(key)) for key in _BEFORE_AFTER),
    ]
    rows = [
        Row(
            context.belief_head(one.name),
            [
                t.estimate(one.shift),
                t.estimate(one.distance),
                *(context.belief_number(one.name, _usable(number)) for number in one.p50),
            ],
        )
        for one in found.beliefs
    ]
    return Table(t("stress.caption_beliefs"), columns, rows)


def _table_of_changes(context: AnswerContext, found: Stress) -> Table:
    """Return what becomes of verdicts and leading metrics: of the leader, and of what was asked about."""
    about = {context.leader, *(one.expectation.name for one in found.targets)}
    columns = [
        *context.text_columns("stress.statistic"),
        *context.columns(*_BEFORE_AFTER, "stress.change"),
    ]

    rows = [
        Row(context.statistic_title(one.statistic), _before_and_after(context, one))
        for one in found.changes
        if one.statistic.name in about or entity_of(one.statistic.name) == context.leader
    ]
    return Table(context.t("stress.caption_changes"), columns, rows)


def _before_and_after(context: AnswerContext, one: Change) -> list[str]:
    """Return a number before and after, and its change: of what is in per cent in percentage points."""
    factor, unit = context.statistic_factor(one.statistic), context.change_unit(one.statistic)
    before, after = (context.statistic_amount(one.statistic, number) for number in (one.before, one.after))
    return [before, after, context.t.estimate(one.change, factor, unit)]


def shown(found: Stress) -> list[MovedBelief]:
    """Return the beliefs that moved by more than noise, as many as are drawn."""
    return [one for one in found.beliefs if one.shift.distinguishable][:DRAWN]


def drawing(context: AnswerContext, moved: Sequence[MovedBelief]) -> tuple[Element, Element]:
    """Return beliefs before and after, each in its own standard deviations: wide and small."""
    t = context.t
    rows = [
        Ranges(
            context.prior(one.name),
            [Range(kind, *standardised(one, place)) for place, kind in enumerate(("two", "one"))],
            text=t.tick(one.shift.value, 0.01),
        )
        for one in moved
    ]
    texts = {"across": t("stress.across"), "label": t("stress.picture")}
    return ranges(WIDE, rows, texts, t.tick), ranges(SMALL, rows, texts, t.tick)


def _charts(context: AnswerContext, moved: Sequence[MovedBelief]) -> Charts:
    t = context.t
    words = t("stress.words", name=context.prior(moved[0].name), shift=t.estimate(moved[0].shift))
    legend = [("two", t("stress.before")), ("one", t("stress.after"))]
    chart = Chart("", True, [], *drawing(context, moved), words)
    return Charts("stress", t("stress.picture"), [chart], legend)


def standardised(one: MovedBelief, place: int) -> tuple[float, float, float]:
    """Return P10, median and P90 of a belief, before (0) or after (1), in the spread that it had before."""
    spread = (one.p90[0].value - one.p10[0].value) / SPREAD or 1.0
    low, middle, high = (
        (each[place].value - one.p50[0].value) / spread for each in (one.p10, one.p50, one.p90)
    )
    return low, middle, high
