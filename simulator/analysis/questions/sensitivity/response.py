"""What is differentiated: the mean of a metric, or the chance of an event by a smoothed step.

The chance of an event ``I`` that depends on metrics ``f`` through thresholds ``t`` has the derivative [1]_

    dP/da = sum over thresholds of E[ delta(f_j - t) (I(f_j just above t) - I(f_j just below)) df_j/da ].

The delta is taken for a normal density of a width ``h``. Its bias is of the order of ``h^2`` and known to be
so: the value is extrapolated from the widths ``h`` and ``h/2`` to none, ``(4 D(h/2) - D(h)) / 3``. What is
left is of the fourth order, and taken to be the square of the share by which half the width changed it.

References
----------
.. [1] L. J. Hong. Estimating quantile sensitivities. Operations Research 57(1), 2009; G. Liu and L. J. Hong.
   Kernel estimation of the Greeks for options with discontinuous payoffs. Operations Research 59(1), 2011.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from simulator.analysis.questions.event import Event
from simulator.analysis.run import Run
from simulator.engine import MemoryStore
from simulator.errors import UsageError
from simulator.estimate import Statistic
from simulator.estimate.observed import RESOLUTION
from simulator.estimate.verdicts import PASSES, by_entity, entity_of
from simulator.study.domain import lead_metric

#: Widths of the smoothed step, as shares of the usual one, and what each counts in the extrapolation to none.
WIDTHS, EXTRAPOLATED = (1.0, 0.5), (-1 / 3, 4 / 3)
#: The usual width is 1.06 times the spread, as in Silverman's rule, over a root of the number of values: the
#: seventh, for the ninth would be best where the extrapolation leaves a bias of the fourth order.
SILVERMAN, ROOT = 1.06, 1 / 7
#: Quartiles of a normal distribution lie so many standard deviations apart.
QUARTILES = 1.3489795003921634

type Values = Float[np.ndarray, "replicate point"]


@dataclass(frozen=True)
class Response:
    """What of a path has the target for its mean: a metric, or 1 where an event is true and 0 elsewhere.

    Attributes
    ----------
    run
        The paths by which it is judged.
    statistic
        A mean or a chance.

    Raises
    ------
    UsageError
        It is another statistic; or the metric is not finite on some path.
    """

    run: Run
    statistic: Statistic

    def __post_init__(self) -> None:
        if not (self.statistic.chance or self.statistic.statistic == "mean"):
            message = (
                f"target {self.statistic}: allowed: a mean, as mean(METRIC), or a chance, as "
                "p_VERDICT(ENTITY) and prob_below(METRIC, NUMBER)"
            )
            raise UsageError(message)
        values = self.values(self.run)
        if lost := np.count_nonzero(~np.isfinite(values)):
            message = (
                f"target {self.statistic}: found {lost:,} of {values.size:,} paths on which it is not "
                "finite; allowed: a metric that is finite on every path"
            )
            raise UsageError(message)

    def values(self, run: Run) -> Values:
        """Return it on every path of a run of the same study."""
        if self.statistic.chance:
            return Event(str(self.statistic), self.statistic).holds(run).astype(np.float64)
        return run.metric(self.statistic.name).astype(np.float64)

    def resolution(self, paths: int) -> float:
        """Return the least error of what so many paths say of a chance; none of a mean."""
        return RESOLUTION / paths if self.statistic.chance else 0.0

    @cached_property
    def thresholds(self) -> dict[str, list[float]]:
        """By metric the numbers at which the event may begin or end; none for a mean."""
        if not self.statistic.chance:
            return {}
        if self.statistic.verdict:
            return self._limits(self.statistic.name)
        return {self.statistic.name: list(dict.fromkeys(self.statistic.levels or (0.0,)))}

    def _limits(self, entity: str) -> dict[str, list[float]]:
        """Return the limits in the rules of verdicts, by full names of an entity's metrics."""
        settings, own = self.run.study.settings, by_entity(self.run.names)[entity]
        limits = [
            (metric, bound)
            for rule in settings.verdicts
            for metric, limit in rule.conditions.items()
            for bound in (limit.min, limit.max)
            if metric != PASSES
        ]
        if any(PASSES in rule.conditions for rule in settings.verdicts):
            limits += [(item.metric, item.min) for item in settings.scorecard]
        found: dict[str, list[float]] = {}
        for metric, bound in dict.fromkeys(limits):
            if np.isfinite(bound) and metric in own:
                found.setdefault(own[metric], []).append(bound)
        return found

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """Those that are differentiated.

        Where that is enough they are those of the entity that verdicts are about, whatever the target: one
        compiled program serves all of its usual targets.
        """
        needed = tuple(self.thresholds) or (self.statistic.name,)
        entity = self.statistic.name if self.statistic.verdict else entity_of(self.statistic.name)
        lead, own = lead_metric(self.run.names), by_entity(self.run.names)[entity]
        usual = list(self._limits(entity))
        usual += [own[lead]] if lead in own and own[lead] not in usual else []
        return tuple(usual) if set(usual) >= set(needed) else needed

    @property
    def widths(self) -> tuple[float, ...]:
        """Shares of the usual width by which the step is smoothed: nothing is of a mean."""
        return WIDTHS if self.statistic.chance else (1.0,)

    def cotangents(self, batch: int, width: float) -> Float[np.ndarray, "metric path"]:
        """Return what the derivative of each metric counts on the paths of a batch.

        Parameters
        ----------
        batch
            Its number.
        width
            One of `widths`.
        """
        stored = self.run.store.load(batch)
        assert stored is not None
        if not self.statistic.chance:
            only = np.array([name == self.statistic.name for name in self.metrics], dtype=np.float64)
            return np.repeat(only[:, None], stored.shape[1], axis=1)
        found = np.zeros((len(self.metrics), stored.shape[1]))
        for metric, bounds in self.thresholds.items():
            place = self.metrics.index(metric)
            values = stored[self.run.names.index(metric)].astype(np.float64)
            for bound in bounds:
                above, below = (self._there(stored, metric, end) for end in _sides(bound, stored.dtype))
                away = (values - bound) / (width * self._usual_widths[metric])
                density = np.nan_to_num(np.exp(-0.5 * np.square(away)) / np.sqrt(2 * np.pi))
                step = above.astype(np.float64) - below
                found[place] += step * density / (width * self._usual_widths[metric])
        return found

    @cached_property
    def _usual_widths(self) -> dict[str, float]:
        return {name: usual_width(self.run.metric(name)) for name in self.thresholds}

    def _there(self, stored: np.ndarray, metric: str, value: float) -> Bool[np.ndarray, " path"]:
        """Return where the event is true on the paths of a batch with a metric at one number."""
        changed = stored.copy()
        changed[self.run.names.index(metric)] = value
        return self.values(with_metrics(self.run, changed)).ravel() > 0


def with_metrics(run: Run, metrics: Float[np.ndarray, "metric path"]) -> Run:
    """Return the run of one batch that has these metrics."""
    store = MemoryStore(run.names, run.plan.dtype)
    store.write(0, metrics)
    return replace(run, plan=run.plan.first(1), store=store, goal=None, looked=())


def usual_width(values: Values) -> float:
    """Return the width of a smoothed step among some values.

    The spread is the standard deviation, or that of a normal with the same quartiles where it is less; of
    values that are finite.
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    low, high = np.quantile(finite, (0.25, 0.75))
    spreads = [spread for spread in (finite.std(), (high - low) / QUARTILES) if spread > 0]
    return SILVERMAN * float(min(spreads, default=1.0)) * finite.size**-ROOT


def _sides(bound: float, dtype: np.dtype) -> Iterator[float]:
    """Give the numbers just above and just below a threshold, in the precision of the paths."""
    at = np.asarray(bound, dtype)
    for end in (np.inf, -np.inf):
        yield float(np.nextafter(at, np.asarray(end, dtype)))
