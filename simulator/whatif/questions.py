"""A question to a study: which beliefs and settings are set, in which structure, on how many paths."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import Fault, StudyError, did_you_mean, text_of
from simulator.sampling import BATCH, REPLICATES
from simulator.whole_numbers import PATHS

#: Fewest paths of an answer by path: the first points of each replicate.
FEWEST = 32 * REPLICATES
#: Paths where a question does not say how many.
USUAL = BATCH
#: What a question may have.
KEYS = ("set", "structure", "paths", "structures")
#: What `paths` may be.
_COUNTS = f"{FEWEST} or a multiple of {BATCH} up to {PATHS}"


class QuestionError(StudyError):
    """A question that is not valid, with all its faults and those of the study that it asks for."""

    subject = "question"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a study.

    Attributes
    ----------
    values
        Priors and settings to be set, as `Study.override` takes them.
    structure
        Name of the structure that they are set in; None for the study as written.
    paths
        How many: `FEWEST`, or whole batches.
    structures
        Whether the other structures of the study are computed too.
    faults
        What is wrong with it; the rest is then as if it had not been asked.
    """

    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    structure: str | None = None
    paths: int = USUAL
    structures: bool = False
    faults: tuple[Fault, ...] = ()


def read_question(content: bytes) -> Question:
    """Return the question that a text in JSON asks, with its faults.

    Parameters
    ----------
    content
        An object with any of `KEYS`.

    Raises
    ------
    QuestionError
        It is no JSON, or no object.
    """
    try:
        read = json.loads(content, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except QuestionError:
        raise
    except (ValueError, RecursionError) as error:
        found = f"what is no JSON ({error})"
        raise _unreadable(found) from None
    if not isinstance(read, dict):
        raise _unreadable(text_of(read))
    return _checked(read)


def _checked(given: Mapping[str, Any]) -> Question:
    """Return the question of an object, with everything that is wrong with it."""
    unknown = [key for key in given if key not in KEYS]
    faults = [Fault("", key, "an unknown key", ", ".join(KEYS), did_you_mean(key, KEYS)) for key in unknown]

    def taken(key: str, otherwise: Any, allowed: str, is_right: Callable[[Any], bool]) -> Any:
        value = given.get(key, otherwise)
        if is_right(value):
            return value
        faults.append(Fault("", key, text_of(value), allowed))
        return otherwise

    values = taken("set", {}, "an object of names and values", lambda value: isinstance(value, dict))
    empty = [name for name, value in values.items() if _has_nothing(value)]
    faults += [Fault("", f"set.{name}", "nothing", "a value") for name in empty]
    return Question(
        {name: value for name, value in values.items() if name not in empty},
        taken("structure", None, "a structure's name, or null", lambda name: isinstance(name, str | None)),
        taken("paths", USUAL, _COUNTS, _is_count),
        taken("structures", False, "true, false", lambda value: isinstance(value, bool)),
        tuple(faults),
    )


def _is_count(value: Any) -> bool:
    """Whether a value is a number of paths that can be answered."""
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return value == FEWEST or (0 < value <= PATHS and value % BATCH == 0)


def _has_nothing(value: Any) -> bool:
    """Whether a value is null, or has a null in it: TOML has none, so no setting is one."""
    inner: Iterable[Any] = ()
    if isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    return value is None or any(map(_has_nothing, inner))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, or raise where it has a name twice, of which the first would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise QuestionError([Fault("", name, "it twice", "once") for name in twice])
    return found


def _refuse_constant(name: str) -> None:
    found = f"{name}, which is no JSON"
    raise _unreadable(found)


def _unreadable(found: str) -> QuestionError:
    return QuestionError([Fault("", "question", found, "an object in JSON, with " + ", ".join(KEYS))])
