"""Runs stopped at an accuracy, over many seeds, of statistics whose truth is known.

`python -m tests.analysis.run.stopping 2000` prints what docs/how-to/accuracy.md states: see there
for the columns.
"""

import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from scipy import stats

from simulator import Run, Study, simulate
from simulator.analysis.run.accuracy import Goal
from simulator.estimate import Achieved, parse_targets

AREA = math.pi * 0.01**2
STUDY = Study.from_dict(
    {
        "study": {"order": ["strength", "load", "loss", "growth"]},
        "priors": {
            "strength": {"family": "lognormal", "mean": 3e6, "sd": 3e5},
            "load": {"family": "normal", "mean": 750, "sd": 50},
            "loss": {"family": "normal", "mean": 0, "sd": 1},
            "growth": {"family": "lognormal", "median": 1, "sigma": 0.5},
        },
    },
    model=lambda draws: {
        "beam": draws["strength"] / 1e6 - draws["load"] / (AREA * 1e6),
        "loss": draws["loss"],
        "growth": draws["growth"],
        "wealth": jnp.square(draws["growth"]) * jnp.exp(draws["loss"] / 2),
    },
)
#: What is estimated, and its truth: two of the reference cases are OpenTURNS' axial stressed beam and the
#: quantile and shortfall of a normal and a lognormal; the mean is of a skewed product, the hardest to stop
#: honestly, since there an estimate too low goes with an error too low.
TRUTHS = {
    "prob_below_zero(beam)": 0.0291981946248305,
    "cvar95(loss)": stats.norm.pdf(stats.norm.ppf(0.95)) / 0.05,
    "p95(growth)": math.exp(0.5 * stats.norm.ppf(0.95)),
    "p50(loss)": 0.0,
    "mean(wealth)": math.exp((1.0**2 + 0.5**2) / 2),
}
#: Rounds at the first look and at the last.
FIRST, MOST = 1, 2**5
#: The accuracy asked lies between what these batches give on average, so that runs seldom end at the ends.
LOOSEST, STRICTEST = 2, 2**4


class Stopped(NamedTuple):
    """Where one run of one target stopped."""

    asked: float
    achieved: Achieved
    batches: int


def stopped(run: Run, goal: Goal) -> Stopped:
    """Return where `simulate` stops for a goal, looking at the first paths of a longer run.

    A path does not depend on how many there are, so nothing need be computed twice for another target.
    """
    batches = goal.first
    while True:
        found = replace(run, plan=run.plan.first(batches), goal=goal).accuracy
        following = goal.following(batches, found, run.plan.sampler)
        if following == batches:
            return Stopped(goal.targets[0].limit, found[0], batches)
        batches = following


def error(statistic: str, run: Run, batches: int) -> float:
    """Return the standard error that so many batches give; the target asks for any that is allowed."""
    goal = Goal(parse_targets(f"{statistic} mcse < 0.04", run.names, ()), batches, batches)
    return replace(run, plan=run.plan.first(batches), goal=goal).accuracy[0].error


def measure(seeds: int, sampler: Literal["rqmc", "mc"]) -> Iterator[tuple[str, list[Stopped]]]:
    """Give each statistic with where its runs stopped: one a seed, the errors asked spread evenly in log."""
    pilots = [simulate(STUDY, paths=STRICTEST * 8192, seed=2**40 + n, sampler=sampler) for n in range(16)]
    typical = {
        statistic: [
            np.median([error(statistic, run, batches) for run in pilots]) for batches in (LOOSEST, STRICTEST)
        ]
        for statistic in TRUTHS
    }
    ends: dict[str, list[Stopped]] = {statistic: [] for statistic in TRUTHS}
    for seed in range(seeds):
        run = simulate(STUDY, paths=MOST * 8192, seed=seed, sampler=sampler)
        share = (seed + 0.5) / seeds
        for statistic, (loose, strict) in typical.items():
            limit = float(loose ** (1 - share) * strict**share)
            targets = parse_targets(f"{statistic} mcse < {limit}", run.names, ())
            ends[statistic].append(stopped(run, Goal(targets, FIRST, MOST)))
    yield from ends.items()


def ratios(statistic: str, ends: list[Stopped]) -> np.ndarray:
    """Return true errors over the errors asked."""
    return np.array([(end.achieved.estimate.value - TRUTHS[statistic]) / end.asked for end in ends])


def main(seeds: int) -> None:
    """Print a table in Markdown."""
    print("| sampler | statistic | true error, RMS | said error, RMS | bias | met | paths, mean |")
    print("|---|---|---|---|---|---|---|")
    for sampler in ("rqmc", "mc"):
        for statistic, ends in measure(seeds, sampler):
            ratio = ratios(statistic, ends)
            estimated = np.array([end.achieved.error / end.asked for end in ends])
            spread = ratio.std(ddof=1) / math.sqrt(seeds)
            met = np.mean([end.achieved.met for end in ends])
            paths = np.mean([end.batches for end in ends]) * 8192
            true = math.sqrt(np.mean(ratio**2))
            print(
                f"| {sampler} | `{statistic}` | {true:.2f} | {math.sqrt(np.mean(estimated**2)):.2f} "
                f"| {ratio.mean():+.3f} ± {spread:.3f} | {met:.1%} | {paths:,.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
