"""A forecaster that listens to guidance of companies that have a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from simulator.buildout.forecast.baselines import Forecasts
from simulator.buildout.forecast.guidance import AHEAD, Reading, readings
from simulator.buildout.forecast.history import History, known_history
from simulator.evidence.records import Evidence
from simulator.study import Study


@runtime_checkable
class Forecaster(Protocol):
    """What forecasts from a history, and from what was said of the quarters ahead."""

    @property
    def study(self) -> Study:
        """Beliefs before any origin; ``guidance.error`` and ``guidance.years`` say what guidance is worth."""
        ...

    def forecast(self, history: History, horizons: int, readings: Sequence[Reading] = ()) -> Forecasts:
        """Return forecasts of each company and the group, up to a number of quarters ahead."""
        ...


@dataclass(frozen=True)
class Guided:
    """A forecaster with guidance.

    Attributes
    ----------
    forecaster
        The same without.
    name, title
        By which scores list it, and what a reader is told of it.
    """

    forecaster: Forecaster
    name: str
    title: str

    def __call__(self, known: Evidence, horizons: int) -> Forecasts:
        """Return forecasts of each company and the group, up to a number of quarters ahead."""
        history = known_history(known)
        ahead = max(horizons, AHEAD)
        priors = self.forecaster.study.priors
        error, years = (priors[f"guidance.{name}"].parameters["value"] for name in ("error", "years"))
        found = readings(known, history, ahead, error, years)
        forecasts = self.forecaster.forecast(history, ahead, found)
        return {key: forecast for key, forecast in forecasts.items() if key[1] <= horizons}


def guided_buildout(forecaster: Forecaster) -> Guided:
    """Return the build-out's own forecaster with guidance: what is scored."""
    return Guided(
        forecaster,
        "buildout",
        "the build-out's own spend equations, priors estimated from what was known",
    )


def guided_separate(forecaster: Forecaster) -> Guided:
    """Return the statistical forecaster with guidance: a baseline."""
    title = "a statistical forecaster apart, no part of the build-out; it too listens to guidance"
    return Guided(forecaster, "separate", title)
