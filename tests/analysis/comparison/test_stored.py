"""Two stored runs: what is beliefs, what is the model, and what is noise, each where the truth is known."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from simulator import Run, Study, diff, open_run, simulate
from simulator.analysis.comparison.record import StoredStatistic
from simulator.analysis.comparison.statistics import Statistic
from simulator.analysis.comparison.stored import Recomputed, decompose, recompute
from simulator.estimate import Number
from simulator.estimate.replicated import Replicated

PATHS = 8192
WIDE = 5


def model(draws):
    return {"x": draws["a"] + draws["b"]}


def newer(draws):
    """Return what a later version of the model computes: a quarter more."""
    return {"x": draws["a"] + draws["b"] + 0.25}


def study(mean: float = 0.0) -> Study:
    beliefs = {"family": "normal", "mean": mean, "sd": 1.0}, {"family": "normal", "mean": 0.0, "sd": 1.0}
    rules = {"bull": {"x": {"min": 1.0}}, "bear": {"x": {"max": -1.0}}}
    return Study.from_dict({"priors": dict(zip("ab", beliefs, strict=True)), "verdict": rules}, model=model)


def run(folder, mean: float = 0.0, **plan) -> Run:
    return simulate(study(mean), out=folder, **{"paths": PATHS, **plan})


def stored(first: Run, second: Run) -> Mapping[str, StoredStatistic]:
    found = diff(first, second, paths=PATHS).stored
    assert found is not None
    return found.statistics


def test_runs_of_other_seeds_differ_by_noise_alone(tmp_path) -> None:
    found = diff(run(tmp_path / "a", seed=1), run(tmp_path / "b", seed=2), paths=PATHS)
    assert found.seed == 1
    assert found.stored is not None
    assert found.stored.first.identical
    assert found.stored.second.identical
    for one in found.stored.statistics.values():
        assert one.beliefs == one.model == Number(0.0, 0.0)
        assert one.noise == one.change
        assert 0 < abs(one.noise.value) < WIDE * one.noise.error


@pytest.mark.parametrize("plan", [{"seed": 2}, {"sampler": "mc"}, {"paths": 3 * PATHS}, {"dtype": "float64"}])
def test_beliefs_model_and_noise_make_up_the_change(tmp_path, plan) -> None:
    first, second = run(tmp_path / "a"), run(tmp_path / "b", mean=0.5, **plan)
    statistics = stored(first, second)
    for name, one in statistics.items():
        parts = one.beliefs.value + one.model.value + one.noise.value
        assert one.change.value == pytest.approx(parts, abs=1e-12)
        assert one.model.value == 0
        assert abs(one.noise.value) <= WIDE * one.noise.error + 1e-6, name
    assert statistics["mean(x)"].beliefs.value == pytest.approx(0.5, abs=1e-6)
    # What is stored is what the summary of the run has.
    chance = second.summary()["verdicts"]["model"]["bear"]["value"]
    assert statistics["p_bear(model)"].second.value == pytest.approx(chance, abs=1e-15)


def test_what_the_present_model_computes_otherwise_is_the_models(tmp_path) -> None:
    run(tmp_path / "a")
    old, present = open_run(tmp_path / "a", model=newer), open_run(tmp_path / "a", model=model)
    wanted = [Statistic("mean", "x", "")]
    stale, fresh = (recompute(one, wanted, 1, 1, lambda: None) for one in (old, present))
    assert (stale.identical, fresh.identical) == (False, True)
    # The second run is of the present model: of the first, a quarter is missing.
    found = decompose(stale, fresh, Replicated(np.zeros(1), np.zeros((32, 1))))
    assert found.model.value == pytest.approx(0.25, abs=1e-6)
    assert found.model.error < 1e-6
    assert found.change.value == 0
    assert found.noise.value == pytest.approx(-0.25, abs=1e-6)


def test_the_error_of_noise_is_its_size() -> None:
    """Over many pairs of independent samples the squared noise over its squared error averages 31 / 29."""
    rng = np.random.default_rng(11)
    pairs, nothing = 4000, Replicated(np.zeros(4000), np.zeros((32, 4000)))

    def sample(sd: float) -> Recomputed:
        means = sd * rng.normal(size=(32, pairs))
        whole = Replicated(means.mean(axis=0), (means.sum(axis=0) - means) / 31)
        return Recomputed(whole, nothing, PATHS, identical=True)

    noise = decompose(sample(1.0), sample(3.0), nothing).noise
    ratio = np.square(noise.value / noise.error)
    # Student's t with 31 degrees of freedom: the variance of its square is 2.6.
    assert abs(ratio.mean() - 31 / 29) < WIDE * np.sqrt(2.6 / pairs)


def test_a_run_against_a_study_compares_the_studies_on_the_draws_of_the_run(tmp_path) -> None:
    found = diff(study(0.5), run(tmp_path / "a", seed=9, sampler="mc"), paths=PATHS)
    assert (found.seed, found.sampler, found.stored) == (9, "mc", None)
    assert found.first.run is None
    assert found.second.run == str(tmp_path / "a")
    given = diff(study(0.5), replace(run(tmp_path / "b", seed=9)), paths=PATHS, seed=3)
    assert given.seed == 3


def test_a_model_that_the_manifest_only_names_has_to_be_passed(tmp_path) -> None:
    run(tmp_path / "a")
    with pytest.raises(Exception, match="pass it"):
        diff(open_run(tmp_path / "a"), study())
