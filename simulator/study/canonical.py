"""The records of a study as plain JSON values: to store them, and to compare them by a hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from math import isinf
from typing import Any

from simulator.study.quantile_keys import key_of
from simulator.study.records import CopulaGroup, Dependence, Prior, Settings, Unbounded
from simulator.study.risks import Risk
from simulator.study.structures import Mechanism, Structure

#: Name of the group that the pairs directly under ``[dependence]`` make.
DEFAULT_GROUP = "default"

#: Keys of the sources, the reasons and the titles of something; they change no number.
_TEXT = frozenset({"basis", "sources", "as_of", "note", "title", "spare"})

_EMPTY: tuple[Any, ...] = (None, "", [], {})


def plain(value: Any) -> Any:
    """Return a record or value as plain JSON values: tuples as lists, days as text."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value):
        return attributes(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def attributes(record: Any) -> dict[str, Any]:
    """Return the attributes of a record as plain JSON values, by name."""
    return {one.name: plain(getattr(record, one.name)) for one in fields(record)}


def risk_to_dict(risk: Risk) -> dict[str, Any]:
    """Return a risk as its table."""
    table = plain(risk)
    cases = [{"title": case["title"], "set": case["values"], "note": case["note"]} for case in table["cases"]]
    return {key: table[key] for key in table if key not in ("cases", "file")} | {"case": cases}


def structures_to_dict(structures: Iterable[Structure]) -> dict[str, Any]:
    """Return structures as their tables, by name."""
    return {
        one.name: without_empty(
            {"weight": one.weight, "title": one.title, "note": one.note, "set": plain(one.values)}
        )
        for one in structures
    }


def mechanisms_to_dict(mechanisms: Iterable[Mechanism]) -> dict[str, Any]:
    """Return mechanisms as their tables, by name."""
    return {
        one.name: without_empty({"title": one.title, "note": one.note, "off": plain(one.values)})
        for one in mechanisms
    }


def dependence_to_dict(dependence: Dependence) -> dict[str, Any]:
    """Return dependence as its table: the pairs of the default group, and all other groups."""
    default = [pair for group in dependence.groups if group.name == DEFAULT_GROUP for pair in group.spearman]
    named = [_group_table(group) for group in dependence.groups if group.name != DEFAULT_GROUP]
    return {"spearman": plain(default), "groups": named}


def distribution_to_dict(prior: Prior) -> dict[str, Any]:
    """Return what decides the draws of a prior, as a table."""
    table = _marginal_table(prior.family, prior.parameters, prior.quantiles, prior.bounds)
    return without_empty({**table, "size": prior.size, "unit": prior.unit})


def prior_to_dict(prior: Prior) -> dict[str, Any]:
    """Return a prior as its table."""
    return without_empty(
        {
            **distribution_to_dict(prior),
            "basis": prior.basis,
            "sources": list(prior.sources),
            "as_of": prior.as_of and prior.as_of.isoformat(),
            "note": prior.note,
            "spare": prior.spare or None,
        }
    )


def hash_of(table: Mapping[str, Any], entries: Iterable[str], groups: Iterable[CopulaGroup]) -> str:
    """Return the SHA-256, in hexadecimal, of all of a study's table that can change a number.

    Provenance, checks, contradictions, risks, surprises, structures, mechanisms, decisions, titles and notes
    are left out, and so is the order of keys, pairs and groups. Equal numbers have equal hashes.

    Parameters
    ----------
    table
        The study as `Study.to_dict` has it.
    entries
        Names of its lists of tables that decide numbers.
    groups
        Its copula groups.
    """
    left_out = ("sources", "check", "contradiction", "risk", "surprise", "structure", "mechanism", "decision")
    asked = {key: value for key, value in table.items() if key not in left_out}
    asked["study"] = {key: value for key, value in table["study"].items() if key != "title"}
    asked["priors"] = {name: _untold(prior) for name, prior in table.get("priors", {}).items()}
    for key in entries:
        asked[key] = [_untold(entry) for entry in table.get(key, [])]
    asked["dependence"] = [
        {**_group_table(group), "spearman": sorted([*sorted((a, b)), rho] for a, b, rho in group.spearman)}
        for group in sorted(groups, key=lambda group: group.name)
    ]
    return hashlib.sha256(json.dumps(_same_zero(asked), sort_keys=True).encode()).hexdigest()


def _untold(value: Any) -> Any:
    """Return a value without what is only told of it, in the tables inside it too."""
    if isinstance(value, Mapping):
        return {key: _untold(inner) for key, inner in value.items() if key not in _TEXT}
    return [_untold(inner) for inner in value] if isinstance(value, list) else value


def _same_zero(value: Any) -> Any:
    """Return a value without negative zeros, which are equal to zero and written otherwise."""
    if isinstance(value, Mapping):
        return {key: _same_zero(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_same_zero(inner) for inner in value]
    return value + 0.0 if isinstance(value, float) else value


def _marginal_table(
    family: str,
    parameters: Mapping[str, Any],
    quantiles: Mapping[float, float],
    bounds: tuple[float, float],
) -> dict[str, Any]:
    table: dict[str, Any] = {} if family == "fixed" else {"family": family}
    table |= {name: _listed(value) for name, value in parameters.items()}
    if quantiles:
        table["quantiles"] = {key_of(probability): value for probability, value in quantiles.items()}
    if bounds != Unbounded:
        table["bounds"] = [None if isinf(bound) else bound for bound in bounds]
    return table


def _listed(value: Any) -> Any:
    """Return a parameter as TOML has it: tuples as lists, components of a mixture as tables."""
    if isinstance(value, tuple):
        return [_listed(inner) for inner in value]
    if isinstance(value, Mapping) and "weight" in value:
        own = ("weight", "family", "quantiles", "bounds")
        parameters = {name: inner for name, inner in value.items() if name not in own}
        quantiles, bounds = value.get("quantiles", {}), value.get("bounds", Unbounded)
        return {"weight": value["weight"], **_marginal_table(value["family"], parameters, quantiles, bounds)}
    return dict(value) if isinstance(value, Mapping) else value


def _group_table(group: CopulaGroup) -> dict[str, Any]:
    return without_empty(plain(group))


def settings_to_dict(settings: Settings) -> dict[str, Any]:
    """Return the tables that hold the settings of a study beside ``[study]``."""
    verdicts = {
        rule.name: {
            metric: {side: value for side, value in plain(limits).items() if not isinf(value)}
            for metric, limits in rule.conditions.items()
        }
        for rule in settings.verdicts
        if rule.conditions
    }
    return {**settings.tables(), "scorecard": plain(settings.scorecard), "verdict": verdicts}


def without_empty(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table without what was left out, at its first two levels."""
    result: dict[str, Any] = {}
    for key, value in table.items():
        inner = {k: v for k, v in value.items() if v not in _EMPTY} if isinstance(value, dict) else value
        if inner not in _EMPTY:
            result[key] = inner
    return result
