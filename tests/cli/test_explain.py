"""strandline explain, from the command to the exit code."""

import json

import pytest

from simulator import cli
from simulator.analysis.explanation import explain
from simulator.analysis.run import open_run
from simulator.estimate import to_json


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Return the directory of a small run of the default study."""
    folder = tmp_path_factory.mktemp("home") / "stored"
    assert cli.main(["run", "--paths", "8192", "--seed", "7", "--out", str(folder), "--quiet", "--json"]) == 0
    return folder


@pytest.fixture
def strandline(capsys):
    def run(*arguments):
        capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.mark.slow
def test_it_prints_what_the_group_rests_on(strandline, stored):
    code, out, err = strandline("explain", stored)
    assert code == 0
    assert "computing draws and paths" in err
    assert all(f"\n{title}, Group\n" in out for title in ("Value created", "Bull", "Bear"))
    assert ", Amazon" not in out
    assert "adoption.potential" in out


@pytest.mark.slow
def test_json_is_what_the_library_returns_for_group_and_companies(strandline, stored):
    code, out, err = strandline("explain", stored, "--json", "--quiet", "--top", "3")
    assert (code, err) == (0, "")
    assert out == to_json(explain(open_run(stored), top=3).to_json()) + "\n"
    targets = json.loads(out)["targets"]
    assert {"value_created.meta", "value_per_dollar.group", "bull.amazon", "bear.group"} <= set(targets)
    assert {len(target["drivers"]) for target in targets.values()} == {3}


@pytest.mark.slow
def test_a_total_effect_is_divided_as_asked(strandline, stored):
    options = ("--metric", "bear.group", "--json", "--shapley", "adoption.potential", "--shapley", "cycle")
    code, out, _ = strandline("explain", stored, *options)
    assert code == 0
    divided = json.loads(out)["targets"]["bear.group"]["totals"]["divided"]
    assert divided["members"] == ["adoption.potential", "cycle"]
    parts = sum(part["value"] for part in divided["shapley"].values())
    assert parts == pytest.approx(divided["total"]["value"])
    assert strandline("explain", stored, "--shapley", "cycle")[0] == 2


def test_total_effects_can_be_left_out(strandline, stored):
    code, out, err = strandline("explain", stored, "--metric", "bear.group", "--json", "--total-paths", "0")
    assert code == 0
    assert "computing the draws" in err
    found = json.loads(out)
    assert found["untotalled"] == "not asked for"
    assert "totals" not in found["targets"]["bear.group"]


def test_metrics_are_chosen_by_name(strandline, stored):
    asked = ("--metric", "roic.meta", "--metric", "bear.amazon", "--total-paths", "0")
    code, out, _ = strandline("explain", stored, *asked, "--json")
    assert code == 0
    assert list(json.loads(out)["targets"]) == ["roic.meta", "bear.amazon"]


def test_an_unknown_metric_exits_2_with_a_hint(strandline, stored):
    code, out, err = strandline("explain", stored, "--metric", "value_created.grup", "--quiet")
    assert (code, out) == (2, "")
    assert "Did you mean value_created.group?" in err


def test_it_has_help(strandline):
    code, out, err = strandline("explain", "--help")
    assert (code, err) == (0, "")
    assert "--metric" in out


def test_no_run_exits_3(strandline, tmp_path):
    assert strandline("explain", tmp_path, "--quiet")[0] == 3
