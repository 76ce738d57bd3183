"""How the numbers were computed, how to have them again, and what they do not claim."""

from collections.abc import Iterator, Sequence

from simulator.analysis.reproduce import commands
from simulator.report.page.context import Context
from simulator.report.page.document import (
    Block,
    Bullets,
    Code,
    Content,
    Inline,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.locale import Locale
from simulator.report.page.sections import thresholds
from simulator.report.page.sections.debt import borrowing
from simulator.study.changes import Change

#: What a short report says of the run.
SHORT = ("study", "as_of", "set", "hash", "paths", "seed", "again", "verify")


def method(context: Context) -> Section:
    """Return what the run was, and the commands that compute it again."""
    return _section(context, dict(_facts(context)))


def short(context: Context) -> Section:
    """Return what is needed to compute the run again."""
    return _section(context, {key: text for key, text in _facts(context) if key in SHORT})


def _facts(context: Context) -> Iterator[tuple[str, Content]]:
    t, run, manifest = context.t, context.found.run, context.found.manifest
    plan, study = run.plan, run.study
    yield "study", Code(study.name)
    yield "as_of", t.day(study.as_of)
    if study.changes:
        yield "set", _changes(t, study.changes)
    yield "hash", Code(study.hash)
    yield "priors", t.count(len(study.priors))
    yield "paths", t("method.paths_is", paths=t.count(plan.paths), sampler=t(f"sampler.{plan.sampler}"))
    yield "seed", t.count(plan.seed)
    yield "precision", Code(plan.dtype)
    yield "errors", t(f"method.errors_{plan.sampler}")
    if manifest is not None:
        host = manifest.platform
        processor = host.get("processor") or host.get("machine")
        yield "model", Code(manifest.model)
        yield "versions", Code(", ".join(f"{name} {version}" for name, version in manifest.versions.items()))
        yield (
            "machine",
            Code(f"{processor}, {host.get('cores')} × {host.get('backend')}, {host.get('system')}"),
        )
        yield "started", Code(manifest.created)
        if (seconds := manifest.timings.get("total")) is not None:
            yield "time", t("method.seconds", n=f"{seconds:.1f}")
    yield from ((key, Code(command)) for key, command in commands(run).items())


def _changes(t: Locale, changes: Sequence[Change]) -> list[Inline]:
    """Return what was set, and in place of what."""
    items: list[list[Inline]] = []
    for one in changes:
        setting, before = Code(one.setting), Code(one.before)
        whole = t.compose("method.set_in_place", setting=setting, before=before)
        items.append(whole if one.before else [setting])
    return t.list_of([*items])


def _section(context: Context, facts: dict[str, Content]) -> Section:
    t = context.t
    head = context.text_columns("method.fact", "method.is")
    rows = [Row(t(f"method.{key}"), [text]) for key, text in facts.items()]
    blocks: list[Block] = [Table(t("method.caption"), head, rows, kind="facts")]
    if "again" not in facts:
        blocks.append(Paragraph(t("method.own_study"), "note"))
    return Section("method", t("section.method"), blocks)


def limits(context: Context) -> Section:
    """Return what the report does not claim."""
    return _limits(context, ("calibration", unmodelled(context), "fans"))


def short_limits(context: Context) -> Section:
    """Return what a short report, which has no charts over time, does not claim."""
    return _limits(context, ("calibration", unmodelled(context)))


def unmodelled(context: Context) -> str:
    """Return which limit says what the build-out's model leaves out: debt too, unless companies borrow."""
    return "levered" if borrowing(context) else "buildout"


def _limits(context: Context, own: Sequence[str]) -> Section:
    """Return the limits of any model, and those of the build-out before the last."""
    t = context.t
    keys = ("model", "error", "judgement", "fixed", *(own if context.found.fans else ()), "advice")
    lines = [*thresholds.limit(context), *(t(f"limits.{key}") for key in keys)]
    return Section("limits", t("section.limits"), [Bullets(lines)])
