"""What a metric rests on: its mean where a prior is low and where it is high."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.analysis.display import MetricDisplay, displayed_metrics
from simulator.analysis.explanation import explain
from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.report.figures.outcome import (
    SAY,
    Source,
    about_run,
    entity_title,
    label,
    note,
    run_of,
    titled,
    within,
)
from simulator.report.figures.style import PALETTE, blank, say, styled, write_numbers

#: Priors of a tornado; those that are looked through for the widest.
ROWS, LOOKED = 10, 40
#: Inches of a row, and of all else.
PITCH, REST = 0.3, 2.2


@styled
def drivers(source: Source, metric: str) -> Figure:
    """Return the priors that move a metric's mean most, from the run's own draws, with errors.

    Parameters
    ----------
    source
        A run, or the tree that `Run.to_datatree` makes of it.
    metric
        Full name of a metric, or ``bull.ENTITY`` or ``bear.ENTITY`` for the probability of a verdict.
    """
    run = run_of(source)
    told = explain(run, [metric], LOOKED)
    target = told["targets"][metric]
    if target["constant"] or not target["drivers"]:
        message = f"{metric}: the same on every path, or no prior varies; nothing drives it"
        raise UsageError(message)
    one, name = _shown(run, target)
    unit = SAY.unit(one.unit)
    factor = one.factor * unit.factor
    rows = sorted(target["drivers"], key=lambda row: -abs(row["swing"]["value"] or 0.0))[:ROWS]
    figure, axes = blank(REST + PITCH * len(rows))
    _tornado(axes, rows, target["mean"]["value"], factor)
    mean = f"Mean of {within(name)}" if target["kind"] == "metric" else name
    axes.set_xlabel(f"{mean}, {unit.axis}" if unit.axis else mean)
    first = rows[0]
    low, high = (SAY.estimate(first[end], factor, unit) for end in ("low", "high"))
    say(
        figure,
        f"{titled(name, entity_title(run, target['entity']))}: {first['prior']} moves it most, "
        f"{low} where it is low, {high} where high",
        f"All priors one by one explain {_share(target['explained'])} of the variance; "
        f"{_share(target['unsourced']['share'])} rests on judgement or on no stated basis.",
        "Mean of the paths in a prior's lowest and in its highest tenth; whiskers: two standard errors. "
        + note(about_run(source) | {"paths_kept": told["paths"]}),
    )
    return figure


def _shown(run: Run, target: Mapping[str, Any]) -> tuple[MetricDisplay, str]:
    """Return how a target is shown, and its name."""
    if target["kind"] != "metric":
        return MetricDisplay(target["metric"], "percent", 100.0), f"Probability of {target['metric']}"
    charted, tabled = displayed_metrics(run.units)
    one = next(one for one in (*charted, *tabled) if one.metric == target["metric"])
    return one, label(one.metric)


def _tornado(axes: Axes, rows: list[Mapping[str, Any]], mean: float, factor: float) -> None:
    """Draw a bar to either side of the mean for each prior, the widest on top."""
    middle = mean * factor
    for place, row in enumerate(rows):
        for end, color in (("low", "two"), ("high", "one")):
            value, error = row[end]["value"] * factor, abs(row[end]["mcse"] * factor)
            axes.barh(place, value - middle, left=middle, height=0.62, color=PALETTE[color])
            axes.plot([value - 2 * error, value + 2 * error], [place] * 2, color=PALETTE["ink"], linewidth=1)
            text = SAY.estimate(row[end], factor).partition(" ±")[0]
            before = value < middle
            axes.annotate(
                text,
                (value + (-2 if before else 2) * error, place),
                (-4 if before else 4, 0),
                textcoords="offset points",
                ha="right" if before else "left",
                va="center",
                color=PALETTE["soft"],
                fontsize=8.5,
            )
            if place == 0:
                axes.annotate(
                    f"prior {end}",
                    ((value + middle) / 2, place - 0.42),
                    (0, 2),
                    textcoords="offset points",
                    ha="center",
                    color=PALETTE[color],
                    weight="bold",
                )
    axes.axvline(middle, color=PALETTE["ink"], linewidth=0.8, linestyle=(0, (4, 2)))
    axes.annotate(
        "mean of all paths",
        (middle, len(rows) - 0.1),
        (4, 0),
        textcoords="offset points",
        va="center",
        fontsize=8.5,
    )
    axes.set_yticks(range(len(rows)), [row["prior"] for row in rows], color=PALETTE["ink"])
    axes.set_ylim(len(rows) + 0.2, -1.1)
    axes.margins(x=0.12)
    write_numbers(axes, "x")


def _share(share: Mapping[str, Any]) -> str:
    return SAY.percent(share) if share["distinguishable"] else "no share distinguishable from 0"
