"""How far one end of a metric goes, in one run beside others."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.errors import UsageError
from simulator.estimate import Number as Estimate
from simulator.estimate import expected_shortfall, probability_above, probability_below
from simulator.report.figures.outcome import Outcome, Source, outcome
from simulator.report.figures.style import PALETTE, blank, say, styled, write_numbers

type End = Literal["worst", "best"]

#: Inches.
HEIGHT = 4.4
#: Probabilities between which the curves are drawn, and how many points each has.
DEEP, SHALLOW, POINTS = 0.003, 0.5, 50
#: The share of the extreme paths whose mean is told.
EXTREME = 0.05
LOOKS = (("one", "-"), ("two", (0, (5, 2))), ("bear", (0, (1.5, 1.5))))


@styled
def tails(sources: Mapping[str, Source], metric: str, end: End = "worst") -> Figure:
    """Return the probability of a metric's extreme outcomes on a logarithmic scale, for one to three runs.

    Parameters
    ----------
    sources
        By what they are called, runs or trees that `Run.to_datatree` makes of them.
    metric
        Its full name, such as ``value_created.group``.
    end
        Which: the worst outcomes or the best.

    Raises
    ------
    UsageError
        There are none or more than three, or a metric is the same on all paths.
    """
    if not 1 <= len(sources) <= len(LOOKS):
        message = f"tails: found {len(sources)} runs; allowed: 1 to {len(LOOKS)}, by what they are called"
        raise UsageError(message)
    found = {name: outcome(source, metric) for name, source in sources.items()}
    one = next(iter(found.values()))
    low = one.shown.low_is_bad == (end == "worst")
    figure, axes = blank(HEIGHT)
    for (name, each), (color, dash) in zip(found.items(), LOOKS, strict=False):
        _curve(axes, each, name, low, PALETTE[color], dash)
    axes.set_yscale("log")
    levels = (0.5, 1, 2, 5, 10, 20, 50)
    axes.set_yticks(levels, [f"{level:g}" for level in levels])
    axes.yaxis.set_tick_params(which="minor", left=False, labelleft=False)
    axes.set_ylim(100 * DEEP, 100 * SHALLOW)
    axes.set_ylabel(f"probability of {'less' if low else 'more'}, % (log scale)")
    axes.set_xlabel(one.axis)
    axes.grid(axis="y")
    write_numbers(axes, "x")
    axes.legend(loc="lower right" if low else "upper right", frameon=False, labelcolor="linecolor")
    side = "lower" if low else "upper"
    extreme = {name: expected_shortfall(each.pool, EXTREME, side) for name, each in found.items()}
    told = ", ".join(f"{each.amount(extreme[name])} ({name})" for name, each in found.items())
    say(
        figure,
        f"{one.name}: the {end} {100 * EXTREME:g}% of paths average {told}",
        "",
        f"Bands: two standard errors. {one.note}",
    )
    return figure


def _curve(axes: Axes, each: Outcome, name: str, low: bool, color: str, dash: object) -> None:
    ordered = each.pool.ordered[np.isfinite(each.pool.ordered)].astype(np.float64)
    first, last = np.quantile(ordered, [DEEP, SHALLOW] if low else [1 - SHALLOW, 1 - DEEP]).tolist()
    if first == last:
        message = f"{each.shown.metric}: its extreme paths are all alike ({name}); there is no tail"
        raise UsageError(message)
    at = np.linspace(first, last, POINTS)
    chance = probability_below if low else probability_above
    told: list[Estimate] = [chance(each.pool, float(x)) for x in at]
    value, error = (100 * np.array(part) for part in zip(*told, strict=True))
    across = at * each.factor
    band = np.maximum(value - 2 * error, 1e-6), value + 2 * error
    axes.fill_between(across, *band, color=color, alpha=0.25, linewidth=0)
    axes.plot(across, value, color=color, linewidth=2, linestyle=dash, label=name)  # type: ignore[arg-type]
