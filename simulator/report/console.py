"""Where text goes, and how a text that a user's file brought is made safe to print."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TextIO, cast

from rich import box
from rich.console import Console, ConsoleDimensions, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from simulator.errors import OutputError

#: Columns of a terminal at which the wider tables are printed.
WIDE = 110

#: Columns where none are known: COLUMNS=0 says nothing.
USUAL = 80

#: Fewest columns that text is broken into; a terminal with fewer wraps it once more.
NARROWEST = 20

#: Least width of a column of labels in tables that stand below each other.
LABEL = 15


@dataclass(frozen=True)
class Guarded:
    """A text stream whose failures to write go to a function of ours.

    Attributes
    ----------
    stream
        Where text is written.
    failed
        Called with an error of the operating system; what it does not raise is passed over.
    """

    stream: Any
    failed: Callable[[OSError], None]

    def write(self, text: str) -> int:
        """Write a text and return its length."""
        try:
            return self.stream.write(text)
        except OSError as error:
            self.failed(error)
            return len(text)

    def flush(self) -> None:
        """Pass on what is written."""
        try:
            self.stream.flush()
        except OSError as error:
            self.failed(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def discard(stream: Any) -> None:
    """Send all that a stream still holds, and all that is written to it later, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _refuse(error: OSError) -> None:
    """Raise that a result cannot be written; but a reader who has enough of it is no error."""
    if isinstance(error, BrokenPipeError):
        raise error
    discard(sys.stdout)
    message = f"standard output cannot be written: {error.strerror}"
    raise OutputError(message) from error


def _pass_over(_: OSError) -> None:
    """Go on without standard error: nothing depends on what is printed there."""
    discard(sys.stderr)


class Stream(Console):
    """A console for text that anyone may have written, which raises when its reader has gone."""

    @property
    def size(self) -> ConsoleDimensions:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Columns and lines, but no fewer columns than words can be set in."""
        found = super().size
        return found._replace(width=max(found.width or USUAL, NARROWEST))

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Render without control characters, but for line breaks and those that rich itself makes."""
        for segment in super().render(renderable, options):
            text = segment.text
            if segment.control or text.isprintable() or text == "\n":
                yield segment
            else:
                yield Segment("".join(c if c == "\n" else plain(c) or " " for c in text), segment.style)

    def on_broken_pipe(self) -> None:
        """Let the error that rich is handling through to whoever prints."""
        raise


def output() -> Console:
    """Return the console for results: standard output.

    NO_COLOR, TERM=dumb and COLUMNS are honoured by rich itself; without a terminal there is no colour.
    """
    return _console(Guarded(sys.stdout, _refuse))


def errors() -> Console:
    """Return the console for progress and errors: standard error."""
    return _console(Guarded(sys.stderr, _pass_over))


def _console(stream: Guarded) -> Console:
    return Stream(file=cast(TextIO, stream), markup=False, highlight=False, emoji=False)


def write_text(text: str) -> None:
    """Write a result on standard output as it is.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    stream = Guarded(sys.stdout, _refuse)
    stream.write(text)
    stream.flush()


def write_line(text: object) -> None:
    """Write a line on standard output, without anything in it that could do more than be read."""
    write_text(f"{plain(text)}\n")


def print_note(text: str) -> None:
    """Print a remark on standard error, as one line however long."""
    errors().print(Text(text, style="dim"), soft_wrap=True)


def plain(text: object) -> str:
    """Return a text that can do nothing but be read: control characters become spaces.

    Titles, notes and names come from files that anyone may have written; an escape sequence in one could
    rewrite the terminal. Markup needs no care: no console here reads it.
    """
    return "".join(c if c.isprintable() else " " for c in str(text)).strip()


def capital(text: str) -> str:
    """Return a text as it begins a line; a key such as "wait.usual" stays as it is written."""
    first = text.partition(" ")[0].rstrip(".,:;")
    return text if "." in first else text[:1].upper() + text[1:]


def count(number: int, noun: str) -> str:
    """Return a number and its noun, in the plural where it needs one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def heading(text: str) -> Text:
    """Return the line that opens a section."""
    return Text(f"\n{text}", style="bold")


def table(*columns: str | Text, least: int = 0, numbers_from: int = 1) -> Table:
    """Return an empty table.

    Parameters
    ----------
    columns
        Their headers.
    least
        Least width of the columns that hold numbers: the same for tables that stand below each other.
    numbers_from
        The first column that holds numbers, which stand to the right and are never broken.
    """
    empty = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0, header_style="dim")
    lines = max(str(column).count("\n") for column in columns)
    for index, column in enumerate(columns):
        # Short headers stand on the rule, not above it.
        lowered = Text("\n" * (lines - str(column).count("\n"))).append(column)
        if index < numbers_from:
            empty.add_column(column, min_width=LABEL if least else None)
        else:
            empty.add_column(lowered, justify="right", no_wrap=True, min_width=least)
    return empty


def long_date(day: date | None) -> str:
    """Return a date in words, "28 January 2026"; "no date" for none."""
    return f"{day.day} {day:%B %Y}" if day else "no date"
