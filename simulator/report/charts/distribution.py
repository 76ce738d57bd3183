"""How a metric is distributed over the paths: its histogram, its exceedance curve, its tail."""

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
from jaxtyping import Bool

from simulator.analysis.distribution import Histogram, curve, histogram
from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.estimate import (
    codes_of,
    expected_shortfall,
    parts_of,
    pool,
    probability,
    probability_above,
    probability_below,
    quantile,
    shown,
)
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import LOCALE, Subject, percent, sampler
from simulator.report.drawing import WIDE, Curve, Strip, chance, shape
from simulator.report.drawing import tails as drawn_tails

type End = Literal["worst", "best"]

#: The ends and the middle of a strip below a histogram.
ENDS = (0.05, 0.5, 0.95)
#: Probabilities between which tails are drawn, and how many points each has.
DEEP, SHALLOW, POINTS = 0.003, 0.5, 50
#: The share of the extreme paths whose mean is given.
EXTREME = 0.05
#: Colours of tails to compare.
KINDS = ("one", "two", "three")


def distribution(run: Run, metric: str, by_verdict: bool = True) -> Chart:
    """Return the distribution of a metric over the paths.

    Parameters
    ----------
    run
        As simulated or opened.
    metric
        Its full name, such as ``value_created.group``.
    by_verdict
        Whether each bar is split by the verdicts of its paths; where there are none it is not.

    Raises
    ------
    UsageError
        There is no such metric, or none of its paths is finite.
    """
    found = Subject(run, metric)
    values = found.values
    codes = found.codes if by_verdict else None
    split = found.split if by_verdict else None
    bins = histogram(values, codes, codes_of(found.run.study.settings.verdicts), split)
    if bins is None:
        message = f"{metric}: no path has a finite value"
        raise UsageError(message)
    if found.crosses_zero:
        finding = f"below zero on {percent(probability_below(found.pool, 0.0))} of paths"
    else:
        finding = f"median {found.amount(quantile(found.pool, 0.5))}"
    low, middle, high = (found.amount(quantile(found.pool, p)) for p in (0.1, 0.5, 0.9))
    width = f"{(bins.edges[1] - bins.edges[0]) * found.factor:.4g} {found.unit}".rstrip()
    texts = {"label": found.title, "across": found.axis, "up": f"% of paths in each bar of {width}"}
    return Chart(
        f"{found.title}: {finding}",
        f"P10 {low}, median {middle}, P90 {high}.",
        f"Below the bars: P5, median and P95. {_beyond(found, bins)}",
        shape(WIDE, bins, found.factor, list(_strips(found, codes)), texts, LOCALE.tick),
        [] if codes is None else list(_legend(found, codes)),
    )


def _strips(found: Subject, codes: np.ndarray | None) -> Iterator[Strip]:
    """Give the ends and the middle of all paths, and of those of each verdict."""
    parts = {} if codes is None else _parts(found, codes)
    for name, where in {"all": None, **parts}.items():
        if where is not None and not where.any():
            continue
        some = pool(found.values, sampler(found.run), where)
        ends = [quantile(some, p).value * found.factor for p in ENDS]
        if not np.isnan(ends).any():
            yield Strip(LOCALE("outcomes.all") if name == "all" else LOCALE.short_verdict(name), name, *ends)


def _legend(found: Subject, codes: np.ndarray) -> Iterator[tuple[str, str]]:
    for name, where in _parts(found, codes).items():
        share = probability(pool(where, sampler(found.run)))
        yield name, f"{LOCALE(f'verdict.{name}')} {percent(share)}"


def _parts(found: Subject, codes: np.ndarray) -> dict[str, Bool[np.ndarray, "replicate point"]]:
    """Return where each verdict holds, and each part of all else in its place where it is split."""
    code_of = codes_of(found.run.study.settings.verdicts)
    parts = {} if found.split is None else {n: found.split == code for n, code in parts_of(code_of).items()}
    return shown({name: codes == code for name, code in code_of.items()}, parts)


def _beyond(found: Subject, bins: Histogram) -> str:
    """Return what is not drawn, and of which run the rest is."""
    text = f"Beyond the chart lie {100 * (bins.below + bins.above):.2g}% of paths"
    if bins.infinite:
        infinite = probability(pool(np.isinf(found.values), sampler(found.run)))
        text += f", and {percent(infinite)} are infinite"
    return f"{text}. {found.note}"


def exceedance(run: Run, metric: str) -> Chart:
    """Return the probability of more than each amount of a metric, with its error.

    Parameters
    ----------
    run
        As simulated or opened.
    metric
        Its full name, such as ``value_created.group``.

    Raises
    ------
    UsageError
        There is no such metric, or its paths make no curve.
    """
    found = Subject(run, metric)
    line = curve(found.pool)
    if line is None:
        message = f"{metric}: its finite paths are all alike, or some are no numbers; there is no curve"
        raise UsageError(message)
    middle, tenth, hundredth = (found.amount(quantile(found.pool, p)) for p in (0.5, 0.9, 0.99))
    if found.crosses_zero:
        finding = f"above zero with a probability of {percent(probability_above(found.pool, 0.0))}"
        under = f"One path in two has more than {middle}, one in ten {tenth}, one in a hundred {hundredth}."
    else:
        finding = f"one path in two has more than {middle}"
        under = f"One path in ten has more than {tenth}, one in a hundred {hundredth}."
    labels = [
        LOCALE.percent({"value": float(value), "mcse": float(error)})
        for value, error in zip(line.read_values, line.read_mcse, strict=True)
    ]
    texts = {"label": found.title, "across": found.axis, "up": "probability of more"}
    return Chart(
        f"{found.title}: {finding}",
        under,
        f"The band is two standard errors to either side, where that is wider than the line. {found.note}",
        chance(WIDE, line, found.factor, texts, LOCALE.tick, labels),
    )


def tails(runs: Mapping[str, Run], metric: str, end: End = "worst") -> Chart:
    """Return the probability of a metric's extreme outcomes on a logarithmic scale, for one to three runs.

    Parameters
    ----------
    runs
        By what they are called.
    metric
        Its full name, such as ``value_created.group``.
    end
        Which: the worst outcomes or the best.

    Raises
    ------
    UsageError
        There are none or more than three, or a metric is the same on all paths.
    """
    if not 1 <= len(runs) <= len(KINDS):
        message = f"tails: found {len(runs)} runs; allowed: 1 to {len(KINDS)}, by what they are called"
        raise UsageError(message)
    found = {name: Subject(run, metric) for name, run in runs.items()}
    one = next(iter(found.values()))
    low = one.display.low_is_bad == (end == "worst")
    curves = [_tail(each, kind, low) for kind, each in zip(KINDS, found.values(), strict=False)]
    extreme = {
        name: expected_shortfall(each.pool, EXTREME, "lower" if low else "upper")
        for name, each in found.items()
    }
    averages = ", ".join(f"{each.amount(extreme[name])} ({name})" for name, each in found.items())
    texts = {
        "label": one.title,
        "across": one.axis,
        "up": f"probability of {'less' if low else 'more'}, logarithmic",
    }
    return Chart(
        f"{one.title}: the {end} {100 * EXTREME:g}% of paths average {averages}",
        "",
        f"Bands: two standard errors. {one.note}",
        drawn_tails(WIDE, curves, texts, LOCALE.tick),
        [(f"median {kind}", name) for kind, name in zip(KINDS, found, strict=False)],
    )


def _tail(each: Subject, kind: str, low: bool) -> Curve:
    ordered = each.pool.ordered[np.isfinite(each.pool.ordered)].astype(np.float64)
    first, last = np.quantile(ordered, [DEEP, SHALLOW] if low else [1 - SHALLOW, 1 - DEEP]).tolist()
    if first == last:
        message = f"{each.name}: its extreme paths are all alike; there is no tail"
        raise UsageError(message)
    at = np.linspace(first, last, POINTS)
    chance_of = probability_below if low else probability_above
    chances = [chance_of(each.pool, float(x)) for x in at]
    value, error = (np.array([getattr(one, part) for one in chances]) for part in ("value", "error"))
    return Curve(kind, at * each.factor, value, error)
