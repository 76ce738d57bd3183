"""The examples of every family of priors, as tables."""

from typing import Any

from simulator.families import FAMILIES

TABLES: dict[str, tuple[dict[str, Any], ...]] = {
    name: tuple(dict(example.table) for example in family.examples) for name, family in FAMILIES.items()
}


def table(family: str, index: int) -> dict[str, Any]:
    """Return one of the tables as TOML would have it."""
    own = TABLES[family][index]
    return own if family == "fixed" else {"family": family, **own}


#: Every table by family and index.
ALL = [(family, index) for family, tables in TABLES.items() for index in range(len(tables))]
