"""The build-out as a domain: what its studies hold, and the models that they run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from simulator.buildout import tables
from simulator.buildout.settings import BuildoutSettings, Chip, Company, PowerSource
from simulator.study.domain import TableKind
from simulator.study.metric import Metric, SeriesChart
from simulator.study.records import Settings

if TYPE_CHECKING:
    from simulator.analysis.learning.figures import Matcher
    from simulator.study import Study
    from simulator.study.entry import Reader, Strict


class BuildoutDomain:
    """Companies that build data centres faster than power arrives."""

    name = "buildout"
    kinds = (
        TableKind("company", "name", merges=True, settable=("title",), lists=("chip",)),
        TableKind("power_source", "name", merges=True, settable=("title", "cancellation")),
    )
    entities = "company"
    keys = ("horizon_quarters", "depreciation_policy", "pipeline_stages")
    choices = ("depreciation_policy", "pipeline_stages")
    horizons = (16, 24, 40)

    def study_keys(self) -> type[Strict]:
        """Return the model of the keys of ``[study]``."""
        from simulator.buildout.schema import StudyKeys

        return StudyKeys

    def readers(self) -> Mapping[str, Reader]:
        """Return how companies and sources of power are read."""
        from simulator.buildout.schema import READERS

        return READERS

    def named_priors(self, kind: str, entry: Any) -> Iterator[tuple[str, Any]]:
        """Give the priors of a company's exposures and chips, and that of a power source's cancellations."""
        if not isinstance(entry, Mapping):
            return
        if kind == "power_source":
            yield "cancellation", entry.get("cancellation")
            return
        for list_of, own in (("exposure", ("kind",)), ("chip", ("name", "title"))):
            pieces: Any = entry.get(list_of)
            for index, piece in enumerate(pieces if isinstance(pieces, list) else ()):
                parts = cast(Mapping[str, Any], piece if isinstance(piece, Mapping) else {})
                place = f".{parts['name']}" if isinstance(parts.get("name"), str) else f"[{index}]"
                for part, name in parts.items():
                    if part not in own:
                        yield f"{list_of}{place}.{part}", name

    def settings(
        self, common: Settings, study: Any, entries: Mapping[str, Mapping[str, Any]]
    ) -> BuildoutSettings:
        """Return the settings of a study with its companies and sources of power.

        Parameters
        ----------
        common
            Settings that every study has.
        study
            ``[study]`` as read, or None.
        entries
            Companies and sources of power as read, by name.
        """
        companies = (
            Company(
                one.name,
                one.title or one.name,
                {e.kind: e.model_dump(exclude={"kind"}) for e in one.exposure or ()},
                tuple(
                    Chip(c.name, c.title or c.name, c.model_dump(exclude={"name", "title"}))
                    for c in one.chip or ()
                ),
            )
            for one in entries["company"].values()
        )
        sources = (
            PowerSource(one.name, one.title or one.name, one.cancellation)
            for one in entries["power_source"].values()
        )
        return BuildoutSettings(
            common.start,
            common.scorecard,
            common.verdicts,
            **({key: getattr(study, key) for key in self.keys} if study else {}),
            companies=tuple(companies),
            power_sources=tuple(sources),
        )

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """Every metric by name, in the order of metrics.toml."""
        return tables.metrics()

    @property
    def charts(self) -> tuple[SeriesChart, ...]:
        """Charts over time, in the order of a report."""
        from simulator.buildout.series import CHARTS

        return CHARTS

    def messages(self, language: str) -> Mapping[str, Any]:
        """Return labels of metrics and priors in a language."""
        metrics = {name: one.texts[language] for name, one in self.metrics.items()}
        return {"metric": metrics, **tables.labels(language)}

    def translations(self, language: str) -> Mapping[str, str]:
        """Return texts of the shipped studies in a language, by their wording in English."""
        return tables.translations(language)

    # The models are imported when one is made: reading a study does without JAX.
    def model(self, settings: Settings) -> Any:
        """Return the model of a study's companies and sources of power.

        Raises
        ------
        StudyError
            The settings lack what the model needs.
        """
        from simulator.buildout.model import Buildout

        return Buildout(cast(BuildoutSettings, settings))

    def made(self, model: Any) -> bool:
        """Whether a model is a build-out."""
        from simulator.buildout.model import Buildout

        return isinstance(model, Buildout)

    def predictive(self, settings: Settings, priors: Collection[str]) -> Any:
        """Return the model of the quantities that predictive checks are about."""
        from simulator.buildout.predictive import Predictive

        return Predictive(cast(BuildoutSettings, settings), priors)

    def matcher(self, study: Study, model: Any) -> Matcher:
        """Return what knows which quantity of the model an observation is of."""
        from simulator.buildout.observations import CompanyFigures

        return CompanyFigures(study.settings.start, model)


DOMAIN = BuildoutDomain()
