"""Forecasts made on past days with what was known then, compared with what happened."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from simulator.buildout.forecast.baselines import Forecaster, Forecasts
from simulator.buildout.forecast.history import History, known_history, origins
from simulator.errors import UsageError
from simulator.evidence.period import quarter_label
from simulator.evidence.records import Evidence


class Origin(NamedTuple):
    """A quarter whose results were the newest, and the day on which the last company had given them."""

    quarter: int
    as_of: date


class Case(NamedTuple):
    """One forecast and what became of it.

    Attributes
    ----------
    method
        Name of the forecaster.
    entity
        A company, or the group.
    origin
        The newest quarter that was known, counted from the year 0.
    horizon
        Quarters ahead.
    outcome, median : log of USD bn a quarter
        What happened, and the middle of the forecast.
    crps : log
        Less is better.
    log_score : log of density
        More is better.
    pit
        Probability that the forecast gave to less than the outcome.
    """

    method: str
    entity: str
    origin: int
    horizon: int
    outcome: float
    median: float
    crps: float
    log_score: float
    pit: float


def choose_origins(evidence: Evidence, first: int, last: int) -> list[Origin]:
    """Return the quarters from first to last that all companies reported, with their days.

    Raises
    ------
    UsageError
        There is none, or the first has too little before it.
    """
    days = origins(evidence)
    chosen = [Origin(quarter, day) for quarter, day in days.items() if first <= quarter <= last]
    begins = min(days)
    if not chosen or first - begins < 4:
        message = (
            f"origins {quarter_label(first)} to {quarter_label(last)}: found evidence from "
            f"{quarter_label(begins)} to {quarter_label(max(days))}; origins lie in it, after its first year"
        )
        raise UsageError(message)
    return chosen


def forecasts_at(
    evidence: Evidence, origin: Origin, forecasters: Sequence[Forecaster], horizons: int
) -> dict[str, Forecasts]:
    """Return what each forecaster would have forecast on the day of an origin.

    A forecaster is handed the evidence of that day and nothing else.
    """
    known = evidence.as_of(origin.as_of)
    return {one.name: one(known, horizons) for one in forecasters}


def backtest(
    evidence: Evidence, chosen: Sequence[Origin], forecasters: Sequence[Forecaster], horizons: int
) -> list[Case]:
    """Return every forecast that has an outcome, scored in logs.

    Parameters
    ----------
    evidence
        What is known now, outcomes among it.
    chosen
        Days on which forecasts are made.
    forecasters
        Who makes them.
    horizons
        How many quarters ahead they go.
    """
    outcomes = known_history(evidence)
    cases: list[Case] = []
    # The newest first: a forecaster that keeps what it computes from priors then needs it once.
    for origin in sorted(chosen, reverse=True):
        for name, forecasts in forecasts_at(evidence, origin, forecasters, horizons).items():
            cases += _held_to(outcomes, origin.quarter, name, forecasts)
    return sorted(cases)


def _held_to(outcomes: History, quarter: int, method: str, forecasts: Forecasts) -> Iterator[Case]:
    for (entity, horizon), forecast in forecasts.items():
        target = quarter + horizon
        if target <= outcomes.last:
            outcome = float(np.log(outcomes.of(entity)[target - outcomes.first]))
            yield Case(
                method,
                entity,
                quarter,
                horizon,
                outcome,
                forecast.quantile(0.5),
                forecast.crps(outcome),
                forecast.log_score(outcome),
                forecast.cdf(outcome),
            )
