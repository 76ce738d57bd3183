"""Files that are whole or not there, written beside their place and renamed into it; and a folder's lock."""

import contextlib
import errno
import os
import platform
import re
import secrets
import stat
from collections.abc import Buffer, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout, has_fcntl

from simulator.errors import RunError

#: How a file that is not finished ends; what is left of one by a killed process is swept away by the next.
UNFINISHED = ".tmp"
#: Name of the file in a folder whose lock is the folder's.
LOCK = "lock"
#: What stands in such a file: nothing yet, or the number and the host of the process that has it, with what
#: filelock adds to that; in the first edition they stood in one line.
OWNER = re.compile(rb"(process \d+ on [^\n]{1,255}\n|\d+\n[^\n]{1,255}\n([^\n]{1,64}\n)?)?")


def write_whole(path: Path, parts: Iterable[Buffer], *, flush: bool) -> None:
    """Write a file so that a reader, or a process killed at any moment, leaves the old one or the new one.

    Parameters
    ----------
    path
        The file; its folder exists.
    parts
        Its bytes, in order.
    flush
        Whether the bytes are on the disk, not only with the kernel, before the name is. Without it a file
        survives the death of the process and not that of the machine: for what a checksum guards.
    """
    with replacing(path) as file:
        for part in parts:
            file.write(memoryview(part).cast("B"))
        if flush:
            file.flush()
            os.fsync(file.fileno())


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Hand the block a new file to write, which has this path when the block ends and is gone if it fails.

    Parameters
    ----------
    path
        As in `write_whole`.

    Raises
    ------
    RunError
        The system refuses something.
    """
    # Two that write the same file at once may have one number on one host name, as two pods of a job have.
    unfinished = path.with_name(f"{path.name}.{secrets.randbits(64)}{UNFINISHED}")
    with access(path, "write"):
        try:
            with unfinished.open("xb") as file:  # a new file, never one that a link leads to
                yield file
            unfinished.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def access(path: Path, verb: str) -> Iterator[None]:
    """Turn the operating system's refusal into a `RunError` that names the path and says what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "; make room and give the same command again" if full else ""
        message = f"cannot {verb} {path}: {error.strerror or error}{advice}"
        raise RunError(message) from error


def keep_newest(folder: Path, most: int) -> None:
    """Remove all files of a folder but so many, those that were written or used last."""
    used = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)
    for file in used[:-most]:
        file.unlink(missing_ok=True)


def sweep(folder: Path, name: str) -> None:
    """Remove unfinished files that a killed process left; only who has the lock may.

    Parameters
    ----------
    folder
        Where they are.
    name
        Regular expression of the names that the files would have had; nothing else is touched.
    """
    pattern = unfinished_of(name)
    for leftover in folder.iterdir():
        if pattern.fullmatch(leftover.name):
            leftover.unlink(missing_ok=True)


def unfinished_of(name: str) -> re.Pattern[str]:
    """Return the pattern of the names of unfinished files, by the pattern of those of the files."""
    return re.compile(rf"(?:{name})\.\d+{re.escape(UNFINISHED)}")


def private(folder: Path) -> Path:
    """Make a folder that is this user's alone where it is not there, and return it.

    Raises
    ------
    RunError
        It cannot be made, or what is there is a link, another user's, or open to others.
    """
    with access(folder, "make"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        message = f"{folder}: allowed: a folder that is yours and that nobody else can write to; remove it"
        raise RunError(message)
    return folder


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock `folder` against every other process, and against a second run in this one.

    The operating system releases the lock when the process ends, however it ends; the lock file is removed
    when the work ends, and stays behind where the process is killed. A file of that name that is no lock of a
    run, by its kind and its content, is neither followed nor changed.

    Raises
    ------
    RunError
        Another process has the folder, or its `lock` is not one of ours.
    """
    path = folder / LOCK
    _refuse_foreign(path)
    lock = FileLock(path, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        message = f"{folder} is in use by {_holder(path)}; wait for it, or give another directory"
        raise RunError(message) from error
    except OSError as error:
        message = f"cannot write {path}: {error.strerror or error}"
        raise RunError(message) from error
    try:
        if has_fcntl:  # elsewhere filelock itself writes who has the lock, and removes the file
            with access(path, "write"):
                path.write_text(f"{os.getpid()}\n{platform.node()}\n")
        yield
    finally:
        if has_fcntl:
            path.unlink(missing_ok=True)
        lock.release()


def _refuse_foreign(path: Path) -> None:
    """Raise where what stands in the place of a lock file is something else."""
    with access(path, "read"), contextlib.suppress(FileNotFoundError):
        found = path.lstat()
        if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and OWNER.fullmatch(path.read_bytes()):
            return
        what = "a link" if stat.S_ISLNK(found.st_mode) else "something else"
        message = f"{path}: found {what} in place of the lock of a run; give a directory that is new or empty"
        raise RunError(message)


def _holder(path: Path) -> str:
    """Return who has a lock, as its file says."""
    with contextlib.suppress(OSError, ValueError):
        process, host = path.read_text().split("\n")[:2]
        return f"process {process} on {host}"
    return "another process"
