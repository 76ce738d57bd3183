"""Is float32 enough: what do the same paths of the default study give in float64?

Both kernels, draws included, on the same paths. Of every metric: how far a path moves, over the metric's
standard deviation; and how far every statistic that a run tells moves, over its standard error at a million
paths, which is what decides. A tenth of a standard error adds half a per cent to the total error; that much
is called enough.
"""

import argparse
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import harness
import numpy as np

import simulator

STUDY = "hyperscalers-2026-01"
MILLION = 1_000_000
#: Largest part of a standard error that the precision may move a statistic by.
ENOUGH = 0.1
#: In standard deviations of a metric: no rounding moves a path so far, an event sooner or later does.
EVENT = 1e-3
#: Paths are moved by roundings, and a few by an event that comes a quarter sooner or later.
LEVELS = {"typical": 0.5, "p99": 0.99, "p99.99": 0.9999, "largest": 1.0}
#: Errors fall with paths to a power, measured between a quarter of the paths and all; between these it is
#: believed.
RATES = (0.5, 1.5)
LEAST = 2**15


def statistics(summary: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, float | None]]]:
    """Give every number of a summary that has an error, with the metric and the statistic that it is of."""
    for metric, told in summary["estimates"].items():
        yield from ((metric, name, number) for name, number in told.items() if _is_estimate(number))
    for entity, chances in summary["verdicts"].items():
        yield from ((f"verdict.{entity}", name, number) for name, number in chances.items())
    for entity, scored in summary["scorecard"].items():
        yield from ((f"scorecard.{entity}", item["metric"], item["pass"]) for item in scored["items"])


def moved_statistics(single: simulator.Run, double: simulator.Run) -> dict[str, dict[str, float]]:
    """Return for each metric, by statistic, the difference over the standard error at a million paths."""
    part = replace(single, plan=single.plan.first(single.plan.batches // 4))
    paths, found = single.plan.paths, {}
    told = (statistics(run.summary()) for run in (single, double, part))
    for (metric, name, ours), (*_, theirs), (*_, fewer) in zip(*told, strict=True):
        if ours["value"] is None and theirs["value"] is None:
            continue
        if not (ours["mcse"] and fewer["mcse"]):
            found.setdefault(metric, {})[name] = 0.0 if ours == theirs else math.inf
            continue
        rate = np.clip(math.log(fewer["mcse"] / ours["mcse"]) / math.log(4), *RATES)
        error = ours["mcse"] * (paths / MILLION) ** rate
        found.setdefault(metric, {})[name] = abs(ours["value"] - theirs["value"]) / error
    return found


def moved_paths(single: simulator.Run, double: simulator.Run) -> dict[str, dict[str, float]]:
    """Return for each metric quantiles of the paths' differences over the metric's standard deviation."""
    found = {}
    for name in single.names:
        ours, theirs = (run.metric(name).astype(np.float64).ravel() for run in (single, double))
        finite = np.isfinite(ours) & np.isfinite(theirs)
        scale = theirs[finite].std() or 1.0
        away = np.quantile(np.abs(ours - theirs)[finite], list(LEVELS.values())) / scale
        found[name] = dict(zip(LEVELS, away.tolist(), strict=True))
        found[name]["infinite in one only"] = int((np.isfinite(ours) != np.isfinite(theirs)).sum())
    return found


def moved_by_events(single: simulator.Run, double: simulator.Run) -> int:
    """Return the number of paths on which some metric differs by more than roundings."""
    events = np.zeros(single.plan.paths, bool)
    for name in single.names:
        ours, theirs = (run.metric(name).ravel() for run in (single, double))
        finite = np.isfinite(ours) & np.isfinite(theirs)
        away = np.abs(np.subtract(ours, theirs, where=finite, out=np.zeros(ours.shape)))
        events |= (away > EVENT * theirs[finite].std()) | (np.isfinite(ours) != np.isfinite(theirs))
    return int(events.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", default=STUDY, help="a prior set's name or its files")
    parser.add_argument("--paths", type=int, default=2**17)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--full", action="store_true", help="a million paths: no error is extrapolated")
    asked = parser.parse_args()
    paths = 2**20 if asked.full else max(asked.paths, LEAST)

    study = simulator.load_study(asked.study)
    single = simulator.simulate(study, paths=paths, seed=asked.seed)
    double = simulator.simulate(study, paths=paths, seed=asked.seed, dtype="float64")
    by_path, by_statistic = moved_paths(single, double), moved_statistics(single, double)
    events = moved_by_events(single, double)
    verdicts = {
        name: int((codes != double.verdicts[name]).sum())
        for name, codes in single.verdicts.items()
        if name.startswith("verdict.")
    }

    worst = {name: max(moved.items(), key=lambda one: one[1]) for name, moved in by_statistic.items()}
    rows = []
    for name in sorted(worst, key=lambda name: -worst[name][1]):
        statistic, moved = worst[name]
        away = by_path.get(name, {})
        rows.append([name, *(away.get(level, "-") for level in LEVELS), statistic, moved])
    head = ["metric", *LEVELS, "most moved", "by, in standard errors at 1e6"]
    count = f"{single.plan.paths:,} paths of {study.name}"
    question = f"float32 against float64 on {count}, in standard deviations"
    harness.tell(question, head, rows)
    failing = {name: one for name, one in worst.items() if one[1] > ENOUGH}
    print(f"paths moved by more than {EVENT} standard deviations: {events} of {single.plan.paths:,}")
    print(f"paths with another verdict: {sum(verdicts.values())} of {single.plan.paths * len(verdicts):,}")
    print(f"moved by more than {ENOUGH} standard errors: {', '.join(failing) or 'nothing'}")
    harness.keep(
        "precision",
        str(__doc__).splitlines()[0],
        {
            "study_hash": study.hash,
            "paths": single.plan.paths,
            "seed": asked.seed,
            "enough": ENOUGH,
            "difference_of_paths_in_sd": by_path,
            "difference_of_statistics_in_mcse_at_1e6": by_statistic,
            "paths_moved_by_events": events,
            "verdicts_that_differ": verdicts,
            "not_enough": failing,
        },
        "jaxlib",
    )


def _is_estimate(number: object) -> bool:
    return isinstance(number, dict) and {"value", "mcse"} <= number.keys()


if __name__ == "__main__":
    main()
