"""A run explained, as an object of plain values ready for JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, cast

import numpy as np

from simulator.analysis.explanation.conditional import verdicts_at_ends
from simulator.analysis.explanation.effects import rank_correlation, ranks_about, shift
from simulator.analysis.explanation.parts import parts_of
from simulator.analysis.explanation.shares import Shares
from simulator.analysis.explanation.sources import weakest_sources
from simulator.analysis.explanation.targets import Target, targets
from simulator.analysis.explanation.told import number, share, signed
from simulator.analysis.explanation.varying import Varying, blocks, held, varying
from simulator.analysis.run import Run
from simulator.arguments import names_of, refuse
from simulator.estimate import SamplerName, codes_of, pool, tail_index
from simulator.sampling import BATCH
from simulator.whole_numbers import whole

SCHEMA = 1
#: Paths that an explanation rests on at most: the first of a larger run.
PATHS = 2**16


def explain(run: Run, metrics: str | Sequence[str] | None = None, top: int = 12) -> dict[str, Any]:
    """Return which priors a run's variance rests on, which way each pushes, and how sure that is.

    A share is a first-order (Sobol) index: the variance of the expectation of a target given the prior, over
    the variance of the target; how much smaller the variance would be on average if that prior were known.
    It is estimated from the run's own draws, with products of different replicates alone, so that noise adds
    nothing to it; every error is the jackknife's over the 32 replicates. A share that comes out below nothing
    is given as 0, one above all as 1, and ``distinguishable`` says whether it lies more than two standard
    errors above zero (near zero these errors are on the safe side, too large by up to 1.4 times).

    A set of priors explains what the best sum of functions of one prior each does. Of independent priors that
    is the sum of their shares. Correlated ones share what they tell: the index of each holds what it tells
    about the others too, indices no longer add up, and a set is fitted at once by least squares on the priors
    of each dependent block.

    Parameters
    ----------
    run
        As simulated or opened; its first `PATHS` paths are used.
    metrics
        One name or several, of metrics, or ``VERDICT.ENTITY``. By default value created by the group and each
        company, the group's value per dollar and stranded share, and the indicators of all verdicts with a
        rule; of a model without these, its first metrics. Metrics that are not finite on some path have no
        variance: by default they are left out, and asking for one is an error.
    top
        How many priors to tell of for each target, the largest shares first.

    Returns
    -------
    dict
        In which EST is ``{"value", "mcse"}`` and SHARE is ``{"value", "mcse", "distinguishable"}``, a
        fraction of one; numbers that do not exist are None::

            schema, study, study_hash, seed, sampler, replicates
            paths          paths that this rests on
            paths_of_run   paths of the run, of which these are the first
            priors         by name (``name[k]`` for a component), every prior that varies:
                prior, unit, basis, mechanism, company ("shared" for none),
                correlated_with: [names of its dependent block]
            held           number of priors held at one number, by basis: their doubt is in no share
            targets        by name:
                kind ("metric" or "verdict"), metric, entity, unit
                mean, sd: EST       of a verdict's mean: its chance
                heavy_tail          a handful of paths carries the variance: trust no share of it
                constant            the same on every path: shares are None and the lists empty
                explained: SHARE    by all priors, first order
                unexplained: SHARE  the rest: shocks, and interactions of priors or shocks
                unsourced: {share, alone, of_explained: SHARE}
                                    of priors whose basis is judgement or not stated
                indistinguishable   number of priors whose share is not told from zero
                drivers: [{prior, share: SHARE,
                           direction: EST + sign (Spearman; sign 1, -1, or 0 if not told from zero),
                           low, high: EST + at (mean of the target in the prior's lowest and highest tenth,
                                                and the median of the prior there),
                           swing: EST (high less low)}]
                others: {count, share: SHARE}     of the priors not listed, beyond what the listed explain
                groups: {mechanism, company, basis, rank: [{name, priors, share: SHARE, alone: SHARE}]}
                                    share: all that the group's priors tell, also about correlated others;
                                    alone: what they add to all priors outside the group. The same where
                                    they are independent. Where a correlated prior outside tells the same,
                                    alone is less; where it hides what they do, alone is more
                shifts: [{prior, shift: SHARE-like EST, given: EST, rest: EST}]   of verdicts: mean of the
                                    prior on its paths and on the rest; their difference over its sd
            verdicts       by entity: [{prior, low, high}] of the priors with the largest shares of the
                           variance of its verdicts; low and high are a prior's lowest and highest fifth:
                bound               the largest value of the lowest fifth, the smallest of the highest
                share               of the paths that it holds: of a prior of few values not a fifth
                chances: {verdict: EST}
                likeliest           the verdict with the largest chance there
                lead: EST + distinguishable     its chance less that of the next
            sources        at most ten, of the weakest rank first, then by their share of the first target:
                [{source, rank, priors (the largest single share of the first target first),
                  shares: {target: SHARE}}     of the first target and the verdicts of its entity: all that
                                    the priors which cite the source tell, alone or beside other sources

    Raises
    ------
    UsageError
        A metric is unknown or not finite, none is named, or `top` is below one.
    """
    top = whole("top", top, 1)
    if metrics is not None and not (metrics := names_of("metrics", metrics)):
        refuse("metrics", metrics, "at least one name")
    part = replace(run, plan=run.plan.first(min(run.plan.batches, PATHS // BATCH)))
    asked = targets(part, metrics)
    inputs = varying(part)
    tied = blocks(inputs, run.study)
    shares = Shares(inputs, tied, asked)
    listed = _listed(shares, len(inputs), top)
    parts = parts_of(inputs, shares, listed)
    drivers = _drivers(inputs, shares, asked, listed)
    shifts = _shifts(inputs, asked, top)
    correlated = {
        place: [inputs[other].name for other in own if other != place] for own in tied for place in own
    }
    return {
        "schema": SCHEMA,
        "study": run.study.name,
        "study_hash": run.study.hash,
        "seed": run.plan.seed,
        "sampler": run.plan.sampler,
        "replicates": shares.replicates,
        "paths": part.plan.paths,
        "paths_of_run": run.plan.paths,
        "priors": {one.name: _about(one, correlated[place]) for place, one in enumerate(inputs)},
        "held": held(run.study),
        "targets": {
            target.name: {
                **_outline(target, index, shares, cast(SamplerName, run.plan.sampler)),
                **parts[index],
                "drivers": drivers[index],
                **({"shifts": shifts[target.name]} if target.name in shifts else {}),
            }
            for index, target in enumerate(asked)
        },
        "verdicts": verdicts_at_ends(inputs, shares, asked, codes_of(run.study.settings.verdicts), top),
        "sources": weakest_sources(inputs, shares, asked, run.study.sources),
    }


def _about(one: Varying, correlated: list[str]) -> dict[str, Any]:
    return {
        "prior": one.prior.name,
        "unit": one.prior.unit,
        "basis": one.basis,
        "mechanism": one.mechanism,
        "company": one.company,
        "correlated_with": correlated,
    }


def _outline(target: Target, index: int, shares: Shares, sampler: SamplerName) -> dict[str, Any]:
    spread = shares.variance[index]
    heavy = target.kind == "metric" and tail_index(pool(target.values, sampler)).heavy
    return {
        "kind": target.kind,
        "metric": target.metric,
        "entity": target.entity,
        "unit": target.unit,
        "mean": number(shares.mean[index]),
        "sd": number(spread.root()),
        "heavy_tail": heavy,
        "constant": not spread.value > 0,
    }


def _listed(shares: Shares, inputs: int, top: int) -> list[list[int]]:
    """Return, for each target, the places of the priors with the largest shares; none if it is constant."""
    found = np.stack([shares.single(place).value for place in range(inputs)]) if inputs else np.zeros((0, 1))
    return [
        np.argsort(-found[:, index], kind="stable")[:top].tolist() if inputs and variance > 0 else []
        for index, variance in enumerate(shares.variance.value)
    ]


def _drivers(
    inputs: Sequence[Varying], shares: Shares, asked: Sequence[Target], listed: Sequence[Sequence[int]]
) -> list[list[dict[str, Any]]]:
    """Return the priors listed for each target, with size and direction of their effects."""
    wanted = sorted({place for places in listed for place in places})
    if not wanted:
        return [[] for _ in asked]
    ranked = np.stack([ranks_about(target.values) for target in asked])
    signs = {place: rank_correlation(ranks_about(inputs[place].values), ranked) for place in wanted}

    def driver(place: int, index: int) -> dict[str, Any]:
        low, high = shares.tenths[place]
        middle = float(shares.mean.value[index])
        direction = signed(signs[place][index])
        sign = np.sign(direction["value"]) if direction["distinguishable"] else 0
        return {
            "prior": inputs[place].name,
            "share": share(shares.single(place)[index] / shares.variance[index]),
            "direction": {**direction, "sign": int(sign)},
            "low": {"at": low.median, **number(low.mean[index], middle)},
            "high": {"at": high.median, **number(high.mean[index], middle)},
            "swing": number((high.mean - low.mean)[index]),
        }

    return [[driver(place, index) for place in places] for index, places in enumerate(listed)]


def _shifts(
    inputs: Sequence[Varying], asked: Sequence[Target], top: int
) -> Mapping[str, list[dict[str, Any]]]:
    """Return, for each verdict, the priors that differ most between its paths and the rest."""
    verdicts = [target for target in asked if target.kind == "verdict"]
    if not verdicts:
        return {}
    flags = np.stack([target.values for target in verdicts])
    found = [shift(one.values, flags) for one in inputs]
    told: dict[str, list[dict[str, Any]]] = {}
    for index, target in enumerate(verdicts):
        sizes = [abs(float(own.standardised.value[index])) for own in found]
        order = sorted(range(len(inputs)), key=lambda place: -sizes[place])
        told[target.name] = [
            {
                "prior": inputs[place].name,
                "shift": signed(found[place].standardised[index]),
                "given": number(found[place].given[index]),
                "rest": number(found[place].rest[index]),
            }
            for place in order[:top]
            if isfinite(sizes[place])
        ]
    return told
