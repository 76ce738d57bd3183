"""What enters, what does not, and that neither order nor what comes later changes what was learned."""

import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

import simulator
from simulator.analysis.learning.matching import match
from simulator.analysis.learning.problem import pose
from simulator.analysis.learning.tempering import temper
from simulator.analysis.run.program import model_of
from simulator.beliefs import StrandlineWarning
from simulator.buildout.settings import settings_of
from simulator.engine import Plan
from simulator.errors import EvidenceError, StudyError, UsageError
from simulator.estimate import mean, pool
from simulator.evidence import load_evidence
from tests.analysis.learning.shop import evidence, sales, study

K = 5
QUARTERS = {"2026Q1": 1.5, "2026Q2": 2.5, "2026Q3": 1.2}


def test_figures_in_logs_are_conjugate(tmp_path: Path) -> None:
    """log y ~ N(level, 0.3^2), three times: the posterior of the level is normal, by evidence files."""
    posterior = simulator.update(study(), evidence(tmp_path, QUARTERS), paths=2**16)
    precision = 1 + 3 / 0.3**2
    expected = sum(map(math.log, QUARTERS.values())) / 0.3**2 / precision
    row = next(row for row in posterior.summary().moved if row.name == "level")
    found, spread, shift = row.posterior.mean, row.posterior.sd, row.shift
    assert abs(found.value - expected) < K * found.error
    assert abs(spread.value - precision**-0.5) < K * spread.error
    assert abs(shift.value - expected) < K * shift.error


def test_one_quarter_at_a_time_is_all_at_once(tmp_path: Path) -> None:
    asked = study()
    matched = match(load_evidence(evidence(tmp_path, QUARTERS)), asked, sales, None)
    assert matched.stages == tuple(QUARTERS)
    problem = pose(asked, sales, matched, Plan(8192))
    stepwise = temper(problem, [[0], [1], [2]])
    whole = temper(replace(problem, plan=Plan(8192, seed=1)), [[0, 1, 2]])
    for name in ("level", "growth"):
        first, second = (mean(pool(one.samples[-1].draws[name], "rqmc")) for one in (stepwise, whole))
        assert abs(first.value - second.value) < K * math.hypot(first.error, second.error)
    after = [mean(pool(sample.draws["level"], "rqmc")) for sample in stepwise.samples]
    logs, precision, total = [math.log(x) for x in QUARTERS.values()], 1.0, 0.0
    for found, log in zip(after, logs, strict=True):
        precision, total = precision + 1 / 0.3**2, total + log / 0.3**2
        assert abs(found.value - total / precision) < K * found.error


def test_what_is_known_later_changes_no_bit(tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    few.mkdir()
    many.mkdir()
    before = evidence(few, {"2026Q1": 1.5})
    after = evidence(many, {"2026Q1": 1.5, "2026Q2": 99.0})
    day = date(2026, 5, 31)
    first, second = (simulator.update(study(), x, as_of=day, paths=8192) for x in (before, after))
    assert [row.reason for row in second.summary().left_out] == ["known_later"]
    without = [replace(one.summary(), left_out=()).to_json() for one in (first, second)]
    assert without[0] == without[1]
    assert first.to_datatree().identical(second.to_datatree())


def test_what_the_priors_knew_is_not_counted_again(tmp_path: Path) -> None:
    file = evidence(tmp_path, {"2025Q3": 5.0, "2026Q1": 1.5})
    matched = match(load_evidence(file), study(), sales, None)
    assert [one.period for one in matched.used] == ["2026Q1"]
    assert [one.reason for one in matched.left_out] == ["known_before"]


def test_what_a_study_sets_aside_is_learned_though_it_was_known(tmp_path: Path) -> None:
    """From the study's own day on: what no prior follows is counted once, and nothing else that was known."""
    file = evidence(tmp_path, {"2025Q3": 5.0, "2025Q2": 6.0})
    day = date(2026, 1, 15)
    aside = replace(study(), set_aside=("sales:2025Q3",))
    matched = match(load_evidence(file), aside, sales, day)
    assert [one.period for one in matched.used] == ["2025Q3"]
    assert [one.reason for one in matched.left_out] == ["known_before"]
    assert aside.hash != study().hash
    assert simulator.update(aside, file, as_of=day, paths=8192).summary().as_of == day
    with pytest.raises(UsageError, match="2026-01-15, the study's own, or later"):
        simulator.update(aside, file, as_of=date(2026, 1, 14))
    with pytest.warns(StrandlineWarning, match="nothing of sales:2025Q1"):
        match(load_evidence(file), replace(study(), set_aside=("sales:2025Q1",)), sales, None)


def test_what_the_dated_sets_learn_from_a_quarter() -> None:
    """January and May from capex of 2026Q1; October's priors follow both quarters, and have nothing new."""
    read = load_evidence()

    def used(name: str, day: date) -> set[tuple[str, str]]:
        asked = simulator.load_study(name)
        matched = match(read, asked, model_of(asked, None), day)
        assert all(one.known <= day for one in matched.used if one.known)
        return {(one.quantity, one.period) for one in matched.used}

    capex = ("capex", "2026Q1")
    assert used("hyperscalers-2026-05", date(2026, 5, 31)) == {capex}
    assert capex in used("hyperscalers-2026-01", date(2026, 5, 31))
    assert ("capex", "2026Q2") in used("hyperscalers-2026-05", date(2026, 7, 31))
    assert not used("hyperscalers-2026-10", date(2026, 12, 31))


@pytest.mark.parametrize("name", ["hyperscalers-2026-01", "hyperscalers-2026-05", "hyperscalers-2026-10"])
def test_a_day_that_a_set_could_not_learn_by_is_refused(name: str) -> None:
    asked = simulator.load_study(name)
    assert asked.as_of is not None
    before = asked.as_of - timedelta(days=1)
    with pytest.raises(UsageError, match=f"found {before}; allowed: .*{asked.as_of}, the study's own"):
        simulator.update(asked, as_of=before)
    if not asked.set_aside:
        with pytest.raises(UsageError, match=f"a day after {asked.as_of}"):
            simulator.update(asked, as_of=asked.as_of)


def test_guidance_is_no_observation(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="1 not actual"):
        simulator.update(study(), evidence(tmp_path, {"2026Q1": 1.5}, kind="guidance"))


def test_a_metric_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'profit'; the model has the metrics sales, later"):
        simulator.update(study(), {"profit": (1.0, 0.1)}, paths=8192)


def test_a_day_before_the_studys_own_is_refused() -> None:
    with pytest.raises(UsageError, match="a day after 2026-01-15"):
        simulator.update(study(), {"sales": (1.0, 0.1)}, as_of=date(2026, 1, 15))


def test_the_shipped_evidence_enters_by_what_it_means() -> None:
    asked = simulator.load_study("hyperscalers-2026-01")
    day = date(2026, 5, 31)
    matched = match(load_evidence(), asked, model_of(asked, None), day)
    assert asked.as_of is not None
    assert all(asked.as_of < one.known <= day for one in matched.used if one.known)
    assert [one.name for one in matched.used] == [
        "ai_revenue.amazon.2026-03",
        *(f"capex.{c}.2026Q1" for c in ("alphabet", "amazon", "meta", "microsoft")),
        "ai_revenue.microsoft.2026-03",
    ]
    assert [one.name for one in matched.ahead] == [
        f"capex.{c.name}.2026Q2" for c in settings_of(asked).companies
    ]
    reasons = {(one.observation.series, one.reason) for one in matched.left_out}
    assert ("depreciation.alphabet", "other_meaning") in reasons
    assert ("guidance.amazon", "not_actual") in reasons
    assert ("power.amazon.added", "other_meaning") in reasons
    assert len(matched.used) + len(matched.left_out) == len(load_evidence())


def test_errors_believed_later_are_refused() -> None:
    asked = replace(simulator.load_study("hyperscalers-2026-01"), as_of=date(2025, 6, 30))
    with pytest.raises(StudyError, match=r"observed\.capex\.as_of"):
        simulator.update(asked, as_of=date(2026, 5, 31))


@pytest.mark.slow
def test_a_rate_at_a_months_end_lies_between_two_quarters() -> None:
    asked = simulator.load_study("hyperscalers-2026-01")
    model = model_of(asked, None)
    matched = match(load_evidence(), asked, model, date(2026, 5, 31))
    run = simulator.simulate(asked, paths=8192)
    series, draws = (
        {name: jnp.asarray(value) for name, value in found.items()} for found in (run.series(), run.draws())
    )
    for datum in matched.used:
        if datum.quantity == "ai_revenue":
            row = list(asked.settings.entities).index(datum.entity)
            sold = draws[f"adoption.ai_revenue.{datum.entity}"]
            used = draws.get(f"adoption.internal_value.{datum.entity}", 0.0)
            q1, q2 = (4 * series["revenue"][q, row] * sold / (sold + used) for q in (0, 1))
            found = np.asarray(datum.read(draws, series))
            np.testing.assert_allclose(found, np.sqrt(q1 * q2), rtol=1e-5)
