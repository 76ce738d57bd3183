"""The shape of a metric over the paths: by verdict as the report has it, or as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any

import arviz_plots
import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from xarray import Dataset, DataTree

from simulator.analysis.distribution import Histogram, histogram
from simulator.errors import UsageError
from simulator.estimate import CODES, pool, probability, probability_below, quantile
from simulator.estimate import Number as Estimate
from simulator.report.figures.outcome import SAY, Outcome, Source, outcome, percent
from simulator.report.figures.style import PALETTE, WIDTH, Picture, blank, halo, say, styled, write_numbers

#: Inches.
HEIGHT = 4.4
#: What arviz-plots draws of a density. Any: its annotation lacks "face", which its text has.
_VISUALS: Mapping[Any, Any] = {
    "dist": {"color": PALETTE["one"]},
    "face": {"color": PALETTE["one"], "alpha": 0.25},
    "credible_interval": False,
    "point_estimate": False,
    "point_estimate_text": False,
    "title": False,
    "remove_axis": False,
}


@styled
def distribution(source: Source, metric: str, by_verdict: bool = True) -> Figure:
    """Return the distribution of a metric over the paths.

    Parameters
    ----------
    source
        A run, or the tree that `Run.to_datatree` makes of it.
    metric
        Its full name, such as ``value_created.group``.
    by_verdict
        Whether each bar is split by the verdicts of its paths; where there are none it is not.
    """
    found = outcome(source, metric)
    codes = found.codes if by_verdict else None
    shape = histogram(found.values, codes)
    if shape is None:
        message = f"{metric}: no path has a finite value"
        raise UsageError(message)
    figure, axes = _whole(found, shape) if codes is None else _split(found, shape)
    axes.set_xlabel(found.axis)
    write_numbers(axes, "x")
    if found.crosses_zero:
        axes.axvline(0, color=PALETTE["ink"], linewidth=0.8)
        finding = f"below zero on {percent(probability_below(found.pool, 0.0))} of paths"
    else:
        finding = f"median {found.amount(quantile(found.pool, 0.5))}"
    ends = [found.amount(quantile(found.pool, p)) for p in (0.1, 0.5, 0.9)]
    say(
        figure,
        f"{found.name}: {finding}",
        f"P10 {ends[0]}, median {ends[1]}, P90 {ends[2]}.",
        f"{_beyond(found, shape)} {found.note}",
    )
    return figure


def _split(found: Outcome, shape: Histogram) -> tuple[Figure, Axes]:
    """Draw bars that are split by verdict, the worst below."""
    figure, axes = blank(HEIGHT)
    edges = shape.edges * found.factor
    floor = np.zeros(len(edges) - 1)
    tallest = 100 * float(np.sum(list(shape.shares.values()), axis=0).max())
    axes.set_ylim(0, tallest * 1.08)
    names = ("bear", "base", "bull")
    for name in names:
        part = 100 * shape.shares[name]
        axes.stairs(floor + part, edges, baseline=floor, fill=True, color=PALETTE[name], linewidth=0)
        floor = floor + part
    _key(axes, found, names, left=int(np.argmax(floor)) > len(floor) / 2)
    axes.set_ylabel(f"% of paths in each bar of {edges[1] - edges[0]:.4g} {found.unit}".rstrip())
    axes.grid(axis="y")
    write_numbers(axes, "y")
    return figure, axes


def _key(axes: Axes, found: Outcome, names: Sequence[str], left: bool) -> None:
    """Name the parts, in the order in which they lie, on the side where the bars are low."""
    for line, name in enumerate(reversed(names)):
        share = probability(pool(found.codes == CODES[name], found.sampler))
        x, y = 0.02 if left else 0.76, 0.93 - 0.075 * line
        axes.plot([x], [y], "s", color=PALETTE[name], markersize=8, transform=axes.transAxes)
        place = (x + 0.018, y)
        text = f"{SAY(f'verdict.{name}')} {percent(share)}"
        color = PALETTE[f"{name}-ink"]
        halo(axes.annotate(text, place, xycoords="axes fraction", color=color, weight="bold", va="center"))


def _whole(found: Outcome, shape: Histogram) -> tuple[Figure, Axes]:
    """Draw the density of the paths between the ends of the report's charts."""
    edges = shape.edges * found.factor
    values = found.values.astype(np.float64).ravel() * found.factor
    kept = values[(values >= edges[0]) & (values <= edges[-1])]
    tree = DataTree.from_dict({"prior_predictive": Dataset({"x": ("path", kept)})})
    drawn = arviz_plots.plot_dist(
        tree,
        group="prior_predictive",
        sample_dims=["path"],
        kind="hist",
        backend="matplotlib",
        stats={"dist": {"bins": edges}},
        visuals=_VISUALS,
        figure_kwargs={"FigureClass": Picture, "figsize": (WIDTH, HEIGHT), "layout": "constrained"},
    )
    figure: Figure = drawn.viz["figure"].item()
    # The figure is the caller's now: left with pyplot, a notebook would show it a second time.
    pyplot.close(figure)
    axes = figure.axes[0]
    middle = quantile(found.pool, 0.5)
    _mark_median(axes, found, middle)
    axes.set_ylabel(f"density, per {found.unit or 'unit of the metric'}")
    axes.set_ylim(bottom=0)
    return figure, axes


def _mark_median(axes: Axes, found: Outcome, middle: Estimate) -> None:
    at = middle.value * found.factor
    if np.isfinite(at):
        axes.axvline(at, color=PALETTE["one"], linewidth=1.6)
        place = (at, 1.0)
        halo(
            axes.annotate(
                "median",
                place,
                (5, -4),
                xycoords=axes.get_xaxis_transform(),
                textcoords="offset points",
                color=PALETTE["one"],
                va="top",
            )
        )


def _beyond(found: Outcome, shape: Histogram) -> str:
    """Return what is not drawn."""
    told = f"Beyond the chart lie {100 * (shape.below + shape.above):.2g}% of paths"
    if shape.infinite:
        infinite = probability(pool(np.isinf(found.values), found.sampler))
        told += f", and {percent(infinite)} are infinite"
    return f"{told}."
