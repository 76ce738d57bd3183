"""Quantities by quarter, as quantiles over the paths whose series are computed again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
from jaxtyping import Float

from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.estimate import (
    VERDICT,
    SamplerName,
    codes_of,
    parts_of,
    pool,
    quantile,
    shown,
)
from simulator.estimate.verdicts import full_name
from simulator.sampling import BATCH, REPLICATES, STRIP
from simulator.study.metric import SeriesChart

type Rows = Float[np.ndarray, "quarter row path"]

#: The quantiles of a fan.
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)

#: Fewest paths of a verdict whose median is charted.
FEWEST = 400


class Fan(NamedTuple):
    """One quantity of one entity by quarter, in the model's unit.

    Attributes
    ----------
    quantiles
        At each of `LEVELS`.
    mcse
        Of the lowest, the middle and the highest of them.
    given
        Medians of the paths of each verdict that has enough.
    split
        The same of the two parts of all else, where it is split.
    """

    quantiles: Float[np.ndarray, "level quarter"]
    mcse: Float[np.ndarray, "three quarter"]
    given: Mapping[str, Float[np.ndarray, " quarter"]]
    split: Mapping[str, Float[np.ndarray, " quarter"]] = {}

    @property
    def drawn(self) -> Mapping[str, Float[np.ndarray, " quarter"]]:
        """Medians as they are drawn, with the parts of all else in its place."""
        return shown(self.given, self.split)


class Fans(NamedTuple):
    """All charts over time.

    Attributes
    ----------
    paths
        How many they rest on.
    quarters
        Their names.
    charts
        What is charted, in order.
    fans
        By chart, entity and quantity.
    error
        The largest standard error of a median and of an outer quantile, over the width of their fan.
    """

    paths: int
    quarters: tuple[str, ...]
    charts: tuple[SeriesChart, ...]
    fans: Mapping[str, Mapping[str, Mapping[str, Fan]]]
    error: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Return the charts for JSON."""
        median, outer = self.error
        return {
            "paths": self.paths,
            "quarters": self.quarters,
            "levels": LEVELS,
            "worst_error": {"median": median, "outer": outer},
            "fans": self.fans,
        }


def charts_over_time(run: Run) -> tuple[SeriesChart, ...]:
    """Return what can be charted over time of a run; nothing where its model is not that of its domain."""
    domain = run.study.domain
    return domain.charts if domain is not None and domain.made(run.model) else ()


def fans(run: Run, charts: Sequence[SeriesChart]) -> Fans:
    """Return some of the charts over time, at least one, of the first paths of a run."""
    entities = tuple(run.study.settings.entities)
    series = run.series(BATCH, list(dict.fromkeys(name for chart in charts for name in chart.reads)))
    sampler, code_of = cast(SamplerName, run.plan.sampler), codes_of(run.study.settings.verdicts)
    found: dict[str, dict[str, dict[str, Fan]]] = {}
    for chart in charts:
        of_chart = found.setdefault(chart.key, {})
        for part, make in chart.parts.items():
            for entity, values in _entities(run, chart, make(series), entities):
                codes, split = run.verdicts.get(full_name(VERDICT, entity)), run.split.get(entity)
                fan = _fan(values, _first(codes), _first(split), sampler, code_of)
                of_chart.setdefault(entity, {})[part] = fan
    start = run.study.settings.start or "Q1"
    quarters = tuple(_quarter(start, t) for t in range(next(iter(series.values())).shape[0]))
    return Fans(BATCH, quarters, tuple(charts), found, _worst(found))


def _entities(
    run: Run, chart: SeriesChart, rows: Rows, entities: tuple[str, ...]
) -> Iterator[tuple[str, Float[np.ndarray, "quarter path"]]]:
    if not chart.per:
        yield "group", rows.sum(axis=1)
        yield from ((name, rows[:, row]) for row, name in enumerate(entities))
        return
    names = {entity: f"{chart.per}.{entity}" for entity in entities}
    try:
        shares = run.draws(names.values(), BATCH)
    except UsageError:
        return
    for row, name in enumerate(entities):
        yield name, rows[:, row] / shares[names[name]]


def _first(codes: np.ndarray | None) -> np.ndarray | None:
    """Return the codes of the first paths, in the order of the series."""
    return None if codes is None else codes[:, :STRIP].ravel()


def _fan(
    values: Float[np.ndarray, "quarter path"],
    codes: np.ndarray | None,
    split: np.ndarray | None,
    sampler: SamplerName,
    code_of: Mapping[str, int],
) -> Fan:
    pools = [pool(row.reshape(REPLICATES, -1), sampler) for row in values]
    outer = [[quantile(one, level) for one in pools] for level in (LEVELS[0], LEVELS[2], LEVELS[4])]
    quantiles = np.quantile(values.astype(np.float64), LEVELS, axis=1)
    for place, estimates in zip((0, 2, 4), outer, strict=True):
        quantiles[place] = [estimate.value for estimate in estimates]
    mcse = np.array([[estimate.error for estimate in estimates] for estimates in outer])
    given, parts = _medians(values, codes, code_of), _medians(values, split, parts_of(code_of))
    return Fan(quantiles, mcse, given, parts)


def _medians(
    values: Float[np.ndarray, "quarter path"], codes: np.ndarray | None, code_of: Mapping[str, int]
) -> dict[str, Float[np.ndarray, " quarter"]]:
    """Return the medians of the paths of each code that has enough."""
    found = {}
    for name, code in code_of.items() if codes is not None else ():
        own = codes == code
        if np.count_nonzero(own) >= FEWEST:
            found[name] = np.median(values[:, own].astype(np.float64), axis=1)
    return found


def _worst(found: Mapping[str, Mapping[str, Mapping[str, Fan]]]) -> tuple[float, float]:
    """Return the largest errors of a median and of an outer quantile, over the widest part of their fan."""
    middle, outer = 0.0, 0.0
    for fan in (fan for entities in found.values() for parts in entities.values() for fan in parts.values()):
        width = float(np.max(fan.quantiles[-1] - fan.quantiles[0]))
        if width > 0:
            middle = max(middle, float(np.nanmax(fan.mcse[1])) / width)
            outer = max(outer, float(np.nanmax(fan.mcse[[0, 2]])) / width)
    return middle, outer


def _quarter(start: str, offset: int) -> str:
    year, _, quarter = start.partition("Q")
    index = int(quarter) - 1 + offset
    return f"{int(year) + index // 4}Q{index % 4 + 1}" if year else str(offset + 1)
