"""A run: its metrics path by path, statistics of them, and anything else by computing it again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from jaxtyping import Bool, Float, Shaped

from simulator.analysis.run import recomputed
from simulator.analysis.run.accuracy import look
from simulator.analysis.run.agreement import alike
from simulator.analysis.run.path_table import path_table
from simulator.analysis.run.recomputed import Difference, Verification
from simulator.analysis.run.record import RunRecord, refuse_name
from simulator.analysis.run.summed import layout_of, totals_again
from simulator.analysis.run.table import as_frame
from simulator.analysis.run.tree import as_tree, parts_of
from simulator.arguments import checked
from simulator.engine import Model, runtime
from simulator.errors import UsageError
from simulator.estimate import (
    Achieved,
    Number,
    Observed,
    Sampled,
    SamplerName,
    Source,
    Statistic,
    Summary,
    achieved,
    parse_statistic,
    quantile_bound,
    summarise,
    summary_of,
)
from simulator.estimate.totals import Totalled, Totals
from simulator.sampling import BATCH, REPLICATES
from simulator.whole_numbers import PATHS

if TYPE_CHECKING:
    from pandas import DataFrame
    from xarray import DataTree

    from simulator import WhatIf

#: Version of the form of answers to questions as JSON.
ANSWERS = 1


@dataclass(frozen=True, eq=False, repr=False)
class Run(RunRecord):
    """The outcome of a study: its metrics path by path, and anything else by computing it again.

    Its fields are those of `simulator.analysis.run.record.RunRecord`.
    """

    def __repr__(self) -> str:
        plan = f"{self.plan.paths:,} paths, seed {self.plan.seed}, {self.plan.sampler}"
        return f"<Run of {self.study.name}: {plan}, {self.status}>"

    def estimate(self, statistic: str, where: Bool[np.ndarray, "replicate point"] | None = None) -> Number:
        """Return one statistic with its standard error.

        Parameters
        ----------
        statistic
            As in a target of accuracy (see `simulator.estimate.grammar`): ``mean(value_created.group)``,
            ``p95(stranded_share.group)``, ``prob_below(roic.meta, 5%)``, ``p_bear(group)``, or any other
            level, number, metric or entity.
        where
            Restricts to the paths for which it holds; by default every path counts.

        Raises
        ------
        UsageError
            There is no such statistic, metric or entity.
        """
        if where is not None:
            self.need_paths("where")
        source, asked = self._source(where), self.statistic(statistic)
        unit = "1" if asked.chance else self.units[asked.name]
        return replace(asked.of(source), unit=unit)

    def statistic(self, text: str) -> Statistic:
        """Return the statistic that a text names, as `estimate` takes it.

        Raises
        ------
        UsageError
            There is no such statistic, metric or entity.
        """
        checked("statistic", text, str, "text such as 'mean(value_created.group)'")
        return parse_statistic(text, self.names, self.entities, tuple(self._source().codes))

    @property
    def entities(self) -> tuple[str, ...]:
        """Those that have a verdict, the group first; ``model`` of metrics that belong to nobody."""
        return tuple(self._source().judged)

    def _source(self, where: Bool[np.ndarray, "replicate point"] | None = None) -> Source:
        """Return what statistics are made from: its paths, or what was added up of them."""
        settings, sampler = self.study.settings, cast(SamplerName, self.plan.sampler)
        if self.totals is not None:
            return Totalled(self.totals, layout_of(self.names, sampler, settings))
        return Sampled(self.metrics, self.verdicts, sampler, settings.scorecard, settings.verdicts, where)

    def pool(self, metric: str) -> Observed:
        """Return the values of a metric as `simulator.estimate` takes them, whatever is kept of the run.

        So ``exceedance(run.pool(name), thresholds)`` is the chance of more than each threshold.

        Raises
        ------
        UsageError
            There is no such metric.
        """
        checked("metric", metric, str, "the name of a metric")
        if metric not in self.units:
            refuse_name("metric", metric, self.names)
        return self._source().pool(metric)

    def summarise(self) -> Summary:
        """Return every metric's statistics with their errors, and the verdicts, as a record of `Number`.

        Of a study in which something was set, ``overrides`` says what and in place of what; of a run that was
        asked for an accuracy, ``targets`` says what it achieved of it.
        """
        about = {
            "units": self.units,
            "study": self.study.name,
            "study_hash": self.study.hash,
            "seed": self.plan.seed,
            "sampler": cast(SamplerName, self.plan.sampler),
            "scorecard": self.study.settings.scorecard,
        }
        if self.totals is None:
            summary = summarise(self.metrics, **about, rules=self.study.settings.verdicts)
        else:
            source = self._source()
            summary = replace(
                summary_of(source, **about, replicates=REPLICATES), bound=quantile_bound(source)
            )
        targets = None if self.goal is None else self.accuracy
        return replace(summary, overrides=self.study.changes, targets=targets)

    def about(self) -> dict[str, Any]:
        """Return what the JSON of every answer to a question begins with: its form, and the run."""
        return {
            "schema": ANSWERS,
            "study": self.study.name,
            "study_hash": self.study.hash,
            "seed": self.plan.seed,
            "sampler": self.plan.sampler,
            "paths_of_run": self.plan.paths,
        }

    def summary(self) -> dict[str, Any]:
        """Return `summarise` as plain values: what ``--json`` prints, but for the structures of the study."""
        return self.summarise().to_json()

    @cached_property
    def accuracy(self) -> tuple[Achieved, ...]:
        """What these paths achieve of each target; empty where none was set."""
        if self.goal is None or self.looked:
            return self.looked
        if self.totals is not None:
            source = self._source()
            return tuple(achieved(one, source) for one in self.goal.targets)
        sampler = cast(SamplerName, self.plan.sampler)
        return look(self.goal.targets, self.metrics, self.study.settings, sampler)

    def to_datatree(self, max_paths: int | None = PATHS) -> "DataTree":
        """Return draws and metrics as an ArviZ-ready tree, replicates as chains.

        Its attribute ``run`` is what `from_datatree` needs, as JSON text.

        Parameters
        ----------
        max_paths
            The most paths in it, the first of every replicate; None takes all, in memory.
        """
        self.need_paths("to_datatree")
        return as_tree(self, max_paths)

    @classmethod
    def from_datatree(cls, tree: "DataTree", model: Model | None = None) -> "Run":
        """Return the run of a tree that `to_datatree` made: its paths are those of the run.

        Parameters
        ----------
        tree
            As made, or read back from netCDF or Zarr.
        model
            The function that made the run, where that was not the build-out model: a tree holds its name.

        Raises
        ------
        UsageError
            The tree is none of a run, lacks a metric, has less than whole batches of 8192 paths, or is of a
            model that is not given.
        RunError
            What it says of its run is damaged, or is another study to this version.
        """
        return cls(**parts_of(tree, model))

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
        return recomputed.draws(self, names, paths)

    def series(
        self, paths: int = BATCH, names: str | Iterable[str] | None = None
    ) -> dict[str, Float[np.ndarray, "quarter *row path"]]:
        """Return the model's series by quarter, computed again, with paths in the order of `draws`.

        Parameters
        ----------
        paths
            How many, as in `draws`.
        names
            One name or several, of the series wanted; all by default. Others are not computed.

        Raises
        ------
        UsageError
            The model has none: no attribute `series`.
        """
        return recomputed.series(self, paths, names)

    def to_pandas(
        self,
        metrics: str | Iterable[str] | None = None,
        draws: str | Iterable[str] | None = None,
        paths: int | None = None,
    ) -> "DataFrame":
        """Return metrics, verdicts and the draws behind them, a row for each path.

        Rows have the index (replicate, point) and stand in the order of ``metric(name).ravel()``. Verdicts
        are categories by name, and missing where a metric that the rules need is not a number. Draws are
        computed again, in the units of the model; one of several numbers has a column for each, ``name[0]``
        and so on. Every column is in memory at once: name the columns of a large run, or write it to a file
        with `simulator.export`.

        Parameters
        ----------
        metrics
            One name or several, of metrics, verdicts (``verdict.<entity>``) and passes of the scorecard; all
            of these by default, metrics first.
        draws
            One name or several, of priors and shocks; every prior that is not fixed by default, and none of
            an empty list.
        paths
            How many, as in `draws`.

        Raises
        ------
        UsageError
            There is no such metric or draw, or two columns have the same name.
        """
        self.need_paths("to_pandas")
        return as_frame(path_table(self, metrics, draws, paths))

    def whatif(self, language: Literal["en", "zh-Hant"] = "en") -> "WhatIf":
        """Return a page on which beliefs are changed and the verdict follows, for a notebook or a file.

        The model is in it and computes in the browser, the first 8192 paths of this run's draws. Making it
        takes some 15 seconds.

        Parameters
        ----------
        language
            The one that the page opens in; it has both.

        Raises
        ------
        NotPortableError
            The model uses what has no form without Python.
        """
        from simulator import WhatIf  # the names of the library stand above every module, as the page does

        return WhatIf.of(self, language)

    def verify(self, batches: int | None = None) -> tuple[Difference, ...]:
        """Compute stored batches again, and return where they differ: nowhere, if all is well.

        Parameters
        ----------
        batches
            How many, spread evenly over the run; all by default, and always of a run that keeps a summary.
        """
        return self.verification(batches).differences

    def verification(self, batches: int | None = None) -> Verification:
        """Compute stored batches again, and return where they differ and how they were compared.

        On the kind of machine that computed the run, bit for bit; on another kind of processor or accelerator
        within the tolerances of `simulator.analysis.run.agreement`: paths, or statistics where only a summary
        is kept.

        Parameters
        ----------
        batches
            As in `verify`.
        """
        if self.totals is not None:
            return self._verification_of(self.totals, batches)
        return recomputed.verification(self, batches)

    def _verification_of(self, totals: Totals, batches: int | None) -> Verification:
        """Return what comes of adding up all paths again: bits are compared, or else statistics."""
        if batches is not None:
            message = (
                f"batches: found {batches}; allowed: none of a run that keeps a summary, for all are added up"
            )
            raise UsageError(message)
        found, machine = totals_again(self)
        exact = not self.platform or runtime.kind_of(machine) == runtime.kind_of(self.platform)
        if exact:
            settings = self.study.settings
            changed = found.differing(totals, layout_of(self.names, self.plan.sampler, settings))
        else:
            ours, theirs = replace(self, totals=found).summarise().numbers(), self.summarise().numbers()
            pairs = {name: (ours.get(name), theirs.get(name)) for name in {**ours, **theirs}}
            changed = tuple(name for name, (a, b) in pairs.items() if not (a and b and alike(a, b)))
        wrong = tuple(Difference(None, name, self.plan.paths) for name in changed)
        return Verification(wrong, exact, machine)
