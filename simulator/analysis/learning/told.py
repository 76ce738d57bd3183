"""An update in numbers: verdicts before and after, what moved, what was predicted and what came.

Every number is a plain value with its Monte Carlo standard error, from the spread of independent chains.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Shaped

from simulator.analysis.learning.figures import Datum, LeftOut
from simulator.analysis.learning.likelihood import Likelihood
from simulator.analysis.learning.question import Question, Sample
from simulator.analysis.learning.words import normals
from simulator.estimate import (
    VERDICT,
    Number,
    Pool,
    SamplerName,
    codes_of,
    derive,
    distinguishable,
    entity_of,
    mean,
    pool,
    probability,
    quantile,
    standard_deviation,
    summarise,
)
from simulator.estimate.pool import UNKNOWN
from simulator.study import Settings
from simulator.study.units import in_own_unit

#: Version of the summary.
SCHEMA = 2

#: The statistics of a metric whose change is told.
CHANGED = ("mean", "p05", "p50", "p95", "prob_below_zero")

#: The 80% interval and the median of a prediction.
LEVELS: Mapping[str, float] = {"p10": 0.1, "p50": 0.5, "p90": 0.9}

#: Chains of a posterior are independent, as replicates are, and its errors come from their spread.
BY_CHAINS: SamplerName = "rqmc"

#: Name of all companies together.
GROUP = "group"

type Found = dict[str, float | None]


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


def _change(after: Found, before: Found) -> dict[str, Any]:
    change = Number.from_json(after).above(Number.from_json(before))
    return {**change.to_json(), "distinguishable": distinguishable(change)}


def chances(metrics: Mapping[str, np.ndarray], settings: Settings) -> dict[str, dict[str, Found]]:
    """Return the chances of each verdict by entity, of a posterior."""
    derived = derive(metrics, settings.scorecard, settings.verdicts)
    verdicts = codes_of(settings.verdicts)
    return {
        entity_of(name): {
            verdict: probability(pool(codes == code, BY_CHAINS)).to_json()
            for verdict, code in verdicts.items()
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


def shifts(question: Question, rows: Sequence[Mapping[str, Any]], sample: Sample) -> dict[str, Found]:
    """Return how far each prior moved in a sample, in standard deviations, by the rows of `moved`."""
    means = {
        name: mean(pool(after, BY_CHAINS))
        for base in sample.draws
        for name, after, _ in _components(base, *[_own(question, base, sample)] * 2)
    }
    return {
        row["name"]: _over(
            means[row["name"]].above(Number.from_json(row["prior"]["mean"])), row["prior"]["sd"]["value"]
        ).to_json()
        for row in rows
    }


def _over(found: Number, spread: float) -> Number:
    """Return a number over one that is not 0; no number where it is."""
    return found * (1 / spread) if spread else UNKNOWN


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
    spread = old["sd"].value
    narrowed = _over(new["sd"], spread)
    own = narrowed.value * old["sd"].error / (spread or 1.0)
    narrowed = replace(narrowed, error=math.hypot(narrowed.error, own))
    shift = _over(new["mean"].above(old["mean"]), spread)
    found = {"prior": old, "posterior": new}
    return {which: _plain(numbers) for which, numbers in found.items()} | {
        "shift": shift.to_json(),
        "narrowed": narrowed.to_json(),
    }


def _outline(values: Pool) -> dict[str, Number]:
    found = {"mean": mean(values), "sd": standard_deviation(values)}
    return found | {name: quantile(values, p) for name, p in LEVELS.items()}


def _plain(numbers: Mapping[str, Number]) -> dict[str, Found]:
    return {name: one.to_json() for name, one in numbers.items()}


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
                "percentile": probability(below).to_json(),
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


def _interval(values: Shaped[np.ndarray, "chain draw"], sampler: SamplerName) -> dict[str, Found]:
    pooled = pool(values, sampler)
    return {name: quantile(pooled, p).to_json() for name, p in LEVELS.items()}
