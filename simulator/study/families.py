"""The families of priors: which parameters each takes, and which of them carry the prior's unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Family:
    """How a family may be given, and what a change of unit does to it.

    Attributes
    ----------
    ways
        Alternative sets of parameters, each enough to give the family.
    options
        Further parameters and their defaults.
    with_quantiles
        Parameters that have to be given beside quantiles; None where quantiles are not taken.
    scaled
        Parameters in the prior's unit: they are multiplied when the unit changes.
    inverse
        Parameters in one over the prior's unit: they are divided.
    share
        Whether values lie in [0, 1] by nature, so that the unit can only be a pure number.
    """

    ways: tuple[tuple[str, ...], ...]
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    with_quantiles: tuple[str, ...] | None = None
    scaled: frozenset[str] = frozenset()
    inverse: frozenset[str] = frozenset()
    share: bool = False


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Every family by the name that a study gives it. Options with default None are filled in from other
#: parameters (equal probabilities, equal weights).
FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "fixed": Family((("value",),), scaled=_names("value")),
        "normal": Family((("mean", "sd"),), with_quantiles=(), scaled=_names("mean sd")),
        "lognormal": Family(
            (("median", "sigma"), ("mean", "sd")), with_quantiles=(), scaled=_names("median mean sd")
        ),
        "logitnormal": Family((("median", "sigma"),), with_quantiles=(), share=True),
        "student_t": Family((("df", "loc", "scale"),), with_quantiles=("df",), scaled=_names("loc scale")),
        "uniform": Family((("low", "high"),), with_quantiles=(), scaled=_names("low high")),
        "loguniform": Family((("low", "high"),), with_quantiles=(), scaled=_names("low high")),
        "triangular": Family((("low", "mode", "high"),), with_quantiles=(), scaled=_names("low mode high")),
        "pert": Family(
            (("low", "mode", "high"),),
            options={"shape": 4.0},
            with_quantiles=(),
            scaled=_names("low mode high"),
        ),
        "beta": Family(
            (("alpha", "beta"),),
            options={"low": 0.0, "high": 1.0},
            with_quantiles=(),
            scaled=_names("low high"),
        ),
        "gamma": Family(
            (("shape", "scale"), ("mean", "sd")), with_quantiles=(), scaled=_names("scale mean sd")
        ),
        "weibull": Family((("shape", "scale"),), with_quantiles=(), scaled=_names("scale")),
        "exponential": Family(
            (("mean",), ("rate",)), with_quantiles=(), scaled=_names("mean"), inverse=_names("rate")
        ),
        "bernoulli": Family((("p",),), share=True),
        "categorical": Family((("values",),), options={"probabilities": None}, scaled=_names("values")),
        "dirichlet": Family((("alpha",),), share=True),
        "metalog": Family((), with_quantiles=()),
        "empirical": Family((("values",),), options={"weights": None}, scaled=_names("values")),
        "mixture": Family((("components",),)),
        "scipy": Family((("distribution",),), options={"args": {}}),
    }
)
