"""Forecasts of capex that need no mechanism: what any other has to beat.

Every forecaster is a function of what was known, and of nothing else: evidence already cut off at a day.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from simulator.buildout.forecast.history import GROUP, History, known_history, origins
from simulator.buildout.forecast.mixture import Mixture
from simulator.buildout.forecast.statements import stated_paths
from simulator.evidence.records import Evidence, Kind

#: Forecasts of log capex a quarter, by company (or the group) and quarters ahead.
type Forecasts = Mapping[tuple[str, int], Mixture]

#: Log of a quarter's capex, by company (or the group) and quarters ahead.
type Paths = Mapping[tuple[str, int], float]

#: Past errors below which there is no saying how large they are.
FEWEST_ERRORS = 3

#: Days for which a figure of analysts stands: a season of results. Companies withdraw theirs themselves.
SEASON = 100


@runtime_checkable
class Forecaster(Protocol):
    """Forecasts capex from what was known."""

    @property
    def name(self) -> str:
        """What it is called where names are short."""
        ...

    @property
    def title(self) -> str:
        """What it is, in some words."""
        ...

    def __call__(self, known: Evidence, horizons: int) -> Forecasts:
        """Return the forecasts that it has; a company or horizon may be missing."""
        ...


class RandomWalk:
    """A random walk in logs whose drift and volatility are those of all quarters so far."""

    name = "random_walk"
    title = "random walk with drift"

    def __call__(self, known: Evidence, horizons: int) -> Forecasts:
        """Return forecasts whose spread allows for the errors of drift and volatility.

        Student's t with n - 1 degrees of freedom and, h quarters ahead, the squared scale
        s^2 (h + h^2 / n), s being the standard deviation of n log changes.
        """
        history = known_history(known)
        forecasts: dict[tuple[str, int], Mixture] = {}
        for entity in history.entities:
            logs = np.log(history.of(entity))
            steps = np.diff(logs)
            drift, sd, n = steps.mean(), steps.std(ddof=1), len(steps)
            for h in range(1, horizons + 1):
                forecasts[entity, h] = Mixture.student(
                    logs[-1] + h * drift, sd * np.sqrt(h + h * h / n), n - 1
                )
        return forecasts


class Said:
    """What was last said of a year, spread over its quarters, with the errors that this made before.

    The centre is moved by the mean of those errors, the spread is their standard deviation, at each number
    of quarters ahead; companies share their errors, the group has its own. Where fewer than three errors
    were known there is no forecast.

    Parameters
    ----------
    kind
        Who said it: ``guidance`` or ``consensus``.
    title
        What it is called.
    stands
        Days after which a figure is no longer used, or None.
    """

    def __init__(self, kind: Kind, title: str, stands: int | None = None) -> None:
        self.name: str = kind
        self.title = title
        self._paths: Callable[[Evidence, History, int], Paths] = stated_paths(kind, stands)

    def __call__(self, known: Evidence, horizons: int) -> Forecasts:
        """Return forecasts of who gave figures, and of the group."""
        history = known_history(known)
        errors: dict[tuple[bool, int], list[float]] = {}
        for quarter, day in origins(known).items():
            if quarter < history.last:
                before = known.as_of(day)
                for (entity, h), path in self._paths(before, known_history(before), horizons).items():
                    if quarter + h <= history.last:
                        outcome = np.log(history.of(entity)[quarter + h - history.first])
                        errors.setdefault((entity == GROUP, h), []).append(outcome - path)
        forecasts: dict[tuple[str, int], Mixture] = {}
        for (entity, h), path in self._paths(known, history, horizons).items():
            past = np.array(errors.get((entity == GROUP, h), []))
            if len(past) >= FEWEST_ERRORS:
                forecasts[entity, h] = _with_errors(path, past)
        return forecasts


def _with_errors(path: float, past: Float[np.ndarray, " errors"]) -> Mixture:
    """Return a path moved by the mean of past errors, as uncertain as they were and their mean is."""
    n = len(past)
    return Mixture.student(path + past.mean(), past.std(ddof=1) * np.sqrt(1 + 1 / n), n - 1)


def baselines() -> tuple[Forecaster, ...]:
    """Return the baselines, the one that is scored everywhere first."""
    return (
        RandomWalk(),
        Said("guidance", "last guidance, its past errors"),
        Said("consensus", "last consensus, its past errors", SEASON),
    )
