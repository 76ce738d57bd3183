"""What a card's sections are made of: points with what there is to say of each, and commands."""

from collections.abc import Iterable, Mapping
from datetime import date

from simulator.report.page.context import Context
from simulator.report.page.document import Code, Content, Day, Row, Table

#: A point of a card, by the key of its name among the messages, and what there is to say of it.
type Point = tuple[str, Content]


def points(context: Context, heading: str, rows: Iterable[Point]) -> Table:
    """Return points below a heading as a table; of what there is nothing to say it says that."""
    t = context.t
    head = context.text_columns("card.point", "card.stated")
    listed = [Row(t(f"card.{key}"), [content or t("card.unstated")]) for key, content in rows]
    return Table(t(f"card.{heading}_caption"), head, listed, kind="facts")


def commands(context: Context, heading: str, listed: Mapping[str, str]) -> Table:
    """Return commands below a heading, each by what it is for."""
    t = context.t
    head = context.text_columns("card.what_for", "card.command")
    rows = [Row(t(f"card.to_{key}"), [Code(command)]) for key, command in listed.items()]
    return Table(t(f"card.{heading}_commands"), head, rows, kind="facts")


def day(context: Context, known: date | None) -> Content:
    """Return a day in digits, or that none is stated."""
    return Day(known.isoformat()) if known else context.t("card.unstated")
