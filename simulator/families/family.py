"""What a family of priors is: one record, from which the reader, the kernel and the reference are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers
    from simulator.families.scale import Scale

type Parameters = Mapping[str, Any]

#: What a parameter may be: a number, a number above 0, one strictly between 0 and 1, one from 0 to 1,
#: lists of them and of numbers not below 0, and three kinds that one family each has.
type Kind = Literal[
    "real",
    "positive",
    "share",
    "probability",
    "reals",
    "positives",
    "probabilities",
    "weights",
    "text",
    "numbers",
    "mixture",
]


class Problem(NamedTuple):
    """What is wrong with parameters taken together; `key` is empty where no single one is to blame."""

    key: str
    found: str
    allowed: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a family.

    Attributes
    ----------
    kind
        What it may be.
    unit
        Power of the prior's unit that it carries: 1, -1, or 0 for a pure number.
    least, most
        Of a list, the fewest and the most entries.
    """

    kind: Kind
    unit: int = 0
    least: int = 1
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Fitting:
    """How a family is fitted to quantiles.

    Attributes
    ----------
    start
        From scores, values and given parameters to a first guess of the free vector.
    parameters
        From the free vector and the given parameters to the family's own.
    needed
        Fewest quantiles that determine it.
    """

    start: Callable[[Numbers, Numbers, Parameters], list[float]]
    parameters: Callable[[Numbers, Parameters], dict[str, Any]]
    needed: int = 2


def _same(value: float) -> float:
    return value


@dataclass(frozen=True, slots=True)
class Closed:
    """A draw in closed form: a kernel of two numbers, place and slope, and of a standard draw.

    Attributes
    ----------
    line
        From parameters to place and slope. The second argument has `exp`, `log` and their like: `math` for
        numbers, `jax.numpy` for parameters that are themselves drawn.
    kernel
        From place, slope and a standard draw to a draw; the last argument is the module of the arrays.
    base, standard
        Family and parameters of the standard draw: a normal one is the score itself.
    drawn
        Parameters that may be the draws of another prior.
    constant
        From a value to the place that gives it where the slope is 0.
    """

    line: Callable[[Parameters, Any], tuple[Any, Any]]
    kernel: Callable[[Any, Any, Any, Any], Any]
    base: str = "normal"
    standard: Parameters = field(default_factory=lambda: {"mean": 0.0, "sd": 1.0})
    drawn: tuple[str, ...] = ()
    constant: Callable[[float], float] = _same


def affine(place: Any, slope: Any, standard: Any, xp: Any) -> Any:
    """Return place + slope standard.

    Parameters
    ----------
    place, slope
        The number where the standard draw is 0, and the change by its unit; in the unit of the draw.
    standard
        The standard draw, [path].
    xp
        The module of the arrays, which this needs not.
    """
    return place + slope * standard


def exponential(place: Any, slope: Any, standard: Any, xp: Any) -> Any:
    """Return place exp(slope standard): the median apart, since its logarithm would cost digits.

    Parameters
    ----------
    place
        The number where the standard draw is 0, above 0; in the unit of the draw.
    slope
        The change of the logarithm by the standard draw's unit.
    standard
        The standard draw, [path].
    xp
        The module of the arrays.
    """
    return place * xp.exp(slope * standard)


@dataclass(frozen=True, slots=True)
class Example:
    """A prior of a family, for the protocol that every family is tested by.

    Attributes
    ----------
    table
        As in TOML, without the family.
    reference
        From `scipy.stats` to the same distribution, where SciPy has it.
    """

    table: Mapping[str, Any]
    reference: Callable[[Any], Any] | None = None


def _nothing(given: Parameters) -> Iterator[Problem]:
    yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A family of priors.

    Attributes
    ----------
    name
        As a study names it.
    about
        What it is, in a line.
    parameters
        Every parameter by name.
    ways
        Alternative sets of parameters, each enough to give a member.
    marginal
        From parameters, options filled in, to the distribution; of a dirichlet, that of one component.
    options
        Further parameters and their defaults; None stands for equal ones.
    with_quantiles
        Parameters that have to be given beside quantiles; None where quantiles are not taken.
    fitting
        How quantiles are met.
    through
        From quantiles and bounds to the distribution, for a family that has no parameters.
    advice
        What to do about quantiles that it does not have.
    ends
        Ends of the support where no `low` or `high` is given.
    bounded
        Whether bounds may cut it.
    share
        Whether values lie in [0, 1] by nature, so that the unit can only be a pure number.
    problems
        What is wrong with parameters taken together.
    closed
        The kernel's form; None where the kernel takes a table and no parameter may be drawn.
    tabled
        Whether the kernel takes a table unless a parameter is drawn.
    scale
        On which the family is shifted to another median; None where it is not, or not by a shift.
    moved
        From parameters, their median and another one to the parameters of the member at that.
    examples
        At least one for each way.
    """

    name: str
    about: str
    parameters: Mapping[str, Parameter]
    ways: tuple[tuple[str, ...], ...]
    marginal: Callable[[Parameters], Marginal]
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    with_quantiles: tuple[str, ...] | None = None
    fitting: Fitting | None = None
    through: Callable[[Mapping[float, float], tuple[float, float]], Marginal] | None = None
    advice: str = ""
    ends: tuple[float, float] = (-inf, inf)
    bounded: bool = True
    share: bool = False
    problems: Callable[[Parameters], Iterator[Problem]] = _nothing
    closed: Closed | None = None
    tabled: bool = False
    scale: Scale | None = None
    moved: Callable[[Parameters, float, float], dict[str, Any]] | None = None
    examples: tuple[Example, ...]

    @property
    def all_ways(self) -> tuple[tuple[str, ...], ...]:
        """The ways, with that by quantiles last."""
        return self.ways if self.with_quantiles is None else (*self.ways, (*self.with_quantiles, "quantiles"))

    @property
    def drawable(self) -> tuple[str, ...]:
        """Parameters that may be the draws of another prior."""
        return self.closed.drawn if self.closed else ()

    def with_options(self, given: Parameters) -> dict[str, Any]:
        """Return parameters with the options that were left out."""
        equal = (1 / max(len(given.get("values", ())), 1),) * len(given.get("values", ()))
        options = {name: equal if default is None else default for name, default in self.options.items()}
        return {**given, **{name: value for name, value in options.items() if name not in given}}

    def support(self, given: Parameters) -> tuple[float, float]:
        """Return the least and greatest value before bounds cut it."""
        if "low" not in self.parameters:
            return self.ends
        ends = {"low": self.ends[0], "high": self.ends[1], **self.options, **given}
        return ends["low"], ends["high"]
