"""The report as a document: the sections in their order, in a language."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from simulator.estimate import codes_of
from simulator.estimate.verdicts import MODEL, by_entity
from simulator.report.console import plain
from simulator.report.page.against import Comparison
from simulator.report.page.context import Context
from simulator.report.page.difference import Difference
from simulator.report.page.document import Code, Document, Section
from simulator.report.page.findings import Findings
from simulator.report.page.sections import (
    answer,
    beliefs,
    chances,
    compared,
    drivers,
    method,
    outcomes,
    risks,
    sources,
    study,
    time,
    update,
    verdict,
)
from simulator.report.page.sections.named import described, run_name, title
from simulator.report.page.speech import Speech

#: Texts of the page itself, and of its script.
LABELS = ("contents", "company", "metric", "all", "skip", "hover", "chart_omitted", "source_link", "scroll")


def report(found: Findings, language: str, *, full: bool = True) -> Document:
    """Return the report of a run.

    Parameters
    ----------
    found
        Its numbers.
    language
        One of `speech.LANGUAGES`.
    full
        Whether to draw every chart in both sizes, with its values to be read by pointing.
    """
    context = Context(found, Speech(language), full)
    parts = (
        answer.answer(context),
        verdict.verdict(context),
        drivers.drivers(context),
        risks.risks(context),
        outcomes.outcomes(context),
        time.over_time(context),
        chances.chances(context),
        study.contradictions(context),
        study.scorecard(context),
        study.evidence(context),
        sources.weakest(context),
        beliefs.beliefs(context),
        sources.bibliography(context),
        method.method(context),
        method.limits(context),
    )
    return _of_run(context, parts)


def short_report(found: Findings, language: str) -> Document:
    """Return the short report of a run: the answer, and the tables that it rests on.

    Parameters
    ----------
    found, language
        As for `report`.
    """
    context = Context(found, Speech(language), full=False)
    parts = (
        answer.answer(context, drivers.FEW),
        verdict.verdict(context),
        outcomes.leading(context),
        drivers.leading(context),
        method.short(context),
        method.short_limits(context),
    )
    return replace(_of_run(context, parts), contents=False)


def _of_run(context: Context, parts: Iterable[Section | None]) -> Document:
    say, found, run = context.say, context.found, context.found.run
    return Document(
        language=say.language,
        title=[say.told(run.study.title or run.study.name)],
        subtitle=[
            say("document.title"),
            say("list.colon"),
            say("document.subtitle", study=run.study.name, day=say.day(run.study.as_of)),
        ],
        sections=[part for part in parts if part is not None],
        labels=labels(say, run.directory.name if run.directory else run.study.hash[:12], found),
        cover=True,
        verdicts=list(codes_of(run.study.settings.verdicts)),
    )


def comparison(found: Difference, language: str, *, full: bool = True) -> Document:
    """Return the comparison of two runs.

    Parameters
    ----------
    found
        Their difference.
    language, full
        As for `report`.
    """
    context = _compared(found, language, full)
    say, runs = context.say, (found.first, found.second)
    first, second = (described(say, run) for run in runs)
    return Document(
        language=language,
        title=[title(say, *runs)],
        subtitle=say.fill("compare.runs", first=first, second=second),
        sections=compared.sections(context, found),
        labels=labels(say, ", ".join(map(run_name, runs))),
        verdicts=list(codes_of(runs[0].study.settings.verdicts)),
    )


def several(found: Comparison, language: str, *, full: bool = True) -> Document:
    """Return the comparison of any number of runs with the first: a table of all, then each by itself.

    Parameters
    ----------
    found
        Their differences.
    language, full
        As for `report`.
    """
    contexts = [_compared(pair, language, full) for pair in found.pairs]
    say, others = contexts[0].say, [pair.second for pair in found.pairs]
    sections = [compared.overview(contexts[0], found)]
    for number, (context, pair) in enumerate(zip(contexts, found.pairs, strict=True), 1):
        start = f"{run_name(pair.second)}{say('list.colon')}"
        sections += [
            replace(one, anchor=f"{one.anchor}-{number}", title=f"{start}{one.title}")
            for one in compared.sections(context, pair)
        ]
    second = say.listed([described(say, run) for run in others])
    return Document(
        language=language,
        title=[title(say, found.first, *others)],
        subtitle=say.fill("compare.against", first=described(say, found.first), second=second),
        sections=sections,
        labels=labels(say, ", ".join(map(run_name, (found.first, *others)))),
        verdicts=list(codes_of(found.first.study.settings.verdicts)),
    )


def _compared(found: Difference, language: str, full: bool) -> Context:
    run = found.second
    titles = dict(run.study.settings.entities)
    entities = {
        entity: titles.get(entity, "" if entity == MODEL else entity) for entity in by_entity(found.metrics)
    }
    return Context(Findings(run, {}, entities, found.charted, found.tabled), Speech(language), full)


def learned(found: Mapping[str, Any], run: str, language: str) -> Document:
    """Return the page of an update: prior and posterior.

    Parameters
    ----------
    found
        What `Posterior.summary` returns.
    run
        What it is called.
    language
        One of `speech.LANGUAGES`.
    """
    say, run = Speech(language), plain(run)
    study = Code(found["study"])
    days = [found[key] and date.fromisoformat(found[key]) for key in ("prior_as_of", "as_of")]
    subtitle = (
        say.fill("update.subtitle", study=study, prior=say.day(days[0]), day=say.day(days[1]))
        if all(days)
        else say.fill("update.subtitle_measured", study=study)
    )
    return Document(
        language=language,
        title=[say.told(found["title"] or found["study"])],
        subtitle=subtitle,
        sections=list(update.Learned(found, say).sections()),
        labels=labels(say, run),
        verdicts=list(found["verdicts"]),
    )


def labels(say: Speech, run: str, found: Findings | None = None) -> dict[str, str]:
    """Return the texts of the page itself."""
    version = found.manifest.versions.get("strandline", "") if found and found.manifest else ""
    told = {name: say(f"document.{name}") for name in LABELS}
    told |= {name: say(f"list.{name}") for name in ("colon", "comma", "stop")} | {
        "between": say("answer.space")
    }
    return told | {"footer": say("document.footer", version=version, run=run).replace("  ", " ")}
