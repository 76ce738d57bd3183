"""The pictures of scenarios: where boxes lie on their beliefs, how pure they are and how much they hold."""

from simulator.analysis.questions.scenarios import Scenarios
from simulator.analysis.questions.scenarios.records import Condition, Scenario
from simulator.report.drawing import SMALL, WIDE, Point, Size, Span, Spans, spans, trade
from simulator.report.markup import Element
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import Chart, Charts
from simulator.report.page.sections.scenario_conditions import amount


def charts(context: AnswerContext, found: Scenarios) -> Charts:
    """Return both pictures, as they stand in a report."""
    t = context.t
    wide, small = (ranges_of(context, found, size) for size in (WIDE, SMALL))
    pictures = [
        Chart("", True, t("scenarios.chart"), wide, small, t("scenarios.chart_about")),
        Chart("", False, t("scenarios.trade"), None, trade_of(context, found, SMALL), _ends(context, found)),
    ]
    return Charts("scenarios", t("scenarios.charts"), pictures, note=t("scenarios.trade_about"))


def ranges_of(context: AnswerContext, found: Scenarios, size: Size) -> Element:
    """Return the drawing of the boxes on the quantiles of their beliefs."""
    t = context.t
    groups = [
        Spans(_title(context, found, one), kind, [_span(context, row) for row in one.conditions])
        for one, kind in _drawn(found)
    ]
    return spans(size, groups, {"label": t("scenarios.chart"), "across": t("scenarios.across")})


def trade_of(context: AnswerContext, found: Scenarios, size: Size) -> Element:
    """Return the drawing of how pure boxes are against how much of the event they hold."""
    t = context.t
    curve = [Point(one.share.coverage, one.share.purity) for one in found.trajectory]
    marks = [
        Point(
            one.share.coverage,
            one.share.purity,
            "one" if kind == "up" else "two",
            _title(context, found, one),
        )
        for one, kind in _drawn(found)
    ]
    texts = {"label": t("scenarios.trade"), "across": t("scenarios.covered"), "up": t("scenarios.inside")}
    return trade(size, curve, marks, found.probability.value, texts)


def _drawn(found: Scenarios) -> list[tuple[Scenario, str]]:
    """Return the boxes that are drawn, and the names of their colours."""
    others = [*found.boxes[1:], *([found.other] if found.other else [])]
    return [(found.boxes[0], "up"), *((one, "down") for one in others)]


def _title(context: AnswerContext, found: Scenarios, one: Scenario) -> str:
    if one is found.other:
        return context.t("scenarios.without_short", belief=context.prior(found.boxes[0].conditions[0].belief))
    return context.t("scenarios.outside_short" if one.outside else "scenarios.recommended")


def _span(context: AnswerContext, one: Condition) -> Span:
    """Return a condition on the quantiles of its belief; of values their share, from the left."""
    low, high = (0.0, one.share) if one.values else one.quantiles
    limits = [amount(context, one, limit) for limit in (one.low, one.high) if limit is not None]
    text = context.t("list.comma").join(limits or [amount(context, one, value) for value in one.values])
    signs = {(True, False): "≥ ", (False, True): "≤ "}
    sign = signs.get((one.low is not None, one.high is not None), "")
    return Span(context.prior(one.belief), low, high, sign + text)


def _ends(context: AnswerContext, found: Scenarios) -> str:
    first, last = (found.trajectory[place].share for place in (0, -1))
    names = {"first": first.purity, "all": first.coverage, "last": last.purity, "least": last.coverage}
    return context.t(
        "scenarios.trade_words", **{name: context.t.rounded_percent(one) for name, one in names.items()}
    )
