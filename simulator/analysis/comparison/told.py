"""A difference as plain values: what `diff` returns and ``--json`` prints."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.analysis.comparison.attribution import Effect, summed
from simulator.analysis.comparison.between import Between, quarter
from simulator.analysis.comparison.stored import Kept, Stored
from simulator.analysis.comparison.swap import Swap
from simulator.analysis.run import Run
from simulator.beliefs import summary_rows
from simulator.engine import Plan, reopen, runtime
from simulator.estimate import feared
from simulator.estimate.pool import RESOLUTION
from simulator.estimate.replicated import Replicated
from simulator.estimate.targets import CHANCE
from simulator.sampling import BATCH, REPLICATES
from simulator.study import Study

SCHEMA = 1


@dataclass(frozen=True)
class Difference:
    """What `diff` finds, before it is told.

    Attributes
    ----------
    swap
        The studies, and what changed between them.
    runs
        Those that were given, else None.
    plan
        Of the common draws.
    between
        Holds the statistics of either study.
    parts, priors
        Effects by name; empty where nothing can be swapped.
    obstacle
        Why that is, or empty.
    stored
        Of two runs.
    """

    swap: Swap
    runs: tuple[Run | None, Run | None]
    plan: Plan
    between: Between
    parts: Mapping[str, Effect]
    priors: Mapping[str, Effect]
    obstacle: str
    stored: Stored | None


def to_plain(found: Difference) -> dict[str, Any]:
    """Return a difference as an object ready for JSON; see `diff`."""
    swap, plan, told = found.swap, found.plan, _Told(found)
    first, second = found.between.ends
    change = second - first
    alone, pairs = summed(found.parts, change)
    priors = sorted(found.priors, key=lambda name: -abs(told.leading(found.priors[name].share)))
    part_of = {one.name: one.part for one in swap.changes}
    return {
        "schema": SCHEMA,
        "seed": plan.seed,
        "sampler": plan.sampler,
        "replicates": REPLICATES,
        "paths": plan.paths,
        "paths_of_priors": quarter(plan.batches) * BATCH,
        "first": _side(swap.first, found.runs[0], found.between.entities[0]),
        "second": _side(swap.second, found.runs[1], found.between.entities[1]),
        "verdicts": found.between.verdicts[0],
        "statistics": told.statistics({"first": first, "second": second, "change": change}),
        "parts": [
            {
                "name": name,
                "changes": sum(one.moves for one in swap.changes if one.part == name),
                "effects": told.effects(effect, plan.paths),
            }
            for name, effect in found.parts.items()
        ],
        "together": told.rows({"beyond_alone": alone, "beyond_pairs": pairs}) if found.parts else {},
        "priors": [
            {
                "name": name,
                "part": part_of[name],
                "effects": told.effects(found.priors[name], quarter(plan.batches) * BATCH),
            }
            for name in priors
        ],
        "not_attributed": found.obstacle or None,
        "changes": list(_listed(swap)),
        "stored": told.stored(),
    }


class _Told:
    """Tells arrays of statistics, each number by the name of its statistic."""

    def __init__(self, found: Difference) -> None:
        self._found = found
        codes = found.between.verdicts[0]
        function = f"{CHANCE}{feared(codes)}" if codes else ""
        names = [one.function for one in found.between.wanted]
        self._leading = names.index(function) if function in names else 0

    def leading(self, values: Replicated) -> float:
        """Return the value of the statistic by which single priors are put in order."""
        return float(values.value[self._leading])

    def rows(
        self, columns: Mapping[str, Replicated], least: float = 0.0
    ) -> dict[str, dict[str, dict[str, float | None]]]:
        """Return, by statistic, its number in each column; no error of a chance is below the least."""
        return {
            one.name: {
                name: values.number(place).at_least(least if one.chance else 0.0).to_json()
                for name, values in columns.items()
            }
            for place, one in enumerate(self._found.between.wanted)
        }

    def statistics(self, columns: Mapping[str, Replicated]) -> dict[str, dict[str, Any]]:
        """Return the same with what each statistic is."""
        rows = self.rows(columns)
        return {
            one.name: {
                "function": one.function,
                "of": one.of,
                "entity": one.entity,
                "unit": one.unit,
                **rows[one.name],
            }
            for one in self._found.between.wanted
        }

    def effects(self, effect: Effect, paths: int) -> dict[str, Any]:
        """Return the effects of a part; where they turn no verdict, as little as so many paths can tell."""
        return self.rows(effect._asdict(), RESOLUTION / paths)

    def stored(self) -> dict[str, Any] | None:
        found = self._found.stored
        if found is None:
            return None
        first, second = (
            _made(run, kept) for run, kept in zip(self._found.runs, found.runs, strict=True) if run
        )
        ends = {"first": found.runs[0].whole, "second": found.runs[1].whole}
        beliefs = self._found.between.ends[1] - self._found.between.ends[0]
        consists = {"change": found.change, "beliefs": beliefs, "model": found.model, "noise": found.noise}
        return {
            "now": runtime.versions(),
            "first": first,
            "second": second,
            "statistics": self.rows(ends | consists),
        }


def _listed(swap: Swap) -> Iterator[dict[str, Any]]:
    """Give what changed, priors with what is believed before and after, and on whose word."""
    sides = ("before", swap.first), ("after", swap.second)
    names = {one.name for one in swap.changes}
    told = {side: _beliefs(study, names) for side, study in sides}
    for change in swap.changes:
        about = {side: of.get(change.name) for side, of in told.items()}
        yield change._asdict() | (about if any(about.values()) else {})


def _beliefs(study: Study, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what a study believes of priors of some names, and who says so."""
    priors = {name: prior for name, prior in study.priors.items() if name in names}
    rows = summary_rows(study)
    return {
        name: {
            "family": prior.family,
            "unit": prior.unit,
            "quantiles": [
                {"p05": row.p05, "p50": row.p50, "p95": row.p95}
                for row in rows
                if row.name.partition("[")[0] == name
            ],
            "basis": prior.basis,
            "sources": list(prior.sources),
            "as_of": prior.as_of and prior.as_of.isoformat(),
            "note": prior.note,
        }
        for name, prior in priors.items()
    }


def _side(study: Study, run: Run | None, entities: Sequence[str]) -> dict[str, Any]:
    titles = study.settings.entities
    return {
        "study": study.name,
        "title": study.title,
        "as_of": study.as_of and study.as_of.isoformat(),
        "study_hash": study.hash,
        "entities": {name: titles.get(name, name) for name in entities},
        "run": str(run.directory) if run and run.directory else None,
    }


def _made(run: Run, kept: Kept) -> dict[str, Any]:
    """Return what a stored run was made with, and whether it comes out the same now."""
    made = reopen(run.directory)[0].versions if run.directory else runtime.versions()
    return {
        "paths": run.plan.paths,
        "seed": run.plan.seed,
        "sampler": run.plan.sampler,
        "versions": dict(made),
        "paths_again": kept.paths,
        "identical": kept.identical,
    }
