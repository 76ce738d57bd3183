"""The protocol of a family: what each says of itself holds, by its own examples."""

import math
from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special, stats

from simulator.beliefs import fit_report, quantile
from simulator.errors import StudyError
from simulator.families import FAMILIES, Family
from simulator.families.family import Example
from simulator.study import Prior, Study
from simulator.study.inputs import in_unit

Z = np.linspace(-6, 6, 201) + 1e-3

CASES = [
    pytest.param(family, example, id=f"{name}-{index}")
    for name, family in FAMILIES.items()
    for index, example in enumerate(family.examples)
]


def read(family: Family, table: Mapping[str, Any], **more: Any) -> Prior:
    return Study.from_dict({"priors": {"x": {"family": family.name, **table, **more}}}).priors["x"]


def values(prior: Prior) -> np.ndarray:
    z = np.tile(Z, (prior.components, 1)) if prior.family == "dirichlet" else Z
    return quantile(prior)(z)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
def test_every_way_has_an_example_and_every_parameter_is_in_a_way(family: Family) -> None:
    given = [set(example.table) - {"bounds", "size", *family.options} for example in family.examples]
    assert all(set(way) in given for way in family.all_ways)
    named = {name for way in family.ways for name in way} | set(family.options)
    assert named == set(family.parameters)
    assert {name for way in (family.with_quantiles or (),) for name in way} <= set(family.parameters)
    assert (family.with_quantiles is not None) == bool(family.fitting or family.through)


@pytest.mark.parametrize(("family", "example"), CASES)
def test_quantiles_are_scipys(family: Family, example: Example) -> None:
    if example.reference is None:
        pytest.skip("SciPy has it under no name, or the example is given by quantiles")
    law = example.reference(stats)
    expected = np.where(Z < 0, law.ppf(special.ndtr(Z)), law.isf(special.ndtr(-Z)))
    # Within 4 of the median SciPy's own upper tails keep their digits, whatever the family.
    central = np.abs(Z) < 4
    found = values(read(family, example.table))
    np.testing.assert_allclose(found[central], expected[central], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("family", "example"), CASES)
def test_quantiles_rise_and_stay_within_the_support(family: Family, example: Example) -> None:
    prior = read(family, example.table)
    found = values(prior)
    low, high = family.support(prior.parameters)
    assert np.isfinite(found).all()
    assert ((found >= max(low, prior.bounds[0])) & (found <= min(high, prior.bounds[1]))).all()
    assert family.name == "dirichlet" or (np.diff(found) >= 0).all()


@pytest.mark.parametrize(("family", "example"), CASES)
def test_a_change_of_unit_multiplies_the_quantiles(family: Family, example: Example) -> None:
    prior = read(family, example.table, unit="1" if family.share else "USD bn")
    if family.share:
        with pytest.raises(ValueError, match="by nature"):
            in_unit(prior, "%")
        return
    found, expected = values(in_unit(prior, "USD mn")), 1000 * values(prior)
    # Near zero, what is left of a sum of terms of the size of the greatest: some roundings of that.
    rounding = 8 * np.finfo(float).eps * np.abs(expected).max()
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=rounding)


@pytest.mark.parametrize(("family", "example"), CASES)
def test_bounds_cut_and_leave_the_rest_as_it_was(family: Family, example: Example) -> None:
    if not family.bounded:
        with pytest.raises(StudyError, match="unknown key"):
            read(family, example.table, bounds=[0, 1])
        return
    if "bounds" in example.table or "quantiles" in example.table:
        return
    whole = read(family, example.table)
    low, high = quantile(whole)(np.array([-1.0, 1.0])).tolist()
    cut = values(read(family, example.table, bounds=[low, high]))
    assert ((cut >= low) & (cut <= high)).all()
    corners = not (np.diff(values(whole)) > 0).all()
    if not corners:
        # By the law of the whole: its probabilities run from Φ(-1) to Φ(1).
        inner = special.ndtri(special.ndtr(-1) + special.ndtr(Z) * (special.ndtr(1) - special.ndtr(-1)))
        np.testing.assert_allclose(cut, quantile(whole)(inner), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("family", "example"), CASES)
def test_quantiles_of_a_member_give_it_back(family: Family, example: Example) -> None:
    if family.fitting is None or "quantiles" in example.table or "bounds" in example.table:
        return
    if "mode" in example.table and example.table["mode"] in (example.table["low"], example.table["high"]):
        return  # with the mode at an end another member has the same three quantiles
    prior = read(family, example.table)
    asked = dict(zip(("p10", "p50", "p90"), quantile(prior)(special.ndtri([0.1, 0.5, 0.9])), strict=True))
    beside = {*(family.with_quantiles or ()), *(set(example.table) & set(family.options))}
    table = {name: example.table[name] for name in beside}
    fitted = read(family, {**table, "quantiles": {key: float(value) for key, value in asked.items()}})
    assert fit_report(fitted).worst_miss < 1e-6
    np.testing.assert_allclose(values(fitted), values(prior), rtol=1e-3, atol=1e-3 * np.ptp(values(prior)))


@pytest.mark.parametrize(("family", "example"), CASES)
def test_the_kernels_form_is_the_quantile_function(family: Family, example: Example) -> None:
    prior, closed = read(family, example.table), family.closed
    if closed is None or prior.bounds != (-math.inf, math.inf) or prior.quantiles:
        return
    if family.tabled and not set(closed.drawn) <= set(prior.parameters):
        return  # the form is for drawn parameters alone, and these are given by others
    shapes = {k: v for k, v in prior.parameters.items() if k not in closed.drawn}
    base = FAMILIES[closed.base]
    free = {k: v for k, v in shapes.items() if k in base.parameters}
    standard = quantile(Prior("s", closed.base, {**free, **closed.standard}))(Z)
    # Arrays take the place of parameters that are drawn: the form has to broadcast.
    drawn = {k: np.full(Z.shape, v) if k in closed.drawn else v for k, v in prior.parameters.items()}
    for xp, given in ((math, prior.parameters), (np, drawn)):
        place, slope = closed.line(given, xp)
        found = closed.kernel(place, slope, standard, np)
        np.testing.assert_allclose(found, values(prior), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(
            closed.kernel(place, slope, jnp.asarray(standard, jnp.float32), jnp),
            found,
            # Roundings of float32: of the standard draw, magnified by the slope, and of the exponential.
            rtol=2e-5,
            atol=2e-5,
        )


@pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
def test_a_missing_parameter_is_refused_by_name(family: Family) -> None:
    for way in family.ways:
        whole = next(e.table for e in family.examples if set(way) <= set(e.table))
        for name in way:
            partial = {key: value for key, value in whole.items() if key != name and key in way}
            with pytest.raises(StudyError):
                read(family, partial)
            with pytest.raises(StudyError):
                quantile(Prior("x", family.name, partial))(np.zeros(3))


@pytest.mark.parametrize(("family", "example"), CASES)
def test_a_member_moves_to_another_median(family: Family, example: Example) -> None:
    prior = read(family, example.table)
    if family.moved is None or prior.quantiles:
        return
    asked = float(quantile(prior)(0.25))
    study = Study.from_dict({"priors": {"x": {"family": family.name, **example.table}}})
    moved = study.override({"x.median": asked}).priors["x"]
    assert float(quantile(moved)(0.0)) == pytest.approx(asked, rel=1e-9)
