"""A run in parts, from the commands of a job array to the run that they make."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator import cli
from simulator.analysis.run import open_run
from simulator.errors import RunError
from tests.cli.test_model import STUDY

MODEL = """
def margin(d):
    return {"margin": d["strength"] - 3000 * d["load"]}

margin.metric_units = {"margin": "Pa"}
"""
ASKED = ["run", "study.toml", "--model", "my_model.py:margin", "--paths", "40960", "--seed", "7"]

type Strandline = Callable[..., tuple[int, str, str]]


@pytest.fixture
def strandline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Strandline:
    """Return a function that runs a command beside a study, and gives its exit code and words."""
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "my_model.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def content(folder: str) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.mark.slow
def test_jobs_at_once_make_the_run_of_one_command(strandline: Strandline) -> None:
    jobs = [
        subprocess.Popen(
            [sys.executable, "-m", "simulator.cli", *ASKED, "--part", f"{number}/2", "--out", "shared/run"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in (1, 2)
    ]
    said = [job.communicate() for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0], said
    out, err = said[0]
    assert out.startswith("part 1/2 is done: 2 of 5 batches, in shared/run/parts/1-of-2-")
    assert err == "once all parts are: strandline merge shared/run\n"
    model = ("--model", "my_model.py:margin")
    code, merged, err = strandline("merge", "shared/run", *model, "--json")
    assert (code, err) == (0, "stored in shared/run\n")
    assert strandline(*ASKED, "--out", "one", "--json", "--quiet") == (0, merged, "")
    assert content("shared/run") == content("one")
    assert strandline("verify", "shared/run", *model)[:2] == (0, "identical: shared/run\n")
    assert strandline("explain", "shared/run", *model, "--metric", "margin", "--json", "--quiet")[0] == 0
    code, shown, _ = strandline("merge", "shared/run", *model, "--full", "--report")
    assert code == 0
    assert "the part that took longest" in shown
    assert "Again" not in shown  # for a study of one's own is a path that no part has recorded
    assert Path("shared/run/report.html").is_file()


def test_missing_parts_are_named_with_the_command_that_makes_them(strandline: Strandline) -> None:
    assert strandline(*ASKED, "--set", "load=700", "--part", "2/5", "--out", "shared", "--quiet")[0] == 0
    code, out, err = strandline("merge", "shared", "--model", "my_model.py:margin")
    assert (code, out) == (3, "")
    assert all(f"part {number}/5: missing" in err for number in (1, 3, 4, 5))
    assert "part 2/5" not in err
    assert (
        "for k in 1 3 4 5; do strandline run STUDY --model my_model.py:margin --paths 40960 --seed 7 "
        "--sampler rqmc --set load=700 --out shared --part $k/5; done"
    ) in err
    with pytest.raises(RunError, match="holds no run: there is no manifest"):
        open_run("shared")


@pytest.mark.parametrize(
    ("more", "hints"),
    [
        (["--part", "3/2", "--out", "x"], ["part: found '3/2'; allowed: K/N"]),
        (["--part", "1/6", "--out", "x"], ["found 1/6; allowed: at most 5 parts"]),
        (["--part", "1/2"], ["--out: found nothing beside --part"]),
        (
            ["--part", "1/2", "--out", "x", "--until", "mean(margin) mcse < 1"],
            ["--until: found beside --part"],
        ),
        (
            ["--part", "1/2", "--executor", "processes", "--json", "--full", "--report"],
            [
                "--executor: found",
                "--json: found",
                "--full: found",
                "--report: found",
                "--out: found nothing",
            ],
        ),
    ],
)
def test_what_no_part_can_be_exits_2_and_makes_nothing(
    strandline: Strandline, more: list[str], hints: list[str]
) -> None:
    code, out, err = strandline(*ASKED, *more)
    assert (code, out) == (2, "")
    words = " ".join(err.split())
    assert all(hint in words for hint in hints), err
    assert not Path("x").exists()
    assert not Path("runs").exists()


def test_a_folder_of_parts_is_merged_before_anything_else(strandline: Strandline) -> None:
    for number in (1, 2):
        assert strandline(*ASKED, "--part", f"{number}/2", "--out", "shared", "--quiet")[0] == 0
    code, _, err = strandline(*ASKED, "--out", "shared", "--quiet")
    assert code == 3
    assert "shared holds no run, but parts of one: strandline merge shared" in " ".join(err.split())
    assert strandline("merge", "shared", "--model", "my_model.py:margin", "--quiet")[0] == 0
    code, _, err = strandline(*ASKED, "--part", "1/2", "--out", "shared", "--quiet")
    assert code == 3
    assert "holds a whole run already" in err


def test_parts_keep_a_summary_too(strandline: Strandline) -> None:
    summary = (*ASKED, "--keep", "summary")
    for number in (1, 2):
        assert strandline(*summary, "--part", f"{number}/2", "--out", "shared", "--quiet")[0] == 0
    merge = ("merge", "shared", "--model", "my_model.py:margin", "--quiet")
    code, merged, _ = strandline(*merge, "--json")
    assert code == 0
    assert strandline(*summary, "--out", "one", "--json", "--quiet") == (0, merged, "")
    assert content("shared") == content("one")
    code, _, err = strandline(*merge, "--report")
    assert code == 2
    assert "keeps a summary, not its paths; run it with --keep all" in " ".join(err.split())


@pytest.mark.slow
def test_processes_of_this_machine_print_the_same_document(strandline: Strandline) -> None:
    documents = [
        strandline(*ASKED, "--json", "--quiet", "--out", name, *more)
        for name, more in (("there", ["--executor", "processes:2"]), ("here", []))
    ]
    assert documents[0] == documents[1]
    assert documents[0][0] == 0
    assert json.loads(documents[0][1])["paths"] == 40960
    assert content("there") == content("here")
