"""Priors whose parameters are the draws of other priors, against closed forms and against plain priors."""

import math
from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

import simulator
from simulator.beliefs import Beliefs, compile_beliefs, quantile, range_faults, remarks, summary_rows
from simulator.beliefs.laws import DRAWS, laws
from simulator.beliefs.parents import FARTHEST, extremes
from simulator.beliefs.table import TOLERANCE
from simulator.buildout.inputs import Input
from simulator.errors import StudyError
from simulator.families import FAMILIES, Family
from simulator.study import Prior, Study
from simulator.study.hierarchy import ancestors, generations

Z = np.linspace(-4, 4, 401)
LEVEL = {"family": "normal", "mean": 3.0, "sd": 1.0}


def study_of(model: Any = None, **priors: Mapping[str, Any]) -> Study:
    return Study.from_dict({"priors": priors}, model=model)


def compiled(priors: Mapping[str, Mapping[str, Any]]) -> Beliefs:
    study = study_of(**priors)
    return compile_beliefs(study.priors, study.dependence)


def drawn(
    study: Study, scores: Mapping[str, np.ndarray], constants: Mapping[str, float] | None = None
) -> dict[str, np.ndarray]:
    """Return the draws of a study in float32, at normal scores given by the name of their prior."""
    beliefs = compile_beliefs(study.priors, study.dependence).with_constants(constants or {})
    count = len(next(iter(scores.values())))
    normal = np.zeros((len(beliefs.normal_coordinates), count))
    uniform = np.zeros((len(beliefs.uniform_coordinates), count))
    for rows, names in ((normal, beliefs.normal_coordinates), (uniform, beliefs.uniform_coordinates)):
        for row, (name, _) in enumerate(names):
            rows[row] = scores[name]
    arguments = jnp.asarray(normal, "float32"), jnp.asarray(special.ndtr(uniform), "float32")
    found = beliefs.draws(beliefs.parameters, *arguments)
    return {name: np.asarray(values, np.float64) for name, values in found.items()}


PLAIN = [
    pytest.param(family, example.table, id=f"{name}-{index}")
    for name, family in FAMILIES.items()
    for index, example in enumerate(family.examples)
    if set(family.drawable) & set(example.table) and not {"quantiles", "bounds"} & set(example.table)
]


@pytest.mark.parametrize(("family", "table"), PLAIN)
def test_drawn_from_point_masses_a_prior_is_the_plain_one(family: Family, table: Mapping[str, Any]) -> None:
    names = [name for name in family.drawable if name in table]
    parents = {f"of_{name}": {"value": table[name]} for name in names}
    own = {**table, **{name: f"of_{name}" for name in names}, "family": family.name}
    found = drawn(study_of(x=own, **parents), {"x": Z})["x"]
    expected = quantile(Prior("x", family.name, family.with_options(table)))(Z)
    if family.name == "bernoulli":  # float32 has no score nearer to the jump
        there = np.abs(special.ndtr(Z) - (1 - table["p"])) > 1e-6
        found, expected = found[there], expected[there]
    spread = TOLERANCE * float(np.subtract(*np.quantile(expected, [0.75, 0.25])))
    # Besides a table's tolerance the roundings of float32, which the exponential of a score of 4 magnifies.
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=max(spread, 2e-5))


@pytest.mark.parametrize("shared", [False, True])
def test_a_normal_about_a_normal_mean_is_normal(shared: bool) -> None:
    """x | m ~ N(m, 2), m ~ N(3, 1): x ~ N(3, sqrt 5); two about one mean correlate by 1 / 5."""
    other = "level" if shared else "another"
    study = study_of(
        lambda d: {"x": d["x"], "product": (d["x"] - 3) * (d["y"] - 3), "square": (d["x"] - 3) ** 2},
        level=LEVEL,
        another={**LEVEL, "spare": True},
        x={"family": "normal", "mean": "level", "sd": 2.0},
        y={"family": "normal", "mean": other, "sd": 2.0},
    )
    found = simulator.simulate(study, paths=2**16, seed=3).summary()["estimates"]
    law = stats.norm(3, math.sqrt(5))
    expected = {("x", "mean"): 3.0, ("square", "mean"): 5.0, ("product", "mean"): 1.0 if shared else 0.0}
    expected |= {("x", f"p{100 * p:g}"): float(law.ppf(p)) for p in (0.1, 0.5, 0.9)}
    for (metric, statistic), value in expected.items():
        number = found[metric][statistic]
        assert abs(number["value"] - value) < 5 * number["mcse"]


@given(st.lists(st.floats(0.1, 3.0), min_size=1, max_size=5))
def test_a_chain_of_normals_adds_its_variances(sds: list[float]) -> None:
    """Every score at 1: x0 = sd0, x1 = x0 + sd1, ...; the order in which they are written says nothing."""
    chain: dict[str, Any] = {
        f"x{i}": {"family": "normal", "mean": f"x{i - 1}" if i else 0.0, "sd": sd} for i, sd in enumerate(sds)
    }
    backwards = dict(reversed(chain.items()))
    scores = {name: np.ones(1) for name in chain}
    first, second = drawn(study_of(**chain), scores), drawn(study_of(**backwards), scores)
    for i, sum_of in enumerate(np.cumsum(sds)):
        assert first[f"x{i}"] == pytest.approx(sum_of, rel=1e-6)
        assert first[f"x{i}"] == second[f"x{i}"]


def test_draws_come_in_the_unit_of_the_parameter() -> None:
    study = study_of(
        level={"value": 3000.0, "unit": "USD mn"},
        years={"value": 4.0, "unit": "years"},
        share={"value": 40.0, "unit": "%"},
        x={"family": "normal", "mean": "level", "sd": 1.0, "unit": "USD bn"},
        wait={"family": "exponential", "rate": "often", "unit": "years"},
        often={"value": 0.5, "unit": "1/yr"},
        p={"family": "logitnormal", "median": "share", "sigma": 1.0, "unit": "1"},
    )
    found = drawn(study, dict.fromkeys(("x", "wait", "p"), np.zeros(1)))
    assert found["x"] == pytest.approx(3.0)
    assert found["wait"] == pytest.approx(2 * math.log(2), rel=1e-4)
    assert found["p"] == pytest.approx(0.4)


def test_a_child_keeps_its_numbers_apart_and_a_vector_shares_its_parent() -> None:
    study = study_of(level=LEVEL, x={"family": "normal", "mean": "level", "sd": 2.0, "size": 3})
    beliefs = compile_beliefs(study.priors, study.dependence)
    assert [name for name, _ in beliefs.normal_coordinates] == ["level", "x", "x", "x"]
    found = drawn(study, {"level": np.array([0.0, 1.0]), "x": np.zeros(2)})
    np.testing.assert_allclose(found["x"], [[3, 4]] * 3)


def test_held_at_a_number_a_child_is_it_and_a_parents_child_follows() -> None:
    study = study_of(level=LEVEL, x={"family": "normal", "mean": "level", "sd": 2.0})
    scores = {"level": Z, "x": -Z}
    assert (drawn(study, scores, {"x": 7.0})["x"] == 7.0).all()
    found = drawn(study, scores, {"level": 5.0})
    assert (found["level"] == 5.0).all()
    np.testing.assert_allclose(found["x"], 5 - 2 * Z, rtol=1e-6, atol=1e-6)
    plain = compile_beliefs(study.priors, study.dependence)
    assert plain.structure == plain.with_constants({"x": 7.0, "level": 5.0}).structure


def test_a_law_is_that_of_the_whole_hierarchy() -> None:
    """Correlated parents count: of N(m, s) with m and log s correlated, against integration by quantiles."""
    x = {"family": "normal", "mean": "level", "sd": "spread"}
    spread = {"family": "lognormal", "median": 2.0, "sigma": 0.5}
    plain = {"priors": {"level": LEVEL, "spread": spread, "x": x}}
    # Four standard errors, N^(-1/2 - 1/2d) of a probability by a scrambled net (He and Wang, 2015).
    error = 4 * 2.0 ** (-DRAWS * (1 / 2 + 1 / 6))
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    a, b = np.meshgrid(nodes, nodes)
    weight = np.outer(weights, weights) / (2 * np.pi)
    for rho in (0.0, 0.8):
        given_rank = 6 / np.pi * np.arcsin(rho / 2)
        study = Study.from_dict({**plain, "dependence": {"spearman": [["level", "spread", given_rank]]}})
        sd = 2 * np.exp(0.5 * (rho * a + math.sqrt(1 - rho**2) * b))
        at = quantile(laws(study)["x"])
        for p in (0.05, 0.5, 0.95):
            below = (weight * special.ndtr((float(at(special.ndtri(p))) - (3 + a)) / sd)).sum()
            assert below == pytest.approx(p, abs=error)
    row = next(row for row in summary_rows(study) if row.name == "x")
    assert (row.family, row.p50) == ("normal", float(at(0.0)))


def test_a_study_without_drawn_parameters_has_the_laws_that_it_has() -> None:
    study = study_of(level=LEVEL)
    assert laws(study) is study.priors


def test_ends_are_those_of_the_farthest_draws() -> None:
    study = study_of(level=LEVEL, x={"family": "normal", "mean": "level", "sd": 2.0})
    assert extremes(["x"], study.priors)["x"] == pytest.approx((3 + 3 * FARTHEST, 3 - 3 * FARTHEST))
    (fault,) = range_faults({"x": study.priors["x"], "level": study.priors["level"]}, {"x": Input("1", 0.0)})
    assert (fault.key, fault.advice) == ("x", "Bound what it is drawn from: level.")


def test_a_law_is_there_whatever_else_is_drawn_beside_it() -> None:
    """Of any number of others: a point of the net in the 352nd dimension lies on the edge."""
    others = {f"y{i}": {"family": "normal", "mean": "level", "sd": 1.0} for i in range(355)}
    found = laws(study_of(level=LEVEL, x={"family": "normal", "mean": "level", "sd": 2.0}, **others))
    assert np.isfinite(
        [prior.parameters["values"][0] for prior in found.values() if prior.name != "level"]
    ).all()


def test_a_parent_of_two_parameters_is_asked_once() -> None:
    """A hundred generations that each draw both: its ends are known by name, else this would never end."""
    chain: dict[str, Any] = {"x0": {"family": "uniform", "low": 0.5, "high": 1.0}}
    for i in range(1, 101):
        chain[f"x{i}"] = {"family": "uniform", "low": f"x{i - 1}", "high": f"y{i - 1}"}
        chain[f"y{i - 1}"] = {"value": 2.0}
    study = study_of(**chain)
    low, high = extremes(["x100"], study.priors)["x100"]
    assert (low, high) == pytest.approx((0.5, 2.0), rel=1e-6)


def test_what_float32_loses_of_a_child_is_told_or_refused() -> None:
    wide = study_of(level={"value": 1e9}, x={"family": "normal", "mean": "level", "sd": 5.0})
    assert any("in float32 its values are 64 apart" in text for text in remarks(wide))
    for child in (
        {"family": "logitnormal", "median": "parent", "sigma": 1.0},
        {"family": "lognormal", "mean": "parent", "sd": 1e30},
    ):
        with pytest.raises(StudyError, match=r"x(\.median)?: found"):
            compiled({"parent": {"value": 1 - 1e-8}, "x": child})


def test_parents_come_first_and_are_known_to_be_asked_for() -> None:
    priors = study_of(
        c={"family": "normal", "mean": "b", "sd": 1}, b={"family": "normal", "mean": "a", "sd": 1}, a=LEVEL
    ).priors
    assert generations(priors) == ["a", "b", "c"]
    assert ancestors(priors, ["c"]) == {"a", "b"}


X = {"family": "normal", "mean": "level", "sd": 2.0}


@pytest.mark.parametrize(
    ("priors", "key", "found"),
    [
        ({"x": X}, "x.mean", '"level"'),
        ({"x": {**X, "mean": "x"}}, "x.mean", "x, which is drawn from it"),
        ({"x": X, "level": {**X, "mean": "x"}}, "level.mean", "x, which is drawn from it"),
        ({"x": X, "level": {**LEVEL, "size": 2}}, "x.mean", "level, which is several numbers"),
        (
            {"x": X, "level": {"family": "dirichlet", "alpha": [1, 1]}},
            "x.mean",
            "level, which is several numbers",
        ),
        ({"x": {**X, "bounds": [0, 1]}, "level": LEVEL}, "x.bounds", "[0.0, 1.0]"),
        (
            {"x": {**X, "unit": "USD bn"}, "level": {**LEVEL, "unit": "years"}},
            "x.mean",
            'level, which is in "years"',
        ),
        (
            {"x": X, "level": {**LEVEL, "unit": "USD mn"}},
            "x.mean",
            "level, in USD mn, for a prior in no unit",
        ),
        ({"x": {**X, "mean": 0.0, "sd": "level"}, "level": LEVEL}, "x.sd", "level, from -3.3"),
        (
            {"x": {"family": "uniform", "low": 0, "high": "level"}, "level": {**LEVEL, "bounds": [-1, 5]}},
            "x",
            "(high from level)",
        ),
        (
            {
                "x": {"family": "lognormal", "median": 1.0, "sigma": "level"},
                "level": {"family": "uniform", "low": 1, "high": 90},
            },
            "x",
            "values from",
        ),
        (
            {
                "x": {
                    "family": "mixture",
                    "components": [{"weight": 0.5, **X}, {"weight": 0.5, "value": 1.0}],
                },
                "level": LEVEL,
            },
            "x.components[0].mean",
            '"level"',
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_where_it_stands(
    priors: dict[str, Any], key: str, found: str
) -> None:
    with pytest.raises(StudyError) as caught:
        compiled(priors)
    assert [key] == [fault.key for fault in caught.value.faults if found in fault.found]


def test_faults_of_other_priors_do_not_hide_those_of_a_hierarchy() -> None:
    priors = {
        "x": {**X, "unit": "USD bn"},
        "level": {**LEVEL, "unit": "years"},
        "broken": {"family": "beta", "quantiles": {"p10": 0.1, "p50": 0.9, "p90": 0.91}},
        "y": {**X, "mean": "broken"},
    }
    with pytest.raises(StudyError) as caught:
        compiled(priors)
    assert {fault.key for fault in caught.value.faults} == {"x.mean", "broken.quantiles"}
    with pytest.raises(StudyError) as caught:
        study_of(**priors, z={**X, "mean": "levle"}, w={"family": "normal", "mean": 0, "sd": -1})
    assert {fault.key for fault in caught.value.faults} == {"z.mean", "w.sd"}


def test_a_child_is_in_no_dependence_group() -> None:
    data = {"priors": {"level": LEVEL, "x": X, "y": LEVEL}, "dependence": {"spearman": [["x", "y", 0.5]]}}
    study = Study.from_dict(data)
    with pytest.raises(StudyError, match=r"x, whose mean is drawn.*Let level depend"):
        compile_beliefs(study.priors, study.dependence)


def test_a_hierarchy_is_written_read_and_set() -> None:
    study = study_of(level=LEVEL, other=LEVEL, x=X)
    assert Study.from_dict(study.to_dict()).hash == study.hash
    moved = study.override({"x": {**X, "mean": "other"}})
    assert moved.hash != study.hash
    assert moved.priors["x"].drawn == {"mean": "other"}
    with pytest.raises(StudyError, match="drawn from level"):
        study.override({"x.median": 3.0})
