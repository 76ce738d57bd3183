from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text

from simulator.report.estimates import Estimates, lay


def laid(estimates, width):
    text = StringIO()
    console = Console(file=text, width=width, markup=False, highlight=False)
    console.print(lay(console, estimates))
    return text.getvalue()


def sample(cell):
    made = Estimates(["Payback\nyears", "P5", "P50", "P95", "Mean"])
    for title in ("Group", "Microsoft"):
        made.add(Text(title, style="bold"), *([cell] * 4))
    return made


@pytest.mark.parametrize("cell", ["1 ± 2", "-1234.5 ± 0.7", "0.42931 ± 0.00018", "-0.0429312 ± 0.0000018"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_digit_is_cut_off(cell, width):
    text = laid(sample(cell), width)
    number, error = cell.split(" ± ")
    assert max(map(len, text.splitlines())) <= width
    assert text.count(number) == 8
    assert text.count(f"± {error}") + text.count(f"±{error}") == 8


def test_an_error_stands_beside_its_number_where_there_is_room():
    assert laid(sample("0.42931 ± 0.00018"), 120).count("0.42931 ± 0.00018") == 8


def test_columns_of_tables_stand_in_line_where_there_is_room():
    ends = {
        tuple(len(line) for line in laid(sample(cell), 80).splitlines()) for cell in ("1 ± 2", "-123.5 ± 0.7")
    }
    assert len(ends) == 1


def test_a_long_title_is_broken_before_a_number_is():
    made = Estimates(["Payback\nyears", "P5", "P50", "P95", "Mean"])
    made.add("A company of quite a long name " * 2, *(["12.345 ± 0.017"] * 4))
    assert laid(made, 80).count("12.345 ± 0.017") == 4


def test_an_exact_number_has_no_error():
    text = laid(sample("475"), 60)
    assert text.count("475") == 8
    assert "±" not in text
