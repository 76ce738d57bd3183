"""What a model gives over time, for the page's charts: quantities by quarter, of each entity and of all."""

from collections.abc import Iterator, Mapping
from typing import Any

from jax import Array

from simulator.engine import Model
from simulator.study import Study
from simulator.study.metric import SeriesChart

#: The name of all companies together.
GROUP = "group"


def series_names(study: Study, model: Model) -> list[str]:
    """Return the names of what `series_rows` gives, ``PART.ENTITY``; none for a model without charts.

    Parameters
    ----------
    study, model
        What is computed.
    """
    entities = (GROUP, *study.settings.entities)
    return [
        f"{part}.{entity}" for chart in _charts(study, model) for part in chart.parts for entity in entities
    ]


def series_rows(study: Study, model: Model, series: Mapping[str, Any]) -> dict[str, Array]:
    """Return every quantity of the page's charts by name: [quarter], or [quarter, path] of several paths.

    Parameters
    ----------
    study, model
        What is computed.
    series
        What the model gives by quarter and entity.
    """
    found: list[Any] = []
    for chart in _charts(study, model):
        for make in chart.parts.values():
            values = make(series)
            found += [values.sum(axis=1), *(values[:, place] for place in range(values.shape[1]))]
    return dict(zip(series_names(study, model), found, strict=True))


def _charts(study: Study, model: Model) -> Iterator[SeriesChart]:
    domain = study.domain
    if domain is not None and domain.made(model):
        yield from (chart for chart in domain.charts if chart.in_page)
