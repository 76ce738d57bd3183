"""Figures of one thing that evidence gives more than once: by quantity, entity and time, one counts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date

from simulator.analysis.learning.figures import Datum, LeftOut
from simulator.evidence import Observation, Period

type Found = tuple[Datum, Observation]


def once(figures: Iterable[Found]) -> tuple[list[Datum], list[LeftOut]]:
    """Return figures that share no time of one quantity and entity, in their order, and what repeats them.

    Of one period the figure with the smaller error counts, of two with the same error that which was known
    later. Of periods that overlap the shorter ones count: a year is the sum of its quarters, which hold more.
    """
    found = list(figures)
    taken: dict[Hashable, Observation] = {}
    left: dict[int, LeftOut] = {}
    for place in sorted(range(len(found)), key=lambda place: _rank(*found[place])):
        datum, one = found[place]
        times = [(_subject(datum), time) for time in _times(one.period)]
        others = [taken[time] for time in times if time in taken]
        if not others:
            taken |= dict.fromkeys(times, one)
            continue
        same = all(_span(other.period) == _span(one.period) for other in others)
        left[place] = LeftOut(one, "same_figure" if same else "overlapping")
    used = [datum for place, (datum, _) in enumerate(found) if place not in left]
    return used, [left[place] for place in sorted(left)]


def _rank(datum: Datum, one: Observation) -> tuple[int, float, int]:
    """Return what figures of one thing are ordered by, the one that counts first."""
    return len(one.period.quarters), datum.error, -one.known.toordinal()


def _subject(datum: Datum) -> tuple[str, str]:
    return datum.quantity, "" if datum.entity == "model" else datum.entity


def _times(period: Period) -> list[date] | list[int]:
    """Return the quarters of a period, or the day that it is: a month's end is no part of its quarter."""
    return [period.end] if period.is_instant else list(period.quarters)


def _span(period: Period) -> tuple[int, int]:
    return period.first, period.last
