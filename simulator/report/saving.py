"""A text that a user of the library writes to a file of a name of their own."""

from pathlib import Path

from simulator.errors import OutputError, UsageError


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
        The name ends otherwise.
    OutputError
        The file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != suffix:
        message = f"path: found {str(path)!r}; allowed: a name that ends in {suffix}"
        raise UsageError(message)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise OutputError(message) from error
    return path
