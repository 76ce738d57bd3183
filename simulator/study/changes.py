"""What the command line or ``overrides=`` changed in a study: one record, for every report of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from simulator.study.canonical import plain
from simulator.study.records import Prior
from simulator.study.toml_writer import setting_text, toml_text


@dataclass(frozen=True, slots=True)
class Change:
    """A prior or a setting that was set.

    Attributes
    ----------
    name
        Of the prior, with ``.median`` where only that was set; or the dotted path of a setting.
    value
        As given, in plain JSON values.
    before
        What it replaces, as ``--set`` takes it; empty where there was nothing.
    """

    name: str
    value: Any
    before: str = ""

    @property
    def setting(self) -> str:
        """The change as ``--set`` takes it."""
        return f"{self.name}={toml_text(self.value)}"


def changed(name: str, value: Any, before: Any = None) -> Change:
    """Return the record of a change; what it replaces is a prior, the value of a setting, or nothing."""
    text = setting_text(before) if isinstance(before, Prior) else "" if before is None else toml_text(before)
    return Change(name, _finite(plain(value)), text)


def _finite(value: Any) -> Any:
    """Return a value with None for an open side, which JSON has no number for."""
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def with_changes(earlier: Iterable[Change], later: Iterable[Change]) -> tuple[Change, ...]:
    """Return changes one after the other: of a name set again the last value, and what the first replaced."""
    found = {change.name: change for change in earlier}
    for change in later:
        first = found.pop(change.name, change)
        found[change.name] = replace(change, before=first.before)
    return tuple(found.values())
