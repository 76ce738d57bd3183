"""One statistic asked by its text is the one that the summary tells, also of some of the paths."""

import numpy as np
import pytest

from simulator import explain
from simulator.analysis.run import Run, simulate
from simulator.errors import UsageError
from simulator.estimate import Number
from simulator.study import Study

STUDY = {
    "priors": {"price": {"family": "normal", "mean": 3.0, "sd": 1.0}},
    "scorecard": [{"metric": "price", "min": 3.0}],
    "verdict": {"bull": {"margin": {"min": 1.0}}, "bear": {"margin": {"max": -1.0}}},
}


@pytest.fixture(scope="module")
def run() -> Run:
    study = Study.from_dict(STUDY, model=lambda d: {"margin": 2 * d["price"] - 6, "price": d["price"]})
    return simulate(study, paths=8192, seed=3)


def test_it_is_the_summarys(run: Run) -> None:
    summary = run.summary()
    for statistic, expected in {
        "mean": "mean",
        "sd": "sd",
        "p05": "p05",
        "cvar05": "cvar05",
        "prob_below_zero": "prob_below_zero",
    }.items():
        found = summary["estimates"]["margin"][expected]
        assert run.estimate(f"{statistic}(margin)").to_json() == found
    for verdict, found in summary["verdicts"]["model"].items():
        assert run.estimate(f"p_{verdict}(model)").to_json() == found


def test_a_condition_keeps_some_paths(run: Run) -> None:
    given = run.summary()["conditional"]["margin"]["bear"]["mean"]
    bear = run.verdicts["verdict"] == -1
    assert run.estimate("mean(margin)", where=bear).to_json() == given
    assert np.isnan(run.estimate("mean(margin)", where=np.zeros_like(bear)).value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mean(margn)", "statistic 'mean(margn)': at character 6: found 'margn'; .* Did you mean margin"),
        ("mean(margin) mcse < 1", "at character 14: found 'mcse'; allowed: nothing more"),
        ("p_bear(group)", "found 'group'; allowed: an entity: model"),
    ],
)
def test_what_is_amiss_is_told_where(run: Run, text: str, expected: str) -> None:
    with pytest.raises(UsageError, match=expected.replace("(margn)'", r"\(margn\)'")):
        run.estimate(text)


def test_an_estimate_is_written_with_its_error() -> None:
    assert str(Number(-373.21, 4.1)) == "-373 ± 4"
    assert f"{Number(0.45534, 0.0017):%}" == "45.53 ± 0.17%"
    assert f"{Number(-373.21, 4.1):USD bn}" == "-373 ± 4 USD bn"


def test_a_run_is_shown_on_one_line(run: Run) -> None:
    assert repr(run) == "<Run of study: 8,192 paths, seed 3, rqmc, complete>"


def test_a_run_is_explained(run: Run) -> None:
    (driver,) = explain(run, ["margin"]).targets["margin"].drivers
    assert driver.prior == "price"
    assert driver.share.value == pytest.approx(1.0, abs=5 * driver.share.error + 1e-6)
