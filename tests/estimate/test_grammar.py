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
    parse_condition,
    parse_statistic,
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


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("prob_below(margin, -500)", (-500.0,)),
        ("prob_above( margin,5% )", (0.05,)),
        ("between(margin, -.1, 1e3)", (-0.1, 1000.0)),
        ("between(margin, 0.1000000001, 0.1000000001)", (0.1000000001, 0.1000000001)),
    ],
)
def test_a_chance_at_any_threshold_is_read_and_written_as_the_same(text, levels):
    found = parse_statistic(text, METRICS, ENTITIES, ["bear"])
    assert found.chance
    assert found.levels == levels
    assert parse_statistic(str(found), METRICS, ENTITIES, ["bear"]) == found


def test_chances_at_thresholds_are_shares_of_paths(metrics):
    values = metrics["roic.meta"]
    expected = {
        "prob_below(roic.meta, 0.1)": np.mean(values < 0.1),
        "prob_above(roic.meta, 0.1)": np.mean(values > 0.1),
        "between(roic.meta, -0.1, 0.2)": np.mean((values >= -0.1) & (values <= 0.2)),
    }
    for text, share in expected.items():
        (target,) = parse_targets(f"{text} rel < 1", ["roic.meta"], [])
        assert str(target).startswith(text)
        assert target.of(sampled(metrics)).value == pytest.approx(share, abs=1e-15)


def test_both_ends_of_between_count():
    metrics = {"m": np.tile([1.0, 2.0, 3.0, 4.0], (32, 1))}
    found = parse_statistic("between(m, 2, 3)", ["m"], [], []).of(Sampled(metrics, {}, "rqmc", (), ()))
    assert found.value == 0.5


def test_a_condition_is_read_and_written_as_the_same():
    known = METRICS, ENTITIES, ("bear",)
    found = parse_condition("p_bear(group)<=25%", *known)
    assert (found.relation, found.value, found.statistic.verdict) == ("<=", 0.25, "bear")
    assert parse_condition(str(found), *known) == found
    assert parse_condition("mean(margin) = -3.5e2", *known).value == -350.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p_bear(group) < 0.2", "found '<'; allowed: = or <= or >="),
        ("p_bear(group) = 25", r"a chance from 0 to 1, or from 0% to 100%: 25% is 0\.25"),
        ("mean(margin) =", "found the end; allowed: a finite number"),
        ("mean(margin) = 1e999", "a finite number"),
        ("mean(margin) = 1 mcse", "nothing more"),
        ("prob_above(margin, 0) mcse < 0.2", "a fraction below"),
    ],
)
def test_what_is_no_condition_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        (parse_targets if "mcse <" in text else parse_condition)(text, METRICS, ENTITIES, ("bear",))


@pytest.mark.parametrize("name", ["net value, 2030", "north (shore)", "a,b", "plain"])
def test_a_name_that_is_known_is_read_whatever_is_in_it(name):
    metrics = (name, "net value", "a", "north")
    found = parse_statistic(f"prob_below({name}, 5)", metrics, [], [])
    assert (found.name, found.levels) == (name, (5.0,))
    assert parse_statistic(f"p_bear( {name} )", [], metrics, ["bear"]).name == name
    assert parse_statistic("mean(a)", metrics, [], []).name == "a"


@pytest.mark.parametrize("level", ["1e39", "-3.5e38", "1e999"])
def test_a_number_that_is_infinite_as_paths_are_is_refused(level):
    with pytest.raises(UsageError, match=r"below 3\.4e38 in size"):
        parse_statistic(f"prob_above(margin, {level})", METRICS, [], [])


def test_a_verdict_of_an_entity_is_its_chance():
    known = METRICS, ENTITIES, ["bear"]
    assert parse_statistic("bear.group", *known) == parse_statistic("p_bear(group)", *known)
    assert str(parse_condition("bear.meta <= 25%", *known)) == "p_bear(meta) <= 0.25"
    with pytest.raises(UsageError, match=r"found .bull\.group."):
        parse_statistic("bull.group", *known)


def test_no_per_cent_is_offered_for_what_is_none():
    with pytest.raises(UsageError, match=r"from 0% to 100%\.?$"):
        parse_condition("p_bear(group) = 120%", METRICS, ENTITIES, ["bear"])
