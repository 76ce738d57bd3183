"""Which numbers are told of every structure, and their measuring on common draws."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from simulator.analysis.comparison.common_draws import CommonDraws
from simulator.analysis.comparison.statistics import (
    BELOW_ZERO,
    MEAN,
    Sample,
    Statistic,
    entities,
    feared_chance,
    measure,
)
from simulator.analysis.display import displayed_metrics
from simulator.analysis.run.program import overridden
from simulator.analysis.structures.quantiles import Mixture
from simulator.errors import GateError
from simulator.estimate import Number, codes_of
from simulator.estimate.observed import RESOLUTION
from simulator.estimate.replicated import Replicated
from simulator.estimate.targets import CHANCE
from simulator.estimate.verdicts import by_entity, parts_of, sign_metric
from simulator.sampling import STRIP
from simulator.study import Settings, Study
from simulator.study.domain import lead_metric

#: Quantiles of every leading metric.
LEVELS: Mapping[str, float] = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


class Figures(NamedTuple):
    """The statistics that are told of a structure.

    Attributes
    ----------
    paired
        Chances of verdicts, of the two parts of all else and of a value below zero, and means: of these,
        changes are told too.
    metrics
        The leading metrics, of which quantiles are told.
    units
        Of every metric.
    leading
        Names of those that come first: the chance of a value below zero, that of the verdict to fear, the
        mean.
    """

    paired: tuple[Statistic, ...]
    metrics: tuple[str, ...]
    units: Mapping[str, str]
    leading: tuple[str, ...]


class Measured(NamedTuple):
    """One structure on the common draws.

    Attributes
    ----------
    found
        Its statistics in their order.
    sample
        Its metrics.
    paths
        How many it was measured on.
    """

    found: Replicated
    sample: Mapping[str, Sample]
    paths: int


def figures(units: Mapping[str, str], settings: Settings) -> Figures:
    """Return what is told of the structures of a study, by the units of its metrics and its rules."""
    codes, lead, table = codes_of(settings.verdicts), lead_metric(units), by_entity(units)
    judged = entities(units, settings)
    parts = {entity: parts_of(codes) if sign_metric(units) in table[entity] else {} for entity in judged}
    chances = [
        Statistic(f"{CHANCE}{verdict}", entity, "1")
        for entity in judged
        for verdict in (*codes, *parts[entity])
    ]
    charted, _ = displayed_metrics(units)
    metrics = [own[one.metric] for one in charted for own in table.values() if one.metric in own]
    values = [name for name in metrics if name.partition(".")[0] == lead] or metrics
    below = [Statistic(BELOW_ZERO, name, "1") for name in values]
    means = [Statistic(MEAN, name, units[name]) for name in metrics]
    first = values[0]
    leading = [below[0].name, Statistic(MEAN, first, units[first]).name]
    if judged:
        leading.insert(1, Statistic(feared_chance(codes), judged[0], "1").name)
    return Figures((*chances, *below, *means), tuple(metrics), units, tuple(leading))


class Structural:
    """Measures a study under other structures, on the same draws.

    Parameters
    ----------
    study
        As written.
    draws
        The common draws.
    figures
        What is measured.
    """

    def __init__(self, study: Study, draws: CommonDraws, figures: Figures) -> None:
        self._study, self._draws, self.figures = study, draws, figures

    def sample(self, values: Mapping[str, Any], batches: int) -> tuple[Settings, dict[str, Sample]]:
        """Return the settings of the study with something set, and the metrics that its figures need."""
        study = overridden(self._study, values)
        return study.settings, self._draws.sample(study, self.figures.paired, batches)

    def measured(self, name: str, values: Mapping[str, Any], batches: int) -> Measured:
        """Return the figures of the study with something set, on some of the draws.

        Raises
        ------
        GateError
            Some metric is not a number on some path; it says in which structure.
        """
        try:
            settings, sample = self.sample(values, batches)
        except GateError as error:
            message = f"structure {name}: {error}"
            raise GateError(message) from error
        return self.measure(settings, sample)

    def measure(self, settings: Settings, sample: Mapping[str, Sample]) -> Measured:
        """Return the figures of metrics that were computed, under the rules of some settings."""
        paths = next(iter(sample.values())).size
        return Measured(measure(self.figures.paired, sample, settings), sample, paths)

    def first(self, measured: Measured, batches: int) -> Measured:
        """Return the figures of the study as written on the first of the draws that it was measured on."""
        sample = {name: one[:, : batches * STRIP] for name, one in measured.sample.items()}
        return self.measure(self._study.settings, sample)

    def numbers(self, found: Replicated, paths: int) -> dict[str, Number]:
        """Return statistics of some paths, or changes of them, with their errors by name."""
        numbers = dict[str, Number]()
        for place, one in enumerate(self.figures.paired):
            least = 0.0 if one.function == MEAN else RESOLUTION / paths
            numbers[one.name] = replace(found.number(place).at_least(least), unit=one.unit)
        return numbers

    def quantiles(self, parts: Sequence[Measured], weights: Sequence[float]) -> dict[str, Number]:
        """Return the quantiles of every leading metric in a mixture of structures, by name."""
        numbers = dict[str, Number]()
        for metric in self.figures.metrics:
            mixture = Mixture([part.sample[metric] for part in parts], weights)
            for name, level in LEVELS.items():
                unit = self.figures.units[metric]
                numbers[f"{name}({metric})"] = replace(mixture.quantile(level), unit=unit)
        return numbers
