"""Files that a command writes where it is asked to: whole, or not at all, and nothing but files."""

from pathlib import Path

from simulator.errors import UsageError


def destination(out: Path, *read: Path | str | None) -> Path:
    """Return where a file is to be written, be it what a link leads to, before anything is computed for it.

    Parameters
    ----------
    out
        As asked for; what is there is replaced.
    read
        What the command reads, a model as FILE.py:FUNCTION: no file of these is replaced.

    Raises
    ------
    UsageError
        It names no file, something that is no file, or one that is read.
    """
    place = out.resolve() if out.is_symlink() else out
    if not place.name or place.is_dir():
        found = "a folder"
    elif place.exists() and not place.is_file():
        found = "a device"
    elif place.exists() and any(one.is_file() and place.samefile(one) for one in map(_file_of, read)):
        found = "a file that this command reads"
    else:
        return place
    message = f"--out: found {found}, {out}; allowed: a file of its own, new or to be replaced"
    raise UsageError(message)


def _file_of(read: Path | str | None) -> Path:
    file, _, _ = str(read or "").partition(".py:")
    return Path(file if file == str(read) else f"{file}.py")


def write(text: str, path: Path) -> Path:
    """Write a whole file, or none."""
    from simulator.engine.files import access, write_whole

    with access(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, [text.encode()], flush=False)
    return path
