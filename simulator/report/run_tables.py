"""Tables of a run on the terminal: metrics by entity, medians by verdict, the scorecard, errors asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite

from rich.text import Text

from simulator.analysis.display import DEBT
from simulator.estimate import Statistics, Summary
from simulator.report.console import plain
from simulator.report.estimates import Estimates
from simulator.report.metric_lines import CHANCE, Line, lines, own_lines, words
from simulator.report.titles import Codes, row_title, titles_of
from simulator.study import Study

QUANTILES = {"p05": "P5", "p50": "P50", "p95": "P95"}
#: Those of the tables that show all.
ALL_QUANTILES = {"p05": "P5", "p10": "P10", "p50": "P50", "p90": "P90", "p95": "P95"}


def outcomes(
    summary: Summary, titles: Mapping[str, str], line: Line, quantiles: Mapping[str, str], *, wide: bool
) -> Estimates:
    """Return one metric's quantiles and mean for the group and each company; no rows where it has none."""
    extra = ("Mean of\nworst 5 %", "Below 0,\n% of paths") if wide and line.low_is_bad else ()
    rows = Estimates([line.header, *quantiles.values(), "Mean", *extra])
    for entity, title in titles.items():
        estimate = summary.estimates.get(f"{line.metric}.{entity}")
        if estimate is None:
            continue
        cells = _cells(estimate, line, quantiles)
        if extra:
            cells += [line.text(estimate["cvar05"]), CHANCE.text(estimate["prob_below_zero"])]
        rows.add(row_title(entity, title), *cells)
    return rows


def _cells(estimate: Statistics, line: Line, quantiles: Mapping[str, str]) -> list[str]:
    """Return the quantiles and the mean of a metric, the mean flagged where a handful of paths carries it."""
    flag = "†" if estimate.heavy_tail and isfinite(estimate["mean"].value) else ""
    mean = flag + replace(line, infinite="∞").text(estimate["mean"])
    return [*(line.text(estimate[name]) for name in quantiles), mean]


def overview(summary: Summary, lines: Sequence[Line]) -> Estimates:
    """Return the group's quantiles and mean of several metrics; no rows where the summary has none."""
    header = Text.assemble(("Group", "not dim bold"), "\nall paths")
    rows = Estimates([header, *QUANTILES.values(), "Mean"])
    for line in lines:
        estimate = summary.estimates.get(f"{line.metric}.group")
        if estimate is not None:
            rows.add(line.title, *_cells(estimate, line, QUANTILES))
    return rows


def own_metrics(summary: Summary, quantiles: Mapping[str, str]) -> Estimates:
    """Return quantiles, mean and chance of loss of every metric of a user's own model; else no rows."""
    header = Text.assemble(("Metric", "not dim bold"), "\nall paths")
    rows = Estimates([header, *quantiles.values(), "Mean", "Below 0,\n% of paths"])
    for line in own_lines(summary.estimates):
        estimate = summary.estimates[line.metric]
        cells = [*_cells(estimate, line, quantiles), CHANCE.text(estimate["prob_below_zero"])]
        rows.add(line.title, *cells)
    return rows


def debt(summary: Summary, titles: Mapping[str, str]) -> Estimates:
    """Return medians of what companies owe and chances of what it leads to; no rows where none owe."""
    shown = lines(DEBT)
    header = Text.assemble(("Debt", "not dim bold"), "\nmedians")
    rows = Estimates([header, *(f"{line.label},\n{line.unit}" for line in shown)])
    for entity, title in titles.items():
        found = [summary.estimates.get(f"{line.metric}.{entity}") for line in shown]
        if any(found):
            cells = (
                line.text(one["mean" if line.chance else "p50"]) if one else "–"
                for line, one in zip(shown, found, strict=True)
            )
            rows.add(row_title(entity, title), *cells)
    return rows


def given(summary: Summary, codes: Codes) -> Estimates:
    """Return the group's medians given each verdict; no rows where the summary has none."""
    header = Text.assemble(("Group's median", "not dim bold"), "\nif the verdict is")
    titles = titles_of(codes, split=bool(summary.verdict_split))
    rows = Estimates([header, *titles.values()])
    for line in lines():
        parts = summary.conditional.get(f"{line.metric}.group")
        if parts is not None:
            cells = [line.text(part["p50"]) if part else "–" for part in map(parts.get, titles)]
            rows.add(f"{line.label}, {line.unit}", *cells)
    return rows


def scorecard(summary: Summary, study: Study, titles: Mapping[str, str]) -> Estimates:
    """Return the chance of passing each item of the investor scorecard; no rows where there is none."""
    header = Text.assemble(("Scorecard", "not dim bold"), "\n% of paths\nthat pass")
    columns = (
        f"{'\n'.join(words(item.metric).split())}\n>= {item.min:g}" for item in study.settings.scorecard
    )
    rows = Estimates([header, *columns])
    for entity, title in titles.items():
        if scored := summary.scorecard.get(entity):
            rows.add(row_title(entity, title), *(CHANCE.text(item.chance) for item in scored.items))
    return rows


def targets(summary: Summary) -> Estimates:
    """Return what was achieved of each error asked for; no rows where none was."""
    rows = Estimates([Text("Accuracy asked for", "not dim bold"), "Achieved", "Met"])
    for one in summary.targets or ():
        achieved = f"{one.error:.2g}" if isfinite(one.error) else "–"
        rows.add(plain(one.target), achieved, "yes" if one.met else Text("no", style="red"))
    return rows
