"""The build-out model: from named draws to metrics and series, for the companies and sources of a study."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout import clock, metrics, path, solvency, tables
from simulator.buildout import shocks as shock_series
from simulator.buildout.arrays import H, total
from simulator.buildout.debt import LEVERED
from simulator.buildout.horizon import RUN_OFF_QUARTERS, value_at_horizon
from simulator.buildout.inputs import DECIDED, INPUTS, OF_LEVERED, Input, Parameters
from simulator.buildout.metrics import Extremes, Opening, Record, Totals, Windows
from simulator.buildout.power import unshared
from simulator.buildout.roles import conflicts, with_roles
from simulator.buildout.settings import BuildoutSettings, DepreciationPolicy
from simulator.buildout.shocks import Shock, Shocks
from simulator.buildout.solvency import Solvency
from simulator.buildout.state import State, Terms, opening, terms_of
from simulator.buildout.valuation import unbounded
from simulator.errors import Fault, StudyError
from simulator.study.metric import Metric
from simulator.study.records import Prior
from simulator.tracing import step

#: What the two metrics that hang on it say of a path without a value at the horizon.
NO_VALUE = (
    "finance.wacc is less than finance.least_spread above finance.terminal_growth on these paths, so that "
    "they have no value at the horizon: give beliefs that keep the two apart, by bounds for instance"
)

type Draws = Mapping[str, Float[Array, "..."]]

#: What companies report of all their property and the model cannot know; a company without it is left out.
REPORTED_DEPRECIATION = "finance.opening_depreciation"


class Buildout:
    """The model of a study's companies and power sources.

    Parameters
    ----------
    settings
        Companies with their exposures, power sources, horizon (8 to 60 quarters), depreciation policy and
        stages of the queue for power.

    Raises
    ------
    StudyError
        The settings lack what the model needs.
    """

    def __init__(self, settings: BuildoutSettings) -> None:
        horizon, stages = settings.horizon_quarters, settings.pipeline_stages
        policy = settings.depreciation_policy
        if not (horizon and stages and policy and settings.companies and settings.power_sources):
            raise StudyError(_missing(settings))
        self.horizon, self.stages = horizon, stages
        self.policy: DepreciationPolicy = policy
        self._settings = settings
        self.companies = tuple(company.name for company in settings.companies)
        self.power_sources = tuple(source.name for source in settings.power_sources)

    @property
    def structure(self) -> Hashable:
        """What a compiled kernel depends on: the rules of scorecard and verdict read what it returns."""
        return type(self), replace(self._settings, scorecard=(), verdicts=())

    @cached_property
    def inputs(self) -> dict[str, Input]:
        """Every prior that the model asks for, with its unit and range."""
        suffixes = {
            "path": [""],
            "company": [f".{c}" for c in self.companies],
            "source": [f".{r}" for r in self.power_sources],
            "company source": [f".{c}.{r}" for c in self.companies for r in self.power_sources],
        }
        asked = {name + end: entry for name, entry in INPUTS.items() for end in suffixes[entry.per]}
        if any(LEVERED in company.exposures for company in self._settings.companies):
            asked |= OF_LEVERED
        return with_roles(asked, self._settings)

    @property
    def optional_inputs(self) -> dict[str, Input]:
        """Priors that a study may have: what companies decide, and what predictive checks alone read."""
        asked = {**DECIDED, REPORTED_DEPRECIATION: Input("USD bn/yr", 0)}
        return {f"{name}.{company}": one for name, one in asked.items() for company in self.companies}

    @cached_property
    def shocks(self) -> Mapping[str, Shock]:
        """Every series of shocks that the model asks for."""
        return shock_series.declare(self.companies, self.power_sources, self.horizon)

    @property
    def shock_groups(self) -> Mapping[str, tuple[str, ...]]:
        """The shocks that are of one thing, by what that is called."""
        return shock_series.groups(self.companies, self.power_sources)

    @cached_property
    def metric_units(self) -> dict[str, str]:
        """Names of all metrics, in order, with their units."""
        return {
            f"{metric.name}.{entity}": metric.unit
            for metric in tables.metrics().values()
            for entity in self._having(metric)
        }

    def _having(self, metric: Metric) -> list[str]:
        """Companies that have a metric, and the group where it does."""
        companies = [
            one.name
            for one in self._settings.companies
            if not metric.exposure or metric.exposure in one.exposures
        ]
        return [*companies, "group"] if companies and metric.group else companies

    @cached_property
    def may_be_infinite(self) -> frozenset[str]:
        """Metrics for which infinity is an answer: capital that never pays back."""
        return frozenset(
            name for name in self.metric_units if tables.metrics()[name.partition(".")[0]].infinite
        )

    @property
    def undefined(self) -> Mapping[str, str]:
        """Why a metric may not be a number on some paths, by the metric's stem."""
        return dict.fromkeys(("value_created", "value_per_dollar"), NO_VALUE)

    def refused(self, priors: Mapping[str, Prior]) -> list[Fault]:
        """Return what beliefs rule out together on every path; ``priors`` are in the units of `inputs`."""
        return [*self._conflicts, *unbounded(priors), *unshared(priors)]

    @cached_property
    def _conflicts(self) -> tuple[Fault, ...]:
        return tuple(conflicts(self.inputs, self._settings))

    def __call__(self, draws: Draws) -> dict[str, Float[Array, " path"]]:
        """Metrics of every path.

        Parameters
        ----------
        draws
            Inputs, ``[path]`` or 0-d, and shocks, ``[quarter, path]``.

        Returns
        -------
        dict
            One array ``[path]`` per name in `metric_units`.
        """
        p, terms, last, sums, solvent, _ = self._run(draws, lambda record: None)
        return self._metrics(p, terms, last, sums, solvent)

    def _metrics(
        self,
        p: Parameters,
        terms: Terms,
        last: State,
        sums: tuple[Totals, Extremes, Extremes],
        solvent: tuple[Solvency, Solvency] | None,
    ) -> dict[str, Float[Array, " path"]]:
        """Metrics of what a run of the model came to."""
        totals, by_company, of_group = sums
        discount = jnp.exp(-terms.value.discount * (self.horizon * H))
        terminal = discount * value_at_horizon(terms, self.policy, last, self.horizon, discount.dtype)
        revenue = p.company("finance.revenue_2025") * (1 + p.path("finance.revenue_growth"))
        opening = Opening(terms.start.book, terms.start.idle_gw, revenue)
        companies = metrics.amounts(totals, by_company, opening, terminal)
        companies |= metrics.per_share(totals, by_company, p.company("finance.shares"), terms.value.tax)
        group = metrics.amounts(
            metrics.of_group(totals),
            of_group,
            metrics.of_group(opening),
            total(terminal, 0),
        )
        if terms.debt and solvent:
            of_companies, of_all = solvency.metrics(terms.debt, *solvent)
            companies, group = companies | of_companies, group | of_all
        rows = {
            f"{name}.{company}": values[i]
            for name, values in companies.items()
            for i, company in enumerate(self.companies)
        }
        rows |= {f"{name}.group": values[0] for name, values in group.items()}
        return {name: rows[name] for name in self.metric_units}

    def series(self, draws: Draws) -> dict[str, Float[Array, "quarter *row path"]]:
        """Every quarter of every path: ``[quarter, company, path]``, or ``[quarter, path]`` for the group."""
        return _series(self._run(draws, lambda record: record)[-1])

    def with_series(
        self, draws: Draws
    ) -> tuple[dict[str, Float[Array, " path"]], dict[str, Float[Array, "quarter *row path"]]]:
        """Metrics and series of every path, from one run of the model."""
        p, terms, last, sums, solvent, record = self._run(draws, lambda record: record)
        return self._metrics(p, terms, last, sums, solvent), _series(record)

    def _run[Collected](
        self, draws: Draws, collect: Callable[[Record], Collected]
    ) -> tuple[
        Parameters,
        Terms,
        State,
        tuple[Totals, Extremes, Extremes],
        tuple[Solvency, Solvency] | None,
        Collected,
    ]:
        """Constants, last state, totals, solvency, and of every quarter what ``collect`` makes of it."""
        p = Parameters(draws, self.companies, self.power_sources)
        terms = terms_of(p, self._settings.companies, self._settings.power_sources)
        paths = max((jnp.shape(draw)[-1] for draw in draws.values() if jnp.ndim(draw) > 0), default=1)
        foreseen, ticking = (
            clock.opening(draws, self.horizon, paths)
            if terms.hazard
            else (clock.foresee(terms.cycle, draws, self.horizon, paths), None)
        )
        shocks = shock_series.gather(draws, foreseen, self.companies, self.power_sources, self.horizon, paths)
        dtype = shocks.price.dtype

        def quarter(carried: Any, at: tuple[Array, Windows, Shocks]) -> tuple[Any, Collected]:
            state, (totals, by_company, of_group), solvent = carried
            t, when, now = at
            year = t.astype(dtype) * H
            state, record = path.quarter(terms, self.policy, state, t, year, self.horizon - 1 - t, now)
            after = (
                metrics.add(totals, record, when, year, terms.value.discount),
                metrics.update_extremes(by_company, record, when),
                metrics.update_extremes(of_group, metrics.of_group(record), when),
            )
            if solvent and record.financing:
                own, all_ = solvent
                solvent = (
                    solvency.add(own, record.financing),
                    solvency.add(all_, solvency.of_group(record.financing)),
                )
            return (state, after, solvent), collect(record)

        start = opening(terms, self.horizon + RUN_OFF_QUARTERS, self.stages, paths, dtype, ticking)
        solvent = (
            tuple(solvency.nothing(rows, paths, dtype) for rows in (len(self.companies), 1))
            if terms.debt
            else None
        )
        carried = (start, metrics.nothing(len(self.companies), paths, dtype), solvent)
        quarters = jnp.arange(self.horizon, dtype=jnp.int32)
        windows = metrics.windows(self.horizon, dtype)
        (last, totals, solvent), collected = jax.lax.scan(step(quarter), carried, (quarters, windows, shocks))
        return p, terms, last, totals, solvent, collected


def _series(record: Record) -> dict[str, Float[Array, "quarter *row path"]]:
    """Return the series by name, those of all companies together without their axis."""
    fields = record._asdict()
    statement = fields.pop("statement")._asdict()
    if financing := fields.pop("financing"):
        fields |= financing._asdict()
    shared = ("price", "regime", "financing_broken", "late_share", "mean_wait")
    return {name: x[:, 0] if name in shared else x for name, x in (fields | statement).items()}


def _missing(settings: BuildoutSettings) -> list[Fault]:
    needed = {
        "study.horizon_quarters": settings.horizon_quarters,
        "study.pipeline_stages": settings.pipeline_stages,
        "study.depreciation_policy": settings.depreciation_policy,
        "company": settings.companies,
        "power_source": settings.power_sources,
    }
    advice = "Give a model of your own, or extend a shipped study."
    return [
        Fault("", key, "nothing", "a value that the build-out model can use", advice)
        for key, value in needed.items()
        if not value
    ]
