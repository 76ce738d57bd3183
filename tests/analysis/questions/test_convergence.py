"""Statistics of the first paths of a run are those of a run of so many paths."""

import math

import pytest
from analysis.questions.small_runs import linear_run
from scipy.stats import norm

from simulator.analysis.questions.convergence import estimates
from simulator.errors import UsageError
from simulator.sampling import BATCH


def test_each_step_is_the_estimate_of_a_run_of_so_many_paths():
    texts = ["prob_below(value, -2)", "mean(value)", "p_bear(model)"]
    found = estimates(linear_run(4 * BATCH), texts)
    assert [str(one.statistic) for one in found.statistics] == texts
    for one in found.statistics:
        assert [step.paths for step in one.steps] == [BATCH, 2 * BATCH, 4 * BATCH]
        for paths, estimate in one.steps:
            assert estimate == linear_run(paths).estimate(str(one.statistic))


def test_any_threshold_has_the_chance_that_is_known():
    run = linear_run(4 * BATCH)
    law = norm(-2.0, math.sqrt(6.0))
    for text, chance in (
        ("prob_below(value, -3.5)", law.cdf(-3.5)),
        ("prob_above(value, 2.25)", law.sf(2.25)),
        ("between(value, -3.5, 2.25)", law.cdf(2.25) - law.cdf(-3.5)),
    ):
        estimate = run.estimate(text)
        assert abs(estimate.value - chance) < 5 * estimate.error, text


def test_what_is_looked_at_first_needs_no_name():
    found = estimates(linear_run())
    assert [str(one.statistic) for one in found.statistics] == ["p_bear(model)", "mean(value)"]
    assert found.to_json()["statistics"][0]["convergence"][-1]["paths"] == found.to_json()["paths"]


def test_a_statistic_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="Did you mean value"):
        estimates(linear_run(), "prob_below(valeu, 0)")
