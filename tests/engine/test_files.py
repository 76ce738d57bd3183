"""A file is the old one or the new one, and a folder has one holder."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

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


def test_what_a_killed_process_left_is_swept_up_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / f"3.1234{files.UNFINISHED}").write_bytes(b"half")
    others = ("3", "notes.tmp", "x3.1234.tmp", "3.1234.tmp.old", "3.tmp")
    for name in others:
        (tmp_path / name).write_bytes(b"whole")
    files.sweep(tmp_path, r"\d+")
    assert {path.name for path in tmp_path.iterdir()} == set(others)


def test_a_write_follows_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"precious")
    (tmp_path / "file").symlink_to(theirs)
    files.write_whole(tmp_path / "file", [b"ours"], flush=False)
    assert (tmp_path / "file").read_bytes() == b"ours"
    monkeypatch.setattr(files.secrets, "randbits", lambda _: 7)
    (tmp_path / f"file.7{files.UNFINISHED}").symlink_to(theirs)
    with pytest.raises(RunError, match=f"cannot write {tmp_path / 'file'}: File exists"):
        files.write_whole(tmp_path / "file", [b"more"], flush=False)
    assert (tmp_path / "file").read_bytes() == b"ours"
    assert theirs.read_bytes() == b"precious"


def test_two_that_have_one_number_write_the_same_file_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As two pods do that are the same part of a job: neither takes the unfinished file of the other."""
    path, begun = tmp_path / "file", Barrier(2)
    monkeypatch.setattr(files.os, "getpid", lambda: 1)

    def parts() -> Iterator[bytes]:
        begun.wait(60)
        yield b"whole"

    with ThreadPoolExecutor(2) as pool:
        for written in [pool.submit(files.write_whole, path, parts(), flush=False) for _ in range(2)]:
            written.result()
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def _text(path: Path, _: Path) -> None:
    path.write_text("my lock data\n")


def _much(path: Path, _: Path) -> None:
    path.write_text("process 1 on here\nand more\n")


def _link(path: Path, theirs: Path) -> None:
    path.symlink_to(theirs)


def _second_name(path: Path, theirs: Path) -> None:
    path.hardlink_to(theirs)


def _pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path, _: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_text, _much, _link, _second_name, _pipe, _folder])
def test_a_lock_of_something_else_is_neither_followed_nor_changed(
    tmp_path: Path, make: Callable[[Path, Path], None]
) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"")
    folder = tmp_path / "folder"
    folder.mkdir()
    make(folder / files.LOCK, theirs)
    before = (folder / files.LOCK).lstat()
    with pytest.raises(RunError, match=files.LOCK), files.locked(folder):
        pytest.fail("a folder was taken by a lock that is not ours")
    assert theirs.read_bytes() == b""
    after = (folder / files.LOCK).lstat()
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (
        before.st_ino,
        before.st_size,
        before.st_mtime_ns,
    )


def test_a_lock_goes_with_the_work(tmp_path: Path) -> None:
    with files.locked(tmp_path):
        assert (tmp_path / files.LOCK).read_text().startswith(f"{os.getpid()}\n")
    assert list(tmp_path.iterdir()) == []


def test_threads_that_take_turns_never_have_a_folder_at_once(tmp_path: Path) -> None:
    """The file of a lock goes and comes again between them."""
    inside, most = [], []

    def take(number: int) -> bool:
        try:
            with files.locked(tmp_path):
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)
        except RunError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert any(pool.map(take, range(400)))
    assert max(most) == 1


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o777, 0o720])
def test_a_private_folder_is_nobody_elses_to_write(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    folder.chmod(mode)
    if mode & 0o022:
        with pytest.raises(RunError, match=f"{folder}: allowed: a folder that is yours"):
            files.private(folder)
    else:
        assert files.private(folder) == folder
    assert files.private(tmp_path / "deep" / "new").stat().st_mode & 0o777 == 0o700
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(RunError, match="a folder that is yours"):
        files.private(tmp_path / "link")


def test_a_second_holder_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    refused = pytest.raises(RunError, match=f"in use by process {os.getpid()}")
    with files.locked(tmp_path), refused, files.locked(tmp_path):
        pytest.fail("two hold one folder")
    with files.locked(tmp_path):
        pass


def test_a_killed_holder_holds_no_more(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from simulator.engine import files\n"
        "with files.locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(RunError, match=f"in use by process {process.pid}"), files.locked(tmp_path):
            pytest.fail("two hold one folder")
        process.send_signal(signal.SIGKILL)
        process.wait()
        with files.locked(tmp_path):
            pass


def test_files_are_locked_where_there_is_no_fcntl(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; sys.modules['fcntl'] = None\n"
        "from simulator.engine import files; from simulator.errors import RunError\n"
        "folder = Path(sys.argv[1]); path = folder / 'file'\n"
        "with files.locked(folder):\n"
        "    files.write_whole(path, [b'whole'], flush=True)\n"
        "    try:\n"
        "        with files.locked(folder): print('two')\n"
        "    except RunError as error: print(f'in use by process {os.getpid()}' in str(error))\n"
        "print([one.name for one in folder.iterdir()], path.read_text())"
    )
    command = [sys.executable, "-W", "ignore:only soft file lock", "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n['file'] whole\n"
