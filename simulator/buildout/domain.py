"""The build-out as a domain: what its studies hold, and the models that they run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, cast

from simulator.buildout import tables
from simulator.buildout.series import CHARTS
from simulator.buildout.settings import BuildoutSettings
from simulator.study.metric import Metric
from simulator.study.records import Settings

if TYPE_CHECKING:
    from simulator.analysis.learning.figures import Matcher
    from simulator.study import Study


class BuildoutDomain:
    """Companies that build data centres faster than power arrives."""

    name = "buildout"
    charts = CHARTS

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """Every metric by name, in the order of metrics.toml."""
        return tables.metrics()

    def messages(self, language: str) -> Mapping[str, Any]:
        """Return labels of metrics and priors in a language."""
        metrics = {name: one.texts[language] for name, one in self.metrics.items()}
        return {"metric": metrics, "labels": tables.labels(language)}

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
