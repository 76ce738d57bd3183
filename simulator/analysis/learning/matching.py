"""Which observations a study can learn from, what each is of in the model, and why others are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from os import PathLike
from typing import Any

from jaxtyping import Array

from simulator.analysis.learning.figures import Datum, Draws, LeftOut, Matched, Matcher, Read, Reason
from simulator.analysis.learning.repeats import once
from simulator.analysis.learning.validation import faults_of_figures, measurements
from simulator.arguments import checked
from simulator.beliefs import warn
from simulator.engine import Model
from simulator.errors import EvidenceError, Fault, UsageError
from simulator.evidence import Evidence, Observation, load_evidence
from simulator.evidence.period import quarter_label
from simulator.study import Study
from simulator.study.units import UnitError, convert_factor

#: What evidence may be given as.
_EVIDENCE = "files or folders of evidence, what load_evidence returns, or measurements by metric"

#: Figures that an update learns from at most. Each takes two numbers on each path of the prior, 2 MiB on
#: 262,144 paths, and as much again while they are weighed.
MOST_FIGURES = 1000


def matched_to(study: Study, model: Model, evidence: Any, as_of: date | None) -> Matched:
    """Return the evidence that a study can learn from, of all that `update` takes as evidence.

    Raises
    ------
    EvidenceError
        It is not valid, or none of it can be used.
    """
    if isinstance(evidence, Mapping):
        matched = measured(evidence)
    else:
        read = evidence if isinstance(evidence, Evidence) else load_evidence(*_paths(evidence))
        matched = match(read, study, model, as_of)
    if matched.used:
        return matched
    reasons = Counter(one.reason for one in matched.left_out)
    found = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in reasons.items())
    allowed = "at least one that became known after the study's day and is of a quantity of the model"
    advice = f"The study is as of {study.as_of}." if study.as_of else ""
    raise EvidenceError([Fault("", "observations", found or "none", allowed, advice)])


def _paths(given: Any) -> list[str | PathLike[str]]:
    """Return files or folders of evidence; none for what comes with the program."""
    if given is None or isinstance(given, str | PathLike):
        return [] if given is None else [given]
    paths = checked("evidence", given, Sequence, _EVIDENCE)
    return [checked("evidence", path, str | PathLike, _EVIDENCE) for path in paths]


def match(evidence: Evidence, study: Study, model: Model, as_of: date | None) -> Matched:
    """Return the evidence as a study's model sees it.

    Only what became known after the study's own day counts, and what the study sets aside: the rest was
    there to be believed or not. Nothing that became known after ``as_of`` enters.

    Parameters
    ----------
    evidence
        Everything that is at hand.
    study
        Its ``as_of``, what it sets aside and its first quarter decide what is new.
    model
        That of the study's domain, which knows what figures are of; or one whose metrics observations name:
        ``margin``, or ``margin.<entity>``.
    as_of
        Day whose knowledge is asked for; None for all there is.

    Raises
    ------
    EvidenceError
        An observation is in a unit that measures something else, or its value or error is no number to learn
        from.

    Warns
    -----
    StrandlineWarning
        Figures that the study sets aside are not among the evidence.
    """
    warn(_missing(evidence, study))
    found_in: list[tuple[Datum, Observation]] = []
    left: list[LeftOut] = []
    faults: list[Fault] = []
    newest = evidence if as_of is None else evidence.as_of(as_of)
    latest = set(map(id, newest.latest().values()))
    matcher = _matcher(study, model)
    for one in evidence:
        reason = _timing(one, study, as_of)
        if reason is None and id(one) not in latest:
            reason = "restated"
        found = reason or matcher.of(one)
        if isinstance(found, str):
            left.append(LeftOut(one, found))
            continue
        try:
            factor = convert_factor(one.unit, found.unit) if found.unit else 1.0
        except UnitError as error:
            key = f"series.{one.series}.unit"
            faults.append(Fault(one.file, key, f'"{one.unit}"', f'"{found.unit}"', str(error)))
            continue
        found_in.append((_filled(found, one, factor), one))
    used, repeated = once(found_in)
    left += repeated
    faults += faults_of_figures(used, study)
    if len(used) > MOST_FIGURES:
        allowed = f"at most {MOST_FIGURES:,}, for the model holds each of them on every path"
        advice = "Give sums or means over longer periods, or fewer series."
        faults.append(Fault("", "observations", f"{len(used):,} figures to learn from", allowed, advice))
    if faults:
        raise EvidenceError(dict.fromkeys(faults))
    used.sort(key=lambda datum: datum.stage)
    return Matched(tuple(used), tuple(matcher.ahead(used)), tuple(left))


def measured(values: Mapping[str, Any]) -> Matched:
    """Return measurements of a model's metrics with normal errors: metric -> (value, standard deviation).

    Raises
    ------
    UsageError
        Some are no such pair.
    """

    def datum(name: str, value: float, error: float) -> Datum:
        return Datum(name, name, "", "", "", _metric(name), value, error, "normal")

    return Matched(tuple(datum(name, *pair) for name, pair in measurements(values).items()), (), ())


def _matcher(study: Study, model: Model) -> Matcher:
    domain = study.domain
    return domain.matcher(study, model) if domain and domain.made(model) else _Metrics(model)


def _timing(one: Observation, study: Study, as_of: date | None) -> Reason | None:
    if as_of is not None and one.known > as_of:
        return "known_later"
    known_before = study.as_of is not None and one.known <= study.as_of
    return "known_before" if known_before and _figure(one) not in study.set_aside else None


def _missing(evidence: Evidence, study: Study) -> Iterator[str]:
    """Give a sentence for each figure that a study sets aside and that the evidence has not."""
    there = {_figure(one) for one in evidence}
    for figure in study.set_aside:
        if figure not in there:
            yield f"study.set_aside: the evidence has nothing of {figure}"


def _figure(one: Observation) -> str:
    """Return how a study names the figures of a metric and a time that it sets aside."""
    return f"{one.metric}:{one.period.label}"


def _filled(datum: Datum, one: Observation, factor: float) -> Datum:
    common = {name: getattr(one, name) for name in ("error", "known", "series", "sources", "file")}
    return replace(datum, value=one.value * factor, **common)


def _metric(name: str) -> Read:
    def read(draws: Draws, metrics: Mapping[str, Array]) -> Array:
        if name not in metrics:
            message = f"the evidence is of {name!r}; the model has the metrics {', '.join(metrics)}"
            raise UsageError(message)
        return metrics[name]

    return read


class _Metrics:
    """Observations of a user's own model: a metric by its name, of an entity as ``metric.entity``."""

    def __init__(self, model: Model) -> None:
        self._units = dict(getattr(model, "metric_units", {}))

    def of(self, one: Observation) -> Datum | Reason:
        if one.kind != "actual":
            return "not_actual"
        full = f"{one.metric}.{one.entity}"
        name = full if full in self._units or one.entity not in ("", "model") else one.metric
        stage = quarter_label(one.period.last)
        unit = self._units.get(name, "")
        period = one.period.label
        return Datum(f"{name}.{period}", name, one.entity, period, unit, _metric(name), stage=stage)

    def ahead(self, used: list[Datum]) -> Iterator[Datum]:
        yield from ()
