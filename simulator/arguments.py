"""Arguments of the library's calls: what cannot be meant is refused by name, with what is allowed."""

from collections.abc import Iterable
from types import UnionType
from typing import Any, NoReturn

from simulator.errors import UsageError, did_you_mean
from simulator.whole_numbers import LONGEST

#: A type, or several joined by ``|``.
type Kind = type | UnionType


def refuse(name: str, found: Any, allowed: str, advice: str = "") -> NoReturn:
    """Raise that an argument is not what it may be.

    Parameters
    ----------
    name
        Of the argument, as the caller wrote it.
    found
        What was given.
    allowed
        What may be given, in words.
    advice
        What to do.
    """
    text = " ".join(repr(found).split())
    value = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    message = f"{name}: found {value}; allowed: {allowed}"
    raise UsageError(f"{message}. {advice}" if advice else message)


def checked[T](name: str, value: T, kind: Kind, allowed: str, advice: str = "") -> T:
    """Return an argument that is of a kind.

    Parameters
    ----------
    name, value
        The argument.
    kind
        Types that it may have.
    allowed, advice
        As in `refuse`.

    Raises
    ------
    UsageError
        It is of another type.
    """
    if not isinstance(value, kind):
        refuse(name, value, allowed, advice)
    return value


def chosen(name: str, value: str, choices: Iterable[str]) -> str:
    """Return an argument that is one of some words.

    Raises
    ------
    UsageError
        It is none of them.
    """
    known = tuple(choices)
    if not isinstance(value, str) or value not in known:
        refuse(name, value, ", ".join(known), did_you_mean(value, known) if isinstance(value, str) else "")
    return value


def names_of(name: str, given: str | Iterable[str]) -> tuple[str, ...]:
    """Return an argument that is one name or several as several.

    Raises
    ------
    UsageError
        Something in it is no name.
    """
    if isinstance(given, str):
        return (given,)
    allowed = "a name in quotes, or a list of names"
    try:
        found = tuple(given)
    except TypeError:
        refuse(name, given, allowed)
    if not all(isinstance(one, str) for one in found):
        refuse(name, given, allowed)
    return found
