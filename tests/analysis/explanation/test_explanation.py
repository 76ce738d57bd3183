"""What an explanation says of itself, and what it refuses."""

import json
import math

import pytest
from analysis.explanation.known_studies import STANDARD, agrees, explained, run_of

from simulator.analysis.explanation import explain
from simulator.analysis.explanation.random_inputs import blocks, random_inputs
from simulator.analysis.run import simulate
from simulator.buildout.settings import BuildoutSettings as Settings
from simulator.buildout.settings import Company
from simulator.errors import UsageError
from simulator.study import Study


def test_it_is_json_and_the_same_again():
    run = run_of("correlated")
    once, again = (json.dumps(explain(run).to_json(), allow_nan=False) for _ in range(2))
    assert once == again


def test_of_a_large_run_the_first_paths_are_used_and_counted():
    large = explain(run_of("linear", paths=2**16 + 8192), ["f"])
    assert (large.paths, large.paths_of_run) == (2**16, 2**16 + 8192)
    small = explain(run_of("linear", paths=2**16), ["f"])
    assert large.targets == small.targets


def test_top_bounds_what_is_listed_and_the_rest_is_counted_together():
    target = explain(run_of("linear"), ["f"], top=1).targets["f"]
    assert [driver.prior for driver in target.drivers] == ["b"]
    assert target.others.count == 3
    assert target.others.share.value == pytest.approx(5 / 14, abs=0.01)


def test_what_is_the_same_on_every_path_has_no_shares():
    target = explained("linear").targets["sure"]
    assert target.constant
    assert target.explained.value != target.explained.value
    assert target.drivers == []
    assert set(map(len, target.groups.values())) == {0}


@pytest.mark.parametrize("name", ["g", "bull.model", ""])
def test_an_unknown_target_is_refused(name):
    with pytest.raises(UsageError, match="the run has none of that name"):
        explain(run_of("linear"), [name])


def test_a_top_below_one_is_refused():
    with pytest.raises(UsageError, match=r"^top: found 0; allowed: a whole number from 1"):
        explain(run_of("linear"), top=0)


def test_a_metric_that_is_not_finite_is_left_out_or_refused():
    class Model:
        may_be_infinite = ("never",)

        def __call__(self, draws):
            return {"f": draws["a"], "never": draws["a"] + math.inf}

    run = simulate(Study.from_dict({"priors": {"a": STANDARD}}, model=Model()), paths=8192)
    assert list(explain(run).targets) == ["f"]
    with pytest.raises(UsageError, match="8,192 of 8,192 paths not finite"):
        explain(run, ["never"])


def test_nothing_varies():
    study = Study.from_dict({"priors": {"a": {"value": 2.0}}}, model=lambda d: {"f": 0 * d["a"]})
    explanation = explain(simulate(study, paths=8192))
    assert explanation.priors == {}
    assert explanation.targets["f"].constant


def test_components_stand_for_themselves():
    priors = {"v": {**STANDARD, "size": 2}, "mix": {"family": "dirichlet", "alpha": [2.0, 3.0, 4.0]}}
    study = Study.from_dict({"priors": priors}, model=lambda d: {"f": d["v"][0] + d["mix"][1]})
    explanation = explain(simulate(study, paths=8192))
    assert list(explanation.priors) == ["v[0]", "v[1]", "mix[0]", "mix[1]", "mix[2]"]
    # Components are independent, but for shares of one whole.
    assert explanation.priors["v[0]"].correlated_with == []
    assert explanation.priors["mix[0]"].correlated_with == ["mix[1]", "mix[2]"]
    assert agrees(explanation.targets["f"].explained, 1.0)


def test_priors_belong_to_the_company_that_is_named_or_exposed():
    exposed = {"seats": {"penetration": "core.copilot", "seats": "core.seats"}}
    also = {"seats": {"seats": "core.seats"}}
    settings = Settings(companies=(Company("amazon", "Amazon", also), Company("meta", "Meta", exposed)))
    study = Study("sample", settings=settings)
    assert study.settings.owner("power.tilt.amazon.us_grid") == "amazon"
    assert study.settings.owner("core.copilot") == "meta"
    assert study.settings.owner("core.seats") is None
    assert study.settings.owner("finance.wacc") is None


@pytest.mark.parametrize(
    ("dependence", "expected"),
    [
        ({"spearman": [["a", "b", 0.5], ["b", "c", 0.5]]}, [["a", "b", "c"], ["d"]]),
        ({"spearman": [["a", "b", 0.0], ["c", "d", 0.5]]}, [["a"], ["b"], ["c", "d"]]),
        (
            {
                "groups": [
                    {"name": "t", "copula": "student_t", "df": 4, "spearman": [["a", "b", 0], ["b", "d", 0]]}
                ]
            },
            [["a", "b", "d"], ["c"]],
        ),
        (
            {
                "groups": [
                    {"name": "f", "factors": {"x": {"a": 0.5, "c": 0.5, "b": 0.0}, "y": {"b": 0.3, "d": 0.3}}}
                ]
            },
            [["a", "c"], ["b", "d"]],
        ),
    ],
)
def test_blocks_are_what_depends_on_each_other(dependence, expected):
    priors = dict.fromkeys("abcd", STANDARD)
    study = Study.from_dict({"priors": priors, "dependence": dependence}, model=lambda d: {"f": d["a"]})
    run = simulate(study, paths=8192)
    inputs = random_inputs(run)
    assert [[inputs[place].name for place in own] for own in blocks(inputs, study)] == expected
