"""The default study, killed four times while it computes, ends as one that never was."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from simulator import cli

KILLS = 4
#: Enough that the parts of a run, each of a fifth of a second at most, are not the whole.
PATHS = 300_000


def shards(folder: Path) -> list[Path]:
    return [path for path in (folder / "store" / "metrics" / "c" / "0").glob("*") if path.name.isdecimal()]


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in (folder / "store").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.slow
def test_kills_change_no_byte_of_the_store_or_of_the_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(folder: str) -> list[str]:
        return ["run", "--paths", str(PATHS), "--seed", "7", "--json", "-q", "--out", str(tmp_path / folder)]

    killed = tmp_path / "killed"
    moments = np.random.default_rng(5).uniform(0.0, 0.2, KILLS).tolist()
    for moment in moments:
        before = len(shards(killed))
        child = [sys.executable, "-m", "simulator.cli", *command("killed")]
        with subprocess.Popen(child, stdout=subprocess.DEVNULL) as process:
            while len(shards(killed)) == before and process.poll() is None:
                time.sleep(0.01)
            if moment == moments[0]:
                process.send_signal(signal.SIGSTOP)
                assert cli.main(command("killed")) == 3
                assert f"in use by process {process.pid}" in capsys.readouterr().err
                process.send_signal(signal.SIGCONT)
            time.sleep(moment)
            process.kill()
        assert process.returncode == -signal.SIGKILL, "it was done before it was killed"
    assert cli.main(command("killed")) == 0
    ended = capsys.readouterr().out
    assert cli.main(command("straight")) == 0
    assert capsys.readouterr().out == ended
    assert content(killed) == content(tmp_path / "straight")
    assert not list(killed.rglob("*.tmp"))
