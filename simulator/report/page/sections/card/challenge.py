"""How the answer can be attacked, what it does not say, and room for those who review it."""

from collections.abc import Iterator

from simulator.analysis.card import Card
from simulator.report.page.context import Context
from simulator.report.page.document import Block, Bullets, Code, Content, Paragraph, Row, Section, Table
from simulator.report.page.sections import answer, flips, method
from simulator.report.page.sections.card.points import Point, commands, points

#: Flips that are listed, those of the largest shares of the verdicts' variance; JSON has all.
FLIPS = 5

#: What reviewers fill in, in order: keys of messages.
REVIEW = ("reviewer", "independent", "use", "tier_set", "decision", "conditions", "date", "next")


def challenge(context: Context, card: Card) -> Section:
    """Return what flips the verdict, what speaks against the leading beliefs, and how to have it again."""
    t, own = context.t, card.challenge
    blocks: list[Block] = [Paragraph(_flipped(context, card), "answer")]
    if own.flips:
        blocks.append(_flips(context, card))
    if own.counters:
        blocks.append(_counters(context, card))
    if own.commands:
        blocks.append(commands(context, "challenge", own.commands))
        blocks.append(Paragraph(t("card.told_apart"), "note"))
    blocks.append(points(context, "reproduction", _reproduction(context, card)))
    return Section("challenge", t("card.challenge"), blocks)


def _flipped(context: Context, card: Card) -> Content:
    t, own = context.t, card.challenge
    if not own.likeliest:
        return t("card.nothing_to_flip")
    if not own.tried:
        return t("card.no_flips")
    counts = {"n": t.count(len({one.prior for one in own.flips})), "all": t.count(own.tried)}
    return t.compose("card.flips_are", verdict=context.within(own.likeliest), **counts)


def _flips(context: Context, card: Card) -> Table:
    t = context.t
    head = [
        *context.text_columns("flips.prior", "flips.end", "flips.likeliest"),
        *context.columns("card.its_chance", unit="%"),
    ]
    rows = []
    for one in card.challenge.flips[:FLIPS]:
        bound = flips.bound(context, flips.Flip(one.prior, one.end, one.there))
        chance = t.estimate(one.there.chances[one.there.likeliest], 100.0)
        where = t(f"flips.end_{one.end}", bound=bound)
        rows.append(
            Row(context.prior_and_name(one.prior), [where, context.verdict(one.there.likeliest), chance])
        )
    return Table(t("card.flips_caption"), head, rows)


def _counters(context: Context, card: Card) -> Table:
    t = context.t
    head = context.text_columns("drivers.prior", "card.against")
    rows = [
        Row(
            context.prior_and_name(one.prior), [t.translate(one.against) if one.against else t("card.silent")]
        )
        for one in card.challenge.counters
    ]
    return Table(t("card.counters_caption"), head, rows, kind="facts")


def _reproduction(context: Context, card: Card) -> Iterator[Point]:
    t, own = context.t, card.challenge.reproduction
    yield "hash", Code(own.hash)
    paths = t("method.paths_is", paths=t.count(own.paths), sampler=t(f"sampler.{own.sampler}"))
    yield "paths", t("card.paths_are", paths=paths, seed=t.count(own.seed), precision=own.precision)
    yield (
        "versions",
        Code(", ".join(f"{name} {one}" for name, one in own.versions.items())) if own.versions else "",
    )
    yield "created", Code(own.created) if own.created else ""
    yield "verified", _verified(context, card)


def _verified(context: Context, card: Card) -> Content:
    t, verified = context.t, card.challenge.reproduction.verified
    if verified is None:
        return t.compose("card.unverified", option=Code("--verify"))
    if verified.differences:
        return t("card.differs", n=t.count(len(verified.differences)))
    return t("card.identical" if verified.exact else "card.alike")


def limits(context: Context, card: Card) -> Section:
    """Return what is wrong with the run, and what no run of its model can say."""
    t, own = context.t, card.limits
    wrong: list[Block] = list(answer.notices(context))
    blocks = wrong or [Paragraph(t("card.no_faults"))]
    if own.unjudged:
        shares = t.list_of(
            [[context.entity(name), t("list.space"), t.percent(one)] for name, one in own.unjudged.items()]
        )
        blocks.append(Paragraph(t.compose("card.unjudged", shares=shares)))
    lines: list[Content] = [t("limits.error"), t("card.fixed_are", n=t.count(own.fixed))]
    if own.of_domain:
        lines += [t(f"limits.{method.unmodelled(context)}"), t("card.calibration")]
    else:
        lines.append(t("card.own_model"))
    return Section("limits", t("card.limits"), [*blocks, Bullets([*lines, t("card.unforeseen")])])


def review(context: Context, card: Card) -> Section:
    """Return what those who review the card fill in: nothing of it is known to the run."""
    t = context.t
    head = context.text_columns("card.point", "card.filled_in")
    rows = [Row(t(f"card.review_{key}"), [t("card.blank")]) for key in REVIEW]
    blocks = [
        Paragraph(t("card.review_read"), "note"),
        Table(t("card.review_caption"), head, rows, kind="facts"),
    ]
    return Section("review", t("card.review"), blocks)
