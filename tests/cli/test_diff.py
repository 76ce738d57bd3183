"""strandline diff, from the command to the exit code."""

import json
from io import StringIO

import pytest
from rich.console import Console

from simulator import cli, diff, load_study
from simulator.estimate import to_json
from simulator.report.diff import print_difference

JANUARY = "hyperscalers-2026-01"
SHARED = 'basis = "judgement"\nnote = "for a test"\nas_of = 2026-01-28\n'
LATER = f"""
extends = "{JANUARY}"
[study]
name = "later"
title = "Later \\u001b[31mon"
[verdict.bear]
value_per_dollar = {{ max = 0.0 }}
scorecard_passes = {{ max = 1 }}
[power.lead_time.northern_virginia]
family = "lognormal"
median = 7.0
sigma = 0.2
unit = "yr"
{SHARED}
[spend.headline]
value = 500.0
unit = "USD bn/yr"
{SHARED}
"""


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    """Return a study that differs from January's in two priors and a rule, and compiles nothing anew."""
    path = tmp_path_factory.mktemp("studies") / "later.toml"
    path.write_text(LATER)
    return path


@pytest.fixture
def strandline(capsys):
    def run(*arguments):
        capsys.readouterr()
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.mark.slow
def test_json_and_the_terminal_are_the_record_of_the_library(strandline, later):
    code, out, err = strandline("diff", JANUARY, later, "--paths", "8192", "--json", "--seed", "5")
    assert (code, err) == (0, "")
    found = diff(load_study(JANUARY), load_study(later), paths=8192, seed=5)
    assert out == to_json(found.to_json()) + "\n"
    assert json.loads(out)["schema"] == 1
    parts = {part.name: part.changes for part in found.parts}
    assert parts == {"power": 1, "rules": 1, "spend": 1}
    for columns in (80, 120):
        stream = StringIO()
        print_difference(Console(file=stream, width=columns, color_system=None), found, 10)
        text = stream.getvalue()
        assert max(map(len, text.splitlines())) <= columns
        assert "The chance of bear for the group rises by" in text
        assert all(f"\n{part} (1)" in text for part in parts)
        assert "verdict.bear.value_per_dollar.max: -0.05 → 0" in text
        assert "475 → 500 USD bn/yr" in text
        assert "\x1b" not in text


def test_a_study_with_itself(strandline):
    code, out, err = strandline("diff", JANUARY, JANUARY, "--paths", "8192", "--quiet")
    assert (code, err) == (0, "")
    assert "The chance of bear for the group is the same in both" in " ".join(out.split())
    assert "What changed\nnothing" in out


@pytest.mark.slow
def test_two_runs_of_one_study_differ_by_noise(strandline, tmp_path):
    for seed in ("1", "2"):
        arguments = ("--paths", "8192", "--seed", seed, "--out", tmp_path / seed, "--quiet", "--json")
        assert strandline("run", *arguments)[0] == 0
    code, out, _ = strandline("diff", tmp_path / "1", tmp_path / "2", "--paths", "8192")
    assert code == 0
    assert "Noise" in out
    assert "seed 1, rqmc; computed again on 8,192 paths: identical" in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("hyperscaler-2026-01", JANUARY), 3, "Did you mean hyperscalers-2026-01?"),
        ((JANUARY,), 2, "SECOND requires"),
        ((JANUARY, JANUARY, JANUARY), 2, "Too many arguments"),
        ((JANUARY, JANUARY, "--paths", "0"), 2, "--paths"),
        ((JANUARY, JANUARY, "--threads", "0"), 2, "--threads"),
        ((JANUARY, JANUARY, "--seed", "-1"), 2, "--seed"),
        ((JANUARY, JANUARY, *3 * ("--model", "own.py:x")), 2, "--model: found 3; allowed: one"),
    ],
)
def test_faults_have_their_exit_code(strandline, arguments, code, message):
    found, out, err = strandline("diff", *arguments)
    assert (found, out) == (code, "")
    assert message in err
