"""What studies are about: a domain adds tables and settings to them, and has the model that they run.

Packages offer domains by the entry point ``strandline.domains``; the build-out is one of them. Nothing else
in the package knows what a domain is about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

from simulator.study.metric import Metric, SeriesChart
from simulator.study.records import Settings

#: Under which packages offer domains.
ENTRY_POINTS = "strandline.domains"


class Domain(Protocol):
    """What studies of one kind have in common."""

    @property
    def name(self) -> str:
        """By which a study names it, ``[study] domain``."""
        ...

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """Every metric of its model by name, in order; the first is the one that verdicts are about."""
        ...

    @property
    def charts(self) -> tuple[SeriesChart, ...]:
        """Charts of its model's series, in the order of a report."""
        ...

    def messages(self, language: str) -> Mapping[str, Any]:
        """Return what a report says of its metrics and priors in a language, by key."""
        ...

    def model(self, settings: Settings) -> Any:
        """Return the model of a study with these settings: see `simulator.engine.Model`.

        Raises
        ------
        StudyError
            The settings lack what the model needs.
        """
        ...

    def made(self, model: Any) -> bool:
        """Whether a model is one that `model` returns."""
        ...

    def predictive(self, settings: Settings, priors: Collection[str]) -> Any:
        """Return the model whose metrics are what predictive checks are about, of priors of these names."""
        ...

    def matcher(self, study: Any, model: Any) -> Any:
        """Return what knows which quantity of its model an observation is of, for a study.

        See `simulator.analysis.learning.figures.Matcher`.
        """
        ...


@cache
def domains() -> Mapping[str, Domain]:
    """Return every domain that installed packages offer, by name."""
    return {one.name: one.load() for one in entry_points(group=ENTRY_POINTS)}


@cache
def known_metrics() -> Mapping[str, Metric]:
    """Return the metrics of every domain by name."""
    return {name: metric for domain in domains().values() for name, metric in domain.metrics.items()}
