"""What is handed on beside the paths of a run: its figures, beliefs and sources, as plain tables."""

import math
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from simulator.analysis.reproduce import commands
from simulator.analysis.run import Run
from simulator.analysis.run.path_table import PathTable
from simulator.beliefs import summary_rows
from simulator.engine import runtime
from simulator.estimate import Number, Summary

type Cell = str | int | float | None


class Sheet(NamedTuple):
    """A table: its name, the names of its columns, and its rows."""

    name: str
    header: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def summary_sheet(summary: Summary) -> Sheet:
    """Return every number of a summary with its standard error, one a row, the verdicts first."""
    header = ("of", "statistic", "given", "value", "standard_error", "unit", "note")
    return Sheet("Summary", header, [*_chances(summary), *_estimates(summary)])


def _chances(summary: Summary) -> Iterator[tuple[Cell, ...]]:
    """Give the chances of verdicts, of the parts of all else, and of the items of the scorecard."""
    for chances in (summary.verdicts, summary.verdict_split):
        for entity, own in chances.items():
            for verdict, number in own.items():
                yield (entity, f"chance of {verdict}", "", *_number(number, "1"), "")
    for entity, number in summary.no_verdict.items():
        yield (entity, "share without a verdict", "", *_number(number, "1"), "")
    for entity, scorecard in summary.scorecard.items():
        for item in scorecard.items:
            yield (entity, f"chance of {item.metric} from {item.min:g}", "", *_number(item.chance, "1"), "")
        for passed, number in scorecard.passes.items():
            yield (entity, f"chance of {passed} passes", "", *_number(number, "1"), "")


def _estimates(summary: Summary) -> Iterator[tuple[Cell, ...]]:
    """Give the statistics of each metric, on all paths and on those of each verdict."""
    for name, found in summary.estimates.items():
        note = "heavy tail: a handful of paths carries the mean" if found.heavy_tail else ""
        for statistic, number in found.numbers.items():
            yield (name, statistic, "", *_number(number, _unit(statistic, found.unit)), note)
        for statistic, number in found.not_finite.items():
            yield (name, statistic, "", *_number(number, "1"), "")
        for verdict, part in summary.conditional.get(name, {}).items():
            for statistic, number in (part.numbers if part else {}).items():
                yield (name, statistic, verdict, *_number(number, _unit(statistic, found.unit)), "")


def _unit(statistic: str, unit: str) -> str:
    """Return the unit of a statistic of a metric in some unit: a chance has none."""
    return "1" if statistic.startswith("prob_") else unit


def _number(number: Number, unit: str) -> tuple[Cell, Cell, str]:
    """Return the cells of a number; empty is what does not exist or is not known."""
    value, error = (None if math.isnan(one) else one for one in (number.value, number.error))
    return value, error, unit


def belief_sheet(run: Run) -> Sheet:
    """Return what is believed of each prior, in its own unit, and what that rests on."""
    header = ("name", "unit", "family", "p05", "p50", "p95", "lower_bound", "upper_bound")
    header += ("basis", "sources", "as_of", "note")
    rows: list[tuple[Cell, ...]] = []
    for row in summary_rows(run.study):
        prior = run.study.priors.get(row.name) or run.study.priors[row.name.rpartition("[")[0]]
        bounds = (bound if math.isfinite(bound) else None for bound in prior.bounds)
        rests = (prior.basis, ", ".join(prior.sources), str(prior.as_of or ""), prior.note)
        rows.append((row.name, row.unit, row.family, row.p05, row.p50, row.p95, *bounds, *rests))
    return Sheet("Beliefs", header, rows)


def source_sheet(run: Run) -> Sheet:
    """Return the bibliography, each entry with the number of priors that cite it."""
    header = ("id", "title", "rank", "date", "address", "provenance", "note", "priors")
    uses = Counter(source for prior in run.study.priors.values() for source in prior.sources)
    rows: list[tuple[Cell, ...]] = []
    for name, one in run.study.sources.items():
        what = (name, one.title, one.rank or "", str(one.date or ""))
        rows.append((*what, one.address, one.provenance, one.note, uses[name]))
    return Sheet("Sources", header, rows)


def column_sheet(table: PathTable) -> Sheet:
    """Return what each column of a table of paths is, and its unit."""
    rows: list[tuple[Cell, ...]] = [(one.name, one.kind, one.unit) for one in table.columns]
    return Sheet("Columns", ("name", "kind", "unit"), rows)


def about_sheet(run: Run, table: PathTable | None) -> Sheet:
    """Return what the run was, and how to have it again."""
    return Sheet("About", ("name", "value"), list(about(run, table)))


def about(run: Run, table: PathTable | None) -> Iterator[tuple[str, Cell]]:
    """Give what the run was, and how to have it again, by name.

    Parameters
    ----------
    run
        The run.
    table
        Its paths that are handed on, if any are.
    """
    study, plan = run.study, run.plan
    yield from {"study": study.name, "title": study.title, "as_of": str(study.as_of or "")}.items()
    yield from {"study_hash": study.hash, "seed": plan.seed, "sampler": plan.sampler}.items()
    yield from {"precision": plan.dtype, "paths_of_run": plan.paths, "status": run.status}.items()
    yield "rows", 0 if table is None else table.paths
    if study.changes:
        yield "set", "; ".join(change.setting for change in study.changes)
    for purpose, command in commands(run).items():
        yield f"command_{purpose}", command
    yield "written_by", f"strandline {runtime.versions()['strandline']}"
