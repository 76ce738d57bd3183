"""strandline priors: sets listed, shown, audited and cited."""

import os
import re
import subprocess
import sys

import pytest

from simulator import cli
from simulator.study import load_study, shipped_sets

DEFAULT = "hyperscalers-2026-01"


@pytest.fixture
def strandline(capsys):
    """Return a function that runs a command and gives its exit code and its words."""

    def run(*arguments):
        code = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def broken(tmp_path):
    """Return a set that can be loaded and still is no distribution: quantiles that no normal has."""
    (tmp_path / "study.toml").write_text(f'extends = "{DEFAULT}"\n')
    (tmp_path / "economics.toml").write_text(
        '[economics.pue]\nfamily = "normal"\nquantiles = { p10 = 1.0, p50 = 1.1, p90 = 9.0 }\nunit = "1"\n'
        'basis = "judgement"\nas_of = 2026-01-28\nnote = "skew"\n'
    )
    return tmp_path


@pytest.fixture
def missed(tmp_path):
    """Return a set that asks for quantiles which its family comes near and does not have."""
    (tmp_path / "study.toml").write_text(f'extends = "{DEFAULT}"\n[study]\nas_of = 2026-01-28\n')
    (tmp_path / "power.toml").write_text(
        '[power.lead_time.gas]\nfamily = "lognormal"\nquantiles = { p10 = 1.2, p50 = 2.9, p90 = 11.0 }\n'
        'unit = "yr"\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "wide"\n'
    )
    return tmp_path


@pytest.mark.filterwarnings("always::simulator.beliefs.StrandlineWarning")
def test_show_and_run_warn_of_a_fit_that_misses_what_was_asked(strandline, missed, monkeypatch, capsys):
    """Whoever reads or runs the set is told on standard error what was asked and what is believed instead."""
    warning = r"warning: power\.lead_time\.gas: .*p10 0\.868\d* \(asked for 1\.2\)"
    code, out, err = strandline("priors", "show", missed, "--name", "power.lead_time.gas")
    assert (code, "power.lead_time.gas" in out) == (0, True)
    assert re.search(warning, err)

    class Stopped(Exception):
        pass

    def compiled(*_):
        raise Stopped

    # What is told is told before anything is compiled.
    monkeypatch.setattr("simulator.analysis.run.simulation.program", compiled)
    with pytest.raises(Stopped):
        cli.main(["run", str(missed), "--paths", "8192", "--out", str(missed / "out")])
    assert re.search(warning, capsys.readouterr().err)


def test_list_names_every_shipped_set(strandline):
    code, out, err = strandline("priors", "list")
    assert (code, err) == (0, "")
    assert all(name in out for name in shipped_sets())


def test_show_tells_every_prior(strandline):
    code, out, err = strandline("priors", "show")
    assert (code, err) == (0, "")
    captured = {line.split()[0].partition("[")[0] for line in out.splitlines() if line and line[0] != " "}
    assert load_study(DEFAULT).priors.keys() <= captured


def test_show_takes_a_pattern(strandline):
    code, out, _ = strandline("priors", "show", "--name", "power.lead_time.*")
    assert code == 0
    assert "power.lead_time.ireland" in out
    assert "economics." not in out


def test_show_of_no_prior_exits_2(strandline):
    code, out, err = strandline("priors", "show", "--name", "nothing.*")
    assert (code, out) == (2, "")
    assert "nothing.*" in err


def test_check_of_the_shipped_sets_finds_no_fault(strandline):
    for name in shipped_sets():
        code, out, err = strandline("priors", "check", name)
        assert (code, err) == (0, "")
        assert ["All", str(len(load_study(name).priors))] in [line.split()[:2] for line in out.splitlines()]


def test_check_of_a_broken_set_exits_3_with_the_table_and_the_faults(strandline, broken):
    code, out, err = strandline("priors", "check", broken)
    assert code == 3
    assert "\nAll " in out
    assert "economics.pue" in err
    assert "economics.toml" in err


def test_cite_lists_every_source(strandline):
    code, out, err = strandline("priors", "cite")
    assert (code, err) == (0, "")
    assert all(f"[{name}]" in out for name in load_study(DEFAULT).sources)


def test_a_terminal_without_our_signs_is_no_error():
    command = [sys.executable, "-m", "simulator.cli", "priors", "cite"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert done.stdout.isascii()
    assert b"?" in done.stdout


@pytest.mark.parametrize("verb", ["list", "show", "check", "cite"])
@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit(strandline, monkeypatch, verb, width):
    monkeypatch.setenv("COLUMNS", str(width))
    _, out, _ = strandline("priors", verb)
    # An address is never broken, so that it can be copied.
    assert [line for line in out.splitlines() if len(line) > width and "://" not in line] == []
