"""strandline estimate: statistics of a stored run as text, as JSON and as a page."""

import json

import pytest

from simulator import cli, open_run
from simulator.analysis.questions.convergence import estimates
from simulator.report.answers import answer_markdown
from tests.cli.shop import GAIN, store

MODEL = """
def profit(draws):
    return {"profit.shop": draws["gain"]}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store(tmp_path, GAIN, MODEL)
    return tmp_path


def test_a_statistic_is_printed_in_json_and_on_a_page(folder, capsys):
    capsys.readouterr()
    asked = ["estimate", "made", "--of", "prob_below(profit.shop, 0)", "-q"]
    assert cli.main([*asked, "--json", "--out", "page.html"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["statistics"]
    estimate = open_run("made").estimate("prob_below(profit.shop, 0)")
    assert (found["value"], found["mcse"]) == (estimate.value, estimate.error)
    assert cli.main(asked) == 0
    text = capsys.readouterr().out
    number = f"{estimate * 100.0}"
    assert f"Chance of profit of shop below 0 is {number}%." in " ".join(text.split())
    assert "The last column is from all paths" in " ".join(text.split())
    assert number in " ".join((folder / "page.html").read_text().split())  # a page does not break it


def test_what_is_no_statistic_is_refused_before_anything_is_written(folder, capsys):
    assert cli.main(["estimate", "made", "--of", "prob_bellow(profit.shop, 0)", "--out", "page.html"]) == 2
    assert "Did you mean prob_below?" in capsys.readouterr().err
    assert not (folder / "page.html").exists()
    (folder / "mine.toml").write_text("")
    assert cli.main(["estimate", "made", "--out", "mine.toml"]) == 2


def test_a_run_of_a_summary_has_the_estimate_of_all_paths(folder, capsys):
    arguments = ["run", "my.toml", "--model", "my_model.py:profit", "--paths", "16384", "--out", "sum", "-q"]
    assert cli.main([*arguments, "--keep", "summary"]) == 0
    capsys.readouterr()
    assert cli.main(["estimate", "sum", "--of", "between(profit.shop, 0, 2)", "--json", "-q"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["statistics"]
    assert len(found["convergence"]) == 1
    assert cli.main(["estimate", "sum", "--of", "between(profit.shop, 0, 2)", "-q"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "These are from all paths of the run" in text
    assert "The last column" not in text
    exact = open_run("made").estimate("between(profit.shop, 0, 2)")
    assert abs(found["value"] - exact.value) < 5 * exact.error


def test_columns_are_headed_by_their_paths(folder):
    found = estimates(open_run("made"), ["mean(profit.shop)"])
    assert "| 8,192 paths |" in answer_markdown(found)


def test_a_run_with_paths_that_are_no_numbers_is_named(folder, capsys):
    (folder / "lost.py").write_text(
        "import jax.numpy as jnp\n\ndef profit(draws):\n"
        '    return {"profit.shop": jnp.where(draws["gain"] > 6.0, jnp.nan, draws["gain"])}\n'
    )
    model = ["--model", "lost.py:profit"]
    assert cli.main(["run", "my.toml", *model, "--paths", "8192", "--out", "lost", "-q"]) == 4
    capsys.readouterr()
    assert cli.main(["estimate", "lost", *model, "--of", "p50(profit.shop)", "-q"]) == 0
    assert "which fit no verdict and no event: profit.shop: " in capsys.readouterr().err


def test_the_page_is_written_though_nobody_reads_the_text(folder, monkeypatch):
    def gone(*_):
        raise BrokenPipeError

    monkeypatch.setattr("simulator.report.answers.print_answer", gone)
    cli.main(["estimate", "made", "--of", "mean(profit.shop)", "--out", "page.html", "-q"])
    assert "</html>" in (folder / "page.html").read_text()
