"""What the page knows of a study, as one JSON object.

A text that differs between languages is an object of texts by language; one that does not is a string. So is
a ``factor``, by which numbers are multiplied to be shown: amounts in Chinese are in units of 10^8. The keys,
beside those whose meaning is plain:

``study``
    ``command``, the words of the command that runs the study as it is, to which the page adds what was
    changed; ``estimate``, those of the one that prints a statistic of that run; ``given``, what a file of
    beliefs extends; ``set``, what was set in the study beside its files.
``metrics``
    Every number that the model returns of a path, in its order: ``name``, and the ``metric`` and the
    ``entity`` that the name is made of.
``measures``
    By metric how it is displayed: ``title``, ``about``, ``axis`` and ``prose`` of its unit (with {n} for the
    number), ``factor`` from the model's unit to that one, and the marks of `MetricDisplay`. The first is the
    one that comes first.
``rules``
    ``scorecard``, ``verdicts`` and ``sign_metric``; ``codes`` of the verdicts, ``shown``, the verdicts as
    they are listed where all else is split by the sign, and ``listed``, as they are where it is not.
``beliefs``
    ``quantiles`` of what varies (P1 and P99 are the ends of its slider); ``scale``, the ends of the line on
    which it moves (null for an open one); ``support``, between which a median may lie, ends excluded;
    ``range``, what the model can mean, and ``medians``, between which all that is drawn is that, ends
    included; ``percent``, where it may be typed in per cent;
    ``table`` and ``moves``, for a file (`simulator.whatif.moving`).
``structures``
    ``settings``: what each sets, as the command takes it; ``numbers``: the beliefs among it, which it holds.
``horizon``
    ``quarters``, how far ahead the study looks, and ``others``, how far else it may; null where that is no
    choice.
``series``
    What the engine gives over time: full ``name``, ``title``, the title of the ``chart`` that it is in, alone
    or as one of two, ``axis`` and ``factor`` of its unit, and ``start``, its first quarter.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from simulator.analysis.display import MetricDisplay, displayed_metrics
from simulator.analysis.run import reference
from simulator.errors import UsageError
from simulator.estimate import PASSES, by_entity, codes_of, parts_of, shown
from simulator.estimate.verdicts import MODEL, sign_metric
from simulator.report.console import plain
from simulator.report.page.locale import Locale
from simulator.study import Study
from simulator.study.structures import shares, spelled_out
from simulator.study.toml_writer import toml_text
from simulator.whatif.beliefs import beliefs, sources
from simulator.whatif.drivers import first_of_order
from simulator.whatif.horizons import horizon_of
from simulator.whatif.texts import LANGUAGES, Text, in_each, messages, translated

type Mode = Literal["portable", "served"]

#: Version of the object.
SCHEMA = 1


def describe(
    study: Study,
    model: Any,
    *,
    given: str,
    seed: int,
    sampler: str,
    mode: Mode,
    language: str,
    drivers: Sequence[str] | None = None,
    units: Mapping[str, str] | None = None,
    series: Sequence[str] = (),
    horizons: Sequence[int] = (),
) -> dict[str, Any]:
    """Return what the page knows of a study.

    Parameters
    ----------
    study, model
        What is computed.
    given
        What the user named the study by, for commands that compute the same.
    seed, sampler
        Of the draws.
    mode
        Whether the kernel is in the page or behind it.
    language
        The one that the page opens in, of `LANGUAGES`.
    drivers
        Names of the beliefs that come first; by default those that come first in the study's order.
    units
        Unit of every metric that the engine gives, by full name, where the model does not say.
    series
        Names of series that the engine gives, ``PART.ENTITY``, each a part of one of the domain's charts.
    horizons
        How far else than the study the engine can look  [quarters].

    Raises
    ------
    UsageError
        Nothing says which metrics there are.
    """
    units = units or dict(getattr(model, "metric_units", {}))
    if not units:
        message = "describe: found a model that does not say which metrics it returns; allowed: units=..."
        raise UsageError(message)
    listed = [*beliefs(study, getattr(model, "inputs", {}))]
    known = {belief["name"] for belief in listed}
    ranked = [name for name in (first_of_order(study) if drivers is None else drivers) if name in known]
    for belief in listed:
        if belief["name"] in ranked:
            belief["rank"] = ranked.index(belief["name"]) + 1
    topics = dict.fromkeys(belief["topic"] for belief in listed)
    bases = dict.fromkeys(belief["basis"] for belief in listed)
    return {
        "schema": SCHEMA,
        "mode": mode,
        "language": language,
        "languages": list(LANGUAGES),
        "study": _study(study, given, reference(model) if model is not None else "", seed, sampler),
        "seed": seed,
        "sampler": sampler,
        "metrics": [
            {"name": name, "metric": metric, "entity": entity}
            for name in units
            for entity, own in by_entity([name]).items()
            for metric in own
        ],
        "measures": _measures(units),
        "entity_kind": in_each(lambda t: _kind(t, study)),
        "entities": [_entity(study, name) for name in by_entity(units)],
        "rules": _rules(study, units),
        "beliefs": listed,
        "topics": {topic: in_each(lambda t, topic=topic: _topic(t, topic)) for topic in topics},
        "bases": {basis: in_each(lambda t, basis=basis: t(f"basis.{basis}")) for basis in bases},
        "sources": sources(study),
        "structures": [*_structures(study)],
        "horizon": _horizon(study, model, horizons),
        "drivers": ranked,
        "series": [*_series(study, series)],
        "messages": messages(),
    }


def _study(study: Study, given: str, model: str, seed: int, sampler: str) -> dict[str, Any]:
    of_model = ["--model", model] if model else []
    words = ["strandline", "run", given, *of_model]
    words += ["--seed", str(seed)] if seed else []
    words += ["--sampler", sampler] if sampler != "rqmc" else []
    return {
        "name": study.name,
        "title": translated(study.title or study.name),
        "hash": study.hash,
        "as_of": study.as_of.isoformat() if study.as_of else "",
        "known": in_each(lambda t: t.day(study.as_of)) if study.as_of else "",
        "given": given,
        "set": {change.name: toml_text(change.value) for change in study.changes},
        "command": words,
        "estimate": ["strandline", "estimate", *of_model],
    }


def _kind(t: Locale, study: Study) -> str:
    key = f"kind.{study.domain.entities}" if study.domain is not None else "kind.entity"
    return t(key if t.has(key) else "kind.entity")


def _topic(t: Locale, topic: str) -> str:
    return t(f"topic.{topic}") if t.has(f"topic.{topic}") else plain(topic)


def _entity(study: Study, name: str) -> dict[str, Any]:
    if name in ("group", MODEL):
        return {
            "name": name,
            "title": in_each(lambda t: t(f"entity.{name}")),
            "within": in_each(lambda t: t(f"entity.the_{name}")),
        }
    title = translated(study.settings.entities.get(name, name))
    return {"name": name, "title": title, "within": title}


def _measures(units: Mapping[str, str]) -> list[dict[str, Any]]:
    charted, tabled = displayed_metrics(units)
    return [_measure(one) for one in (*charted, *tabled) if one.metric != PASSES]


def _measure(one: MetricDisplay) -> dict[str, Any]:
    key = f"metric.{one.metric}"
    found = {
        "name": one.metric,
        "title": in_each(
            lambda t: t(f"{key}.label") if t.has(f"{key}.label") else plain(one.metric.replace("_", " "))
        ),
        "about": in_each(lambda t: t(f"{key}.about") if t.has(f"{key}.about") else ""),
        "axis": in_each(lambda t: t.unit(one.unit).axis),
        "prose": in_each(lambda t: t.unit(one.unit).prose),
        "factor": in_each(lambda t: one.factor * t.unit(one.unit).factor),
        "low_is_bad": one.low_is_bad,
        "infinite": one.infinite,
        "chance": one.chance,
    }
    return {name: value for name, value in found.items() if value not in ("", False)}


def _rules(study: Study, units: Mapping[str, str]) -> dict[str, Any]:
    settings = study.settings
    codes = codes_of(settings.verdicts)
    sign = sign_metric(units)
    parts = parts_of(codes) if sign else {}
    return {
        "scorecard": [
            {
                "metric": item.metric,
                "min": item.min,
                "title": translated(item.title),
                "note": translated(item.note),
            }
            for item in settings.scorecard
        ],
        "verdicts": [
            {
                "name": rule.name,
                "conditions": {
                    metric: {"min": _finite(limits.min), "max": _finite(limits.max)}
                    for metric, limits in rule.conditions.items()
                },
            }
            for rule in settings.verdicts
        ],
        "sign_metric": sign,
        "passes_title": in_each(lambda t: t(f"metric.{PASSES}.label")),
        "codes": codes,
        "listed": [_verdict(name, code) for name, code in codes.items()],
        "shown": [_verdict(name, code) for name, code in shown(codes, parts).items()],
    }


def _verdict(name: str, code: int) -> dict[str, Any]:
    return {
        "name": name,
        "code": code,
        "title": in_each(lambda t: t(f"verdict.{name}")),
        "within": in_each(lambda t: t(f"verdict.the_{name}")),
    }


def _finite(limit: float) -> float | None:
    return limit if abs(limit) != float("inf") else None


def _structures(study: Study) -> Iterator[dict[str, Any]]:
    """Give the structures that are not the study as it is written."""
    weights = shares(study.structures)
    for one in study.structures:
        values = spelled_out(one.values, study.priors)
        if not values or one.name not in weights:
            continue
        yield {
            "name": one.name,
            "title": translated(one.title),
            "note": translated(one.note),
            "weight": weights[one.name],
            "settings": {name: toml_text(value) for name, value in values.items()},
            "numbers": {
                name: value
                for name, value in values.items()
                if name in study.priors and isinstance(value, int | float)
            },
        }


def _horizon(study: Study, model: Any, others: Sequence[int]) -> dict[str, Any] | None:
    own = horizon_of(study, model)
    return None if own is None else {"quarters": own, "others": [*others]}


def _series(study: Study, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    charts = study.domain.charts if study.domain is not None else ()
    of_part = {part: chart for chart in charts for part in chart.parts}
    for name in names:
        part, _, entity = name.rpartition(".")
        chart = of_part[part]
        unit: Text = in_each(lambda t, chart=chart: t.unit(chart.unit).axis)
        yield {
            "name": name,
            "entity": entity,
            "title": in_each(lambda t, part=part: t(f"time.{part}")),
            "chart": in_each(lambda t, chart=chart: t(f"time.{chart.key}_title")),
            "axis": unit,
            "factor": in_each(lambda t, chart=chart: t.unit(chart.unit).factor),
            "start": study.settings.start or "",
        }
