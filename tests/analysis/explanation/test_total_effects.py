"""Total and Shapley effects whose values are known, by either sampler."""

import itertools
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from analysis.explanation.known_studies import SIGMAS, STANDARD, agrees, run_of

from simulator.analysis.explanation import explain
from simulator.analysis.explanation.total_effects import LEADING
from simulator.analysis.run import simulate
from simulator.analysis.run.program import AbsentModel
from simulator.errors import UsageError
from simulator.study import Study

SAMPLERS = ("rqmc", "mc")
#: Total and Shapley effects of the function of Ishigami and Homma, a = 7, b = 0.1.
ISHIGAMI = {"x": (0.557589, 0.435747), "y": (0.442411, 0.442411), "z": (0.243684, 0.121842)}
#: Correlations of the scores of three priors, and what a sum weighs them by.
CORRELATIONS = np.array([[1.0, 0.5, -0.3], [0.5, 1.0, 0.2], [-0.3, 0.2, 1.0]])
WEIGHTS = np.array([1.0, 2.0, -1.5])


def found(name, sampler="rqmc", **options):
    return explain(run_of(name, sampler=sampler), **options)


@cache
def own_run(case, paths=2**15, sampler="rqmc", seed=1):
    data, model = CASES[case]
    return simulate(Study.from_dict(data, model=model), paths=paths, sampler=sampler, seed=seed)


def spearman(pearson):
    """Return the rank correlation of two normals."""
    return 6 / math.pi * math.asin(pearson / 2)


def told(target):
    assert target.totals is not None
    return target.totals


def totals(target):
    return {one.name: one.total for one in told(target).priors}


def parts(block):
    assert block is not None
    assert block.shapley is not None
    return block.shapley


def together(driver):
    assert driver.together is not None
    return driver.together


class Shocked:
    """A model with shocks in two groups."""

    shocks = {}  # noqa: RUF012
    shock_groups = {"storm": ("shock.wind", "shock.rain"), "none": ("shock.gone",)}  # noqa: RUF012

    def __init__(self):
        from simulator.beliefs import Shock

        self.shocks = {
            "shock.wind": Shock(2, "normal"),
            "shock.rain": Shock(1, "normal"),
            "shock.dust": Shock(1, "uniform"),
        }
        self.shock_groups = {**self.shock_groups, "dust": ("shock.dust",)}

    def __call__(self, draws):
        wind = draws["shock.wind"]
        dust = math.sqrt(12) * (draws["shock.dust"][0] - 0.5)
        return {"f": wind[0] + wind[1] * draws["a"] + draws["shock.rain"][0] + 2 * dust + 0 * draws["a"]}


CASES = {
    # No share of either is first order, and each leaves all where the other is known.
    "product": (
        {"priors": {"x": STANDARD, "y": STANDARD, "inert": STANDARD}},
        lambda d: {"f": d["x"] * d["y"]},
    ),
    "three": (
        {
            "priors": {"a": STANDARD, "b": STANDARD, "c": STANDARD},
            "dependence": {
                "spearman": [
                    ["a", "b", spearman(0.5)],
                    ["a", "c", spearman(-0.3)],
                    ["b", "c", spearman(0.2)],
                ]
            },
        },
        lambda d: {"f": d["a"] + 2 * d["b"] - 1.5 * d["c"]},
    ),
    # Parent 1, children 1 and 2 about it: f = 2 centre + e1 + e2, of variances 4, 1 and 4.
    "family": (
        {
            "priors": {
                "centre": STANDARD,
                "one": {"family": "normal", "mean": "centre", "sd": 1.0, "spare": True},
                "two": {"family": "normal", "mean": "centre", "sd": 2.0, "spare": True},
            }
        },
        lambda d: {"f": d["one"] + d["two"]},
    ),
    "mixed": (
        {
            "priors": {
                "a": STANDARD,
                "b": STANDARD,
                "parts": {"family": "dirichlet", "alpha": [2.0, 3.0, 4.0], "spare": True},
            },
            "dependence": {
                "groups": [{"name": "t", "copula": "student_t", "df": 5, "spearman": [["a", "b", 0.5]]}]
            },
        },
        lambda d: {"f": d["a"] + d["b"] + 9 * d["parts"][0]},
    ),
    # Nine pairs that act only together, the last of them most, beside one prior that acts alone.
    "hidden": (
        {"priors": {name: STANDARD for name in ["loud", *(f"{side}{k}" for side in "lr" for k in range(9))]}},
        lambda d: {"f": d["loud"] + sum((k + 1) / 4 * d[f"l{k}"] * d[f"r{k}"] for k in range(9))},
    ),
    "shocked": ({"priors": {"a": STANDARD}}, Shocked()),
}


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_ishigami(sampler):
    target = found("ishigami", sampler, shapley=("x", "y", "z")).targets["f"]
    for name, (total, part) in ISHIGAMI.items():
        assert agrees(totals(target)[name], total), name
        assert agrees(parts(told(target).divided)[name], part), name
    # Together they are all there is; the parts add up to it.
    divided = told(target).divided
    assert divided is not None
    assert agrees(divided.total, 1.0)
    driver = {one.prior: one for one in target.drivers}
    assert driver["x"].total == totals(target)["x"]
    assert agrees(together(driver["x"]), 0.243684)
    assert not together(driver["y"]).distinguishable


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_linear_model_leaves_what_it_explains(sampler):
    target = found("linear", sampler).targets["f"]
    for name, truth in (("a", 4 / 14), ("b", 9 / 14), ("c", 1 / 14)):
        assert agrees(totals(target)[name], truth), name
    assert totals(target)["inert"].value == totals(target)["inert"].error == 0
    assert found("linear", sampler).targets["sure"].totals is None


def test_what_acts_only_together_is_not_missed():
    target = explain(own_run("product")).targets["f"]
    first = {driver.prior: driver.share for driver in target.drivers}
    for name in ("x", "y"):
        assert not first[name].distinguishable
        assert agrees(totals(target)[name], 1.0)
    assert totals(target)["inert"].value == 0


def test_one_of_many_that_acts_only_together_is_found_and_estimated_well():
    """Of priors whose first-order shares are noise the leading ones by total come first, on more paths."""
    assert len(CASES["hidden"][0]["priors"]) < LEADING
    target = explain(own_run("hidden"), top=3).targets["f"]
    variance = 1 + sum(((k + 1) / 4) ** 2 for k in range(9))
    listed = {one.name: one for one in told(target).priors}
    assert {"l8", "r8"} < set(listed)
    assert agrees(listed["l8"].total, (9 / 4) ** 2 / variance)
    assert listed["l8"].paths == 2**15


def test_correlated_priors_divide_what_they_do_together():
    """x + 2y + z with correlation 1/2 of x and y, as Iooss and Prieur (2019) divide a linear model of two."""
    along = found("correlated").targets["along"]
    (block,) = told(along).dependent
    rho, variance = 0.5, 8.0
    assert block.members == ["left.a", "right.b"]
    assert agrees(block.total, 7 / variance)
    for name, own, other in (("left.a", 1.0, 2.0), ("right.b", 2.0, 1.0)):
        part = own**2 * (1 - rho**2 / 2) + own * other * rho + other**2 * rho**2 / 2
        assert agrees(parts(block)[name], part / variance), name
        # The other is known, and tells about it: three quarters of its variance are left.
        assert agrees(totals(along)[name], 0.75 * own**2 / variance), name
    assert sum(part.value for part in parts(block).values()) == pytest.approx(block.total.value)
    assert all(driver.together is None for driver in along.drivers if driver.prior != "right.c")


def left(some):
    """Return the variance of the weighted sum that is left where all but some members are known."""
    known = [place for place in range(3) if place not in some]
    some = list(some)
    inner = (
        np.linalg.solve(CORRELATIONS[np.ix_(known, known)], CORRELATIONS[np.ix_(known, some)])
        if known
        else np.zeros((0, len(some)))
    )
    covariance = CORRELATIONS[np.ix_(some, some)] - CORRELATIONS[np.ix_(some, known)] @ inner
    return WEIGHTS[some] @ covariance @ WEIGHTS[some]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_three_correlated_priors(sampler):
    target = explain(own_run("three", sampler=sampler)).targets["f"]
    (block,) = told(target).dependent
    variance = left((0, 1, 2))
    for place, name in enumerate("abc"):
        assert agrees(totals(target)[name], left((place,)) / variance), name
        orders = list(itertools.permutations(range(3)))
        before = [order[: order.index(place)] for order in orders]
        added = [left((*others, place)) - (left(others) if others else 0.0) for others in before]
        assert agrees(parts(block)[name], np.mean(added) / variance), name
    assert agrees(block.total, 1.0)


def test_priors_that_share_a_parent():
    target = explain(own_run("family")).targets["f"]
    (block,) = told(target).dependent
    for name, truth in (("centre", 4 / 9), ("one", 1 / 9), ("two", 4 / 9)):
        assert agrees(totals(target)[name], truth), name
        assert agrees(parts(block)[name], truth), name
    assert agrees(block.total, 1.0)


def test_where_there_is_no_law_given_the_others_only_the_whole_is_told():
    target = explain(own_run("mixed")).targets["f"]
    assert totals(target) == {}
    assert all(driver.total is None for driver in target.drivers)
    copula, parts = told(target).dependent
    assert (copula.members, copula.shapley) == (["a", "b"], None)
    assert parts.members == ["parts[0]", "parts[1]", "parts[2]"]
    # The two are independent and the model is a sum: together they are all there is.
    assert copula.total.value + parts.total.value == pytest.approx(
        1.0, abs=SIGMAS * (copula.total.error + parts.total.error)
    )


def test_shocks_are_told_by_what_they_are_of():
    """The variances of the two storms, of dust and of a are 1 + 1 + 1, 4, and what it does with wind."""
    target = explain(own_run("shocked"), shapley=("storm", "a")).targets["f"]
    shocks = {one.name: one.total for one in told(target).shocks}
    assert list(shocks) == ["dust", "storm"]
    assert agrees(shocks["storm"], 3 / 7)
    assert agrees(shocks["dust"], 4 / 7)
    assert agrees(totals(target)["a"], 1 / 7)
    assert agrees(parts(told(target).divided)["a"], 0.5 / 7)


def test_an_indicator():
    """Bull is a prior below zero times a coin's side: known all but the coin, what is left is certain."""
    target = explain(run_of("coin")).targets["bull.model"]
    mean = target.mean.value
    tails, heads = 0.02275013, 0.5
    assert agrees(totals(target)["noise"], (0.7 * tails * (1 - tails) + 0.3 * 0.25) / (mean * (1 - mean)))
    # Where the noise is known: heads and tails differ where it is between 0 and 2.
    assert agrees(totals(target)["coin"], 0.3 * 0.7 * (heads - tails) / (mean * (1 - mean)))


def test_none_are_computed_where_none_are_wanted():
    explanation = found("linear", total_paths=0)
    assert explanation.untotalled == "not asked for"
    target = explanation.targets["f"]
    assert target.totals is None
    assert all(driver.total is None for driver in target.drivers)
    assert "total" not in target.drivers[0].to_json()


def test_a_run_without_its_model_says_why_there_are_none():
    run = run_of("linear")
    explanation = explain(replace(run, model=AbsentModel("plant.py:cost", ())))
    assert explanation.targets["f"].totals is None
    assert "plant.py:cost" in str(explanation.untotalled)


def test_another_model_than_the_runs_is_found_out():
    run = run_of("linear")
    explanation = explain(replace(run, model=lambda d: {"f": d["a"] + d["b"] + d["c"], "sure": d["a"] * 0}))
    assert "computes another f" in str(explanation.untotalled)


def test_what_cannot_be_divided_is_refused():
    run = run_of("ishigami", 8192)
    for names in (("x",), ("x", "typo"), tuple("xyz") * 3 + ("w",)):
        with pytest.raises(UsageError, match="shapley"):
            explain(run, shapley=names)
    with pytest.raises(UsageError, match="without total effects"):
        explain(run, shapley=("x", "y"), total_paths=0)
    with pytest.raises(UsageError, match="total_paths"):
        explain(run, total_paths=-1)


def test_they_do_not_depend_on_threads(monkeypatch):
    from simulator.engine import runtime

    run = run_of("ishigami", 8192)
    monkeypatch.setattr(runtime, "cores", lambda: 1)
    one = explain(run).to_json()
    monkeypatch.setattr(runtime, "cores", lambda: 3)
    assert explain(run).to_json() == one


@pytest.mark.slow
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_errors_cover_the_truth(sampler):
    """Of 60 seeds, by three priors: two standard errors of a t of 31 degrees cover 94.6 %."""
    seeds, covered = 60, {name: 0 for name in ISHIGAMI}
    for seed in range(seeds):
        run = run_of("ishigami", 8192, sampler, seed)
        target = explain(run, total_paths=8192).targets["f"]
        for name, (truth, _) in ISHIGAMI.items():
            estimate = totals(target)[name]
            covered[name] += abs(estimate.value - truth) <= 2 * estimate.error
    # Five standard errors of the binomial below.
    least = seeds * 0.946 - SIGMAS * math.sqrt(seeds * 0.946 * 0.054)
    assert min(covered.values()) >= least, covered
