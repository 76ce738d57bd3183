"""From pydantic's errors to faults that name file, key, what was found, what is allowed and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from simulator.errors import Fault
from simulator.study.document import shown
from simulator.study.families import FAMILIES
from simulator.study.forms import IN_WORDS

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from simulator.study.schema.fields import Strict

#: What is allowed, by pydantic's type of error.
_ALLOWED = {
    "missing": "a value: this key is required",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "text in quotes",
    "string_too_short": "text that is not empty",
    "date_type": "a date such as 2026-01-28",
    "list_type": "a list in [ ]",
    "dict_type": "a table in { }",
    "model_type": "a table in { }",
    "model_attributes_type": "a table in { }",
    "tuple_type": "a list in [ ]",
    "greater_than": "a number > {gt:g}",
    "greater_than_equal": "a number >= {ge:g}",
    "less_than": "a number < {lt:g}",
    "less_than_equal": "a number <= {le:g}",
    "literal_error": "{expected}",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
}


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return advice that names the nearest known name, or nothing where none is near."""
    close = get_close_matches(name, tuple(known), n=1)
    return f"did you mean {close[0]}?" if close else ""


def faults_of(
    error: ValidationError,
    key: str,
    file_of: Callable[[str], str],
    top: type[Strict] | None,
    models: Mapping[str, type[Strict]],
) -> list[Fault]:
    """Return every fault that a validation found.

    Parameters
    ----------
    error
        What pydantic raised.
    key
        Where the validated value stands.
    file_of
        From the first key inside the value to the file that gave it.
    top
        Model of the value itself, or None where its tag says which of ``models`` it is.
    models
        Models by the tag or key under which their fields stand.
    """
    faults: list[Fault] = []
    for one in error.errors(include_url=False):
        path = _untagged(one["loc"], models)
        where = _joined(key, path)
        file = file_of(str(path[0]) if path else "")
        if one["type"] == "problems":
            faults += [
                Fault(file, _joined(where, (p.key,)) if p.key else where, p.found, p.allowed, p.advice)
                for p in one["ctx"]["problems"]  # pyright: ignore[reportTypedDictNotRequiredAccess]
            ]
        else:
            faults.append(_fault(one, file, where, _model_at(one["loc"], top, models)))
    return faults


def _fault(one: ErrorDetails, file: str, where: str, model: type[Strict] | None) -> Fault:
    kind, context = one["type"], one.get("ctx", {})
    found = "nothing" if kind == "missing" else shown(one["input"])
    if kind == "extra_forbidden":
        name = str(one["loc"][-1])
        known = [k for k in model.model_fields if k != "weight"] if model else []
        advice = "value = x alone is a point mass" if name == "value" else did_you_mean(name, known)
        return Fault(file, where, "an unknown key", ", ".join(known), advice)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tag = context["discriminator"].strip("'")
        known = [name.strip("'") for name in context.get("expected_tags", "").split(", ") if name]
        if kind == "union_tag_not_found":
            given = ", ".join(map(str, one["input"])) if isinstance(one["input"], Mapping) else ""
            keys = f"no {tag}, but {given}" if given else f"no {tag}"
            return Fault(
                file, f"{where}.{tag}", keys, "; ".join(_tags(tag)), "" if given else "an empty table"
            )
        return Fault(
            file,
            f"{where}.{tag}",
            f'"{context["tag"]}"',
            ", ".join(known),
            did_you_mean(context["tag"], known),
        )
    if kind == "string_pattern_mismatch":
        allowed = IN_WORDS[context["pattern"]]
    else:
        allowed = _ALLOWED[kind].format(**context) if kind in _ALLOWED else one["msg"]
    advice = ""
    if kind == "literal_error" and isinstance(one["input"], str):
        advice = did_you_mean(one["input"], allowed.replace("'", "").replace(" or ", ", ").split(", "))
    if kind == "greater_than" and one["input"] == 0 and where.endswith((".sd", ".sigma", ".scale")):
        advice = "for a single number use value = x"
    return Fault(file, where, found, allowed, advice)


def _tags(tag: str) -> tuple[str, ...]:
    if tag == "family":
        return (f"family = one of {', '.join(FAMILIES)}", "or value = x")
    return (f"a {tag}",)


def _untagged(loc: tuple[int | str, ...], models: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Return a path without the tags by which pydantic tells a union apart: first, or after an index."""
    before: tuple[int | str | None, ...] = (None, *loc)
    return tuple(
        part
        for above, part in zip(before, loc, strict=False)
        if not (part in models and (above is None or isinstance(above, int)))
    )


def _model_at(
    loc: tuple[int | str, ...], top: type[Strict] | None, models: Mapping[str, type[Strict]]
) -> type[Strict] | None:
    """Return the model whose field the last part of a path is."""
    for part in reversed(loc[:-1]):
        if isinstance(part, str) and part in models:
            return models[part]
    return top


def _joined(key: str, path: Iterable[int | str]) -> str:
    for part in path:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else part
    return key
