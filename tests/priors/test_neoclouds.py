"""The set with two builders that borrow: dates, sources, and what it says of quarters since reported."""

import numpy as np
import pytest

from simulator.analysis.run import simulate
from simulator.study import Prior, load_study

NAME, BASE = "neoclouds-2026-10", "hyperscalers-2026-10"
PATHS = 8192


@pytest.fixture(scope="module")
def study():
    return load_study(NAME)


def own(study) -> list[Prior]:
    return [prior for prior in study.priors.values() if prior.file.startswith(NAME)]


def test_a_prior_is_dated_by_its_newest_source_or_by_its_set(study):
    for prior in own(study):
        days = [day for source in prior.sources if (day := study.sources[source].date)]
        assert prior.as_of == max(days, default=study.as_of), prior.name
        assert prior.as_of <= study.as_of, prior.name


def test_what_nobody_read_supports_no_more_than_a_judgement(study):
    for prior in own(study):
        read = [one for one in prior.sources if study.sources[one].provenance.startswith("stored page")]
        assert read or prior.basis == "judgement", prior.name


def test_every_source_is_used(study):
    cited = {source for prior in study.priors.values() for source in prior.sources}
    assert set(study.sources) - set(load_study(BASE).sources) <= cited


def test_of_the_four_only_what_all_share_is_overridden(study):
    base = load_study(BASE)
    changed = {name for name, prior in base.priors.items() if study.priors[name] != prior}
    assert changed == {"spend.headline", "adoption.potential"}
    assert [*base.settings.entities] == [*study.settings.entities][:4]
    assert [*study.settings.entities][4:] == ["oracle", "coreweave"]


@pytest.fixture(scope="module")
def covered(study):
    """Of amounts reported since, by company: whether they lie within the middle 80 % of paths."""
    names = ["paid_capex", "operating_cash"]
    series = simulate(study, paths=PATHS).series(PATHS, names)
    capex, cash = (series[name] for name in names)
    second, third = (capex / cash)[1], 2
    companies = [*study.settings.entities]
    reported = {"amazon": 1.17, "alphabet": 1.15, "microsoft": 0.65, "meta": 0.94}
    amounts = {name: (second[companies.index(name)], value) for name, value in reported.items()}
    amounts["four"] = (capex[1, :4].sum(axis=0) / cash[1, :4].sum(axis=0), 0.95)
    amounts["oracle capex"] = (capex[third, 4], 28.5)
    amounts["oracle cash"] = (cash[third, 4], 23.1)
    return {
        name: bool(np.quantile(paths, 0.1) <= value <= np.quantile(paths, 0.9))
        for name, (paths, value) in amounts.items()
    }


def test_capex_over_cash_of_the_second_quarter_is_covered_for_the_four_together(covered):
    assert covered["four"]


def test_what_is_not_covered_is_known(covered):
    """Cash has no season here: Alphabet's tax and Microsoft's bills fall in this quarter.

    Of Oracle's cash of the quarter to August half came as customers' prepayments.
    """
    assert {name for name, inside in covered.items() if not inside} <= {
        "alphabet",
        "microsoft",
        "oracle cash",
    }
