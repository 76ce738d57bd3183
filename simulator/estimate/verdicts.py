"""The investor scorecard and the verdict of every path, by rules on named metrics.

A rule bounds metrics from below or above; the rules are data of the study. Those of bull are asked first,
then those of bear; every other path is base, so that the three are exclusive and exhaustive. A metric is
named ``metric.entity``; rules name the metric alone and hold for each entity that has all the metrics they
name. Bare names, of a user's own model, belong to one entity: ``model``.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Literal, NotRequired, TypedDict

import numpy as np
from jaxtyping import Bool, Int8, Shaped

from simulator.errors import Fault, StudyError

type Sample = Shaped[np.ndarray, "replicate path"]
type Codes = Int8[np.ndarray, "replicate path"]
type Verdict = Literal["bull", "base", "bear"]

#: The code of each verdict, in the order in which they are told.
CODES: Mapping[Verdict, int] = {"bull": 1, "base": 0, "bear": -1}
#: The entity of metrics whose names have no dot.
MODEL = "model"
#: The metrics that are derived from others by the study's rules.
PASSES, VERDICT = "scorecard_passes", "verdict"


class Bounds(TypedDict, total=False):
    """Least and greatest value with which a metric passes, both inclusive, in the metric's unit."""

    min: float
    max: float


#: The bounds of a verdict, by metric.
type Rule = Mapping[str, Bounds]


class Item(TypedDict):
    """One item of the scorecard: a metric and the bounds within which it passes."""

    metric: str
    min: NotRequired[float]
    max: NotRequired[float]


def by_entity(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the full names of metrics by entity and short name: the group first, then as they appear."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        metric, _, entity = name.rpartition(".") if "." in name else (name, "", MODEL)
        found.setdefault(entity, {})[metric] = name
    return dict(sorted(found.items(), key=lambda pair: pair[0] != "group"))


def entity_of(name: str) -> str:
    """Return the entity of a metric's full name."""
    return next(iter(by_entity([name])))


def full_name(metric: str, entity: str) -> str:
    """Return the full name of a derived metric of an entity."""
    return metric if entity == MODEL else f"{metric}.{entity}"


def meets(values: Sample, bounds: Bounds | Item) -> Bool[np.ndarray, "replicate path"]:
    """Return where values lie within bounds; a value that is not a number never does.

    A bound is compared in the precision of the values, so that a path exactly at it passes.
    """
    within = ~np.isnan(values)
    if "min" in bounds:
        within &= values >= values.dtype.type(bounds["min"])
    if "max" in bounds:
        within &= values <= values.dtype.type(bounds["max"])
    return within


def derive(
    metrics: Mapping[str, Sample], scorecard: Sequence[Item], rules: Mapping[str, Rule]
) -> dict[str, Codes]:
    """Return the passes and the verdict code of every path, for every entity that has the metrics for it.

    Parameters
    ----------
    metrics
        Every metric by full name; each is read only if a rule names it.
    scorecard
        The items; none makes no passes.
    rules
        The rules of ``bull`` and ``bear``, none making no verdicts. They may name ``scorecard_passes``.

    Returns
    -------
    dict
        ``scorecard_passes.<entity>``, how many items pass; ``verdict.<entity>``, as in `CODES`.

    Raises
    ------
    StudyError
        If the scorecard or the rules name a metric that no entity has, or no entity has all of them.
    """
    table = by_entity(metrics)
    _refuse(table, scorecard, rules)
    derived: dict[str, Codes] = {}
    for entity, own in table.items():
        if scorecard and all(item["metric"] in own for item in scorecard):
            passed = [meets(metrics[own[item["metric"]]], item) for item in scorecard]
            derived[full_name(PASSES, entity)] = np.sum(passed, axis=0, dtype=np.int8)
        known = own | {PASSES: full_name(PASSES, entity)} if full_name(PASSES, entity) in derived else own
        if rules and all(metric in known for rule in rules.values() for metric in rule):
            used = {metric for rule in rules.values() for metric in rule}
            values = {m: derived[known[m]] if known[m] in derived else metrics[known[m]] for m in used}
            derived[full_name(VERDICT, entity)] = _classify(values, rules)
    if rules and not any(name.split(".")[0] == VERDICT for name in derived):
        named = ", ".join(dict.fromkeys(metric for rule in rules.values() for metric in rule))
        raise StudyError([Fault("", "verdict", named, "metrics that one company or the group has all of")])
    return derived


def _classify(values: Mapping[str, Sample], rules: Mapping[str, Rule]) -> Codes:
    shape = next(iter(values.values())).shape
    codes = np.full(shape, CODES["base"], np.int8)
    # Bear first, so that bull, asked before it, has the last word.
    for verdict in ("bear", "bull"):
        if rule := rules.get(verdict):
            within = [meets(values[metric], bounds) for metric, bounds in rule.items()]
            codes[np.all(within, axis=0)] = CODES[verdict]
    return codes


def _refuse(
    table: Mapping[str, Mapping[str, str]], scorecard: Sequence[Item], rules: Mapping[str, Rule]
) -> None:
    """Raise if a rule is not one of bull or bear, or names a metric that no entity has."""
    known = sorted({metric for own in table.values() for metric in own} | ({PASSES} if scorecard else set()))
    named = {f"scorecard[{i}].metric": item["metric"] for i, item in enumerate(scorecard)}
    named |= {f"verdict.{verdict}.{metric}": metric for verdict, rule in rules.items() for metric in rule}
    faults = [
        Fault("", f"verdict.{verdict}", "a verdict of this name", "bull, bear (base is all else)")
        for verdict in rules
        if verdict not in ("bull", "bear")
    ]
    for key, metric in named.items():
        if metric not in known:
            close = get_close_matches(metric, known, n=1)
            advice = f"Did you mean {close[0]}?" if close else ""
            faults.append(Fault("", key, metric, f"a metric of the model: {', '.join(known)}", advice))
    if faults:
        raise StudyError(faults)
