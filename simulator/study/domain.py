"""What studies are about: a domain adds tables and settings to them, and has the model that they run.

Packages offer domains by the entry point ``strandline.domains``; the build-out is one of them. Nothing else
in the package knows what a domain is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from simulator.study.metric import Metric, SeriesChart
from simulator.study.records import Settings

if TYPE_CHECKING:
    from simulator.study.entry import Reader, Strict

#: Under which packages offer domains.
ENTRY_POINTS = "strandline.domains"


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table.

    Attributes
    ----------
    name
        Its header in TOML, as in ``[study]``, ``[[company]]`` or ``[[dependence.groups]]``.
    identity
        Key by which an entry of a list is known; empty for one table, whose keys name its entries.
    merges
        Whether an upper layer keeps the keys of an entry that it does not give; else it replaces the entry.
    settable
        Keys of an entry that hold one value, which an override may set.
    lists
        Keys of an entry that merges under which tables with a name stand, in a list or by name: an upper
        layer replaces one of the same name and adds the others.
    """

    name: str
    identity: str = ""
    merges: bool = False
    settable: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


@runtime_checkable
class Domain(Protocol):
    """What studies of one kind have in common."""

    @property
    def name(self) -> str:
        """By which a study names it, ``[study] domain``."""
        ...

    @property
    def kinds(self) -> tuple[TableKind, ...]:
        """Tables that its studies hold beside those of every study."""
        ...

    @property
    def entities(self) -> str:
        """The kind of table whose entries metrics are about."""
        ...

    @property
    def choices(self) -> tuple[str, ...]:
        """Keys of ``[study]`` that a case of a risk may set."""
        ...

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys of ``[study]``."""
        ...

    @property
    def horizons(self) -> tuple[int, ...]:
        """What a page offers beside a study's ``horizon_quarters``; nothing where it has no such key."""
        ...

    def study_keys(self) -> type[Strict]:
        """Return the model of its keys of ``[study]``, each of which may be left out."""
        ...

    def readers(self) -> Mapping[str, Reader]:
        """Return how an entry of each of its tables is read."""
        ...

    def named_priors(self, kind: str, entry: Any) -> Iterator[tuple[str, Any]]:
        """Give what names a prior in an entry as it is written, each with its key within the entry."""
        ...

    def settings(self, common: Settings, study: Any, entries: Mapping[str, Mapping[str, Any]]) -> Settings:
        """Return the settings of a study.

        Parameters
        ----------
        common
            Those that every study has.
        study
            ``[study]`` as read, with the keys of `study_keys`; None where it could not be read.
        entries
            By the name of their kind: entries as read, by name.
        """
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
        """Return what a report says of its metrics, priors and entities in a language, by key."""
        ...

    def translations(self, language: str) -> Mapping[str, str]:
        """Return texts of its shipped studies in a language, by their wording in English."""
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
def choices() -> tuple[str, ...]:
    """Return the settings that a case of a risk may choose otherwise: they leave the draws what they are."""
    return tuple(f"study.{key}" for domain in domains().values() for key in domain.choices)


@cache
def known_metrics() -> Mapping[str, Metric]:
    """Return the metrics of every domain by name."""
    return {name: metric for domain in domains().values() for name, metric in domain.metrics.items()}


def lead_metric(names: Iterable[str]) -> str:
    """Return the metric that verdicts are about, of the domain whose metrics these are; empty for none."""
    metrics = {name.split(".")[0] for name in names}
    leads = (next(iter(domain.metrics)) for domain in domains().values())
    return next((lead for lead in leads if lead in metrics), "")


def rate_metric(names: Iterable[str]) -> str:
    """Return the metric that tells what verdicts are about per dollar put in; empty where there is none."""
    found = {name.split(".")[0] for name in names}
    return next((one.name for one in known_metrics().values() if one.per_dollar and one.name in found), "")


def outlay_metric(names: Iterable[str]) -> str:
    """Return the metric that tells what is spent; empty where there is none."""
    found = {name.split(".")[0] for name in names}
    return next((one.name for one in known_metrics().values() if one.outlay and one.name in found), "")
