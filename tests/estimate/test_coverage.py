"""The errors are honest: over many seeds, intervals built from them hold the truth as often as they say."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.stats import norm

from simulator.estimate import (
    expected_shortfall,
    mean,
    pool,
    probability_below,
    quantile,
    standard_deviation,
)

SEEDS = 200
#: Of 200 seeds at 95%, one run in a thousand leaves this range.
LEAST, MOST = 0.90, 0.99

#: A smooth metric of three unequal dimensions, and one of a kink and a jump, whose law is known.
WEIGHTS = np.array([1.0, 0.5, 0.2])
SCALE = float(np.sqrt(np.sum(WEIGHTS**2)))
LOGNORMAL = stats.lognorm(SCALE / 2)


def _payoff(scores: np.ndarray) -> np.ndarray:
    """Return a call on a lognormal that is knocked out by an independent coin."""
    price = np.exp(scores[..., :2] @ WEIGHTS[:2] / 2)
    return np.where(scores[..., 2] > 0, np.maximum(price - 1, 0), 0)


def _cases():
    below = norm.cdf(-1)
    yield "mean", lambda s: mean(s(_lognormal)), LOGNORMAL.mean()
    yield "chance", lambda s: probability_below(s(_sum), -SCALE), below
    yield "rare chance", lambda s: probability_below(s(_sum), -3 * SCALE), norm.cdf(-3)
    yield "median", lambda s: quantile(s(_sum), 0.5), 0.0
    yield "5% quantile", lambda s: quantile(s(_sum), 0.05), SCALE * norm.ppf(0.05)
    yield "95% quantile", lambda s: quantile(s(_lognormal), 0.95), LOGNORMAL.ppf(0.95)
    yield "shortfall", lambda s: expected_shortfall(s(_sum), 0.05), -SCALE * norm.pdf(norm.ppf(0.05)) / 0.05
    yield "deviation", lambda s: standard_deviation(s(_sum)), SCALE
    yield "knocked-out call", lambda s: mean(s(_payoff)), _call(math.hypot(*WEIGHTS[:2]) / 2) / 2
    yield "mean given", lambda s: mean(s(_sum, _low)), -SCALE * norm.pdf(1) / below
    yield "median given", lambda s: quantile(s(_sum, _low), 0.5), SCALE * norm.ppf(below / 2)


def _sum(scores: np.ndarray) -> np.ndarray:
    return scores @ WEIGHTS


def _lognormal(scores: np.ndarray) -> np.ndarray:
    return np.exp(_sum(scores) / 2)


def _low(scores: np.ndarray) -> np.ndarray:
    return _sum(scores) < -SCALE


def _call(deviation: float) -> float:
    """Return the mean of max(e^(s z) - 1, 0)."""
    return math.exp(deviation**2 / 2) * float(norm.cdf(deviation)) - 0.5


@pytest.mark.slow
@pytest.mark.parametrize("paths", [256, 1024])
def test_intervals_cover_the_truth_as_often_as_they_say(scores, sampler, paths):
    reach = stats.t.ppf(0.975, 31) if sampler == "rqmc" else norm.ppf(0.975)
    covered = {name: 0 for name, _, _ in _cases()}
    for seed in range(SEEDS):
        drawn = scores(seed, sampler, paths)

        def sample(metric, where=lambda s: None, drawn=drawn):
            return pool(metric(drawn).astype(np.float32), sampler, where(drawn))

        for name, statistic, truth in _cases():
            number = statistic(sample)
            covered[name] += int(abs(number.value - truth) <= reach * number.error)
    shares = {name: count / SEEDS for name, count in covered.items()}
    assert all(LEAST <= share <= MOST for share in shares.values()), shares
