"""Small runs whose answers are known."""

import math
from functools import cache
from types import SimpleNamespace

from simulator.analysis.run import Run, simulate
from simulator.study import Study

STANDARD = {"family": "normal", "mean": 0.0, "sd": 1.0}


class Linear:
    """1 + 2 x + y - length: a model that asks for its lengths in years."""

    def __init__(self) -> None:
        any_number = {"minimum": -math.inf, "maximum": math.inf}
        self.inputs = {name: SimpleNamespace(unit="1", **any_number) for name in ("x", "y", "sure")}
        self.inputs["lag"] = SimpleNamespace(unit="yr", **any_number)

    def __call__(self, draws):
        return {"value": 1.0 + 2.0 * draws["x"] + draws["y"] - draws["lag"] + 0.0 * draws["sure"]}


@cache
def linear_run(paths: int = 16_384, spearman: float = 0.0) -> Run:
    """x and y standard normal, and a lag of 36 ± 12 months; bull from 2 on, bear up to -2."""
    study = Study.from_dict(
        {
            "priors": {
                "x": STANDARD,
                "y": STANDARD,
                "lag": {"family": "normal", "mean": 36.0, "sd": 12.0, "unit": "month"},
                "sure": {"value": 2.0},
            },
            "dependence": {"spearman": [["x", "y", spearman]]},
            "verdict": {"bull": {"value": {"min": 2.0}}, "bear": {"value": {"max": -2.0}}},
        },
        model=Linear(),
    )
    return simulate(study, paths=paths, seed=3)
