"""A run explained, as an object of plain values ready for JSON."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, NamedTuple, cast

import numpy as np

from simulator.errors import UsageError
from simulator.estimate import SamplerName, pool, tail_index
from simulator.explain.effects import ends, rank_correlation, ranks_about, shift
from simulator.explain.replicated import Replicated
from simulator.explain.shares import Shares
from simulator.explain.targets import Target, targets
from simulator.explain.varying import GROUPINGS, UNSOURCED, Varying, blocks, held, varying
from simulator.run import Run
from simulator.sampling import ROUND

SCHEMA = 1
#: Paths that an explanation rests on at most: the first of a larger run.
PATHS = 2**16
#: Standard errors from zero below which nothing is told from it.
CLEAR = 2.0


def explain(run: Run, metrics: Sequence[str] | None = None, top: int = 12) -> dict[str, Any]:
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
        Names of metrics, ``bull.ENTITY`` and ``bear.ENTITY``. By default value created by the group and each
        company, the group's value per dollar and stranded share, and all bull and bear indicators; of a model
        without these, its first metrics. Metrics that are not finite on some path have no variance: by
        default they are left out, and asking for one is an error.
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
                groups: {mechanism, company, basis: [{name, priors, share: SHARE, alone: SHARE}]}
                                    share: all that the group's priors tell, also about correlated others;
                                    alone: what they add to all priors outside the group. The same where
                                    they are independent. Where a correlated prior outside tells the same,
                                    alone is less; where it hides what they do, alone is more
                shifts: [{prior, shift: SHARE-like EST, given: EST, rest: EST}]   of verdicts: mean of the
                                    prior on its paths and on the rest; their difference over its sd

    Raises
    ------
    UsageError
        A metric is unknown or not finite, or `top` is below one.
    """
    if top < 1:
        message = f"top: found {top}; allowed: 1 or more"
        raise UsageError(message)
    part = replace(run, plan=run.plan.first(min(run.plan.rounds, PATHS // ROUND)))
    asked = targets(part, metrics)
    inputs = varying(part)
    tied = blocks(inputs, run.study)
    shares = Shares(inputs, tied, asked)
    listed = _listed(shares, len(inputs), top)
    parts = _parts(inputs, shares, listed)
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
    flat = target.kind == "metric" and tail_index(pool(target.values, sampler)).heavy
    return {
        "kind": target.kind,
        "metric": target.metric,
        "entity": target.entity,
        "unit": target.unit,
        "mean": _number(shares.mean[index]),
        "sd": _number(spread.root()),
        "heavy_tail": flat,
        "constant": not spread.value > 0,
    }


class _Group(NamedTuple):
    """Priors that are put together, and what they explain of every target."""

    name: str
    priors: int
    together: Replicated
    alone: Replicated

    def told(self, index: int, variance: Replicated) -> dict[str, Any]:
        """Return the group's shares of one target's variance."""
        return {
            "name": self.name,
            "priors": self.priors,
            "share": _share(self.together[index] / variance),
            "alone": _share(self.alone[index] / variance),
        }


def _groups(inputs: Sequence[Varying], shares: Shares, belongs: Callable[[Varying], str]) -> list[_Group]:
    members: dict[str, list[int]] = {}
    for place, one in enumerate(inputs):
        members.setdefault(belongs(one), []).append(place)
    return [_group(name, places, shares) for name, places in members.items()]


def _group(name: str, places: Collection[int], shares: Shares) -> _Group:
    return _Group(name, len(places), shares.together(places), shares.alone(places))


def _parts(
    inputs: Sequence[Varying], shares: Shares, listed: Sequence[Sequence[int]]
) -> list[dict[str, Any]]:
    """Return what the variance of each target consists of."""
    everything = range(len(inputs))
    explained = shares.together(everything)
    bare = [place for place in everything if inputs[place].basis in UNSOURCED]
    unsourced = _group("", bare, shares)
    groups = {kind: _groups(inputs, shares, belongs) for kind, belongs in GROUPINGS.items()}

    def parts(index: int, variance: Replicated) -> dict[str, Any]:
        constant = not variance.value > 0
        own = _group("", sorted(set(everything) - set(listed[index])), shares)
        told = {kind: [group.told(index, variance) for group in found] for kind, found in groups.items()}
        single = [_share(shares.single(place)[index] / variance) for place in everything]
        return {
            "explained": _share(explained[index] / variance),
            "unexplained": _share((explained[index] / variance).rest()),
            "unsourced": {
                "share": _share(unsourced.together[index] / variance),
                "alone": _share(unsourced.alone[index] / variance),
                "of_explained": _share(unsourced.together[index] / explained[index]),
            },
            "indistinguishable": sum(not share["distinguishable"] for share in single),
            "others": {"count": own.priors, "share": _share(own.alone[index] / variance)},
            "groups": {
                kind: [] if constant else sorted(found, key=lambda group: -(group["share"]["value"] or 0.0))
                for kind, found in told.items()
            },
        }

    return [parts(index, shares.variance[index]) for index in range(len(listed))]


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
    ranked = ranks_about(np.stack([target.values for target in asked]))
    tails = {place: ends(inputs[place].values, shares.slices[place]) for place in wanted}
    signs = {place: rank_correlation(ranks_about(inputs[place].values), ranked) for place in wanted}

    def driver(place: int, index: int) -> dict[str, Any]:
        tail, middle, sign = tails[place], float(shares.mean.value[index]), signs[place][index]
        clear = abs(sign.value) > CLEAR * sign.mcse
        return {
            "prior": inputs[place].name,
            "share": _share(shares.single(place)[index] / shares.variance[index]),
            "direction": {**_number(sign), "sign": int(np.sign(sign.value)) if clear else 0},
            "low": {"at": tail.low_at, **_number(tail.low[index], middle)},
            "high": {"at": tail.high_at, **_number(tail.high[index], middle)},
            "swing": _number(tail.swing[index]),
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
                "shift": _shift(found[place].standardised[index]),
                "given": _number(found[place].given[index]),
                "rest": _number(found[place].rest[index]),
            }
            for place in order[:top]
            if isfinite(sizes[place])
        ]
    return told


def _number(found: Replicated, middle: float = 0.0) -> dict[str, float | None]:
    value, error = float(found.value), float(found.mcse)
    return {
        "value": value + middle if isfinite(value) else None,
        "mcse": error if isfinite(error) and isfinite(value) else None,
    }


def _share(found: Replicated) -> dict[str, Any]:
    told = _number(found)
    value, error = told["value"], told["mcse"]
    if value is None:
        return {**told, "distinguishable": False}
    clear = error is not None and value > CLEAR * error
    return {"value": min(max(value, 0.0), 1.0), "mcse": error, "distinguishable": clear}


def _shift(found: Replicated) -> dict[str, Any]:
    told = _number(found)
    value, error = told["value"], told["mcse"]
    clear = value is not None and error is not None and abs(value) > CLEAR * error
    return {**told, "distinguishable": clear}
