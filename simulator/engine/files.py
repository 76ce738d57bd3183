"""Files that are whole or not there, written beside their place and renamed into it; and a folder's lock."""

import contextlib
import errno
import os
import re
import stat
from collections.abc import Buffer, Iterable, Iterator
from pathlib import Path

from simulator.errors import RunError

#: How a file that is not finished ends; what is left of one by a killed process is swept away by the next.
UNFINISHED = ".tmp"
#: Name of the file in a folder whose lock is the folder's.
LOCK = "lock"
#: What stands in such a file: nothing yet, or who has it.
OWNER = re.compile(rb"(process \d+ on [^\n]{1,255}\n)?")


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
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    with access(path, "write"):
        try:
            unfinished.unlink(missing_ok=True)
            with unfinished.open("xb", buffering=0) as file:  # a new file, never one that a link leads to
                for part in parts:
                    rest = memoryview(part).cast("B")
                    while rest:  # a raw file may take less than all, on a disk about to be full
                        rest = rest[file.write(rest) or 0 :]
                if flush:
                    os.fsync(file.fileno())
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
def held(folder: Path) -> Iterator[None]:
    """Hold `folder` against every other process, and against a second run in this one.

    The operating system releases the lock when the process ends, however it ends; the file goes when the work
    ends, and stays where the process is killed. A file of that name that is not ours, by its kind and its
    content, is neither followed nor changed.

    Raises
    ------
    RunError
        Another process has the folder, or its `lock` is not one of ours.
    """
    path = folder / LOCK
    descriptor = _locked(path)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
        yield
    finally:
        if _leads_to(path, descriptor):
            with contextlib.suppress(OSError):
                path.unlink()
        os.close(descriptor)


def _locked(path: Path) -> int:
    """Return the descriptor of a lock file that this process has locked, and that stands at its path."""
    import fcntl  # POSIX only, and only runs on disk need it

    while True:
        descriptor = _opened(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 300, 0).decode(errors="replace").strip() or "another process"
            os.close(descriptor)
            message = f"{path.parent} is in use by {holder}; wait for it, or give another directory"
            raise RunError(message) from error
        if _leads_to(path, descriptor):
            return descriptor
        os.close(descriptor)  # who had it has just removed it


def _opened(path: Path) -> int:
    """Return the descriptor of a lock file, new or one of ours; any other is refused as it is."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with access(path, "write"):
        try:
            descriptor = os.open(path, flags, 0o644)
        except OSError as error:
            if path.is_symlink():
                raise RunError(_not_ours(path, "a link")) from error
            raise
    found = os.fstat(descriptor)
    ours = stat.S_ISREG(found.st_mode) and found.st_nlink <= 1
    if not ours or not OWNER.fullmatch(os.pread(descriptor, 300, 0)):
        os.close(descriptor)
        raise RunError(_not_ours(path, "a file of something else"))
    return descriptor


def _leads_to(path: Path, descriptor: int) -> bool:
    """Return whether a file that is open is the one at a path."""
    with contextlib.suppress(OSError):
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    return False


def _not_ours(path: Path, found: str) -> str:
    return f"{path}: found {found}; allowed: the lock of a run. Give a directory that is new or empty"
