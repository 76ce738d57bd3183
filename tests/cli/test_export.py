"""strandline export, from the command to the exit code."""

import csv
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from simulator import cli
from simulator.analysis.run import simulate
from simulator.cli.parameters import RUNS
from simulator.sampling import BATCH
from tests.analysis.run.summary_run import judged

METRICS = ["margin", "first_share", "fails", "verdict"]
DRAWS = ["load", "strength", "shares[0]", "shares[1]", "shares[2]", "wait"]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "stored"
    simulate(judged(), paths=BATCH, out=folder)
    return folder


@pytest.fixture
def strandline(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def header(file: Path) -> list[str]:
    with file.open(newline="") as opened:
        return next(csv.reader(opened))


def test_it_writes_into_the_folder_of_the_run_and_names_the_file(strandline: Any, stored: Path) -> None:
    file = stored / "paths.csv"
    assert strandline("export", stored) == (0, f"{file}\n", "")
    assert header(file) == ["replicate", "point", *METRICS, *DRAWS]
    assert len(file.read_text().splitlines()) == BATCH + 1
    assert (stored / "paths.columns.csv").is_file()


def test_the_last_run_is_taken_where_none_is_named(strandline: Any) -> None:
    simulate(judged(), paths=BATCH, out=RUNS / "mine")
    code, out, err = strandline("export", "--format", "parquet", "--paths", "100")
    assert (code, out) == (0, f"{RUNS / 'mine' / 'paths.parquet'}\n")
    assert "the last run: runs/mine" in err
    assert parquet.read_metadata(RUNS / "mine" / "paths.parquet").num_rows == 128


def test_named_columns_are_the_only_ones(strandline: Any, stored: Path) -> None:
    """In the order in which they are named, metrics first."""
    for words, names in {
        ("--metric", "verdict", "--metric", "margin"): ["verdict", "margin"],
        ("--draw", "wait"): ["wait"],
        ("--draw", "wait", "--draw", "shares", "--metric", "fails"): ["fails", "wait", *DRAWS[2:5]],
    }.items():
        assert strandline("export", stored, "--out", "some.csv", *words)[0] == 0
        assert header(Path("some.csv")) == ["replicate", "point", *names]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--out", "x.txt"], "allowed: a name that ends in .csv, .parquet, .xlsx"),
        (["--out", "x.csv", "--format", "xlsx"], "with --format xlsx; allowed: a name that ends in .xlsx"),
        (["--metric", "magrin"], "no metric 'magrin'. Did you mean margin"),
        (["--draw", "laod"], "no draw 'laod'. Did you mean load"),
        (["--paths", "8193"], "found 8193; allowed: a whole number from 1 to 8192"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    strandline: Any, stored: Path, words: list[str], message: str
) -> None:
    code, out, err = strandline("export", stored, *words)
    assert (code, out) == (2, "")
    assert message in " ".join(err.split())
    assert list(Path().iterdir()) == []
