"""Total effects in the report: what a belief does together with others, and what shocks do."""

from collections.abc import Iterator, Sequence

from simulator.analysis.explanation.records import (
    DividedEffect,
    Driver,
    ExplainedTarget,
    Explanation,
)
from simulator.estimate.effect import Effect
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Content, Paragraph, Row, Table

#: Priors of a table of total effects.
ROWS = 10


def read(context: Context, found: Explanation) -> str:
    """Return what a total effect is beside a share; or why there are none."""
    if found.untotalled:
        return context.t("drivers.no_totals", why=found.untotalled)
    return context.t(f"drivers.totals_read_{context.unexplained}")


def cell(context: Context, total: Effect | None) -> str:
    """Return a total effect with its error; a dash where it is not known."""
    return "–" if total is None else context.share(total)


def bar(context: Context, row: Driver) -> str:
    """Return what stands beside a bar: a prior, its share, and its total effect where that is known."""
    t, prior, share = context.t, context.prior(row.prior), context.t.rounded_percent(row.share)
    if row.total is None:
        return t("drivers.bar", prior=prior, share=share)
    return t("drivers.bar_total", prior=prior, share=share, total=t.rounded_percent(row.total))


def tables(context: Context, title: str, target: ExplainedTarget) -> Iterator[Block]:
    """Give the total effects on a target: of priors and shocks, and of priors that depend on each other."""
    t, totals = context.t, target.totals
    if totals is None:
        return
    if together := _together(context, target.drivers):
        yield Paragraph(together)
    effects = [*totals.priors[:ROWS], *totals.shocks]
    rows = [
        Row(_title(context, one.name), [cell(context, one.total)])
        for one in sorted(effects, key=lambda one: -one.total.value)
    ]
    unit = t("unit.variance.axis")
    of_what = context.text_columns(f"drivers.of_what_{context.unexplained}")
    head = [*of_what, *context.columns("drivers.total", unit=unit)]
    yield Table(t(f"drivers.caption_totals_{context.unexplained}", target=title), head, rows)
    if totals.dependent:
        rows = [row for block in totals.dependent for row in _block(context, block)]
        head = [*of_what, *context.columns("drivers.total", "drivers.shapley", unit=unit)]
        yield Table(t("drivers.caption_dependent", target=title), head, rows)


def _together(context: Context, drivers: Sequence[Driver]) -> str:
    """Return what the prior does that works most only together with others, beyond the errors."""
    clear = [(row, own) for row in drivers if (own := row.together) is not None and own.sign > 0]
    if not clear:
        return ""
    row, together = max(clear, key=lambda one: one[1].value)
    return context.t(
        "drivers.together",
        prior=context.prior(row.prior),
        share=context.share(row.share),
        total=cell(context, row.total),
        together=context.share(together),
    )


def _block(context: Context, block: DividedEffect) -> Iterator[Row]:
    names = context.comma(*map(context.prior, block.members))
    yield Row(names, [cell(context, block.total), ""])
    for name, part in (block.shapley or {}).items():
        yield Row(context.prior_and_name(name), ["", context.share(part)])


def _title(context: Context, name: str) -> Content:
    """Return what a prior is called, or the shocks of one thing."""
    found = context.found.drivers
    if found is not None and name in found.priors:
        return context.prior_and_name(name)
    key = f"shocks.{name}"
    return context.t(key) if context.t.has(key) else name
