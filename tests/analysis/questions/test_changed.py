"""A belief at a number changes that number alone, path by path."""

from dataclasses import replace

import numpy as np
import pytest
from analysis.questions.small_runs import Linear, linear_run

from simulator.analysis.questions.changed import Changed
from simulator.errors import RunError, UsageError


@pytest.mark.parametrize("spearman", [0.0, 0.7])
def test_other_draws_stay_what_they_are_correlated_ones_too(spearman):
    run = linear_run(spearman=spearman)
    found = Changed(run, 2).at({"x": 0.25, "lag": 24.0})
    y = run.draws("y")["y"].reshape(run.metric("value").shape)
    expected = 1.0 + 2.0 * 0.25 + y - 2.0  # a lag of 24 months is 2 years
    assert np.abs(found.metric("value") - expected).max() < 8 * np.finfo(np.float32).eps * 8


def test_nothing_changed_is_the_run_itself_bit_by_bit():
    run = linear_run()
    found = Changed(run, 2).at({})
    assert (found.metric("value") == run.metric("value")).all()
    assert found.estimate("p_bear(model)") == run.estimate("p_bear(model)")


def test_fewer_batches_are_the_first_points_of_each_replicate():
    run = linear_run()
    found = Changed(run, 2).at({"x": 1.0}, 1)
    assert found.plan.paths == 8192
    assert (found.metric("value") == Changed(run, 2).at({"x": 1.0}).metric("value")[:, :256]).all()


def test_what_does_not_vary_or_is_not_there_is_refused():
    changed = Changed(linear_run(), 1)
    assert changed.beliefs == ("x", "y", "lag")
    for name, message in (("sure", "no belief that varies"), ("lags", "Did you mean lag")):
        with pytest.raises(UsageError, match=message):
            changed.at({name: 1.0})


def test_a_model_that_is_not_the_one_that_made_the_run_is_refused():
    run = linear_run()

    class Other(Linear):
        def __call__(self, draws):
            return {"value": super().__call__(draws)["value"] + 0.1}

    with pytest.raises(RunError, match="not the one that made it"):
        Changed(replace(run, model=Other()), 1)
