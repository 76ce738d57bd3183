"""A quantity by quarter, as quantiles over the paths."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.analysis.fan import Fan, Fans, fans
from simulator.errors import UsageError
from simulator.estimate import Number as Estimate
from simulator.estimate import round_to_error
from simulator.report.figures.outcome import (
    SAY,
    Source,
    about_run,
    entity_title,
    note,
    run_of,
    titled,
    unknown,
    within,
)
from simulator.report.figures.style import PALETTE, blank, halo, say, spread, styled, write_numbers
from simulator.study.metric import SeriesChart

#: Inches.
HEIGHT = 4.6
#: Least distance of two labels, of the height of the drawing.
GAP = 0.065
#: How each of a chart's quantities is drawn.
LOOKS = (("one", "-"), ("two", "--"))


@styled
def fan(source: Source, series: str, entity: str = "group") -> Figure:
    """Return P5, median and P95 of a quantity by quarter, the middle half of the paths shaded darker.

    The series are not stored: those of the run's first paths are computed again, some seconds' work, and the
    error of using these alone is stated.

    Parameters
    ----------
    source
        A run, or the tree that `Run.to_datatree` makes of it.
    series
        As the report names it: capex, revenue, power, idle_value, depreciation, fcf, eps.
    entity
        ``group`` or a company; earnings per share are of companies alone.
    """
    run = run_of(source)
    found = fans(run)
    if found is None:
        message = "this run's model has no companies with series by quarter; there is nothing to draw"
        raise UsageError(message)
    shown = {one.key: one for one in found.charts}
    if series not in shown:
        raise UsageError(unknown("series", series, shown))
    entities = found.fans[series]
    if entity not in entities:
        raise UsageError(unknown(f"{series} of", entity, entities))
    figure, axes = blank(HEIGHT)
    parts, one = entities[entity], shown[series]
    labels: list[tuple[float, str, str]] = []
    for (color, dash), (part, drawn) in zip(LOOKS, parts.items(), strict=False):
        labels += _draw(axes, drawn, PALETTE[color], dash, SAY(f"time.{part}") if len(parts) > 1 else "")
    _quarters(axes, found.quarters)
    unit = SAY.unit(one.unit).axis
    axes.set_ylabel(titled(SAY(f"time.{series}_title"), unit) if len(parts) == 1 else unit)
    axes.grid(axis="y")
    write_numbers(axes, "y")
    _write(axes, labels, len(found.quarters))
    shaded = "Shaded P5 to P95" + ("" if len(parts) > 1 else ", darker the middle half")
    about = about_run(source) | {"paths_kept": found.paths}
    said = titled(SAY(f"time.{series}_title"), entity_title(run, entity))
    say(
        figure,
        f"{said}: {_finding(parts, one, found)}",
        f"{SAY(f'time.{series}_about')} {shaded}; line: median.",
        f"{note(about)} {_error(parts, one)}",
    )
    return figure


def _draw(axes: Axes, one: Fan, color: str, dash: str, name: str) -> list[tuple[float, str, str]]:
    """Draw a fan, and return what is to be written at its end."""
    at = np.arange(one.quantiles.shape[1])
    low, quarter, middle, three, high = one.quantiles
    axes.fill_between(at, low, high, color=color, alpha=0.16, linewidth=0)
    if not name:
        axes.fill_between(at, quarter, three, color=color, alpha=0.22, linewidth=0)
    axes.plot(at, middle, color=color, linewidth=2.2, linestyle=dash)
    if low.min() < 0 < high.max():
        axes.axhline(0, color=PALETTE["ink"], linewidth=0.8)
    ends = ((4, 2, "P95"), (2, 1, name or "median"), (0, 0, "P5"))
    return [
        (float(one.quantiles[row, -1]), f"{text} {_last(one, row, place).partition(' ±')[0]}", color)
        for row, place, text in ends
    ]


def _last(one: Fan, row: int, place: int) -> str:
    """Return a quantile of the last quarter, with its error."""
    return SAY.estimate(Estimate(float(one.quantiles[row, -1]), float(one.mcse[place, -1])).to_json())


def _write(axes: Axes, labels: list[tuple[float, str, str]], quarters: int) -> None:
    """Write the names of the lines at their ends, none over another."""
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top)
    places = spread([value for value, _, _ in labels], GAP * (top - bottom))
    for place, (_, text, color) in zip(places, labels, strict=True):
        halo(
            axes.annotate(text, (quarters - 1 + 0.25, place), color=color, va="center", annotation_clip=False)
        )


def _quarters(axes: Axes, quarters: tuple[str, ...]) -> None:
    """Name the first quarter of each year."""
    first = [i for i, quarter in enumerate(quarters) if quarter.endswith("Q1")] or [0, len(quarters) - 1]
    axes.set_xticks(first, [quarters[i] for i in first])
    axes.set_xlabel("Quarter")
    axes.set_xlim(0, len(quarters) - 1)


def _finding(parts: Mapping[str, Fan], one: SeriesChart, found: Fans) -> str:
    """Return where the medians end."""
    unit = SAY.unit(one.unit)
    ends = {part: unit.prose.format(n=_last(drawn, 2, 1)) for part, drawn in parts.items()}
    if len(parts) == 1:
        return f"median {next(iter(ends.values()))} in {found.quarters[-1]}"
    told = ", ".join(f"{within(SAY(f'time.{part}'))} {end}" for part, end in ends.items())
    return f"{told}, medians of {found.quarters[-1]}"


def _error(parts: Mapping[str, Fan], one: SeriesChart) -> str:
    """Return the largest error of using these paths alone, in the unit of the chart."""
    middle = max(float(np.nanmax(drawn.mcse[1])) for drawn in parts.values())
    outer = max(float(np.nanmax(drawn.mcse[[0, 2]])) for drawn in parts.values())
    unit = SAY.unit(one.unit).axis
    worst, outside = (round_to_error(error, error)[1] for error in (middle, outer))
    return (
        f"The fan is of these first paths, computed again: its standard error is at most {worst} for a "
        f"median and {outside} for P5 and P95, in {unit}."
    )
