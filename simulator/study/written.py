"""Priors and plain values as the TOML that the reader of studies reads back."""

import json
from collections.abc import Mapping
from datetime import date
from math import inf
from typing import Any

from simulator.study.canonical import prior_to_dict
from simulator.study.records import Prior


def written_prior(name: str, prior: Prior) -> str:
    """Return a prior as a table of TOML, under a name."""
    table = _open(prior_to_dict(prior))
    if prior.as_of:
        table["as_of"] = prior.as_of
    return f"[{name}]\n" + "".join(f"{key} = {written(value)}\n" for key, value in table.items())


def written_setting(prior: Prior) -> str:
    """Return a prior as ``--set`` takes it: a number, or its table on one line, without sources and note."""
    if prior.family == "fixed" and prior.size is None:
        return written(float(prior.parameters["value"]))
    texts = ("basis", "sources", "as_of", "note")
    return written({key: value for key, value in _open(prior_to_dict(prior)).items() if key not in texts})


def _open(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of a prior, or of a part of one, with an open side of its bounds as TOML has it."""
    found = dict(table)
    if "bounds" in table:
        ends = zip((-inf, inf), table["bounds"], strict=True)
        found["bounds"] = [side if given is None else given for side, given in ends]
    if "components" in table:
        found["components"] = [_open(part) for part in table["components"]]
    return found


def written(value: Any) -> str:
    """Return a value as TOML on one line: a table as an inline one, a number to its last digit."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {written(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str):
        # JSON's text is TOML's, but for one character that TOML does not take as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else repr(value)


def _key(key: str) -> str:
    bare = key.replace("_", "").replace("-", "")
    return key if bare.isascii() and bare.isalnum() else written(key)
