"""Pictures of where an answer changes: along each belief, and over two of them."""

from collections.abc import Iterator
from itertools import pairwise

from simulator.analysis.questions.flip import BeliefFlips, FlipMap, Flips, FlipValue, Place
from simulator.analysis.questions.flip import Cell as MapCell
from simulator.estimate.effect import Effect
from simulator.report.drawing import Cell, Course, Region, Size, cells, courses
from simulator.report.drawing.courses import Mark
from simulator.report.markup import Element
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import text_of

#: The colour of what is too close to call.
OPEN = "open"
#: Shares that are named below the axis, and those between which a belief mostly is.
NAMED, CENTRAL = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99), (0.1, 0.9)


def along(context: AnswerContext, found: Flips, size: Size) -> Element:
    """Return what is likeliest along each belief that is listed."""
    t = context.t
    ticks = [(level, f"P{100 * level:.0f}") for level in NAMED]
    texts = {"label": t("flip.chart"), "across": t("flip.across")}
    return courses(size, [_course(context, one) for one in found.beliefs], ticks, CENTRAL, texts)


def over(context: AnswerContext, found: Flips, one: FlipMap, size: Size) -> Element:
    """Return what is likeliest over two beliefs."""
    rows = [[Cell(_kind(cell), _points(found, cell.lead)) for cell in row] for row in one.cells]
    across, up = (
        [context.belief_number(axis.name, value) for value in axis.values] for axis in (one.across, one.up)
    )
    texts = {
        "label": map_title(context, one),
        "across": with_unit(context, one.across.name),
        "up": with_unit(context, one.up.name),
    }
    return cells(size, rows, across, up, texts)


def legend(context: AnswerContext, found: Flips) -> list[tuple[str, str]]:
    """Return the colours of answers."""
    kinds = list(found.chances) if found.condition is None else ["above", "below"]
    return [
        *((kind, outcome_text(context, found, kind)) for kind in kinds),
        (OPEN, context.t("flip.unclear")),
    ]


def outcome_text(context: AnswerContext, found: Flips, outcome: str) -> str:
    """Return what an answer is called: a verdict, or a side of the level."""
    return context.t(f"verdict.{outcome}" if found.condition is None else f"flip.{outcome}")


def map_title(context: AnswerContext, one: FlipMap) -> str:
    """Return what a map is of."""
    return context.t("flip.map", across=context.prior(one.across.name), up=context.prior(one.up.name))


def with_unit(context: AnswerContext, name: str) -> str:
    """Return what a belief is called, with its unit."""
    return context.prior(name) + text_of(context.beside_belief(name))


def value_text(context: AnswerContext, name: str, value: FlipValue) -> str:
    """Return a value at which the answer changes, without its unit; of a jump what it is between."""
    if value.jump:
        low, high = (context.belief_number(name, end) for end in value.between)
        return context.t("flip.jump", low=low, high=high)
    return context.belief_number(name, value.value)


def value_amount(context: AnswerContext, name: str, value: FlipValue) -> str:
    """Return the same with its unit."""
    return context.t.amount(value_text(context, name, value), context.belief_unit(name))


def in_words(context: AnswerContext, one: BeliefFlips) -> str:
    """Return a belief with the values at which the answer changes, or that there is none."""
    values = context.comma(*(value_amount(context, one.name, value) for value in one.values))
    return f"{context.prior(one.name)}{context.t('list.colon')}{values or context.t(f'flip.{one.outcome}')}"


def _course(context: AnswerContext, one: BeliefFlips) -> Course:
    marks = [
        Mark(value.level.value, value.level.value - value.level.error, value.level.value + value.level.error)
        for value in one.values
    ]
    return Course(in_words(context, one), list(_regions(one)), marks)


def _regions(one: BeliefFlips) -> Iterator[Region]:
    """Give the answers between the outer places: they change at the values, or else half way."""
    places = [place for place in one.places if not _beside_a_value(one, place)]
    start = places[0].level
    for place, after in pairwise(places):
        inside = [value.level.value for value in one.values if place.level < value.level.value < after.level]
        end = inside[0] if inside else (place.level + after.level) / 2
        yield Region(_kind(place), start, end)
        start = end
    yield Region(_kind(places[-1]), start, places[-1].level)


def _beside_a_value(one: BeliefFlips, place: Place) -> bool:
    """Whether a place is unclear because the answer changes near it, which is told by the value."""
    clear = [other.level for other in one.places if other.lead.distinguishable]
    below = max((level for level in clear if level < place.level), default=place.level)
    above = min((level for level in clear if level > place.level), default=place.level)
    unclear = not place.lead.distinguishable
    return unclear and any(below < value.level.value < above for value in one.values)


def _kind(found: Place | MapCell) -> str:
    return found.outcome if found.lead.distinguishable else OPEN


def _points(found: Flips, lead: Effect) -> str:
    """Return a lead in points; nothing of a statistic that is no chance."""
    if found.condition is not None and not found.condition.statistic.chance:
        return ""
    return f"{100 * lead.value:+.0f}".replace("-", "−")
