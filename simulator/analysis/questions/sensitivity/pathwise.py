"""Pathwise derivatives: of each path, by the score of every belief at once, from one pass in reverse."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from jaxtyping import Bool, Float

from simulator.analysis.questions.sensitivity.paired import Kind
from simulator.analysis.questions.sensitivity.response import EXTRAPOLATED, Response
from simulator.analysis.run import Run
from simulator.beliefs import Beliefs
from simulator.beliefs.moved import uniform_rows
from simulator.engine import on_threads, reverse_pass, runtime
from simulator.engine.reverse import BLOCK
from simulator.estimate.replicated import Replicated, total
from simulator.sampling import REPLICATES, STRIP, make_sampler


@dataclass(frozen=True)
class Pathwise:
    """Derivatives of a target by the location and the scale of every belief, in the order of `rows_of`.

    Attributes
    ----------
    location, scale
        By one standard deviation of the score, and by the scale of 1.
    smoothing
        Of the location and the scale of a chance, what half the width of the smoothed step changed, each in
        the order of beliefs; None of a mean.
    still
        Whether no path moves smoothly with a belief, or not by a finite number: it has no such derivative.
    """

    location: Replicated
    scale: Replicated
    smoothing: dict[Kind, Replicated] | None
    still: Bool[np.ndarray, " row"]


def pathwise(
    run: Run, response: Response, scores: Float[np.ndarray, "row replicate point"], batches: int
) -> Pathwise:
    """Return the pathwise derivatives of a target.

    Parameters
    ----------
    run
        Whose model is differentiated.
    response
        What of a path has the target for its mean.
    scores
        Of every belief, on at least the paths of `batches`.
    batches
        How many of the first are computed.

    Raises
    ------
    NotDifferentiableError
        The model computes with an operation that has no derivative.
    """
    plan = replace(run.plan.first(batches), block_size=BLOCK)
    sampler = make_sampler(plan.sampler, plan.seed, run.study.order, BLOCK)
    back = reverse_pass(replace(run.program, model=run.model, sampler=sampler), plan, response.metrics)
    uniform = uniform_rows(cast(Beliefs, run.program.beliefs))
    work = [(batch, width) for batch in range(batches) for width in response.widths]
    sums: dict[float, Float[np.ndarray, "replicate row move"]] = {}
    moving = np.zeros(len(scores), dtype=bool)

    def derivatives(place: int) -> Float[np.ndarray, "replicate row move"]:
        batch, width = work[place]
        found = back(batch, response.cotangents(batch, width)).astype(np.float64)
        by_path = found.reshape(len(found), REPLICATES, STRIP)
        z = scores[:, :, batch * STRIP : (batch + 1) * STRIP].astype(np.float64)
        # Of a uniform number the score moves it by the normal density there.
        by_path[uniform] *= np.exp(-0.5 * np.square(z[uniform])) / np.sqrt(2 * np.pi)
        return np.stack([by_path.sum(axis=2), (by_path * z).sum(axis=2), np.abs(by_path).sum(axis=2)]).T

    def add(place: int, found: Float[np.ndarray, "replicate row move"]) -> None:
        width = work[place][1]
        sums[width] = sums.get(width, 0.0) + found
        moving[:] |= found[:, :, 2].any(axis=0)

    on_threads(derivatives, range(len(work)), add, runtime.cores())
    points = np.full((REPLICATES, 1, 1), batches * STRIP)
    by_width = [total(sums[width]) / total(points) for width in response.widths]
    smoothing: dict[Kind, Replicated] | None = None
    found = by_width[0]
    if response.statistic.chance:
        parts = [one.scaled(by) for one, by in zip(by_width, EXTRAPOLATED, strict=True)]
        found, narrower = parts[0] + parts[1], by_width[1] - by_width[0]
        smoothing = {"location": _move(narrower, 0), "scale": _move(narrower, 1)}
    finite = np.isfinite(found.value).all(axis=1)
    return Pathwise(_move(found, 0), _move(found, 1), smoothing, ~(moving & finite))


def _move(found: Replicated, place: int) -> Replicated:
    return Replicated(found.value[:, place], found.without[:, :, place])
