"""A backtest sees nothing of what came after, whoever tries."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from simulator.buildout.forecast.backtest import backtest, choose_origins, forecasts_at
from simulator.buildout.forecast.baselines import baselines
from simulator.buildout.forecast.buildout import BuildoutForecaster
from simulator.buildout.forecast.guided import guided_buildout, guided_separate
from simulator.buildout.forecast.history import known_history, origins
from simulator.buildout.forecast.mixture import Mixture
from simulator.buildout.forecast.score import DATED, score
from simulator.buildout.forecast.spend import SpendForecaster, forecaster_study
from simulator.errors import EvidenceError, UsageError
from simulator.evidence import Evidence, load_evidence
from simulator.evidence.period import Period
from simulator.study import load_study
from tests.evidence.panel import FIRST, evidence, observation, panel, steady

SHIPPED = load_evidence()
SPEND = SpendForecaster(forecaster_study(), draws=32)
BUILDOUT = BuildoutForecaster(forecaster_study(), load_study(DATED), paths=256)
METHODS = (guided_separate(SPEND), SPEND, *baselines(), BUILDOUT, guided_buildout(BUILDOUT))


def poisoned(known, day):
    """Return evidence whose every figure that became known after a day is another one, and then some."""
    changed = [
        one if one.known <= day else replace(one, value=one.value * 3, low=None, high=None) for one in known
    ]
    for entity in ("amazon", "group"):
        for label in ("2023", "2024"):
            changed.append(observation(entity, label, 9999, "guidance", day + timedelta(days=1)))
            changed.append(observation(entity, label, 9999, "consensus", day + timedelta(days=1)))
    changed.append(
        observation("amazon", "2022Q4", 9999, known=max(day + timedelta(days=1), date(2023, 1, 1)))
    )
    changed.sort(key=lambda one: (one.known, one.series, one.period))
    return Evidence(tuple(changed), known.series, known.sources)


@pytest.mark.parametrize("label", ["2021Q2", "2022Q4", "2025Q2"])
def test_nothing_known_later_moves_a_forecast(label):
    (origin,) = choose_origins(SHIPPED, Period.parse(label).first, Period.parse(label).last)
    honest = forecasts_at(SHIPPED, origin, METHODS, 8)
    leaky = forecasts_at(poisoned(SHIPPED, origin.as_of), origin, METHODS, 8)
    assert {name: set(found) for name, found in honest.items()} == {
        name: set(found) for name, found in leaky.items()
    }
    for name, forecasts in honest.items():
        for key, forecast in forecasts.items():
            for field in ("weights", "means", "sds"):
                assert np.array_equal(getattr(forecast, field), getattr(leaky[name][key], field)), (name, key)


def test_what_is_known_on_the_day_does_move_it():
    (origin,) = choose_origins(SHIPPED, 4 * 2022 + 3, 4 * 2022 + 3)
    day_before = origin._replace(as_of=origin.as_of - timedelta(days=1))
    for method in METHODS[:3]:
        now, before = (forecasts_at(SHIPPED, one, (method,), 1) for one in (origin, day_before))
        assert now[method.name]["group", 1].means[0] != before[method.name]["group", 1].means[0]


def test_an_origin_is_the_day_on_which_the_last_company_reported():
    days = origins(SHIPPED)
    assert days[4 * 2025 + 3] == date(2026, 2, 5)  # Amazon
    assert days[4 * 2024 + 3] == date(2025, 2, 6)
    history = known_history(SHIPPED.as_of(date(2026, 2, 4)))
    assert history.last == 4 * 2025 + 2


def test_a_forecast_is_held_to_the_quarter_it_was_made_for():
    class Oracle:
        name = title = "oracle"

        def __call__(self, known, horizons):
            last = known_history(known).last
            return {("a", h): Mixture.normal(0.1 * (last + h - FIRST), 1.0) for h in range(1, horizons + 1)}

    known = panel({"a": steady(0.1, 12, level=1.0)})
    cases = backtest(known, choose_origins(known, FIRST + 5, FIRST + 11), (Oracle(),), 4)
    assert len(cases) == 4 + 4 + 4 + 3 + 2 + 1
    assert {case.horizon for case in cases if case.origin == FIRST + 9} == {1, 2}
    for case in cases:
        assert case.outcome == pytest.approx(case.median)
        assert case.pit == pytest.approx(0.5)
        assert case.crps == pytest.approx(Mixture.normal(0, 1).crps(0))


def test_origins_outside_the_evidence_are_refused():
    known = panel({"a": steady(0.1, 12)})
    for first, last in ((FIRST + 20, FIRST + 30), (FIRST + 1, FIRST + 8), (FIRST + 8, FIRST + 6)):
        with pytest.raises(UsageError, match="2019Q1 to 2021Q4"):
            choose_origins(known, first, last)


def test_a_missing_quarter_is_a_fault():
    known = panel({"a": steady(0.1, 12), "b": steady(0.1, 12)})
    holed = evidence(*(one for one in known if (one.entity, one.period.label) != ("b", "2020Q3")))
    with pytest.raises(EvidenceError, match=r"capex\.b: found no 2020Q3"):
        known_history(holed)
    with pytest.raises(EvidenceError, match="quarterly actual capex"):
        known_history(evidence(observation("a", "2020", 1.0)))


def test_beliefs_dated_after_the_first_origin_are_refused():
    later = replace(forecaster_study(), as_of=date(2022, 1, 1))
    with pytest.raises(UsageError, match="may not forecast it"):
        score(SHIPPED, "2020Q4", "2026Q1", 1, later)


def test_a_restatement_dates_no_origin_and_counts_from_its_own_day():
    """A quarter that is stated again years later was reported on its first day, by its first figure."""
    label, later = "2023Q1", date(2025, 3, 1)
    quarter = Period.parse(label).first
    (before,) = choose_origins(SHIPPED, quarter, quarter)
    again = replace(
        next(
            one
            for one in SHIPPED.select(metric="capex", entity="amazon", kind="actual", definition="cash")
            if one.period.label == label
        ),
        known=later,
    )
    again = replace(again, value=again.value * 1.0002)
    restated = Evidence(
        tuple(sorted((*SHIPPED, again), key=lambda one: (one.known, one.series, one.period))),
        SHIPPED.series,
        SHIPPED.sources,
    )
    (after,) = choose_origins(restated, quarter, quarter)
    assert after == before
    honest, same = (forecasts_at(one, before, METHODS[2:], 4) for one in (SHIPPED, restated))
    for name, forecasts in honest.items():
        for key, forecast in forecasts.items():
            assert np.array_equal(forecast.means, same[name][key].means)
    place = quarter - known_history(restated).first
    assert known_history(restated.as_of(later)).of("amazon")[place] == again.value
    assert known_history(restated.as_of(before.as_of)).of("amazon")[place] != again.value
