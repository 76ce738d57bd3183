"""Debt of the companies that have to borrow, where the study has any."""

from simulator.analysis.display import DEBT, MetricDisplay
from simulator.report.page.context import Context
from simulator.report.page.document import Paragraph, Section
from simulator.report.page.sections.outcomes import present, ranges


def borrowing(context: Context) -> list[MetricDisplay]:
    """Return the metrics of debt that any company of the study has."""
    return [one for one in context.found.tabled if one.exposure == DEBT and any(present(context, one))]


def debt(context: Context) -> Section | None:
    """Return leverage, cover of interest and spending, dilution and leases; None where nobody borrows."""
    t = context.t
    metrics = borrowing(context)
    if not metrics:
        return None
    table = ranges(context, metrics, t("debt.metric"), t("debt.caption"))
    return Section("debt", t("section.debt"), [Paragraph(t("debt.read"), "note"), table])
