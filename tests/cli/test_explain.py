"""strandline explain, from the command to the exit code."""

import json

import pytest

from simulator import cli
from simulator.analysis.explanation import explain
from simulator.analysis.run import open_run
from simulator.estimate import to_json


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return the directory of a small run of the default study."""
    folder = tmp_path_factory.mktemp("home") / "kept"
    assert cli.main(["run", "--paths", "8192", "--seed", "7", "--out", str(folder), "--quiet", "--json"]) == 0
    return folder


@pytest.fixture
def strandline(capsys):
    def run(*arguments):
        capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_it_tells_what_the_group_rests_on(strandline, kept):
    code, out, err = strandline("explain", kept)
    assert code == 0
    assert "computing the draws" in err
    assert all(f"\n{title}, Group\n" in out for title in ("Value created", "Bull", "Bear"))
    assert ", Amazon" not in out
    assert "adoption.potential" in out


def test_json_is_what_the_library_returns_for_group_and_companies(strandline, kept):
    code, out, err = strandline("explain", kept, "--json", "--quiet", "--top", "3")
    assert (code, err) == (0, "")
    assert out == to_json(explain(open_run(kept), top=3)) + "\n"
    targets = json.loads(out)["targets"]
    assert {"value_created.meta", "value_per_dollar.group", "bull.amazon", "bear.group"} <= set(targets)
    assert {len(target["drivers"]) for target in targets.values()} == {3}


def test_metrics_are_chosen_by_name(strandline, kept):
    code, out, _ = strandline("explain", kept, "--metric", "roic.meta", "--metric", "bear.amazon", "--json")
    assert code == 0
    assert list(json.loads(out)["targets"]) == ["roic.meta", "bear.amazon"]


def test_an_unknown_metric_exits_2_with_a_hint(strandline, kept):
    code, out, err = strandline("explain", kept, "--metric", "value_created.grup", "--quiet")
    assert (code, out) == (2, "")
    assert "Did you mean value_created.group?" in err


def test_it_has_help(strandline):
    code, out, err = strandline("explain", "--help")
    assert (code, err) == (0, "")
    assert "--metric" in out


def test_no_run_exits_3(strandline, tmp_path):
    assert strandline("explain", tmp_path, "--quiet")[0] == 3
