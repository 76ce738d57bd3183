"""The random inputs of a run: its draws of priors that vary, what they are about, and their dependence."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Shaped

from simulator.analysis.explanation.ranks import midranks
from simulator.analysis.run import Run
from simulator.analysis.run.program import priors_of
from simulator.sampling import REPLICATES
from simulator.study import CopulaGroup, Prior, Study, strongest
from simulator.study.units import in_own_unit

#: The company of priors that belong to none, or to several; the basis of priors that state none.
SHARED, UNSTATED = "shared", "unstated"
#: Bases on which nobody but the author of a prior stands behind it.
UNSOURCED = ("judgement", UNSTATED)
#: The rank of priors that name no source, and of those whose sources have none.
UNCITED, UNRANKED = "uncited", "unranked"


@dataclass(frozen=True)
class RandomInput:
    """One number that differs from path to path: a prior, or one component of a prior.

    Attributes
    ----------
    name
        The prior's, with ``[k]`` for a component.
    prior
        What is believed about it.
    company
        The one that it is about, or `SHARED`.
    rank
        The strongest rank among its sources, `UNCITED` or `UNRANKED`.
    values
        By replicate and point.
    """

    name: str
    prior: Prior
    company: str
    rank: str
    values: Shaped[np.ndarray, "replicate point"]

    @property
    def mechanism(self) -> str:
        """The part of the model that it belongs to: the first part of its name."""
        return self.prior.name.split(".")[0]

    @property
    def basis(self) -> str:
        """On what it rests."""
        return self.prior.basis or UNSTATED

    @property
    def ranks(self) -> Float[np.ndarray, "replicate point"]:
        """Among all paths."""
        return midranks(self.values.ravel()).reshape(self.values.shape)


#: The ways in which priors are put together, and the group that a prior then belongs to.
GROUPINGS: dict[str, Callable[[RandomInput], str]] = {
    "mechanism": lambda one: one.mechanism,
    "company": lambda one: one.company,
    "basis": lambda one: one.basis,
    "rank": lambda one: one.rank,
}


def random_inputs(run: Run) -> list[RandomInput]:
    """Return what varies on a run's paths, in the order of the study, its draws computed again."""
    priors = [prior for prior in run.study.priors.values() if prior.family != "fixed"]
    if not priors:
        return []
    drawn = run.draws([prior.name for prior in priors])
    drawn_in = {name: prior.unit for name, prior in priors_of(run.study, run.model).items()}
    return [
        RandomInput(
            name,
            prior,
            run.study.settings.owner(prior.name) or SHARED,
            rank_of(prior, run.study),
            values.reshape(REPLICATES, -1),
        )
        for prior in priors
        for name, values in _components(
            prior.name, in_own_unit(drawn[prior.name], drawn_in[prior.name], prior.unit)
        )
    ]


def fixed_priors(study: Study) -> dict[str, int]:
    """Return how many priors are fixed at one number, by basis: no share of a variance rests on these."""
    bases = (prior.basis or UNSTATED for prior in study.priors.values() if prior.family == "fixed")
    return dict(sorted(Counter(bases).items()))


def rank_of(prior: Prior, study: Study) -> str:
    """Return the strongest rank among a prior's sources: that of the best document behind it."""
    best = strongest(study.sources[name] for name in prior.sources)
    return UNCITED if best is None else best.rank or UNRANKED


def blocks(inputs: Iterable[RandomInput], study: Study) -> list[list[int]]:
    """Return the places of inputs that depend on each other, block by block; an independent one is alone."""
    block_of = {name: name for name in study.priors}
    for names in _tied(study):
        merged = {block_of[name] for name in names}
        block_of |= {name: names[0] for name, block in block_of.items() if block in merged}
    found: dict[str, list[int]] = {}
    for place, one in enumerate(inputs):
        # Components of one prior are drawn independently, but for those that share a total or a parameter.
        apart = one.prior.size is not None and one.prior.family != "dirichlet" and not one.prior.drawn
        found.setdefault(one.name if apart else block_of[one.prior.name], []).append(place)
    return list(found.values())


def _tied(study: Study) -> Iterator[list[str]]:
    """Yield names that depend on each other directly."""
    for prior in study.priors.values():
        parents = (name for name in prior.drawn.values() if study.priors[name].family != "fixed")
        yield [prior.name, *parents]
    for group in study.dependence.groups:
        yield from _ties(group)


def _ties(group: CopulaGroup) -> Iterator[list[str]]:
    if group.copula == "student_t":
        # One mixing variable for all: they move together even where no correlation does it.
        yield list(group.members)
        return
    yield from ([a, b] for a, b, rho in group.spearman if rho != 0)
    for loadings in group.factors.values():
        loaded = [name for name, loading in loadings.items() if loading != 0]
        if loaded:
            yield loaded


def _components(name: str, values: np.ndarray) -> list[tuple[str, np.ndarray]]:
    if values.ndim == 1:
        return [(name, values)]
    return [(f"{name}[{index}]", component) for index, component in enumerate(values)]
