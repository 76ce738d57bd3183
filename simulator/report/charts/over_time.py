"""A quantity by quarter, as quantiles over the paths."""

from collections.abc import Mapping

import numpy as np

from simulator.analysis.fan import Fan, charts_over_time, fans
from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.estimate import Number, round_to_error
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import LOCALE, entity_title, note, run_of, titled, unknown, within
from simulator.report.drawing import WIDE, band
from simulator.report.drawing.band import KINDS
from simulator.report.page.locale import Unit


def fan(run: Run, series: str, entity: str = "group") -> Chart:
    """Return P5, median and P95 of a quantity by quarter, the middle half of the paths shaded darker.

    The series are not stored: those of the run's first paths are computed again, some seconds' work, and the
    error of using these alone is stated.

    Parameters
    ----------
    run
        As simulated or opened.
    series
        As the report names it: capex, revenue, power, idle_value, depreciation, fcf, eps.
    entity
        ``group`` or a company; earnings per share are of companies alone.

    Raises
    ------
    UsageError
        There is no such series or entity.
    """
    known = {one.key: one for one in charts_over_time(run_of(run))}
    if not known:
        message = "this run's model has no companies with series by quarter; there is nothing to draw"
        raise UsageError(message)
    if series not in known:
        raise UsageError(unknown("series", series, known))
    if entity == "group" and known[series].per:
        raise UsageError(unknown(f"{series} of", entity, run.study.settings.entities))
    found = fans(run, [known[series]])
    entities = found.fans[series]
    if entity not in entities:
        raise UsageError(unknown(f"{series} of", entity, entities))
    parts, unit = entities[entity], LOCALE.unit(known[series].unit)
    title = titled(LOCALE(f"time.{series}_title"), entity_title(run, entity))
    texts = {"label": title, "up": unit.axis}
    drawing = band(WIDE, list(parts.values()), unit.factor, found.quarters, texts, LOCALE.tick)
    return Chart(
        f"{title}: {_finding(parts, unit, found.quarters[-1])}",
        LOCALE(f"time.{series}_about"),
        f"{note(run, found.paths)} {_error(parts, unit)}",
        drawing,
        _legend(parts),
    )


def _legend(parts: Mapping[str, Fan]) -> list[tuple[str, str]]:
    if len(parts) > 1:
        names = [LOCALE(f"time.{part}") for part in parts]
        return [
            *((f"median {kind}", name) for kind, name in zip(KINDS, names, strict=False)),
            ("one", "shaded: P5 to P95"),
        ]
    (one,) = parts.values()
    given = [(f"given {name}", f"median, {LOCALE(f'verdict.{name}').lower()}") for name in one.drawn]
    return [("median one", "median"), ("one", "P5 to P95, darker the middle half"), *given]


def _finding(parts: Mapping[str, Fan], unit: Unit, quarter: str) -> str:
    """Return where the fans end."""
    if len(parts) == 1:
        low, middle, high = (_last(fan, place, unit) for fan in parts.values() for place in range(3))
        return f"median {LOCALE.amount(middle, unit)} in {quarter}, P5 {low}, P95 {high}"
    ends = {part: LOCALE.amount(_last(fan, 1, unit), unit) for part, fan in parts.items()}
    medians = ", ".join(f"{within(LOCALE(f'time.{part}'))} {end}" for part, end in ends.items())
    return f"{medians}, medians of {quarter}"


def _last(fan: Fan, place: int, unit: Unit) -> str:
    """Return the lowest, middle or highest quantile of the last quarter with its error."""
    last = Number(float(fan.quantiles[2 * place, -1]), float(fan.mcse[place, -1]))
    return LOCALE.estimate(last.to_json(), unit.factor)


def _error(parts: Mapping[str, Fan], unit: Unit) -> str:
    """Return the largest error of using these paths alone, in the unit of the chart."""
    middle = unit.factor * max(float(np.nanmax(fan.mcse[1])) for fan in parts.values())
    outer = unit.factor * max(float(np.nanmax(fan.mcse[[0, 2]])) for fan in parts.values())
    worst, outside = (round_to_error(error, error)[1] for error in (middle, outer))
    return (
        f"The fan is of these first paths, computed again: its standard error is at most {worst} for a "
        f"median and {outside} for P5 and P95, in {unit.axis}."
    )
