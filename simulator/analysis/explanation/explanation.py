"""A run explained: what its variance rests on, from its own draws."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import cast

import numpy as np

from simulator.analysis.explanation.binned import End
from simulator.analysis.explanation.conditional import conditional_verdicts
from simulator.analysis.explanation.decomposition import decompositions
from simulator.analysis.explanation.effects import rank_correlation, ranks_about, shifts
from simulator.analysis.explanation.pick_freeze import PickFreeze
from simulator.analysis.explanation.random_inputs import RandomInput, blocks, fixed_priors, random_inputs
from simulator.analysis.explanation.records import (
    ConditionalMean,
    Driver,
    ExplainedTarget,
    Explanation,
    PriorSummary,
    Shift,
)
from simulator.analysis.explanation.shares import Shares
from simulator.analysis.explanation.sources import weakest_sources
from simulator.analysis.explanation.targets import Target, targets
from simulator.analysis.explanation.total_effects import TotalEffects
from simulator.analysis.run import Run
from simulator.arguments import names_of, refuse
from simulator.errors import ModelNeededError, RunError
from simulator.estimate import SamplerName, codes_of, pool, tail_index
from simulator.estimate.effect import Effect
from simulator.sampling import BATCH
from simulator.whole_numbers import whole

#: Paths that an explanation rests on at most: the first of a larger run.
PATHS = 2**16


#: Paths on which the leading total effects rest, where no number is asked for.
TOTAL_PATHS = 2**15
#: Why there are no total effects where none are wanted.
NOT_ASKED = "not asked for"


def explain(
    run: Run,
    metrics: str | Sequence[str] | None = None,
    top: int = 12,
    total_paths: int = TOTAL_PATHS,
    shapley: Sequence[str] = (),
) -> Explanation:
    """Return which priors a run's variance rests on, which way each pushes, and how sure that is.

    A share is a first-order (Sobol) index: the variance of the expectation of a target given the prior, over
    the variance of the target; how much smaller the variance would be on average if that prior were known.
    It is estimated from the run's own draws, with products of different replicates alone, so that noise adds
    nothing to it; every error is the jackknife's over the 32 replicates. A share that comes out below nothing
    is given as 0, one above all as 1, and ``distinguishable`` says whether it lies more than two standard
    errors above zero (near zero these errors are on the safe side, too large by up to 1.4 times).

    A set of priors explains what the best sum of functions of one prior each does. Of independent priors that
    is the sum of their shares. Correlated ones explain in part the same: the index of each holds what it
    explains through the others too, indices no longer add up, and a set is fitted at once by least squares on
    the priors of each dependent block.

    A total effect is what of the variance would be left if all but a prior were known, all that it does
    together with others included. It takes the model: the paths are computed once more for each prior, with
    its draws made anew. Every prior and every group of shocks is looked at on 8,192 paths, so that one which
    acts only together with others is not missed; those that leave most, on more.

    Parameters
    ----------
    run
        As simulated or opened; its first `PATHS` paths are used.
    metrics
        One name or several, of metrics, or ``VERDICT.ENTITY``. By default the metrics that the domain's table
        has as ``explained``, and the indicators of all verdicts with a rule; of a model without a domain, its
        first metrics. Metrics that are not finite on some path have no variance: by default they are left
        out, and asking for one is an error.
    top
        How many priors to list for each target, the largest shares first.
    total_paths
        Paths on which the leading total effects rest, at most those of the explanation; with 0 there are no
        total effects.
    shapley
        Two to six priors or groups of shocks among whom their common total effect is divided. Those priors
        that depend on each other are divided anyway.

    Raises
    ------
    UsageError
        A metric is unknown or not finite, none is named, `top` is below one, or what is to be divided is
        unknown, too much, or without total effects; or the run keeps a summary.
    """
    run.need_paths("explain")
    top = whole("top", top, 1)
    if metrics is not None and not (metrics := names_of("metrics", metrics)):
        refuse("metrics", metrics, "at least one name")
    part = replace(run, plan=run.plan.first(min(run.plan.batches, PATHS // BATCH)))
    asked, inputs = targets(part, metrics), random_inputs(part)
    dependent = blocks(inputs, run.study)
    shares = Shares(inputs, dependent, asked)
    totals, untotalled = None, NOT_ASKED
    if batches := min(-(-whole("total_paths", total_paths) // BATCH), part.plan.batches):
        totals, untotalled = _total_effects(part, inputs, dependent, shares, asked, batches, shapley)
    if shapley and totals is None:
        refuse("shapley", shapley, f"none without total effects ({untotalled})")
    return Explanation(
        study=run.study.name,
        study_hash=run.study.hash,
        seed=run.plan.seed,
        sampler=run.plan.sampler,
        replicates=shares.replicates,
        paths=part.plan.paths,
        paths_of_run=run.plan.paths,
        priors=_summaries(inputs, dependent),
        fixed=fixed_priors(run.study),
        targets=_targets(inputs, shares, asked, top, cast(SamplerName, run.plan.sampler), totals),
        verdicts=conditional_verdicts(
            inputs, shares, asked, codes_of(run.study.settings.verdicts), part.split, top
        ),
        sources=weakest_sources(inputs, shares, asked, run.study.sources),
        untotalled=untotalled,
    )


def _summaries(inputs: Sequence[RandomInput], dependent: Sequence[list[int]]) -> dict[str, PriorSummary]:
    """Return what each random input is, in their order."""
    block_of = {place: own for own in dependent for place in own}
    return {
        one.name: PriorSummary(
            prior=one.prior.name,
            unit=one.prior.unit,
            basis=one.basis,
            mechanism=one.mechanism,
            company=one.company,
            correlated_with=[inputs[other].name for other in block_of[place] if other != place],
        )
        for place, one in enumerate(inputs)
    }


def _total_effects(
    run: Run,
    inputs: Sequence[RandomInput],
    dependent: Sequence[list[int]],
    shares: Shares,
    asked: Sequence[Target],
    batches: int,
    divided: Sequence[str],
) -> tuple[TotalEffects | None, str | None]:
    """Return the total effects, or why there are none."""
    if not shares.variance.value.any():
        return None, "nothing varies"
    try:
        frozen = PickFreeze(run, asked, shares.variance, batches)
    except (ModelNeededError, RunError) as error:
        return None, str(error)
    return TotalEffects(run, inputs, dependent, frozen, batches, divided), None


def _targets(
    inputs: Sequence[RandomInput],
    shares: Shares,
    asked: Sequence[Target],
    top: int,
    sampler: SamplerName,
    totals: TotalEffects | None,
) -> dict[str, ExplainedTarget]:
    listed = _listed(shares, len(inputs), top)
    parts, drivers = decompositions(inputs, shares, listed), _drivers(inputs, shares, asked, listed, totals)
    shifted = _shifts(inputs, asked, top)
    return {
        target.name: ExplainedTarget(
            kind=target.kind,
            metric=target.metric,
            entity=target.entity,
            unit=target.unit,
            mean=shares.mean[index].number(),
            sd=shares.variance[index].root().number(),
            heavy_tail=target.kind == "metric" and tail_index(pool(target.values, sampler)).heavy,
            constant=not shares.variance.value[index] > 0,
            drivers=drivers[index],
            totals=totals.on(index, top) if totals and shares.variance.value[index] > 0 else None,
            shifts=shifted.get(target.name),
            **parts[index],
        )
        for index, target in enumerate(asked)
    }


def _listed(shares: Shares, inputs: int, top: int) -> list[list[int]]:
    """Return, for each target, the places of the priors with the largest shares; none if it is constant."""
    found = (
        np.stack([shares.first_order(place).value for place in range(inputs)]) if inputs else np.zeros((0, 1))
    )
    return [
        np.argsort(-found[:, index], kind="stable")[:top].tolist() if inputs and variance > 0 else []
        for index, variance in enumerate(shares.variance.value)
    ]


def _drivers(
    inputs: Sequence[RandomInput],
    shares: Shares,
    asked: Sequence[Target],
    listed: Sequence[Sequence[int]],
    totals: TotalEffects | None,
) -> list[list[Driver]]:
    """Return the priors listed for each target, with size and direction of their effects."""
    wanted = sorted({place for places in listed for place in places})
    if not wanted:
        return [[] for _ in asked]
    ranked = np.stack([ranks_about(target.values) for target in asked])
    bound = {place for own in shares.blocks if len(own) > 1 for place in own}
    totalled = {place: totals.of(inputs[place].name) if totals else None for place in wanted}
    correlations = {place: rank_correlation(ranks_about(inputs[place].values), ranked) for place in wanted}

    def conditional_mean(end: End, index: int) -> ConditionalMean:
        mean = end.mean[index].number()
        return ConditionalMean(end.median, replace(mean, value=mean.value + float(shares.mean.value[index])))

    def driver(place: int, index: int) -> Driver:
        low, high = shares.tenths[place]
        share, total = shares.first_order(place)[index] / shares.variance[index], totalled[place]
        return Driver(
            prior=inputs[place].name,
            share=Effect.share(share),
            total=Effect.share(total[index]) if total else None,
            together=Effect.of(total[index] - share) if total and place not in bound else None,
            direction=Effect.of(correlations[place][index]),
            low=conditional_mean(low, index),
            high=conditional_mean(high, index),
            swing=(high.mean - low.mean)[index].number(),
        )

    return [[driver(place, index) for place in places] for index, places in enumerate(listed)]


def _shifts(inputs: Sequence[RandomInput], asked: Sequence[Target], top: int) -> Mapping[str, list[Shift]]:
    """Return, for each verdict, the priors that differ most between its paths and the rest."""
    verdicts = [target for target in asked if target.kind == "verdict"]
    if not verdicts:
        return {}
    indicators = np.stack([target.values for target in verdicts])
    found = [shifts(one.values, indicators) for one in inputs]
    listed: dict[str, list[Shift]] = {}
    for index, target in enumerate(verdicts):
        sizes = [abs(float(own.standardised.value[index])) for own in found]
        order = sorted(range(len(inputs)), key=lambda place: -sizes[place])
        listed[target.name] = [
            Shift(
                prior=inputs[place].name,
                shift=Effect.of(found[place].standardised[index]),
                given=found[place].given[index].number(),
                rest=found[place].rest[index].number(),
            )
            for place in order[:top]
            if isfinite(sizes[place])
        ]
    return listed
