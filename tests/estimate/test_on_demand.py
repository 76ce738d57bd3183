"""A value is computed when it is read, once, and all of them come in their order."""

import pytest

from simulator.estimate.on_demand import OnDemand

NAMES = ("c", "a", "b")


def made(threads: int = 2) -> tuple[OnDemand[str], list[str]]:
    computed: list[str] = []

    def compute(name: str) -> str:
        computed.append(name)
        return name.upper()

    return OnDemand(NAMES, compute, threads), computed


def test_only_what_is_read_is_computed_and_only_once() -> None:
    values, computed = made()
    assert list(values) == list(NAMES)
    assert len(values) == 3
    assert "a" in values
    assert "d" not in values
    assert computed == []
    assert values["a"] == values.get("a") == "A"
    assert computed == ["a"]
    assert values.get("d") is None
    with pytest.raises(KeyError):
        values["d"]


@pytest.mark.parametrize("threads", [1, 3])
def test_all_stand_in_order_whatever_the_threads(threads: int) -> None:
    values, computed = made(threads)
    assert values["b"] == "B"
    assert list(values.items()) == [("c", "C"), ("a", "A"), ("b", "B")]
    assert list(values.values()) == ["C", "A", "B"]
    assert sorted(computed) == ["a", "b", "c"]
    assert values == {"a": "A", "b": "B", "c": "C"}
