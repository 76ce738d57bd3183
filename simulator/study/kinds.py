"""The kinds of tables that a study is written in, and how one layer is laid over another in each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table.

    Attributes
    ----------
    name
        Its header in TOML, as in ``[study]``, ``[[company]]`` or ``[[dependence.groups]]``.
    identity
        Key by which an entry of a list is known; empty for one table, whose keys name its entries.
    merges
        Whether an upper layer keeps the keys of an entry that it does not give; else it replaces the entry.
    settable
        Keys of an entry that hold one value, which an override may set.
    """

    name: str
    identity: str = ""
    merges: bool = False
    settable: tuple[str, ...] = ()


#: Rank correlations of the default group: lists of two names and a number, known by the two names.
PAIRS = TableKind("dependence.spearman", "names")

#: Every kind of table but those of priors, whose names are their own.
KINDS = (
    TableKind(
        "study",
        settable=(
            "name",
            "title",
            "as_of",
            "start",
            "horizon_quarters",
            "depreciation_policy",
            "pipeline_stages",
            "order",
            "directions",
        ),
    ),
    TableKind("company", "name", merges=True, settable=("title",)),
    TableKind("power_source", "name", merges=True, settable=("title", "cancellation")),
    TableKind("scorecard", "metric", merges=True, settable=("min",)),
    TableKind("verdict"),
    TableKind("check", "name", merges=True),
    TableKind("contradiction", "name", merges=True),
    TableKind("risk", "name", merges=True),
    TableKind("surprise", "name", merges=True),
    TableKind("sources"),
    PAIRS,
    TableKind("dependence.groups", "name", settable=("copula", "df")),
)
