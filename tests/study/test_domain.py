"""Domains: what a study is about, found among those that are installed, and what only it may hold."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from simulator.errors import StudyError
from simulator.study import Study, load_study, shipped_sets
from simulator.study.domain import Domain, domains, lead_metric

PRIORS = {"strength": {"family": "normal", "mean": 3.0, "sd": 1.0}}


@pytest.mark.parametrize("name", sorted(domains()))
def test_every_domain_keeps_the_protocol(name: str) -> None:
    """Each part is there; every metric has a unit, and a label and an explanation in each language."""
    domain = domains()[name]
    assert isinstance(domain, Domain)
    assert domain.name == name
    assert domain.entities in {kind.name for kind in domain.kinds}
    assert {kind.name for kind in domain.kinds} == set(domain.readers())
    assert set(domain.keys) == set(domain.study_keys().model_fields)
    assert set(domain.choices) <= set(domain.keys)
    for metric in domain.metrics.values():
        assert metric.unit
        assert {"en", "zh-Hant"} <= set(metric.texts)
        assert all(text["label"] and text["about"] for text in metric.texts.values())
    first, *others = domain.metrics
    assert lead_metric([*others, f"{first}.group"]) == first
    assert lead_metric(["margin.group"]) == ""


@pytest.mark.parametrize("name", shipped_sets())
def test_a_study_is_of_the_domain_whose_tables_it_holds(name: str) -> None:
    """It need not name it, and naming it changes no number."""
    study = load_study(name)
    assert study.domain is domains()["buildout"]
    data: dict[str, Any] = study.to_dict()
    data["study"]["domain"] = "buildout"
    named = Study.from_dict(data)
    assert named.domain is study.domain
    assert named.hash == study.hash


def test_a_study_of_beliefs_alone_has_no_domain() -> None:
    study = Study.from_dict({"priors": PRIORS})
    assert study.domain is None
    assert study.settings.entities == {}
    assert study.settings.owner("strength") is None


def faults(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a study: what was found, by key."""
    with pytest.raises(StudyError) as refused:
        Study.from_dict(data)
    return {fault.key: f"{fault.found}; {fault.allowed} {fault.advice}" for fault in refused.value.faults}


def test_a_domain_that_is_not_installed_is_refused_with_those_that_are() -> None:
    found = faults({"study": {"domain": "buildoot"}, "priors": PRIORS})
    assert "buildoot" in found["study.domain"]
    assert "Did you mean buildout?" in found["study.domain"]


def test_tables_of_another_domain_than_is_named_are_refused() -> None:
    company = {"name": "amazon", "title": "Amazon"}
    found = faults({"study": {"domain": "elsewhere"}, "company": [company], "priors": PRIORS})
    assert set(found) == {"study.domain", "company.amazon"}
    assert "buildout" in found["company.amazon"]


def test_a_run_keeps_its_domain_when_it_is_compared_by_value() -> None:
    """What a study is about is known by its settings: two studies with the same are equal."""
    study = load_study(shipped_sets()[0])
    assert replace(study, domain=None) == study
