"""What drives the outcome: shares of variance with their errors, directions, and what nobody sourced."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.analysis.risks import surprise_at
from simulator.report.drawing import SMALL, WIDE, Bar, Size, bars
from simulator.report.drawing.bars import tornado_ends
from simulator.report.estimates import apart
from simulator.report.markup import Element
from simulator.report.page.context import Context, shown
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Code,
    Column,
    Heading,
    Inline,
    Paragraph,
    Row,
    Section,
    Table,
)
from simulator.report.page.sections import flips, headlines
from simulator.report.page.sections.risks import MARK
from simulator.report.page.shown import Shown

#: Rows of a tornado and of a table of drivers.
ROWS = 10

#: Priors of a short report whose ends are told.
FEW = 6

type Target = Mapping[str, Any]


def drivers(context: Context) -> Section:
    """Return what drives the leading metric, bull and bear; or why that is not known."""
    say, found = context.say, context.found.drivers
    if found is None:
        blocks: list[Block] = [Paragraph([say("drivers.none"), Code(context.found.unexplained)], "note")]
        return Section("drivers", say("section.drivers"), blocks)
    held = sum(found["held"].values())
    read = _read(context, found)
    blocks = [Paragraph([read, say("answer.space"), say("drivers.held", n=say.count(held))], "note")]
    blocks += flips.table(context)
    lead = context.found.charted[0] if context.found.charted else None
    targets = {name: one for name, one in found["targets"].items() if not one["constant"] and one["drivers"]}
    if lead is not None:
        own = [one for one in targets.values() if one["kind"] == "metric" and one["metric"] == lead.metric]
        if own:
            charts = [tornado(context, lead, one, ROWS) for one in own]
            title = say("drivers.tornado", metric=context.label(lead.metric))
            legend = [("low", say("drivers.low")), ("high", say("drivers.high"))]
            blocks.append(Charts("drivers", title, charts, legend, [say("drivers.tornado_about")]))
    for target in targets.values():
        if target["entity"] == context.leader:
            blocks += _target(context, target)
    return Section("drivers", say("section.drivers"), blocks, selectors=True)


def _read(context: Context, found: Mapping[str, Any]) -> str:
    """Return what the shares are, on how many paths they rest, and by which of them priors are ranked."""
    paths, of_run = (context.say.count(found[key]) for key in ("paths", "paths_of_run"))
    lead = context.found.charted[0].metric if context.found.charted else ""
    return context.say("drivers.read", paths=paths, all=of_run, metric=context.label_within(lead))


def leading(context: Context) -> Section | None:
    """Return the drivers of the leading metric of the leading entity, and what would change its verdict."""
    say, target = context.say, lead_target(context)
    if target is None or context.found.drivers is None:
        return None
    read = Paragraph([_read(context, context.found.drivers)], "note")
    blocks = [read, *list(_target(context, target))[:3], *flips.table(context, FEW)]
    return Section("drivers", say("section.drivers"), blocks)


def lead_target(context: Context) -> Target | None:
    """Return what is known of the drivers of the leading metric of the leading entity; None if nothing is."""
    found, charted = context.found.drivers, context.found.charted
    if found is None or not charted:
        return None
    target = found["targets"].get(context.found.name(charted[0].metric, context.leader))
    return None if target is None or target["constant"] or not target["drivers"] else target


def _title(context: Context, target: Target) -> str:
    """Return what is explained, such as "Value created" or "Bear"."""
    if target["kind"] == "metric":
        return context.label(target["metric"])
    return context.say("drivers.verdict", verdict=context.say(f"verdict.{target['metric']}"))


def share_of(context: Context, share: Mapping[str, Any]) -> str:
    """Return a share with its error; one that cannot be told from zero is said to be so."""
    if share["value"] is None:
        return "–"
    return context.say.percent(share) if share["distinguishable"] else context.say("drivers.zero")


def _target(context: Context, target: Target) -> Iterator[Block]:
    say, title = context.say, _title(context, target)
    yield Heading(say("drivers.of", target=title, entity=context.entity_text(target["entity"])))
    yield Paragraph(
        [
            say(
                "drivers.explained",
                explained=share_of(context, target["explained"]),
                unexplained=share_of(context, target["unexplained"]),
                unsourced=share_of(context, target["unsourced"]["share"]),
                of_explained=share_of(context, target["unsourced"]["of_explained"]),
                indistinguishable=say.count(target["indistinguishable"]),
            )
        ]
    )
    is_metric = target["kind"] == "metric"
    one = shown(target["metric"]) if is_metric else Shown(target["metric"], "percent", 100.0)
    unit = context.unit(one).axis
    head = [
        Column(say("drivers.prior"), numeric=False),
        Column(say("drivers.share"), say("unit.variance.axis")),
        Column(say("drivers.direction"), numeric=False),
        Column(say("drivers.mean_low"), unit),
        Column(say("drivers.mean_high"), unit),
        Column(say("prior.basis"), numeric=False),
    ]
    yield Table(
        say("drivers.caption", target=title),
        head,
        [_row(context, one, target["metric"], row) for row in target["drivers"][:ROWS]],
    )
    yield from _groups(context, title, target)


def _row(context: Context, one: Shown, metric: str, row: Mapping[str, Any]) -> Row:
    say = context.say
    about = context.found.drivers["priors"][row["prior"]] if context.found.drivers else {}
    sign = {1: "drivers.up", -1: "drivers.down", 0: "drivers.unclear"}[row["direction"]["sign"]]
    cells: list[list[Inline]] = [
        [share_of(context, row["share"])],
        [say(sign)],
        [context.number(one, row["low"])],
        [context.number(one, row["high"])],
        [say(f"basis.{about['basis']}")],
    ]
    surprises = context.found.run.study.surprises
    why = surprise_at(surprises, row["prior"], metric, row["direction"]["sign"])
    note: list[Inline] = [] if why is None else [say("risks.surprise", mark=MARK), say.told(why.note)]
    return Row(context.prior_and_name(row["prior"]), cells, note=note)


def _groups(context: Context, title: str, target: Target) -> Iterator[Block]:
    say = context.say
    for kind in ("basis", "rank", "mechanism", "company"):
        rows = [
            Row(
                [_group(context, kind, one["name"])],
                [
                    [say.count(one["priors"])],
                    [share_of(context, one["share"])],
                    [share_of(context, one["alone"])],
                ],
            )
            for one in target["groups"][kind]
        ]
        head = [
            Column(say(f"drivers.by_{kind}"), numeric=False),
            Column(say("drivers.priors")),
            Column(say("drivers.share"), say("unit.variance.axis")),
            Column(say("drivers.alone"), say("unit.variance.axis")),
        ]
        yield Table(say(f"drivers.caption_{kind}", target=title), head, rows)
        if more := [one for one in target["groups"][kind] if _hidden(one)]:
            named = say("list.comma").join(_told(context, kind, one) for one in more)
            yield Paragraph([say("drivers.alone_read", groups=named)], "note")


def _hidden(one: Mapping[str, Any]) -> bool:
    """Whether a group adds more to all others than it explains by itself, beyond the errors."""
    return apart(one["alone"], one["share"]) and one["alone"]["value"] > one["share"]["value"]


def _told(context: Context, kind: str, one: Mapping[str, Any]) -> str:
    name = _group(context, kind, one["name"])
    return name if isinstance(name, str) else name.text


def _group(context: Context, kind: str, name: str) -> Inline:
    if kind == "basis" or (kind == "company" and name == "shared"):
        return context.say(f"basis.{name}")
    if kind == "rank":
        return context.say(f"rank.{name}")
    if kind == "company":
        return context.entity(name)
    key = f"topic.{name}"
    return context.say(key) if context.say.has(key) else Code(name)


def tornado(context: Context, one: Shown, target: Target, most: int) -> Chart:
    """Return what a metric is where each of its leading priors is low and where it is high."""
    say, factor, unit = context.say, context.factor(one), context.unit(one)
    # One order everywhere: that of the shares, which is also the answer's and the table's.
    listed = target["drivers"][:most]
    rows = [
        Bar(
            say("drivers.bar", prior=context.prior(row["prior"]), share=say.rough_percent(row["share"])),
            tornado_ends(row, factor, say.rough),
        )
        for row in listed
    ]
    told = (
        say(
            "drivers.words",
            prior=context.prior(row["prior"]),
            low=context.rough(one, row["low"]),
            high=context.rough(one, row["high"]),
        )
        for row in listed[:3]
    )
    words = say("list.semicolon").join(told) + say("list.stop")
    title = say("drivers.tornado", metric=context.label(one.metric))
    texts = {
        "label": say("list.comma").join((title, context.entity_text(target["entity"]))),
        "across": unit.axis,
    }

    def drawn(size: Size) -> Element:
        return bars(size, rows, target["mean"]["value"] * factor, texts, say.tick)

    entity = target["entity"]
    wide = drawn(WIDE) if entity == context.leader or context.full else None
    finding = context.finding(headlines.drivers(context, one, target))
    return Chart(
        entity,
        entity == context.leader,
        [context.entity(entity)],
        wide,
        drawn(SMALL),
        words,
        finding=finding,
    )
