"""How predictive checks are told."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from simulator.analysis.checks import Evaluation, Outcome
from simulator.analysis.run import Run
from simulator.engine import MemoryStore, Plan
from simulator.estimate import Number
from simulator.report import checks
from simulator.study import Check, Study

GIGAWATTS = Outcome(
    Check("opening_gw", "Gigawatts live", "GW", 6.0, 12.0, "median_within", sources=("a.b", "c\x1b[31m")),
    {"p10": Number(6.3, 0.02), "p50": Number(7.8, 0.01), "p90": Number(9.8, 0.02)},
    Number(8.0, 0.01),
    Number(0.93, 0.003),
)
BUST = Outcome(
    Check("bust", "Chance of a bust", "1", 0.1, 0.25, "value_within"),
    {"p10": Number(0.0, 0.0), "p50": Number(0.0, 0.0), "p90": Number(1.0, 0.0)},
    Number(0.264, 0.004),
    Number(0.0, 0.0),
)


def printed(*outcomes: Outcome, width: int = 80) -> list[str]:
    plan = Plan(8192, 7, "rqmc")
    run = Run(Study("small"), plan, lambda draws: draws, MemoryStore((), plan.dtype), {})
    text = StringIO()
    console = Console(file=text, width=width, markup=False, highlight=False, emoji=False)
    checks.print_checks(console, Evaluation(run, outcomes))
    return text.getvalue().splitlines()


def test_a_check_says_range_numbers_result_and_sources():
    lines = printed(GIGAWATTS, BUST)
    assert lines[0] == "small: 1 of 2 predictive checks pass"
    assert lines[1] == "8,192 paths by rqmc, seed 7"
    at = lines.index("Gigawatts live, GW")
    assert " ".join(lines[at + 1].split()) == "pass 6 to 12 6.30 ± 0.02 7.800 ± 0.010* 9.80 ± 0.02"
    assert lines[at + 2] == "  a.b, c [31m"
    at = lines.index("Chance of a bust")
    assert " ".join(lines[at + 1].split()) == "FAIL 0.1 to 0.25 0.264 ± 0.004*"
    assert lines[at + 2] == "  judgement"


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(width):
    assert max(map(len, printed(GIGAWATTS, BUST, width=width))) <= width


def test_an_outcome_near_a_bound_is_marked_and_explained():
    assert not any("?" in line for line in printed(GIGAWATTS))
    near = replace(GIGAWATTS, quantiles={**GIGAWATTS.quantiles, "p50": Number(6.1, 0.1)})
    lines = printed(near)
    assert any(line.startswith("  pass ?") for line in lines)
    assert checks.UNCLEAR in lines


def test_numbers_of_many_digits_keep_their_distance():
    wide = {name: Number(0.123456, 0.00016) for name in GIGAWATTS.quantiles}
    lines = printed(replace(GIGAWATTS, quantiles=wide))
    row = lines[lines.index("Gigawatts live, GW") + 1]
    assert row.count(" 0.12346 ± 0.00016") == 3
