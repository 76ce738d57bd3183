"""From priors and their dependence to `Beliefs`: rows in order, correlated groups, directions."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from simulator.beliefs.compiled import Beliefs
from simulator.beliefs.dependence import Correlated, correlate, student_tables
from simulator.beliefs.hierarchy import children_of
from simulator.beliefs.layout import GroupLayout, Place, Series, arrange
from simulator.beliefs.lowering import Lowered, lower_all, marginals_of
from simulator.beliefs.rotation import rotate
from simulator.errors import Fault, StudyError
from simulator.study import Dependence, Prior
from simulator.study.coordinates import parse_coordinate


def compile_beliefs(
    priors: Mapping[str, Prior],
    dependence: Dependence,
    shocks: Mapping[str, Series] | None = None,
    directions: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> Beliefs:
    """Return the beliefs of a study, ready for the kernel.

    Parameters
    ----------
    priors
        By name.
    dependence
        Copula groups over their names.
    shocks
        Further draws that the model asks for.
    directions
        Loadings of normal scores, of priors or shocks, on combinations drawn as numbers of their own.

    Raises
    ------
    StudyError
        With all faults of all priors and groups.
    """
    directed = {parse_coordinate(text)[0] for text in directions}
    lowered, faults = lower_all(priors, dependence, directed)
    shocks = shocks or {}
    for name in sorted(name for name in directed & shocks.keys() if shocks[name].kind == "uniform"):
        faults.append(Fault("", "study.directions", name, "priors, and shocks that are normal"))
    for name in shocks.keys() & priors.keys():
        faults.append(Fault(priors[name].file, name, "a prior with the name of a shock", "a name of its own"))
    if faults:
        raise StudyError(faults)
    random = [one for one in lowered if one.prior.family != "fixed"]
    fixed = {name: float(p.parameters["value"]) for name, p in priors.items() if p.family == "fixed"}
    grouped = {name for group in dependence.groups for name in group.members}
    alone = [one for one in random if one.prior.name not in grouped]

    scored, scored_leaves, scored_rows = arrange(one for one in alone if not _from_uniform(one))
    uniform, uniform_leaves, uniform_rows = arrange(one for one in alone if _from_uniform(one))
    by_name = {one.prior.name: one for one in random}
    groups: list[GroupLayout] = []
    group_leaves: list[dict[str, Any]] = []
    marginals = marginals_of(lowered)
    for asked in sorted(dependence.groups, key=lambda group: group.name):
        group = correlate(asked, marginals)
        members = [by_name[name] for name in group.members if name in by_name]
        layout, leaf = _lay_group(group, members, len(scored_rows))
        groups.append(layout)
        group_leaves.append(leaf)
        scored_rows += group.coordinates
    places: list[tuple[Literal["normal", "uniform"], Place]] = []
    for name, shock in shocks.items():
        rows = scored_rows if shock.kind == "normal" else uniform_rows
        places.append((shock.kind, Place(name, len(rows), shock.size)))
        rows += [(name, component) for component in range(shock.size)]
    children, children_leaves = children_of(priors)
    rotation, weights = rotate(directions, scored_rows) if directions else (None, np.zeros((0, 0)))
    parameters = {
        "fixed": np.array(list(fixed.values()), dtype=np.float64),
        "scored": scored_leaves,
        "uniform": uniform_leaves,
        "groups": tuple(group_leaves),
        "children": children_leaves,
        "directions": weights,
    }
    sizes = tuple((name, priors[name].size) for name in fixed)
    return Beliefs(
        fixed, tuple(scored_rows), tuple(uniform_rows), parameters, sizes, scored, uniform, tuple(groups),
        children, tuple(places), rotation,
    )  # fmt: skip


def _from_uniform(lowered: Lowered) -> bool:
    """Whether a prior takes a uniform number in place of a score: no inverse normal is needed."""
    closed = lowered.member.family.closed
    return closed is not None and closed.base == "uniform" and lowered.kind == lowered.prior.family


def _lay_group(group: Correlated, members: list[Lowered], first: int) -> tuple[GroupLayout, dict[str, Any]]:
    segments, leaves, rows = arrange(members)
    # A member that became a point mass keeps its coordinate, so that the others keep their draws.
    weights = group.weights[[group.members.index(name) for name, _ in rows]]
    leaf: dict[str, Any] = {"weights": weights, "segments": leaves}
    steps = None
    if group.df is not None:
        leaf["student"], steps = student_tables(group.df)
    return GroupLayout(first, first + len(group.coordinates), steps, segments), leaf
