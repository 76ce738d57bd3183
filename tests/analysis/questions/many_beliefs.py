"""Prints what is asked of a model of 120 beliefs, 20 of them correlated, as a process of its own."""

import json

import numpy as np

from simulator.analysis.questions.sensitivity import sensitivity
from simulator.analysis.questions.stress import stress
from simulator.analysis.run import simulate
from simulator.study import Study

COUNT, TOGETHER = 120, 20


def model(draws):
    f = sum((1 + k % 3) * draws[f"x{k}"] for k in range(COUNT))
    return {"f": f + 0.1 * draws["x0"] * draws["x1"], "g": draws["x2"] + draws["x3"]}


def answers() -> list[dict]:
    factors = {"f": {f"x{k}": 0.7 for k in range(TOGETHER)}}
    data = {
        "priors": {f"x{k}": {"family": "normal", "mean": 0.0, "sd": 1.0} for k in range(COUNT)},
        "dependence": {"groups": [{"name": "one", "copula": "gaussian", "factors": factors}]},
    }
    run = simulate(Study.from_dict(data, model=model), paths=2**13, seed=1)
    spread = float(np.std(run.metric("f"), dtype=np.float64))
    targets = ["mean(f) = 30", "mean(g) >= 0.2"], [f"mean(f) = {6 * spread}", "mean(g) >= 1"]
    found = [sensitivity(run, "mean(f)", top=2).to_json(), *(stress(run, one).to_json() for one in targets)]
    assert [one["method"] for one in found[1:]] == ["conditioned", "moved"]
    return found


if __name__ == "__main__":
    print(json.dumps(answers()))
