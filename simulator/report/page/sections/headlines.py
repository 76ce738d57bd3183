"""What a chart shows, in a few words: no difference is stated that errors do not allow."""

from collections.abc import Mapping
from math import isfinite, isnan

from simulator.analysis.display import MetricDisplay
from simulator.analysis.distribution import Exceedance
from simulator.analysis.explanation.records import ExplainedTarget
from simulator.analysis.fan import Fan
from simulator.estimate import MetricStatistics, Number, apart, feared
from simulator.report.page.context import Context
from simulator.report.page.locale import Unit

#: The chance whose threshold stands for the upper end.
RARE = 0.1

EVEN = Number(0.5, 0.0)


def outcome(context: Context, one: MetricDisplay, estimate: MetricStatistics) -> str:
    """Return what a distribution shows: how often it is below zero, or its middle and its upper end."""
    t = context.t
    if one.low_is_bad:
        below = estimate["prob_below_zero"]
        if isnan(below.value):
            return ""
        if not apart(below, EVEN):
            return t("finding.below_even")
        side = "more" if below.value > EVEN.value else "less"
        return t(f"finding.below_{side}", p=t.about_percent(below))
    if not (isfinite(estimate["p50"].value) and isfinite(estimate["p95"].value)):
        return ""
    middle, high = (context.rounded(one, estimate[name]) for name in ("p50", "p95"))
    return t("finding.spread", middle=middle, high=high)


def fan(context: Context, unit: Unit, parts: Mapping[str, Fan], quarters: tuple[str, ...]) -> str:
    """Return what a fan shows: how its median moves, or how the medians of two quantities compare."""
    t, last = context.t, len(quarters) - 1

    def median(own: Fan, at: int) -> str:
        return t.rounded(_median(own, at), unit.factor, unit)

    own, *others = parts.values()
    if others:
        key = "finding.pair" if _apart(own, last, others[0], last) else "finding.pair_even"
        one, two = (t(f"time.{name}") for name in parts)
        first, second = median(own, last), median(others[0], last)
        return t(key, one=one, two=two, first=first, second=second, quarter=quarters[last])
    medians = own.quantiles[2]
    texts = {"quarter": quarters[last], "first": median(own, 0), "last": median(own, last)}
    if (turn := _turn(own)) is not None:
        key = "peaks" if medians[turn] > medians[0] else "dips"
        return t(f"finding.{key}", most=median(own, turn), extreme=quarters[turn], **texts)
    if not _apart(own, 0, own, last):
        return t("finding.level", quarter=quarters[last])
    return t("finding.rises" if medians[last] > medians[0] else "finding.falls", **texts)


def _median(one: Fan, at: int) -> Number:
    """Return the median at a quarter with its error."""
    return Number(float(one.quantiles[2, at]), float(one.mcse[1, at]))


def _apart(one: Fan, at: int, other: Fan, then: int) -> bool:
    return apart(_median(one, at), _median(other, then))


def _turn(one: Fan) -> int | None:
    """Return the quarter of the peak or of the trough of a median that turns; None where both ends bound it.

    Of a median with both it is the one that lies further beyond its ends.
    """
    medians, last = one.quantiles[2], one.quantiles.shape[1] - 1
    ends = medians[0], medians[last]
    peak, trough = int(medians.argmax()), int(medians.argmin())
    turn = peak if medians[peak] - max(ends) >= min(ends) - medians[trough] else trough
    return turn if all(_apart(one, turn, one, end) for end in (0, last)) else None


def chance(context: Context, one: MetricDisplay, found: Exceedance, step: float) -> str:
    """Return what a curve shows: an amount that is exceeded rarely."""
    t, place = context.t, int(abs(found.read_values - RARE).argmin())
    threshold = t.tick(float(found.read[place]) * context.factor(one), step)
    share = Number(float(found.read_values[place]), float(found.read_mcse[place]))
    amount = t.bound("finding.over", threshold, context.unit(one))
    return t("finding.chance", n=amount, p=t.about_percent(share))


def drivers(context: Context, one: MetricDisplay, target: ExplainedTarget) -> str:
    """Return what a tornado shows: its first prior by share, if that is clearly the first."""
    t, (first, *rest) = context.t, target.drivers
    prior = context.prior(first.prior)
    if rest and not apart(first.share, rest[0].share):
        return t("finding.no_leader", first=prior, second=context.prior(rest[0].prior))
    low, high = (context.rounded(one, end.mean) for end in (first.low, first.high))
    return t("finding.leader", prior=prior, share=t.about_percent(first.share), low=low, high=high)


def verdicts(context: Context, chances: Mapping[str, Mapping[str, Number]]) -> str:
    """Return which of the companies has the greatest chance of bear, and which the least."""
    t, worst = context.t, feared(context.codes)
    bear = {name: own[worst] for name, own in chances.items() if name != context.leader}
    if len(bear) < 2 or context.summary.no_verdict:
        return ""
    least, most = (pick(bear, key=lambda name: bear[name].value) for pick in (min, max))
    if not apart(bear[most], bear[least]):
        return t("finding.verdicts_even")
    return t(
        "finding.verdicts",
        bear=t(f"verdict.the_{worst}"),
        most=context.entity_text(most),
        least=context.entity_text(least),
        p_most=t.about_percent(bear[most]),
        p_least=t.rounded_percent(bear[least]),
    )
