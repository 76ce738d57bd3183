"""The page's verdicts are those of `simulator.estimate`, path by path."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.estimate import codes_of, derive, split
from simulator.estimate.verdicts import by_entity, sign_metric
from simulator.study import Limits, ScorecardItem, VerdictRule, load_study

EVALUATED = "derive(new Map(Object.entries(metrics)), rules)"


def _rules(
    metrics: Mapping[str, Any], scorecard: Sequence[ScorecardItem], verdicts: Sequence[VerdictRule]
) -> dict[str, Any]:
    """Return rules as the page has them: what is infinite is null."""
    plain = [
        {
            "name": rule.name,
            "conditions": {
                metric: {
                    "min": limits.min if math.isfinite(limits.min) else None,
                    "max": limits.max if math.isfinite(limits.max) else None,
                }
                for metric, limits in rule.conditions.items()
            },
        }
        for rule in verdicts
    ]
    items = [
        {"metric": item.metric, "min": item.min if math.isfinite(item.min) else None} for item in scorecard
    ]
    return {"scorecard": items, "verdicts": plain, "sign_metric": sign_metric(metrics)}


def _holds(in_javascript, metrics, scorecard, verdicts) -> dict[str, Any]:
    rules = _rules(metrics, scorecard, verdicts)
    found = in_javascript("statistics verdicts", EVALUATED, metrics=metrics, rules=rules)
    derived = derive(metrics, scorecard, verdicts)
    expected = {
        "codes": _of(derived, "verdict"),
        "passes": _of(derived, "scorecard_passes"),
        "split": {entity: codes.ravel().tolist() for entity, codes in split(derived, metrics).items()},
    }
    assert found == expected
    for key, by_name in expected.items():
        assert list(found[key]) == list(by_name), "the group first, then as they appear"
    return found


def _of(derived: Mapping[str, np.ndarray], metric: str) -> dict[str, list[int]]:
    names = {name: name.partition(".") for name in derived}
    return {
        entity or "model": derived[name].ravel().tolist()
        for name, (short, _, entity) in names.items()
        if short == metric
    }


def _around(rng: np.random.Generator, limits: Sequence[float], paths: int) -> np.ndarray:
    """Return float32 values on limits and on either side of them, some infinite and some no number."""
    at = np.asarray(limits, np.float32)
    near = [at, np.nextafter(at, np.float32(-np.inf)), np.nextafter(at, np.float32(np.inf))]
    odd = np.array([0, -0.0, -1, 1, np.inf, -np.inf, np.nan], np.float32)
    return rng.choice(np.concatenate([*near, odd]), (32, paths // 32))


def test_verdicts_under_the_shipped_rules_are_those_of_python(in_javascript):
    shipped = load_study("hyperscalers-2026-01").settings
    rng = np.random.default_rng(1)
    metrics = {}
    for entity in ("meta", "group", "amazon"):
        metrics[f"value_created.{entity}"] = _around(rng, [0.0], 2048)
        metrics[f"value_per_dollar.{entity}"] = _around(rng, [0.05, -0.05], 2048)
        for item in shipped.scorecard:
            metrics[f"{item.metric}.{entity}"] = _around(rng, [item.min], 2048)
    metrics["capex.total.amazon"] = rng.normal(size=(32, 64)).astype(np.float32)
    del metrics["value_per_dollar.amazon"], metrics["gross_margin.meta"]
    found = _holds(in_javascript, metrics, shipped.scorecard, shipped.verdicts)
    assert list(found["codes"]) == ["group"]
    assert list(found["passes"]) == ["group", "amazon"]
    assert set(found["split"]["group"]) == {1, 0, -1, 127, -128}


def test_a_limit_is_rounded_as_the_values_are(in_javascript):
    # 0.05 as float32 is above 0.05: a path exactly on it meets a limit from above too, as in NumPy.
    metrics = {"value": np.full((32, 1), 0.05, np.float32)}
    rules = [VerdictRule("bull", {"value": Limits(0.05, 0.05)})]
    assert set(_holds(in_javascript, metrics, [], rules)["codes"]["model"]) == {1}
    # In float64 it does not.
    metrics = {"value": metrics["value"].astype(np.float64)}
    assert set(_holds(in_javascript, metrics, [], rules)["codes"]["model"]) == {0}


@pytest.mark.parametrize("least", [2.0, 1.5, 1.9999999999, 2.0000000001])
def test_a_limit_of_passes_is_not_rounded(in_javascript, least):
    metrics = {
        "one": np.repeat(np.array([0, 1], np.float32), 32).reshape(32, 2),
        "other": np.full((32, 2), -1, np.float32),
    }
    scorecard = [ScorecardItem("one", 0.5, "One"), ScorecardItem("other", -math.inf, "Any number")]
    rules = [VerdictRule("bull", {"scorecard_passes": Limits(min=least)})]
    _holds(in_javascript, metrics, scorecard, rules)


def test_what_has_no_rules_has_no_verdicts(in_javascript):
    metrics = {"margin": np.zeros((32, 1), np.float32)}
    assert _holds(in_javascript, metrics, [], []) == {"codes": {}, "passes": {}, "split": {}}
    scored = _holds(in_javascript, metrics, [ScorecardItem("margin", 0, "Margin")], [])
    assert scored["passes"] == {"model": [1] * 32}


NUMBERS = st.one_of(st.sampled_from([-1.0, -0.05, 0.0, 0.1, 1.0]), st.floats(-1e3, 1e3))
LIMITS = st.builds(
    lambda low, high: Limits(low, high),
    st.one_of(st.just(-math.inf), NUMBERS),
    st.one_of(st.just(math.inf), NUMBERS),
)
SHORT = ("value_created", "yield", "margin", "scorecard_passes")


@st.composite
def _cases(draw) -> tuple[list[ScorecardItem], list[VerdictRule]]:
    items = draw(st.lists(st.sampled_from(SHORT[1:3]), max_size=2, unique=True))
    scorecard = [ScorecardItem(metric, draw(NUMBERS), metric) for metric in items]
    names = draw(st.lists(st.sampled_from(["bull", "good", "bear", "worst", "odd"]), min_size=1, unique=True))
    allowed = SHORT if scorecard else SHORT[:3]
    conditions = st.dictionaries(st.sampled_from(allowed), LIMITS, min_size=1, max_size=3)
    rules = [VerdictRule(name, draw(conditions)) for name in names]
    if draw(st.booleans()):
        rules.insert(draw(st.integers(0, len(rules))), VerdictRule("rest", {}))
    return scorecard, rules


@settings(max_examples=40)
@given(case=_cases(), seed=st.integers(0, 99), bare=st.booleans())
def test_verdicts_under_any_rules_are_those_of_python(in_javascript, case, seed, bare):
    scorecard, rules = case
    rng = np.random.default_rng(seed)
    limits = [limit for rule in rules for one in rule.conditions.values() for limit in (one.min, one.max)]
    entities = [""] if bare else [".meta", ".group"]
    metrics = {
        name + entity: _around(rng, [*limits, *(item.min for item in scorecard)], 256)
        for entity in entities
        for name in SHORT[:3]
    }
    _holds(in_javascript, metrics, scorecard, rules)


@given(case=_cases())
@settings(max_examples=20)
def test_codes_are_those_of_python(in_javascript, case):
    rules = case[1]
    found = in_javascript(
        "statistics verdicts",
        "codesOf(rules.verdicts)",
        rules=_rules({}, [], rules),
    )
    codes = codes_of(rules)
    assert found == codes
    assert list(found) == list(codes)


def test_entities_are_those_of_python(in_javascript):
    names = ["value.meta", "eps", "value.group", "a.b.meta", "value.amazon", "margin.group"]
    found = in_javascript("statistics verdicts", "byEntity(names)", names=names)
    assert found == by_entity(names)
    assert list(found) == list(by_entity(names))
