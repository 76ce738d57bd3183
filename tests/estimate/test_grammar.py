import math

import numpy as np
import pytest

from simulator.errors import UsageError
from simulator.estimate import (
    Number,
    Sampled,
    Target,
    achieved,
    derive,
    expected_shortfall,
    parse_targets,
    pool,
    quantile,
    summarise,
)
from simulator.study import Limits, VerdictRule

METRICS = ("value_created.group", "roic.meta", "margin")
ENTITIES = ("group", "meta")
RULES = [VerdictRule("bear", {"roic": Limits(max=0)})]


def test_targets_are_read_as_written():
    text = "p_bear(group) mcse < 0.001, mean( value_created.group )rel<1e-2,p05(roic.meta) mcse < .002"
    targets = parse_targets(text, METRICS, ENTITIES)
    assert targets == (
        Target("p_bear", "group", "mcse", 0.001),
        Target("mean", "value_created.group", "rel", 0.01),
        Target("p05", "roic.meta", "mcse", 0.002),
    )
    assert parse_targets(", ".join(map(str, targets)), METRICS, ENTITIES) == targets


@pytest.mark.parametrize(
    ("text", "where", "found", "hint"),
    [
        ("", 1, "the end", "a statistic"),
        ("maen(margin) mcse < 1", 1, "'maen'", "Did you mean mean?"),
        ("p100(margin) mcse < 1", 1, "'p100'", "any other level"),
        ("p00(margin) mcse < 1", 1, "'p00'", "any other level"),
        ("mean margin", 6, "'margin'", "'('"),
        ("mean(roic.mata) mcse < 1", 6, "'roic.mata'", "Did you mean roic.meta?"),
        ("p_bear(margin) mcse < 1", 8, "'margin'", "an entity: group, meta"),
        ("mean(group) mcse < 1", 6, "'group'", "a metric: value_created.group"),
        ("mean(margin mcse < 1", 13, "'mcse < 1'", "')'"),
        ("mean(margin) msce < 1", 14, "'msce'", "Did you mean mcse?"),
        ("mean(margin) mcse > 1", 19, "'> 1'", "'<'"),
        ("mean(margin) mcse < 0", 21, "'0'", "a finite number above 0"),
        ("mean(margin) mcse < x", 21, "'x'", "a finite number above 0"),
        ("mean(margin) mcse < 1; sd(margin) rel < 1", 22, "'; sd(margin)'", "','"),
        ("mean(margin) mcse < 1,", 23, "the end", "a statistic"),
    ],
)
def test_a_fault_says_where_what_and_what_is_allowed(text, where, found, hint):
    with pytest.raises(UsageError) as raised:
        parse_targets(text, METRICS, ENTITIES)
    message = str(raised.value)
    assert f"at character {where}: found {found}" in message
    assert hint in message


@pytest.fixture
def metrics() -> dict[str, np.ndarray]:
    metrics = {"roic.meta": np.random.default_rng(1).normal(0.1, 0.2, (32, 64))}
    return metrics | derive(metrics, [], RULES)


def sampled(metrics: dict[str, np.ndarray]) -> Sampled:
    return Sampled(metrics, derive(metrics, (), RULES), "rqmc", (), RULES)


def test_what_is_achieved_is_the_error_of_the_statistic(metrics):
    whole = pool(metrics["roic.meta"], "rqmc")
    expected = {
        "p10": quantile(whole, 0.1),
        "p2.5": quantile(whole, 0.025),
        "cvar10": expected_shortfall(whole, 0.1),
        "cvar90": expected_shortfall(whole, 1 - 0.9, "upper"),
    }
    for statistic, estimate in expected.items():
        (target,) = parse_targets(f"{statistic}(roic.meta) mcse < 1", ["roic.meta"], [])
        assert achieved(target, sampled(metrics)) == (target, estimate, estimate.error)
        assert achieved(target, sampled(metrics)).met
        strict = Target(target.statistic, target.name, "mcse", estimate.error)
        assert not achieved(strict, sampled(metrics)).met


@pytest.mark.parametrize(
    "statistic", ["mean", "sd", "p05", "p10", "p90", "p95", "cvar05", "prob_below_zero", "p_bear"]
)
def test_a_summary_says_the_same_of_a_target(metrics, statistic):
    run = {"units": {}, "study": "s", "study_hash": "h", "seed": 1, "sampler": "rqmc"}
    roic = {"roic.meta": metrics["roic.meta"]}
    summary = summarise(roic, rules=RULES, **run)
    target = Target(statistic, "meta" if statistic == "p_bear" else "roic.meta", "rel", 0.5)
    numbers = summary.verdicts["meta"] if statistic == "p_bear" else summary.estimates["roic.meta"]
    asked = achieved(target, sampled(metrics))
    assert numbers[statistic.removeprefix("p_")] == asked.estimate


def test_errors_that_are_not_known_meet_no_target():
    absolute, relative = Target("mean", "m", "mcse", 0.1), Target("mean", "m", "rel", 0.1)
    assert relative.error(Number(-50.0, 1.0)) == 0.02
    assert absolute.error(Number(-50.0, 1.0)) == 1.0
    assert relative.error(Number(0.0, 1e-9)) == math.inf
    assert absolute.error(Number(math.inf, math.nan)) == math.inf


@pytest.mark.parametrize("limit", ["1e400", "1e309", "9" * 400, "0", "1e-400"])
def test_a_limit_that_any_error_or_none_meets_is_refused(limit):
    """A limit is a finite number above 0 once it is a floating-point number."""
    with pytest.raises(UsageError, match="a finite number above 0"):
        parse_targets(f"p_bear(group) mcse < {limit}", METRICS, ENTITIES)


def test_a_chance_may_be_asked_for_in_per_cent_and_is_never_taken_for_a_fraction_that_says_nothing():
    """Tables are in per cent, so 0.1 would be read as a tenth of a point and be met by ten."""
    (target,) = parse_targets("p_bear(group) mcse < 0.1 %", METRICS, ENTITIES)
    assert target.limit == 0.001
    assert len(parse_targets("p_bear(group) mcse<.1%,p_bull(meta) rel < 5%", METRICS, ENTITIES)) == 2
    with pytest.raises(
        UsageError, match=r"found '0\.1'; allowed: a fraction below 0\.05, or per cent: 0\.1%"
    ):
        parse_targets("p_bear(group) mcse < 0.1", METRICS, ENTITIES)
    # Of a metric the limit is in its own unit.
    assert parse_targets("mean(margin) mcse < 20", METRICS, ENTITIES)[0].limit == 20


@pytest.mark.parametrize("kind", ["p", "cvar"])
@pytest.mark.parametrize("level", ["0", "00", "0.0", "99." + "9" * 18, "0." + "0" * 400 + "1"])
def test_a_level_that_is_none_as_a_number_is_refused(kind, level):
    """A level is above 0 and below 100 per cent once it is a floating-point number: 99.99... may be 100."""
    with pytest.raises(UsageError, match="above 0 and below 100 per cent"):
        parse_targets(f"{kind}{level}(roic.meta) rel < 1", METRICS, ENTITIES)


def test_a_level_near_an_end_is_read():
    """The nearest level below 100 per cent that is a number of its own has an estimate."""
    (target,) = parse_targets("p99.9999999999999(margin) mcse < 1", METRICS, ENTITIES)
    metrics = {"margin": np.random.default_rng(1).normal(size=(32, 256))}
    estimate = target.of(Sampled(metrics, {}, "mc", (), ()))
    assert estimate.value > 3
