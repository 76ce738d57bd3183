"""An update in numbers: verdicts before and after, what moved, what was predicted and what came.

Every number is a plain value with its Monte Carlo standard error, from the spread of independent chains.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Shaped

from simulator.analysis.learning.figures import Datum, LeftOut
from simulator.analysis.learning.likelihood import Likelihood
from simulator.analysis.learning.question import Question, Sample
from simulator.analysis.learning.words import normals
from simulator.estimate import (
    CODES,
    VERDICT,
    Estimate,
    Pool,
    SamplerName,
    derive,
    entity_of,
    mean,
    pool,
    probability,
    quantile,
    standard_deviation,
    summarise,
)
from simulator.study import Settings
from simulator.study.units import in_own_unit

#: Version of the summary.
SCHEMA = 2

#: Standard errors from which on a change is told from none.
CLEAR = 2.0

#: The statistics of a metric whose change is told.
CHANGED = ("mean", "p05", "p50", "p95", "prob_below_zero")

#: The 80% interval and the median of a prediction.
LEVELS: Mapping[str, float] = {"p10": 0.1, "p50": 0.5, "p90": 0.9}

#: Chains of a posterior are independent, as replicates are, and its errors come from their spread.
BY_CHAINS: SamplerName = "rqmc"

#: Name of all companies together.
GROUP = "group"

type Number = dict[str, float | None]


def number(estimate: Estimate) -> Number:
    """Return an estimate as JSON has it: null where there is no number."""
    return {key: x if math.isfinite(x) else None for key, x in estimate._asdict().items()}


def difference(after: Number, before: Number) -> Number:
    """Return what one estimate is above another, their errors taken for independent."""
    known = [x for one in (after, before) for x in (one["value"], one["mcse"]) if x is not None]
    if len(known) < 4:
        return {"value": None, "mcse": None}
    return {"value": known[0] - known[2], "mcse": math.hypot(known[1], known[3])}


def outcomes(question: Question, sample: Sample, sampler: SamplerName) -> dict[str, Any]:
    """Return estimates of every metric, verdicts, scorecard and all given each verdict."""
    settings, study = question.study.settings, question.study
    whole = summarise(
        sample.metrics,
        units=question.units,
        study=study.name,
        study_hash=study.hash,
        seed=question.plan.seed,
        sampler=sampler,
        scorecard=settings.scorecard,
        rules=settings.verdicts,
    )
    return {part: whole[part] for part in ("estimates", "verdicts", "scorecard", "conditional")}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return by how much estimates and chances of verdicts are above what they were, of `outcomes`.

    ``distinguishable`` says whether a change is told from none: by more than two standard errors. The
    errors of both are taken for independent.
    """
    return {
        "estimates": {
            name: {key: _change(after["estimates"][name][key], one[key]) for key in CHANGED}
            for name, one in before["estimates"].items()
        },
        "verdicts": {
            entity: {verdict: _change(after["verdicts"][entity][verdict], x) for verdict, x in own.items()}
            for entity, own in before["verdicts"].items()
        },
    }


def _change(after: Number, before: Number) -> dict[str, Any]:
    found = difference(after, before)
    size, error = found["value"], found["mcse"]
    clear = size is not None and error is not None and abs(size) > CLEAR * error
    return {**found, "distinguishable": clear}


def chances(metrics: Mapping[str, np.ndarray], settings: Settings) -> dict[str, dict[str, Number]]:
    """Return the chances of each verdict by entity, of a posterior."""
    derived = derive(metrics, settings.scorecard, settings.verdicts)
    return {
        entity_of(name): {
            verdict: number(probability(pool(codes == code, BY_CHAINS))) for verdict, code in CODES.items()
        }
        for name, codes in derived.items()
        if name.split(".")[0] == VERDICT
    }


def moved(question: Question, prior: Sample, posterior: Sample, sampler: SamplerName) -> list[dict[str, Any]]:
    """Return every random prior before and after, the ones that moved furthest first.

    Each is in the unit that the study states. ``shift`` is the move of the mean in standard deviations of the
    prior, ``narrowed`` the standard deviation after over that before.
    """
    rows = [
        {"name": name, "unit": _own_unit(question, base), **_move(before, after, sampler)}
        for base in question.random
        for name, before, after in _components(base, *(_own(question, base, s) for s in (prior, posterior)))
    ]
    return sorted(rows, key=lambda row: (-abs(row["shift"]["value"] or 0.0), row["name"]))


def _own_unit(question: Question, name: str) -> str:
    """Return the unit in which the study states a prior; the model's where it states none."""
    prior = question.study.priors.get(name)
    return (prior.unit if prior else "") or question.units.get(name, "")


def _own(question: Question, name: str, sample: Sample) -> Shaped[np.ndarray, "*component chain draw"]:
    """Return a sample's draws of a prior in the unit in which the study states it."""
    return in_own_unit(sample.draws[name], question.units.get(name, ""), _own_unit(question, name))


def shifts(question: Question, rows: Sequence[Mapping[str, Any]], sample: Sample) -> dict[str, Number]:
    """Return how far each prior moved in a sample, in standard deviations, by the rows of `moved`."""
    means = {
        name: number(mean(pool(after, BY_CHAINS)))
        for base in sample.draws
        for name, after, _ in _components(base, *[_own(question, base, sample)] * 2)
    }
    return {
        row["name"]: _over(difference(means[row["name"]], row["prior"]["mean"]), row["prior"]["sd"]["value"])
        for row in rows
    }


def _over(found: Number, spread: float | None) -> Number:
    """Return an estimate over a number that is not 0."""
    if not spread or found["value"] is None or found["mcse"] is None:
        return {"value": None, "mcse": None}
    return {"value": found["value"] / spread, "mcse": found["mcse"] / spread}


def _components(
    name: str, before: np.ndarray, after: np.ndarray
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    if before.ndim == 2:
        yield name, before, after
    else:
        yield from ((f"{name}[{row}]", before[row], after[row]) for row in range(len(before)))


def _move(
    before: Shaped[np.ndarray, "chain path"], after: Shaped[np.ndarray, "batch draw"], sampler: SamplerName
) -> dict[str, Any]:
    old, new = _outline(pool(before, sampler)), _outline(pool(after, BY_CHAINS))
    spread = old["sd"]["value"]
    narrowed = _over(new["sd"], spread)
    if narrowed["value"] is not None and narrowed["mcse"] is not None:
        own = narrowed["value"] * (old["sd"]["mcse"] or 0.0) / (spread or 1.0)
        narrowed["mcse"] = math.hypot(narrowed["mcse"], own)
    shift = _over(difference(new["mean"], old["mean"]), spread)
    return {"prior": old, "posterior": new, "shift": shift, "narrowed": narrowed}


def _outline(values: Pool) -> dict[str, Number]:
    told = {"mean": number(mean(values)), "sd": number(standard_deviation(values))}
    return told | {name: number(quantile(values, p)) for name, p in LEVELS.items()}


@dataclass(frozen=True)
class Replicates:
    """Figures as they would be reported, of each draw: made one at a time, for all are as large as the paths.

    Attributes
    ----------
    question, sample
        Of which figures, and on which draws.
    which
        Names the stream of their errors.
    """

    question: Question
    sample: Sample
    which: str

    def __getitem__(self, index: int) -> Float[np.ndarray, "chain draw"]:
        """Return one figure, its error drawn by the figure's name."""
        datum = self.question.predicted.data[index]
        middle, scale = self.sample.middle[index], self.sample.scale[index]
        z = normals(self.question.plan.seed, f"{self.which}.{datum.name}", middle.size).reshape(middle.shape)
        return Likelihood((datum,)).replicate(middle[None], scale[None], z[None])[0]


def observations(
    question: Question,
    prior: Replicates,
    posterior: Replicates,
    sampler: SamplerName,
) -> list[dict[str, Any]]:
    """Return each figure used, with what was predicted of it before, and what would be after.

    ``percentile`` is the share of figures predicted before that are below the one that came.
    """
    rows = []
    for index, datum in enumerate(question.matched.used):
        before = prior[index]
        below = pool(before < datum.value, sampler)
        rows.append(
            {
                **_about(datum),
                "value": datum.value,
                "error": datum.error,
                "law": datum.law,
                "known": datum.known and datum.known.isoformat(),
                "stage": datum.stage,
                "series": datum.series,
                "sources": list(datum.sources),
                "prior": _interval(before, sampler),
                "posterior": _interval(posterior[index], BY_CHAINS),
                "percentile": number(probability(below)),
            }
        )
    return rows


def ahead(
    question: Question,
    prior: Replicates,
    posterior: Replicates,
    sampler: SamplerName,
) -> list[dict[str, Any]]:
    """Return the intervals of the figures that are asked for: each company's, and their sum's."""
    asked = question.matched.ahead
    if not asked:
        return []
    first = len(question.matched.used)
    rows = [({**_about(one)}, prior[first + i], posterior[first + i]) for i, one in enumerate(asked)]
    group = {**_about(asked[0]), "entity": GROUP}
    group["name"] = f"{group['quantity']}.{GROUP}.{group['period']}"
    places = range(first, first + len(asked))
    before, after = (np.sum([values[place] for place in places], axis=0) for values in (prior, posterior))
    rows.insert(0, (group, before, after))
    return [
        {**about, "prior": _interval(before, sampler), "posterior": _interval(after, BY_CHAINS)}
        for about, before, after in rows
    ]


def left_out(rows: Sequence[LeftOut]) -> list[dict[str, Any]]:
    """Return what is not used, and why."""
    return [
        {
            "series": row.observation.series,
            "company": row.observation.company,
            "metric": row.observation.metric,
            "definition": row.observation.definition,
            "kind": row.observation.kind,
            "period": row.observation.period.label,
            "known": row.observation.known.isoformat(),
            "value": row.observation.value,
            "unit": row.observation.unit,
            "reason": row.reason,
        }
        for row in rows
    ]


def _about(datum: Datum) -> dict[str, Any]:
    return {
        "name": datum.name,
        "quantity": datum.quantity,
        "entity": datum.entity,
        "period": datum.period,
        "unit": datum.unit,
    }


def _interval(values: Shaped[np.ndarray, "chain draw"], sampler: SamplerName) -> dict[str, Number]:
    pooled = pool(values, sampler)
    return {name: number(quantile(pooled, p)) for name, p in LEVELS.items()}
