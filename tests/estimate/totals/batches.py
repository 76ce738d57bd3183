"""Batches of metrics of every awkward kind, with rules that judge them: numbers of NumPy, no simulator."""

from collections.abc import Iterable

import numpy as np

from simulator.estimate import Sampled, SamplerName, derive
from simulator.estimate.totals import Layout, Totalled, Totals, Wanted, placed, reduced
from simulator.estimate.totals.reduction import orders
from simulator.estimate.totals.totals import exponents
from simulator.sampling import BATCH, STRIP, join_batches
from simulator.study import Limits, ScorecardItem, VerdictRule

NAMES: tuple[str, ...] = (
    "value.group",
    "skewed.group",
    "counted.group",
    "heap.group",
    "endless.group",
    "constant.group",
    "far.group",
    "tiny.group",
    "alone",
)
SCORECARD = [ScorecardItem("skewed", 1.0, "Skewed"), ScorecardItem("counted", 0.5, "Counted")]
RULES = [
    VerdictRule("bull", {"value": Limits(min=0.5), "scorecard_passes": Limits(min=1)}),
    VerdictRule("bear", {"value": Limits(max=-0.5)}),
]
WANTED = Wanted((0.05, 0.1, 0.5, 0.9, 0.95), ((0.05, 1), (0.05, -1)))
#: Few, so that tests are fast and bins coarse enough to be seen.
BINS = 2**19


def batch(number: int, dtype: str = "float32") -> np.ndarray:
    """Return the metrics of a batch: normal, lognormal, whole numbers, half of it zero, some infinite."""
    z = np.random.default_rng([7, number]).normal(size=(7, BATCH))
    rows = [
        z[0],
        np.exp(2 * z[1]),
        np.round(2 * z[2]) / 4,
        np.where(z[3] > 0, 0.0, z[3]),
        np.where(z[4] > 2, np.inf, z[4] + z[0] / 2),
        np.full(BATCH, 0.3),
        1000 + 1e-3 * z[5],
        1e-30 * z[6],
        z[0] * z[1],
    ]
    return np.stack(rows).astype(dtype)


def sampled(batches: Iterable[np.ndarray], sampler: SamplerName) -> Sampled:
    """Return the paths of batches."""
    batches = list(batches)
    metrics = dict(zip(NAMES, join_batches(iter(batches), len(batches)), strict=True))
    return Sampled(metrics, derive(metrics, SCORECARD, RULES), sampler, SCORECARD, RULES)


def layout(sampler: SamplerName) -> Layout:
    return Layout(NAMES, sampler, SCORECARD, RULES)


def nothing(first: list[np.ndarray], sampler: SamplerName) -> Totals:
    """Return totals of no batch on the grid that the first ones place."""
    grid = placed(sampled(first, sampler), layout(sampler), WANTED, BINS)
    return Totals.nothing(grid, layout(sampler))


def add(totals: Totals, batches: dict[int, np.ndarray], sampler: SamplerName) -> Totals:
    for number, values in batches.items():
        totals.add(number, reduced(totals.grid, layout(sampler), values), layout(sampler))
    return totals


def rounding(totals: Totals, batches: int, of: Layout) -> np.ndarray:
    """Return by how much sums may differ that were added in another order, [metric, cell, replicate, term].

    Each of a strip's terms is a power of what is no larger than twice the reach of all values, rounded a few
    times; each of its sums has 256 roundings at most; and a sum is rounded to its unit.
    """
    extremes = np.concatenate([totals.lowest, totals.highest], axis=1).astype(np.float64)
    extremes[~np.isfinite(extremes)] = 0.0
    far = np.abs(extremes[:, None] - totals.grid.centre[..., None]).max(axis=-1)
    reach = np.maximum(far, totals.grid.reach)[..., None]
    sizes = (2 * reach) ** orders(totals.grid, of.sampler)
    units = np.ldexp(1.0, exponents(totals.grid, of.sampler))
    return (batches * (STRIP * (STRIP + 8) * 2.0**-52 * sizes + units))[:, :, None]


def totalled(first: list[np.ndarray], batches: list[np.ndarray], sampler: SamplerName) -> Totalled:
    totals = add(nothing(first, sampler), dict(enumerate(batches)), sampler)
    return Totalled(totals, layout(sampler))
