"""The investor scorecard and the verdict of every path, by rules on named metrics.

A rule limits metrics from below or above; the rules are data of the study. They are asked in order; a path
that fits none has the verdict that is all else, so that verdicts are exclusive. A path on which a metric that
the rules need is not a number has no verdict: what cannot be compared is not all else. A metric is named
``metric.entity``; rules name the metric alone and hold for each entity that has all the metrics they name.
Bare names, of a user's own model, belong to one entity: ``model``.

All else is no middle: it holds paths that gain and paths that lose. Where verdicts are about a metric whose
lower tail is the one to fear, all else is shown in two parts by its sign. The verdict stays what it is.

Arrays are NumPy's or JAX's: what is given decides where verdicts are made.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Int8, Shaped

from simulator.errors import Fault, StudyError, did_you_mean
from simulator.study import REST, Limits, ScorecardItem, VerdictRule
from simulator.study.domain import known_metrics, lead_metric
from simulator.study.records import parts_of_rest

type Sample = Shaped[Any, "replicate path"]
type Codes = Int8[Any, "replicate path"]

#: The code of a path without a verdict.
NO_VERDICT = -128
#: The code of a path of all else that loses, where all else is split: above that of any verdict.
LOSSES = 127
#: The entity of metrics whose names have no dot.
MODEL = "model"
#: The metrics that are derived from others by the study's rules.
PASSES, VERDICT = "scorecard_passes", "verdict"


def codes_of(rules: Sequence[VerdictRule]) -> dict[str, int]:
    """Return the code of each verdict, in their order; none where there are no rules.

    All else has 0; verdicts that are asked before it have 1 and up, those that are asked after it -1 and
    down: of bull, base and bear 1, 0 and -1. Where every rule has conditions, all else is `REST`, between the
    first half of the rules and the second.
    """
    names = [rule.name for rule in rules]
    bare = next((rule.name for rule in rules if not rule.conditions), None)
    if names and bare is None:
        names.insert((len(names) + 1) // 2, bare := REST)
    return {name: names.index(str(bare)) - place for place, name in enumerate(names)}


def feared(codes: Mapping[str, int]) -> str:
    """Return the verdict with a rule that comes last: the worst, where they go from good to bad."""
    return [name for name, code in codes.items() if code][-1]


def parts_of(codes: Mapping[str, int]) -> dict[str, int]:
    """Return the two parts of all else, gains and losses, by name with their codes in `split`."""
    rest = next((name for name, code in codes.items() if not code), None)
    return {} if rest is None else dict(zip(parts_of_rest(rest), (0, LOSSES), strict=True))


def shown[T](verdicts: Mapping[str, T], parts: Mapping[str, T]) -> dict[str, T]:
    """Return what there is by verdict with that by part of all else in its place; all of it where none is."""
    rest = next(iter(parts), "").rpartition("_")[0]
    found: dict[str, T] = {}
    for name, one in verdicts.items():
        found |= parts if name == rest else {name: one}
    return found


def sign_metric(names: Iterable[str]) -> str:
    """Return the metric by whose sign all else is split, of those with these full names; empty for none."""
    lead = lead_metric(names)
    return lead if lead and known_metrics()[lead].low_is_bad else ""


def split(derived: Mapping[str, Codes], metrics: Mapping[str, Sample]) -> dict[str, Codes]:
    """Return by entity the verdict of every path with all else in its two parts.

    Parameters
    ----------
    derived
        What `derive` returns.
    metrics
        Every metric by full name; the one that verdicts are about is read.

    Returns
    -------
    dict
        Codes as in `codes_of`, of all else as in `parts_of`, and `NO_VERDICT` where it has no sign; only of
        entities with that metric.
    """
    lead, found = sign_metric(metrics), dict[str, Codes]()
    for entity, own in by_entity(metrics).items():
        codes = derived.get(full_name(VERDICT, entity))
        if codes is not None and lead in own:
            values, rest, xp = metrics[own[lead]], codes == 0, codes.__array_namespace__()
            parts = xp.where(rest & (values < 0), np.int8(LOSSES), codes)
            found[entity] = xp.where(rest & xp.isnan(values), np.int8(NO_VERDICT), parts)
    return found


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


def meets(values: Sample, limits: Limits) -> Bool[Any, "replicate path"]:
    """Return where values lie within limits, ends included; a value that is not a number never does."""
    # A plain number is taken in the precision of the array: a float32 path exactly at a limit meets it.
    return (values >= limits.min) & (values <= limits.max)


def passes(values: Sample, item: ScorecardItem) -> Bool[Any, "replicate path"]:
    """Return where the values of an item's metric pass it."""
    return meets(values, Limits(min=item.min))


def derive(
    metrics: Mapping[str, Sample], scorecard: Sequence[ScorecardItem], rules: Sequence[VerdictRule]
) -> dict[str, Codes]:
    """Return the passes and the verdict code of every path, for every entity that has the metrics for it.

    Parameters
    ----------
    metrics
        Every metric by full name; each is read only if a rule names it.
    scorecard
        The items; none makes no passes.
    rules
        The rules in the order in which they are asked; none makes no verdicts. They may name
        ``scorecard_passes``.

    Returns
    -------
    dict
        ``scorecard_passes.<entity>``, how many items pass; ``verdict.<entity>``, as in `codes_of`, or
        `NO_VERDICT` where a metric that a rule or an item of a rule needs is not a number.

    Raises
    ------
    StudyError
        If the scorecard or the rules name a metric that no entity has, or no entity has all of them.
    """
    if faults := rule_faults(metrics, scorecard, rules):
        raise StudyError(faults)
    table = by_entity(metrics)
    used = dict.fromkeys(metric for rule in rules for metric in rule.conditions)
    derived: dict[str, Codes] = {}
    for entity, own in table.items():
        own_passes = full_name(PASSES, entity)
        if scorecard and all(item.metric in own for item in scorecard):
            passed = [passes(metrics[own[item.metric]], item) for item in scorecard]
            derived[own_passes] = _stacked(passed).sum(axis=0, dtype=np.int8)
            own = {**own, PASSES: own_passes}
        if used and all(metric in own for metric in used):
            names = {metric: own[metric] for metric in used}
            values = {m: metrics[name] for m, name in names.items() if name != own_passes}
            if PASSES in names:  # a limit of a whole number may be a fraction
                values[PASSES] = derived[own_passes].astype(np.float64)
            items = [metrics[own[item.metric]] for item in scorecard] if PASSES in used else []
            unknown, codes = _any_nan([*values.values(), *items]), _classify(values, rules)
            xp = codes.__array_namespace__()
            derived[full_name(VERDICT, entity)] = xp.where(unknown, np.int8(NO_VERDICT), codes)
    return derived


def _stacked(arrays: Sequence[Shaped[Any, "*shape"]]) -> Shaped[Any, "one *shape"]:
    return arrays[0].__array_namespace__().stack(arrays)


def _any_nan(samples: Sequence[Sample]) -> Bool[Any, "replicate path"]:
    """Return where at least one of some metrics is not a number."""
    return _stacked([values != values for values in samples]).any(axis=0)


def _classify(values: Mapping[str, Sample], rules: Sequence[VerdictRule]) -> Codes:
    some = next(iter(values.values()))
    xp, code_of = some.__array_namespace__(), codes_of(rules)
    codes = xp.zeros(some.shape, np.int8)
    # The last one first, so that the one asked first has the last word.
    for rule in reversed([rule for rule in rules if rule.conditions]):
        within = [meets(values[metric], limits) for metric, limits in rule.conditions.items()]
        codes = xp.where(_stacked(within).all(axis=0), np.int8(code_of[rule.name]), codes)
    return codes


def rule_faults(
    names: Iterable[str], scorecard: Sequence[ScorecardItem], rules: Sequence[VerdictRule]
) -> list[Fault]:
    """Return the faults of a scorecard and of rules for metrics of these full names.

    A rule names a metric that no entity has, or no entity has all of them.

    Parameters
    ----------
    names
        Full names of the metrics that there are.
    scorecard, rules
        Those of the study.
    """
    table = by_entity(names)
    known = sorted({metric for own in table.values() for metric in own} | ({PASSES} if scorecard else set()))
    named = {f"scorecard[{i}].metric": item.metric for i, item in enumerate(scorecard)}
    named |= {f"verdict.{rule.name}.{metric}": metric for rule in rules for metric in rule.conditions}
    faults: list[Fault] = []
    for key, metric in named.items():
        if metric not in known:
            allowed = f"a metric of the model: {', '.join(known)}"
            faults.append(Fault("", key, metric, allowed, did_you_mean(metric, known)))
    if not faults:
        faults += _scattered(table, scorecard, rules)
    return faults


def _scattered(
    table: Mapping[str, Mapping[str, str]],
    scorecard: Sequence[ScorecardItem],
    rules: Sequence[VerdictRule],
) -> Iterator[Fault]:
    """Give the fault of rules whose metrics no single entity has all of."""
    used = dict.fromkeys(metric for rule in rules for metric in rule.conditions)
    needed = set(used) - {PASSES}
    if PASSES in used:
        needed |= {item.metric for item in scorecard}
    if used and not any(needed <= own.keys() for own in table.values()):
        allowed = "metrics that one company, or the group, has all of"
        yield Fault("", "verdict", ", ".join(used), allowed)
