"""What companies and analysts said of a year, made into paths of quarters that add up to it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from math import exp, log
from typing import NamedTuple

import numpy as np

from simulator.buildout.forecast.history import DEFINITION, GROUP, METRIC, History
from simulator.evidence.period import Period
from simulator.evidence.records import Evidence, Kind, Observation

#: Quarters over which two definitions are compared.
_YEAR = 4

#: Log growth a quarter between which a path is looked for: nothing real lies outside.
_STEEPEST = 3.0
_HALVINGS = 60


def stated_paths(
    kind: Kind, stands: int | None = None
) -> Callable[[Evidence, History, int], Mapping[tuple[str, int], float]]:
    """Return the function from what was known to the paths that were said, by company and quarters ahead.

    The paths are logs of capex a quarter [log USD bn]. A year's figure less what has been spent of it is
    spread over the quarters left by the constant growth from the last quarter that yields it. The group is
    what was said of it, or else the sum of its companies, if one gave a figure, with a random walk's drift
    for those that gave none.

    Parameters
    ----------
    kind
        Whose figures.
    stands
        Days for which a figure is used after it was given, or None.
    """

    def paths(known: Evidence, history: History, horizons: int) -> Mapping[tuple[str, int], float]:
        stated: dict[tuple[str, int], float] = {}
        for entity in history.entities:
            for h, path in enumerate(_path(known, history, entity, kind, stands), 1):
                if h <= horizons:
                    stated[entity, h] = path
        if not any(entity == GROUP for entity, _ in stated):
            for h in range(1, horizons + 1):
                if any((company, h) in stated for company in history.companies):
                    total = sum(
                        exp(stated.get((company, h), _drifted(history, company, h)))
                        for company in history.companies
                    )
                    stated[GROUP, h] = log(total)
        return stated

    return paths


def _drifted(history: History, company: str, h: int) -> float:
    """Return where a random walk's drift takes a company; one quarter shows no drift."""
    logs = np.log(history.of(company))
    return float(logs[-1] + h * (logs[-1] - logs[0]) / max(len(logs) - 1, 1))


def _path(known: Evidence, history: History, entity: str, kind: Kind, stands: int | None) -> Iterator[float]:
    """Give the logs of the quarters ahead that an entity's statements reach without a gap."""
    level, reached = log(history.of(entity)[-1]), 0
    for stated in statements_ahead(known, history, entity, kind, stands):
        if stated.first != reached + 1:
            return
        growth = growth_to(stated.total, exp(level), stated.last - reached)
        for _ in range(reached, stated.last):
            level += growth
            yield level
        reached = stated.last


class Statement(NamedTuple):
    """What was said of some quarters ahead, counted from 1, taken together  [USD bn, cash]."""

    first: int
    last: int
    total: float


def statements_ahead(
    known: Evidence, history: History, entity: str, kind: Kind, stands: int | None = None
) -> list[Statement]:
    """Return what is left to spend of each period that was spoken of, by the newest statement on it.

    Periods that begin before the history does are left out, and so is one of which nothing is left.
    """
    statements = known.select(metric=METRIC, entity=entity, kind=kind)
    today = known.observations[-1].known
    oldest = date.min if stands is None else today - timedelta(days=stands)
    newest: dict[Period, Observation] = {one.period: one for one in statements if one.known >= oldest}
    capex = history.of(entity)
    ahead: list[Statement] = []
    for period in sorted(newest):
        spent = sum(capex[q - history.first] for q in period.quarters if history.first <= q <= history.last)
        total = newest[period].value * _to_cash(known, history, entity, newest[period].definition)
        if period.last > history.last and period.first >= history.first and total > spent:
            first = max(period.first - history.last, 1)
            ahead.append(Statement(first, period.last - history.last, float(total - spent)))
    return ahead


def _to_cash(known: Evidence, history: History, company: str, definition: str) -> float:
    """Return cash capex over capex by another definition, in the last four quarters that have both.

    Where no quarters have it, in the last year; where there is nothing to compare, 1.
    """
    if definition == DEFINITION or company == GROUP:
        return 1.0
    actual = [
        one
        for one in known.select(metric=METRIC, entity=company, kind="actual", definition=definition)
        if history.first <= one.period.first and one.period.last <= history.last
    ]
    quarters = [one for one in actual if one.period.is_quarter]
    compared = quarters[-_YEAR:] if len(quarters) >= _YEAR else actual[-1:]
    if not compared:
        return 1.0
    capex = history.of(company)
    cash = sum(capex[q - history.first] for one in compared for q in one.period.quarters)
    return float(cash / sum(one.value for one in compared))


def growth_to(total: float, level: float, quarters: int) -> float:
    """Return the growth a quarter [log] at which quarters after a level add up to a total.

    Solves level (e^x + e^2x + ... + e^nx) = total, which has one solution.
    """
    steps = np.arange(1, quarters + 1)
    low, high = -_STEEPEST, _STEEPEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        short = level * np.exp(steps * middle).sum() < total
        low, high = (middle, high) if short else (low, middle)
    return (low + high) / 2
