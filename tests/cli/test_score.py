"""strandline score: a table or one object, its options, and what is refused."""

import json

import pytest

from simulator import cli
from simulator.buildout.forecast import score
from simulator.estimate import to_json
from simulator.evidence import evidence_root, load_evidence


@pytest.fixture
def strandline(capsys):
    """Return a function that runs a command and gives its exit code and its words."""

    def run(*arguments):
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


ORIGINS = ("2025Q1", "2025Q3", 2)
SHORT = ("score", "--first", "2025Q1", "--last", "2025Q3", "--horizons", "2")


@pytest.fixture(scope="module")
def summary():
    return score.score(load_evidence(), *ORIGINS)


@pytest.mark.slow
def test_json_is_one_object_and_the_same_bytes_again(strandline, summary):
    code, out, err = strandline(*SHORT, "--json", "--evidence", evidence_root())
    assert (code, err) == (0, "")
    assert out == to_json(summary) + "\n"
    captured = json.loads(out)
    assert [origin["quarter"] for origin in captured["origins"]] == ["2025Q1", "2025Q2", "2025Q3"]
    assert captured["origins"][2]["as_of"] == "2025-10-30"
    assert {row["horizon"] for row in captured["scores"]} == {1, 2, None}
    # What comes next follows the newest quarter that is known, whichever origins are scored.
    assert captured["outlook"]["origin"] == "2026Q2"
    assert {row["quarter"] for row in captured["outlook"]["quarters"]} == {"2026Q3", "2026Q4"}
    # One year alone has no error to give.
    assert all(row["crps"]["error"] is None for row in captured["skill"])


def test_the_table_names_every_method_and_company(strandline, summary, monkeypatch):
    monkeypatch.setattr(score, "score", lambda _, *asked: {ORIGINS: summary}[asked])
    code, out, err = strandline(*SHORT)
    assert (code, err) == (0, "")
    for words in (
        "random walk",
        "guidance",
        "consensus",
        "separate",
        "unguided",
        "Amazon",
        "Meta",
        "Group",
        "PIT",
    ):
        assert words in out
    assert "3 origins, 2025Q1 to 2025Q3" in out
    assert "30 outcomes" in " ".join(out.split())
    assert "45 ± ? % less error (not clear of zero) one quarter ahead" in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--first", "2025"), "--first 2025: found no quarter"),
        (("--last", "2020Q3"), "--last 2020Q3: found a quarter before --first 2020Q4"),
        (("--first", "last year"), "2020Q4"),
        (("--first", "2026Q2", "--last", "2026Q2"), "--first 2026Q2: found no outcome after it"),
        (("--first", "2018Q4"), "2019Q1 to 2026Q2"),
        (("--horizons", "9"), "horizons"),
    ],
)
def test_what_cannot_be_asked_exits_2(strandline, arguments, words):
    code, out, err = strandline("score", *arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_evidence_that_is_not_valid_exits_3_and_says_so(strandline, tmp_path):
    (tmp_path / "bad.toml").write_text('[[series]]\nname = "x"\n')
    code, out, err = strandline("score", "--evidence", tmp_path)
    assert (code, out) == (3, "")
    assert "the evidence is not valid" in err
    assert "series.x.metric" in err
