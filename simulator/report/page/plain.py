"""The numbers of a report as plain values, for programs: what ``--format json`` prints."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.analysis.explanation.thresholds import MovedThreshold
from simulator.analysis.risks import to_plain as to_plain_risks
from simulator.report.page.fans import LEVELS, Fans
from simulator.report.page.findings import Findings
from simulator.report.page.reproduce import commands

#: Version of the object that `to_plain` returns.
SCHEMA = 1


def to_plain(found: Findings) -> dict[str, Any]:
    """Return the numbers of a report, in the units of the model, without nan and infinities."""
    run, manifest = found.run, found.manifest
    return {
        "schema": SCHEMA,
        "run": run.directory.name if run.directory else None,
        "status": run.status,
        "study": run.study.to_dict(),
        "summary": dict(found.summary),
        "gates": {
            "not_finite": list(found.not_finite),
            "checks": list(found.checks.failed) if found.checks else [],
            "heavy_tail": list(found.heavy),
        },
        "histograms": _each(found.histograms),
        "exceedance": _each(found.curves),
        "series": None if found.fans is None else _series(found.fans),
        "drivers": found.drivers,
        "thresholds": [_threshold(one) for one in found.thresholds],
        "risks": None if found.risks is None else to_plain_risks(found.risks),
        "checks": None if found.checks is None else found.checks.summary(),
        "manifest": None
        if manifest is None
        else {
            name: getattr(manifest, name) for name in ("model", "versions", "platform", "created", "timings")
        },
        "commands": commands(run),
    }


def _threshold(one: MovedThreshold) -> dict[str, Any]:
    chances = {name: chance.to_json() for name, chance in one.chances.items()}
    return {**one._asdict(), "chances": chances}


def _each(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        metric: {entity: plain_values(one._asdict()) for entity, one in entities.items()}
        for metric, entities in found.items()
    }


def _series(fans: Fans) -> dict[str, Any]:
    middle, outer = fans.error
    return {
        "paths": fans.paths,
        "quarters": list(fans.quarters),
        "levels": list(LEVELS),
        "worst_error": {"median": middle, "outer": outer},
        "fans": {
            key: {
                entity: {part: plain_values(fan._asdict()) for part, fan in parts.items()}
                for entity, parts in entities.items()
            }
            for key, entities in fans.fans.items()
        },
    }


def plain_values(value: Any) -> Any:
    """Return arrays as lists, and what is no finite number as None."""
    if isinstance(value, Mapping):
        return {key: plain_values(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain_values(value.tolist())
    if isinstance(value, list | tuple):
        return [plain_values(inner) for inner in value]
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value
