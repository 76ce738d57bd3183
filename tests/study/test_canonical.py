"""A study survives being written down, and its hash says exactly whether anything that counts has changed."""

import json
import pickle
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.beliefs import compile_beliefs
from simulator.sampling import draws_key
from simulator.study import Study, load_study
from simulator.study.quantile_keys import key_of, probability_of
from tests.study.small_set import FILES, write_set
from tests.study.tables import ALL, table
from tests.study.test_families import changed, numbers

finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)
names = st.lists(st.from_regex(r"[a-z]{3,5}", fullmatch=True), min_size=1, max_size=5, unique=True)


@st.composite
def studies(draw: st.DrawFn) -> dict[str, Any]:
    """Give a dictionary of some priors, some of them correlated."""
    chosen = draw(names)
    tables = {name: table(*draw(st.sampled_from(ALL))) for name in chosen}
    scalar = [n for n, t in tables.items() if t.get("family") != "dirichlet" and t.get("size", 1) == 1]
    pairs = [[a, b, draw(st.floats(min_value=-1, max_value=1))] for a, b in pairwise(scalar)]
    points = {f"point.{name}": {"value": draw(finite)} for name in chosen}
    return {"priors": tables | points, "dependence": {"spearman": pairs}, "study": {"order": scalar}}


@given(studies())
def test_to_dict_is_what_from_dict_reads(data: dict[str, Any]) -> None:
    study = Study.from_dict(data)
    again = Study.from_dict(json.loads(json.dumps(study.to_dict(), allow_nan=False)))
    assert again == study
    assert again.to_dict() == study.to_dict()
    assert again.hash == study.hash
    assert pickle.loads(pickle.dumps(study)) == study


@given(studies(), st.randoms(use_true_random=False))
def test_the_hash_does_not_depend_on_the_order_of_keys_and_pairs(data: dict[str, Any], random: Any) -> None:
    priors = list(data["priors"].items())
    pairs = [random.choice([[a, b, rho], [b, a, rho]]) for a, b, rho in data["dependence"]["spearman"]]
    random.shuffle(priors)
    random.shuffle(pairs)
    shuffled = {"dependence": {"spearman": pairs}, "study": data["study"], "priors": dict(priors)}
    assert Study.from_dict(shuffled).hash == Study.from_dict(data).hash


def drawn(study: Study) -> dict[str, np.ndarray]:
    """Give the draws of a study, each coordinate's score found by its name."""
    beliefs = compile_beliefs(study.priors, study.dependence, directions=study.directions)
    rows = {
        kind: np.stack([draw(np.random.default_rng([*name.encode(), part])) for name, part in coordinates])
        for kind, coordinates, draw in (
            ("scores", beliefs.normal_coordinates, lambda rng: rng.normal(size=64).astype(np.float32)),
            ("uniforms", beliefs.uniform_coordinates, lambda rng: rng.random(64, dtype=np.float32)),
        )
        if coordinates
    }
    none = np.empty((0, 64), dtype=np.float32)
    made = jax.jit(beliefs.draws)(beliefs.parameters, *(rows.get(k, none) for k in ("scores", "uniforms")))
    return {name: np.asarray(values) for name, values in made.items()}


CORRELATED = {
    "priors": {name: {"family": "normal", "mean": 0.0, "sd": 1.0} for name in "abcdefgh"},
    "dependence": {
        "spearman": [["a", "b", 0.6], ["b", "c", 0.5], ["a", "c", -0.2]],
        "groups": [
            {
                "name": "tail",
                "copula": "student_t",
                "df": 4.0,
                "factors": {"one": {"d": 0.8, "e": 0.5}, "two": {"e": -0.4, "f": 0.7, "d": 0.3}},
            },
            {"name": "pair", "spearman": [["g", "h", 0.3]]},
        ],
    },
    "study": {"order": ["c", "e", "direction.0"], "directions": {"a": [0.5], "e": [-1.0], "h": [0.25]}},
}


def shuffled(value: Any, random: Any) -> Any:
    """Give a study in which everything whose order says nothing stands in another order."""
    if isinstance(value, dict):
        items = list(value.items())
        random.shuffle(items)
        return {key: inner if key == "order" else shuffled(inner, random) for key, inner in items}
    if not isinstance(value, list):
        return value
    found = [shuffled(inner, random) for inner in value]
    if any(isinstance(inner, list | dict) for inner in found):
        random.shuffle(found)
    if len(found) == 3 and isinstance(found[0], str):
        return [*random.sample(found[:2], 2), found[2]]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_studies_of_equal_hash_have_equal_draws(seed: int) -> None:
    """Names decide what a prior draws from: the order in which a file mentions its members moves nothing."""
    first, second = Study.from_dict(CORRELATED), Study.from_dict(shuffled(CORRELATED, Random(seed)))
    assert first.hash == second.hash
    assert draws_key(first, 0, "rqmc") == draws_key(second, 0, "rqmc")
    before, after = drawn(first), drawn(second)
    assert before.keys() == after.keys()
    for name, values in before.items():
        assert (values == after[name]).all(), name


# Weights sum to one, so that none can change alone; a mode at an end leaves no room for the end to move.
FREE = [
    (family, index, path)
    for family, index in ALL
    for path in numbers(table(family, index))
    if path[-1] not in ("size", "weight")
    and path[0] != "probabilities"
    and (family, index) != ("triangular", 1)
]


@given(st.sampled_from(FREE))
def test_the_hash_changes_with_every_number(free: tuple[str, int, tuple[Any, ...]]) -> None:
    family, index, path = free
    value = whole = table(family, index)
    for key in path:
        value = value[key]
    # A few doubles further: close enough to stay in order.
    assert isinstance(value, int | float)
    other = changed(whole, path, value * (1 + 2**-50) if value else 2.0**-50)
    before, after = (Study.from_dict({"priors": {"x": prior}}) for prior in (whole, other))
    assert before.hash != after.hash


def test_equal_numbers_have_equal_hashes() -> None:
    spellings = ({"value": 0}, {"value": 0.0}, {"value": -0.0})
    assert len({Study.from_dict({"priors": {"x": x}}).hash for x in spellings}) == 1


@pytest.mark.parametrize(
    ("topic", "old", "new", "same"),
    [
        ("spend", 'note = "Seed table."', 'note = "Another reason."', True),
        ("spend", 'basis = "published"', 'basis = "judgement"', True),
        ("spend", 'sources = ["seed"]', 'sources = ["filing"]', True),
        ("power", "as_of = 2026-01-01", "as_of = 2026-01-02", True),
        ("sources", "The seed article", "An article", True),
        ("study", "A small set", "A set", True),
        ("study", 'title = "Gas"', 'title = "Natural gas"', True),
        ("study", "high = 65", "high = 66", True),
        ("spend", "p50 = 125.0", "p50 = 125.5", False),
        ("spend", "[0, inf]", "[1, inf]", False),
        ("power", 'unit = "years"', 'unit = "months"', False),
        ("study", "horizon_quarters = 24", "horizon_quarters = 25", False),
        ("study", '"in_service"', '"delivery"', False),
        ("study", "pipeline_stages = 3", "pipeline_stages = 4", False),
        ("study", '"2026Q1"', '"2026Q2"', False),
        ("study", 'name = "small"', 'name = "other"', False),
        ("study", "min = 0.35", "min = 0.36", False),
        ("study", "max = -0.05", "max = -0.06", False),
        ("study", 'rate = "core.gap"', 'rate = "power.cancel"', False),
        ("study", '"mix[1]"', '"mix[2]"', False),
        ("dependence", "0.5]]", "0.4]]", False),
        ("dependence", "df = 4", "df = 5", False),
        ("dependence", '"core.gap" = -0.8', '"core.gap" = -0.7', False),
    ],
)
def test_the_hash_covers_what_counts_and_no_text(
    tmp_path: Path, topic: str, old: str, new: str, same: bool
) -> None:
    text = FILES[f"{topic}.toml"]
    assert old in text
    before = load_study(write_set(tmp_path / "before"))
    after = load_study(write_set(tmp_path / "after", **{topic: text.replace(old, new, 1)}))
    assert before != after
    assert (before.hash == after.hash) is same


@given(st.decimals(min_value="0.01", max_value="99.99", places=2))
def test_keys_of_quantiles_are_exact_both_ways(percent: Any) -> None:
    key = f"p{percent.normalize():f}"
    probability = probability_of(key)
    assert probability is not None
    assert probability == float(percent / 100)
    assert key_of(probability) == key
    assert probability_of(probability) == probability


#: What a computer reads as a number, and no reader as a quantile's name: an exponent, other digits, signs.
ODD_KEYS = ["p1e1", "p\uff19\uff10", "p+5", "p 5", "p5 ", "p1_0", "p.5", "p5.", f"p99.{'9' * 30}"]


@pytest.mark.parametrize(
    "key", ["p0", "p100", "p-1", "pnan", "pinf", "10", "q10", "p", "", 0, 1, 2.0, None, *ODD_KEYS]
)
def test_what_names_no_probability_is_told_apart(key: Any) -> None:
    assert probability_of(key) is None
