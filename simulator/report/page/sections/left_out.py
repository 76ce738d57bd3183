"""Which figures an update did not use, and why: by reason, whose figure of what each is."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.report.page.document import Block, Code, Column, Quoted, Row, Table
from simulator.report.page.speech import Speech

type Summary = Mapping[str, Any]


def left_out(found: Summary, say: Speech) -> Iterator[Block]:
    """Give a table of them, the reason that holds for most of them last."""
    reasons: dict[str, dict[Quoted | Code, int]] = {}
    for row in found["left_out"]:
        counts = reasons.setdefault(row["reason"], {})
        series = _series(row, found["titles"], say)
        counts[series] = counts.get(series, 0) + 1
    rows: list[Row] = []
    for reason, counts in sorted(reasons.items(), key=lambda item: sum(item[1].values())):
        rows.append(Row([say(f"update.reason_{reason}")], [], strong=True))
        told = sorted(counts.items(), key=lambda item: item[0].text)
        rows += [Row([series], [[say.count(count)]]) for series, count in told]
    columns = [Column(say("update.series"), numeric=False), Column(say("update.periods"))]
    yield Table(say("update.left_caption"), columns, rows)


def _series(row: Mapping[str, Any], titles: Mapping[str, str], say: Speech) -> Quoted | Code:
    """Return whose figure of what it is; the name of a series that the catalogue does not know."""
    keys = {name: f"update.{name}_{row[name]}" for name in ("metric", "definition")}
    if not all(map(say.has, keys.values())):
        return Code(row["series"])
    texts = {name: say(key) for name, key in keys.items()} | {"who": _who(row["company"], titles, say)}
    if row["kind"] == "actual":
        return Quoted(say("update.observed_of", **texts))
    return Quoted(say("update.said_of", kind=say(f"update.kind_{row['kind']}"), **texts))


def _who(name: str, titles: Mapping[str, str], say: Speech) -> str:
    known = (key for key in (f"update.who_{name}", f"entity.{name}") if say.has(key))
    key = next(known, None)
    return say.told(titles.get(name, name)).text if key is None else say(key)
