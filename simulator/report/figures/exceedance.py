"""How probable more than each amount is."""

import numpy as np
from matplotlib.figure import Figure

from simulator.analysis.distribution import curve
from simulator.errors import UsageError
from simulator.estimate import Number as Estimate
from simulator.estimate import probability_above, quantile
from simulator.report.figures.outcome import Source, outcome, percent
from simulator.report.figures.style import PALETTE, blank, halo, say, styled, write_numbers

#: Inches.
HEIGHT = 4.4
#: Dots nearer than this have one number: of the width of the curve, and in percentage points.
APART = (0.17, 5.5)


@styled
def exceedance(source: Source, metric: str) -> Figure:
    """Return the probability of more than each amount of a metric, with its error.

    Parameters
    ----------
    source
        A run, or the tree that `Run.to_datatree` makes of it.
    metric
        Its full name, such as ``value_created.group``.
    """
    found = outcome(source, metric)
    line = curve(found.pool)
    if line is None:
        message = f"{metric}: its finite paths are all alike, or some are no numbers; there is no curve"
        raise UsageError(message)
    figure, axes = blank(HEIGHT)
    across, up, error = line.thresholds * found.factor, 100 * line.values, 100 * line.mcse
    axes.fill_between(across, up - 2 * error, up + 2 * error, color=PALETTE["one"], alpha=0.3, linewidth=0)
    axes.plot(across, up, color=PALETTE["one"], linewidth=2)
    axes.plot(line.read * found.factor, 100 * line.read_values, "o", color=PALETTE["one"], markersize=4.5)
    last = (-np.inf, np.inf)
    for x, chance, mcse in zip(line.read, line.read_values, line.read_mcse, strict=True):
        text = percent(Estimate(float(chance), float(mcse)))
        place = (float(x) * found.factor, 100 * float(chance))
        if place[0] - last[0] < APART[0] * (across[-1] - across[0]) and last[1] - place[1] < APART[1]:
            continue
        last = place
        halo(axes.annotate(text, place, (6, 5), textcoords="offset points", color=PALETTE["ink"]))
    axes.set_xlabel(found.axis)
    axes.set_ylabel("probability of more, %")
    axes.set_ylim(0, 108)
    axes.set_yticks(range(0, 101, 20))
    axes.margins(x=0.01)
    axes.set_xlim(right=across[-1] + 0.12 * (across[-1] - across[0]))
    axes.grid(axis="y")
    write_numbers(axes, "x")
    middle, tenth, hundredth = (found.amount(quantile(found.pool, p)) for p in (0.5, 0.9, 0.99))
    if found.crosses_zero:
        axes.axvline(0, color=PALETTE["ink"], linewidth=0.8)
        under = f"One path in two has more than {middle}, one in ten {tenth}, one in a hundred {hundredth}."
        finding = f"above zero with a probability of {percent(probability_above(found.pool, 0.0))}"
    else:
        under = f"One path in ten has more than {tenth}, one in a hundred {hundredth}."
        finding = f"one path in two has more than {middle}"
    say(
        figure,
        f"{found.name}: {finding}",
        under,
        f"The band is two standard errors to either side, where that is wider than the line. {found.note}",
    )
    return figure
