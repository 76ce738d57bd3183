"""Samples of prior and posterior as an update's summary has them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Shaped

from simulator.analysis.learning.figures import Datum, LeftOut
from simulator.analysis.learning.likelihood import Likelihood
from simulator.analysis.learning.outcomes import Outcomes
from simulator.analysis.learning.problem import InferenceProblem, Sample
from simulator.analysis.learning.streams import normals
from simulator.analysis.learning.summary import (
    Interval,
    Marginal,
    Observed,
    Prediction,
    PriorUpdate,
    Step,
    Unused,
)
from simulator.estimate import (
    VERDICT,
    Number,
    Pool,
    SamplerName,
    codes_of,
    derive,
    entity_of,
    mean,
    parts_of,
    pool,
    probability,
    quantile,
    split,
    standard_deviation,
    summarise,
)
from simulator.estimate.number import finite
from simulator.estimate.observed import UNKNOWN
from simulator.estimate.verdicts import Codes
from simulator.evidence import Observation
from simulator.study.units import in_own_unit

#: The statistics of a metric whose change is listed.
CHANGED = ("mean", "p05", "p50", "p95", "prob_below_zero")

#: The 80% interval and the median of a prediction.
LEVELS: Mapping[str, float] = {"p10": 0.1, "p50": 0.5, "p90": 0.9}

#: Chains of a posterior are independent, as replicates are, and its errors come from their spread.
BY_CHAINS: SamplerName = "rqmc"

#: Name of all companies together.
GROUP = "group"


def outcomes(problem: InferenceProblem, sample: Sample, sampler: SamplerName) -> Outcomes:
    """Return estimates of every metric, verdicts, scorecard and all given each verdict."""
    settings, study = problem.study.settings, problem.study
    whole = summarise(
        sample.metrics,
        units=problem.units,
        study=study.name,
        study_hash=study.hash,
        seed=problem.plan.seed,
        sampler=sampler,
        scorecard=settings.scorecard,
        rules=settings.verdicts,
    )
    return Outcomes.of(whole)


def prior_updates(
    problem: InferenceProblem, prior: Sample, posterior: Sample, sampler: SamplerName
) -> tuple[PriorUpdate, ...]:
    """Return every random prior before and after, the ones that moved furthest first."""
    rows: list[PriorUpdate] = []
    for base in problem.random:
        unit = _stated_unit(problem, base)
        pairs = zip(*(_components(problem, base, sample) for sample in (prior, posterior)), strict=True)
        for (name, before), (_, after) in pairs:
            rows.append(PriorUpdate(name, unit, *_compared(pool(before, sampler), pool(after, BY_CHAINS))))
    return tuple(sorted(rows, key=lambda row: (-abs(finite(row.shift.value) or 0.0), row.name)))


def _compared(before: Pool, after: Pool) -> tuple[Marginal, Marginal, Number, Number]:
    """Return both marginals, the shift of the mean, and the spread after over that before."""
    old, new = _marginal(before), _marginal(after)
    spread = old.sd.value
    narrowed = _over(new.sd, spread)
    own = narrowed.value * old.sd.error / (spread or 1.0)
    narrowed = replace(narrowed, error=math.hypot(narrowed.error, own))
    return old, new, _over(new.mean.above(old.mean), spread), narrowed


def _marginal(values: Pool) -> Marginal:
    quantiles = (quantile(values, p) for p in LEVELS.values())
    return Marginal(mean(values), standard_deviation(values), *quantiles)


def _over(found: Number, spread: float) -> Number:
    """Return a number over one that is not 0; no number where it is."""
    return found * (1 / spread) if spread else UNKNOWN


def _stated_unit(problem: InferenceProblem, name: str) -> str:
    """Return the unit in which the study states a prior; the model's where it states none."""
    prior = problem.study.priors.get(name)
    return (prior.unit if prior else "") or problem.units.get(name, "")


def _components(
    problem: InferenceProblem, name: str, sample: Sample
) -> Iterator[tuple[str, Shaped[np.ndarray, "chain draw"]]]:
    """Give the components of a prior by name, in the unit in which the study states it."""
    stated = _stated_unit(problem, name)
    draws = in_own_unit(sample.draws[name], problem.units.get(name, ""), stated)
    if draws.ndim == 2:
        yield name, draws
    else:
        yield from ((f"{name}[{row}]", own) for row, own in enumerate(draws))


def steps(
    problem: InferenceProblem, rows: Sequence[PriorUpdate], samples: Iterable[Sample]
) -> Iterator[Step]:
    """Give verdicts and shifts after each quarter of evidence, of samples of the posterior after each."""
    for stage, sample in zip(problem.matched.stages, samples, strict=True):
        figures = sum(one.stage == stage for one in problem.matched.used)
        settings = problem.study.settings
        derived = derive(sample.metrics, settings.scorecard, settings.verdicts)
        judged = {entity_of(name): own for name, own in derived.items() if name.split(".")[0] == VERDICT}
        codes = codes_of(settings.verdicts)
        parts = _chances(split(derived, sample.metrics), parts_of(codes))
        yield Step(stage, figures, _chances(judged, codes), shifts(problem, rows, sample), parts)


def _chances(judged: Mapping[str, Codes], codes: Mapping[str, int]) -> dict[str, dict[str, Number]]:
    """Return the chance of each code by entity, of a posterior."""
    return {
        entity: {name: probability(pool(own == code, BY_CHAINS)) for name, code in codes.items()}
        for entity, own in judged.items()
    }


def shifts(problem: InferenceProblem, rows: Sequence[PriorUpdate], sample: Sample) -> dict[str, Number]:
    """Return how far each prior moved in a sample, in standard deviations of the prior."""
    means = {
        name: mean(pool(after, BY_CHAINS))
        for base in sample.draws
        for name, after in _components(problem, base, sample)
    }
    return {row.name: _over(means[row.name].above(row.prior.mean), row.prior.sd.value) for row in rows}


@dataclass(frozen=True)
class Replicates:
    """Figures as they would be reported, of each draw: made one at a time, for all are as large as the paths.

    Attributes
    ----------
    problem, sample
        Of which figures, and on which draws.
    which
        Names the stream of their errors.
    """

    problem: InferenceProblem
    sample: Sample
    which: str

    def __getitem__(self, index: int) -> Float[np.ndarray, "chain draw"]:
        """Return one figure, its error drawn by the figure's name."""
        datum = self.problem.predicted.data[index]
        middle, scale = self.sample.middle[index], self.sample.scale[index]
        z = normals(self.problem.plan.seed, f"{self.which}.{datum.name}", middle.size).reshape(middle.shape)
        return Likelihood((datum,)).replicate(middle[None], scale[None], z[None])[0]


def observations(
    problem: InferenceProblem, prior: Replicates, posterior: Replicates, sampler: SamplerName
) -> Iterator[Observed]:
    """Give each figure used, with what was predicted of it before, and what would be after."""
    for index, datum in enumerate(problem.matched.used):
        before = prior[index]
        yield _of(
            datum,
            Observed,
            prior=_interval(before, sampler),
            posterior=_interval(posterior[index], BY_CHAINS),
            percentile=probability(pool(before < datum.value, sampler)),
        )


def ahead(
    problem: InferenceProblem, prior: Replicates, posterior: Replicates, sampler: SamplerName
) -> Iterator[Prediction]:
    """Give the intervals of the figures that are asked for: their sum's, then each company's."""
    asked = problem.matched.ahead
    if not asked:
        return
    places = range(len(problem.matched.used), len(problem.predicted.data))

    def predicted(datum: Datum, places: Sequence[int]) -> Prediction:
        before, after = (np.sum([each[place] for place in places], axis=0) for each in (prior, posterior))
        return _of(datum, Prediction, prior=_interval(before, sampler), posterior=_interval(after, BY_CHAINS))

    name = f"{asked[0].quantity}.{GROUP}.{asked[0].period}"
    yield predicted(replace(asked[0], name=name, entity=GROUP), places)
    yield from (predicted(one, [place]) for one, place in zip(asked, places, strict=True))


def _of[R](source: Datum | Observation, kind: type[R], **own: Any) -> R:
    """Return a record with the fields that it shares with a source, and its own."""
    shared = {one.name for one in fields(kind)} & {one.name for one in fields(source)}  # pyright: ignore[reportArgumentType]
    return kind(**{name: getattr(source, name) for name in shared} | own)


def _interval(values: Shaped[np.ndarray, "chain draw"], sampler: SamplerName) -> Interval:
    pooled = pool(values, sampler)
    return Interval(*(quantile(pooled, p) for p in LEVELS.values()))


def unused(rows: Iterable[LeftOut]) -> Iterator[Unused]:
    """Give what is not used, and why."""
    for row in rows:
        yield _of(row.observation, Unused, period=row.observation.period.label, reason=row.reason)
