"""The inference problem: a study with its evidence, and what each path of the model gives for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Array, Float, Shaped

from simulator.analysis.learning.figures import Draws, Matched
from simulator.analysis.learning.likelihood import Likelihood
from simulator.analysis.run.program import priors_of, program
from simulator.engine import Model, Plan, Program, metrics_of
from simulator.errors import Fault, StudyError
from simulator.study import Prior, Study, load_study, priors_root

#: What the names of a kernel's outputs begin with.
_DRAW, _METRIC = "draw ", "metric "


@dataclass(frozen=True)
class Sample:
    """Paths in independent chains, with all that is asked of them.

    Attributes
    ----------
    draws
        Priors by name, ``[*size, chain, draw]``.
    metrics
        The model's, by name, ``[chain, draw]``.
    middle, scale : Float[Array, "datum chain draw"]
        Of the figures: see `Likelihood.predict`.
    """

    draws: Mapping[str, Shaped[np.ndarray, "*size chain draw"]]
    metrics: Mapping[str, Shaped[np.ndarray, "chain draw"]]
    middle: Float[np.ndarray, "datum chain draw"]
    scale: Float[np.ndarray, "datum chain draw"]

    @classmethod
    def of(cls, outputs: Mapping[str, Shaped[np.ndarray, "*size chain draw"]]) -> Sample:
        """Return what a kernel put out, taken apart."""

        def part(prefix: str) -> dict[str, np.ndarray]:
            return {k.removeprefix(prefix): v for k, v in outputs.items() if k.startswith(prefix)}

        return cls(part(_DRAW), part(_METRIC), outputs["middle"], outputs["scale"])

    @property
    def shape(self) -> tuple[int, int]:
        """Chains, and draws of each."""
        _, chains, draws = self.middle.shape
        return chains, draws

    def without_figures(self) -> Sample:
        """Return the same paths without the figures."""
        return replace(self, middle=self.middle[:0], scale=self.scale[:0])

    def take(self, places: Shaped[np.ndarray, "chain draw"]) -> Sample:
        """Return the draws at some places of each chain."""

        def taken(values: np.ndarray) -> np.ndarray:
            at = places.reshape(*[1] * (values.ndim - 2), *places.shape)
            return np.take_along_axis(values, at, axis=-1)

        return Sample(
            {name: taken(values) for name, values in self.draws.items()},
            {name: taken(values) for name, values in self.metrics.items()},
            taken(self.middle),
            taken(self.scale),
        )


@dataclass(frozen=True)
class InferenceProblem:
    """A study, the evidence that it has not seen, and the plan of its draws.

    Attributes
    ----------
    study
        With the priors of the errors of observations among its own.
    model
        The function of named draws.
    matched
        The evidence.
    plan
        Number of paths, seed, sampler, block size, precision.
    """

    study: Study
    model: Model
    matched: Matched
    plan: Plan

    @cached_property
    def program(self) -> Program:
        """Beliefs, sampler and model."""
        return program(self.study, self.model, self.plan)

    @cached_property
    def likelihood(self) -> Likelihood:
        """Of the figures that are used."""
        return Likelihood(self.matched.used)

    @cached_property
    def predicted(self) -> Likelihood:
        """Of the figures that are used, and of those that are asked for."""
        return Likelihood((*self.matched.used, *self.matched.ahead))

    @cached_property
    def random(self) -> tuple[str, ...]:
        """Names of the priors that are no point masses."""
        priors = priors_of(self.study, self.model)
        return tuple(name for name, prior in priors.items() if prior.family != "fixed")

    @cached_property
    def units(self) -> dict[str, str]:
        """Units of priors and metrics by name."""
        priors = {name: prior.unit for name, prior in priors_of(self.study, self.model).items()}
        return priors | dict(getattr(self.model, "metric_units", {}))

    def figures(self, draws: Draws) -> tuple[Float[Array, "datum path"], Float[Array, "datum path"]]:
        """Return middle and scale of the figures that are used, for a block of paths."""
        series = getattr(self.model, "series", None)
        found = self._metrics(draws) if series is None else series(draws)
        return self.likelihood.predict(draws, found, self.plan.block_size)

    def outputs(self, draws: Draws) -> dict[str, Array]:
        """Return all that is asked of a block of paths."""
        metrics = self._metrics(draws)
        series = getattr(self.model, "series", None)
        found = metrics if series is None else series(draws)
        middle, scale = self.predicted.predict(draws, found, self.plan.block_size)
        outputs = {f"{_DRAW}{name}": draws[name] for name in self.random}
        outputs |= {f"{_METRIC}{name}": values for name, values in metrics.items()}
        return outputs | {"middle": middle, "scale": scale}

    def _metrics(self, draws: Draws) -> dict[str, Array]:
        return metrics_of(self.model, dict(draws), self.plan.block_size, self.plan.dtype)


def pose(study: Study, model: Model, matched: Matched, plan: Plan) -> InferenceProblem:
    """Return the inference problem of a study, with the priors of the errors that its evidence needs.

    A study that has priors of these names has its own.
    """
    wanted = dict.fromkeys(one.scale for one in (*matched.used, *matched.ahead) if one.scale)
    # The model does not read them: the likelihood does.
    own = {name: replace(study.priors[name], spare=True) for name in wanted if name in study.priors}
    study = replace(study, priors={**study.priors, **own}) if own else study
    missing = [name for name in wanted if name not in study.priors]
    if missing:
        shipped = load_study(priors_root() / "likelihood" / "observed.toml")
        _refuse_later(study, [shipped.priors[name] for name in missing])
        study = replace(
            study,
            priors={**study.priors, **{name: replace(shipped.priors[name], spare=True) for name in missing}},
            sources={**shipped.sources, **study.sources},
            order=(*study.order, *missing) if study.order else (),
        )
    return InferenceProblem(study, model, matched, plan)


def _refuse_later(study: Study, scales: Sequence[Prior]) -> None:
    """Refuse errors of observations that were believed after the study's day: they saw what it has not."""
    faults = [
        Fault(
            prior.file,
            f"{prior.name}.as_of",
            str(prior.as_of),
            f"a day up to {study.as_of}, the study's own",
            f"Give the study a prior {prior.name} of its own.",
        )
        for prior in scales
        if study.as_of is not None and prior.as_of is not None and prior.as_of > study.as_of
    ]
    if faults:
        raise StudyError(faults)
