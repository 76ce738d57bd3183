"""Contradictions of the sources, the scorecard, and the evidence that the study is checked against."""

from simulator.analysis.display import display_of
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Column, Content, Paragraph, Row, Section, Table
from simulator.report.page.sections import thresholds
from simulator.report.page.sections.sources import cited, prior_links


def contradictions(context: Context) -> Section | None:
    """Return the contradictions that the study faces, and what it makes of them; None where it names none."""
    t, study = context.t, context.found.run.study
    if not study.contradictions:
        return None
    head = context.text_columns(*(f"contradictions.{name}" for name in ("what", "treatment", "priors")))
    rows = [
        Row(t.translate(one.title), [t.translate(one.treatment), t.list_of(prior_links(context, one.priors))])
        for one in study.contradictions
    ]
    blocks: list[Block] = [
        Paragraph(t("contradictions.read"), "note"),
        Table(t("contradictions.caption"), head, rows, kind="prose"),
    ]
    return Section("contradictions", t("section.contradictions"), blocks)


def scorecard(context: Context) -> Section | None:
    """Return the chance of each item of the investor scorecard; None where the study has none."""
    t, scored = context.t, context.summary.scorecard
    items = context.found.run.study.settings.scorecard
    if not items or not scored:
        return None
    head = [Column(t("scorecard.item"), t("scorecard.passes"), numeric=False)]
    head += [Column(context.entity_text(entity), t("unit.paths.axis")) for entity in scored]
    rows = []
    for index, item in enumerate(items):
        one = display_of(item.metric)
        least = t.bound("verdict.least", t.number(item.min * context.factor(one)), context.unit(one))
        title: Content = [
            t.translate(item.title),
            t("list.colon"),
            f"{context.label(item.metric)}{t('list.space')}{least}",
        ]
        cells = [t.percent(own.items[index].chance) for own in scored.values()]
        rows.append(Row(title, cells, note=t.translate(item.note) if item.note else ()))
    for count in range(len(items) + 1):
        cells = [t.percent(own.passes[str(count)]) for own in scored.values()]
        rows.append(Row(t("scorecard.count", n=str(count), all=str(len(items))), cells))
    blocks: list[Block] = [Table(t("scorecard.caption"), head, rows)]
    blocks += [*thresholds.rules(context), *thresholds.table(context)]
    return Section("scorecard", t("section.scorecard"), blocks)


def evidence(context: Context) -> Section | None:
    """Return the study's predictive checks with what the study says; None where it has none."""
    t, checks = context.t, context.found.checks
    if checks is None:
        return None
    head = [
        *context.text_columns("evidence.quantity", "evidence.agrees", "evidence.asks"),
        *context.columns("evidence.range", "evidence.inside"),
        *context.columns("quantile.p10", "quantile.p50", "quantile.p90"),
        *context.text_columns("prior.sources"),
    ]
    rows = []
    for outcome in checks.outcomes:
        check, unit = outcome.check, t.unit(outcome.check.unit)
        low, high = (t.number(unit.factor * bound) for bound in (check.low, check.high))
        cells: list[Content] = [
            t("evidence.yes" if outcome.passed else "evidence.no") + ("" if outcome.clear else " ?"),
            t(f"evidence.{check.statistic}"),
            t("outcomes.span", low=low, high=high),
        ]
        if check.statistic == "value_within":
            cells += ["", "", t.estimate(outcome.mean, unit.factor), ""]
        else:
            cells.append(t.rounded_percent(outcome.inside))
            cells += [t.estimate(outcome.quantiles[name], unit.factor) for name in ("p10", "p50", "p90")]
        cells.append(cited(context, check.sources) if check.sources else t("basis.judgement"))
        title = [t.translate(check.title), *([t("list.comma"), unit.axis] if unit.axis else [])]
        rows.append(Row(title, cells, strong=not outcome.passed))
    passed = len(checks.outcomes) - len(checks.failed)
    count = t("evidence.count", passed=t.count(passed), all=t.count(len(checks.outcomes)))
    paths = t("evidence.paths", paths=t.count(checks.run.plan.paths))
    read = context.sentences(count, t("evidence.read"), paths)
    blocks: list[Block] = [Paragraph(read, "note"), Table(t("evidence.caption"), head, rows)]
    return Section("evidence", t("section.evidence"), blocks)
