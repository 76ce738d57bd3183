"""Priors and plain values as the TOML that the reader of studies reads back."""

import json
from collections.abc import Mapping
from datetime import date
from math import inf
from typing import Any

from simulator.study.canonical import prior_to_dict
from simulator.study.records import Prior


def prior_text(name: str, prior: Prior) -> str:
    """Return a prior as a table of TOML, under a name."""
    table = prior_to_dict(prior)
    if prior.as_of:
        table["as_of"] = prior.as_of
    return f"[{name}]\n" + "".join(f"{entry}\n" for entry in _entries(table))


def setting_text(prior: Prior) -> str:
    """Return a prior as ``--set`` takes it: a number, or its table on one line, without sources and note."""
    if prior.family == "fixed" and prior.size is None:
        return toml_text(float(prior.parameters["value"]))
    texts = ("basis", "sources", "as_of", "note")
    return toml_text({key: value for key, value in prior_to_dict(prior).items() if key not in texts})


def toml_text(value: Any) -> str:
    """Return a value as TOML on one line: a table as an inline one, a number to its last digit."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(_entries(value))} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_text, value))}]"
    if isinstance(value, str):
        # JSON's text is TOML's, but for one character that TOML does not take as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else repr(value)


def _entries(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {toml_text(_open(key, value))}" for key, value in table.items()]


def _open(key: str, value: Any) -> Any:
    """Return the value of a key; an open side of bounds as TOML has it, infinite."""
    if key != "bounds":
        return value
    return [side if given is None else given for given, side in zip(value, (-inf, inf), strict=False)]


def _key(key: str) -> str:
    bare = key.replace("_", "").replace("-", "")
    return key if bare.isascii() and bare.isalnum() else toml_text(key)
