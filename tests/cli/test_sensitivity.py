"""strandline sensitivity: derivatives of a stored run as text, as JSON and as a page."""

import json

import pytest

from simulator import cli, load_model, open_run, sensitivity
from tests.cli.shop import GAIN, prior, store

STUDY = GAIN + prior("wins", 'family = "bernoulli"\np = 0.3', "1")
MODEL = """
def profit(draws):
    return {"profit.shop": draws["gain"] + 2.0 * draws["wins"]}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store(tmp_path, STUDY, MODEL)
    return tmp_path


def test_derivatives_are_printed_in_json_and_on_a_page(folder, capsys):
    capsys.readouterr()
    asked = ["sensitivity", "made", "--target", "mean(profit.shop)", "--model", "my_model.py:profit", "-q"]
    assert cli.main([*asked, "--json"]) == 0
    text = capsys.readouterr().out
    found = json.loads(text)
    expected = sensitivity(open_run("made", load_model("my_model.py:profit")), found["target"])
    assert found == json.loads(json.dumps(expected.to_json()))
    assert found["schema"] == 1
    gain, wins = found["beliefs"]
    assert gain["location"]["way"] == "pathwise"
    assert abs(gain["location"]["value"] - 2.0) < 1e-5
    assert abs(gain["median"]["by_unit"]["value"] - 1.0) < 1e-4
    assert wins["location"]["pathwise"] is None
    assert wins["median"] is None

    assert cli.main([*asked, "--out", "page.html"]) == 0
    text = capsys.readouterr().out
    assert wins["location"]["way"] in text
    page = (folder / "page.html").read_text()
    assert "gain" in page
    assert "<svg" in page


def test_what_has_no_derivative_is_refused(folder, capsys):
    asked = ["sensitivity", "made", "--model", "my_model.py:profit", "-q", "--target"]
    for target, message in (
        ("p50(profit.shop)", "a mean"),
        ("mean(profit.ship)", "Did you mean profit.shop"),
    ):
        assert cli.main([*asked, target]) == 2
        assert message in capsys.readouterr().err


def test_more_paths_than_the_run_has_are_refused(folder, capsys):
    asked = ["sensitivity", "made", "--model", "my_model.py:profit", "-q", "--paths", "16385"]
    assert cli.main(asked) == 2
    assert "from 1 to 16384" in capsys.readouterr().err


def test_a_run_of_a_summary_has_no_paths_to_differentiate(folder, capsys):
    arguments = ["run", "my.toml", "--model", "my_model.py:profit", "--paths", "16384", "--out", "sum", "-q"]
    assert cli.main([*arguments, "--keep", "summary"]) == 0
    assert cli.main(["sensitivity", "sum", "--model", "my_model.py:profit", "-q"]) == 2
    assert "sensitivity" in capsys.readouterr().err
