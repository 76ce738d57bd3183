"""How far the verdict hangs on the thresholds of the scorecard, which are choices and no beliefs."""

from collections.abc import Iterator

from simulator.analysis.explanation.thresholds import MOVE, MovedThreshold
from simulator.report.page.context import Context, shown
from simulator.report.page.document import Block, Column, Inline, Paragraph, Row, Table

#: Digits of a threshold that is moved.
DIGITS = 3


def table(context: Context) -> Iterator[Block]:
    """Give the verdicts where one threshold is moved; nothing where the rules count no passes."""
    say, found = context.say, context.found.thresholds
    if not found:
        return
    read = say.fill("scorecard.rules", share=_share(context), verdict=context.within(_likeliest(context)))
    yield Paragraph(read, "note")
    head = [
        Column(say("scorecard.item"), numeric=False),
        Column(say("scorecard.moved_median")),
        Column(say("scorecard.moved_from")),
        Column(say("scorecard.moved_to")),
        Column(say("scorecard.moved_likeliest"), numeric=False),
        *(Column(say(f"verdict.{name}"), "%") for name in context.codes),
    ]
    caption = say("scorecard.moved_caption", entity=context.entity_text(context.leader))
    yield Table(caption, head, [_row(context, one) for one in found])


def sentence(context: Context) -> list[list[Inline]]:
    """Return the first threshold that, moved, changes the likeliest verdict, for page one; else nothing."""
    changing = [one for one in context.found.thresholds if _changes(context, one)]
    return [
        context.say.fill(
            "answer.threshold",
            metric=context.label_within(one.metric),
            threshold=_amount(context, one.metric, one.threshold),
            moved=_amount(context, one.metric, one.moved),
            first=context.within(one.likeliest),
        )
        for one in changing[:1]
    ]


def limit(context: Context) -> list[list[Inline]]:
    """Return how many of the moves make another verdict the likeliest, as a limit of the report."""
    say, found = context.say, context.found.thresholds
    if not found:
        return []
    changing = sum(_changes(context, one) for one in found)
    return [
        say.fill(
            "scorecard.limit",
            share=_share(context),
            verdict=context.within(_likeliest(context)),
            n=say.count(changing),
            all=say.count(len(found)),
            entity=context.of(context.leader),
            section=say("section.scorecard"),
        )
    ]


def _share(context: Context) -> str:
    return context.say.rough_percent({"value": MOVE, "mcse": None})


def _likeliest(context: Context) -> str:
    chances = context.summary["verdicts"][context.leader]
    return max(context.codes, key=lambda name: chances[name]["value"])


def _changes(context: Context, one: MovedThreshold) -> bool:
    return one.clear and one.likeliest != _likeliest(context)


def _row(context: Context, one: MovedThreshold) -> Row:
    say, metric = context.say, shown(one.metric)
    estimate = context.estimate(metric, context.leader)
    chances = ({"value": one.chances[name].value, "mcse": one.chances[name].error} for name in context.codes)
    cells: list[list[Inline]] = [
        [context.number(metric, estimate["p50"], unit=True) if estimate else "–"],
        [_amount(context, metric.metric, one.threshold)],
        [_amount(context, metric.metric, one.moved)],
        [context.verdict(one.likeliest) if one.clear else say("scorecard.moved_unclear")],
        *([say.estimate(chance, 100.0)] for chance in chances),
    ]
    return Row([context.label(one.metric)], cells, strong=_changes(context, one))


def _amount(context: Context, metric: str, value: float) -> str:
    """Return a threshold with its unit, to as many digits as it is told in."""
    one = shown(metric)
    number = float(f"{value * context.factor(one):.{DIGITS}g}")
    return context.say.amount(context.say.given(number), context.unit(one))
