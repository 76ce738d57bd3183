"""What is explained: metrics, and the indicators of verdicts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Shaped

from simulator.analysis.run import Run
from simulator.errors import UsageError, did_you_mean
from simulator.estimate import NO_VERDICT, VERDICT, codes_of, entity_of
from simulator.estimate.verdicts import full_name

#: Of another model, so many metrics.
METRICS = 16


@dataclass(frozen=True, slots=True)
class Target:
    """A number of every path that is explained.

    Attributes
    ----------
    name
        The metric's, or ``VERDICT.ENTITY``, such as ``bear.group``.
    kind
        "metric" or "verdict"; the latter is 1 on the paths of the verdict and 0 on the rest.
    unit
        Of the values.
    values
        By replicate and point.
    """

    name: str
    kind: str
    unit: str
    values: Shaped[np.ndarray, "replicate point"]

    @property
    def entity(self) -> str:
        """The company or group that it is about."""
        return entity_of(self.name)

    @property
    def metric(self) -> str:
        """The metric or verdict, without its entity."""
        return self.name.rpartition(".")[0] or self.name


def targets(run: Run, names: Sequence[str] | None) -> list[Target]:
    """Return the targets of these names, or those that are explained unless others are asked for.

    Raises
    ------
    UsageError
        A name is unknown, or the metric is not finite on every path and so has no variance.
    """
    verdicts = _verdicts(run) if names is None or not set(names) <= set(run.names) else {}
    if names is None:
        metrics = [_metric(run, name) for name in _default(run)]
        return [one for one in (*metrics, *verdicts.values()) if np.isfinite(one.values).all()]
    found = []
    for name in dict.fromkeys(names):
        if name not in run.units and name not in verdicts:
            known = [*run.names, *verdicts]
            message = f"metric {name}: the run has none of that name. {did_you_mean(name, known)}".rstrip()
            raise UsageError(message)
        target = _metric(run, name) if name in run.units else verdicts[name]
        if lost := np.count_nonzero(~np.isfinite(target.values)):
            message = (
                f"metric {name}: found {lost:,} of {target.values.size:,} paths not finite, so it has no "
                "variance to explain; allowed: a metric that is finite on every path"
            )
            raise UsageError(message)
        found.append(target)
    return found


def values_of(run: Run, target: Target) -> Shaped[np.ndarray, "replicate point"]:
    """Return the values that a target has on the paths of another run of the same study."""
    if target.kind == "metric":
        return run.metric(target.name)
    code = codes_of(run.study.settings.verdicts)[target.metric]
    return _indicator(run.verdicts[full_name(VERDICT, target.entity)], code)


def ruled(run: Run) -> list[str]:
    """Return the verdicts that are explained: those with a rule; what fits none is the rest of them."""
    return [name for name, code in codes_of(run.study.settings.verdicts).items() if code]


def _default(run: Run) -> Iterable[str]:
    """Return the metrics that are explained unless others are asked for."""
    metrics = run.study.domain.metrics.values() if run.study.domain else ()
    wanted = [f"{one.name}.group" for one in metrics if one.explained]
    wanted += [
        f"{one.name}.{entity}"
        for one in metrics
        if one.explained == "all"
        for entity in run.study.settings.entities
    ]
    return [name for name in wanted if name in run.units] or run.names[:METRICS]


def _metric(run: Run, name: str) -> Target:
    return Target(name, "metric", run.units[name], run.metric(name))


def _verdicts(run: Run) -> dict[str, Target]:
    found, code_of = {}, codes_of(run.study.settings.verdicts)
    for name, codes in run.verdicts.items():
        if name.split(".")[0] == VERDICT:
            for verdict in ruled(run):
                own = f"{verdict}.{entity_of(name)}"
                found[own] = Target(own, "verdict", "1", _indicator(codes, code_of[verdict]))
    return found


def _indicator(
    codes: Shaped[np.ndarray, "replicate point"], code: int
) -> Shaped[np.ndarray, "replicate point"]:
    """Return where a verdict holds; nan on paths without a verdict, where there are any."""
    lost = codes == NO_VERDICT
    return np.where(lost, np.nan, codes == code) if lost.any() else codes == code
