"""Importance reweighting of a run's own draws, with Pareto smoothing.

The weight of a path is the likelihood of the evidence on it; the largest weights are replaced by the expected
order statistics of the generalised Pareto distribution that fits them (Vehtari et al. 2024, Pareto smoothed
importance sampling, JMLR 25). Where its shape k is too large, no number of paths helps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from simulator.analysis.learning.problem import InferenceProblem, Sample
from simulator.analysis.learning.streams import stratified, uniforms
from simulator.analysis.run import Progress, silent
from simulator.engine import InBlocks, Kernel, on_threads, runtime
from simulator.sampling import BATCH, join_batches

#: Independent chains into which the 32 replicates of a run are put together.
CHAINS = 8
#: Draws of a chain after resampling.
RESAMPLED = 8192
#: Least effective sample size. A chain of an eighth of it has a bias of 1/125 of a standard deviation, a
#: quarter of the error of all chains together.
LEAST_ESS = 1000.0
#: Largest shape of the weights' tail (Vehtari et al. 2024).
LARGEST_KHAT = 0.7
#: Weights that the tail is fitted to, over the square root of all (Vehtari et al. 2024).
TAIL = 3
#: Log densities are summed of numbers in single precision: relative differences below this are rounding.
ROUNDING = 4 * float(np.finfo(np.float32).eps)


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of a sample.

    Attributes
    ----------
    values : Float[Array, "chain draw"]
        Smoothed; they sum to 1.
    khat
        Shape of their tail before smoothing.
    ess
        Effective sample size, 1 / sum of squares.
    """

    values: Float[np.ndarray, "chain draw"]
    khat: float
    ess: float

    @property
    def limit(self) -> float:
        """The largest shape that this many paths bear."""
        return min(1 - 1 / math.log10(self.values.size), LARGEST_KHAT)

    @property
    def passed(self) -> bool:
        """Whether estimates by these weights can be trusted."""
        return self.khat <= self.limit and self.ess >= LEAST_ESS


def prior_sample(problem: InferenceProblem, report: Progress = silent) -> Sample:
    """Return the draws of a run, with all that is asked of them."""
    kernel = Kernel(problem.program, problem.plan, problem.outputs, arrangement=InBlocks())
    found: list[dict[str, np.ndarray]] = []

    def collect(batch: int, named: dict[str, np.ndarray]) -> None:
        found.append(named)
        report((batch + 1) * BATCH, problem.plan.paths)

    on_threads(kernel, range(problem.plan.batches), collect, runtime.cores())

    def joined(name: str) -> np.ndarray:
        values = join_batches((named.pop(name) for named in found), len(found))
        *size, replicates, points = values.shape
        return values.reshape(*size, CHAINS, replicates // CHAINS * points)

    return Sample.of({name: joined(name) for name in kernel.outputs})


def weigh(log_likelihood: Float[np.ndarray, "chain draw"]) -> Weights:
    """Return the smoothed weights of a sample by the likelihood of all evidence.

    Parameters
    ----------
    log_likelihood
        Of each path; minus infinity for one that the evidence rules out.
    """
    flat = log_likelihood.ravel().astype(np.float64)
    if not np.isfinite(flat).any():
        return Weights(np.full(log_likelihood.shape, 1 / flat.size), math.inf, 0.0)
    # A path that is ruled out has a weight that underflows to nothing, and its logarithm stays a number.
    logs, khat = _smoothed(np.maximum(flat - flat.max(), -700.0), ROUNDING * max(1.0, abs(flat.max())))
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    return Weights(weights.reshape(log_likelihood.shape), khat, float(1 / np.sum(weights**2)))


def _smoothed(ratio: Float[np.ndarray, " n"], rounding: float) -> tuple[Float[np.ndarray, " n"], float]:
    """Return log weights with their tail smoothed, and its shape; infinite where none fits.

    Weights whose largest are all one, but for rounding, are bounded and have no tail to smooth: the shape of
    a bounded law is at most 0.
    """
    from arviz_stats.base.array import array_stats

    tail = TAIL * math.isqrt(ratio.size)
    if np.ptp(np.partition(ratio, -tail)[-tail:]) <= rounding:
        return ratio, 0.0
    # psislw takes the log of what is divided by, as cross-validation has it.
    with np.errstate(over="ignore", invalid="ignore"):  # a tail beyond all bounds, which k-hat shows
        logs, shape = array_stats.psislw(-ratio)
    if not np.isfinite(logs).all():
        return ratio, math.inf
    return logs, float(shape) if math.isfinite(shape) else math.inf


def resample(sample: Sample, weights: Weights, seed: int) -> Sample:
    """Return draws of equal weight: of each chain by stratified resampling."""
    within = [uniforms(seed, "resample", chain, RESAMPLED) for chain in range(CHAINS)]
    return sample.take(np.array([stratified(*pair) for pair in zip(weights.values, within, strict=True)]))
