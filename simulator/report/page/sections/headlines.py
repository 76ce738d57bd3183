"""What a chart shows, in a few words: no difference is stated that errors do not allow."""

from collections.abc import Mapping
from typing import Any

from simulator.report.estimates import apart
from simulator.report.page.context import Context
from simulator.report.page.fans import Fan
from simulator.report.page.shapes import Exceedance
from simulator.report.page.shown import Shown
from simulator.report.page.speech import Unit

#: The chance whose threshold tells of the upper end.
RARE = 0.1

EVEN = {"value": 0.5, "mcse": 0.0}


def outcome(context: Context, one: Shown, estimate: Mapping[str, Any]) -> str:
    """Return what a distribution shows: how often it is below zero, or its middle and its upper end."""
    say = context.say
    if one.low_is_bad:
        below = estimate["prob_below_zero"]
        if below["value"] is None:
            return ""
        if not apart(below, EVEN):
            return say("finding.below_even")
        turn = "more" if below["value"] > EVEN["value"] else "less"
        return say(f"finding.below_{turn}", p=say.rough_percent(below))
    if estimate["p50"]["value"] is None or estimate["p95"]["value"] is None:
        return ""
    middle, high = (context.rough(one, estimate[name]) for name in ("p50", "p95"))
    return say("finding.spread", middle=middle, high=high)


def fan(context: Context, unit: Unit, parts: Mapping[str, Fan], quarters: tuple[str, ...]) -> str:
    """Return what a fan shows: how its median moves, or how the medians of two quantities compare."""
    say, last = context.say, len(quarters) - 1

    def median(one: Fan, at: int) -> dict[str, float | None]:
        return {"value": float(one.quantiles[2, at]), "mcse": float(one.mcse[1, at])}

    if len(parts) == 2:
        (one, first), (two, second) = (
            (say(f"time.{name}"), median(own, last)) for name, own in parts.items()
        )
        texts = {"first": say.rough(first, unit.factor, unit), "second": say.rough(second, unit.factor, unit)}
        key = "finding.pair" if apart(first, second) else "finding.pair_even"
        return say(key, one=one, two=two, quarter=quarters[last], **texts)
    own = next(iter(parts.values()))
    start, end = median(own, 0), median(own, last)
    if not apart(start, end):
        return say("finding.level", quarter=quarters[last])
    key = "finding.rises" if (end["value"] or 0.0) > (start["value"] or 0.0) else "finding.falls"
    first, second = (say.rough(number, unit.factor, unit) for number in (start, end))
    return say(key, first=first, last=second, quarter=quarters[last])


def chance(context: Context, one: Shown, found: Exceedance, step: float) -> str:
    """Return what a curve shows: an amount that is exceeded rarely."""
    say, unit = context.say, context.unit(one)
    place = int(abs(found.read_values - RARE).argmin())
    amount = say.bound("finding.over", say.tick(float(found.read[place]) * context.factor(one), step), unit)
    share = {"value": float(found.read_values[place]), "mcse": float(found.read_mcse[place])}
    return say("finding.chance", n=amount, p=say.rough_percent(share))


def drivers(context: Context, one: Shown, target: Mapping[str, Any]) -> str:
    """Return what a tornado shows: its first prior, if its share is larger than that of the next."""
    say, rows = context.say, target["drivers"]
    if len(rows) > 1 and not apart(rows[0]["share"], rows[1]["share"]):
        first, second = (context.prior(row["prior"]) for row in rows[:2])
        return say("finding.no_leader", first=first, second=second)
    low, high = (context.rough(one, rows[0][end]) for end in ("low", "high"))
    return say("finding.leader", prior=context.prior(rows[0]["prior"]), low=low, high=high)


def verdicts(context: Context, chances: Mapping[str, Mapping[str, Any]]) -> str:
    """Return which of the companies has the greatest chance of bear, and which the least."""
    say = context.say
    bear = {name: own["bear"] for name, own in chances.items() if name != context.leader}
    if len(bear) < 2 or "no_verdict" in context.summary:
        return ""
    least, most = (pick(bear, key=lambda name: bear[name]["value"]) for pick in (min, max))
    if not apart(bear[most], bear[least]):
        return say("finding.verdicts_even")
    return say(
        "finding.verdicts",
        bear=say("verdict.the_bear"),
        most=context.entity_text(most),
        least=context.entity_text(least),
        p_most=say.rough_percent(bear[most]),
        p_least=say.rough_percent(bear[least]),
    )
