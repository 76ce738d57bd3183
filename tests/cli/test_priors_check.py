"""strandline priors check --predictive, from the command to the exit code."""

import json

import pytest

from simulator import cli

BENT = """\
extends = "hyperscalers-2026-01"
[study]
name = "bent"
[power.equipment]
family = "lognormal"
median = 6.0
sigma = 0.17
unit = "yr"
basis = "judgement"
as_of = 2026-01-28
note = "Nobody waits as long."
"""


@pytest.fixture
def strandline(capsys):
    """Return a function that runs a command, and gives its exit code and words."""

    def run(*arguments):
        code = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_the_shipped_set_passes_under_its_audit(strandline):
    code, out, err = strandline("priors", "check", "--predictive")
    assert (code, err) == (0, "")
    assert out.index("Median age") < out.index("17 of 17 predictive checks pass")
    assert "8,192 paths by rqmc, seed 0" in out


def test_a_bent_set_exits_4_with_its_result_on_standard_output(strandline, tmp_path):
    file = tmp_path / "bent.toml"
    file.write_text(BENT)
    code, out, err = strandline("priors", "check", file, "--predictive", "--seed", "7", "--json", "--quiet")
    assert code == 4
    captured = json.loads(out)
    assert (captured["study"], captured["seed"], captured["passed"]) == ("bent", 7, False)
    failed = [name for name, check in captured["checks"].items() if not check["passed"]]
    assert {"late_share", "mean_delay"} <= set(failed)
    assert all(name in err for name in failed)
    assert "opening_ai_revenue" not in err


def test_json_without_a_run_is_refused(strandline):
    code, out, err = strandline("priors", "check", "--json")
    assert (code, out) == (2, "")
    assert "--predictive" in err
