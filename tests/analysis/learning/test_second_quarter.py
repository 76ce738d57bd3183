"""A test of the dated sets on a quarter that neither has seen: 2026Q2, given 2026Q1."""

from datetime import date

import pytest

import simulator
from simulator.analysis.learning.summary import UpdateSummary
from simulator.study import load_study

#: Both learn from what was known on this day, on which nothing of the second quarter was.
DAY = date(2026, 5, 31)
QUARTER = "2026Q2"


def came() -> dict[str, float]:
    """Return cash capex of the quarter by company, and of the group."""
    found = simulator.load_evidence().select(metric="capex", kind="actual", definition="cash")
    own = {one.entity: one.value for one in found if one.period.label == QUARTER}
    return own | {"group": sum(own.values())}


def learned(name: str) -> UpdateSummary:
    summary = simulator.update(load_study(name), as_of=DAY).summary()
    assert summary.as_of == DAY
    assert {row.period for row in summary.ahead} == {QUARTER}
    return summary


@pytest.mark.slow
def test_may_holds_the_second_quarter() -> None:
    """The group's capex lies in its 80% interval, and so does that of three of the four or more."""
    figures = came()
    within = {
        row.entity: row.posterior.p10.value <= figures[row.entity] <= row.posterior.p90.value
        for row in learned("hyperscalers-2026-05").ahead
    }
    assert within.pop("group")
    assert sum(within.values()) >= 3


@pytest.mark.slow
def test_january_learns_in_the_right_direction() -> None:
    """More was spent in the first quarter than believed, and so it was in the second: medians come nearer."""
    figures = came()
    for row in learned("hyperscalers-2026-01").ahead:
        before, after = (abs(one.p50.value - figures[row.entity]) for one in (row.prior, row.posterior))
        assert after < before, row.entity
