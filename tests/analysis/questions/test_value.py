"""The value of information against closed forms, nested Monte Carlo, and its own stated bias."""

import math
from dataclasses import replace

import numpy as np
import pytest
from analysis.questions.decided import DECISION, EVERYTHING, GO, STANDARD, STOP, X, Y, gain, run_of, study
from scipy.stats import norm, qmc

from simulator.analysis.questions.value import Sample, value
from simulator.analysis.questions.value.regression import choose
from simulator.analysis.run import simulate
from simulator.errors import UsageError
from simulator.sampling import BATCH

#: Standard errors that an estimate may lie from the truth.
SIGMAS = 4


def worth(found, name):
    groups = (one for some in found.groups.values() for one in some)
    return next(one for one in (*found.beliefs, *groups) if one.name == name)


def covers(one, truth):
    """Whether the truth lies between the two estimates, but for errors."""
    slack = SIGMAS * one.value.error
    return one.value.value - slack <= truth <= max(one.fitted.value, one.value.value) + slack


def shares(seed):
    """The shares of 8192 evenly spread paths on which to know X, or Y, changes the linear decision."""
    rng = np.random.default_rng(seed)
    replicates = [norm.ppf(qmc.Sobol(2, rng=rng).random(BATCH // 32)) for _ in range(32)]
    scores = np.moveaxis(np.stack(replicates), 2, 0)
    gains = -(1 + 2 * scores[0] + scores[1])[None]
    return [choose(one[None], gains).changes.number() for one in scores]


def test_the_closed_forms_are_those_of_the_literature():
    assert pytest.approx((0.479811, 0.395593, 0.083315), abs=1e-6) == (EVERYTHING, X, Y)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_linear_gaussian_problem_has_its_values(seed):
    found = value(run_of(seed=seed))
    assert found.best == "go_on"
    assert abs(found.perfect.value - EVERYTHING) < SIGMAS * found.perfect.error
    assert abs(found.changes.value - norm.cdf(-1 / math.sqrt(5))) < SIGMAS * found.changes.error
    for name, truth, changed in (("demand.x", X, norm.cdf(-0.5)), ("supply.y", Y, norm.cdf(-1))):
        one = worth(found, name)
        assert covers(one, truth)
        assert one.distinguishable
        assert one.instead == "stop"
        # Where the choice turns is found to a hundredth of a standard deviation.
        assert abs(one.changes.value - changed) < 0.01
        assert one.value.error < 0.002
    assert not worth(found, "inert").distinguishable
    assert covers(found.everything, EVERYTHING)
    assert [one.name for one in found.beliefs[:2]] == ["demand.x", "supply.y"]


def test_the_error_of_the_share_on_which_the_decision_changes_is_what_seeds_say():
    truths = norm.cdf(-0.5), norm.cdf(-1)
    for truth, found in zip(truths, zip(*map(shares, range(32)), strict=True), strict=True):
        off = np.array([one.value - truth for one in found])
        # The variance that seeds have, in that which is said, is a mean of as many squares of a standard
        # normal. Counted with the choice left as it is, it would be above seven.
        ratio = np.mean(off**2) / np.mean([one.error**2 for one in found])
        assert abs(ratio - 1) < SIGMAS * math.sqrt(2 / len(found))
        covered = np.mean([abs(one.value - truth) < 2 * one.error for one in found])
        normal = 1 - 2 * norm.sf(2)
        assert covered > normal - SIGMAS * math.sqrt(normal * (1 - normal) / len(found))


@pytest.mark.parametrize("model", ["product", "wave"])
def test_what_the_fit_cannot_follow_is_in_neither_estimate_and_in_the_rest(model):
    # To know the group is worth E max(G, 0): 1 where G is 2 or -2, and 2 / pi of a wave whose phase is even.
    three = {name: STANDARD for name in ("demand.y", "demand.z") if model == "product"}
    found = value(simulate(study(model, **three), paths=2**15), groups=["demand.*"])
    (group,) = found.groups["named"]
    assert group.fitted.value < 0.1 < {"product": 1.0, "wave": 2 / math.pi}[model]
    assert found.everything.rest.distinguishable
    assert found.everything.value.value + found.everything.rest.value == pytest.approx(found.perfect.value)
    assert math.isnan(group.fitted.error)
    assert group.to_json()["fitted"]["mcse"] is None


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_samples_are_worth_what_their_posterior_mean_is(sampler):
    size, sd = 4, 2.0
    found = value(run_of(sampler=sampler), samples=[f"demand.x n={size} sd={sd}", "demand.x n=1 sd=1e-6"])
    noisy, exact = (one.worth for one in found.samples)
    # The mean of the posterior has the variance 1 / (1 + sd^2 / n) of the prior's 1.
    assert covers(noisy, gain(2 / math.sqrt(1 + sd**2 / size)))
    assert covers(exact, X)
    assert noisy.value.value < exact.value.value


def test_a_binomial_sample_is_worth_what_nested_integration_says():
    # Going on pays the chance less a half. Of 5 answers about a chance that is uniform, k say yes with the
    # chance 1/6 each, and the posterior mean is then (k + 1) / 7. Without them either action has the mean 0.
    chance = {"family": "uniform", "low": 0.0, "high": 1.0}
    run = simulate(study("half", **{"demand.x": chance}), paths=2**16)
    (found,) = value(run, samples=["demand.x n=5 binomial"]).samples
    truth = sum(abs((k + 1) / 7 - 0.5) for k in range(6)) / 6 / 2
    assert covers(found.worth, truth)
    assert found.worth.value.error < truth / 20


def test_a_nonlinear_problem_agrees_with_nested_monte_carlo():
    found = value(run_of("curved"), groups=["demand.x,supply.y"])
    # Outer draws of a belief, inner means in closed form: E(1 + Y) = 1, E exp(X / 2) = exp(1 / 8).
    z = norm.ppf((np.arange(10**6) + 0.5) / 10**6)
    best = max(math.exp(1 / 8) - 1, 0.0)
    of_x = np.maximum(np.exp(z / 2) - 1, 0).mean() - best
    of_y = np.maximum(math.exp(1 / 8) * (1 + z) - 1, 0).mean() - best
    assert covers(worth(found, "demand.x"), of_x)
    assert covers(worth(found, "supply.y"), of_y)
    # Of both together nothing is left to chance: all that is known is everything.
    both = worth(found, "demand.x, supply.y")
    assert covers(both, found.perfect.value)
    assert both.value.value == pytest.approx(found.perfect.value, rel=0.01)


def test_the_stated_bias_covers_the_truth_where_paths_are_few():
    for seed in range(8):
        found = value(run_of(paths=BATCH, seed=seed))
        for name, truth in (("demand.x", X), ("supply.y", Y), ("inert", 0.0)):
            assert covers(worth(found, name), truth), (seed, name)
            assert worth(found, name).bias >= -SIGMAS * worth(found, name).value.error


@pytest.mark.slow
def test_noise_that_a_fit_takes_for_knowledge_is_in_its_bias_and_not_in_the_value():
    # A toss-up, and a belief that enters nowhere: functions of it fit the noise of all paths all the same.
    runs = (simulate(study("tossed"), paths=BATCH, seed=seed, sampler="mc") for seed in range(16))
    found = [worth(value(run), "inert") for run in runs]
    error = math.sqrt(sum(one.value.error**2 for one in found)) / len(found)
    # The choice of the other half cannot gain on average; chosen by their own paths it would gain 0.01.
    assert np.mean([one.value.value for one in found]) < SIGMAS * error < 0.01
    assert min(one.fitted.value for one in found) > 0
    assert not any(one.distinguishable for one in found)


def test_a_decision_that_never_changes_has_no_value():
    sure = study().override({"demand.x": 0.0, "supply.y": {"family": "uniform", "low": -0.5, "high": 0.5}})
    found = value(simulate(sure, paths=BATCH))
    assert (found.perfect.value, found.changes.value) == (0, 0)
    assert found.hardly_changes
    assert not found.worthwhile
    assert all(one.value.value == 0 and not one.instead for one in found.beliefs)


def test_an_action_costs_what_it_says_and_three_actions_are_told_apart():
    actions = {"go_on": GO, "half": {"set": {"go": 0.5}}, "stop": {**STOP, "cost": 0.25}}
    run = simulate(study(decision={"payoff": "net", "action": actions}), paths=2**15)
    found = value(run)
    go_on, half, stop = found.actions
    assert half.payoff.value == pytest.approx(go_on.payoff.value / 2)
    assert stop.payoff.value == -0.25
    # Half is best where going on loses, and half of that loss is less than the cost of stopping.
    chance = norm.cdf(-1 / math.sqrt(5)) - norm.cdf(-1.5 / math.sqrt(5))
    assert abs(half.best_on.value - chance) < SIGMAS * half.best_on.error
    assert sum(one.best_on.value for one in found.actions) == pytest.approx(1)
    net = run.metric("net").astype(float)
    assert found.perfect.value == pytest.approx(
        np.maximum(np.maximum(net, net / 2), -0.25).mean() - net.mean(), rel=1e-6
    )


def test_the_same_run_gives_the_same_bytes_and_few_paths_are_the_first(monkeypatch):
    run = run_of(paths=4 * BATCH)
    once = value(run, samples=["demand.x n=2 sd=1"]).to_json()
    monkeypatch.setattr("simulator.engine.runtime.cores", lambda: 1)
    assert value(run, samples=["demand.x n=2 sd=1"]).to_json() == once
    few = value(run, paths=BATCH)
    assert few.paths == BATCH
    alone = value(run_of(paths=BATCH))
    assert few.to_json()["beliefs"] == alone.to_json()["beliefs"]


def test_a_belief_on_another_scale_is_worth_the_same():
    scaled = study("logarithm", **{"demand.x": {"family": "lognormal", "median": 1.0, "sigma": 1.0}})
    found = value(simulate(scaled, paths=2**15, seed=1))
    first = value(run_of(paths=2**15, seed=1))
    assert worth(found, "demand.x").value.value == pytest.approx(
        worth(first, "demand.x").value.value, rel=1e-3
    )


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"decision": "biuld"}, "Did you mean build"),
        ({"groups": ["demand.z"]}, "Did you mean demand.x"),
        ({"groups": [" , "]}, "names of beliefs"),
        ({"groups": ["go"]}, "no belief of that name that varies"),
        ({"samples": ["demand.x n=0 sd=1"]}, "1 to 1,000,000,000 observations"),
        ({"samples": ["demand.x n=2 sd=0"]}, "a spread above 0"),
        ({"samples": ["demand.x n=2"]}, "n=8 sd=0.5"),
        ({"samples": ["demand.x n=2 binomial"]}, "a belief between 0 and 1"),
        ({"samples": ["demand.* n=2 sd=1 more"]}, "n=8 sd=0.5"),
        ({"samples": ["*.* n=2 sd=1"]}, "one, such as demand.x"),
        ({"paths": 0}, "paths: found 0; allowed: a whole number from 1 to 8192"),
        ({"paths": 2 * BATCH}, "paths: found 16384; allowed: a whole number from 1 to 8192"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, says):
    with pytest.raises(UsageError, match=says.replace("*", r"\*")):
        value(run_of(paths=BATCH), **asked)


def test_one_text_or_one_sample_is_one():
    run, text = run_of(paths=BATCH), "demand.x n=4 sd=1"
    asked = [
        {"samples": samples, "groups": groups}
        for samples, groups in (
            ([text], [["demand.x", "supply.y"]]),
            (text, "demand.x,supply.y"),
            (Sample("demand.x", 4, 1.0), "demand.x,supply.y"),
        )
    ]
    listed, *alone = (value(run, **one).to_json() for one in asked)
    assert len(listed["samples"]) == len(listed["groups"]["named"]) == 1
    assert alone == [listed, listed]


def test_a_payoff_that_is_no_metric_and_a_study_without_a_decision_are_refused():
    run = simulate(study(decision={**DECISION, "payoff": "nett"}), paths=BATCH)
    with pytest.raises(UsageError, match="Did you mean net"):
        value(run)
    none = simulate(replace(run.study, decisions=()), paths=BATCH)
    with pytest.raises(UsageError, match=r"no \[decision.NAME\]"):
        value(none)
