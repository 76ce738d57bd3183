"""Documents written to files that a user names: whole or not at all, over nothing of another kind."""

from collections.abc import Mapping
from pathlib import Path

from simulator.errors import OutputError, RunError, UsageError

#: How names of documents end in HTML.
HTML = (".html", ".htm")
#: How the names of files end that a document in each format may replace.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "html": HTML,
    "md": (".md", ".markdown", ".txt"),
    "json": (".json",),
}


def destination(key: str, path: Path, *endings: str) -> Path:
    """Return where a document is to be written, be it what a link leads to.

    Parameters
    ----------
    key
        By which the path was given, for the message.
    path
        As asked for.
    endings
        Of names of such documents, as ``.html``. A file of another name is somebody's study, model or run,
        and a new one would not open as what its name says. A new name may have no ending.

    Raises
    ------
    UsageError
        It names no file, something that is no file, or one of another kind.
    RunError
        The system does not say what is there.
    """
    from simulator.engine.files import access

    with access(path, "write"):
        place = path.resolve() if path.is_symlink() else path
        if not place.name or place.is_dir():
            found = "a folder"
        elif place.is_symlink() or (place.exists() and not place.is_file()):
            found = "what is no file"
        elif place.exists() and (place.suffix.lower() not in endings or _is_record(place)):
            found = "a file of another kind"
        elif place.suffix and place.suffix.lower() not in endings:
            found = "the name of a file of another kind"
        else:
            return place
    message = f"{key}: found {found}, {path}; allowed: a name that ends in {' or '.join(endings)}"
    raise UsageError(message)


def _is_record(place: Path) -> bool:
    """Whether a file is one by which the folder of a run or an update is what it is."""
    from simulator.analysis.learning.result import SUMMARY
    from simulator.analysis.structures.stored import FILE
    from simulator.engine import MANIFEST

    return place.name in (MANIFEST, SUMMARY, FILE)


def save_text(path: str | Path, suffix: str, text: str) -> Path:
    """Write a text to a file, one that is there included, and return its path.

    Parameters
    ----------
    path
        Of the file.
    suffix
        What its name has to end in, such as ``.svg``.
    text
        What is written.

    Raises
    ------
    UsageError
        The name ends otherwise, or something that is no file has it.
    OutputError
        The file cannot be written.
    """
    from simulator.engine.files import write_whole

    path = Path(path)
    if path.suffix.lower() != suffix:
        message = f"path: found {str(path)!r}; allowed: a name that ends in {suffix}"
        raise UsageError(message)
    try:
        write_whole(destination("path", path, suffix), [text.encode()], flush=False)
    except RunError as error:
        raise OutputError(str(error)) from error
    return path
