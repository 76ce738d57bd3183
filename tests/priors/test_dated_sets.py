"""The dated sets keep their own rules: every prior dated by its newest source, nothing from after the set."""

import re

import pytest

from simulator.analysis.checks import evaluate_checks
from simulator.evidence import load_evidence
from simulator.study import load_study

JANUARY, MAY, OCTOBER = "hyperscalers-2026-01", "hyperscalers-2026-05", "hyperscalers-2026-10"
SETS = {name: load_study(name) for name in (JANUARY, MAY, OCTOBER)}
META = "guidance.meta"


@pytest.mark.parametrize("name", SETS)
def test_a_prior_is_dated_by_its_newest_source_or_by_its_set(name):
    study = SETS[name]
    for prior in study.priors.values():
        days = [day for source in prior.sources if (day := study.sources[source].date)]
        # A prior that a set inherits is dated by the set that wrote it.
        own = SETS[prior.file.partition("/")[0]].as_of
        assert prior.as_of == max(days, default=own), prior.name


@pytest.mark.parametrize("name", SETS)
def test_what_nobody_read_supports_no_more_than_a_judgement(name):
    study = SETS[name]
    for prior in study.priors.values():
        read = [
            source for source in prior.sources if study.sources[source].provenance.startswith("stored page")
        ]
        assert read or prior.basis == "judgement", prior.name


@pytest.mark.parametrize("name", SETS)
def test_every_source_is_used(name):
    study = SETS[name]
    cited = {source for prior in study.priors.values() for source in prior.sources}
    cited |= {source for check in study.checks for source in check.sources}
    # What a set inherits and no longer cites stays in its bibliography.
    inherited = set(SETS[MAY].sources) if name == OCTOBER else set()
    assert cited - set(study.sources) == set()
    assert set(study.sources) - cited <= inherited


@pytest.mark.parametrize("later", [MAY, OCTOBER])
def test_the_sets_ask_the_same_question(later):
    first, other = SETS[JANUARY], SETS[later]
    assert set(first.priors) == set(other.priors)
    assert first.order == other.order
    assert first.directions == other.directions
    assert first.settings == other.settings
    assert first.dependence == other.dependence
    assert [p.unit for p in first.priors.values()] == [other.priors[name].unit for name in first.priors]
    # A source that both cite is the same source.
    for name in set(first.sources) & set(other.sources):
        assert first.sources[name] == other.sources[name]


@pytest.mark.parametrize("name", SETS)
def test_nothing_in_a_set_became_known_after_its_day(name):
    study = SETS[name]
    assert study.as_of is not None
    days = {one.id: one.date for one in study.sources.values()}
    days |= {prior.name: prior.as_of for prior in study.priors.values()}
    assert {key for key, day in days.items() if day is not None and day > study.as_of} == set()


def test_guidance_of_the_spring_is_what_moved_spending():
    moved = {
        name
        for name, prior in SETS[JANUARY].priors.items()
        if prior.parameters != SETS[MAY].priors[name].parameters
    }
    # The year's profile, fitted to a year more, moved as a whole.
    profile = {name for name in moved if name.startswith("spend.profile")}
    assert len(profile) == 17
    # The 35 that the months moved, and what had been reported since: books at the start, two last quarters.
    assert len(moved - profile) == 38
    assert {f"spend.capex_2026.{name}" for name in ("amazon", "alphabet", "microsoft", "meta")} <= moved
    assert "finance.opening_depreciation.alphabet" in moved


def test_july_moved_spending_and_autumn_the_cost_of_capital():
    moved = {
        name
        for name, prior in SETS[MAY].priors.items()
        if prior.parameters != SETS[OCTOBER].priors[name].parameters
    }
    assert {f"spend.capex_2026.{name}" for name in ("amazon", "alphabet", "microsoft", "meta")} <= moved
    assert {"finance.wacc", "adoption.financed_share.microsoft", "finance.building_life"} <= moved
    # What a set overrides it changes: nothing is stated again that says the same.
    assert moved == {n for n, prior in SETS[OCTOBER].priors.items() if prior.file.startswith(OCTOBER)}


def test_the_year_of_october_holds_what_was_spent():
    """The first half of 2026 in cash is behind the priors of the year: no company's median is below it."""
    spent = {
        company: sum(
            one.value
            for one in load_evidence().select(metric="capex", entity=company, definition="cash")
            if one.kind == "actual" and one.period.label in ("2026Q1", "2026Q2")
        )
        for company in ("amazon", "alphabet", "microsoft", "meta")
    }
    assert sum(spent.values()) == pytest.approx(294.8, abs=0.05)
    for company, half in spent.items():
        rest = SETS[OCTOBER].priors[f"spend.capex_2026.{company}"].parameters["median"] - half
        assert rest > half


def test_guidance_of_the_sets_own_day_that_it_does_not_follow_is_named():
    """Meta's guidance was out on January's day and lies far from the prior: the set says so itself."""
    january = SETS[JANUARY]
    first = {one.period.label: one for one in reversed(load_evidence().observations) if one.series == META}
    message = first["2026"]
    assert january.as_of is not None
    assert message.known <= january.as_of
    named = [one for one in january.contradictions if "guided" in one.title and "Meta" in one.title]
    assert [one.priors[0] for one in named] == ["spend.capex_2026.meta"]
    low, high = map(float, re.findall(r"(\d+) to (\d+)", named[0].title)[0])
    assert (low + high) / 2 == message.value


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "contradicted"),
    [
        (MAY, {"ordered_gw_2026", "capex_over_depreciation", "capex_growth_2027"}),
        (OCTOBER, {"ordered_gw_2026", "capex_over_depreciation"}),
    ],
)
def test_a_later_set_fails_the_checks_that_its_evidence_contradicts(name, contradicted):
    """Two standard errors beyond a bound: on other draws it would fail them too, and no other."""
    outcome = evaluate_checks(SETS[name], seed=7)
    clear = {one.check.name for one in outcome.outcomes if one.clear and not one.passed}
    assert clear == contradicted
