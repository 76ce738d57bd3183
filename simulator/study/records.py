"""What a study is made of: plain immutable records, validated elsewhere."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal

from simulator.families import FAMILIES

Unbounded: tuple[float, float] = (-inf, inf)

type Copula = Literal["gaussian", "student_t"]
type CheckStatistic = Literal["median_within", "interval_overlaps", "value_within"]


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed about one named quantity, and who says so.

    Attributes
    ----------
    name
        Dotted path, such as ``spend.capex_2026.amazon``.
    family
        Name of the family; ``"fixed"`` for a point mass, whose one parameter is ``value``.
    parameters : in ``unit`` where they are a location or a scale
        By canonical name, defaults filled in. Text in place of a number is the name of the prior that it is
        drawn from. Components of a mixture are mappings of the same form as in TOML: ``weight``, ``family``,
        parameters, and ``quantiles`` or ``bounds`` where given.
    quantiles : in ``unit``
        Value at each probability; empty when the prior is given by parameters.
    bounds : in ``unit``
        Truncation; ``(-inf, inf)`` when there is none.
    size
        None: one number a path. n: n independent components, drawn as ``[n, paths]``.
    unit
        Unit as text; empty when it was not stated, which is read as the unit that the model asks for.
    basis
        ``reported`` (in a filing), ``published`` (a named third party), ``judgement``, or empty.
    sources
        Keys into the bibliography of the study.
    as_of
        Day on which this was known.
    note
        Why these numbers.
    spare
        Whether a model may leave it unread.
    file
        Where it was read.
    """

    name: str
    family: str
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    quantiles: Mapping[float, float] = field(default_factory=dict[float, float])
    bounds: tuple[float, float] = Unbounded
    size: int | None = None
    unit: str = ""
    basis: str = ""
    sources: tuple[str, ...] = ()
    as_of: datetime.date | None = None
    note: str = ""
    spare: bool = False
    file: str = ""

    @property
    def components(self) -> int:
        """How many numbers a path draws from this prior."""
        return len(self.parameters["alpha"]) if self.family == "dirichlet" else self.size or 1

    @property
    def drawn(self) -> dict[str, str]:
        """Names of the priors that parameters are drawn from, by parameter."""
        drawable = FAMILIES[self.family].drawable if self.family in FAMILIES else ()
        given = ((name, self.parameters.get(name)) for name in drawable)
        return {name: value for name, value in given if isinstance(value, str)}


@dataclass(frozen=True, slots=True)
class CopulaGroup:
    """Priors that move together; groups are independent of each other.

    Attributes
    ----------
    name
        Names the group's own coordinates, so that draws survive an edit elsewhere.
    copula
        ``gaussian`` or ``student_t``.
    df
        Degrees of freedom of a ``student_t`` copula, else None.
    spearman
        Pairs of names and their rank correlation.
    factors
        Loadings on common factors: factor, prior, loading in [-1, 1].

    The order in which pairs, factors and priors are mentioned says nothing.
    """

    name: str
    copula: Copula = "gaussian"
    df: float | None = None
    spearman: tuple[tuple[str, str, float], ...] = ()
    factors: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the priors of the group, in the order of first mention."""
        pairs = (name for a, b, _ in self.spearman for name in (a, b))
        loaded = (name for loadings in self.factors.values() for name in loadings)
        return tuple(dict.fromkeys((*pairs, *loaded)))


@dataclass(frozen=True, slots=True)
class Dependence:
    """All copula groups of a study; priors in no group are independent."""

    groups: tuple[CopulaGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class ScorecardItem:
    """A metric that passes from ``min`` upwards (in the metric's own unit)."""

    metric: str
    min: float
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """A closed range of a metric (in the metric's own unit)."""

    min: float = -inf
    max: float = inf


#: The verdicts of a study that names none, in their order; a rule may be left out.
VERDICTS = ("bull", "base", "bear")
#: Of these, the one that a path is which fits no rule.
REST = "base"


def parts_of_rest(rest: str) -> tuple[str, str]:
    """Return the names of the two parts in which all else is shown: where value is gained, and where lost."""
    return f"{rest}_gains", f"{rest}_losses"


@dataclass(frozen=True, slots=True)
class VerdictRule:
    """A verdict and the limits that all have to hold for it, by metric; without any it is all else."""

    name: str
    conditions: Mapping[str, Limits]


@dataclass(frozen=True, slots=True)
class Check:
    """What a run of the study should look like before anyone believes its verdict, and who says so.

    Attributes
    ----------
    name, title, unit
        Quantity that is compared.
    low, high : in ``unit``
        Range of the evidence.
    statistic
        ``median_within``: the median over paths lies in the range. ``interval_overlaps``: the 80% interval
        over paths overlaps it. ``value_within``: a single number lies in it.
    reference
        A figure that the quantity takes from the evidence, where it needs one; its note says which.
    sources, note
        Where the range comes from.
    """

    name: str
    title: str
    unit: str
    low: float
    high: float
    statistic: CheckStatistic
    reference: float | None = None
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Statements of the sources that cannot all hold, and what the study makes of them.

    Attributes
    ----------
    name
        By which a layer replaces it.
    title
        What stands against what.
    treatment
        What the study does about it.
    priors
        Names of the priors that carry the treatment; their notes say more.
    """

    name: str
    title: str
    treatment: str = ""
    priors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Something of an entity's own that its maker makes claims of, and what is believed of them.

    Attributes
    ----------
    entity, title
        Whose it is, and what readers call it.
    priors
        Names of the priors about it, by what each is.
    worth
        The metric that says what all such things of an entity are worth.
    """

    entity: str
    title: str
    priors: Mapping[str, str]
    worth: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of a study that are not beliefs; a domain adds its own (`simulator.study.domain.Domain`).

    Attributes
    ----------
    start
        First quarter, such as ``2026Q1``.
    scorecard
        In the order of the study.
    verdicts
        Rules in the order in which they are applied and listed. A path that fits none is what the one without
        conditions is; where every rule has conditions, it is `REST`, listed after the first half of them.
    """

    start: str | None = None
    scorecard: tuple[ScorecardItem, ...] = ()
    verdicts: tuple[VerdictRule, ...] = ()

    @property
    def entities(self) -> Mapping[str, str]:
        """Title of everything that metrics are about beside the group, by name."""
        return {}

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What makers claim of things of the entities' own, in the order of the study."""
        return ()

    def owner(self, prior: str) -> str | None:
        """Return the one entity that a prior is about; None where it is about none, or several."""
        return None

    def keys(self) -> dict[str, Any]:
        """Return what stands in ``[study]``, None where it is left out."""
        names = [rule.name for rule in self.verdicts]
        usual = names == [name for name in VERDICTS if name in names]
        return {"start": self.start, "verdicts": [] if usual else names}

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return the entries of the domain's tables, by the name of the table."""
        return {}

    def stand_ins(self) -> dict[str, Any]:
        """Return values for lost settings; they decide nothing about which priors are asked for."""
        return {}

    def choices(self) -> dict[str, Any]:
        """Return every choice, the rules left out, under the name by which two studies are compared."""
        return {f"study.{key}": value for key, value in self.keys().items()}
