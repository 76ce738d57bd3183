"""A run in a notebook: a small table in place of a line of code."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice

from simulator.analysis.run import Run
from simulator.estimate import Summary, codes_of, shown
from simulator.report.console import plain
from simulator.report.terminal import entities
from simulator.report.titles import titles_of
from simulator.report.verdict import below_zero, unjudged, worth

#: Metrics that a table of a run without verdicts has at most; `Run.summarise` has all.
MOST = 20

STATISTICS = {"p05": "P5", "p50": "P50", "p95": "P95", "mean": "Mean"}
ERRORS = "± one standard error of the simulation"


def run_html(run: Run) -> str:
    """Return what a run is worth and the chances of its verdicts, or its metrics where it has no verdicts.

    Texts of the study are escaped: they can do nothing but be read.
    """
    summary = run.summarise()
    title = plain(run.study.title) or plain(run.study.name)
    plan = f"{run.plan.paths:,} paths by {run.plan.sampler}, seed {run.plan.seed}, {run.status}; {ERRORS}"
    head, rows = _verdicts(run, summary) if summary.verdicts else _metrics(summary)
    lost = unjudged(summary, entities(summary, run.study)).plain if summary.no_verdict else ""
    told = worth(summary, entities(summary, run.study)) if summary.verdicts else ""
    note = "".join(f"<p>{escape(text)}</p>" for text in (told, lost) if text)
    return f"<p><strong>{escape(title)}</strong></p>{note}{_table(head, rows)}<p>{escape(plan)}</p>"


def _verdicts(run: Run, summary: Summary) -> tuple[list[str], list[list[str]]]:
    codes, split = codes_of(run.study.settings.verdicts), bool(summary.verdict_split)
    names = [title.replace("\n", " ") for title in titles_of(codes, split=split).values()]
    head = ["% of paths", *(["Value below 0"] if split else []), *names]
    rows: list[list[str]] = []
    for entity, title in entities(summary, run.study).items():
        chances = shown(summary.verdicts[entity], summary.verdict_split.get(entity, {}))
        below = below_zero(summary, entity) if split else []
        rows.append([title, *below, *(str(one * 100.0) for one in chances.values())])
    return head, rows


def _metrics(summary: Summary) -> tuple[list[str], list[list[str]]]:
    shown = {name: summary.estimates[name] for name in islice(summary.estimates, MOST)}
    rows = [
        [
            f"{plain(name)}, {plain(one.unit)}".removesuffix(", "),
            *(str(one[key]) for key in STATISTICS),
        ]
        for name, one in shown.items()
    ]
    if more := len(summary.estimates) - len(shown):
        rows.append([f"and {more} more"])
    return ["Metric", *STATISTICS.values()], rows


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    first, *others = head
    columns = f"<th style='text-align: left'>{escape(first)}</th>" + "".join(
        f"<th>{escape(name)}</th>" for name in others
    )
    body = "".join(
        f"<tr><th style='text-align: left'>{escape(title)}</th>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for title, *cells in rows
    )
    return f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
