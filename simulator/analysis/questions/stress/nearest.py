"""The nearest beliefs with which a target is true: by reweighting paths, or else by moving beliefs.

References
----------
.. [1] I. Csiszar. I-divergence geometry of probability distributions and minimization problems. Annals of
   Probability 3(1), 1975.
.. [2] A. Meucci. Fully flexible views: theory and practice. Risk 21(10), 2008.
.. [3] A. Vehtari, D. Simpson, A. Gelman, Y. Yao, J. Gabry. Pareto smoothed importance sampling. Journal of
   Machine Learning Research 25, 2024.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from simulator.analysis.explanation.random_inputs import RandomInput, random_inputs
from simulator.analysis.questions.event import feared_chance
from simulator.analysis.questions.stress.constraints import Constraint, constraints
from simulator.analysis.questions.stress.moves import Moved
from simulator.analysis.questions.stress.outcomes import change, changes, resolved
from simulator.analysis.questions.stress.result import MovedBelief, Stress, StressTarget
from simulator.analysis.questions.stress.tilt import MISSED
from simulator.analysis.questions.stress.ways import Found, made_true
from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.estimate import Number, Replicated
from simulator.estimate.effect import Effect
from simulator.sampling import BATCH
from simulator.whole_numbers import whole

#: Paths that are reweighted at most, the first of a larger run.
PATHS = 2**18
#: Beliefs that are listed where no number is asked for.
TOP = 12


def stress(run: Run, target: str | Sequence[str], top: int = TOP) -> Stress:
    """Return the nearest beliefs with which a target is true, and what moved.

    Of all weights of a run's paths with which the target is true, those are taken that are least far, by
    Kullback-Leibler divergence, from equal ones: an exponential tilt (Csiszar 1975, Meucci 2008). This
    conditions on the target, as `update` conditions on figures: beliefs that are correlated move together,
    and shocks move too. Errors are the jackknife's over the 32 replicates: without each in turn the tilt is
    found again.

    Paths are not reweighted where fewer than 512 effective ones would be left, or the weights' tail has a
    shape above 0.7 (Vehtari et al. 2024), or the target lies beyond every path. Then beliefs are moved on the
    kernel: the shortest shift of their normal scores with which the target is true. Shocks are left as they
    are and means of scores alone are moved, so that this distance is an upper bound of the least.

    Parameters
    ----------
    run
        As simulated or opened; its first `PATHS` paths are used, or 2^16 where beliefs are moved.
    target
        One text or several: ``mean(METRIC)``, ``p_VERDICT(ENTITY)``, ``prob_below(METRIC, t)``,
        ``prob_above(METRIC, t)``, ``between(METRIC, a, b)``, or a quantile ``pNN(METRIC)``, which is the
        chance of less; with ``=``, ``<=`` or ``>=`` and a number.
    top
        How many beliefs to list, those that moved furthest first.

    Raises
    ------
    UsageError
        A target names what is not there, or a statistic that is no expectation; a metric is not finite; `top`
        is below one; the run keeps a summary; or neither weights nor moved beliefs make the targets true.
    ModelNeededError
        Beliefs are to be moved, and only the name of the run's model is known.
    RunError
        The model computes something else than the run stored.
    """
    run.need_paths("stress")
    top = whole("top", top, 1)
    part = replace(run, plan=run.plan.first(min(run.plan.batches, PATHS // BATCH)))
    asked = constraints(part, target)
    values = np.stack([one.values(part) for one in asked])
    inputs = random_inputs(part)
    found = made_true(part, asked, values, inputs)
    reached = _reached(asked, values, found)
    beliefs = _beliefs(inputs, found.beliefs)
    return Stress(
        run=run,
        paths=found.before.run.plan.paths,
        targets=tuple(_target(*one, found, reached) for one in zip(asked, values, strict=True)),
        method=found.method,
        refused=found.refused,
        distance=found.distance.number(),
        effective=found.after.by.effective,
        shape=found.shape,
        one_by_one=Effect.of(found.one_by_one),
        together=Effect.of(found.distance - found.one_by_one),
        beliefs=beliefs[:top],
        varying=len(beliefs),
        unmoved=sum(not (one.shift.distinguishable or one.distance.distinguishable) for one in beliefs),
        changes=changes(found.before, found.after, asked, reached),
    )


def feared_as_likely_as_not(run: Run) -> Stress:
    """Return what would have to be believed for the verdict that is to be feared to have even chances.

    Raises
    ------
    UsageError
        The study has no verdicts.
    """
    chance = feared_chance(run)
    if chance is None:
        message = "stress: the study has no verdicts, so that a target has to be named"
        raise UsageError(message)
    return stress(run, f"{chance} = 0.5")


def _reached(
    asked: Sequence[Constraint], values: Float[np.ndarray, "target replicate point"], found: Found
) -> dict[str, float]:
    """Return the expectations that weights were made for, and what they are: exactly, whatever the paths."""
    if found.method != "conditioned":
        return {}
    means = (found.after.by.weights * values).sum(axis=(1, 2))
    off = np.abs(means - [one.wanted for one in asked]) <= MISSED * values.std(axis=(1, 2))
    return {str(one.statistic): one.wanted for one, exact in zip(asked, off, strict=True) if exact}


def _target(
    one: Constraint,
    values: Float[np.ndarray, "replicate point"],
    found: Found,
    reached: Mapping[str, float],
) -> StressTarget:
    before, after = (each.by.mean(one.values(each.run)) for each in (found.before, found.after))
    least = resolved(one.statistic, found.before, found.after)
    moved = change(one.statistic, one.unit, before, after, least, reached)
    ends = float(values.min()), float(values.max())
    return StressTarget(one.condition, one.statistic, one.wanted, moved.before, moved.after, *ends)


def _beliefs(inputs: Sequence[RandomInput], found: Sequence[Moved]) -> tuple[MovedBelief, ...]:
    """Return beliefs as they moved, those that moved furthest first."""

    def pair(one: RandomInput, numbers: Iterable[Replicated]) -> tuple[Number, Number]:
        before, after = (replace(each.number(), unit=one.prior.unit) for each in numbers)
        return before, after

    rows = [
        MovedBelief(
            one.name,
            one.prior.name,
            Effect.of(own.shift),
            Effect.of(own.distance),
            pair(one, own.means),
            *(pair(one, numbers) for numbers in zip(*own.quantiles, strict=True)),
        )
        for one, own in zip(inputs, found, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: -row.distance.value))
