"""Every error that Strandline raises on purpose.

::

    StrandlineError              exit 1
    ├── UsageError               exit 2   the command or call itself is wrong
    │   └── ModelNeededError     exit 2   a model of the user's own is needed, and none was given
    ├── StudyError               exit 3   a study or prior set is not valid; holds all its faults
    │   └── EvidenceError        exit 3   evidence that is not valid; the same
    ├── RunError                 exit 3   a run directory is not valid, or is in use
    ├── GateError                exit 4   a quality gate failed
    ├── ExecutorError            exit 1   a cluster or pool cannot be reached, failed, or computes other bits
    └── OutputError              exit 1   standard output cannot be written
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

#: Faults that a message lists; of more it gives the number.
MOST_SHOWN = 100
#: Characters of a key in a message, of a value, and of a name for which a nearest one is looked for.
_LONGEST_KEY, _LONGEST_VALUE, _LONGEST_NAME = 300, 60, 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it is, what was found, what is allowed, what to do."""

    file: str
    key: str
    found: str
    allowed: str
    advice: str = ""

    def __str__(self) -> str:
        key = self.key if len(self.key) <= _LONGEST_KEY else f"{self.key[: _LONGEST_KEY - 3]}..."
        where = f"{self.file}: {key}" if self.file else key
        text = f"{where}: found {self.found}; allowed: {self.allowed}"
        return f"{text}. {self.advice}" if self.advice else text


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Return faults in the order of files and keys, each once."""
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.file, fault.key))


def text_of(value: Any) -> str:
    """Return a value as a reader of the file knows it, shortened."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else "nothing" if value is None else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."


def did_you_mean(name: str, known: Iterable[str], before: int = 0) -> str:
    """Return advice that names the nearest known name; nothing where none is near.

    Parameters
    ----------
    name, known
        What was found, and what there is.
    before
        Faults found before this one: no advice is looked for beyond those that a message shows.
    """
    if len(name) > _LONGEST_NAME or before >= MOST_SHOWN:
        return ""
    close = get_close_matches(name, tuple(known), n=1)
    return f"Did you mean {close[0]}?" if close else ""


def first_of(names: Sequence[str], most: int = 12) -> str:
    """Return the first few names as a list, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


class StrandlineError(Exception):
    """Base of all errors that carry a message meant for the user."""

    exit_code = 1


class UsageError(StrandlineError):
    """The command or the call is wrong, whatever the study says."""

    exit_code = 2


class ModelNeededError(UsageError):
    """A model of the user's own is needed, and none was given.

    Parameters
    ----------
    why
        What needs it.
    reference
        What follows ``--model`` on the command line.
    call
        What gives it in Python.
    """

    def __init__(self, why: str, reference: str, call: str) -> None:
        self.why, self.reference = why, reference
        super().__init__(f"{why}; pass it: {call}")


class StudyError(StrandlineError):
    """A study or prior set that is not valid.

    Parameters
    ----------
    faults
        All faults found, in the order of files and keys.
    """

    exit_code = 3

    #: What is not valid.
    subject = "study"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = f"{len(self.faults)} fault{'s' if len(self.faults) != 1 else ''}"
        first = f"the {self.subject} is not valid: {count}"
        lines = [first, *(f"  {fault}" for fault in self.faults[:MOST_SHOWN])]
        if len(self.faults) > MOST_SHOWN:
            lines.append(f"  and {len(self.faults) - MOST_SHOWN:,} more")
        super().__init__("\n".join(lines))


class EvidenceError(StudyError):
    """Evidence that is not valid, with all its faults as a study's."""

    subject = "evidence"


class RunError(StrandlineError):
    """A run directory that is damaged, incomplete, or locked by another process."""

    exit_code = 3


class GateError(StrandlineError):
    """A quality gate failed: a tolerance not reached, or paths that are not finite."""

    exit_code = 4


class NotDifferentiableError(StrandlineError):
    """A model that computes with an operation that has no derivative."""


class ExecutorError(StrandlineError):
    """A cluster or pool that cannot be reached, that failed, or that does not compute what we do."""


class OutputError(StrandlineError):
    """Standard output is closed, full, or cannot be written for another reason."""


class ExecutorWarning(UserWarning):
    """A cluster or pool that is not as it was meant, with which a run can go on all the same."""


class DeviceWarning(UserWarning):
    """An accelerator with less memory than was asked of it, with which a run goes on all the same."""


class RunWarning(UserWarning):
    """A stored run that can be read, and that is not quite what this version would make of its study."""
