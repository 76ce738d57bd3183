"""A file is the old one or the new one, and a folder has one holder."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.engine import files
from simulator.errors import RunError


def test_a_write_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    files.write_whole(path, [b"old, and longer than the new one"], flush=True)
    files.write_whole(path, [b"new ", memoryview(b"one")], flush=False)
    assert path.read_bytes() == b"new one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_dies_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    files.write_whole(path, [b"old"], flush=True)

    def die(self: Path, target: Path) -> Path:
        assert self.read_bytes() == b"new"  # all of it is there before the name is given to it
        assert path.read_bytes() == b"old"
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        files.write_whole(path, [b"new"], flush=True)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_no_room_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    files.write_whole(path, [b"old"], flush=True)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (100_000, hard)
    )  # the kernel takes a part, and refuses the rest
    try:
        with pytest.raises(RunError, match=f"cannot write {path}: File too large"):
            files.write_whole(path, [bytes(90_000), bytes(90_000)], flush=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_swept_up(tmp_path: Path) -> None:
    (tmp_path / f"3.1234{files.UNFINISHED}").write_bytes(b"half")
    (tmp_path / "3").write_bytes(b"whole")
    files.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["3"]


def test_a_second_holder_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    refused = pytest.raises(RunError, match=f"in use by process {os.getpid()}")
    with files.held(tmp_path), refused, files.held(tmp_path):
        pytest.fail("two hold one folder")
    with files.held(tmp_path):
        pass


def test_a_killed_holder_holds_no_more(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from simulator.engine import files\n"
        "with files.held(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(RunError, match=f"in use by process {process.pid}"), files.held(tmp_path):
            pytest.fail("two hold one folder")
        process.send_signal(signal.SIGKILL)
        process.wait()
        with files.held(tmp_path):
            pass
