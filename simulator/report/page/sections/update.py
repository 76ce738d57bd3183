"""What evidence taught: the verdict, the priors and the predictions, before and after."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.report.console import plain
from simulator.report.drawing import SMALL, WIDE, Range, Ranges, ranges
from simulator.report.moves import MOST, RANGE, clear, standardised
from simulator.report.page.document import (
    Block,
    Chart,
    Charts,
    Column,
    Day,
    Inline,
    Notice,
    Paragraph,
    Quoted,
    Row,
    Section,
    Table,
)
from simulator.report.page.labels import label, labelled
from simulator.report.page.sections.conclusion import lead, unheard
from simulator.report.page.sections.left_out import left_out
from simulator.report.page.sections.trust import trust
from simulator.report.page.speech import Speech

type Summary = Mapping[str, Any]

STATISTICS = ("mean", "p05", "p50", "p95")
SAMPLES = ("prior", "posterior")


@dataclass(frozen=True)
class Learned:
    """The numbers of an update, told in a language."""

    found: Summary
    say: Speech

    def sections(self) -> Iterator[Section]:
        """Give the sections of its page."""
        yield self._section("answer", self._answer())
        yield self._section("moved", self._moved())
        yield self._section("observed", self._observed())
        if self.found["ahead"]:
            yield self._section("ahead", self._ahead())
        if self.found["steps"] and self._leader:
            yield self._section("steps", self._steps())
        yield self._section("trust", trust(self.found, self.say))
        if self.found["left_out"]:
            yield self._section("left_out", left_out(self.found, self.say))

    def _section(self, name: str, blocks: Iterator[Block]) -> Section:
        return Section(name, self.say(f"update.{name}"), list(blocks))

    @property
    def _leader(self) -> str:
        return next(iter(self.found["prior"]["verdicts"]), "")

    def _entity(self, name: str) -> Inline:
        if name in ("group", "model"):
            return self.say(f"entity.{name}")
        return Quoted(self.say.told(self.found["titles"].get(name, name)).text)

    def _text(self, name: str) -> str:
        title = self._entity(name)
        return title if isinstance(title, str) else title.text

    @property
    def _companies(self) -> Mapping[str, str]:
        return {name: self.say.told(title).text for name, title in self.found["titles"].items()}

    def _prior(self, name: str) -> str:
        return label(self.say, name, self._companies) or plain(name)

    def _answer(self) -> Iterator[Block]:
        say, found = self.say, self.found
        method = found["method"]
        if not all(gate["passed"] for gate in method["gates"]):
            yield Notice(say("update.untrusted"), [[say("update.untrusted_why")]])
        if self._leader:
            yield Paragraph(lead(found, say), "lead")
        if left := unheard(found, say):
            yield Paragraph(left)
        yield Paragraph([say("update.read", count=say.count(len(found["observations"])))], "note")
        if self._leader:
            yield self._verdicts()
            yield from self._values()
            yield self._changes()
        if found["sampler"] == "rqmc":
            yield Paragraph([say("update.errors", chains=say.count(found["prior_chains"]))], "note")

    def _verdicts(self) -> Table:
        say = self.say
        columns = [Column(say("update.company"), numeric=False)]
        for verdict in self.found["verdicts"]:
            name = say(f"verdict.{verdict}")
            columns.append(Column(say("update.verdict_before", verdict=name), say.unit("percent").axis))
            columns.append(Column(say("update.verdict_after", verdict=name), say.unit("percent").axis))
        rows = [
            Row(
                [self._entity(entity)],
                [
                    [say.estimate(self.found[which]["verdicts"][entity][verdict], 100.0)]
                    for verdict in self.found["verdicts"]
                    for which in SAMPLES
                ],
                strong=entity == "group",
            )
            for entity in self.found["prior"]["verdicts"]
        ]
        return Table(say("update.verdicts"), columns, rows)

    def _values(self) -> Iterator[Table]:
        """Give a table of each metric that is told, before and after, where the model has it."""
        for metric in ("value_created", "capex_2026"):
            if any(name.startswith(f"{metric}.") for name in self.found["prior"]["estimates"]):
                yield self._value(metric)

    def _value(self, of: str) -> Table:
        say = self.say
        unit = say.unit("money")
        columns = [Column(say("update.company"), numeric=False)]
        for name in STATISTICS:
            columns += [
                Column(say(f"update.statistic_{when}", statistic=self._statistic(name)), unit.axis)
                for when in ("before", "after")
            ]
        rows = [
            Row(
                [self._entity(entity)],
                [
                    [say.usable(self.found[which]["estimates"][metric][name], unit.factor)]
                    for name in STATISTICS
                    for which in SAMPLES
                ],
                strong=entity == "group",
            )
            for entity in self.found["prior"]["verdicts"]
            if (metric := f"{of}.{entity}") in self.found["prior"]["estimates"]
        ]
        return Table(say("update.value", metric=say(f"metric.{of}.label")), columns, rows)

    def _statistic(self, name: str) -> str:
        return self.say("update.mean" if name == "mean" else f"quantile.{name}")

    def _changes(self) -> Table:
        """Return by how much verdicts and value are above what they were; in brackets what is not clear."""
        say, change = self.say, self.found["change"]
        points, money = say.unit("points"), say.unit("money")
        columns = [Column(say("update.company"), numeric=False)]
        columns += [Column(say(f"verdict.{verdict}"), points.axis) for verdict in self.found["verdicts"]]
        metrics = {entity: f"value_created.{entity}" for entity in change["verdicts"]}
        valued = all(metric in change["estimates"] for metric in metrics.values())
        statistics = STATISTICS if valued else ()
        columns += [Column(self._statistic(name), money.axis) for name in statistics]
        rows = [
            Row(
                [self._entity(entity)],
                [
                    *([self._change(own[verdict], 100.0)] for verdict in self.found["verdicts"]),
                    *(
                        [self._change(change["estimates"][metrics[entity]][name], money.factor)]
                        for name in statistics
                    ),
                ],
                strong=entity == "group",
            )
            for entity, own in change["verdicts"].items()
        ]
        return Table(say("update.changes"), columns, rows)

    def _change(self, change: Mapping[str, Any], factor: float) -> str:
        text = self.say.estimate(change, factor)
        return text if change["distinguishable"] else f"({text})"

    def _moved(self) -> Iterator[Block]:
        say = self.say
        rows = [row for row in self.found["moved"] if clear(row)][:MOST]
        rest = say("update.moved_rest", count=say.count(len(self.found["moved"]) - len(rows)))
        if not rows:
            yield Paragraph([say("update.moved_none")])
            return
        chart = [
            Ranges(self._prior(row["name"]), _before_and_after(row, standardised))
            for row in rows
            if row["prior"]["sd"]["value"]
        ]
        texts = {"across": say("update.moved_across"), "label": say("update.moved_chart")}
        words = say(
            "update.moved_words", name=self._prior(rows[0]["name"]), shift=say.estimate(rows[0]["shift"])
        )
        yield self._drawn("moved", chart, texts, words)
        columns = [
            Column(say("update.prior"), numeric=False),
            Column(say("update.before")),
            Column(say("update.after")),
            Column(say("update.shift"), say("update.shift_unit")),
            Column(say("update.narrowed"), say("update.narrowed_unit")),
        ]
        table = [
            Row(
                [*labelled(say, row["name"], self._companies), *self._unit(row["unit"])],
                [
                    [self.say.usable(row["prior"]["mean"], self.say.unit(row["unit"]).factor)],
                    [self.say.usable(row["posterior"]["mean"], self.say.unit(row["unit"]).factor)],
                    [say.estimate(row["shift"])],
                    [say.estimate(row["narrowed"])],
                ],
            )
            for row in rows
        ]
        yield Table(say("update.moved_caption"), columns, table)
        yield Paragraph([rest], "note")

    def _unit(self, unit: str) -> list[Inline]:
        axis = self.say.unit(unit).axis
        return [self.say("list.open"), axis, self.say("list.close")] if axis else []

    def _drawn(self, key: str, rows: Sequence[Ranges], texts: Mapping[str, str], words: str) -> Charts:
        say = self.say
        wide, small = (ranges(size, rows, texts, say.tick) for size in (WIDE, SMALL))
        chart = Chart("", True, [], wide, small, words)
        legend = [("two", say("update.before")), ("one", say("update.after"))]
        if any(row.came is not None for row in rows):
            legend.append(("came", say("update.came")))
        return Charts(key, texts["label"], [chart], legend)

    def _about(self, row: Mapping[str, Any]) -> str:
        key = f"update.quantity_{row['quantity']}"
        if not self.say.has(key):
            return plain(row["name"])
        entity = self._text(row["entity"])
        return self.say("update.about", entity=entity, quantity=self.say(key), period=plain(row["period"]))

    def _interval(self, row: Mapping[str, Any], which: str) -> str:
        factor = self.say.unit(row["unit"]).factor
        low, middle, high = (_three(row[which][name]["value"], factor) for name in RANGE)
        return self.say("update.interval", low=low, middle=middle, high=high)

    def _observed(self) -> Iterator[Block]:
        say, rows = self.say, self.found["observations"]
        inside = sum(0.1 <= row["percentile"]["value"] <= 0.9 for row in rows)
        chart = [
            Ranges(self._about(row), _before_and_after(row, _relative), 0.0)
            for row in rows
            if row["value"] > 0
        ]
        if chart:
            texts = {"across": say("update.observed_across"), "label": say("update.observed_chart")}
            count, within = say.count(len(rows)), say.count(inside)
            yield self._drawn(
                "observed", chart, texts, say("update.observed_words", count=count, inside=within)
            )
        columns = [
            Column(say("update.figure"), numeric=False),
            Column(say("update.known"), numeric=False),
            Column(say("update.came")),
            Column(say("update.rank"), say.unit("percent").axis),
            Column(say("update.before")),
            Column(say("update.after")),
        ]
        table = [
            Row(
                [self._about(row), *self._unit(row["unit"])],
                [
                    [Day(row["known"])] if row["known"] else ["–"],
                    [say.given(say.unit(row["unit"]).factor * row["value"])],
                    [say.estimate(row["percentile"], 100.0)],
                    [self._interval(row, "prior")],
                    [self._interval(row, "posterior")],
                ],
            )
            for row in rows
        ]
        yield Table(say("update.observed_caption"), columns, table)
        yield Paragraph([say("update.observed_note")], "note")

    def _ahead(self) -> Iterator[Block]:
        say, rows = self.say, self.found["ahead"]
        unit = say.unit(rows[0]["unit"]).axis
        columns = [
            Column(say("update.company"), numeric=False),
            Column(say("update.before"), unit),
            Column(say("update.after"), unit),
        ]
        table = [
            Row(
                [self._entity(row["entity"])],
                [[self._interval(row, which)] for which in SAMPLES],
                strong=row["entity"] == "group",
            )
            for row in rows
        ]
        yield Table(say("update.ahead_caption", period=rows[0]["period"]), columns, table)
        yield Paragraph([say("update.ahead_note")], "note")

    def _steps(self) -> Iterator[Block]:
        say, steps, leader = self.say, self.found["steps"], self._leader
        verdicts = self.found["verdicts"]
        columns = [Column(say("update.evidence_of"), numeric=False)]
        columns += [
            Column(say(f"verdict.{name}"), say.unit("percent").axis) for name in self.found["verdicts"]
        ]
        columns.append(Column(say("update.figures")))
        chances = [(say("update.nothing"), self.found["prior"]["verdicts"][leader], 0)]
        chances += [(step["stage"], step["verdicts"][leader], step["observations"]) for step in steps]
        rows = [
            Row(
                [plain(stage)],
                [*([say.estimate(chance[v], 100.0)] for v in verdicts), [say.count(count)]],
            )
            for stage, chance, count in chances
        ]
        yield Table(say("update.steps_caption", entity=self._text(leader)), columns, rows)
        names = [row["name"] for row in self.found["moved"] if clear(row)][:MOST]
        if names:
            heads = [
                Column(say("update.prior"), numeric=False),
                *(Column(plain(step["stage"])) for step in steps),
            ]
            moves = [
                Row(
                    labelled(say, name, self._companies),
                    [[say.estimate(step["shifts"][name])] for step in steps],
                )
                for name in names
            ]
            yield Table(say("update.steps_moved"), heads, moves)


def _before_and_after(
    row: Mapping[str, Any], scaled: Callable[..., tuple[float, float, float]]
) -> list[Range]:
    return [
        Range(kind, *scaled(row, row[sample])) for kind, sample in zip(("two", "one"), SAMPLES, strict=True)
    ]


def _relative(row: Mapping[str, Any], sample: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return three quantiles relative to what came, in per cent."""
    low, middle, high = (100 * (sample[name]["value"] / row["value"] - 1) for name in RANGE)
    return low, middle, high


def _three(value: float | None, factor: float) -> str:
    """Return a number to three figures in the unit to which the factor leads."""
    return "–" if value is None else f"{factor * float(f'{value:.3g}'):,g}"
