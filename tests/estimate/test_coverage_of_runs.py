"""The same honesty end to end: over many seeds, a run's own intervals hold the truth as often as they say."""

import math

import jax.numpy as jnp
import pytest
from scipy import stats
from scipy.stats import norm

from simulator import Study, simulate

SEEDS = 200
#: Of 200 seeds at 95%, one run in a thousand leaves this range.
LEAST, MOST = 0.90, 0.99

STUDY = Study.from_dict(
    {
        "priors": {
            "strength": {"family": "normal", "mean": 4.0, "sd": 1.0},
            "load": {"family": "normal", "mean": 2.0, "sd": 1.0},
        },
        "verdict": {"bull": {"margin": {"min": 2.0}}, "bear": {"margin": {"max": 0.0}}},
    },
    model=lambda draws: {
        "margin": draws["strength"] - draws["load"],
        "payoff": jnp.exp(0.5 * (draws["strength"] - draws["load"])),
    },
)
MIDDLE, SCALE = 2.0, math.sqrt(2)
FAILS = norm.cdf(-MIDDLE / SCALE)
#: Where each number is in a summary, and what it should be.
TRUTHS = {
    ("estimates", "payoff", "mean"): math.exp(MIDDLE / 2 + SCALE**2 / 8),
    ("estimates", "margin", "prob_below_zero"): FAILS,
    ("estimates", "margin", "p05"): MIDDLE + SCALE * norm.ppf(0.05),
    ("estimates", "margin", "p50"): MIDDLE,
    ("estimates", "payoff", "p95"): math.exp((MIDDLE + SCALE * norm.ppf(0.95)) / 2),
    ("estimates", "margin", "cvar05"): MIDDLE - SCALE * norm.pdf(norm.ppf(0.05)) / 0.05,
    ("verdicts", "model", "bear"): FAILS,
    ("conditional", "margin", "bull", "mean"): MIDDLE + SCALE * math.sqrt(2 / math.pi),
    ("conditional", "margin", "bear", "p50"): MIDDLE + SCALE * norm.ppf(FAILS / 2),
}


#: A combination that is neither the margin nor one of its parts.
TURNED = STUDY.override(
    {
        "study.directions": {"strength": [1.0], "load": [0.5]},
        "study.order": ["direction.0", "strength", "load"],
    }
)


@pytest.mark.slow
@pytest.mark.parametrize("study", [STUDY, TURNED], ids=["plain", "turned"])
def test_intervals_of_a_run_cover_the_truth_as_often_as_they_say(sampler, study):
    reach = stats.t.ppf(0.975, 31) if sampler == "rqmc" else norm.ppf(0.975)
    covered = dict.fromkeys(TRUTHS, 0)
    for seed in range(SEEDS):
        summary = simulate(study, paths=8192, seed=seed, sampler=sampler).summary()
        for place, truth in TRUTHS.items():
            found = summary
            for key in place:
                found = found[key]
            covered[place] += int(abs(found["value"] - truth) <= reach * found["mcse"])
    shares = {place: count / SEEDS for place, count in covered.items()}
    assert all(LEAST <= share <= MOST for share in shares.values()), shares
