"""How targets are made true: nothing is to be done, or paths are reweighted, or else beliefs are moved."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, cast

import numpy as np
from jaxtyping import Float

from simulator.analysis.explanation.random_inputs import RandomInput, blocks, random_inputs
from simulator.analysis.questions.stress.constraints import Constraint, signs
from simulator.analysis.questions.stress.moves import Moved, of_blocks, shifted, tilted
from simulator.analysis.questions.stress.outcomes import Weighed
from simulator.analysis.questions.stress.result import Method, Refusal
from simulator.analysis.questions.stress.search import moved
from simulator.analysis.questions.stress.tilt import Tilt, Tilting, short_of
from simulator.analysis.questions.stress.weighing import evenly
from simulator.analysis.run import Run
from simulator.estimate import HEAVY, Replicated, SamplerName, pool, tail_index
from simulator.sampling import BATCH, REPLICATES

#: Paths on which beliefs are moved at most, the first of a larger run.
MOVED_PATHS = 2**16
#: Effective paths below which none are reweighted: 16 for each replicate, so that what a replicate tells of a
#: mean is known to a quarter of a standard deviation and the spread of 32 of them tells the error of all.
FEWEST = 16 * REPLICATES


class Found(NamedTuple):
    """What was done, and what came of it; see `Stress`."""

    method: Method
    refused: Refusal | None
    distance: Replicated
    one_by_one: Replicated
    before: Weighed
    after: Weighed
    beliefs: list[Moved]
    shape: float


def made_true(
    run: Run,
    asked: Sequence[Constraint],
    values: Float[np.ndarray, "target replicate point"],
    inputs: Sequence[RandomInput],
) -> Found:
    """Return what makes targets true, and what comes of it.

    Parameters
    ----------
    run
        Its paths.
    asked, values
        The targets, and that of every path of which each is the mean.
    inputs
        What varies.
    """
    return _nothing(run, asked, values, inputs) or _tilted_or_moved(run, asked, values, inputs)


def _nothing(
    run: Run,
    asked: Sequence[Constraint],
    values: Float[np.ndarray, "target replicate point"],
    inputs: Sequence[RandomInput],
) -> Found | None:
    """Return that nothing is to be done; None where some target is not true yet."""
    wanted = np.array([one.wanted for one in asked])
    if short_of(values.mean(axis=(1, 2)) - wanted, signs(asked)).any():
        return None
    by = evenly(*values.shape[1:])
    nowhere = Replicated(np.asarray(0.0), np.zeros(REPLICATES))
    same = Weighed(run, by)
    return Found("nothing", None, nowhere, nowhere, same, same, tilted(inputs, by, by), math.nan)


def _tilted_or_moved(
    run: Run,
    asked: Sequence[Constraint],
    values: Float[np.ndarray, "target replicate point"],
    inputs: Sequence[RandomInput],
) -> Found:
    found, shape = _tilt(asked, values, cast(SamplerName, run.plan.sampler))
    if isinstance(found, Refusal):
        return _moved(run, asked, inputs, found)
    by = evenly(*values.shape[1:])
    beliefs = tilted(inputs, by, found.weighing)
    alone = of_blocks(beliefs, blocks(inputs, run.study))
    before, after = Weighed(run, by), Weighed(run, found.weighing)
    return Found("conditioned", None, found.distance, alone, before, after, beliefs, shape)


def _tilt(
    asked: Sequence[Constraint],
    values: Float[np.ndarray, "target replicate point"],
    sampler: SamplerName,
) -> tuple[Tilt | Refusal, float]:
    """Return the tilt, or why there is none that can be trusted; and the shape of the weights' tail."""
    wanted, own = np.array([one.wanted for one in asked]), signs(asked)
    lowest, highest = values.min(axis=(1, 2)), values.max(axis=(1, 2))
    if ((wanted > highest) & (own >= 0)).any() or ((wanted < lowest) & (own <= 0)).any():
        return Refusal("range"), math.nan
    tilting = Tilting(values, wanted, own)
    if (least := tilting.least()) is None:
        return Refusal("together"), math.nan
    effective = float(1 / np.square(least.weights).sum())
    if effective < FEWEST:
        return Refusal("effective", effective), math.nan
    shape = tail_index(pool(least.weights.reshape(values.shape[1:]), sampler)).upper
    if shape > HEAVY:
        return Refusal("tail", effective, shape), shape
    return tilting.jackknifed(least) or Refusal("replicate", effective, shape), shape


def _moved(run: Run, asked: Sequence[Constraint], inputs: Sequence[RandomInput], refused: Refusal) -> Found:
    batches = min(run.plan.batches, MOVED_PATHS // BATCH)
    first = replace(run, plan=run.plan.first(batches))
    move = moved(first, asked)
    by = evenly(REPLICATES, first.plan.paths // REPLICATES)
    points = first.plan.paths // REPLICATES
    before = [replace(one, values=one.values[:, :points]) for one in inputs]
    beliefs = shifted(before, random_inputs(move.run), move, by)
    squares = Replicated(
        np.asarray(np.square(move.shift.value).sum() / 2), np.square(move.shift.without).sum(axis=1) / 2
    )
    return Found(
        "moved", refused, squares, squares, Weighed(first, by), Weighed(move.run, by), beliefs, math.nan
    )
