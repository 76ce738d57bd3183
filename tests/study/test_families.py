"""Every family obeys one protocol: it is read, told apart from what it is not, and read back the same."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.errors import StudyError
from simulator.families import FAMILIES
from simulator.study import Prior, Study
from simulator.study.schema.prior import MARGINALS
from tests.study.tables import ALL, TABLES, table


def read(prior: dict[str, Any]) -> Prior:
    return Study.from_dict({"priors": {"x": prior}}).priors["x"]


def numbers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the path of every number inside a table."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from numbers(inner, (*path, key))
    if isinstance(value, int | float):
        yield path


def changed(value: Any, path: tuple[Any, ...], to: Any) -> Any:
    """Return a table with the value at a path replaced."""
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return copy


def test_families_schema_and_examples_are_the_same_set() -> None:
    assert FAMILIES.keys() == MARGINALS.keys() == TABLES.keys()
    assert all(TABLES.values())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_fields_of_a_family_are_what_the_families_table_says(family: str) -> None:
    kind = FAMILIES[family]
    common = {"family", "weight", "size", "unit", "basis", "sources", "as_of", "note", "spare"}
    common |= {"bounds", "quantiles"}
    parameters = {name for way in kind.ways for name in way} | kind.options.keys()
    assert MARGINALS[family].model_fields.keys() - common == parameters == kind.parameters.keys()
    assert ("quantiles" in MARGINALS[family].model_fields) == (kind.with_quantiles is not None)


@pytest.mark.parametrize(("family", "index"), ALL)
def test_a_family_is_read_and_written_back_the_same(family: str, index: int) -> None:
    study = Study.from_dict({"priors": {"x": table(family, index)}})
    again = Study.from_dict(json.loads(json.dumps(study.to_dict())))
    assert again == study
    assert again.hash == study.hash
    assert study.priors["x"].family == family


@pytest.mark.parametrize(("family", "index"), ALL)
def test_parameters_are_complete_and_canonical(family: str, index: int) -> None:
    prior = read(table(family, index))
    given = prior.parameters.keys() - FAMILIES[family].options.keys()
    ways = FAMILIES[family].ways
    expected = [set(FAMILIES[family].with_quantiles or ())] if prior.quantiles else [set(w) for w in ways]
    assert given in expected
    assert FAMILIES[family].options.keys() <= prior.parameters.keys()


@pytest.mark.parametrize(("family", "index"), ALL)
def test_no_number_may_be_nan_infinite_or_text(family: str, index: int) -> None:
    whole = table(family, index)
    for path in numbers(whole):
        for wrong in (float("nan"), float("inf"), "1", True):
            if "bounds" in path and wrong == float("inf"):
                continue
            with pytest.raises(StudyError) as caught:
                read(changed(whole, path, wrong))
            assert caught.value.faults[0].key.startswith("x")


@pytest.mark.parametrize(("family", "index"), ALL)
def test_an_unknown_key_is_refused(family: str, index: int) -> None:
    with pytest.raises(StudyError, match="unknown key"):
        read({**table(family, index), "skew": 1})


@pytest.mark.parametrize(("family", "index"), ALL)
def test_a_weight_is_for_components(family: str, index: int) -> None:
    with pytest.raises(StudyError) as caught:
        read({**table(family, index), "weight": 0.5})
    assert caught.value.faults[0].key == "x.weight"


@pytest.mark.parametrize(
    ("prior", "key"),
    [
        ({"family": "normal", "mean": 1, "sd": 0}, "x.sd"),
        ({"family": "lognormal", "median": -1, "sigma": 1}, "x.median"),
        ({"family": "lognormal", "median": 1, "sd": 1}, "x"),
        ({"family": "lognormal", "quantiles": {"p10": 0, "p90": 1}}, "x.quantiles.p10"),
        ({"family": "logitnormal", "median": 1, "sigma": 1}, "x.median"),
        ({"family": "logitnormal", "quantiles": {"p10": 0.5, "p90": 1}}, "x.quantiles.p90"),
        ({"family": "student_t", "quantiles": {"p10": 0, "p90": 1}}, "x.df"),
        ({"family": "student_t", "df": 0, "loc": 0, "scale": 1}, "x.df"),
        ({"family": "uniform", "low": 1, "high": 1}, "x"),
        ({"family": "loguniform", "low": 0, "high": 1}, "x.low"),
        ({"family": "triangular", "low": 1, "mode": 0, "high": 2}, "x.mode"),
        ({"family": "pert", "low": 1, "mode": 1.5, "high": 2, "shape": 0}, "x.shape"),
        ({"family": "beta", "alpha": 0, "beta": 1}, "x.alpha"),
        ({"family": "beta", "alpha": 1, "beta": 1, "low": 2}, "x"),
        ({"family": "beta", "quantiles": {"p10": 0.5, "p90": 2}}, "x.quantiles.p90"),
        ({"family": "gamma", "shape": 1, "sd": 1}, "x"),
        ({"family": "exponential", "mean": 1, "rate": 1}, "x"),
        ({"family": "bernoulli", "p": -0.1}, "x.p"),
        ({"family": "bernoulli", "p": 0.1, "bounds": [0, 1]}, "x.bounds"),
        ({"family": "categorical", "values": []}, "x.values"),
        ({"family": "categorical", "values": [1, 1]}, "x.values"),
        ({"family": "categorical", "values": [1, 2], "probabilities": [1]}, "x.probabilities"),
        ({"family": "categorical", "values": [1, 2], "bounds": [3, 4]}, "x.bounds"),
        ({"family": "empirical", "values": [1, 2], "weights": [0, 0]}, "x.weights"),
        ({"family": "empirical", "values": [1, 2], "weights": [1]}, "x.weights"),
        ({"family": "empirical", "values": [1, 2], "bounds": [3, 4]}, "x.bounds"),
        ({"family": "metalog", "mean": 1}, "x.mean"),
        ({"family": "metalog"}, "x"),
        ({"family": "metalog", "quantiles": {"p10": 1, "p90": 2}, "bounds": [1.5, 3]}, "x.quantiles.p10"),
        ({"family": "metalog", "quantiles": {"p10": 1, 0.1: 2, "p90": 3}}, "x.quantiles.p10"),
        ({"family": "mixture", "components": [{"weight": 1, "value": 1}]}, "x.components"),
        (
            {"family": "mixture", "components": [{"value": 1}, {"weight": 1, "value": 2}]},
            "x.components[0].weight",
        ),
        (
            {
                "family": "mixture",
                "components": [{"weight": 0.5, "value": 1}, {"weight": 0.5, "famly": "beta"}],
            },
            "x.components[1].family",
        ),
        (
            {
                "family": "mixture",
                "components": [
                    {"weight": 0.5, "value": 1},
                    {"weight": 0.5, "family": "dirichlet", "alpha": [1, 1]},
                ],
            },
            "x.components[1].family",
        ),
        ({"family": "scipy", "distribution": ""}, "x.distribution"),
        ({"value": 1, "size": 0}, "x.size"),
        ({}, "x.family"),
    ],
)
def test_what_is_no_distribution_is_refused(prior: dict[str, Any], key: str) -> None:
    with pytest.raises(StudyError) as caught:
        read(prior)
    assert [fault.key for fault in caught.value.faults] == [key]


def test_quantiles_may_be_keyed_by_number_or_text() -> None:
    by_number = read({"family": "normal", "quantiles": {0.9: 2, 0.1: 1}})
    assert by_number == read({"family": "normal", "quantiles": {"p10": 1, "p90": 2}})
    assert list(by_number.quantiles) == [0.1, 0.9]
