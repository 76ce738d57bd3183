"""What two studies have otherwise: nothing that can change a number is left out."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.analysis.comparison.listing import changes
from simulator.study import Study, load_study

SET = "neoclouds-2026-10"


def turned(table: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give a study with one of its lists the other way round."""
    lists = [("company",), ("power_source",)]
    lists += [
        ("company", index, key)
        for index, one in enumerate(table["company"])
        for key in ("chip", "exposure")
        if one.get(key)
    ]
    for path in lists:
        other = copy.deepcopy(table)
        place: Any = other
        for part in path:
            place = place[part]
        if len(place) > 1:
            place.reverse()
            yield ".".join(map(str, path)), other


@pytest.fixture(scope="module")
def first() -> Study:
    return load_study(SET)


def test_what_has_another_hash_has_a_change(first: Study) -> None:
    found = dict[str, bool]()
    for name, table in turned(first.to_dict()):
        second = Study.from_dict(table)
        assert (second.hash == first.hash) or changes(first, second), name
        found[name] = second.hash != first.hash
    # Chips follow each other in the order of the list: another order is another study.
    assert found["company.0.chip"]


def test_the_order_of_chips_is_named(first: Study) -> None:
    table = first.to_dict()
    table["company"][0]["chip"].reverse()
    (change,) = changes(first, Study.from_dict(table))
    assert (change.part, change.name, change.kind) == ("settings", "study.chips.amazon", "changed")
    assert change.first == "[trainium2, trainium3]"


def test_titles_within_a_company_are_no_change(first: Study) -> None:
    table = first.to_dict()
    table["company"][0]["chip"][0]["title"] = "Another name"
    second = Study.from_dict(table)
    assert second.hash == first.hash
    assert changes(first, second) == []
