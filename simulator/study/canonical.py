"""One form of a study as plain JSON values: to store it, and to say by a hash whether two are the same."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isinf
from typing import Any

from simulator.study.consistency import DEFAULT_GROUP
from simulator.study.quantile_keys import key_of
from simulator.study.records import CopulaGroup, Prior, Settings, Unbounded
from simulator.study.risks import risk_to_dict, surprise_to_dict
from simulator.study.study import Study

#: Keys that say who believes something and why, or how it is called; they change no number.
_TEXT = frozenset({"basis", "sources", "as_of", "note", "title", "spare"})

_EMPTY: tuple[Any, ...] = (None, "", [], {})


def study_to_dict(study: Study) -> dict[str, Any]:
    """Return a study as the dictionary that `Study.from_dict` reads, without what was left out."""
    settings = study.settings
    default = [g for g in study.dependence.groups if g.name == DEFAULT_GROUP]
    named = [g for g in study.dependence.groups if g.name != DEFAULT_GROUP]
    return _without_empty(
        {
            "study": {
                "name": study.name,
                "title": study.title,
                "as_of": study.as_of and study.as_of.isoformat(),
                **settings.keys(),
                "order": list(study.order),
                "directions": {name: list(loadings) for name, loadings in study.directions.items()},
            },
            **_settings_tables(settings),
            "check": [{**asdict(check), "sources": list(check.sources)} for check in study.checks],
            "contradiction": [{**asdict(one), "priors": list(one.priors)} for one in study.contradictions],
            "risk": [risk_to_dict(risk) for risk in study.risks],
            "surprise": [surprise_to_dict(one) for one in study.surprises],
            "priors": {name: prior_to_dict(prior) for name, prior in study.priors.items()},
            "dependence": {
                "spearman": [list(pair) for group in default for pair in group.spearman],
                "groups": [_group_table(group) for group in named],
            },
            "sources": {
                source.id: {
                    "title": source.title,
                    "address": source.address,
                    "date": source.date and source.date.isoformat(),
                    "provenance": source.provenance,
                    "rank": source.rank,
                    "note": source.note,
                }
                for source in study.sources.values()
            },
        }
    )


def prior_to_dict(prior: Prior) -> dict[str, Any]:
    """Return a prior as its table."""
    return _without_empty(
        {
            **_marginal_table(prior.family, prior.parameters, prior.quantiles, prior.bounds),
            "size": prior.size,
            "unit": prior.unit,
            "basis": prior.basis,
            "sources": list(prior.sources),
            "as_of": prior.as_of and prior.as_of.isoformat(),
            "note": prior.note,
            "spare": prior.spare or None,
        }
    )


def study_hash(study: Study) -> str:
    """Return the SHA-256, in hexadecimal, of all of a study that can change a number.

    Provenance, checks, contradictions, risks, surprises, titles, notes and the model are left out, and so is
    the order of keys, pairs and groups. Equal numbers have equal hashes.
    """
    table = study_to_dict(study)
    for key in ("sources", "check", "contradiction", "risk", "surprise"):
        table.pop(key, None)
    table["study"].pop("title", None)
    table["priors"] = {name: _untold(prior) for name, prior in table.get("priors", {}).items()}
    for key in ("scorecard", *study.settings.tables()):
        table[key] = [_untold(entry) for entry in table.get(key, [])]
    groups = sorted(study.dependence.groups, key=lambda group: group.name)
    table["dependence"] = [
        {**_group_table(group), "spearman": sorted([*sorted((a, b)), rho] for a, b, rho in group.spearman)}
        for group in groups
    ]
    return hashlib.sha256(json.dumps(_same_zero(table), sort_keys=True).encode()).hexdigest()


def _untold(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in _TEXT}


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
    return _without_empty(
        {
            "name": group.name,
            "copula": group.copula,
            "df": group.df,
            "spearman": [list(pair) for pair in group.spearman],
            "factors": {factor: dict(loadings) for factor, loadings in group.factors.items()},
        }
    )


def _settings_tables(settings: Settings) -> dict[str, Any]:
    return {
        **settings.tables(),
        "scorecard": [asdict(item) for item in settings.scorecard],
        "verdict": {
            rule.name: {
                metric: {side: value for side, value in asdict(limits).items() if not isinf(value)}
                for metric, limits in rule.conditions.items()
            }
            for rule in settings.verdicts
        },
    }


def _without_empty(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table without what was left out, at its first two levels."""
    kept: dict[str, Any] = {}
    for key, value in table.items():
        inner = {k: v for k, v in value.items() if v not in _EMPTY} if isinstance(value, dict) else value
        if inner not in _EMPTY:
            kept[key] = inner
    return kept
