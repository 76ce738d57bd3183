"""What the page knows of a study is what the study says, in both languages, and what ``--set`` takes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from simulator.errors import StudyError
from simulator.families import FAMILIES
from simulator.study import Study, load_study
from simulator.study.location import at_median
from simulator.study.records import Prior
from simulator.study.shipped import shipped_sets
from simulator.whatif.description import describe
from simulator.whatif.horizons import horizon_of, other_horizons
from simulator.whatif.moving import RULES, rules_of
from simulator.whatif.texts import LANGUAGES
from tests.whatif.scripts import described, study

#: Most bytes of a description: the page is to stay below 2 MB with a kernel of about 600 kB in it.
MOST_BYTES = 600_000


@pytest.mark.parametrize("name", shipped_sets())
def test_every_prior_of_a_shipped_study_is_there_with_titles_in_both_languages(name: str) -> None:
    one = load_study(name)
    found = described(one)
    assert {belief["name"] for belief in found["beliefs"]} == set(one.priors)
    for belief in found["beliefs"]:
        assert belief["title"], belief["name"]
        assert set(belief.get("sources", ())) <= found["sources"].keys()
        assert belief["topic"] in found["topics"]
        assert belief["basis"] in found["bases"]
        if belief["varies"]:
            values = [
                belief["quantiles"][level] for level in ("p01", "p05", "p10", "p50", "p90", "p95", "p99")
            ]
            assert values == sorted(values)
            assert belief["value"] == belief["quantiles"]["p50"]
    assert len(json.dumps(found, ensure_ascii=False, allow_nan=False).encode()) < MOST_BYTES


def test_the_first_beliefs_of_the_order_come_first_unless_others_are_named() -> None:
    first = [name for name in study().order if not name.startswith(("shock", "direction"))]
    assert described()["drivers"] == first[:8]
    found = described(drivers=["finance.wacc", "nobody.knows", "cycle.bust_years"])
    assert found["drivers"] == ["finance.wacc", "cycle.bust_years"]
    ranks = {belief["name"]: belief["rank"] for belief in found["beliefs"] if "rank" in belief}
    assert ranks == {"finance.wacc": 1, "cycle.bust_years": 2}


def test_messages_are_there_in_both_languages() -> None:
    messages = described()["messages"]
    assert set(messages) == set(LANGUAGES)
    assert messages["en"].keys() == messages["zh-Hant"].keys()


def test_amounts_in_chinese_have_a_factor_of_their_own() -> None:
    beliefs = {belief["name"]: belief for belief in described()["beliefs"]}
    assert beliefs["adoption.potential"]["factor"] == {"en": 1.0, "zh-Hant": 10.0}
    assert beliefs["finance.wacc"]["factor"] == 1.0


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    for family in FAMILIES.values():
        for example in family.examples:
            if family.name not in ("dirichlet",):
                yield family.name, dict(example.table)


def of_table(family: str, table: dict[str, Any]) -> Study:
    own = {"family": family, **table} if family != "fixed" else table
    return Study.from_dict({"study": {"name": "one"}, "priors": {"x": own}})


@pytest.mark.parametrize(("family", "table"), list(examples()))
def test_what_can_only_be_held_is_what_set_refuses_to_move(family: str, table: dict[str, Any]) -> None:
    one = of_table(family, table)
    belief = describe_alone(one)
    try:
        one.override({"x.median": belief["value"]})
        moves = True
    except StudyError:
        moves = False
    assert belief["held_only"] is not moves


@pytest.mark.parametrize(("family", "table"), list(examples()))
def test_rules_of_moving_give_the_numbers_that_moving_gives(family: str, table: dict[str, Any]) -> None:
    prior: Prior = of_table(family, table).priors["x"]
    belief = describe_alone(of_table(family, table))
    if belief["held_only"] or not belief["varies"]:
        assert "moves" not in belief
        return
    low, high = belief["quantiles"]["p10"], belief["quantiles"]["p90"]
    rules = rules_of(prior, belief["value"], low, high)
    assert rules == belief.get("moves")
    if rules is None or "quantiles" in rules:
        return
    median = low + 0.8 * (high - low)
    moved = at_median(prior, median).parameters
    for name, value in prior.parameters.items():
        found = RULES[rules[name]](value, belief["value"], median) if name in rules else value
        assert found == moved[name]


def test_a_median_may_lie_where_the_family_and_its_bounds_have_any() -> None:
    table = {"mean": 0.3, "sd": 0.1, "bounds": [0.0, 1.0]}
    assert describe_alone(of_table("normal", table))["support"] == [0.0, 1.0]
    assert describe_alone(of_table("lognormal", {"median": 3.0, "sigma": 0.2}))["support"] == [0.0, None]
    assert describe_alone(of_table("beta", {"alpha": 2.0, "beta": 3.0}))["support"] == [0.0, 1.0]


def test_structures_say_what_they_set_and_which_beliefs_they_hold() -> None:
    one = load_study("hyperscalers-2026-01")
    found = {structure["name"]: structure for structure in described(one)["structures"]}
    assert "written" not in found
    assert found["late_curve"]["settings"] == {"adoption.curve": "2.0"}
    assert found["late_curve"]["numbers"] == {"adoption.curve": 2.0}
    assert 0 < found["late_curve"]["weight"] < 1


def test_the_rules_are_those_of_the_study() -> None:
    rules = described()["rules"]
    assert [rule["name"] for rule in rules["verdicts"]] == [rule.name for rule in study().settings.verdicts]
    assert rules["codes"] == {"bull": 1, "base": 0, "bear": -1}
    assert [one["name"] for one in rules["shown"]] == ["bull", "base_gains", "base_losses", "bear"]
    assert rules["sign_metric"] == "value_created"


def describe_alone(one: Study) -> dict[str, Any]:
    """Return the one belief of a study without a model."""
    found = describe(
        one, None, given="one", seed=0, sampler="rqmc", mode="served", language="en", units={"y": "1"}
    )
    return found["beliefs"][0]


def test_horizons_are_those_of_the_domain_but_its_own() -> None:
    assert described()["horizon"] == {"quarters": 24, "others": [16, 40]}
    longer = study().override({"study.horizon_quarters": 16})
    assert described(longer)["horizon"] == {"quarters": 16, "others": [24, 40]}
    own = Study.from_dict(
        {"priors": {"a": {"family": "normal", "mean": 0.0, "sd": 1.0}}}, model=lambda draws: draws
    )
    assert horizon_of(own, own.model) is None
    assert other_horizons(own, own.model) == {}
    domain = study().domain
    assert domain is not None
    given = replace(study(), model=domain.model(study().settings))
    assert horizon_of(given, given.model) is None
