"""Draws in the kernel: those of the oracle, in any precision, whatever else is drawn beside them."""

import dataclasses
from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from simulator.beliefs import Beliefs, Shock, compile_beliefs, quantile
from simulator.beliefs.resolve import resolve
from simulator.beliefs.table import CENTRAL, RESOLUTION, TOLERANCE
from simulator.errors import StudyError
from simulator.study import CopulaGroup, Dependence, Prior
from tests.beliefs.cases import PRIORS, label, prior

PATHS = 512

#: The priors of the protocol under names of their own.
ALL = {label(one): dataclasses.replace(one, name=label(one)) for one in PRIORS}

ALONE = Dependence()


def scores_of(beliefs: Beliefs, paths: int = PATHS) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and uniforms that depend on the name and component of each row alone."""

    def rows(coordinates: tuple[tuple[str, int], ...]) -> np.ndarray:
        out = np.empty((len(coordinates), paths))
        for row, (name, component) in zip(out, coordinates, strict=True):
            row[:] = np.random.default_rng([*name.encode(), component]).normal(size=paths)
        return out

    uniforms = stats.norm.cdf(rows(beliefs.uniform_coordinates))
    return rows(beliefs.normal_coordinates).astype(np.float32), uniforms.astype(np.float32)


def draws_of(
    priors: Mapping[str, Prior], dependence: Dependence = ALONE, paths: int = PATHS, **more: object
) -> dict[str, np.ndarray]:
    beliefs = compile_beliefs(priors, dependence, **more)  # type: ignore[arg-type]
    drawn = jax.jit(beliefs.draws)(beliefs.parameters, *scores_of(beliefs, paths))
    return {name: np.asarray(values) for name, values in drawn.items()}


def near(one: Prior, z: np.ndarray) -> np.ndarray:
    """Whether scores are so near to a jump that float32 may put them on its other side."""
    breaks = resolve(one).marginals[0].breaks(9)
    return np.abs(z[:, None] - breaks).min(axis=1, initial=1.0) <= RESOLUTION


@pytest.fixture(scope="module")
def grid() -> np.ndarray:
    """Scores, exact in float32, out to where a path in 10^10 gets."""
    return np.linspace(-6.5, 6.5, 4096).astype(np.float32)


@pytest.fixture(scope="module")
def drawn(grid: np.ndarray) -> Mapping[str, np.ndarray]:
    """Every prior in a group in which none depends on another: all are functions of one grid of scores."""
    group = CopulaGroup("all", factors={"none": dict.fromkeys(ALL, 0.0)})
    beliefs = compile_beliefs(ALL, Dependence((group,)))
    assert not beliefs.uniform_coordinates
    scores = np.tile(grid, (len(beliefs.normal_coordinates), 1))
    none = np.empty((0, len(grid)), dtype=np.float32)
    return {k: np.asarray(v) for k, v in jax.jit(beliefs.draws)(beliefs.parameters, scores, none).items()}


@pytest.mark.parametrize("name", ALL)
class TestEveryDraw:
    def test_is_within_the_bound_in_float32(
        self, name: str, drawn: Mapping[str, np.ndarray], grid: np.ndarray
    ) -> None:
        one, values = ALL[name], drawn[name]
        z = grid.astype(float)
        ok = ~near(one, z) & (np.abs(z) <= CENTRAL)
        at = quantile(one)
        exact = at(z[ok])
        scale = np.ptp(at(stats.norm.ppf([0.25, 0.75]))) or np.ptp(at(np.array([-CENTRAL, CENTRAL])))
        # Beside the table's own error, a few roundings of the value, and of the score where it is multiplied.
        eps = np.finfo(np.float32).eps
        slope = np.abs(at(z[ok] * (1 + eps)) - at(z[ok] * (1 - eps)))
        rounding = 4 * eps * (np.abs(exact) + scale) + 2 * slope
        np.testing.assert_array_less(np.abs(values[ok] - exact), TOLERANCE * scale + rounding)

    def test_is_finite_and_rises_in_float32(self, name: str, drawn: Mapping[str, np.ndarray]) -> None:
        values = drawn[name]
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
        assert (np.diff(values) >= -4 * np.spacing(np.abs(values[1:]))).all()

    def test_stays_within_bounds_without_mass_on_them(
        self, name: str, drawn: Mapping[str, np.ndarray], grid: np.ndarray
    ) -> None:
        one, values = ALL[name], drawn[name]
        low, high = (np.float32(bound) for bound in one.bounds)
        assert ((values >= low) & (values <= high)).all()
        if one.family != "scipy":
            inner = values[np.abs(grid) < 3]
            assert ((inner > low) & (inner < high)).all()


def test_float64_scores_give_float64_draws() -> None:
    with jax.enable_x64(True):
        beliefs = compile_beliefs({"a": ALL["lognormal"], "b": ALL["beta"]}, ALONE)
        z = np.linspace(-4, 4, 101)
        scores = np.tile(z, (2, 1))
        drawn = beliefs.draws(beliefs.parameters, jnp.asarray(scores), jnp.empty((0, 101)))
        assert drawn["lognormal"].dtype == drawn["beta"].dtype == np.float64
    np.testing.assert_allclose(drawn["lognormal"], quantile(ALL["lognormal"])(z), rtol=1e-14)


def test_uniform_priors_take_uniform_coordinates_where_they_are_alone() -> None:
    priors = {name: ALL[name] for name in ("uniform", "loguniform", "uniform_within_2_30", "normal")}
    beliefs = compile_beliefs(priors, ALONE)
    assert set(beliefs.uniform_coordinates) == {(name, 0) for name in priors if name != "normal"}
    assert beliefs.normal_coordinates == (("normal", 0),)
    scores, uniforms = scores_of(beliefs)
    drawn = beliefs.draws(beliefs.parameters, jnp.asarray(scores), jnp.asarray(uniforms))
    for row, (name, _) in zip(uniforms.astype(float), beliefs.uniform_coordinates, strict=True):
        np.testing.assert_allclose(drawn[name], quantile(priors[name])(stats.norm.ppf(row)), rtol=1e-5)
    paired = Dependence((CopulaGroup("g", spearman=(("uniform", "normal", 0.5),)),))
    assert ("uniform", 0) in compile_beliefs(priors, paired).normal_coordinates


def test_point_masses_have_no_axis_and_vectors_have_components() -> None:
    priors = {
        "point": prior("point", "fixed", {"value": 3.5}),
        "points": prior("points", "fixed", {"value": 2.0}, size=3),
        "vector": prior("vector", "lognormal", {"median": 2.0, "sigma": 0.5}, size=4),
        "table": prior("table", "gamma", {"shape": 2.0, "scale": 1.0}, size=2),
        "mix": prior("mix", "dirichlet", {"alpha": [1.0, 2.0, 3.0]}),
    }
    beliefs = compile_beliefs(priors, ALONE, {"shock": Shock(5, "normal"), "turn": Shock(2, "uniform")})
    assert beliefs.fixed == {"point": 3.5, "points": 2.0}
    assert {("vector", k) for k in range(4)} < set(beliefs.normal_coordinates)
    assert beliefs.uniform_coordinates == (("turn", 0), ("turn", 1))
    scores, uniforms = scores_of(beliefs)
    drawn = beliefs.draws(beliefs.parameters, jnp.asarray(scores), jnp.asarray(uniforms))
    shapes = {name: values.shape for name, values in drawn.items()}
    assert shapes == {
        "point": (),
        "points": (3, PATHS),
        "vector": (4, PATHS),
        "table": (2, PATHS),
        "mix": (3, PATHS),
        "shock": (5, PATHS),
        "turn": (2, PATHS),
    }
    row = {coordinate: scores[i] for i, coordinate in enumerate(beliefs.normal_coordinates)}
    assert (np.asarray(drawn["shock"]) == np.stack([row["shock", k] for k in range(5)])).all()
    assert (np.asarray(drawn["turn"]) == uniforms).all()
    z = np.stack([row["mix", k] for k in range(3)]).astype(float)
    np.testing.assert_allclose(drawn["mix"], quantile(priors["mix"])(z), atol=2e-4)
    np.testing.assert_allclose(np.asarray(drawn["mix"]).sum(axis=0), 1, rtol=1e-6)


GROUPED = {
    name: ALL[name] for name in ("normal", "lognormal", "logitnormal", "gamma", "weibull", "uniform", "beta")
}
DEPENDENCE = Dependence(
    (
        CopulaGroup("default", spearman=(("lognormal", "normal", 0.7), ("normal", "uniform", -0.3))),
        CopulaGroup("tail", "student_t", 4.0, factors={"boom": {"gamma": 0.8, "beta": 0.5, "weibull": -0.4}}),
    )
)


@pytest.mark.parametrize("block_size", [64, 256])
def test_draws_are_the_same_in_blocks_of_any_width(block_size: int) -> None:
    priors = GROUPED | {name: ALL[name] for name in ("cauchy", "spike", "many")}
    priors |= {"mix": prior("mix", "dirichlet", {"alpha": [0.5, 1.0, 2.0, 0.3, 0.2]})}
    beliefs = compile_beliefs(priors, DEPENDENCE)
    scores, uniforms = scores_of(beliefs, 2048)
    compute = jax.jit(beliefs.draws)
    whole = compute(beliefs.parameters, scores, uniforms)
    for first in range(0, 2048, block_size):
        some = slice(first, first + block_size)
        part = compute(beliefs.parameters, scores[:, some], uniforms[:, some])
        for name, values in whole.items():
            assert (np.asarray(values[..., some]) == np.asarray(part[name])).all(), name


@pytest.fixture(scope="module")
def before() -> Mapping[str, np.ndarray]:
    return draws_of(GROUPED, DEPENDENCE)


def test_adding_priors_changes_no_draw(before: Mapping[str, np.ndarray]) -> None:
    kinds = ("normal", "lognormal", "logitnormal", "student_t", "cauchy", "spike", "uniform", "loguniform")
    new = {f"a_{kind}": dataclasses.replace(ALL[kind], name=f"a_{kind}") for kind in kinds}
    after = draws_of(new | GROUPED, DEPENDENCE)
    for name, values in before.items():
        assert (values == after[name]).all(), name


@pytest.mark.parametrize(
    "group",
    [
        CopulaGroup("default", spearman=(*DEPENDENCE.groups[0].spearman, ("normal", "z_extra", 0.4))),
        CopulaGroup("default", spearman=DEPENDENCE.groups[0].spearman, factors={"new": {"z_extra": 0.5}}),
    ],
)
def test_a_member_that_is_last_by_name_changes_no_other(
    group: CopulaGroup, before: Mapping[str, np.ndarray]
) -> None:
    extra = {"z_extra": prior("z_extra", "lognormal", {"median": 1.0, "sigma": 1.0})}
    after = draws_of(GROUPED | extra, Dependence((group, DEPENDENCE.groups[1])))
    for name, values in before.items():
        assert (values == after[name]).all(), name


@pytest.mark.parametrize("name", ["normal", "gamma", "logitnormal"])
def test_a_member_made_a_point_mass_changes_no_other(name: str, before: Mapping[str, np.ndarray]) -> None:
    after = draws_of(GROUPED | {name: prior(name, "fixed", {"value": 1.0})}, DEPENDENCE)
    assert after.pop(name).shape == ()
    for other, values in after.items():
        assert (values == before[other]).all(), other


def test_groups_are_separate() -> None:
    drawn = draws_of(GROUPED, DEPENDENCE, paths=40_000)
    inside = [{"lognormal", "normal", "uniform"}, {"gamma", "beta", "weibull"}]
    for a in inside[0]:
        for b in inside[1] | {"logitnormal"}:
            # 5 standard errors of a correlation of nothing, 1 / sqrt(paths).
            assert abs(np.corrcoef(stats.rankdata(drawn[a]), stats.rankdata(drawn[b]))[0, 1]) < 5 / np.sqrt(
                40_000
            )


def test_other_values_compile_nothing_anew() -> None:
    def beliefs(x: float) -> Beliefs:
        priors = {
            "a": prior("a", "normal", {"mean": x, "sd": 1.0}),
            "b": prior("b", "gamma", {"shape": 2 + x, "scale": x}),
            "c": prior("c", "fixed", {"value": x}),
            "d": prior("d", "pert", {"low": 0.0, "mode": x, "high": 3.0}),
        }
        return compile_beliefs(
            priors, Dependence((CopulaGroup("g", "student_t", 2 + x, (("a", "b", x / 4),)),))
        )

    first, second = beliefs(1.0), beliefs(1.3)
    assert first.structure == second.structure
    fixed = compile_beliefs({"a": prior("a", "fixed", {"value": 1.0})}, ALONE)
    assert (
        fixed.structure
        != compile_beliefs({"a": prior("a", "normal", {"mean": 1.0, "sd": 1.0})}, ALONE).structure
    )
    compute = jax.jit(first.draws)
    one = compute(first.parameters, *scores_of(first))
    two = compute(second.parameters, *scores_of(second))
    assert compute._cache_size() == 1  # pyright: ignore[reportAttributeAccessIssue]
    again = jax.jit(second.draws)(second.parameters, *scores_of(second))
    for name in one:
        assert (np.asarray(two[name]) == np.asarray(again[name])).all()
        assert (np.asarray(two[name]) != np.asarray(one[name])).any()


def test_all_faults_come_at_once() -> None:
    priors = {
        "a": prior("a", "normal", {"mean": 0.0, "sd": -1.0}),
        "b": prior("b", "lognormal", {"median": 1.0, "sigma": 30.0}),
        "c": prior("c", "scipy", {"distribution": "no_such"}),
    }
    group = CopulaGroup("g", spearman=(("a", "missing", 2.0),))
    with pytest.raises(StudyError) as caught:
        compile_beliefs(priors, Dependence((group,)), {"a": Shock(1, "normal")})
    keys = [fault.key for fault in caught.value.faults]
    assert keys == ["a.sd", "b", "c.distribution", "dependence.g.spearman", "dependence.g", "a"]


def test_nothing_to_draw() -> None:
    beliefs = compile_beliefs({"c": prior("c", "fixed", {"value": 2.0})}, ALONE)
    none = jnp.empty((0, 4), dtype=np.float32)
    assert float(beliefs.draws(beliefs.parameters, none, none)["c"]) == 2.0
