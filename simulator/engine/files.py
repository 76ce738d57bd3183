"""Files that are whole or not there, written beside their place and renamed into it; and a folder's lock."""

import contextlib
import errno
import os
from collections.abc import Buffer, Iterable, Iterator
from pathlib import Path

from simulator.errors import RunError

#: How a file that is not finished ends; what is left of one by a killed process is swept away by the next.
UNFINISHED = ".tmp"
#: Name of the file in a folder whose lock is the folder's.
LOCK = "lock"


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
            with unfinished.open("wb", buffering=0) as file:
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


def sweep(folder: Path) -> None:
    """Remove unfinished files that a killed process left; only the holder of the lock may."""
    for leftover in folder.glob(f"*{UNFINISHED}"):
        leftover.unlink(missing_ok=True)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold `folder` against every other process, and against a second run in this one.

    The operating system releases the lock when the process ends, however it ends.
    """
    import fcntl  # POSIX only, and only runs on disk need it

    path = folder / LOCK
    with access(path, "write"):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 100).decode(errors="replace").strip() or "another process"
            message = f"{folder} is in use by {holder}; wait for it, or give another directory"
            raise RunError(message) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
