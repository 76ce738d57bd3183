"""Every prior by itself: of one whose parameters are drawn, what is believed whatever they turn out to be."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float
from scipy import special

from simulator.beliefs.dependence import Correlated, correlate
from simulator.beliefs.hierarchy import factor, in_family, numbers, standard
from simulator.beliefs.parents import parents_out_of_range
from simulator.beliefs.resolve import resolve
from simulator.errors import StudyError
from simulator.families import FAMILIES
from simulator.families.marginal import Marginal, score_of
from simulator.study import CopulaGroup, Prior, Study
from simulator.study.hierarchy import ancestors, generations, misnamed_parents

#: Draws, as a power of two, from which the quantiles of a prior with drawn parameters are known.
DRAWS = 14

type Values = Float[np.ndarray, " draw"]


def laws(study: Study) -> Mapping[str, Prior]:
    """Return the priors of a study, each with a distribution of its own.

    One whose parameters are drawn is there as its draws by a scrambled Sobol sequence, in float64, whose
    probabilities err by a thousandth or two; all others are as they are.

    Raises
    ------
    StudyError
        Parameters cannot be drawn as is asked.
    """
    children = {name: prior for name, prior in study.priors.items() if prior.drawn}
    if not children:
        return study.priors
    groups = _groups(study, children)
    members = {name for group in groups for name in group.members}
    needed = {*children, *ancestors(study.priors, children), *members}
    priors = {name: prior for name, prior in study.priors.items() if name in needed}
    if faults := [*misnamed_parents(priors, study.priors), *parents_out_of_range(priors, priors)]:
        raise StudyError(faults)
    draws = _draws(priors, groups)
    return {**study.priors} | {name: _observed(prior, draws[name]) for name, prior in children.items()}


def _groups(study: Study, children: Iterable[str]) -> list[CopulaGroup]:
    """Return the groups that correlate what children are drawn from."""
    drawn_from = ancestors(study.priors, children)
    return [group for group in study.dependence.groups if not drawn_from.isdisjoint(group.members)]


def _draws(priors: Mapping[str, Prior], groups: Iterable[CopulaGroup]) -> Mapping[str, Values]:
    """Return draws of priors by name, of each of several numbers the first."""
    marginals = {name: resolve(standard(prior)).marginals[0] for name, prior in priors.items()}
    scores = _scores(marginals, [correlate(group, marginals) for group in groups])
    draws: dict[str, Values] = {}
    for name in generations(priors):
        prior, own = priors[name], marginals[name].at(scores[name])
        given = {key: factor(prior, key, priors[of]) * draws[of] for key, of in prior.drawn.items()}
        draws[name] = in_family(prior.family, numbers(prior) | given, own, np) if given else own
    return draws


def _scores(marginals: Mapping[str, Marginal], groups: Iterable[Correlated]) -> dict[str, Values]:
    """Return normal scores by the name of their prior, correlated as groups say."""
    from scipy.stats import qmc

    groups = tuple(groups)
    together = {coordinate for group in groups for coordinate in group.coordinates}
    names = [*sorted(together), *((name, 0) for name in marginals if (name, 0) not in together)]
    # A point may be 0: the middle of its cell is none.
    points = qmc.Sobol(len(names), rng=0).random_base2(DRAWS).T + 2.0**-31
    scores = dict(zip(names, special.ndtri(points), strict=True))
    found = {name: scores[name, 0] for name in marginals if (name, 0) in scores}
    for group in groups:
        found |= _correlated(group, [scores[coordinate] for coordinate in group.coordinates])
    return found


def _correlated(group: Correlated, scores: list[Values]) -> dict[str, Values]:
    """Return the scores of a group's members from those of its coordinates."""
    if group.df is None:
        return dict(zip(group.members, group.weights @ np.stack(scores), strict=True))
    from scipy import stats

    t = stats.t(group.df)
    mixing = np.sqrt(group.df / stats.chi2(group.df).isf(special.ndtr(scores[-1])))
    variables = mixing * (group.weights @ np.stack(scores[:-1]))
    return dict(zip(group.members, score_of(t.cdf(variables), t.sf(variables)), strict=True))


def _observed(prior: Prior, values: Values) -> Prior:
    family = FAMILIES["empirical"]
    parameters = family.with_options({"values": tuple(np.sort(values).tolist())})
    return replace(prior, family=family.name, parameters=parameters)
