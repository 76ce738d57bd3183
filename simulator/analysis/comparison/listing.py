"""What two studies have otherwise: beliefs, dependence, settings, rules, order of draws, evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isclose, isinf
from sys import float_info
from typing import Any

from simulator.analysis.comparison.belief import Belief, beliefs_of
from simulator.estimate import codes_of
from simulator.study import CopulaGroup, Dependence, Prior, Settings, Study
from simulator.study.canonical import attributes, prior_to_dict, risk_to_dict
from simulator.study.inputs import in_unit

#: Parts that hold other things than priors: what is correlated, the choices of a study, and its verdicts.
DEPENDENCE, SETTINGS, RULES = "dependence", "settings", "rules"
#: What moves draws and no belief; what a study rests on or is checked against, which moves no number at all.
ORDER, EVIDENCE = "order", "evidence"

#: Relative rounding of a number in another unit: half a spacing each of the number given in either unit, of
#: the factor and of the product.
CONVERTED = 4 * float_info.epsilon / 2

#: Keys of a prior that say who believes it and why.
_GROUNDS = ("basis", "sources", "as_of", "note")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the second study has otherwise.

    Attributes
    ----------
    part
        Of a prior its mechanism, the first part of its name; else one of the five words above.
    name
        Dotted name.
    kind
        "added", "removed", "changed", or "reworded": the same numbers, for other reasons or from others.
    first, second
        Both values as text, empty where there is none.
    before, after
        Of a prior, what either study believes, where it was asked for; None where there is nothing.
    """

    part: str
    name: str
    kind: str
    first: str
    second: str
    before: Belief | None = field(default=None, kw_only=True)
    after: Belief | None = field(default=None, kw_only=True)

    @property
    def moves(self) -> bool:
        """Whether it can change a number."""
        return self.kind != "reworded" and self.part not in (ORDER, EVIDENCE)

    def to_json(self) -> dict[str, Any]:
        """Return the change for JSON; of a prior with what is believed, if that was asked for."""
        table = attributes(self)
        if self.before is None and self.after is None:
            del table["before"], table["after"]
        return table


def mechanism(name: str) -> str:
    """Return the mechanism of a prior: the first part of its name."""
    return name.split(".")[0]


def changes(first: Study, second: Study) -> list[Change]:
    """Return everything that the second study has otherwise than the first, parts in alphabetical order."""
    found = [*_priors(first.priors, second.priors), *_choices(first, second), *_evidence(first, second)]
    if first.order != second.order:
        found.append(
            Change(ORDER, "study.order", "changed", *(_ordered(one.order) for one in (first, second)))
        )
    if first.directions != second.directions:
        directions = (_directed(one.directions) for one in (first, second))
        found.append(Change(ORDER, "study.directions", "changed", *directions))
    return sorted(found, key=lambda change: (change.part, change.name))


def with_beliefs(changes: Sequence[Change], first: Study, second: Study) -> tuple[Change, ...]:
    """Return changes with what either study believes of the priors among them."""
    names = {change.name for change in changes}
    before, after = beliefs_of(first, names), beliefs_of(second, names)
    return tuple(
        replace(change, before=before.get(change.name), after=after.get(change.name)) for change in changes
    )


def same_belief(one: Prior, other: Prior) -> bool:
    """Return whether two priors believe the same, in whatever units and for whatever reasons."""
    unit = other.unit or one.unit
    try:
        found = [_numbers(in_unit(prior, unit)) for prior in (one, other)]
    except ValueError:  # the units measure different things
        return False
    return found[0] == found[1] or (one.unit != other.unit and _close(*found))


def _close(one: Any, other: Any) -> bool:
    """Return whether two values are the same but for the rounding of a change of unit."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_close(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_close, one, other))
    if isinstance(one, float | int) and isinstance(other, float | int):
        return isclose(one, other, rel_tol=CONVERTED)
    return bool(one == other)


def _numbers(prior: Prior) -> dict[str, Any]:
    return {key: value for key, value in prior_to_dict(prior).items() if key not in (*_GROUNDS, "unit")}


def _priors(first: Mapping[str, Prior], second: Mapping[str, Prior]) -> Iterator[Change]:
    for name in dict.fromkeys((*first, *second)):
        one, other = first.get(name), second.get(name)
        if one is None or other is None:
            kind = "added" if one is None else "removed"
        elif not same_belief(one, other):
            kind = "changed"
        elif replace(one, file="") != replace(other, file=""):
            kind = "reworded"
        else:
            continue
        yield Change(
            mechanism(name), name, kind, *(belief_text(prior) if prior else "" for prior in (one, other))
        )


def belief_text(prior: Prior) -> str:
    """Return what is believed, without who says so."""
    own = _numbers(prior)
    return text(own["value"] if set(own) == {"value"} else own) + (f" {prior.unit}" if prior.unit else "")


def text(value: Any) -> str:
    """Return a value of a study in a line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {text(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(text, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)


def _choices(first: Study, second: Study) -> Iterator[Change]:
    yield from _compared(SETTINGS, first.settings.choices(), second.settings.choices())
    yield from _compared(RULES, _rules(first.settings), _rules(second.settings))
    yield from _compared(DEPENDENCE, _correlations(first.dependence), _correlations(second.dependence))


def _compared(part: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*first, *second)):
        if name not in first or name not in second:
            kind = "added" if name in second else "removed"
        elif first[name] != second[name]:
            kind = "changed"
        else:
            continue
        yield Change(part, name, kind, *(text(one.get(name)) for one in (first, second)))


def _rules(settings: Settings) -> dict[str, Any]:
    limits = {
        f"verdict.{rule.name}.{metric}.{side}": value
        for rule in settings.verdicts
        for metric, one in rule.conditions.items()
        for side, value in (("min", one.min), ("max", one.max))
        if not isinf(value)
    }
    items = {f"scorecard.{item.metric}.min": item.min for item in settings.scorecard}
    return {**items, **limits, "verdict": list(codes_of(settings.verdicts))}


def _correlations(dependence: Dependence) -> dict[str, Any]:
    return {name: value for group in dependence.groups for name, value in _of_group(group)}


def _of_group(group: CopulaGroup) -> Iterator[tuple[str, Any]]:
    above = f"dependence.{group.name}"
    yield f"{above}.copula", group.copula if group.df is None else f"{group.copula} with df {group.df:g}"
    for a, b, rho in group.spearman:
        yield f"{above}.spearman[{','.join(sorted((a, b)))}]", rho
    for factor, loadings in group.factors.items():
        for name, loading in loadings.items():
            yield f"{above}.factors.{factor}[{name}]", loading


def _evidence(first: Study, second: Study) -> Iterator[Change]:
    def listed(study: Study) -> dict[str, Any]:
        return {
            **{f"source.{one.id}": [one.title, one.date] for one in study.sources.values()},
            **{
                f"check.{one.name}": f"{one.statistic} {one.low:g} to {one.high:g} {one.unit}"
                for one in study.checks
            },
            **{f"contradiction.{one.name}": one.title for one in study.contradictions},
            **{f"risk.{one.name}": risk_to_dict(one) for one in study.risks},
            **{f"structure.{one.name}": [one.title, one.weight, one.values] for one in study.structures},
            **{f"mechanism.{one.name}": [one.title, one.values] for one in study.mechanisms},
        }

    yield from _compared(EVIDENCE, listed(first), listed(second))


def _ordered(order: tuple[str, ...]) -> str:
    return f"{len(order)} names: {', '.join(order[:3])}{', ...' if len(order) > 3 else ''}"


def _directed(directions: Mapping[str, tuple[float, ...]]) -> str:
    return f"{len(next(iter(directions.values()), ()))} combinations of {len(directions)} numbers"
