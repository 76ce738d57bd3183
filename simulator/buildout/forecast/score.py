"""The whole of ``strandline score``: evidence in, scores out."""

from typing import Any

from simulator.buildout.forecast.backtest import Origin, backtest, choose_origins, forecasts_at
from simulator.buildout.forecast.baselines import baselines
from simulator.buildout.forecast.buildout import BuildoutForecaster, sources
from simulator.buildout.forecast.guided import guided_buildout, guided_separate
from simulator.buildout.forecast.history import origins
from simulator.buildout.forecast.scores import outlook, summarise, windows
from simulator.buildout.forecast.spend import SpendForecaster, forecaster_study
from simulator.errors import UsageError
from simulator.evidence.period import Period
from simulator.evidence.records import Evidence
from simulator.study import Study, load_study

#: The set from which the build-out takes what no record of capex can tell.
DATED = "hyperscalers-2026-01"


def score(
    evidence: Evidence,
    first: str = "2020Q4",
    last: str = "2026Q1",
    horizons: int = 8,
    study: Study | None = None,
) -> dict[str, Any]:
    """Return the scores of the build-out's own capex and its baselines, and its forecast of what comes next.

    Parameters
    ----------
    evidence
        What is known now.
    first, last
        The first and the last origin, quarters such as ``2020Q4``.
    horizons
        How many quarters ahead.
    study
        Beliefs before any origin, by the names of ``priors/forecast/capex.toml``; by default those.

    Raises
    ------
    UsageError
        An origin is no quarter, the last is before the first, none lies in the evidence or has an outcome,
        or beliefs are dated after the first one.
    """
    start, end = _quarter("--first", first), _quarter("--last", last)
    if end < start:
        message = f"--last {last}: found a quarter before --first {first}; allowed: {first} or later"
        raise UsageError(message)
    asked = study or forecaster_study()
    chosen = choose_origins(evidence, start, end)
    if asked.as_of is not None and asked.as_of > chosen[0].as_of:
        message = (
            f"{asked.name}: as_of {asked.as_of}, after the first origin's day, {chosen[0].as_of}: "
            "what was believed later may not forecast it"
        )
        raise UsageError(message)
    unguided = BuildoutForecaster(asked, load_study(DATED))
    ours = guided_buildout(unguided)
    walk, *said = baselines()
    forecasters = (ours, walk, guided_separate(SpendForecaster(asked)), *said, unguided)
    cases = backtest(evidence, chosen, forecasters, horizons)
    if not cases:
        message = f"--first {first}: found no outcome after it; allowed: a quarter before the newest reported"
        raise UsageError(message)
    newest = Origin(*max(origins(evidence).items()))
    ahead = forecasts_at(evidence, newest, (ours,), horizons)[ours.name]
    return {
        **summarise(cases, chosen, forecasters),
        "windows": windows(chosen, horizons),
        "inputs": {"dated": DATED, **sources()},
        "outlook": outlook(ahead, newest),
    }


def _quarter(name: str, label: str) -> int:
    """Return the quarter that an argument names, counted from the year 0."""
    try:
        period = Period.parse(label)
    except ValueError:
        period = None
    if period is None or not period.is_quarter:
        message = f"{name} {label}: found no quarter; write one such as 2020Q4"
        raise UsageError(message)
    return period.first
