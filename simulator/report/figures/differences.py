"""What each of several changes does to a metric's mean: a tornado of differences, path by path."""

from collections.abc import Mapping
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.errors import UsageError
from simulator.estimate import Number as Estimate
from simulator.report.figures.outcome import SAY, Source, label, paired, titled, within
from simulator.report.figures.style import PALETTE, blank, say, styled, write_numbers
from simulator.report.page.locale import Unit

#: Inches of a row, and of all else.
PITCH, REST = 0.36, 1.9
#: Room for a number beyond either end, as a share of the bars' width.
ROOM = 0.34
#: Standard errors below which nothing is told from zero.
CLEAR = 2.0


class Row(NamedTuple):
    """A change and its difference, in the unit shown."""

    name: str
    difference: Estimate

    @property
    def clear(self) -> bool:
        """Whether it is told from nothing."""
        return abs(self.difference.value) > CLEAR * self.difference.error


@styled
def differences(base: Source, others: Mapping[str, Source], metric: str) -> Figure:
    """Return by how much each of several runs moves the mean of a metric against a run of the same draws.

    Parameters
    ----------
    base
        A run, or the tree that `Run.to_datatree` makes of it.
    others
        By what was changed, runs or trees of the same draws: seed, sampler, order, directions.
    metric
        Full name of a metric, or ``bull.ENTITY`` or ``bear.ENTITY`` for the probability of a verdict.

    Raises
    ------
    UsageError
        There are no others, or the draws are not the same.
    """
    if not others:
        message = "differences: found no run beside the base; allowed: one or more, by what was changed"
        raise UsageError(message)
    found = {name: paired(base, other, metric) for name, other in others.items()}
    first = next(iter(found.values()))
    unit = SAY.unit("points" if first.unit.startswith("percent") else first.unit)
    scaled = [Row(name, _scaled(one.difference, one.factor * unit.factor)) for name, one in found.items()]
    rows = sorted(scaled, key=lambda row: -abs(row.difference.value))
    figure, axes = blank(REST + PITCH * len(rows))
    for place, row in enumerate(rows):
        _bar(axes, place, row)
    axes.axvline(0, color=PALETTE["ink"], linewidth=0.8)
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.tick_params(axis="y", labelcolor=PALETTE["ink"])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(*_room(rows))
    axes.grid(axis="x")
    mean = f"mean of {within(label(first.metric))}" if first.kind == "metric" else label(first.metric)
    axes.set_xlabel(titled(f"Difference of the {mean}" if first.kind == "metric" else mean, unit.axis))
    write_numbers(axes, "x")
    before = SAY.estimate(first.before.to_json(), first.factor * unit.factor, SAY.unit(first.unit))
    say(
        figure,
        f"{titled(label(first.metric), first.entity)}: {_finding(rows, unit)}",
        f"Against {before} {'on average ' if first.kind == 'metric' else ''}before the change.",
        "Differences are path by path, on common draws; whiskers: two standard errors of the mean of pairs. "
        + first.note,
    )
    return figure


def _room(rows: list[Row]) -> tuple[float, float]:
    """Return the ends of the axis: the bars, zero, and room for the numbers beside them."""
    ends = [row.difference.value + side * CLEAR * row.difference.error for row in rows for side in (-1, 1)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    span = (high - low) or 1.0
    falls = any(row.clear and row.difference.value < 0 for row in rows)
    return low - (ROOM if falls else 0.02) * span, high + ROOM * span


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    return Estimate(estimate.value * factor, estimate.error * abs(factor))


def _bar(axes: Axes, place: int, row: Row) -> None:
    value, error = row.difference.value, row.difference.error
    color = PALETTE["base"] if not row.clear else PALETTE["one"] if value > 0 else PALETTE["two"]
    axes.barh(place, value, height=0.6, color=color)
    axes.plot([value - 2 * error, value + 2 * error], [place] * 2, color=PALETTE["ink"], linewidth=1)
    text = SAY.estimate(row.difference.to_json())
    # A bar too short to tell its side has its number on the right, clear of the names.
    left = value < 0 and row.clear
    axes.annotate(
        f"+{text}" if value > 0 and row.clear else text,
        (value - 2 * error if left else max(value + 2 * error, 0.0), place),
        (-4 if left else 4, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=8.5,
    )


def _finding(rows: list[Row], unit: Unit) -> str:
    """Return the largest difference, or that none is told from nothing."""
    first = rows[0]
    if not first.clear:
        return "moved by no change beyond the error"
    size = SAY.estimate(Estimate(abs(first.difference.value), first.difference.error).to_json(), 1.0, unit)
    return f"{'up' if first.difference.value > 0 else 'down'} by {size} with {first.name}"
