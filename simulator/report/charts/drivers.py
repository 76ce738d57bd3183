"""What a metric rests on: its mean where a prior is low and where it is high."""

from simulator.analysis.display import MetricDisplay
from simulator.analysis.explanation import explain
from simulator.analysis.explanation.records import ExplainedTarget
from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.estimate import Number
from simulator.estimate.effect import Effect
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import (
    LOCALE,
    entity_title,
    label,
    metric_display,
    note,
    run_of,
    titled,
    within,
)
from simulator.report.drawing import WIDE, Bar, bars
from simulator.report.drawing.bars import tornado_ends

#: Priors of a tornado; those that are looked through for the widest.
ROWS, LOOKED = 10, 40


def drivers(run: Run, metric: str) -> Chart:
    """Return the priors that move a metric's mean most, from the run's own draws, with errors.

    Parameters
    ----------
    run
        As simulated or opened.
    metric
        Full name of a metric, or ``bull.ENTITY`` or ``bear.ENTITY`` for the probability of a verdict.

    Raises
    ------
    UsageError
        There is no such metric, or nothing drives it.
    """
    found = explain(run_of(run), [metric], LOOKED, total_paths=0)
    target = found.targets[metric]
    if target.constant or not target.drivers:
        message = f"{metric}: the same on every path, or no prior varies; nothing drives it"
        raise UsageError(message)
    one, name = _display(run, target)
    unit = LOCALE.unit(one.unit)
    factor = one.factor * unit.factor
    rows = sorted(target.drivers, key=lambda row: -abs(row.swing.value))[:ROWS]
    listed = [
        Bar(row.prior, tornado_ends(row.low.mean, row.high.mean, factor, _without_error)) for row in rows
    ]
    first = rows[0]
    low, high = (LOCALE.estimate(end.mean, factor, unit) for end in (first.low, first.high))
    title = titled(name, entity_title(run, target.entity))
    mean = f"Mean of {within(name)}" if target.kind == "metric" else name
    return Chart(
        f"{title}: {first.prior} moves it most, {low} where it is low, {high} where high",
        f"All priors one by one explain {_share(target.explained)} of the variance; "
        f"{_share(target.unsourced.share)} rests on judgement or on no stated basis.",
        "Mean of the paths in a prior's lowest and highest tenth, about that of all (dashed); whiskers: two "
        f"standard errors. {note(run, found.paths)}",
        bars(
            WIDE,
            listed,
            target.mean.value * factor,
            {"label": title, "across": titled(mean, unit.axis)},
            LOCALE.tick,
        ),
        [("low", "prior low"), ("high", "prior high")],
    )


def _display(run: Run, target: ExplainedTarget) -> tuple[MetricDisplay, str]:
    """Return how a target is displayed, and its name."""
    if target.kind != "metric":
        return MetricDisplay(target.metric, "percent", 100.0), f"Probability of {target.metric}"
    one = metric_display(run, target.metric)
    return one, label(one.metric)


def _without_error(number: Number, factor: float) -> str:
    """Return a mean with no digit beyond its error, which the whisker shows."""
    return LOCALE.estimate(number, factor).partition(" ±")[0]


def _share(share: Effect) -> str:
    return LOCALE.percent(share) if share.distinguishable else "no share distinguishable from 0"
