"""The standard streams of a shell: closed, full, or of no width; what is done is done."""

import json
import os
import shlex
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from simulator import cli

STRANDLINE = f"{shlex.quote(sys.executable)} -m simulator.cli"


def shell(command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=250
    )


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["config schema", "--help", "--version", "priors list"])
@pytest.mark.parametrize("stream", ["> /dev/full", ">&-"])
def test_a_result_that_cannot_be_written_is_an_error_of_ours(verb: str, stream: str, tmp_path: Path) -> None:
    done = shell(f"{STRANDLINE} {verb} {stream}", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: standard output cannot be written: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("stream", ["2> /dev/full", "2>&-"])
def test_what_is_done_is_done_whether_or_not_standard_error_can_be_written(
    stream: str, tmp_path: Path
) -> None:
    """Nothing of it comes to stand on standard output instead, and the exit code is that of the work."""
    done = shell(f"{STRANDLINE} init study {stream}", tmp_path)
    assert done.returncode == 0
    assert all(line.startswith("study/") for line in done.stdout.splitlines())
    refused = shell(f"{STRANDLINE} init study {stream}", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")


@pytest.mark.slow
@pytest.mark.parametrize("stream", ["2> /dev/full", "2>&-"])
def test_a_run_ends_as_ever_without_standard_error(stream: str, tmp_path: Path) -> None:
    done = shell(f"{STRANDLINE} run --paths 8192 --json {stream}", tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["paths"] == 8192


def test_no_file_comes_to_stand_under_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    """It would be written into by whatever prints there."""
    done = shell(f"{STRANDLINE} init study >&- 2>&- <&-", tmp_path)
    assert done.returncode == 1
    assert "study/study.toml" not in "".join(path.read_text() for path in (tmp_path / "study").iterdir())


@pytest.mark.parametrize("columns", ["0", "1", *(pytest.param(n, marks=pytest.mark.slow) for n in "25")])
def test_a_terminal_of_hardly_any_width_shows_every_word(columns: str, tmp_path: Path) -> None:
    shown = shell(f"{STRANDLINE} --help", tmp_path, COLUMNS=columns)
    assert shown.returncode == 0
    assert "Commands" in shown.stdout
    listed = shell(f"{STRANDLINE} priors list", tmp_path, COLUMNS=columns)
    assert listed.returncode == 0
    assert "hyperscalers" in "".join(listed.stdout.split())


def test_a_warning_of_another_package_is_one_sentence_without_its_source(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", cli.print_warning)
        warnings.warn("overflow encountered in\nmultiply", RuntimeWarning, stacklevel=1)
    assert capsys.readouterr().err == "warning: RuntimeWarning: overflow encountered in multiply\n"


def test_a_folders_name_can_do_nothing_to_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names of files on standard output are results too, and are shown without control characters."""
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init", "a\x1b[31mc"]) == 0
    shown: Any = capsys.readouterr()
    assert "a [31mc/study.toml" in shown.out
    assert "\x1b" not in shown.out + shown.err
