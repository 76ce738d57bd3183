"""What the build-out's spend priors would have been on a past day: one rule for all days.

The build-out begins with a year's capex by company, a quarter before it, and a season. On each past day these
are estimated from the quarters known then and from beliefs dated before the first of them, by shrinkage: a
belief counts as some years of record. All in logs. Which prior comes from where: docs/explanation/score.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from simulator.buildout.forecast.history import History
from simulator.buildout.forecast.statements import growth_to

_YEAR = 4
_QUARTERS = np.arange(1, _YEAR + 1)

#: Where a quarter stands in its year, from the middle.
_STEPS = _QUARTERS - _QUARTERS.mean()

type Logs = Float[np.ndarray, "company quarter"]


@dataclass(frozen=True)
class Opening:
    """Spend priors of one day, for the four quarters after the last one known.

    Attributes
    ----------
    year : Float[Array, "company"]  [log USD bn]
        Centre of the four quarters' capex.
    common, own : log
        Standard deviations of its error: common to all companies, and each one's own.
    weights : Float[Array, "quarter company"]
        Season of the four quarters.
    slope
        Share of a year's growth by which a quarter outgrows the one before.
    last_quarter : Float[Array, "company"]  [USD bn]
        Of the last quarter known.
    growth : 1/yr
        Long-run log growth, the same for all.
    figure : log
        How far a quarter's figure lies from a year's profile, standard deviation.
    """

    year: Float[np.ndarray, " company"]
    common: float
    own: float
    weights: Float[np.ndarray, "quarter company"]
    slope: float
    last_quarter: Float[np.ndarray, " company"]
    growth: float
    figure: float


def opening_of(history: History, beliefs: Mapping[str, float]) -> Opening:
    """Return the spend priors that a history and the beliefs before it give.

    Parameters
    ----------
    history
        Five quarters or more.
    beliefs
        Values of ``record.*`` in ``priors/forecast/capex.toml``, by their last names.
    """
    logs = np.log(history.capex)
    last = logs.shape[1] - 1
    season = seasons(logs, history.first)
    common, own = _misses(logs, history.first, beliefs)
    slope, figure = _profile(logs, history.first, season, beliefs)
    return Opening(
        year=_year(logs, history.first, beliefs),
        common=common,
        own=own,
        weights=np.exp(season[:, (history.first + last + _QUARTERS) % _YEAR]).T,
        slope=slope,
        last_quarter=history.capex[:, -1],
        growth=_growth(_adjusted(logs, history.first, season), beliefs),
        figure=figure,
    )


def seasons(logs: Logs, first: int) -> Float[np.ndarray, "company quarter_of_year"]:
    """Return each company's season: the common one and half of its own, both shrunk by a year without any.

    Parameters
    ----------
    logs
        Of capex by quarter.
    first
        The first quarter, counted from the year 0.
    """
    moving = (logs[:, :-4] / 2 + logs[:, 1:-3] + logs[:, 2:-2] + logs[:, 3:-1] + logs[:, 4:] / 2) / _YEAR
    rest = logs[:, 2:-2] - moving
    phase = (first + 2 + np.arange(rest.shape[1])) % _YEAR
    found = np.zeros((len(logs), _YEAR))
    for quarter in range(_YEAR):
        known = rest[:, phase == quarter]
        years = known.shape[1]
        if years:
            found[:, quarter] = years / (years + 1) * (known.mean() + known.mean(axis=1)) / 2
    return found - found.mean(axis=1, keepdims=True)


def _adjusted(logs: Logs, first: int, season: Float[np.ndarray, "company quarter_of_year"]) -> Logs:
    return logs - season[:, (first + np.arange(logs.shape[1])) % _YEAR]


def _growth(adjusted: Logs, beliefs: Mapping[str, float]) -> float:
    """Return long-run growth: that of the record, with what was believed as so many years of it."""
    years = (adjusted.shape[1] - 1) / _YEAR
    seen = float((adjusted[:, -1] - adjusted[:, 0]).mean())
    return (beliefs["growth_years"] * beliefs["growth"] + seen) / (beliefs["growth_years"] + years)


def _year(logs: Logs, first: int, beliefs: Mapping[str, float]) -> Float[np.ndarray, " company"]:
    """Return the log of the next four quarters' capex, as expected: the last level, grown.

    Growth is the long-run one and a part of what all companies' last year differed from it.
    """
    season = seasons(logs, first)
    adjusted = _adjusted(logs, first, season)
    long_run = _growth(adjusted, beliefs)
    changes = (adjusted[:, _YEAR:] - adjusted[:, :-_YEAR])[:, -2:]
    growth = long_run + beliefs["momentum"] * (float(changes.mean()) - long_run)
    ahead = (first + logs.shape[1] - 1 + _QUARTERS) % _YEAR
    return np.log(np.exp(adjusted[:, -1:] + growth * _QUARTERS / _YEAR + season[:, ahead]).sum(axis=1))


def _misses(logs: Logs, first: int, beliefs: Mapping[str, float]) -> tuple[float, float]:
    """Return how far the same rule was off for the years that are over: together, and each company."""
    companies, quarters = logs.shape
    misses = np.array(
        [
            np.log(np.exp(logs[:, end : end + _YEAR]).sum(axis=1)) - _year(logs[:, :end], first, beliefs)
            for end in range(_YEAR + 1, quarters - _YEAR + 1)
        ]
    ).reshape(-1, companies)
    years = len(misses) / _YEAR
    together = misses.mean(axis=1)
    apart = misses - together[:, None]
    common = _shrunk(beliefs["common"], float((together**2).sum()) / _YEAR, years, beliefs)
    freedom = max(companies - 1, 1)
    return common, _shrunk(beliefs["own"], float((apart**2).sum()) / freedom / _YEAR, years, beliefs)


def _profile(
    logs: Logs, first: int, season: Float[np.ndarray, "company quarter_of_year"], beliefs: Mapping[str, float]
) -> tuple[float, float]:
    """Return the slope of the profile on growth, over all runs of four quarters, and what it misses by."""
    tilts, shares = [], []
    for before in range(logs.shape[1] - _YEAR):
        quarters = logs[:, before + 1 : before + 1 + _YEAR]
        rest = quarters - season[:, (first + before + _QUARTERS) % _YEAR]
        shares.append(rest - rest.mean(axis=1, keepdims=True))
        totals = np.exp(quarters).sum(axis=1)
        levels = np.exp(logs[:, before])
        growth = [growth_to(total, level, _YEAR) for total, level in zip(totals, levels, strict=True)]
        tilts.append(np.outer(growth, _STEPS))
    tilt, share = np.array(tilts), np.array(shares)
    # A belief is worth the runs of a year.
    square = (tilt**2).sum()
    weight = _YEAR * square / len(tilt)
    slope = float(((tilt * share).sum() + weight * beliefs["slope"]) / (square + weight))
    # Four shares about their mean have three degrees of freedom.
    squares = float(((share - slope * tilt) ** 2).sum(axis=2).mean(axis=1).sum()) / (_YEAR - 1)
    return slope, _shrunk(beliefs["figure"], squares / _YEAR, len(tilt) / _YEAR, beliefs)


def _shrunk(belief: float, squares: float, years: float, beliefs: Mapping[str, float]) -> float:
    """Return a standard deviation from a belief and the sum of yearly squares."""
    worth = beliefs["error_years"]
    return float(np.sqrt((worth * belief**2 + squares) / (worth + years)))
