"""Three of the stored cases of mechanisms, followed by hand: Amazon in worked case A and one change.

A in short: capex of 125 (1 + 0.5 (475 / 375 - 1)) = 141.666667 a year, 0.8 of it AI; quarters of the year
0.85, 0.92, 1.04 and 1.19 of an even one, then 1.19; 24 USD bn of chips and 16 of sites a GW; an opening fleet
of 2 GW that earns 3 USD bn a GW and quarter. Of its orders, 0.48 / 1.093 = 0.439158 ask for power of the US
grid, which is late; all else is energised at once.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.twin import Case
from tests.twin.mechanisms import QUARTERS, mechanism_cases

CAPEX = 125 * (1 + 0.5 * (475 / 375 - 1))
SHAPE = np.array([0.85, 0.92, 1.04, 1.19]) / 4
GRID = 0.48 / (0.2 * 1.6 + 0.03 + 0.48 + 0.16 * 0.8 + 0.09 + 0.03 + 0.01 * 1.5)
#: Twelve printed digits, and the few roundings of the arithmetic below.
PRINTED = 5e-12 + 1e-14


def case(name: str) -> Case:
    return next(case for case in mechanism_cases() if case.name == name)


def of_amazon(name: str, series: str, quarter: int) -> float:
    return case(name).series[series][QUARTERS.index(quarter), 0]


def test_what_is_put_off_is_made_up() -> None:
    """Power of the grid never comes; half of a deferral is made up in a quarter.

    At the end of the first year 0.439158 of the year's orders waits, so d = 0.5 x 0.439158 = 0.219579 of the
    42.145833 planned is put off: 32.891487 is spent and 9.254346 is owed. A quarter later five quarters'
    orders have left their part waiting, and four are the last year's: d = 0.265339. Half of what is owed less
    d of that half, 3.399402, is made up on top of (1 - d) 42.145833 = 30.962884.
    """
    planned = CAPEX * SHAPE[3]
    deferred = 0.5 * GRID
    spent = (1 - deferred) * planned
    owed = deferred * planned
    assert of_amazon("makeup", "capex", 4) == pytest.approx(spent, rel=PRINTED)
    assert spent == pytest.approx(32.891487, abs=5e-7)

    orders = [*CAPEX * SHAPE, spent]  # at 40 USD bn a GW and 0.8 of capex throughout
    deferred = 0.5 * GRID * sum(orders) / sum(orders[1:])
    made_up = 0.5 * owed * (1 - deferred)
    assert of_amazon("makeup", "capex", 5) == pytest.approx((1 - deferred) * planned + made_up, rel=PRINTED)


def test_price_answers_scarcity_and_demand_answers_price() -> None:
    """Demand is 1.2 times capacity and does not grow; a markup reaches its target within a quarter.

    ln 1.2 = 0.182322 of scarcity adds 0.4 x 0.182322 = 0.072929 to the log price. What is energised in the
    first quarter, 0.358487 GW, joins 2 GW: capacity is 2.358487 x 3 x 1.075654 = 7.610746. At an elasticity
    of 0.5 buyers spend exp(0.5 x 0.072929) as much: 7.2 x 1.037137 = 7.467388.
    """
    markup = 0.4 * math.log(1.2)
    live = 2 + of_amazon("scarcity", "energised_gw", 0)
    assert of_amazon("scarcity", "capacity", 1) == pytest.approx(3 * live * math.exp(markup), rel=PRINTED)
    assert of_amazon("scarcity", "demand", 1) == pytest.approx(7.2 * math.exp(0.5 * markup), rel=PRINTED)
    assert of_amazon("scarcity", "demand", 1) == pytest.approx(7.467388, abs=5e-7)


def test_sites_that_retired_chips_leave_take_new_ones() -> None:
    """Chips live one year, and every site that they leave is used again.

    The opening fleet grew by 0.5 a year: after a quarter (1 - exp(-0.375)) / (1 - exp(-0.5)) = 0.794752 of it
    runs, and 0.410495 GW of sites is free. Chips for those cost 9.851883 of the 26.066667 to spend; what is
    left buys 0.405370 GW of chips with sites. 0.815865 GW is ordered instead of 0.651667.
    """
    left = 2 * (1 - math.expm1(-0.375) / math.expm1(-0.5))
    spent = 0.8 * CAPEX * SHAPE[1]
    new = (spent - 24 * left) / 40
    assert of_amazon("sites", "ordered_gw", 1) == pytest.approx(left + new, rel=PRINTED)
    assert left + new == pytest.approx(0.815865, abs=5e-7)
    # New ones of the grid are late; what goes to free sites is not.
    stage = 1 / (1 + 1 / 0.75)
    late_before = 0.8 * CAPEX * SHAPE[0] / 40 * GRID
    arrived = left + new * (1 - GRID) + stage**3 * (new * GRID + 3 * (1 - stage) * late_before)
    assert of_amazon("sites", "energised_gw", 1) == pytest.approx(arrived, rel=PRINTED)
