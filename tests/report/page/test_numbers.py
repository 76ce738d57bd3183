"""What a report draws is the run: histograms, curves and fans hold the numbers that they are made from."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis import findings
from simulator.analysis.distribution import curve, grid, histogram, round_step
from simulator.analysis.fan import LEVELS
from simulator.analysis.findings import Findings
from simulator.analysis.reproduce import commands, is_shipped
from simulator.analysis.run import Run, open_run
from simulator.cli.parameters import assignments
from simulator.errors import UsageError
from simulator.estimate import pool, probability_above, quantile
from simulator.study import Study, load_study


def test_steps_and_grids_are_batch() -> None:
    assert round_step(100, 10) == 10
    assert round_step(70, 10) == pytest.approx(5)
    assert list(grid(-0.7, 1.2, 4)) == [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5]
    assert round_step(0, 3) == 1


def test_a_histogram_holds_every_path() -> None:
    values = np.random.default_rng(1).normal(size=(32, 256))
    values[0, :10] = np.inf
    codes = np.where(values > 1, 1, np.where(values < -1, -1, 0)).astype(np.int8)
    found = histogram(values, codes, {"bull": 1, "base": 0, "bear": -1})
    assert found is not None
    inside = sum(share.sum() for share in found.shares.values())
    assert inside + found.below + found.above + found.infinite == pytest.approx(1, abs=1e-12)
    assert found.infinite == 10 / values.size
    middle = (found.edges[:-1] + found.edges[1:]) / 2
    assert not found.shares["bull"][middle < 0.8].any()
    assert not found.shares["bear"][middle > -0.8].any()


def test_a_metric_that_is_one_number_has_a_histogram_and_no_curve() -> None:
    values = np.full((32, 8), 3.0)
    found = histogram(values, None, {})
    assert found is not None
    assert found.shares["all"].sum() == 1
    assert curve(pool(values, "rqmc")) is None
    assert histogram(np.full((32, 8), np.inf), None, {}) is None


def test_a_curve_is_the_chance_of_more() -> None:
    values = np.random.default_rng(2).gamma(2.0, size=(32, 256))
    found = curve(pool(values, "mc"))
    assert found is not None
    assert np.all(np.diff(found.values) <= 0)
    for threshold, value, error in zip(found.read, found.read_values, found.read_mcse, strict=True):
        chance = probability_above(pool(values, "mc"), float(threshold))
        assert (value, error) == (chance.value, chance.error)


@pytest.mark.slow
def test_a_fan_is_of_the_first_paths(run: Run, found: Findings) -> None:
    fans = found.fans
    assert fans is not None
    assert fans.paths == 8192
    assert (fans.quarters[0], fans.quarters[-1]) == ("2026Q1", "2031Q4")
    capex = run.series(8192)["capex"].sum(axis=1)
    fan = fans.fans["capex"]["group"]["capex"]
    for place, level in enumerate(LEVELS):
        assert fan.quantiles[place] == pytest.approx(
            np.quantile(capex.astype(np.float64), level, axis=1), rel=5e-3
        )
    # Metrics of the same paths, from the kernel itself.
    year = capex[:4].sum(axis=0)
    stored = run.metric("capex_2026.group")[:, :256].ravel()
    assert np.allclose(year, stored, rtol=1e-4)
    assert 0 < fans.error[0] < 0.1
    assert 0 < fans.error[1] < 0.2


def test_the_effect_on_earnings_adds_up_to_its_metric(run: Run, found: Findings) -> None:
    """The yearly rate, averaged over the third year, is the metric."""
    nopat = run.series(8192)["nopat"]
    shares = run.draws(["finance.shares.amazon"], 8192)["finance.shares.amazon"]
    rate = 4 * (nopat[:, 0] - nopat[:1, 0]) / shares
    stored = run.metric("eps_incremental.amazon")[:, :256].ravel()
    assert np.allclose(rate[8:12].mean(axis=0), stored, rtol=1e-3, atol=1e-3)
    assert found.fans is not None
    assert "group" not in found.fans.fans["eps"]
    median = found.fans.fans["eps"]["amazon"]["eps"].quantiles[2]
    medians = [quantile(pool(row.reshape(32, 256), "rqmc"), 0.5).value for row in rate]
    assert median == pytest.approx(medians, rel=1e-6, abs=1e-9)


def test_the_conditional_medians_are_of_the_paths_of_that_verdict(run: Run, found: Findings) -> None:
    assert found.fans is not None
    fan = found.fans.fans["capex"]["group"]["capex"]
    capex = run.series(8192)["capex"].sum(axis=1)
    # Of 8192 paths, path i belongs to replicate i // 256.
    bear = run.verdicts["verdict.group"][:, :256].ravel() == -1
    assert fan.given["bear"] == pytest.approx(np.median(capex[:, bear].astype(np.float64), axis=1))


def test_a_run_of_a_shipped_set_names_the_command_that_has_it_again(run: Run) -> None:
    found = commands(run)
    assert found["again"] == "strandline run hyperscalers-2026-01 --paths 8192 --seed 7 --sampler rqmc"
    assert run.directory is not None
    assert found["verify"] == f"strandline verify {run.directory.name}"


def test_a_run_below_the_working_directory_is_named_from_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command that verifies a run finds it from where it lies, and names no place on this machine."""
    assert run.directory is not None
    monkeypatch.chdir(run.directory.parent)
    assert commands(run)["verify"] == "strandline verify run"
    monkeypatch.chdir(run.directory)
    inside = replace(run, directory=Path())
    assert commands(inside)["verify"] == "strandline verify run"
    monkeypatch.chdir(tmp_path)
    verify = commands(run)["verify"]
    assert verify == "strandline verify run"
    monkeypatch.chdir(run.directory.parent)
    assert open_run(verify.split()[-1]).study.hash == run.study.hash


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"economics.pue": 1.2, "power.hookup": 0.5},
        {"study.horizon_quarters": 20},
        {"study.depreciation_policy": "delivery", "study.title": 'it\'s "so"'},
        {"adoption.potential": {"family": "lognormal", "median": 2000, "sigma": 0.4}},
        {"verdict.bull.value_per_dollar.min": 0.1, "scorecard.gross_margin.min": 0.3},
        {"adoption.potential.median": 1300, "finance.wacc.median": "9%"},
    ],
)
def test_whatever_was_set_is_in_the_command(settings: dict[str, Any]) -> None:
    """The command line reads what was set in a study back as that study."""
    study = load_study("hyperscalers-2026-01", overrides=settings)
    assert [one.name for one in study.changes] == list(settings)
    assert is_shipped(study)
    given = assignments([one.setting for one in study.changes])
    again = load_study("hyperscalers-2026-01", overrides=given)
    assert (again.hash, again.title) == (study.hash, study.title)


def test_a_study_that_no_setting_makes_has_no_command() -> None:
    assert not is_shipped(Study.from_dict({"priors": {"a": {"value": 1.0}}}))
    study = load_study("hyperscalers-2026-01")
    fewer = replace(study, checks=(), dependence=replace(study.dependence, groups=()))
    assert not is_shipped(fewer)


def test_series_are_computed_by_name_and_the_charts_hold_no_others(run: Run) -> None:
    from simulator.buildout.series import CHARTS
    from simulator.errors import UsageError
    from simulator.sampling import BATCH

    names = {name for chart in CHARTS for name in chart.reads}
    few, every = run.series(BATCH, names), run.series(BATCH)
    assert set(few) == names
    assert len(few) < len(every)
    for name, values in few.items():
        np.testing.assert_allclose(values, every[name], rtol=2e-6, atol=1e-6)
    with pytest.raises(UsageError, match="Did you mean capex"):
        run.series(BATCH, ["capx"])


def test_a_report_of_more_paths_than_memory_is_given_to_is_refused_before_it_begins(run, monkeypatch) -> None:
    """Nothing is computed, and the message names what is found and what is allowed."""
    monkeypatch.setattr(findings, "MOST_PATHS", run.plan.paths - 1)
    with pytest.raises(UsageError, match=rf"found {run.plan.paths:,} paths; allowed: at most"):
        findings.find(run, lambda step: pytest.fail(step))
