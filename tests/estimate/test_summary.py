import json
import math
import tracemalloc

import numpy as np
import pytest

from simulator.estimate import derive, expected_shortfall, mean, pool, quantile, summarise, to_json
from simulator.study import Limits, ScorecardItem, VerdictRule

SCORECARD = [ScorecardItem("yield", 0.2, "Yield"), ScorecardItem("margin", 0.35, "Margin")]
RULES = [
    VerdictRule("bull", {"value": Limits(min=0.5), "scorecard_passes": Limits(min=1)}),
    VerdictRule("bear", {"value": Limits(max=-0.5), "scorecard_passes": Limits(max=1)}),
]
RUN = {"units": {"value.group": "USD bn"}, "study": "s", "study_hash": "h", "seed": 7, "sampler": "rqmc"}


@pytest.fixture
def metrics() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    return {
        f"{metric}.{entity}": rng.normal(size=(32, 64)).astype(np.float32)
        for metric in ("value", "yield", "margin")
        for entity in ("amazon", "group")
    }


@pytest.fixture
def summary(metrics):
    return summarise(metrics, scorecard=SCORECARD, rules=RULES, **RUN).to_json()


def number(estimate) -> dict[str, float]:
    return {"value": estimate.value, "mcse": estimate.error}


def test_the_object_has_the_form_that_is_documented(summary, metrics):
    run = {"schema": 1, "study": "s", "study_hash": "h", "seed": 7, "paths": 2048, "sampler": "rqmc"}
    for key, value in (run | {"replicates": 32}).items():
        assert summary[key] == value
    assert list(summary["estimates"]) == list(metrics)
    value = summary["estimates"]["value.group"]
    assert value["unit"] == "USD bn"
    assert value["heavy_tail"] is False
    whole = pool(metrics["value.group"], "rqmc")
    assert value["mean"] == number(mean(whole))
    for name, p in (("p05", 0.05), ("p10", 0.1), ("p50", 0.5), ("p90", 0.9), ("p95", 0.95)):
        assert value[name] == number(quantile(whole, p))
    assert value["cvar05"] == number(expected_shortfall(whole, 0.05))
    assert {"sd", "prob_below_zero", "tail_index"} <= set(value)


def test_chances_of_verdicts_and_of_passes_add_up_to_one(summary):
    assert list(summary["verdicts"]) == ["group", "amazon"]
    for chances in (*summary["verdicts"].values(), *(s["passes"] for s in summary["scorecard"].values())):
        assert math.fsum(chance["value"] for chance in chances.values()) == pytest.approx(1, rel=1e-15)
    passes = summary["scorecard"]["group"]["passes"]
    expected = math.fsum(int(n) * chance["value"] for n, chance in passes.items())
    items = summary["scorecard"]["group"]["items"]
    assert [item["metric"] for item in items] == ["yield", "margin"]
    assert items[0]["min"] == 0.2
    assert math.fsum(item["pass"]["value"] for item in items) == pytest.approx(expected, rel=1e-15)


def test_conditions_weigh_up_to_the_whole(summary, metrics):
    codes = derive(metrics, SCORECARD, RULES)
    for name in metrics:
        entity = name.split(".")[1]
        chances, given = summary["verdicts"][entity], summary["conditional"][name]
        total = math.fsum(chances[v]["value"] * given[v]["mean"]["value"] for v in given)
        assert total == pytest.approx(summary["estimates"][name]["mean"]["value"], abs=1e-12)
        below = math.fsum(chances[v]["value"] * given[v]["prob_below_zero"]["value"] for v in given)
        assert below == pytest.approx(summary["estimates"][name]["prob_below_zero"]["value"], abs=1e-12)
        bear = pool(metrics[name], "rqmc", codes[f"verdict.{entity}"] == -1)
        assert given["bear"]["mean"] == number(mean(bear))
        assert given["bear"]["p05"] == number(quantile(bear, 0.05))


def test_a_verdict_of_no_path_has_no_conditional(metrics):
    rules = [VerdictRule("bull", {"value": Limits(min=1e6)})]
    summary = summarise(metrics, rules=rules, **RUN).to_json()
    assert summary["conditional"]["yield.group"]["bull"] is None
    assert summary["verdicts"]["group"]["bull"] == {"value": 0.0, "mcse": 1.5 / 2048}


def test_infinite_and_missing_numbers_are_null(metrics):
    metrics["value.group"][:, :16] = np.inf
    metrics["margin.group"][:, :16] = -np.inf
    metrics["value.amazon"][3, 3] = np.nan
    summary = json.loads(to_json(summarise(metrics, rules=RULES, scorecard=SCORECARD, **RUN).to_json()))
    infinite, missing = (summary["estimates"][f"value.{entity}"] for entity in ("group", "amazon"))
    assert infinite["mean"] == {"value": None, "mcse": None, "infinite": 1.0}
    assert infinite["p95"] == infinite["mean"]
    assert summary["estimates"]["margin.group"]["p05"] == {"value": None, "mcse": None, "infinite": -1.0}
    assert infinite["p50"]["value"] is not None
    assert infinite["share_infinite"]["value"] == 0.25
    assert infinite["heavy_tail"] is True
    assert missing["p50"] == missing["mean"] == {"value": None, "mcse": None}
    assert missing["share_not_a_number"]["value"] == 1 / 2048
    assert "share_infinite" not in summary["estimates"]["yield.group"]


def test_bytes_are_the_same_whatever_the_threads(metrics):
    texts = {
        to_json(summarise(metrics, scorecard=SCORECARD, rules=RULES, threads=threads, **RUN).to_json())
        for threads in (1, 2, 5, None)
    }
    assert len(texts) == 1


def test_memory_is_a_few_bytes_a_path():
    wide = {"margin": np.random.default_rng(1).normal(size=(32, 2**15)).astype(np.float32)}
    summarise(wide, **RUN)
    tracemalloc.start()
    summarise(wide, **RUN)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The values in order, in float32; of one replicate at a time a few terms in float64; and the tails.
    assert peak < 4 * 2**20 + 4 * 8 * 2**15 + 2**22


def test_a_model_of_bare_names_has_one_entity():
    margin = np.linspace(-1, 1, 64).reshape(4, 16)
    rules = [VerdictRule("bull", {"margin": Limits(min=0)})]
    summary = summarise({"margin": margin}, rules=rules, **RUN).to_json()
    assert summary["verdicts"]["model"]["bull"]["value"] == 0.5
    assert summary["conditional"]["margin"]["bull"]["mean"]["value"] == pytest.approx(
        margin[margin > 0].mean()
    )
    assert summarise({"margin": margin}, **RUN).verdicts == {}


def test_paths_without_a_verdict_are_counted_in_no_other(metrics):
    """Chances of bull, base, bear and of no verdict are of all paths, and add up to one."""
    metrics["value.amazon"][:, :8] = np.nan
    printed = json.loads(to_json(summarise(metrics, rules=RULES, scorecard=SCORECARD, **RUN).to_json()))
    assert list(printed["no_verdict"]) == ["amazon"]
    assert printed["no_verdict"]["amazon"]["value"] == 8 / 64
    chances = [one["value"] for one in printed["verdicts"]["amazon"].values()]
    assert math.fsum([*chances, 8 / 64]) == pytest.approx(1, rel=1e-15)
    assert (
        "no_verdict"
        not in summarise(
            metrics | {"value.amazon": metrics["value.group"]}, rules=RULES, scorecard=SCORECARD, **RUN
        ).to_json()
    )
