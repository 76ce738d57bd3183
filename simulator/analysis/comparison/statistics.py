"""What is compared: chances of verdicts, means and medians, each known without each replicate too."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Shaped

from simulator.estimate import VERDICT, codes_of, derive, entity_of, feared, parts_of, split
from simulator.estimate.replicated import Replicated, total
from simulator.estimate.targets import CHANCE
from simulator.estimate.verdicts import by_entity, full_name, sign_metric
from simulator.study import Settings
from simulator.study.domain import lead_metric, rate_metric

#: Of a model whose domain names no metric that verdicts are about, so many of its first are compared.
MOST_METRICS = 16
#: Statistics of a metric.
MEAN, MEDIAN, BELOW_ZERO = "mean", "p50", "prob_below_zero"

type Sample = Shaped[np.ndarray, "replicate point"]


class Statistic(NamedTuple):
    """A number of a run: a chance of a verdict on an entity, or a mean, median or chance of a metric."""

    function: str
    of: str
    unit: str

    @property
    def name(self) -> str:
        """As accuracy is asked for: ``p_bear(group)``, ``mean(value_created.group)``."""
        return f"{self.function}({self.of})"

    @property
    def is_chance(self) -> bool:
        """Whether it is the chance of a verdict, or of a part of all else."""
        return self.function.startswith(CHANCE)

    @property
    def is_share(self) -> bool:
        """Whether it is a share of paths: the chance of a verdict, or of a metric below zero."""
        return self.is_chance or self.function == BELOW_ZERO

    @property
    def entity(self) -> str:
        """The entity that it is about."""
        return self.of if self.is_chance else entity_of(self.of)


def common(
    units: Sequence[Mapping[str, str]], judged: Sequence[Sequence[str]], verdicts: Sequence[Mapping[str, int]]
) -> list[Statistic]:
    """Return the statistics that runs of two studies have in common.

    Parameters
    ----------
    units
        Of both, the unit of every metric by name.
    judged
        Of both, the entities on which there is a verdict.
    verdicts
        Of both, the codes of the verdicts.

    Returns
    -------
    list
        Of each entity how often the metric that tells gain from loss is below zero; the chances of verdicts,
        with those of the two parts of all else where both split the same; mean and median of the leading
        metric, and its mean per dollar.
    """
    shared = [name for name, unit in units[0].items() if units[1].get(name) == unit]
    signed = [entity for entity, own in by_entity(shared).items() if sign_metric(shared) in own]
    alike = [name for name in verdicts[0] if name in verdicts[1]]
    parts = [name for name in parts_of(verdicts[0]) if name in parts_of(verdicts[1])]
    chances = [
        Statistic(f"{CHANCE}{verdict}", entity, "1")
        for entity in judged[0]
        if entity in judged[1]
        for verdict in (*alike, *(parts if entity in signed else ()))
    ]
    lead, rate = lead_metric(shared), rate_metric(shared)
    metrics = [name for name in shared if name.split(".")[0] == lead] or shared[:MOST_METRICS]
    metrics.sort(key=lambda name: entity_of(name) != "group")
    below = [Statistic(BELOW_ZERO, full_name(sign_metric(shared), entity), "1") for entity in signed]
    rates = [Statistic(MEAN, name, units[0][name]) for name in shared if rate and name.split(".")[0] == rate]
    rates.sort(key=lambda one: one.entity != "group")
    values = [Statistic(function, name, units[0][name]) for name in metrics for function in (MEAN, MEDIAN)]
    return below + chances + values + rates


def feared_chance(codes: Mapping[str, int]) -> str:
    """Return the function of the chance to fear most, of verdicts with these codes; empty for none."""
    return f"{CHANCE}{feared(codes)}" if codes else ""


def entities(names: Mapping[str, str], settings: Settings) -> list[str]:
    """Return the entities on which a run of these metrics has a verdict, the group first."""
    nothing = {name: np.zeros((1, 1)) for name in names}
    derived = derive(nothing, settings.scorecard, settings.verdicts)
    return [entity_of(name) for name in derived if name.split(".")[0] == VERDICT]


def needed(wanted: Sequence[Statistic], names: Sequence[str], settings: Settings) -> list[str]:
    """Return the metrics that statistics need, under the rules of a study."""
    rules = {metric for rule in settings.verdicts for metric in rule.conditions}
    rules |= {item.metric for item in settings.scorecard} | {sign_metric(names)}
    own = {one.of for one in wanted if not one.is_chance}
    return [name for name in names if name in own or (name.rpartition(".")[0] or name) in rules]


def measure(wanted: Sequence[Statistic], metrics: Mapping[str, Sample], settings: Settings) -> Replicated:
    """Return statistics of one sample, an array in their order.

    Sums and differences of them are made replicate by replicate, so that the jackknife's error of an effect
    is that of pairs, whatever the samples share.
    """
    derived = derive(metrics, settings.scorecard, settings.verdicts)
    codes, signed = codes_of(settings.verdicts), split(derived, metrics)
    with np.errstate(invalid="ignore"):  # a metric may be infinite in a hybrid
        found = [_measured(one, metrics, derived, signed, codes) for one in wanted]
    value = np.array([one.value for one in found])
    return Replicated(value, np.stack([one.without for one in found], axis=1))


def _measured(
    one: Statistic,
    metrics: Mapping[str, Sample],
    derived: Mapping[str, Sample],
    signed: Mapping[str, Sample],
    codes: Mapping[str, int],
) -> Replicated:
    if one.is_chance:
        verdict, parts = one.function.removeprefix(CHANCE), parts_of(codes)
        if verdict in parts:
            return _mean(signed[one.of] == parts[verdict])
        return _mean(derived[full_name(VERDICT, one.of)] == codes[verdict])
    values = metrics[one.of]
    if one.function == BELOW_ZERO:
        return _mean(values < 0)
    return _mean(values) if one.function == MEAN else _median(values)


def _mean(values: Sample) -> Replicated:
    points = np.full(len(values), values.shape[1])
    return total(values.sum(axis=1, dtype=np.float64)) / total(points)


def _median(values: Sample) -> Replicated:
    """Return Hazen's median of all, and without each replicate: the values are sorted once."""
    replicates, points = values.shape
    order = np.argsort(values, axis=None, kind="stable")
    ordered, owner = values.ravel()[order], order // points
    without = np.array([_middle(ordered[owner != one]) for one in range(replicates)])
    return Replicated(_middle(ordered), without)


def _middle(ordered: Shaped[np.ndarray, " value"]) -> Float[np.ndarray, ""]:
    return np.asarray(ordered[[(len(ordered) - 1) // 2, len(ordered) // 2]].mean(dtype=np.float64))
