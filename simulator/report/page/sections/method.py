"""How the numbers were computed, how to have them again, and what they do not claim."""

from collections.abc import Sequence

from simulator.report.page.context import Context
from simulator.report.page.document import (
    Block,
    Bullets,
    Code,
    Column,
    Inline,
    Inlines,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.reproduce import commands
from simulator.report.page.sections import thresholds
from simulator.report.page.speech import Speech
from simulator.study.changes import Change

#: What a short report says of the run.
SHORT = ("study", "as_of", "set", "hash", "paths", "seed", "again", "verify")


def method(context: Context) -> Section:
    """Return what the run was, and the commands that compute it again."""
    return _section(context, _facts(context))


def short(context: Context) -> Section:
    """Return what is needed to compute the run again."""
    return _section(context, [(key, text) for key, text in _facts(context) if key in SHORT])


def _facts(context: Context) -> list[tuple[str, Inlines]]:
    say, run, manifest = context.say, context.found.run, context.found.manifest
    plan, study = run.plan, run.study
    facts: list[tuple[str, Inlines]] = [
        ("study", [Code(study.name)]),
        ("as_of", [say.day(study.as_of)]),
        *([("set", _changes(say, study.changes))] if study.changes else ()),
        ("hash", [Code(study.hash)]),
        ("priors", [say.count(len(study.priors))]),
        (
            "paths",
            [say("method.paths_is", paths=say.count(plan.paths), sampler=say(f"sampler.{plan.sampler}"))],
        ),
        ("seed", [say.count(plan.seed)]),
        ("precision", [Code(plan.dtype)]),
        ("errors", [say(f"method.errors_{plan.sampler}")]),
    ]
    if manifest is not None:
        versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
        host = manifest.platform
        processor = host.get("processor") or host.get("machine")
        machine = f"{processor}, {host.get('cores')} × {host.get('backend')}, {host.get('system')}"
        seconds = manifest.timings.get("total")
        facts += [
            ("model", [Code(manifest.model)]),
            ("versions", [Code(versions)]),
            ("machine", [Code(machine)]),
            ("started", [Code(manifest.created)]),
        ]
        if seconds is not None:
            facts.append(("time", [say("method.seconds", n=f"{seconds:.1f}")]))
    return [*facts, *((key, [Code(command)]) for key, command in commands(run).items())]


def _changes(say: Speech, changes: Sequence[Change]) -> list[Inline]:
    """Return what was set, and in place of what."""
    items: list[Inlines] = []
    for one in changes:
        setting, before = Code(one.setting), Code(one.before)
        whole = say.fill("method.set_in_place", setting=setting, before=before)
        items.append(whole if one.before else [setting])
    return say.listed(items)


def _section(context: Context, facts: Sequence[tuple[str, Inlines]]) -> Section:
    say = context.say
    head = [Column(say("method.fact"), numeric=False), Column(say("method.is"), numeric=False)]
    rows = [Row([say(f"method.{key}")], [text]) for key, text in facts]
    blocks: list[Block] = [Table(say("method.caption"), head, rows, kind="facts")]
    if "again" not in dict(facts):
        blocks.append(Paragraph([say("method.own_study")], "note"))
    return Section("method", say("section.method"), blocks)


def limits(context: Context) -> Section:
    """Return what the report does not claim."""
    return _limits(context, () if context.found.fans is None else ("buildout", "fans"))


def short_limits(context: Context) -> Section:
    """Return what a short report, which has no charts over time, does not claim."""
    return _limits(context, () if context.found.fans is None else ("buildout",))


def _limits(context: Context, own: Sequence[str]) -> Section:
    """Return the limits of any model, and those of this one before the last."""
    say = context.say
    keys = ("model", "error", "judgement", "held", *own, "advice")
    lines = [[say(f"limits.{key}")] for key in keys]
    return Section("limits", say("section.limits"), [Bullets([*thresholds.limit(context), *lines])])
