"""A run: its metrics path by path, what is told of them, and anything else by computing it again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from jaxtyping import Bool, Float, Int8, Shaped

from simulator import engine
from simulator.analysis.run.accuracy import Goal, look, told
from simulator.analysis.run.lazy import LazyMetrics
from simulator.analysis.run.program import priors_of, program
from simulator.analysis.run.recomputed import Difference, differences, observed, points_of
from simulator.analysis.run.table import as_table
from simulator.analysis.run.tree import RECORD, parts_of, told_of_run
from simulator.arguments import checked, names_of
from simulator.errors import RunError, UsageError
from simulator.estimate import (
    VERDICT,
    Achieved,
    Number,
    SamplerName,
    derive,
    entity_of,
    parse_statistic,
    pool,
    summarise,
    to_datatree,
)
from simulator.sampling import BATCH, REPLICATES, STRIP, DrawsKey, draws_key
from simulator.study import Study
from simulator.study.translate import did_you_mean
from simulator.whole_numbers import whole

if TYPE_CHECKING:
    from pandas import DataFrame
    from xarray import DataTree


@dataclass(frozen=True, eq=False)
class Run:
    """The outcome of a study: its metrics path by path, and anything else by computing it again.

    Parameters
    ----------
    study
        As resolved.
    plan
        Number of paths, seed, sampler, lanes, precision.
    model
        The function of named draws that made the metrics.
    store
        Holds the metrics.
    units
        Of every metric, by name, in the model's order.
    directory
        Where the run is kept, if it is.
    status
        "complete", or "interrupted" for the part of a run that was finished.
    not_finite
        Per metric that has any, the number of its paths that are "nan" and "infinite".
    goal
        The accuracy that was asked for, if any was.
    looked
        What was achieved of it, where that is known already.
    recorded_key
        What decided its draws, of a run that was read back.
    """

    study: Study
    plan: engine.Plan
    model: engine.Model
    store: engine.Store
    units: Mapping[str, str]
    directory: Path | None = None
    status: str = "complete"
    not_finite: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    goal: Goal | None = None
    looked: tuple[Achieved, ...] = ()
    recorded_key: DrawsKey | None = None

    def __repr__(self) -> str:
        plan = f"{self.plan.paths:,} paths, seed {self.plan.seed}, {self.plan.sampler}"
        return f"<Run of {self.study.name}: {plan}, {self.status}>"

    @property
    def draws_key(self) -> DrawsKey:
        """What decides its draws: runs of equal keys are compared path by path."""
        return self.recorded_key or draws_key(self.study, self.plan.seed, self.plan.sampler)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the metrics, in the model's order."""
        return tuple(self.units)

    def metric(self, name: str) -> Shaped[np.ndarray, "replicate point"]:
        """Return one metric of every path, [replicate, point]."""
        checked("name", name, str, "the name of a metric")
        if name not in self.units:
            raise UsageError(_unknown("metric", name, self.names))
        return self.store.read(name, self.plan.batches)

    @property
    def metrics(self) -> Mapping[str, Shaped[np.ndarray, "replicate point"]]:
        """All metrics by name, each read when it is asked for."""
        return LazyMetrics(self.names, self.metric)

    @cached_property
    def verdicts(self) -> dict[str, Int8[np.ndarray, "replicate point"]]:
        """The passes of the scorecard and the verdict of every path, by the study's rules.

        `scorecard_passes.<entity>` is a number of items; `verdict.<entity>` is 1 for bull, 0 for base and -1
        for bear, and -128 (`simulator.estimate.NO_VERDICT`) where a metric that the rules need
        is not a number.
        """
        return derive(self.metrics, self.study.settings.scorecard, self.study.settings.verdicts)

    def estimate(self, statistic: str, where: Bool[np.ndarray, "replicate point"] | None = None) -> Number:
        """Return one statistic with its standard error.

        Parameters
        ----------
        statistic
            As in a target of accuracy (see `simulator.estimate.grammar`): ``mean(value_created.group)``,
            ``p95(stranded_share.group)``, ``p_bear(group)``, or any other level, metric or entity.
        where
            Keeps only the paths for which it holds; none keeps every path.

        Raises
        ------
        UsageError
            There is no such statistic, metric or entity.
        """
        entities = [entity_of(name) for name in self.verdicts if name.split(".")[0] == VERDICT]
        checked("statistic", statistic, str, "text such as 'mean(value_created.group)'")
        asked = parse_statistic(statistic, self.names, entities)
        values = self.verdicts.get(asked.metric)
        if values is None:
            values = self.metric(asked.metric)
        return asked.of(pool(values, cast(SamplerName, self.plan.sampler), where))

    def summary(self) -> dict[str, Any]:
        """Return every metric's statistics with their errors, and the verdicts: what `--json` prints.

        Of a run that was asked for an accuracy, ``targets`` says what it achieved of it.
        """
        summary = summarise(
            self.metrics,
            units=self.units,
            study=self.study.name,
            study_hash=self.study.hash,
            seed=self.plan.seed,
            sampler=cast(SamplerName, self.plan.sampler),
            scorecard=self.study.settings.scorecard,
            rules=self.study.settings.verdicts,
        )
        return summary if self.goal is None else summary | {"targets": told(self.accuracy)}

    @cached_property
    def accuracy(self) -> tuple[Achieved, ...]:
        """What these paths achieve of each target; empty where none was set."""
        if self.goal is None or self.looked:
            return self.looked
        sampler = cast(SamplerName, self.plan.sampler)
        return look(self.goal.targets, self.metrics, self.study.settings, sampler)

    def to_datatree(self, max_paths: int | None = 2**18) -> "DataTree":
        """Return draws and metrics as an ArviZ-ready tree, replicates as chains.

        Its attribute ``run`` is what `from_datatree` needs, as JSON text.

        Parameters
        ----------
        max_paths
            Paths kept at most, the first of every replicate; None keeps all, in memory.
        """
        plan = self.plan
        kept = plan.paths if max_paths is None else min(plan.paths, whole("max_paths", max_paths, 1))
        batches = -(-kept // BATCH)
        priors = priors_of(self.study, self.model)
        fixed = {
            name: float(prior.parameters["value"])
            for name, prior in priors.items()
            if prior.family == "fixed"
        }
        random = [name for name in priors if name not in fixed]
        drawn = self.draws(random, batches * BATCH)
        metrics = {name: self.store.read(name, batches) for name in self.names}
        verdicts = {name: codes[:, : batches * STRIP] for name, codes in self.verdicts.items()}
        tree = to_datatree(
            metrics | verdicts,
            {name: values.reshape(*values.shape[:-1], REPLICATES, -1) for name, values in drawn.items()},
            units=dict(self.units) | {name: priors[name].unit for name in random},
            attributes={
                "study": self.study.name,
                "study_hash": self.study.hash,
                "seed": plan.seed,
                "sampler": plan.sampler,
                "paths_of_run": plan.paths,
            },
            fixed=fixed,
            max_paths=kept,
        )
        tree.attrs[RECORD] = told_of_run(self.study, plan, self.model, self.units, self.draws_key)
        return tree

    @classmethod
    def from_datatree(cls, tree: "DataTree", model: engine.Model | None = None) -> "Run":
        """Return the run of a tree that `to_datatree` made: the paths that it keeps are those of the run.

        Parameters
        ----------
        tree
            As made, or read back from netCDF or Zarr.
        model
            The function that made the run, where that was not the build-out model: a tree holds its name.

        Raises
        ------
        UsageError
            The tree is none of a run, lacks a metric, keeps less than whole batches of 8192 paths, or is of a
            model that is not given.
        RunError
            What it says of its run is damaged, or is another study to this version.
        """
        return cls(**parts_of(tree, model)._asdict())

    def draws(
        self, names: str | Iterable[str] | None = None, paths: int | None = None
    ) -> dict[str, Shaped[np.ndarray, "*size path"]]:
        """Return named draws, computed again: [path], or [size, path].

        Paths stand in the order of ``metric(name).ravel()``: the points of the first replicate, then those of
        the second, and so on.

        Parameters
        ----------
        names
            One name or several, of priors and shocks; every prior by default.
        paths
            How many, made up to a multiple of the 32 replicates: the first points of each, as in
            ``metric(name)[:, : paths // 32]``. Those of the run by default.
        """
        wanted = tuple(self.study.priors) if names is None else names_of("names", names)

        def observe(draws: Mapping[str, Any]) -> dict[str, Any]:
            for name in wanted:
                if name not in draws:
                    raise UsageError(_unknown("draw", name, draws))
            return {name: draws[name] for name in wanted}

        return self._observed(observe, self.plan.paths if paths is None else paths)

    def series(
        self, paths: int = BATCH, names: str | Iterable[str] | None = None
    ) -> dict[str, Float[np.ndarray, "quarter *row path"]]:
        """Return the model's series by quarter, computed again, with paths in the order of `draws`.

        Parameters
        ----------
        paths
            How many, as in `draws`.
        names
            One name or several, of the series wanted; all by default. Others are neither computed nor held in
            memory.

        Raises
        ------
        UsageError
            The model has none: no attribute `series`.
        """
        series = getattr(self.model, "series", None)
        if series is None:
            message = (
                "this run's model has no series; a model has them by an attribute `series`, called as it is"
            )
            raise UsageError(message)
        if names is None:
            return self._observed(series, paths)
        wanted = names_of("names", names)

        def observe(draws: Mapping[str, Any]) -> dict[str, Any]:
            found = series(draws)
            for name in wanted:
                if name not in found:
                    raise UsageError(_unknown("series", name, found))
            return {name: found[name] for name in wanted}

        return self._observed(observe, paths)

    def table(
        self,
        metrics: str | Iterable[str] | None = None,
        draws: str | Iterable[str] | None = None,
        paths: int | None = None,
    ) -> "DataFrame":
        """Return metrics and the draws behind them, a row for each path.

        Rows have the index (replicate, point) and stand in the order of ``metric(name).ravel()``. Draws are
        computed again; one of several numbers has a column for each, ``name[0]`` and so on. Every column is
        in memory at once: name the columns of a large run.

        Parameters
        ----------
        metrics
            One name or several, of metrics, verdicts (``verdict.<entity>``) and passes of the scorecard among
            them; every metric of the model by default.
        draws
            One name or several, of priors and shocks; every prior that is not fixed by default.
        paths
            How many, as in `draws`.

        Raises
        ------
        UsageError
            There is no such metric or draw, or a metric and a draw have the same name.
        """
        count = self.plan.paths if paths is None else whole("paths", paths, 1, self.plan.paths)
        wanted = self.names if metrics is None else names_of("metrics", metrics)
        derived = {} if set(wanted) <= set(self.names) else self.verdicts
        for name in wanted:
            if name not in derived and name not in self.names:
                raise UsageError(_unknown("metric", name, [*self.names, *derived]))
        random = [name for name, prior in self.study.priors.items() if prior.family != "fixed"]
        drawn = random if draws is None else names_of("draws", draws)
        points = points_of(count)
        kept = {
            name: (derived[name] if name in derived else self.metric(name))[:, :points] for name in wanted
        }
        return as_table(kept, self.draws(drawn, count), points)

    def verify(self, batches: int | None = None) -> tuple[Difference, ...]:
        """Compute stored batches again, and return where they differ in any bit: nowhere, if all is well.

        Parameters
        ----------
        batches
            How many, spread evenly over the run; all by default.
        """
        count = self.plan.batches if batches is None else whole("batches", batches, 1)
        return differences(self.program, self.plan, self.store, self.names, count)

    @cached_property
    def program(self) -> engine.Program:
        """What computes the run again.

        Raises
        ------
        RunError
            This version makes other draws of its study than the run has.
        """
        present = draws_key(self.study, self.plan.seed, self.plan.sampler)
        if reasons := self.draws_key.differences(present):
            message = (
                f"{self.directory or 'this run'} cannot be computed again: this version makes other draws "
                f"({'; '.join(reasons)}); what it stored can be read as before. Run the study anew"
            )
            raise RunError(message)
        return program(self.study, self.model, self.plan)

    def _observed(self, observe: Callable[..., Any], paths: int) -> dict[str, np.ndarray]:
        return observed(self.program, self.plan, observe, whole("paths", paths, 1))


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    known = list(known)
    return f"there is no {kind} {name!r}. {did_you_mean(name, known) or f'There are {", ".join(known)}'}"
