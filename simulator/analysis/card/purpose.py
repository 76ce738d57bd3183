"""Purpose and use: what was asked, of whom, with what knowledge, and what the answer consists of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from simulator.analysis.findings import Findings
from simulator.analysis.run.program import origin
from simulator.study import Limits
from simulator.study.changes import Change


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a run is for.

    Attributes
    ----------
    run
        Name of its directory; None of a run in memory.
    study, title
        What was asked.
    as_of
        The last day whose knowledge the study holds; None where it states none.
    domain
        What the study is about; None where it does not say.
    model
        The name of the model that ran it.
    entities
        Titles of all that verdicts and metrics are about, by name; none of a model about nobody.
    metrics
        What the run gives of each of them, those that stand in charts.
    verdicts
        By name, the limits of each verdict by metric; empty where the study has no rules.
    choices
        What the study chooses and does not believe, such as its horizon, by the key of ``[study]``.
    overrides
        What was set for this run.
    """

    run: str | None
    study: str
    title: str
    as_of: date | None
    domain: str | None
    model: str
    entities: Mapping[str, str]
    metrics: tuple[str, ...]
    verdicts: Mapping[str, Mapping[str, Limits]]
    choices: Mapping[str, Any]
    overrides: tuple[Change, ...]


def purpose(found: Findings) -> Purpose:
    """Return what a run is for, as its study says."""
    run, study = found.run, found.run.study
    return Purpose(
        run=run.directory.name if run.directory else None,
        study=study.name,
        title=study.title or study.name,
        as_of=study.as_of,
        domain=study.domain.name if study.domain else None,
        model=found.manifest.model if found.manifest else origin(run.model),
        entities=found.entities,
        metrics=tuple(one.metric for one in found.charted),
        verdicts={rule.name: rule.conditions for rule in study.settings.verdicts},
        choices={name: one for name, one in study.settings.keys().items() if one not in (None, [])},
        overrides=study.changes,
    )
