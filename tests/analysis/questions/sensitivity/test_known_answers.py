"""Derivatives that are known: Gaussian and lognormal functionals, chances, jumps, correlated beliefs."""

import math
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from simulator.analysis.questions.sensitivity import Sensitivities, sensitivity
from simulator.analysis.questions.sensitivity.choice import CURVED
from simulator.analysis.questions.sensitivity.derivatives import PATHS
from simulator.analysis.run import Run, simulate
from simulator.errors import UsageError
from simulator.study import Study

#: Standard errors that an estimate may lie from the truth.
SIGMAS = 5
STANDARD = {"family": "normal", "mean": 0.0, "sd": 1.0}
#: A Spearman correlation that a Gaussian copula has where its scores correlate by a half.
HALF = 6 / math.pi * math.asin(0.25)
#: Normal scores x and y of a bear, below -1 and below 0.5.
A, B = -1.0, 0.5


def smooth(d):
    return {
        "exp": jnp.exp(0.3 + 0.5 * d["x"]),
        "product": d["income"] * d["margin"],
        "f": d["x"],
        "g": 0.5 * d["x"] + math.sqrt(0.75) * d["y"],
    }


SMOOTH = {
    "priors": {
        "x": STANDARD,
        "y": STANDARD,
        "income": {"family": "lognormal", "median": 3.0, "sigma": 0.5, "unit": "USD bn"},
        "margin": {"family": "normal", "mean": 10.0, "sd": 2.0},
        "inert": {**STANDARD, "spare": True},
    },
    "verdict": {"bull": {"f": {"min": 1.5}}, "bear": {"f": {"max": A}, "g": {"max": B}}},
}


def jumping(d):
    late = jnp.where(d["x"] + d["y"] > 1.0, 2.0, 0.0)
    return {"f": late + 0.5 * d["x"], "coin": d["coin"] + 0.0 * d["x"], "u": 2.0 * d["u"] + d["b"] * 0.0}


JUMPING = {
    "priors": {
        "x": STANDARD,
        "y": STANDARD,
        "coin": {"family": "bernoulli", "p": 0.3},
        "u": {"family": "uniform", "low": 1.0, "high": 4.0},
        "b": {"family": "beta", "alpha": 2.0, "beta": 3.0},
    }
}
CORRELATED = {
    "priors": {"x": STANDARD, "y": STANDARD, "z": STANDARD},
    "dependence": {"spearman": [["x", "y", HALF]]},
}
HEAVY = {
    "priors": {"x": STANDARD, "y": STANDARD, "z": STANDARD},
    "dependence": {
        "groups": [{"name": "pair", "copula": "student_t", "df": 4, "factors": {"f": {"x": 0.7, "y": 0.7}}}]
    },
}


@cache
def run_of(name: str, paths: int = 2**15, seed: int = 5) -> Run:
    data, model = {"smooth": (SMOOTH, smooth), "jumping": (JUMPING, jumping)}[name]
    return simulate(Study.from_dict(data, model=model), paths=paths, seed=seed)


@cache
def found(name: str, target: str) -> Sensitivities:
    return sensitivity(run_of(name), target)


def assert_is(number, truth):
    """An estimate is the truth within its error; of a derivative on which float32 has its part too."""
    allowed = SIGMAS * number.error + 1e-5 * abs(truth) + np.finfo(np.float32).eps
    assert abs(number.value - truth) <= allowed, (str(number), truth)


MEAN_INCOME = 3.0 * math.exp(0.125)


@pytest.mark.parametrize(
    ("target", "belief", "location", "scale"),
    [
        ("mean(exp)", "x", 0.5 * math.exp(0.425), 0.25 * math.exp(0.425)),
        ("mean(product)", "income", 10 * 0.5 * MEAN_INCOME, 10 * 0.25 * MEAN_INCOME),
        ("mean(product)", "margin", 2.0 * MEAN_INCOME, 0.0),
        ("mean(product)", "inert", 0.0, 0.0),
        ("prob_below(f, 0.7)", "x", -norm.pdf(0.7), -0.7 * norm.pdf(0.7)),
        ("prob_above(f, 0.7)", "x", norm.pdf(0.7), 0.7 * norm.pdf(0.7)),
        ("between(f, -1, 0.5)", "x", norm.pdf(-1) - norm.pdf(0.5), -(norm.pdf(-1) + 0.5 * norm.pdf(0.5))),
    ],
)
def test_means_and_chances_in_closed_form(target, belief, location, scale):
    one = found("smooth", target).of(belief)
    assert_is(one.location.value, location)
    assert_is(one.scale.value, scale)


def test_the_chance_of_a_verdict_with_two_rules_is_that_of_a_bivariate_normal():
    """P(x <= A, x/2 + sqrt(3)/2 y <= B): its derivatives by both thresholds, one conditional on the other."""
    s = math.sqrt(0.75)
    by_f = norm.pdf(A) * norm.cdf((B - 0.5 * A) / s)
    by_g = norm.pdf(B) * norm.cdf((A - 0.5 * B) / s)
    result = found("smooth", "p_bear(model)")
    # x a step up takes f over its threshold by 1 and g by a half; y moves g alone.
    for belief, truth in (("x", -(by_f + 0.5 * by_g)), ("y", -s * by_g)):
        one = result.of(belief).location
        assert_is(one.value, truth)
        for way in (one.pathwise, one.slope):
            assert way is not None
            assert_is(way, truth)


def test_a_jump_is_missed_by_the_pass_and_the_answer_is_right():
    """2 P(x + y > 1) + x/2: the pass sees the half alone."""
    result = found("jumping", "mean(f)")
    jump = 2 * norm.pdf(1 / math.sqrt(2)) / math.sqrt(2)
    for belief, share in (("x", 0.5), ("y", 0.0)):
        one = result.of(belief)
        assert one.location.way != "pathwise"
        assert one.agrees is False
        assert_is(one.location.value, share + jump)
        assert one.location.paired is not None
        assert_is(one.location.paired, share + jump)
    smooth = result.of("x").location.pathwise
    assert smooth is not None
    assert smooth.value == pytest.approx(0.5, abs=1e-6)
    assert result.of("y").location.pathwise is None  # no path moves smoothly with it


def test_a_pass_that_misses_a_jump_is_used_for_neither_location_nor_scale():
    """Of the scale the jump is 3 phi(1) / 26, too small to be seen by a difference of few paths."""
    priors = {name: STANDARD for name in "cex"}
    model = lambda d: {  # noqa: E731
        "y": 0.3 * d["c"] + jnp.where(d["c"] + 5.0 * d["e"] > 5.0, 3.0, 0.0) + 0.5 * d["x"]
    }
    missed = 0
    for seed in range(2):
        run = simulate(Study.from_dict({"priors": priors}, model=model), paths=2**14, seed=seed)
        one = sensitivity(run, "mean(y)").of("c")
        assert one.agrees is False
        assert one.scale.way != "pathwise"
        missed += one.scale.pathwise is not None and one.scale.pathwise.error < 1e-3
    assert missed == 2  # what it would have said: nothing, without an error


def test_single_values_and_uniform_numbers_move_by_their_scores():
    coin = found("jumping", "mean(coin)").of("coin")
    assert coin.location.pathwise is None
    assert coin.median is None
    assert_is(coin.location.value, norm.pdf(norm.ppf(0.3)))
    u = found("jumping", "mean(u)").of("u")
    # E of the derivative of 2 (1 + 3 Phi(z)): 6 times the mean of the density of z.
    assert_is(u.location.value, 6 / (2 * math.sqrt(math.pi)))
    assert u.location.way == "pathwise"
    assert u.agrees


@pytest.mark.parametrize("data", [CORRELATED, HEAVY], ids=["gaussian", "student_t"])
def test_a_correlated_belief_moves_alone(data):
    """Of x y the location of x alone does nothing, and its scale the mean of x y; y does not follow."""
    run = simulate(
        Study.from_dict(data, model=lambda d: {"f": d["x"] * d["y"] + d["z"]}), paths=2**15, seed=2
    )
    drawn = run.draws(["x", "y"])
    mean = float((drawn["x"].astype(np.float64) * drawn["y"]).mean())
    result = sensitivity(run, "mean(f)")
    one = result.of("x")
    assert_is(one.location.value, 0.0)
    assert abs(one.scale.value.value - mean) <= SIGMAS * one.scale.value.error
    if data is CORRELATED:
        assert_is(one.scale.value, 0.5)
        assert one.scale.slope is not None
        assert_is(one.scale.slope, 0.5)
    else:  # of a t copula the scores are not jointly normal
        assert one.scale.slope is None
        assert one.location.slope is None
        assert result.of("z").location.slope is not None


def test_a_belief_that_others_are_drawn_from_takes_them_along():
    priors = {
        "level": {"family": "normal", "mean": 1.0, "sd": 2.0},
        "child": {"family": "normal", "mean": "level", "sd": 0.5},
        "mix": {"family": "dirichlet", "alpha": [2.0, 3.0, 5.0]},
    }
    run = simulate(
        Study.from_dict({"priors": priors}, model=lambda d: {"f": 3.0 * d["child"] + d["mix"][0]}),
        paths=2**14,
        seed=4,
    )
    result = sensitivity(run, "mean(f)")
    assert_is(result.of("level").location.value, 6.0)
    assert_is(result.of("child").location.value, 1.5)
    assert result.of("child").median is None
    shares = [result.of(f"mix[{k}]").location.value.value for k in range(3)]
    assert shares[0] > 0 > max(shares[1:])  # the others make room


def test_a_location_in_the_own_unit_of_a_belief_is_what_a_median_does():
    result = found("smooth", "mean(product)")
    income, margin = result.of("income").median, result.of("margin").median
    assert income is not None
    assert margin is not None
    assert (income.value, margin.value) == (pytest.approx(3.0), pytest.approx(10.0))
    assert income.by_unit.value == pytest.approx(10 * math.exp(0.125), rel=1e-3)
    assert margin.by_percent.value == pytest.approx(0.1 * MEAN_INCOME, rel=1e-3)


def test_a_model_that_cannot_run_backwards_says_so_and_is_answered_by_differences():
    def counted(d):
        def grown(state):
            return state[0] + 1, state[1] * 1.1

        return {"f": jax.lax.while_loop(lambda state: state[0] < 3, grown, (0, d["x"]))[1] + d["y"]}

    data = {"priors": {"x": STANDARD, "y": STANDARD}}
    result = sensitivity(simulate(Study.from_dict(data, model=counted), paths=2**13), "mean(f)")
    assert "no derivative" in result.refused
    assert result.ways["pathwise"] == 0
    assert_is(result.of("x").location.value, 1.1**3)


@pytest.mark.slow
def test_errors_cover_the_truth_over_seeds():
    """Of independent runs about one in twenty lies beyond two errors; more than a quarter is a fault."""
    data = {"priors": {"x": STANDARD, "y": STANDARD}}
    study = Study.from_dict(data, model=lambda d: {"f": d["x"] + 0.5 * d["y"] ** 2})
    runs, beyond = 24, 0
    for seed in range(runs):
        run = simulate(study, paths=2**13, seed=seed, sampler="mc")
        one = sensitivity(run, "prob_below(f, 0)", 1).of("x").location
        assert one.pathwise is not None
        # P(x < -y^2/2), by x: minus the mean of the density there.
        y = np.linspace(-8, 8, 4001)
        truth = -np.trapezoid(norm.pdf(-0.5 * y**2) * norm.pdf(y), y)
        beyond += abs(one.value.value - truth) > 2 * one.value.error + CURVED * abs(truth)
    assert beyond <= runs // 4


def test_the_same_run_has_the_same_answer():
    first, again = (sensitivity(run_of("smooth"), "p_bear(model)").to_json() for _ in range(2))
    assert first == again


def test_what_is_no_mean_and_no_chance_is_refused():
    for target, message in (
        ("p50(f)", "a mean, as mean"),
        ("mean(ff)", "Did you mean f"),
        ("p_bare(model)", "Did you mean p_bear"),
    ):
        with pytest.raises(UsageError, match=message):
            sensitivity(run_of("smooth"), target)


def test_the_model_is_computed_again_on_as_many_paths_as_there_are_at_most():
    study = Study.from_dict({"priors": {"x": STANDARD}}, model=lambda d: {"f": d["x"]})
    small, large = (simulate(study, paths=paths) for paths in (2**13, 2**17))
    assert sensitivity(small).paths_of_pass == 2**13
    for run, most in ((small, 2**13), (large, PATHS)):
        with pytest.raises(
            UsageError, match=f"paths: found {most + 1}; allowed: a whole number from 1 to {most}"
        ):
            sensitivity(run, paths=most + 1)
    found = sensitivity(large)
    assert (found.paths, found.paths_of_pass) == (PATHS, 2**14)
    assert found.to_json()["paths_of_run"] == 2**17
