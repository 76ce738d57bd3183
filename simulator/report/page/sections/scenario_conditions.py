"""Conditions of a box in words and in signs: limits in the belief's own unit, and its quantiles."""

from collections.abc import Sequence

from simulator.analysis.questions.scenarios.records import Condition
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import Inline

#: Figures of a limit: it lies at a whole percentile, and is no better known.
FIGURES = 3


def in_words(context: AnswerContext, conditions: Sequence[Condition]) -> list[Inline]:
    """Return conditions as they stand in a sentence."""
    return context.t.list_of([condition(context, one) for one in conditions])


def condition(context: AnswerContext, one: Condition) -> list[Inline]:
    """Return a condition in the belief's own unit and by its quantiles."""
    t, name = context.t, context.prior(one.belief)
    share = t.rounded_percent(one.share)
    if one.values:
        values = t("scenarios.either").join(amount(context, one, value) for value in one.values)
        return t.compose("scenarios.values", belief=name, values=values, share=share)
    if one.high is None:
        return t.compose("scenarios.above", belief=name, low=amount(context, one, one.low), share=share)
    if one.low is None:
        return t.compose("scenarios.below", belief=name, high=amount(context, one, one.high), share=share)
    low, high = (amount(context, one, limit) for limit in (one.low, one.high))
    start, end = (t.number(round(100 * quantile)) for quantile in one.quantiles)
    return t.compose("scenarios.between", belief=name, low=low, high=high, **{"from": start}, to=end)


def amount(context: AnswerContext, one: Condition, limit: float | None) -> str:
    """Return a limit of a condition, or a value, with its unit."""
    return context.belief_amount(one.belief, float(f"{limit:.{FIGURES}g}"))


def limits(context: AnswerContext, one: Condition) -> str:
    """Return the limits of a condition as signs and numbers, without their unit."""

    def number(value: float) -> str:
        return context.belief_number(one.belief, float(f"{value:.{FIGURES}g}"))

    if one.values:
        return context.comma(*map(number, one.values))
    low, high = (None if limit is None else number(limit) for limit in (one.low, one.high))
    if high is None:
        return f"≥ {low}"
    return f"≤ {high}" if low is None else f"{low} – {high}"
