"""How far the verdict hangs on the thresholds of the scorecard, which are choices and no beliefs."""

from collections.abc import Iterator

from simulator.analysis.display import display_of
from simulator.analysis.explanation.thresholds import MOVE, MovedThreshold, OtherRules
from simulator.estimate import feared, shown
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Column, Content, Paragraph, Row, Table

#: Digits of a threshold that is moved.
DIGITS = 3


def table(context: Context) -> Iterator[Block]:
    """Give the verdicts where one threshold is moved; nothing where the rules count no passes."""
    t, found = context.t, context.found.thresholds
    if not found:
        return
    verdict, share = context.within(context.likeliest), t.rounded_percent(MOVE)
    yield Paragraph(t.compose("scorecard.rules", share=share, verdict=verdict), "note")
    head = [
        *context.text_columns("scorecard.item"),
        *context.columns("scorecard.moved_median", "scorecard.moved_from", "scorecard.moved_to"),
        *context.text_columns("scorecard.moved_likeliest"),
        *context.verdict_columns("%"),
    ]
    caption = t("scorecard.moved_caption", entity=context.entity_text(context.leader))
    yield Table(caption, head, [_row(context, one) for one in found])


def rules(context: Context) -> Iterator[Block]:
    """Give what the scorecard makes of the chance that is feared; nothing where the rules count no passes."""
    t, found, worst = context.t, context.found.rules, feared(context.codes)
    if not found:
        return
    yield Paragraph(rules_sentence(context))
    head = [
        *context.text_columns("scorecard.by_rules"),
        *context.verdict_columns("%"),
        Column(
            t("scorecard.rules_change", verdict=t(f"verdict.the_{worst}")),
            t("unit.points.axis"),
        ),
    ]
    own = [t.estimate(one, 100.0) for one in context.chances(context.leader).values()]
    rows = [Row(t("scorecard.rules_own"), [*own, ""], strong=True)]
    for one in found:
        chances = [t.estimate(chance, 100.0) for chance in shown(one.chances, one.split).values()]
        rows.append(Row(t(f"scorecard.rules_{one.rules}"), [*chances, _change(context, one)]))
    caption = t("scorecard.rules_caption", entity=context.entity_text(context.leader))
    yield Table(caption, head, rows)


def _change(context: Context, one: OtherRules) -> str:
    text = context.t.estimate(one.change, 100.0)
    return text if text.startswith("−") else f"+{text}"


def rules_sentence(context: Context) -> Content:
    """Return what the chance that is feared is under other rules, in a sentence."""
    t, worst = context.t, feared(context.codes)
    now = context.summary.verdicts[context.leader][worst]
    texts = {one.rules: t.rounded_percent(one.chances[worst]) for one in context.found.rules}
    parts = t.list_of([[t(f"scorecard.part_{name}", p=p)] for name, p in texts.items()])
    return t.compose(
        "scorecard.rules_sentence",
        verdict=context.within(worst),
        entity=context.of(context.leader),
        now=t.rounded_percent(now),
        parts=parts,
    )


def sentence(context: Context) -> list[Content]:
    """Return the first threshold that, moved, changes the likeliest verdict, for page one; else nothing."""
    changing = [one for one in context.found.thresholds if _changes(context, one)]
    return [
        context.t.compose(
            "answer.threshold",
            metric=context.label_within(one.metric),
            threshold=_amount(context, one.metric, one.threshold),
            moved=_amount(context, one.metric, one.moved),
            first=context.within(one.likeliest),
        )
        for one in changing[:1]
    ]


def limit(context: Context) -> list[Content]:
    """Return how many of the moves make another verdict the likeliest, as a limit of the report."""
    t, found = context.t, context.found.thresholds
    if not found:
        return []
    limits = t.compose(
        "scorecard.limit",
        share=t.rounded_percent(MOVE),
        verdict=context.within(context.likeliest),
        n=t.count(sum(_changes(context, one) for one in found)),
        all=t.count(len(found)),
        entity=context.of(context.leader),
        section=t("section.scorecard"),
    )
    return [limits]


def _changes(context: Context, one: MovedThreshold) -> bool:
    return one.clear and one.likeliest != context.likeliest


def _row(context: Context, one: MovedThreshold) -> Row:
    t, metric = context.t, display_of(one.metric)
    estimate = context.statistics(metric, context.leader)
    cells = [
        context.number(metric, estimate["p50"], unit=True) if estimate else "–",
        _amount(context, one.metric, one.threshold),
        _amount(context, one.metric, one.moved),
        context.verdict(one.likeliest) if one.clear else t("scorecard.moved_unclear"),
        *(t.estimate(chance, 100.0) for chance in shown(one.chances, one.split).values()),
    ]
    return Row(context.label(one.metric), cells, strong=_changes(context, one))


def _amount(context: Context, metric: str, value: float) -> str:
    """Return a threshold with its unit, to as many digits as it is stated in."""
    one = display_of(metric)
    number = float(f"{value * context.factor(one):.{DIGITS}g}")
    return context.t.amount(context.t.number(number), context.unit(one))
