"""The page on the page with the model inside says what it can do and what it cannot."""

import re
from typing import Any

import pytest

from simulator.analysis.run.program import model_of, program
from simulator.beliefs import Beliefs
from simulator.engine import Plan
from simulator.portable import kernel
from simulator.portable.primitives.sorting import MOST
from simulator.portable.translate import ADVISED, RULES, NotPortableError
from simulator.study import Study
from simulator.whatif.changes import changes
from tests.docs.pages import PAGES

PAGE = PAGES["docs/how-to/whatif.md"].read_text()
REFUSED = PAGE.partition("What has none is refused by name")[2].partition("The message reads")[0]
_HELD = PAGE.partition("These are priors of the family ")[2].partition("Of the shipped sets")[0]
HELD = " ".join(_HELD.split())

assert kernel.translate  # fills the table of rules


def test_what_is_said_to_be_refused_is_refused() -> None:
    lists = re.findall(r"\((`[^)]*`)\)", REFUSED)
    named = re.findall(r"`(\w+)`", " ".join(lists))
    assert len(named) >= 7
    assert not set(named) & set(RULES)
    assert {"sort", "scan", "while", "cond"} <= set(RULES)
    assert f"`sort` of up to {MOST} entries" in PAGE


def test_the_message_is_the_one_that_is_shown() -> None:
    shown = " ".join(PAGE.partition("The message reads `")[2].partition("`")[0].split())
    assert shown == str(NotPortableError("it uses cholesky, which has no portable form"))
    assert shown.endswith(ADVISED)


@pytest.mark.parametrize(
    ("table", "moves", "said"),
    [
        ({"family": "uniform", "low": 0.0, "high": 1.0}, True, ""),
        ({"family": "loguniform", "low": 1.0, "high": 3.0}, True, ""),
        ({"family": "beta", "alpha": 2.0, "beta": 3.0}, False, "beta"),
        ({"family": "bernoulli", "p": 0.3}, False, "bernoulli"),
        ({"family": "normal", "mean": 0.0, "sd": 1.0, "bounds": [-1.0, 2.0]}, False, "bounds cut"),
        ({"family": "lognormal", "median": 2.0, "sigma": 0.3, "bounds": [1.0, 4.0]}, False, "bounds cut"),
        ({"family": "normal", "mean": 0.0, "sd": 1.0}, True, ""),
        ({"family": "lognormal", "median": 2.0, "sigma": 0.3}, True, ""),
        ({"family": "student_t", "df": 5.0, "loc": 0.0, "scale": 1.0}, True, ""),
        ({"family": "triangular", "low": 0.0, "mode": 0.4, "high": 1.0}, True, ""),
        ({"family": "gamma", "mean": 2.0, "sd": 1.0}, True, ""),
    ],
)
def test_beliefs_that_a_page_cannot_move_are_named(table: dict[str, Any], moves: bool, said: str) -> None:
    study = Study.from_dict({"priors": {"x": table}}, model=lambda draws: {"twice": 2 * draws["x"]})
    made = program(study, model_of(study, None), Plan(8192))
    assert isinstance(made.beliefs, Beliefs)
    found = changes(made.beliefs, study.priors)["x"]
    assert found["hold"]
    assert ("move" in found) == moves
    assert said in HELD
    if moves:
        assert table["family"] not in HELD
