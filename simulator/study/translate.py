"""From pydantic's errors to faults that name file, key, what was found, what is allowed and what to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.errors import Fault, did_you_mean, text_of
from simulator.families import FAMILIES
from simulator.study.patterns import DESCRIPTIONS

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from simulator.study.entry import Strict

#: What is allowed, by pydantic's type of error.
_ALLOWED = {
    "missing": "a value: this key is required",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "text in quotes",
    "string_too_short": "text that is not empty",
    "date_type": "a date such as 2026-01-28",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "tuple_type": "a list",
    "greater_than": "a number > {gt:g}",
    "greater_than_equal": "a number >= {ge:g}",
    "less_than": "a number < {lt:g}",
    "less_than_equal": "a number <= {le:g}",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
}


def faults_of(
    error: ValidationError,
    key: str,
    value: Any,
    file_of: Callable[[str], str],
    top: type[Strict] | None,
    models: Mapping[str, type[Strict]],
) -> list[Fault]:
    """Return every fault that a validation found.

    Parameters
    ----------
    error
        What pydantic raised.
    key, value
        Where the validated value stands, and that value.
    file_of
        From the first key inside the value to the file that gave it.
    top
        Model of the value itself, or None where its tag says which of ``models`` it is.
    models
        Models by the tag or key under which their fields stand.
    """
    faults: list[Fault] = []
    for one in error.errors(include_url=False):
        tags = models.keys() - (top.model_fields.keys() if top else ())
        path = _by_name(_untagged(one["loc"], tags), value)
        where = _joined(key, path)
        file = file_of(str(path[0]) if path else "")
        if one["type"] == "problems":
            faults += [
                Fault(file, _joined(where, (p.key,)) if p.key else where, p.found, p.allowed, p.advice)
                for p in one["ctx"]["problems"]  # pyright: ignore[reportTypedDictNotRequiredAccess]
            ]
        else:
            faults.append(_fault(one, file, where, _model_at(one["loc"], top, models), len(faults)))
    return faults


def _fault(one: ErrorDetails, file: str, where: str, model: type[Strict] | None, before: int) -> Fault:
    kind, context, given = one["type"], one.get("ctx", {}), one["input"]
    if kind == "extra_forbidden":
        return _unknown_key(file, where, str(one["loc"][-1]), model, before)
    if kind.startswith("union_tag"):
        return _unknown_tag(file, where, context, given)
    if kind == "string_pattern_mismatch":
        return Fault(file, where, text_of(given), DESCRIPTIONS[context["pattern"]])
    allowed = _ALLOWED[kind].format(**context) if kind in _ALLOWED else one["msg"]
    found = "nothing" if kind == "missing" else text_of(given)
    return Fault(file, where, found, allowed, _advice(kind, where, given, allowed))


def _unknown_key(file: str, where: str, name: str, model: type[Strict] | None, before: int) -> Fault:
    # A weight belongs to the components of a mixture only.
    fields = model.model_fields if model else {}
    known = [key for key in fields if key != "weight" or "family" not in fields]
    point = "For a point mass write value = x alone."
    advice = point if name == "value" else did_you_mean(name, known, before)
    return Fault(file, where, "an unknown key", ", ".join(known), advice)


def _unknown_tag(file: str, where: str, context: Mapping[str, Any], given: Any) -> Fault:
    """Return the fault of a table whose family or kind is missing or unknown."""
    key = context["discriminator"].strip("'")
    if "tag" in context:
        known = [tag.strip("'") for tag in context["expected_tags"].split(", ")]
        found, advice = f'"{context["tag"]}"', did_you_mean(context["tag"], known)
        return Fault(file, f"{where}.{key}", found, ", ".join(known), advice)
    keys = ", ".join(map(str, given)) if isinstance(given, Mapping) and given else "an empty table"
    allowed = f"one of {', '.join(FAMILIES)}; or value = x alone" if key == "family" else f"a {key}"
    return Fault(file, f"{where}.{key}", f"no {key}, but {keys}", allowed)


def _advice(kind: str, where: str, given: Any, allowed: str) -> str:
    if kind in ("literal_error", "enum") and isinstance(given, str):
        return did_you_mean(given, allowed.replace("'", "").replace(" or ", ", ").split(", "))
    if kind == "float_type" and isinstance(given, str) and given.endswith("%"):
        return "Per cent are read where the unit is a share or a rate: else write a number, 0.05 for 5%."
    if kind == "greater_than" and given == 0 and where.endswith((".sd", ".sigma", ".scale")):
        return "For a single number use value = x."
    return ""


def _untagged(loc: tuple[int | str, ...], tags: Collection[str]) -> tuple[int | str, ...]:
    """Return a path without the tags of a union that pydantic adds: first, or after an index."""
    before: tuple[int | str | None, ...] = (None, *loc)
    after: tuple[int | str | None, ...] = (*loc[1:], None)
    return tuple(
        part
        for above, part, below in zip(before, loc, after, strict=False)
        # A key that holds a list is followed by an index, as no tag is.
        if isinstance(below, int) or not (part in tags and (above is None or isinstance(above, int)))
    )


def _by_name(path: tuple[int | str, ...], value: Any) -> tuple[int | str, ...]:
    """Return a path with a table's name in place of its index in a list, which layers may have moved."""
    found: list[int | str] = []
    for part in path:
        inside: Any = dict(enumerate(value)) if isinstance(value, list) else value
        value = inside.get(part) if isinstance(inside, Mapping) else None
        name = value.get("name") if isinstance(part, int) and isinstance(value, Mapping) else None
        found.append(name if isinstance(name, str) else part)
    return tuple(found)


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
