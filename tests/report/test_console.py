from datetime import date

import pytest
from rich.padding import Padding
from rich.text import Text

from simulator.report import console


@pytest.mark.parametrize("stream", ["output", "errors"])
def test_a_console_prints_what_it_is_given(stream, capsys):
    getattr(console, stream)().print("[red]12[/red] :smile: [link=x]y[/link]")
    captured = capsys.readouterr()
    assert (
        captured.out if stream == "output" else captured.err
    ) == "[red]12[/red] :smile: [link=x]y[/link]\n"


@pytest.mark.parametrize("stream", ["output", "errors"])
@pytest.mark.parametrize("make", [str, Text, lambda text: Padding(Text(text), (0, 0, 0, 2))])
def test_no_control_character_reaches_a_terminal(stream, make, capsys):
    """Whatever prints it, and whether or not it was made plain before."""
    getattr(console, stream)().print(make("a\x1b[31mb\x9b2Jc\u202ed\nsecond"))
    captured = capsys.readouterr()
    written = captured.out if stream == "output" else captured.err
    assert [line.strip() for line in written.splitlines()] == ["a [31mb 2Jc d", "second"]


def test_say_is_one_line_on_standard_error(capsys):
    console.print_note("word " * 60)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a\x1b[2Jb", "a [2Jb"),
        ("two\nlines\r", "two lines"),
        ("\x9b31m", "31m"),  # the one-character form of an escape sequence
        ("a\u202eb", "a b"),  # writes the rest of the line from right to left
        ("Électricité ± 东", "Électricité ± 东"),
    ],
)
def test_plain_keeps_what_can_be_read_and_nothing_else(text, safe):
    assert console.plain(text) == safe


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("average lead time", "Average lead time"),
        ("wait.usual has the largest share", "wait.usual has the largest share"),
        ("stated, as filed.", "Stated, as filed."),
        ("judgement.", "Judgement."),
        ("", ""),
    ],
)
def test_a_line_begins_with_a_capital_but_for_a_key(text, begun):
    assert console.capital(text) == begun


def test_long_date():
    assert console.long_date(date(2026, 1, 8)) == "8 January 2026"
    assert console.long_date(None) == "no date"
