"""How far a company's guidance can be trusted: as far as its record says.

What is left to spend of a year that a company spoke of is an observation of the quarters ahead,

    log(left, as said) = log(left, as spent) + error,   error ~ N(0, s_c^2 k / 4),   k quarters left.

s_c starts from a belief that is worth some years of record, and moves with each year that the company called:
the mean square of that year's errors, at the origins that had the statement, counts as one more. A company
that called fewer than two years that are over is not listened to: the first words of 2024 and 2025, floors
and run rates more than plans, fell so far short together that all four would have been drawn after them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from jaxtyping import Float

from simulator.buildout.forecast.history import History, known_history, origins
from simulator.buildout.forecast.statements import Statement, statements_ahead
from simulator.evidence.records import Evidence

_QUARTERS = 4

#: Quarters ahead that guidance may speak of: to the end of the next year, whatever the horizon asked for.
AHEAD = 8

#: Called years below which there is no record: a spread needs two.
FEWEST_YEARS = 2


@dataclass(frozen=True)
class Reading:
    """What guidance says of quarters ahead, as an observation.

    Attributes
    ----------
    company
        Its place in the history.
    first, last
        Quarters ahead that it speaks of, counted from 1.
    total : log of USD bn
        What is left of them.
    error : log
        Standard deviation of the total.
    """

    company: int
    first: int
    last: int
    total: float
    error: float


def readings(known: Evidence, history: History, ahead: int, error: float, years: float) -> list[Reading]:
    """Return what the guidance that stands says of at most so many quarters ahead.

    Parameters
    ----------
    known
        What was known on a day.
    history
        Capex up to then.
    ahead
        Quarters.
    error
        Standard deviation of the log of a whole year ahead, by a company without a record.
    years
        How many years of record that belief is worth.
    """
    record = _record(known, history)
    found: list[Reading] = []
    for index, company in enumerate(history.companies):
        squares = record.get(company, [])
        if len(squares) < FEWEST_YEARS:
            continue
        scale = sqrt((years * error**2 + sum(squares)) / (years + len(squares)))
        for stated in statements_ahead(known, history, company, "guidance"):
            if stated.last <= ahead:
                spread = scale * sqrt((stated.last - stated.first + 1) / _QUARTERS)
                found.append(Reading(index, stated.first, stated.last, log(stated.total), spread))
    return found


def _record(known: Evidence, history: History) -> dict[str, list[float]]:
    """Return the mean square error of each year that a company called and that is over, scaled to a year."""
    errors: dict[tuple[str, int], list[float]] = {}
    for quarter, day in origins(known).items():
        if quarter == history.last:
            continue
        before = known.as_of(day)
        then = known_history(before)
        for company in history.companies:
            for stated in statements_ahead(before, then, company, "guidance"):
                if quarter + stated.last <= history.last:
                    spent = _spent(history.of(company), quarter - history.first, stated)
                    square = log(spent / stated.total) ** 2 * _QUARTERS / (stated.last - stated.first + 1)
                    errors.setdefault((company, quarter + stated.last), []).append(square)
    record: dict[str, list[float]] = {}
    for (company, _), squares in errors.items():
        record.setdefault(company, []).append(float(np.mean(squares)))
    return record


def _spent(capex: Float[np.ndarray, " quarters"], origin: int, stated: Statement) -> float:
    return float(capex[origin + stated.first : origin + stated.last + 1].sum())


def observe(
    means: Float[np.ndarray, "draw ahead"],
    spread: Float[np.ndarray, "draw ahead ahead"],
    readings: Sequence[Reading],
    companies: int,
) -> tuple[
    Float[np.ndarray, "draw ahead"], Float[np.ndarray, "draw ahead ahead"], Float[np.ndarray, " draw"]
]:
    """Return means and factors given what was said, and the log likelihood of that, draw by draw.

    The log of a total is taken to first order about the means: its slopes are the shares of the quarters.
    """
    slopes = np.zeros((*means.shape[:1], len(readings), means.shape[1]))
    misses = np.zeros(slopes.shape[:2])
    for index, one in enumerate(readings):
        which = companies * np.arange(one.first - 1, one.last) + one.company
        quarters = np.exp(means[:, which])
        total = quarters.sum(axis=1)
        slopes[:, index, which] = quarters / total[:, None]
        misses[:, index] = one.total - np.log(total)
    variances = np.einsum("kij,klj->kil", spread, spread)
    across = np.einsum("kij,klj->kil", variances, slopes)
    of_readings = np.einsum("kij,kjl->kil", slopes, across) + np.diag([one.error**2 for one in readings])
    gain = np.linalg.solve(of_readings, across.swapaxes(1, 2))
    moved = means + np.einsum("kji,kj->ki", gain, misses)
    left = variances - across @ gain
    weighed = np.linalg.solve(of_readings, misses[:, :, None])[:, :, 0]
    likelihood = -(np.einsum("kj,kj->k", misses, weighed) + np.linalg.slogdet(of_readings)[1]) / 2
    return moved, np.linalg.cholesky((left + left.swapaxes(1, 2)) / 2), likelihood
