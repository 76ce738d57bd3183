"""Structures and mechanisms: data of a study that move no draw, are inherited, and set only what there is."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import StudyError
from simulator.study import Mechanism, Structure, Study, load_study, shares
from tests.study.small_set import write_set

PRIORS: dict[str, Any] = {"a": {"family": "normal", "mean": 0, "sd": 1}, "b.c": {"value": 2.0}}


def study(**tables: Any) -> Study:
    return Study.from_dict({"priors": PRIORS, **tables})


def faults(**tables: Any) -> str:
    with pytest.raises(StudyError) as error:
        study(**tables)
    return str(error.value)


def test_they_are_read_whole_and_survive_being_written_down() -> None:
    found = study(
        structure={"written": {}, "other": {"weight": 0.4, "title": "O", "note": "Why.", "set": {"b.c": 3}}},
        mechanism={"m": {"title": "M", "off": {"b.c": 0}}},
    )
    assert found.structures == (
        Structure("written", "written"),
        Structure("other", "O", 0.4, {"b.c": 3}, "Why."),
    )
    assert found.mechanisms == (Mechanism("m", "M", {"b.c": 0}),)
    again = Study.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False)))
    assert (again.structures, again.mechanisms) == (found.structures, found.mechanisms)
    assert found.hash == study().hash


def test_a_star_stands_for_one_part_of_the_names_of_priors() -> None:
    priors = {f"silicon.{name}.realised": {"value": 0.5} for name in ("one", "two")}
    more = {"silicon.one.cost": {"value": 1.0}, "silicon.old.two.realised": {"value": 0.5}}
    starred = {"silicon.*.realised": 0.0}
    tables = {
        "structure": {"none": {"set": starred}, "some": {"set": {**starred, "silicon.two.realised": 0.1}}},
        "mechanism": {"claims": {"off": starred}},
    }
    found = Study.from_dict({"priors": {**priors, **more}, **tables})
    both = dict.fromkeys(priors, 0.0)
    assert [one.values for one in found.structures] == [both, both | {"silicon.two.realised": 0.1}]
    assert found.mechanisms[0].values == both
    with pytest.raises(StudyError, match=r"structure\.x\.set\.nothing\.\*: found an unknown name"):
        Study.from_dict({"priors": priors, "structure": {"x": {"set": {"nothing.*": 1.0}}, "y": {}}})


def test_weights_share_what_is_left() -> None:
    one, two, three = (Structure(name, name) for name in "abc")
    assert shares([one, two]) == {"a": 0.5, "b": 0.5}
    assert shares([one, two, Structure("c", "c", 0.5)]) == {"a": 0.25, "b": 0.25, "c": 0.5}
    assert shares([one, two, three, Structure("d", "d", 0.0)]) == dict.fromkeys("abc", pytest.approx(1 / 3))
    rounded = shares([Structure(name, name, 0.333) for name in "abc"])
    assert sum(rounded.values()) == pytest.approx(1.0, abs=1e-15)
    assert shares([]) == {}


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        ([0.5, 0.4], "sum to 0.9; allowed: a sum of 1"),
        ([0.7, 0.7], "sum to 1.4; allowed: a sum of 1"),
        ([0.0, 0.0], "sum to 0; allowed: a sum of 1"),
        ([0.6, 0.4, None], "sum to 1; allowed: a sum below 1"),
        ([0.33, 0.33, 0.33], "sum to 0.99"),
    ],
)
def test_weights_that_do_not_sum_to_one_are_refused(weights: list[float | None], found: str) -> None:
    tables = {f"s{i}": {} if one is None else {"weight": one} for i, one in enumerate(weights)}
    assert found in faults(structure=tables)


def test_weights_may_be_rounded_to_three_decimals() -> None:
    for count in (3, 6, 7):
        study(structure={f"s{i}": {"weight": round(1 / count, 3)} for i in range(count)})


@pytest.mark.parametrize(
    ("structure", "found"),
    [
        ({"set": {"b.d": 1}}, "structure.x.set.b.d: found an unknown name"),
        ({"set": {"b.d": 1}}, "Did you mean b.c?"),
        ({"set": {"b": {"c": 1}}}, 'Put the name in quotes: "b.c" = ...'),
        ({"set": {"b.c": "much"}}, 'structure.x.set.b.c: found "much"; allowed: a number'),
        ({"set": {"a": 1, "a.median": 2}}, "structure.x.set.a.median: found a as well"),
        ({"set": {"a": {"family": "normal", "mean": 0, "sd": -1}}}, "structure.x.set.a.sd"),
        ({"set": {"study.start": "soon"}}, "structure.x.set.study.start"),
        ({"weight": -0.1}, "structure.x.weight: found -0.1; allowed: a number >= 0"),
        ({"wieght": 0.1}, "structure.x.wieght: found an unknown key; allowed: weight"),
        ({"set": 3}, "structure.x.set: found 3; allowed: a table"),
    ],
)
def test_what_a_structure_cannot_set_is_refused_at_its_key(structure: dict[str, Any], found: str) -> None:
    assert found in faults(structure={"x": structure, "y": {}})


def test_a_mechanism_switches_something_off_and_agrees_with_the_others() -> None:
    assert "mechanism.m.off: found nothing" in faults(mechanism={"m": {}})
    assert "mechanism.m.off" in faults(mechanism={"m": {"off": {}}})
    both = {"m": {"off": {"b.c": 0}}, "n": {"off": {"b.c": 1}}}
    assert "mechanism.n.off.b.c: found 1, where mechanism.m has 0" in faults(mechanism=both)


def test_a_layer_changes_what_it_names_and_keeps_the_rest(tmp_path: Path) -> None:
    first = '\n[structure.one]\ntitle = "One"\nset = { "power.cancel" = 0.5 }\n[structure.two]\n'
    folder = write_set(tmp_path / "small")
    (folder / "structure.toml").write_text(first)
    (tmp_path / "upper.toml").write_text(
        'extends = "small"\n[structure.one]\nweight = 0.25\n[structure.three]\ntitle = "Three"\n'
    )
    found = load_study(tmp_path / "upper.toml")
    assert [(one.name, one.title, one.weight) for one in found.structures] == [
        ("one", "One", 0.25),
        ("two", "two", None),
        ("three", "Three", None),
    ]
    assert found.structures[0].values == {"power.cancel": 0.5}
    assert found.override({"structure.two.weight": 0.0}).structures[1].weight == 0.0


def test_a_fault_names_the_file(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "small")
    (folder / "structure.toml").write_text('[structure.one]\nset = { "power.cancle" = 0.5 }\n')
    with pytest.raises(StudyError, match=r"structure\.toml.*structure\.one\.set\.power\.cancle"):
        load_study(folder)


@pytest.mark.parametrize("name", ["a\n", "a/../b", "a b", "<b>", ""])
@pytest.mark.parametrize("kind", ["structure", "mechanism"])
def test_a_name_is_letters_digits_and_dashes_to_its_very_end(kind: str, name: str) -> None:
    assert "letters, digits, _ and -" in faults(**{kind: {name: {"title": "T"}}})


def test_two_mechanisms_may_not_set_a_prior_and_its_median() -> None:
    text = faults(mechanism={"m": {"off": {"a": 0.0}}, "n": {"off": {"a.median": 1.0}}})
    assert "1.0, where mechanism.m has 0.0 for a; allowed: one value that switches both off" in text
