"""What a chart shows, in a few words: no difference is stated that errors do not allow."""

from collections.abc import Mapping
from typing import Any

from simulator.estimate import feared
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
    if len(parts) == 2:
        (one, first), (two, second) = (
            (say(f"time.{name}"), _median(own, last)) for name, own in parts.items()
        )
        texts = {"first": say.rough(first, unit.factor, unit), "second": say.rough(second, unit.factor, unit)}
        key = "finding.pair" if apart(first, second) else "finding.pair_even"
        return say(key, one=one, two=two, quarter=quarters[last], **texts)
    own = next(iter(parts.values()))
    start, end = _median(own, 0), _median(own, last)
    texts = {"quarter": quarters[last]}
    texts |= {name: say.rough(one, unit.factor, unit) for name, one in (("first", start), ("last", end))}
    if (turn := _turn(own)) is not None:
        key = "peaks" if own.quantiles[2, turn] > own.quantiles[2, 0] else "dips"
        most = say.rough(_median(own, turn), unit.factor, unit)
        return say(f"finding.{key}", most=most, turn=quarters[turn], **texts)
    if not apart(start, end):
        return say("finding.level", quarter=quarters[last])
    return say("finding.rises" if own.quantiles[2, last] > own.quantiles[2, 0] else "finding.falls", **texts)


def _median(one: Fan, at: int) -> dict[str, float | None]:
    """Return the median at a quarter with its error."""
    return {"value": float(one.quantiles[2, at]), "mcse": float(one.mcse[1, at])}


def _turn(one: Fan) -> int | None:
    """Return the quarter of the peak or of the trough of a median that turns; None where both ends bound it.

    Of a median with both it is the one that lies further beyond its ends.
    """
    medians, last = one.quantiles[2], one.quantiles.shape[1] - 1
    ends = medians[0], medians[last]
    peak, trough = int(medians.argmax()), int(medians.argmin())
    turn = peak if medians[peak] - max(ends) >= min(ends) - medians[trough] else trough
    beyond = all(apart(_median(one, turn), _median(one, end)) for end in (0, last))
    return turn if beyond else None


def chance(context: Context, one: Shown, found: Exceedance, step: float) -> str:
    """Return what a curve shows: an amount that is exceeded rarely."""
    say, unit = context.say, context.unit(one)
    place = int(abs(found.read_values - RARE).argmin())
    amount = say.bound("finding.over", say.tick(float(found.read[place]) * context.factor(one), step), unit)
    share = {"value": float(found.read_values[place]), "mcse": float(found.read_mcse[place])}
    return say("finding.chance", n=amount, p=say.rough_percent(share))


def drivers(context: Context, one: Shown, target: Mapping[str, Any]) -> str:
    """Return what a tornado shows: its first prior by share, if that is clearly the first."""
    say, rows = context.say, target["drivers"]
    if len(rows) > 1 and not apart(rows[0]["share"], rows[1]["share"]):
        first, second = (context.prior(row["prior"]) for row in rows[:2])
        return say("finding.no_leader", first=first, second=second)
    low, high = (context.rough(one, rows[0][end]) for end in ("low", "high"))
    share = say.rough_percent(rows[0]["share"])
    return say("finding.leader", prior=context.prior(rows[0]["prior"]), share=share, low=low, high=high)


def verdicts(context: Context, chances: Mapping[str, Mapping[str, Any]]) -> str:
    """Return which of the companies has the greatest chance of bear, and which the least."""
    say = context.say
    worst = feared(context.codes)
    bear = {name: own[worst] for name, own in chances.items() if name != context.leader}
    if len(bear) < 2 or "no_verdict" in context.summary:
        return ""
    least, most = (pick(bear, key=lambda name: bear[name]["value"]) for pick in (min, max))
    if not apart(bear[most], bear[least]):
        return say("finding.verdicts_even")
    return say(
        "finding.verdicts",
        bear=say(f"verdict.the_{worst}"),
        most=context.entity_text(most),
        least=context.entity_text(least),
        p_most=say.rough_percent(bear[most]),
        p_least=say.rough_percent(bear[least]),
    )
