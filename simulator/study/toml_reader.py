"""TOML as text that anybody may have written: bounded in every way before, while and after it is parsed.

`tomllib` recurses into values, is quadratic in the parts of a dotted key, and lets Python's own errors
through. Here a text that is too large, too deep or no TOML ends in one error that says what is allowed.
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from simulator.errors import Fault

#: Bytes of the largest file or value that is read.
MOST_BYTES = 2**20
#: Levels of tables and lists within each other, and parts of a dotted key.
MOST_LEVELS = 32
#: Bits of the largest whole number: one of more need not fit a floating-point number.
MOST_BITS = 1023
#: Bytes of the longest name of a file or a folder.
MOST_NAME_BYTES = 255

_POSITION = re.compile(r"\s*\(at (.*)\)$")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# No alternative goes back over what it has read, and a string that is never closed ends with the text or the
# line: the time is linear in the length whatever the text is.
_TOKEN = re.compile(
    r'''(?P<comment>\#[^\n]*+)
    | (?P<string>
        """(?:[^"\\]|\\.|"{1,2}+(?!"))*+(?:"{3,5}+|\\?\Z)
        | \'\'\'(?:[^']|'{1,2}+(?!'))*+(?:'{3,5}+|\Z)
        | "(?:[^"\\\n]|\\[^\n])*+"?
        | '[^'\n]*+'?)
    | (?P<word>[\w+-]++)
    | (?P<blank>[ \t]++)
    | (?P<dot>\.)
    | (?P<open>[\[{])
    | (?P<close>[\]}])
    | (?P<other>.)''',
    re.VERBOSE | re.DOTALL,
)


class UnreadableError(ValueError):
    """A file or text that is not read: where, what was found, what is allowed, what to do."""

    def __init__(self, key: str, found: str, allowed: str, advice: str = "") -> None:
        self.key, self.found, self.allowed, self.advice = key, found, allowed, advice
        super().__init__(f"{key}: found {found}; allowed: {allowed}")

    def fault(self, file: str) -> Fault:
        """Return the fault of the file that has it."""
        return Fault(file, self.key, self.found, self.allowed, self.advice)


class SyntaxFaultError(UnreadableError):
    """A text that is no TOML."""


def read_file(path: Path) -> bytes:
    """Return the content of a regular file of bounded size; nothing else is waited for or read.

    Raises
    ------
    UnreadableError
        It is a pipe, a device or a file that the system makes up; it is too large, or cannot be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                _refuse("file", "a pipe, a device or a folder", "a regular file")
            # A file of /proc or /sys has a content, and no size.
            content = file.read(MOST_BYTES + 1 if status.st_size else 1)
            if content and not status.st_size:
                _refuse("file", "a file that the system makes up", "a regular file")
    except (OSError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        _refuse("file", f"one that cannot be read ({reason})", "a regular file")
    if len(content) > MOST_BYTES:
        _too_large(max(status.st_size, len(content)))
    return content


def decoded(content: bytes) -> str:
    """Return the text of UTF-8, without the byte-order mark that some editors begin it with.

    Raises
    ------
    UnreadableError
        It is in another encoding, or too large.
    """
    if len(content) > MOST_BYTES:
        _too_large(len(content))
    if content.startswith(_UTF_16) or b"\0" in content[:2]:
        _refuse("encoding", "UTF-16", "UTF-8 text", "Save the file again as UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse("encoding", f"byte {error.start} is not UTF-8", "UTF-8 text")


def parsed(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises
    ------
    SyntaxFaultError
        It is no TOML.
    UnreadableError
        It is too long, too deep, or has a whole number that is too large.
    """
    if len(text) > MOST_BYTES:
        _too_large(len(text))
    _check_depth(text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _POSITION.search(str(error))
        found = f"no TOML: {_POSITION.sub('', str(error))}"
        raise SyntaxFaultError(where.group(1) if where else "syntax", found, "TOML 1.0") from error
    except RecursionError:
        _too_deep("syntax")
    except ValueError:
        # Python refuses to read whole numbers of thousands of digits.
        _refuse("syntax", "a whole number of thousands of digits", _NUMBERS)
    check_values(data)
    return data


def table_names(text: str) -> set[str]:
    """Return the names in the headers of a text that need not be TOML."""
    names: set[str] = set()
    for line in text.splitlines():
        opened = line.lstrip()
        if opened.startswith("["):
            names.add(opened.lstrip("[ \t").partition("]")[0].strip().replace('"', ""))
    return names - {""}


def check_values(data: Any) -> None:
    """Raise where tables and lists are too deep within each other or a whole number is too large.

    Raises
    ------
    UnreadableError
        Naming the first such place.
    """
    waiting: list[tuple[str, int, Any]] = [("", 0, data)]
    while waiting:
        key, level, value = waiting.pop()
        if isinstance(value, int) and value.bit_length() > MOST_BITS:
            _refuse(key, f"a whole number of {value.bit_length()} bits", _NUMBERS)
        if not isinstance(value, Mapping | list | tuple):
            continue
        if level > MOST_LEVELS:
            _too_deep(key)
        if isinstance(value, Mapping):
            waiting += [(f"{key}.{name}" if key else str(name), level + 1, v) for name, v in value.items()]
        else:
            waiting += [(f"{key}[{index}]", level + 1, inner) for index, inner in enumerate(value)]


def check_names(path: str) -> None:
    """Raise where a part of a path is too long to be the name of a file, or no name at all.

    Raises
    ------
    UnreadableError
        Naming the length.
    """
    for part in path.split("/"):
        size = len(part.encode("utf-8", "surrogatepass"))
        if size > MOST_NAME_BYTES:
            _refuse("path", f"a name of {size:,} bytes", f"names up to {MOST_NAME_BYTES} bytes")
    if "\0" in path:
        _refuse("path", "a name with a null character", "names of files or folders")


_NUMBERS = f"whole numbers below 2^{MOST_BITS}"


def _check_depth(text: str) -> None:
    """Raise where brackets or the parts of a key are too many, which `tomllib` would be slow to find."""
    level = parts = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "dot":
            parts += 1
        elif kind not in ("string", "word", "blank"):
            parts = 0
            level += (kind == "open") - (kind == "close" and level > 0)
        if level > MOST_LEVELS or parts >= MOST_LEVELS:
            _too_deep(f"line {text.count('\n', 0, token.start()) + 1}")


def _refuse(key: str, found: str, allowed: str, advice: str = "") -> NoReturn:
    raise UnreadableError(key, found, allowed, advice)


def _too_large(size: int) -> NoReturn:
    _refuse("size", f"{size:,} bytes", f"at most {MOST_BYTES:,} bytes")


def _too_deep(key: str) -> NoReturn:
    allowed = f"at most {MOST_LEVELS} levels of tables, lists and parts of a key"
    _refuse(key, f"more than {MOST_LEVELS} levels", allowed)
