"""The page's differences of two samples are those of `compare`, and those of quantiles have honest errors."""

import math
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm, qmc

from simulator import Study, compare, simulate
from simulator.analysis.comparison.paired import apart, both
from simulator.analysis.comparison.statistics import MEDIAN, Statistic, measure
from simulator.estimate import Number, SamplerName, codes_of, expected_shortfall, mean, pool, quantile
from simulator.study import Settings

FILES = "statistics events paired"
NO_RULES = Settings()
#: Rounding of sums of some thousand doubles, as a multiple of the largest value: n roundings.
SHARP = 2 * 8192 * float(np.finfo(np.float64).eps)


def _agree(found: dict[str, Any], expected: Number, largest: float = 1.0) -> None:
    assert found["value"] == pytest.approx(expected.value, abs=SHARP * largest, rel=0, nan_ok=True)
    assert found["error"] == pytest.approx(expected.error, abs=SHARP * largest, rel=0, nan_ok=True)


def _model(draws):
    change = draws["change"]
    return {"x": jnp.exp(draws["a"] / 2) + change * draws["b"] - 1, "y": jnp.maximum(draws["b"], change)}


def _study(change: float) -> Study:
    normal = {"family": "normal", "mean": 0.0, "sd": 1.0, "spare": True}
    priors = {"a": normal, "b": normal, "change": {"family": "fixed", "value": change}}
    rules = {"bull": {"x": {"min": 0.5}}, "bear": {"x": {"max": -0.5}}}
    return Study.from_dict({"study": {"name": "one"}, "priors": priors, "verdict": rules}, model=_model)


def _paired(in_javascript, differences: str, a: np.ndarray, b: np.ndarray, sampler: str) -> list[dict]:
    """Return differences of two samples, which are called `one` and `other`."""
    pair = "(new Values(a, sampler), new Values(b, sampler))"
    return in_javascript(FILES, f"((one, other) => [{differences}]){pair}", a=a, b=b, sampler=sampler)


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_differences_are_those_of_compare(in_javascript, sampler):
    first, second = (simulate(_study(change), paths=8192, seed=3, sampler=sampler) for change in (0.2, 0.3))
    expected = compare(first, second)
    for metric in ("x", "y"):
        a, b = first.metric(metric), second.metric(metric)
        found = _paired(in_javascript, "differenceOfMeans(one, other)", a, b, sampler)
        _agree(found[0], expected.metrics[metric].difference, float(np.abs(b).max()))
        higher = _paired(
            in_javascript, "chanceOf(apart(one, other), { relation: 'above', numbers: [0] })", a, b, sampler
        )
        _agree(higher[0], expected.metrics[metric].higher)
    a, b = first.verdicts["verdict"], second.verdicts["verdict"]
    for verdict, code in codes_of(first.study.settings.verdicts).items():
        found = _paired(in_javascript, f"differenceOfShares(one, other, {code})", a, b, sampler)
        _agree(found[0], expected.verdicts["model"][verdict].difference)


def _samples(seed: int, sampler: str, points: int = 256) -> tuple[np.ndarray, np.ndarray]:
    """Return two metrics of the same draws: the second is wider, lower, and has a source of its own."""
    if sampler == "mc":
        scores = np.random.default_rng(seed).standard_normal((32, points, 3))
    else:
        nets = [qmc.Sobol(3, rng=np.random.default_rng([seed, one])).random(points) for one in range(32)]
        scores = norm.ppf(np.stack(nets) + 2.0**-31)
    first = scores @ [1.0, 0.5, 0.0]
    second = 1.2 * first - 0.1 + 0.3 * scores[..., 2]
    return first.astype(np.float32), second.astype(np.float32)


#: The laws of both samples.
FIRST, SECOND = norm(0, math.sqrt(1.25)), norm(-0.1, math.sqrt(1.44 * 1.25 + 0.09))


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_infinities_that_both_have_alike_do_not_differ(in_javascript, sampler):
    a, b = _samples(1, sampler)
    a[2, :3] = b[2, :3] = np.inf
    found = _paired(in_javascript, "differenceOfMeans(one, other)", a, b, sampler)
    expected = mean(pool(apart(a, b), sampler))
    assert math.isfinite(expected.error)
    _agree(found[0], expected, 10)
    b[2, 0] = -np.inf
    found = _paired(in_javascript, "differenceOfMeans(one, other)", a, b, sampler)
    _agree(found[0], mean(pool(apart(a, b), sampler)))


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
@pytest.mark.parametrize(
    ("relation", "numbers", "flags"),
    [
        ("below", [-0.1], lambda x: x < -0.1),
        ("above", [0.7], lambda x: x > 0.7),
        ("between", [-0.1, 0.7], lambda x: (x >= -0.1) & (x <= 0.7)),
    ],
)
def test_a_difference_of_chances_is_that_of_flags(in_javascript, sampler, relation, numbers, flags):
    a, b = _samples(1, sampler)
    b[4, :9], b[5, :9] = -0.1, 0.7  # which float32 rounds
    difference = f"differenceOfChances(one, other, {{ relation: '{relation}', numbers: {numbers} }})"
    found = _paired(in_javascript, difference, a, b, sampler)
    _agree(found[0], mean(pool(flags(b).astype(np.float64) - flags(a), sampler)))


def test_of_unequal_samples_the_first_paths_of_each_replicate_are_compared(in_javascript):
    a, b = _samples(2, "rqmc")[0][:, :32], _samples(2, "rqmc")[1]
    expected = mean(pool(apart(*both(a, b)), "rqmc"))
    for first, second, sign in ((a, b, 1), (b, a, -1)):
        found = _paired(in_javascript, "differenceOfMeans(one, other)", first, second, "rqmc")
        _agree(found[0], expected * sign, 10)


DIFFERENCES = """differenceOfQuantiles(one, other, 0.5), differenceOfQuantiles(one, other, 0.05),
differenceOfShortfalls(one, other, 0.05, "lower"), differenceOfShortfalls(one, other, 0.1, "upper")"""


def _alone(sample: np.ndarray, sampler: SamplerName) -> list[Number]:
    """Return the statistics of one sample of which `DIFFERENCES` are differences."""
    values = pool(sample, sampler)
    shortfalls = [expected_shortfall(values, 0.05, "lower"), expected_shortfall(values, 0.1, "upper")]
    return [quantile(values, 0.5), quantile(values, 0.05), *shortfalls]


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_a_difference_of_statistics_is_of_their_values_and_beside_a_constant_has_their_error(
    in_javascript, sampler
):
    a, b = _samples(3, sampler)
    constant = np.full_like(b, 2)
    for second in (b, constant):
        found = _paired(in_javascript, DIFFERENCES, a, second, sampler)
        pairs = zip(found, _alone(a, sampler), _alone(second, sampler), strict=True)
        for one, before, after in pairs:
            assert one["value"] == pytest.approx(after.value - before.value, abs=1e-10)
            if second is constant:
                assert one["error"] == pytest.approx(before.error, rel=1e-9)


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_a_shift_of_every_path_is_known_exactly(in_javascript, sampler):
    a = np.random.default_rng(4).integers(-99, 99, (32, 64)).astype(np.float32)
    for one in _paired(in_javascript, DIFFERENCES, a, a + 4, sampler):
        assert one["value"] == pytest.approx(4, abs=1e-12)
        assert one["error"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_the_error_of_a_difference_of_medians_is_near_that_of_the_jackknife(in_javascript, sampler):
    ratios = []
    for seed in range(8):
        samples = _samples(seed, sampler)
        wanted = [Statistic(MEDIAN, "x", "1")]
        first, second = (measure(wanted, {"x": one}, NO_RULES) for one in samples)
        expected = (second - first).number(0)
        found = _paired(in_javascript, DIFFERENCES, *samples, sampler)[0]
        assert found["value"] == pytest.approx(expected.value, abs=SHARP * 10)
        ratios.append(found["error"] / expected.error)
    # Either error is known to about a fifth, by 32 replicates and the few paths near the median: so is one
    # ratio to three tenths, and the mean of eight to a tenth.
    assert np.log(ratios).mean() == pytest.approx(0, abs=3 * 0.1)


def _shortfall(law, p: float, sign: int) -> float:
    return law.mean() + sign * law.std() * norm.pdf(norm.ppf(p)) / p


#: Seeds, and the range that, at 95%, one run in a thousand of so many leaves.
SEEDS, LEAST, MOST = 200, 0.90, 0.99


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_intervals_hold_the_difference_as_often_as_they_say(in_javascript, sampler):
    samples = [_samples(seed, sampler, 64) for seed in range(SEEDS)]
    found = in_javascript(
        FILES,
        f"""firsts.map((numbers, seed) => {{
          const [one, other] = [new Values(numbers, sampler), new Values(seconds[seed], sampler)];
          return [{DIFFERENCES}];
        }})""",
        firsts=[one for one, _ in samples],
        seconds=[other for _, other in samples],
        sampler=sampler,
    )
    before, after = (
        [law.median(), law.ppf(0.05), _shortfall(law, 0.05, -1), _shortfall(law, 0.1, 1)]
        for law in (FIRST, SECOND)
    )
    off = np.array([[one["value"] for one in row] for row in found]) - np.subtract(after, before)
    error = np.array([[one["error"] for one in row] for row in found])
    held = (np.abs(off) <= 2 * error).mean(axis=0)
    assert np.all((held > LEAST) & (held < MOST)), held


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf], ids=["no number", "infinite", "infinite below"])
def test_what_is_not_known_of_one_is_not_known_of_the_difference(in_javascript, odd):
    a = np.random.default_rng(5).normal(size=(32, 8)).astype(np.float32)
    b = np.full_like(a, odd)
    differences = f"{DIFFERENCES}, differenceOfMeans(one, other)"
    for one in _paired(in_javascript, differences, a, b, "rqmc"):
        assert math.isnan(one["error"])
        assert one["value"] == pytest.approx(odd, nan_ok=True)
    for one in _paired(in_javascript, differences, b, b, "rqmc")[:-1]:
        assert math.isnan(one["value"])
        assert math.isnan(one["error"])
