"""A page refuses the medians that a run refuses."""

from typing import Any

import numpy as np
import pytest

from simulator.analysis.run.program import check_study, model_of
from simulator.beliefs.parents import extremes
from simulator.beliefs.resolve import quantile
from simulator.errors import StudyError
from simulator.study import Study, load_study
from simulator.study.location import at_median
from simulator.study.shipped import shipped_sets
from simulator.whatif.medians import median_ends
from tests.whatif.scripts import described


def _refused(study: Study, name: str, median: float) -> bool:
    try:
        other = study.override({f"{name}.median": median})
        check_study(other, model_of(other, None), "float32")
    except StudyError:
        return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_sets())
def test_medians_end_where_a_run_refuses_them(name: str) -> None:
    study = load_study(name)
    ends: list[tuple[Any, ...]] = []
    for belief in described(study)["beliefs"]:
        low, high = belief.get("medians", (None, None))
        support = belief["support"]
        for end, sign, open_end in ((low, -1, support[0]), (high, 1, support[1])):
            if end is not None:
                step = 0.01 * abs(end if open_end is None else end - open_end)
                ends.append((belief["name"], end, end + sign * step))
    assert len(ends) > 10
    for belief, end, beyond in ends[:: max(1, len(ends) // 12)]:
        assert not _refused(study, belief, end), (belief, end)
        assert _refused(study, belief, beyond), (belief, end, beyond)


#: A prior of each family that moves, and what a model can mean, beyond all that it draws.
MOVING: dict[str, tuple[dict[str, Any], tuple[float, float]]] = {
    "normal": ({"mean": 1.0, "sd": 0.1}, (-3.0, 3.0)),
    "student_t": ({"loc": 1.0, "scale": 0.1, "df": 30.0}, (-9.0, 9.0)),
    "lognormal": ({"median": 1.0, "sigma": 0.2}, (0.01, 90.0)),
    "logitnormal": ({"median": 0.4, "sigma": 0.3}, (0.01, 0.95)),
    "triangular": ({"low": 1.0, "mode": 2.0, "high": 4.0}, (0.5, 6.0)),
    "uniform": ({"low": 1.0, "high": 2.0}, (0.5, 6.0)),
    "pert": ({"low": 1.0, "mode": 2.0, "high": 4.0}, (0.5, 6.0)),
    "loguniform": ({"low": 1.0, "high": 2.0}, (0.5, 6.0)),
    "gamma": ({"shape": 30.0, "scale": 0.1}, (0.01, 90.0)),
    "metalog": ({"quantiles": {"p10": 1.0, "p50": 2.0, "p90": 3.5}}, (-90.0, 90.0)),
    "given by quantiles that it misses": (
        {"family": "lognormal", "quantiles": {"p10": 0.2, "p50": 0.3, "p90": 0.5}},
        (0.01, 20.0),
    ),
}


@pytest.mark.filterwarnings("ignore::simulator.beliefs.StrandlineWarning")
@pytest.mark.parametrize("name", MOVING)
def test_of_any_family_all_that_is_drawn_stays_within(name: str) -> None:
    table, (least, most) = MOVING[name]
    prior = Study.from_dict({"priors": {"a": {"family": name, **table}}}).priors["a"]
    ends = median_ends(prior, float(quantile(prior)(0.0)), (least, most))
    for end, outwards in zip(ends, (-1, 1), strict=True):
        low, high = extremes(["a"], {"a": at_median(prior, end)})["a"]
        assert least <= low
        assert high <= most
        low, high = extremes(["a"], {"a": at_median(prior, end + outwards * 0.01 * abs(end))})["a"]
        assert low < least or high > most


@pytest.mark.parametrize(
    "table",
    [
        {"family": "beta", "alpha": 2.0, "beta": 3.0},
        {"family": "normal", "mean": 0.5, "sd": 0.1, "bounds": [0.0, 1.0]},
    ],
)
def test_where_ends_stay_where_they_are_any_median_may_be(table: dict[str, Any]) -> None:
    prior = Study.from_dict({"priors": {"a": table}}).priors["a"]
    assert median_ends(prior, 0.5, (0.0, 1.0)) == (-np.inf, np.inf)
