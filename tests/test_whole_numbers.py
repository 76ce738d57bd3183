"""A whole number is read in any form that is one, and nothing is rounded to it."""

import math
from typing import Any

import numpy as np
import pytest

from simulator.analysis.run import simulate
from simulator.errors import UsageError
from simulator.study import Study
from simulator.whole_numbers import whole


@pytest.mark.parametrize(
    "value", [1000, 1000.0, np.int32(1000), np.float32(1000), "1000", "1_000", "1e3", " 1000 "]
)
def test_what_is_a_whole_number(value: Any) -> None:
    found = whole("paths", value, 1)
    assert found == 1000
    assert type(found) is int


@pytest.mark.parametrize(
    "value", [1.5, math.nan, math.inf, True, None, "abc", "1.5", "1e-3", "9" * 5000, [1], 0, -1, "0", 1001]
)
def test_what_is_none_or_out_of_range(value: Any) -> None:
    with pytest.raises(UsageError, match=r"^paths: found .*; allowed: a whole number from 1 to 1000"):
        whole("paths", value, 1, 1000)


@pytest.mark.parametrize(
    "wrong",
    [{"seed": True}, {"seed": -1}, {"threads": 0}, {"paths": True}, {"paths": 2**60}],
)
def test_a_run_takes_whole_numbers_alone(wrong: dict[str, Any]) -> None:
    study = Study.from_dict({"priors": {"x": {"family": "uniform", "low": 0, "high": 1}}}, model=dict)
    (name,) = wrong
    with pytest.raises(UsageError, match=f"^{name}: found"):
        simulate(study, **wrong)
