"""Values of a prior are in the unit that the study states, whatever unit the model asks for."""

import math
from types import SimpleNamespace

import numpy as np

from simulator.analysis.explanation import explain
from simulator.analysis.run import simulate
from simulator.study import Study


class Wait:
    """A model that asks for years."""

    def __init__(self) -> None:
        self.inputs = {"lag": SimpleNamespace(unit="yr", minimum=0.0, maximum=math.inf)}

    def __call__(self, draws):
        return {"cost": 2.0 * draws["lag"]}


def explained(unit: str, low: float, high: float):
    prior = {"family": "uniform", "low": low, "high": high, "unit": unit}
    study = Study.from_dict({"priors": {"lag": prior}}, model=Wait())
    return explain(simulate(study, paths=8192))


def test_a_wait_given_in_months_is_reported_in_months() -> None:
    months, years = explained("month", 12, 36), explained("yr", 1, 3)
    assert months.priors["lag"].unit == "month"
    one, other = (found.targets["cost"].drivers[0] for found in (months, years))
    for there, then in ((one.low, other.low), (one.high, other.high)):
        np.testing.assert_allclose(there.at, 12 * then.at, rtol=1e-5)
        np.testing.assert_allclose(there.mean.value, then.mean.value, rtol=1e-5)
