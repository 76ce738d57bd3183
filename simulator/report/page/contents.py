"""The documents: the report of a run, whole or short, comparisons, and the page of an update."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from simulator.analysis.comparison.paired import Comparison, Difference
from simulator.analysis.findings import Findings, entity_titles
from simulator.analysis.learning.summary import UpdateSummary
from simulator.estimate.verdicts import by_entity
from simulator.report.console import plain
from simulator.report.page.context import Context
from simulator.report.page.document import Code, Document, Section
from simulator.report.page.locale import Locale
from simulator.report.page.names import Names
from simulator.report.page.sections import (
    answer,
    beliefs,
    chances,
    change,
    claims,
    compared,
    debt,
    drivers,
    method,
    outcomes,
    risks,
    sources,
    structures,
    study,
    time,
    update,
    verdict,
)
from simulator.report.page.sections.conclusion import Update
from simulator.report.page.sections.runs import described, run_name, title

#: Texts of the page itself, and of its script.
LABELS = ("contents", "metric", "all", "skip", "hover", "chart_omitted", "source_link", "scroll")

#: Texts of a page within the report.
EMBEDDED = ("past", "widen", "narrow")


def report(
    found: Findings,
    language: str,
    *,
    full: bool = True,
    model_page: change.ModelPage | None = None,
    answers: Iterable[Section] = (),
) -> Document:
    """Return the report of a run.

    Parameters
    ----------
    found
        Its numbers.
    language
        One of `LANGUAGES`.
    full
        Whether to draw every chart in both sizes, with its values to be read by pointing.
    model_page
        A page with the model inside, for the section on which beliefs are changed; None for no such section.
    answers
        To what was asked of the run besides: `simulator.report.answers.sections`.
    """
    context = Context(found, Locale(language), full)
    first = (
        answer.answer,
        verdict.verdict,
        structures.structures,
        drivers.drivers,
        partial(change.change, page=model_page),
    )
    rest = (
        risks.risks,
        claims.claims,
        outcomes.outcomes,
        debt.debt,
        time.over_time,
        chances.chances,
        study.contradictions,
        study.scorecard,
        study.evidence,
        sources.weakest,
        beliefs.beliefs,
        sources.bibliography,
        method.method,
        method.limits,
    )
    return _of_run(context, [*(part(context) for part in first), *answers, *(part(context) for part in rest)])


def short_report(found: Findings, language: str) -> Document:
    """Return the short report of a run, as `report`: the answer, and the tables that it rests on."""
    context = Context(found, Locale(language), full=False)
    parts = (verdict.verdict, outcomes.leading, drivers.leading, method.short, method.short_limits)
    sections = [answer.answer(context, drivers.FEW), *(part(context) for part in parts)]
    return replace(_of_run(context, sections), contents=False)


def _of_run(context: Context, parts: Iterable[Section | None]) -> Document:
    t, run, manifest = context.t, context.found.run, context.found.manifest
    subtitle = t("document.subtitle", study=run.study.name, day=t.day(run.study.as_of))
    version = manifest.versions.get("strandline", "") if manifest else ""
    name = run.directory.name if run.directory else run.study.hash[:12]
    return Document(
        language=t.language,
        title=t.translate(run.study.title or run.study.name),
        subtitle=[t("document.title"), t("list.colon"), subtitle],
        sections=[part for part in parts if part is not None],
        labels=labels(context, name, version),
        cover=True,
        verdicts=context.verdicts,
    )


def comparison(found: Difference, language: str, *, full: bool = True) -> Document:
    """Return the comparison of two runs; `language` and `full` as for `report`."""
    context, runs = _compared(found, language, full), (found.first, found.second)
    first, second = (described(context, run) for run in runs)
    return Document(
        language=language,
        title=title(context, *runs),
        subtitle=context.t.compose("compare.runs", first=first, second=second),
        sections=compared.sections(context, found),
        labels=labels(context, ", ".join(map(run_name, runs))),
        verdicts=context.verdicts,
    )


def several(found: Comparison, language: str, *, full: bool = True) -> Document:
    """Return the comparison of any number of runs with the first: a table of all, then each by itself."""
    contexts = [_compared(pair, language, full) for pair in found.pairs]
    context, runs = contexts[0], (found.first, *(pair.second for pair in found.pairs))
    t, sections = context.t, [compared.overview(context, found)]
    for number, (own, pair) in enumerate(zip(contexts, found.pairs, strict=True), 1):
        start = f"{run_name(pair.second)}{t('list.colon')}"
        sections += [
            replace(one, anchor=f"{one.anchor}-{number}", title=f"{start}{one.title}")
            for one in compared.sections(own, pair)
        ]
    first, *others = (described(context, run) for run in runs)
    return Document(
        language=language,
        title=title(context, *runs),
        subtitle=t.compose("compare.against", first=first, second=t.list_of([*others])),
        sections=sections,
        labels=labels(context, ", ".join(map(run_name, runs))),
        verdicts=context.verdicts,
    )


def _compared(found: Difference, language: str, full: bool) -> Context:
    entities = entity_titles(found.second, by_entity(found.metrics))
    findings = Findings(found.second, None, entities, found.charted, found.tabled)
    return Context(findings, Locale(language), full)


def learned(found: UpdateSummary, run: str, language: str) -> Document:
    """Return the page of an update: prior and posterior.

    Parameters
    ----------
    found
        What `Posterior.summary` returns.
    run
        What it is called.
    language
        One of `LANGUAGES`.
    """
    names = Update(found, Locale(language))
    t, study = names.t, Code(found.study)
    subtitle = t.compose("update.subtitle_measured", study=study)
    if found.prior_as_of and found.as_of:
        prior, day = t.day(found.prior_as_of), t.day(found.as_of)
        subtitle = t.compose("update.subtitle", study=study, prior=prior, day=day)
    return Document(
        language=language,
        title=t.translate(found.title or found.study),
        subtitle=subtitle,
        sections=list(update.sections(names)),
        labels=labels(names, plain(run)),
        verdicts=list(found.verdicts),
    )


def labels(names: Names, run: str, version: str = "") -> dict[str, str]:
    """Return the texts of the page itself."""
    t = names.t
    footer = t("document.footer", version=version, run=run).replace("  ", " ")
    texts = {name: t(f"document.{name}") for name in LABELS}
    texts |= {name: t(f"change.{name}") for name in EMBEDDED}
    texts |= {name: t(f"list.{name}") for name in ("colon", "comma", "stop")}
    return {**texts, "company": names.kind, "between": t("answer.space"), "footer": footer}
