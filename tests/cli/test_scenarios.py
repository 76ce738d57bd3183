"""strandline scenarios, from the command to the exit code."""

import json

import pytest

from simulator import cli, open_run
from simulator.analysis.questions.scenarios import scenarios
from simulator.estimate import to_json
from tests.cli.shop import DAY, prior, store

STUDY = (
    DAY
    + prior("demand", 'family = "normal"\nmean = 0.0\nsd = 1.0', "1")
    + prior("delay", 'family = "uniform"\nlow = 0.0\nhigh = 10.0', "yr")
)
MODEL = """
import jax.numpy as jnp

def profit(draws):
    late = (draws["delay"] > 6.0) & (draws["demand"] < 0.5)
    return {"profit.shop": draws["demand"] - jnp.where(late, 3.0, 0.0)}
"""
LOSS = ("--target", "prob_below(profit.shop, -1.5)")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return store(tmp_path_factory.mktemp("home"), STUDY, MODEL)


@pytest.fixture
def strandline(capsys):
    def run(*arguments):
        capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_it_prints_where_a_loss_is_likely_and_writes_a_page(strandline, stored, tmp_path):
    code, out, err = strandline("scenarios", stored, *LOSS, "--out", tmp_path / "page.html")
    assert code == 0
    assert "draws" in err
    assert "delay at least" in out
    assert "demand at most" in out
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 2
    assert "delay at least" in " ".join(page.split())


def test_json_is_what_the_library_returns(strandline, stored):
    code, out, err = strandline("scenarios", stored, *LOSS, "--json", "--quiet", "--conditions", "1")
    assert (code, err) == (0, "")
    found = scenarios(open_run(stored), LOSS[1], conditions=1)
    assert out == to_json(found.to_json()) + "\n"
    told = json.loads(out)
    assert told["schema"] == 1
    assert told["target"] == LOSS[1]
    assert {len(box["conditions"]) for box in told["boxes"]} == {1}


def test_beliefs_are_chosen_by_options(strandline, stored):
    options = ("--only", "delay", "--boxes", "1", "--min-share", "0.2", "--json", "-q")
    code, out, _ = strandline("scenarios", stored, *LOSS, *options)
    assert code == 0
    told = json.loads(out)
    assert [one["belief"] for one in told["boxes"][0]["conditions"]] == ["delay"]
    assert told["boxes"][0]["share"]["mass"]["value"] > 0.2 - 4 * (0.2 * 0.8 / 8192) ** 0.5
    assert told["least_share"] == 0.2
    code, out, _ = strandline("scenarios", stored, *LOSS, "--without", "delay", "--json", "-q")
    assert told["other"] is None
    assert {one["belief"] for box in json.loads(out)["boxes"] for one in box["conditions"]} <= {"demand"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--target", "bear.group"), "prob_below"),
        ((), "prob_below(profit.shop, 0)"),
        ((*LOSS, "--only", "dely"), "Did you mean delay?"),
        ((*LOSS, "--conditions", "5"), "from 1 to 4"),
        ((*LOSS, "--min-share", "2"), "found 2.0"),
    ],
)
def test_what_cannot_be_asked_ends_with_a_fault_of_usage(strandline, stored, options, message):
    code, out, err = strandline("scenarios", stored, *options)
    assert (code, out) == (2, "")
    assert message in err
