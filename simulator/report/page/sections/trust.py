"""Whether an update can be trusted: how it was computed, what its draws are worth, what it did not use."""

from collections import Counter
from collections.abc import Iterator
from math import isfinite, sqrt

from simulator.analysis.learning.summary import Diagnostic, Unused
from simulator.report.page.document import Block, Code, Paragraph, Quoted, Row, Table
from simulator.report.page.sections.conclusion import Update


def trust(update: Update) -> Iterator[Block]:
    """Give the method, its draws and its diagnostics, and those of the method that was given up."""
    t, method = update.t, update.found.method
    asked = "_asked" if method.name == method.asked == "tempering" else ""
    yield Paragraph(t(f"update.method_{method.name}{asked}"))
    yield Paragraph(t("update.likelihood"))
    yield Paragraph(_draws(update), "note")
    columns = [
        *update.text_columns("update.gate"),
        *update.columns("update.reached", "update.asked"),
        *update.text_columns("update.outcome"),
    ]
    rows: list[Row] = []
    for name, diagnostics in method.tried.items():
        rows += [Row(t(f"update.{name}"), []), *(_diagnostic(update, one) for one in diagnostics)]
    yield Table(t("update.gates_caption"), columns, rows)


def _draws(update: Update) -> str:
    """Return how many draws there are, what they are worth, and how well their errors are known."""
    t, found, method = update.t, update.found, update.found.method
    texts = {
        "draws": t.count(method.draws),
        "chains": t.count(method.chains),
        "paths": t.count(found.paths),
        "seed": str(found.seed),
        "doubt": t.rounded_percent(error_of_error(method.chains)),
    }
    if (worth := method.effective_draws) is None:
        return t("update.draws", **texts)
    return t("update.draws_worth", worth=t.count(round(worth)), **texts)


def error_of_error(chains: int) -> float:
    """Return the relative standard error of an error that is read from the spread of so many chains.

    To first order, for means that are normal: the variance of a sample variance of n is 2 / (n - 1) of its
    square.
    """
    return 1 / sqrt(2 * (chains - 1))


def _diagnostic(update: Update, one: Diagnostic) -> Row:
    t = update.t
    reached = t.number(one.value) if isfinite(one.value) else "∞"
    limit = t("update.most" if one.most else "update.least", limit=t.number(one.limit))
    outcome = t("update.passed" if one.passed else "update.failed")
    return Row(t(f"update.gate_{one.name}"), [reached, limit, outcome])


def left_out(update: Update) -> Iterator[Block]:
    """Give the figures that were not used by reason, the most frequent reason last."""
    t, reasons = update.t, dict[str, Counter[Quoted | Code]]()
    for row in update.found.left_out:
        reasons.setdefault(row.reason, Counter())[_series(update, row)] += 1
    rows: list[Row] = []
    for reason, counts in sorted(reasons.items(), key=lambda item: item[1].total()):
        rows.append(Row(t(f"update.reason_{reason}"), [], strong=True))
        ordered = sorted(counts.items(), key=lambda item: item[0].text)
        rows += [Row(series, [t.count(count)]) for series, count in ordered]
    columns = [*update.text_columns("update.series"), *update.columns("update.periods")]
    yield Table(t("update.left_caption"), columns, rows)


def _series(update: Update, row: Unused) -> Quoted | Code:
    """Return whose figure of what it is; the name of a series that the catalogue does not know."""
    t = update.t
    keys = {name: f"update.{name}_{getattr(row, name)}" for name in ("metric", "definition")}
    if not all(map(t.has, keys.values())):
        return Code(row.series)
    texts = {name: t(key) for name, key in keys.items()} | {"who": _who(update, row.entity)}
    if row.kind == "actual":
        return Quoted(t("update.observed_of", **texts))
    return Quoted(t("update.said_of", kind=t(f"update.kind_{row.kind}"), **texts))


def _who(update: Update, name: str) -> str:
    for key in (f"update.who_{name}", f"entity.{name}"):
        if update.t.has(key):
            return update.t(key)
    return update.t.translate(update.titles.get(name, name)).text
