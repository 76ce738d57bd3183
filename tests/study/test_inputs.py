"""A study against a model's inputs: converted priors describe the same quantity; what cannot be is told."""

from math import inf
from typing import NamedTuple

import numpy as np
import pytest

from simulator.beliefs import quantile
from simulator.families import FAMILIES
from simulator.study import Study, check_units, load_study, shipped_sets, unused_priors
from simulator.study.inputs import in_unit
from tests.study.tables import ALL, table


class Input(NamedTuple):
    unit: str
    minimum: float = -inf
    maximum: float = inf


#: Scores from far in one tail to far in the other.
SCORES = np.array([-5.0, -2.0, -1.0, 0.1, 1.0, 2.0, 5.0])

#: What fits to quantiles stop at; all other families are evaluated to rounding.
TOLERANCE = 1e-6


@pytest.mark.parametrize(("family", "index"), [pair for pair in ALL if not FAMILIES[pair[0]].share])
def test_a_converted_prior_has_the_same_quantiles_in_another_unit(family: str, index: int) -> None:
    given = table(family, index) | {"unit": "USD bn"}
    prior = Study.from_dict({"priors": {"x": given}}).priors["x"]
    converted = in_unit(prior, "USD mn")
    assert converted.unit == "USD mn"
    before, after = quantile(prior)(SCORES), quantile(converted)(SCORES)
    np.testing.assert_allclose(after, 1000 * before, rtol=TOLERANCE, atol=TOLERANCE)
    back = in_unit(converted, "USD bn")
    np.testing.assert_allclose(quantile(back)(SCORES), before, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize(("family", "index"), [pair for pair in ALL if FAMILIES[pair[0]].share])
def test_a_share_by_nature_is_not_scaled(family: str, index: int) -> None:
    study = Study.from_dict({"priors": {"x": table(family, index) | {"unit": "%"}}})
    converted, (fault,) = check_units(study.priors, {"x": Input("1")})
    assert (fault.key, fault.found, fault.allowed) == ("x.unit", '"%"', '"1"')
    assert "by nature" in fault.advice
    assert converted["x"] == study.priors["x"]
    same = Study.from_dict({"priors": {"x": table(family, index) | {"unit": "share"}}})
    assert check_units(same.priors, {"x": Input("1", 0, 1)})[1] == []


def test_units_are_converted_and_what_nobody_asks_for_is_left() -> None:
    study = Study.from_dict(
        {
            "priors": {
                "capex": {"family": "normal", "mean": 125_000, "sd": 9_000, "unit": "USD mn/yr"},
                "lead": {"family": "lognormal", "median": 30, "sigma": 0.3, "unit": "months"},
                "plain": {"value": 3},
                "extra": {"value": 1, "unit": "GW"},
            }
        }
    )
    inputs = {"capex": Input("USD bn/yr"), "lead": Input("yr"), "plain": Input("USD bn")}
    priors, faults = check_units(study.priors, inputs)
    assert faults == []
    assert priors["capex"].parameters == {"mean": 125.0, "sd": 9.0}
    assert priors["lead"].parameters == {"median": 2.5, "sigma": 0.3}
    assert (priors["plain"].parameters, priors["plain"].unit) == ({"value": 3.0}, "USD bn")
    assert priors["extra"] == study.priors["extra"]
    assert unused_priors(study.priors, inputs) == ("extra",)
    assert study.priors["capex"].unit == "USD mn/yr"


def test_a_missing_input_names_the_prior_that_may_be_meant() -> None:
    study = Study.from_dict({"priors": {"power.lead_tme": {"value": 1}, "other": {"value": 1}}})
    _, (fault,) = check_units(study.priors, {"power.lead_time": Input("yr"), "other": Input("1")})
    assert fault.key == "power.lead_time"
    assert fault.advice == "Did you mean power.lead_tme?"


@pytest.mark.parametrize(
    ("prior", "fits"),
    [
        ({"value": 0}, True),
        ({"value": 1}, True),
        ({"value": -0.001}, False),
        ({"value": 101, "unit": "%"}, False),
        ({"value": 99, "unit": "%"}, True),
        ({"family": "uniform", "low": -1, "high": 1}, False),
        ({"family": "uniform", "low": -1, "high": 1, "bounds": [0, 1]}, True),
        ({"family": "triangular", "low": 0, "mode": 1, "high": 1.1}, False),
        ({"family": "beta", "alpha": 1, "beta": 1}, True),
        ({"family": "beta", "alpha": 1, "beta": 1, "low": 0, "high": 2}, False),
        ({"family": "logitnormal", "median": 0.5, "sigma": 1}, True),
        ({"family": "bernoulli", "p": 0.5}, True),
        ({"family": "categorical", "values": [0, 2]}, False),
        ({"family": "empirical", "values": [0, 1]}, True),
        ({"family": "dirichlet", "alpha": [1, 1]}, True),
        ({"family": "normal", "mean": 0.5, "sd": 0.1}, True),
        ({"family": "normal", "mean": 0.5, "sd": 0.1, "bounds": [-1, 1]}, False),
        ({"family": "lognormal", "median": 0.5, "sigma": 0.1}, True),
        (
            {
                "family": "mixture",
                "components": [
                    {"weight": 0.5, "value": 3},
                    {"weight": 0.5, "family": "uniform", "low": 0, "high": 1},
                ],
            },
            False,
        ),
    ],
)
def test_values_outside_the_range_of_the_input_are_told(prior: dict[str, object], fits: bool) -> None:
    study = Study.from_dict({"priors": {"x": prior}})
    _, faults = check_units(study.priors, {"x": Input("1", 0, 1)})
    assert [fault.key for fault in faults] == ([] if fits else ["x"])


@pytest.mark.parametrize("name", shipped_sets())
def test_a_shipped_set_has_what_the_model_asks_for(name: str) -> None:
    from simulator.buildout.model import Buildout
    from simulator.buildout.settings import settings_of

    study = load_study(name)
    inputs = Buildout(settings_of(study)).inputs
    assert check_units(study.priors, inputs)[1] == []
    assert study.name == name
    assert Study.from_dict(study.to_dict()).hash == study.hash
