"""A rank correlation that is asked for is the one that is drawn."""

import math

import numpy as np
from scipy import stats

from simulator import Study, simulate
from simulator.sampling import REPLICATES


def test_spearman_of_two_lognormals() -> None:
    lognormals = {
        "a": {"family": "lognormal", "median": 1.0, "sigma": 1.0},
        "b": {"family": "lognormal", "median": 10.0, "sigma": 0.2},
    }
    study = Study.from_dict(
        {"priors": lognormals, "dependence": {"spearman": [["a", "b", 0.70]]}},
        model=lambda d: {"a": d["a"], "b": d["b"]},
    )
    run = simulate(study, paths=2**18, seed=7)
    ranks = (stats.rankdata(run.metric(name), axis=1) for name in ("a", "b"))
    found = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(*ranks, strict=True)])
    error = found.std(ddof=1) / math.sqrt(REPLICATES)
    assert abs(found.mean() - 0.70) < 5 * error
    # What comes out where the rank correlation is taken for that of the scores: 6/pi asin(0.7/2) = 0.683.
    assert found.mean() - 6 / math.pi * math.asin(0.35) > 5 * error
