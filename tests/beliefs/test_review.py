"""What is said of priors before a run."""

import pytest
from scipy import stats

from simulator.beliefs import StrandlineWarning, audit, fit_report, summary_rows
from simulator.study import CopulaGroup, Dependence, Prior, Study
from tests.beliefs.cases import ALL_FAMILIES, prior


def study_of(*priors: Prior, groups: tuple[CopulaGroup, ...] = ()) -> Study:
    return Study("s", priors={one.name: one for one in priors}, dependence=Dependence(groups))


GOOD = prior("good", "normal", {"mean": 0.0, "sd": 1.0}, unit="USD bn")
SKEWED = prior("skewed", "lognormal", {}, quantiles={0.1: 110.0, 0.5: 125.0, 0.9: 148.0})


def test_a_sound_study_has_no_fault() -> None:
    assert audit(study_of(GOOD)) == []


def test_a_fit_beside_its_quantiles_is_a_warning_that_says_by_how_much() -> None:
    with pytest.warns(StrandlineWarning, match=r"skewed: lognormal .* worst miss 4\.5%"):
        assert audit(study_of(GOOD, SKEWED)) == []


def test_all_faults_are_listed_with_file_and_key() -> None:
    bad = prior("bad", "normal", {"mean": 0.0, "sd": -1.0}, file="p.toml")
    far = prior("far", "normal", {}, quantiles={0.1: 0.0, 0.5: 1.0, 0.9: 100.0}, file="q.toml")
    faults = audit(study_of(bad, far, groups=(CopulaGroup("g", spearman=(("bad", "far", 3.0),)),)))
    assert [(fault.file, fault.key) for fault in faults] == [
        ("p.toml", "bad.sd"),
        ("q.toml", "far.quantiles"),
        ("", "dependence.g.spearman"),
    ]


def test_correlations_to_be_mended_are_a_warning() -> None:
    names = ("a", "b", "c")
    group = CopulaGroup("g", spearman=(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)))
    priors = [prior(name, "normal", {"mean": 0.0, "sd": 1.0}) for name in names]
    with pytest.warns(StrandlineWarning, match="nearest possible"):
        assert audit(study_of(*priors, groups=(group,))) == []


def test_report_of_a_prior_given_by_parameters_says_how_it_is_computed() -> None:
    assert fit_report(GOOD).kind == "normal"
    assert fit_report(GOOD).table_error == 0
    report = fit_report(prior("g", "gamma", {"shape": 2.0, "scale": 1.0}))
    assert report.kind.startswith("table")
    assert 0 < report.table_error <= 1e-4
    assert str(report) == "g: gamma, given by its parameters"


def test_summary_has_a_row_for_each_prior_and_each_share() -> None:
    point = prior("point", "fixed", {"value": 3.0}, unit="1")
    mix = prior("mix", "dirichlet", {"alpha": [1.0, 3.0]})
    rows = summary_rows(study_of(GOOD, point, mix))
    assert [row.name for row in rows] == ["good", "point", "mix[0]", "mix[1]"]
    assert rows[0].unit == "USD bn"
    assert rows[0][3:] == pytest.approx(stats.norm.ppf([0.05, 0.5, 0.95]))
    assert rows[1][3:] == (3.0, 3.0, 3.0)
    assert rows[3][3:] == pytest.approx(stats.beta(3, 1).ppf([0.05, 0.5, 0.95]))


@pytest.mark.parametrize("one", ALL_FAMILIES, ids=lambda one: one.family)
def test_every_family_has_a_report_and_a_row(one: Prior) -> None:
    assert fit_report(one).family == one.family
    assert all(row.p05 <= row.p50 <= row.p95 for row in summary_rows(study_of(one)))
