"""The beliefs that come first are those on which the answer rests most."""

from typing import Any

from simulator.analysis.run import simulate
from simulator.study import Study
from simulator.whatif.drivers import drivers_of, first_of_order

WIDE, NARROW = {"mean": 0.0, "sd": 3.0}, {"mean": 0.0, "sd": 1.0}


def model(draws: Any) -> dict[str, Any]:
    return {"y": draws["small"] + draws["large"] + 0.0 * draws["nothing"]}


def study(**more: Any) -> Study:
    priors = {
        "nothing": {"family": "normal", **NARROW},
        "small": {"family": "normal", **NARROW},
        "large": {"family": "normal", **WIDE},
        "number": {"value": 1.0, "spare": True},
    }
    table = {"study": {"name": "three", "order": ["small", "nothing"]}, "priors": priors}
    return Study.from_dict(table | more, model)


def test_beliefs_are_ranked_by_the_first_metric_of_a_study_without_verdicts() -> None:
    assert drivers_of(simulate(study(), paths=8192)) == ["large", "small", "nothing"]
    assert drivers_of(simulate(study(), paths=8192), 1) == ["large"]


def test_beliefs_are_ranked_by_the_worst_verdict_where_there_are_any() -> None:
    verdicts = {"verdict": {"bull": {"y": {"min": 1.0}}, "bear": {"y": {"max": -1.0}}}}
    assert drivers_of(simulate(study(**verdicts), paths=8192))[:2] == ["large", "small"]


def test_without_a_run_it_is_the_order_of_the_study() -> None:
    assert first_of_order(study()) == ["small", "nothing", "large"]
