"""A belief that is set to a number is computed by the kernel that draws it: nothing else moves."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator import Study, load_study, open_run, simulate
from simulator.analysis.run import beliefs_of as module
from simulator.analysis.run.beliefs_of import beliefs_of
from simulator.analysis.run.program import model_of
from simulator.beliefs import laws, quantile
from simulator.engine import MetricKernel, executables, reuse
from simulator.errors import RunError
from simulator.study.shipped import shipped_sets

SHOP: dict[str, Any] = {
    "study": {"name": "shop"},
    "priors": {
        "cost": {"family": "lognormal", "median": 2.0, "sigma": 0.3},
        "fee": {"family": "triangular", "low": 1.0, "mode": 2.0, "high": 4.0},
        "share": {"family": "logitnormal", "median": 0.3, "sigma": 0.5},
        "level": {"family": "normal", "mean": 5.0, "sd": 1.0, "spare": True},
        "sales": {"family": "normal", "mean": "level", "sd": 0.5},
        "days": {"family": "uniform", "low": 0.0, "high": 2.0, "size": 3},
        "part": {"family": "dirichlet", "alpha": [2.0, 3.0]},
        "tax": {"value": 0.25},
    },
    "dependence": {"spearman": [["cost", "fee", 0.5]]},
}
PATHS = 16_384


def shop(draws: dict[str, Any]) -> dict[str, Any]:
    earned = draws["sales"] * (1 - draws["share"]) + draws["days"].sum(axis=0)
    return {"left": (earned - draws["cost"] - draws["fee"] * draws["part"][0]) * (1 - draws["tax"])}


STUDY = Study.from_dict(SHOP, shop)


@pytest.mark.parametrize("name", shipped_sets())
def test_every_belief_of_a_shipped_set_can_be_a_number_on_the_kernel_of_the_set(name: str) -> None:
    study = load_study(name)
    model = model_of(study, None)
    medians = {
        prior: float(quantile(law)(np.zeros(1))[0])
        for prior, law in laws(study).items()
        if law.family != "fixed"
    }
    assert len(medians) > 100
    changed = study.override(medians)
    assert changed.fixed_from.keys() == medians.keys()
    assert beliefs_of(changed, model).structure == beliefs_of(study, model).structure


@pytest.mark.slow
def test_a_number_compiles_nothing_whatever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    study, made, init = load_study("hyperscalers-2026-01"), list[int](), MetricKernel.__init__

    def counted(self: MetricKernel, *given: Any) -> None:
        made.append(1)
        init(self, *given)

    monkeypatch.setattr(MetricKernel, "__init__", counted)
    monkeypatch.setattr(executables, "file_of", lambda _: None)
    reuse._remembered.clear()
    chances = []
    for values in (
        {},
        {"power.lead_time.northern_virginia": 6},
        {"finance.wacc": "7.5%", "silicon.perf_growth": 0.3},
    ):
        run = simulate(study.override(values) if values else study, paths=8192, progress=False)
        chances.append(run.summary()["verdicts"]["group"]["bear"]["value"])
    assert len(set(chances)) == 3
    assert len(made) == 1


@pytest.mark.parametrize(
    ("name", "number"),
    [("cost", 3.0), ("fee", 1.5), ("share", 0.4), ("level", 4.0), ("sales", 6.0), ("days", 1.0)],
)
def test_its_draws_are_the_number_and_all_others_stay_what_they_were(name: str, number: float) -> None:
    before = simulate(STUDY, paths=PATHS, seed=5).draws()
    run = simulate(STUDY.override({name: number}), paths=PATHS, seed=5)
    after = run.draws()
    # Odds, which a logit-normal goes through, are rounded, added to one and divided.
    np.testing.assert_allclose(after[name], np.float32(number), rtol=2**-21)
    for other in before.keys() - {name, *(["sales"] if name == "level" else [])}:
        np.testing.assert_array_equal(after[other], before[other], err_msg=other)


@pytest.mark.parametrize("name", ["cost", "fee", "sales"])
def test_metrics_are_those_of_a_point_mass_but_for_rounding(name: str) -> None:
    """The same study read back from its own dictionary has the number alone, and a kernel of its own."""
    changed = STUDY.override({name: 2.5})
    alone = Study.from_dict(changed.to_dict(), shop)
    assert not alone.fixed_from
    assert alone.hash == changed.hash
    one, other = (simulate(study, paths=PATHS, seed=2, dtype="float64") for study in (changed, alone))
    # A dozen operations on numbers of at most some tens.
    np.testing.assert_allclose(one.metric("left"), other.metric("left"), rtol=0, atol=12 * 32 * 2**-52)


def test_a_stored_run_is_computed_again_and_gone_on_with_by_the_same_kernel(tmp_path: Path) -> None:
    changed = STUDY.override({"cost": 3.0, "fee": 1.5})
    run = simulate(changed, paths=PATHS, out=tmp_path / "run")
    again = open_run(tmp_path / "run", model=shop)
    assert again.study.fixed_from_dict() == changed.fixed_from_dict() != {}
    assert list(again.study.fixed_from) == ["cost", "fee"]
    assert not again.verify()
    further = simulate(changed, paths=2 * PATHS, out=tmp_path / "run")
    whole = simulate(changed, paths=2 * PATHS)
    assert further.metric("left").tobytes() == whole.metric("left").tobytes()
    assert run.study.hash == again.study.hash


def test_a_run_of_a_kernel_is_not_gone_on_with_by_another(tmp_path: Path) -> None:
    changed = STUDY.override({"cost": 3.0})
    simulate(changed, paths=8192, out=tmp_path / "run")
    alone = Study.from_dict(changed.to_dict(), shop)
    with pytest.raises(
        RunError, match=r"numbers in the place of distributions cost \(lognormal\) against none"
    ):
        simulate(alone, paths=8192, out=tmp_path / "run")


def test_the_distribution_is_the_last_that_there_was() -> None:
    moved = STUDY.override({"cost": {"family": "normal", "mean": 2.0, "sd": 0.1}}).override({"cost": 2.2})
    assert moved.override({"cost": 2.4}).fixed_from["cost"].family == "normal"
    drawn_again = moved.override({"cost": {"family": "uniform", "low": 1.0, "high": 2.0}})
    assert not drawn_again.fixed_from
    assert not STUDY.override({"tax": 0.3}).fixed_from


def test_a_shipped_set_is_computed_as_it_is_written() -> None:
    assert not load_study("neoclouds-2026-10").fixed_from


@pytest.mark.parametrize(
    "before",
    [
        {"family": "uniform", "low": 0.0, "high": 1.0, "size": 2},
        {"family": "uniform", "low": 0.0, "high": 1.0, "size": 1},
        {"family": "dirichlet", "alpha": [1.0]},
        {"family": "logitnormal", "median": 0.5, "sigma": 1.0},
        {"family": "normal", "mean": "nobody", "sd": 1.0},
    ],
)
def test_a_distribution_that_does_not_fit_the_number_is_left_out(before: dict[str, Any]) -> None:
    data = {
        "priors": {
            "x": {"value": 1000.0, "unit": "USD bn"},
            "y": {"family": "normal", "mean": 0.0, "sd": 1.0},
        }
    }

    def model(draws: dict[str, Any]) -> dict[str, Any]:
        return {"z": draws["x"] + draws["y"]}

    study = Study.from_dict(data, model, fixed_from={"x": before})
    alone = Study.from_dict(data, model)
    assert beliefs_of(study, model).structure == beliefs_of(alone, model).structure
    assert module.own_shocks(study, model) == {}
    found, expected = (simulate(one, paths=8192).metric("z").tobytes() for one in (study, alone))
    assert found == expected
