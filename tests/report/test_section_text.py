"""A section on the terminal says what the page says, and cuts no digit."""

from io import StringIO

import pytest
from rich.console import Console

from simulator.report.page.document import (
    Bullets,
    Code,
    Coloured,
    Column,
    Folded,
    Heading,
    KeyNumber,
    KeyNumbers,
    Notice,
    Paragraph,
    Quoted,
    Row,
    Section,
    Table,
    text_of,
)
from simulator.report.section_text import print_section

HOSTILE = "evil\x1b[31m[bold]"
TABLE = Table(
    "A table",
    [Column("Belief", numeric=False), Column("Value", "USD bn"), Column("Likeliest", numeric=False)],
    [
        Row(Quoted(HOSTILE), ["1,234.5 ± 0.3", Coloured("Bear", "bear")], strong=True, note="A note."),
        Row([Code("power.lead_time"), " somewhere"], ["−12 ± 3", "none between P1 and P99"]),
    ],
)
SECTION = Section(
    "flip",
    "What would flip it",
    [
        Paragraph(["The ", Coloured("bear", "bear"), " verdict"], "lead"),
        Paragraph("A remark.", "note"),
        Bullets(["one", "two"]),
        Notice("Beware", ["of this"]),
        Heading("More"),
        KeyNumbers([KeyNumber("42%", "of paths", "± 1")]),
        Folded("Details", [Paragraph("inside")]),
        TABLE,
    ],
)


def printed(section: Section, width: int) -> str:
    out = StringIO()
    print_section(Console(file=out, width=width, color_system=None), section, {"bear": -1})
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_every_word_and_digit_of_a_section_is_printed_at_any_width(width):
    words = printed(SECTION, width).split()
    expected = [text_of(block.text) for block in SECTION.blocks if isinstance(block, Paragraph)]
    expected += ["one two Beware of this More 42% of paths (± 1) Details inside A table USD bn A note."]
    expected += ["1,234.5 0.3 Bear −12 3 none between P1 and P99 power.lead_time somewhere"]
    missing = [
        word for text in expected for word in text.split() if word not in words and f"±{word}" not in words
    ]
    assert not missing


def test_a_text_of_a_users_file_can_do_nothing_but_be_read():
    text = printed(SECTION, 100)
    assert "\x1b" not in text
    assert "[bold]" in text


def test_errors_stand_below_their_numbers_where_there_is_no_room_beside_them():
    wide, narrow = printed(SECTION, 100), printed(SECTION, 40)
    assert "1,234.5 ± 0.3" in wide
    assert "1,234.5 ± 0.3" not in narrow
    assert "±0.3" in narrow
