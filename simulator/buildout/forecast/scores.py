"""What a backtest comes to: skill against each baseline, coverage and PIT, with errors that know few years.

Outcomes of neighbouring origins overlap, and one year's boom is shared by all of them and by all companies.
So errors come from a bootstrap that draws whole calendar years of origins: with six of them an error is
itself good to about a third.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from simulator.buildout.forecast.backtest import Case, Origin
from simulator.buildout.forecast.baselines import Forecaster, Forecasts
from simulator.buildout.forecast.history import GROUP
from simulator.evidence.period import quarter_label

#: Central intervals whose coverage is reported.
INTERVALS = (0.5, 0.8, 0.95)

#: Quantiles of the forecasts of quarters to come.
QUANTILES = {"p05": 0.05, "p10": 0.1, "p50": 0.5, "p90": 0.9, "p95": 0.95}

#: Classes of the PIT histogram.
PIT_BINS = 10

#: Years below which their spread says nothing.
_FEWEST_YEARS = 3

#: Resamples of years.
_RESAMPLES = 4000

#: All companies taken one by one, without the group.
COMPANIES = "companies"

type Number = dict[str, float | None]


def summarise(
    cases: Sequence[Case], chosen: Sequence[Origin], forecasters: Sequence[Forecaster]
) -> dict[str, Any]:
    """Return the scores as one object, ready for JSON.

    Parameters
    ----------
    cases
        What `backtest` returned.
    chosen
        The origins that it was asked for.
    forecasters
        The one that is scored, then its baselines.
    """
    ours, *others = forecasters
    entities = {case.entity for case in cases}
    together = [scope for scope in (GROUP, COMPANIES) if _within(cases, scope)]
    scopes = (*together, *sorted(entities - {GROUP}))
    horizons: list[int | None] = [*sorted({case.horizon for case in cases}), None]
    scores: list[dict[str, Any]] = []
    skill: list[dict[str, Any]] = []
    for scope in scopes:
        within = _within(cases, scope)
        for horizon in horizons:
            there = [case for case in within if horizon in (None, case.horizon)]
            scores += [
                {"scope": scope, "horizon": horizon, "method": one.name, **_scores(mine)}
                for one in forecasters
                if (mine := [case for case in there if case.method == one.name])
            ]
            skill += [
                {"scope": scope, "horizon": horizon, "against": one.name, **found}
                for one in others
                if (found := _compare(there, ours.name, one.name))
            ]
    mine = [case for case in cases if case.method == ours.name]
    return {
        "schema": 1,
        "what": "cash capex, quarterly",
        "unit": "log",
        "method": ours.name,
        "titles": {one.name: one.title for one in forecasters},
        "origins": [
            {"quarter": quarter_label(one.quarter), "as_of": one.as_of.isoformat()} for one in chosen
        ],
        "scores": scores,
        "skill": skill,
        "coverage": {scope: _coverage(_within(mine, scope)) for scope in scopes} | {"all": _coverage(mine)},
        "pit": {scope: _histogram(case.pit for case in _within(mine, scope)) for scope in scopes},
    }


def windows(chosen: Sequence[Origin], horizons: int) -> dict[str, float]:
    """Return how many separate windows the origins are worth, by quarters ahead.

    Two windows of h quarters that begin k quarters apart share 1 - k / h of what happens in them. Scores grow
    about as squares of misses, so theirs correlate by the square of that, and n origins are worth

        n / (1 + 2 sum over k < h of (1 - k / h)^2).
    """
    return {
        str(h): len(chosen) / (1 + 2 * sum((1 - k / h) ** 2 for k in range(1, h)))
        for h in range(1, horizons + 1)
    }


def outlook(forecasts: Forecasts, origin: Origin) -> dict[str, Any]:
    """Return forecasts whose outcomes are not known yet [USD bn a quarter], ready for JSON."""
    quarters = [
        {
            "entity": entity,
            "quarter": quarter_label(origin.quarter + horizon),
            **{name: float(np.exp(forecast.quantile(p))) for name, p in QUANTILES.items()},
        }
        for (entity, horizon), forecast in forecasts.items()
    ]
    return {
        "origin": quarter_label(origin.quarter),
        "as_of": origin.as_of.isoformat(),
        "unit": "USD bn",
        "quarters": quarters,
    }


def _within(cases: Sequence[Case], scope: str) -> list[Case]:
    """Return the cases of a company, of the group, or of all companies."""
    if scope == COMPANIES:
        return [case for case in cases if case.entity != GROUP]
    return [case for case in cases if case.entity == scope]


def _scores(cases: Sequence[Case]) -> dict[str, Any]:
    inside = _inside(cases)
    return {
        "cases": len(cases),
        "crps": float(np.mean([case.crps for case in cases])),
        "log_score": float(np.mean([case.log_score for case in cases])),
        "coverage": {
            _per_cent(p): float(share) for p, share in zip(INTERVALS, inside.mean(axis=0), strict=True)
        },
    }


def _compare(cases: Sequence[Case], ours: str, other: str) -> dict[str, Any]:
    """Return skill and gain in log score on the cases that both have; nothing where there are none."""
    theirs = {case[1:4]: case for case in cases if case.method == other}
    pairs = [(case, theirs[case[1:4]]) for case in cases if case.method == ours and case[1:4] in theirs]
    if not pairs:
        return {}
    columns = np.array([(a.crps, b.crps, a.log_score - b.log_score, 1) for a, b in pairs])
    years = np.array([a.origin // 4 for a, _ in pairs])
    return {
        "cases": len(pairs),
        "years": len(set(years.tolist())),
        "crps": block_bootstrap(columns, years, lambda sums: 1 - sums[..., 0] / sums[..., 1]),
        "log_score": block_bootstrap(columns, years, lambda sums: sums[..., 2] / sums[..., 3]),
    }


def _coverage(cases: Sequence[Case]) -> Mapping[str, Number]:
    """Return the share of outcomes inside each central interval, with its error."""
    years = np.array([case.origin // 4 for case in cases])
    inside = _inside(cases)
    ones = np.ones(len(cases))
    return {
        _per_cent(p): block_bootstrap(
            np.column_stack([inside[:, k], ones]), years, lambda sums: sums[..., 0] / sums[..., 1]
        )
        for k, p in enumerate(INTERVALS)
    }


def _inside(cases: Sequence[Case]) -> Float[np.ndarray, "cases intervals"]:
    pits = np.array([case.pit for case in cases])
    return (2 * np.abs(pits - 0.5)[:, None] <= np.array(INTERVALS)).astype(float)


def _histogram(pits: Iterable[float]) -> list[int]:
    return np.histogram(list(pits), bins=PIT_BINS, range=(0, 1))[0].tolist()


def block_bootstrap(
    columns: Float[np.ndarray, "cases columns"],
    years: np.ndarray,
    statistic: Callable[[Float[np.ndarray, "... columns"]], Any],
) -> Number:
    """Return a statistic of column sums and its standard error over resampled years.

    Parameters
    ----------
    columns
        What is summed, a row for each case.
    years
        To which block each case belongs.
    statistic
        Function of the sums. With fewer than three years there is no error to be had: it is None.
    """
    _, block = np.unique(years, return_inverse=True)
    count = block.max() + 1
    sums = np.zeros((count, columns.shape[1]))
    np.add.at(sums, block, columns)
    value = float(statistic(sums.sum(axis=0)))
    if count < _FEWEST_YEARS:
        return {"value": value, "error": None}
    drawn = np.random.default_rng(0).integers(count, size=(_RESAMPLES, count))
    return {"value": value, "error": float(np.std(statistic(sums[drawn].sum(axis=1))))}


def _per_cent(p: float) -> str:
    return f"{100 * p:g}"
