"""The kinds of tables that a study is written in, and how one layer is laid over another in each."""

from functools import cache

from simulator.study.domain import TableKind, domains

#: Rank correlations of the default group: lists of two names and a number, known by the two names.
PAIRS = TableKind("dependence.spearman", "names")

#: The kinds that every study may hold, but those of priors, whose names are their own.
_COMMON = (
    TableKind("study", settable=("name", "title", "as_of", "set_aside", "start", "order", "directions")),
    TableKind("scorecard", "metric", merges=True, settable=("min",)),
    TableKind("verdict"),
    TableKind("check", "name", merges=True),
    TableKind("contradiction", "name", merges=True),
    TableKind("risk", "name", merges=True),
    TableKind("surprise", "name", merges=True),
    TableKind("structure", merges=True, settable=("weight",)),
    TableKind("mechanism", merges=True),
    TableKind("decision", merges=True, lists=("action",)),
    TableKind("sources"),
    PAIRS,
    TableKind("dependence.groups", "name", settable=("copula", "df")),
)


@cache
def kinds() -> tuple[TableKind, ...]:
    """Return every kind of table but those of priors: the common ones, and those of all domains."""
    first, *others = _COMMON
    return (first, *(kind for domain in domains().values() for kind in domain.kinds), *others)
