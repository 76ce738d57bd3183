"""A study changed by name: a prior held at a number, moved or given anew, or a setting set."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from numbers import Real
from typing import Any

from simulator.errors import Fault, StudyError
from simulator.study.canonical import prior_to_dict, study_to_dict
from simulator.study.document import shown
from simulator.study.domain import domains
from simulator.study.location import at_median
from simulator.study.percent import read_percent
from simulator.study.records import Prior
from simulator.study.study import Study
from simulator.study.toml_text import MOST_BITS
from simulator.study.translate import did_you_mean

#: What a fault of an override gives as its file.
_ORIGIN = "--set"

#: Keys of ``[study]`` that every study may have.
_STUDY_KEYS = ("name", "title", "as_of", "order", "directions", "start")


def override_study(study: Study, values: Mapping[str, Any]) -> Study:
    """Return a study with priors and settings changed; see `Study.override`."""
    data = study_to_dict(study)
    places = dict(_places(data))
    faults: list[Fault] = []
    changes: set[str] = set()
    for name, value in values.items():
        moved = _moved_by(name, study)
        changes.add(moved or name)
        if name in study.priors:
            faults += _hold(data["priors"], study, name, value)
        elif moved in values:
            faults.append(
                Fault(_ORIGIN, name, f"{moved} as well", "one of the two", "Leave one of them out.")
            )
        elif moved is not None:
            faults += _move(data["priors"], study.priors[moved], name, value)
        elif name in places:
            table, key = places[name]
            table[key] = value
        else:
            advice = did_you_mean(name, (*study.priors, *places, *map(_median_of, study.priors)))
            faults.append(
                Fault(_ORIGIN, name, "an unknown name", "a prior or a setting of the study", advice)
            )
    try:
        changed = Study.from_dict(data, study.model)
    except StudyError as error:
        faults += [replace(fault, file=_ORIGIN) for fault in error.faults]
        raise StudyError(faults) from error
    if faults:
        raise StudyError(faults)
    kept = {
        name: replace(prior, file=_ORIGIN if name in changes else study.priors[name].file)
        for name, prior in changed.priors.items()
    }
    before = {name: study.priors[name] for name in changes if name in study.priors}
    return replace(changed, priors=kept, risks=study.risks, replaced={**before, **study.replaced})


def settings_of(study: Study) -> dict[str, Any]:
    """Return the value of every setting of a study by its dotted name; None where it is not set."""
    data = study_to_dict(study)
    places = _places(data)
    return {name: table.get(key) if isinstance(table, dict) else table[key] for name, (table, key) in places}


def _hold(priors: dict[str, Any], study: Study, name: str, value: Any) -> Iterator[Fault]:
    """Put a point mass, or the prior that a table describes, in the place of a prior."""
    prior = study.priors[name]
    if isinstance(value, str):
        number = read_percent(value, prior.unit)
        value = value if number is None else number
    if isinstance(value, Mapping):
        priors[name] = {**_set_for_this_run(prior), **value}
    elif prior.family == "dirichlet":
        allowed = 'a table such as { family = "dirichlet", alpha = [2, 3] }'
        yield Fault(
            _ORIGIN, name, shown(value), allowed, f"{name} is {prior.components} shares that sum to 1"
        )
    elif isinstance(value, bool) or not isinstance(value, Real):
        yield Fault(
            _ORIGIN, name, shown(value), f"a number in {prior.unit or 'the unit of the model'}, or a table"
        )
    elif isinstance(value, int) and value.bit_length() > MOST_BITS:
        yield Fault(_ORIGIN, name, f"a whole number of {value.bit_length()} bits", f"one below 2^{MOST_BITS}")
    else:
        priors[name] = {**_set_for_this_run(prior), "value": float(value), "size": prior.size}


def _median_of(name: str) -> str:
    return f"{name}.median"


def _moved_by(name: str, study: Study) -> str | None:
    """Return the prior that a name such as ``adoption.potential.median`` moves; None where it moves none."""
    prior = name.removesuffix(".median")
    return prior if name not in study.priors and name == _median_of(prior) and prior in study.priors else None


def _move(priors: dict[str, Any], prior: Prior, key: str, value: Any) -> Iterator[Fault]:
    """Put a prior of the same family and spread, but another median, in the place of a prior."""
    number = read_percent(value, prior.unit) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, Real):
        yield Fault(_ORIGIN, key, shown(value), f"a number in {prior.unit or 'the unit of the model'}")
        return
    try:
        moved = prior_to_dict(at_median(prior, float(number)))
    except StudyError as error:
        yield from (replace(fault, file=_ORIGIN, key=key) for fault in error.faults)
        return
    numbers = {key: inner for key, inner in moved.items() if key not in ("sources", "as_of")}
    priors[prior.name] = {**numbers, **_set_for_this_run(prior)}


def _set_for_this_run(prior: Prior) -> dict[str, Any]:
    """Return what a prior keeps, and who says so, when its numbers are set."""
    return {
        "unit": prior.unit or None,
        "basis": "judgement",
        "note": "set for this run",
        "spare": prior.spare or None,
    }


def _places(data: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Give the dotted path of every setting, and the table or list and the key that hold it."""
    table = data.setdefault("study", {})
    of_domains = (key for domain in domains().values() for key in domain.keys)
    for key in (*_STUDY_KEYS, *of_domains):
        yield f"study.{key}", (table, key)
    for verdict, rule in data.get("verdict", {}).items():
        for metric, limits in rule.items():
            for side in ("min", "max"):
                yield f"verdict.{verdict}.{metric}.{side}", (limits, side)
    for item in data.get("scorecard", []):
        yield f"scorecard.{item['metric']}.min", (item, "min")
    for kind, keys in (("company", ("title",)), ("power_source", ("title", "cancellation"))):
        for entry in data.get(kind, []):
            for key in keys:
                yield f"{kind}.{entry['name']}.{key}", (entry, key)
    dependence = data.get("dependence", {})
    yield from _pairs("dependence", dependence)
    for group in dependence.get("groups", []):
        above = f"dependence.groups.{group['name']}"
        yield from _pairs(above, group)
        for key in ("copula", "df"):
            yield f"{above}.{key}", (group, key)
        for factor, loadings in group.get("factors", {}).items():
            for name in loadings:
                yield f"{above}.factors.{factor}[{name}]", (loadings, name)


def _pairs(above: str, table: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Give the correlation of each pair, whichever of the two is named first."""
    for pair in table.get("spearman", []):
        for one, other in ((0, 1), (1, 0)):
            yield f"{above}.spearman[{pair[one]},{pair[other]}]", (pair, 2)
