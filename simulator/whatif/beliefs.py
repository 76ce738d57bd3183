"""Every belief as the page has it: what it is called, what is believed, what may be set, and who says so."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy import special

from simulator.beliefs import laws
from simulator.beliefs.resolve import resolve
from simulator.families import FAMILIES
from simulator.families.scale import LINE
from simulator.report.beliefs import topics
from simulator.report.console import plain
from simulator.report.page.html import safe_address
from simulator.report.page.locale import Locale
from simulator.study import Prior, Study
from simulator.study.inputs import Wanted
from simulator.study.location import takes_median
from simulator.study.percent import one_percent
from simulator.study.units import UnitError, convert_factor
from simulator.whatif.medians import median_ends
from simulator.whatif.moving import file_table, rules_of
from simulator.whatif.texts import in_each, translated

#: Quantiles of a belief by name: those that are told, and the ends of its slider.
LEVELS: Mapping[str, float] = {
    "p01": 0.01,
    "p05": 0.05,
    "p10": 0.1,
    "p50": 0.5,
    "p90": 0.9,
    "p95": 0.95,
    "p99": 0.99,
}


def beliefs(study: Study, inputs: Mapping[str, Wanted]) -> Iterator[dict[str, Any]]:
    """Give every prior that can be set to a number, by topic.

    Parameters
    ----------
    study
        The study.
    inputs
        What the model asks for, with unit and range, by name; nothing where it does not say.
    """
    known = laws(study)
    for topic, members in topics(study.priors.values()).items():
        for prior in members:
            if prior.family != "dirichlet":
                yield _belief(study, topic, prior, known[prior.name], inputs.get(prior.name))


def sources(study: Study) -> dict[str, dict[str, Any]]:
    """Return the sources that a belief names, by id, each with its title and where it can be read."""
    named = {name for prior in study.priors.values() for name in prior.sources}
    return {
        name: {
            "title": translated(one.title),
            "address": safe_address(one.address) or "",
            "date": one.date.isoformat() if one.date else "",
        }
        for name, one in study.sources.items()
        if name in named
    }


def _belief(study: Study, topic: str, prior: Prior, law: Prior, wanted: Wanted | None) -> dict[str, Any]:
    quantiles = _quantiles(law)
    varies = quantiles["p01"] < quantiles["p99"]
    ends = _range(prior, wanted)
    found = {
        "name": prior.name,
        "title": in_each(lambda t: title(t, study, prior.name)),
        "topic": topic,
        "unit": in_each(lambda t: t.unit(prior.unit).axis),
        "factor": in_each(lambda t: t.unit(prior.unit).factor),
        "percent": True if one_percent(prior.unit) == 0.01 else None,
        "family": in_each(lambda t: _family(t, prior)),
        "varies": varies,
        "held_only": not takes_median(prior),
        "value": quantiles["p50"],
        "quantiles": quantiles if varies else None,
        "scale": _scale(prior, quantiles),
        "support": _open(_support(prior)),
        "range": _open(ends),
        "medians": _open(median_ends(prior, quantiles["p50"], ends)) if takes_median(prior) else None,
        "sources": list(prior.sources),
        "basis": prior.basis or "unstated",
        "as_of": prior.as_of.isoformat() if prior.as_of else "",
        "note": translated(prior.note),
        "table": file_table(prior),
        "moves": rules_of(prior, quantiles["p50"], quantiles["p10"], quantiles["p90"]),
    }
    return {key: value for key, value in found.items() if value not in ("", [], None)}


def title(t: Locale, study: Study, name: str) -> str:
    """Return what a belief is called in a language: its label, or else its name.

    Parameters
    ----------
    t
        The language.
    study, name
        The study, and the prior's name in it.
    """
    companies = {one: t.translate(text).text for one, text in study.settings.entities.items()}
    return t.prior(name, companies) or plain(name)


def _quantiles(law: Prior) -> dict[str, float]:
    marginal = resolve(law).marginals[0]
    values = marginal.at(special.ndtri(np.array(list(LEVELS.values()))))
    return {name: float(value) for name, value in zip(LEVELS, values, strict=True)}


def _family(t: Locale, prior: Prior) -> str:
    key = f"family.{prior.family}"
    return t(key) if t.has(key) else prior.family


def _support(prior: Prior) -> tuple[float, float]:
    """Return the ends between which a median may lie, neither of which it may be."""
    family = FAMILIES[prior.family]
    low, high = (family.scale.low, family.scale.high) if family.scale else family.ends
    given = (prior.parameters.get(end) for end in ("low", "high"))
    if family.scale is None and not prior.drawn:
        low, high = (
            own if isinstance(own, int | float) else end for own, end in zip(given, (low, high), strict=True)
        )
    return max(low, prior.bounds[0]), min(high, prior.bounds[1])


def _range(prior: Prior, wanted: Wanted | None) -> tuple[float, float]:
    """Return the least and greatest number that the model can mean, in the prior's own unit."""
    if wanted is None:
        return -math.inf, math.inf
    try:
        factor = convert_factor(wanted.unit, prior.unit) if prior.unit else 1.0
    except UnitError:
        factor = 1.0
    return wanted.minimum * factor, wanted.maximum * factor


def _scale(prior: Prior, quantiles: Mapping[str, float]) -> list[float | None]:
    """Return the ends of the scale that a slider of the belief moves on: both open for a straight line."""
    scale = FAMILIES[prior.family].scale or LINE
    if quantiles["p01"] <= scale.low or quantiles["p99"] >= scale.high:
        return [None, None]
    return _open((scale.low, scale.high))


def _open(ends: tuple[float, float]) -> list[float | None]:
    return [end if math.isfinite(end) else None for end in ends]
