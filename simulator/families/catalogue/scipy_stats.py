"""Any distribution of scipy.stats, by name."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulator.families.checks import is_kind, refuse
from simulator.families.family import Example, Family, Parameter, Parameters

if TYPE_CHECKING:
    import numpy as np

    from simulator.families.marginal import Marginal

#: Scores on each side of 0 at which the quantiles of a distribution named by the user are probed.
PROBES = 200

#: Longest that the probes of one distribution may take; its table needs some ten times as many quantiles  [s]
MOST_SECONDS = 5.0


def _marginal(given: Parameters) -> Marginal:
    import numpy as np
    from scipy import stats

    from simulator.families.distribution import Continuous, enumerated

    name, arguments = given.get("distribution"), dict(given.get("args") or {})
    family = getattr(stats, name, None) if isinstance(name, str) else None
    if not isinstance(family, stats.rv_continuous | stats.rv_discrete):
        refuse("distribution", repr(name), "the name of a distribution in scipy.stats")
    for key, value in arguments.items():
        if not is_kind("real", value):
            refuse(f"args.{key}", repr(value), "a finite number")
    try:
        distribution = family(**arguments)
        known = enumerated if isinstance(family, stats.rv_discrete) else Continuous
        marginal = known(distribution)
        probe = _probed(str(name), marginal)
    except (TypeError, ValueError) as error:
        refuse("args", repr(arguments), f"arguments of scipy.stats.{name}", str(error))
    if not (np.isfinite(probe).all() and (np.diff(probe) >= 0).all()):
        refuse("args", repr(arguments), f"arguments for which scipy.stats.{name} has rising finite quantiles")
    return marginal


def _probed(name: str, marginal: Marginal) -> np.ndarray:
    """Return quantiles of a distribution, a few at a time, or refuse one that takes too long over them."""
    import numpy as np

    from simulator.families.marginal import REACH

    started, found = time.monotonic(), list[np.ndarray]()
    for scores in np.array_split(np.linspace(-REACH, REACH, 2 * PROBES + 1), PROBES // 4):
        found.append(marginal.at(scores))
        if time.monotonic() - started > MOST_SECONDS:
            refuse(
                "distribution",
                f"scipy.stats.{name}, whose quantiles take {MOST_SECONDS:g} seconds for a few hundred",
                "a distribution whose quantiles SciPy finds quickly",
                "Give its quantiles to a metalog, or values drawn from it to an empirical.",
            )
    return np.concatenate(found)


FAMILY = Family(
    name="scipy",
    about="Any distribution of scipy.stats, by name.",
    parameters={"distribution": Parameter("text"), "args": Parameter("numbers")},
    ways=(("distribution",),),
    marginal=_marginal,
    options={"args": {}},
    examples=(
        Example(
            {"distribution": "skewnorm", "args": {"a": 4, "loc": 1, "scale": 2}},
            lambda stats: stats.skewnorm(4, 1, 2),
        ),
        Example({"distribution": "gumbel_r"}, lambda stats: stats.gumbel_r()),
    ),
)
