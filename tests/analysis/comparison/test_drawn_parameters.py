"""Studies that differ in what a prior is drawn from."""

import math

import pytest

from simulator import Study, diff

WIDE = 5


def demand(draws):
    return {"x": draws["demand.x"], "square": draws["demand.x"] ** 2}


def study(priors, name="study"):
    return Study.from_dict({"study": {"name": name}, "priors": priors}, model=demand)


PLAIN = {"demand.x": {"family": "normal", "mean": 1.0, "sd": 2.0}}
DRAWN = {
    "demand.x": {"family": "normal", "mean": "market.level", "sd": 2.0},
    "market.level": {"family": "normal", "mean": 1.0, "sd": 1.5},
}


def test_a_child_taken_alone_takes_its_parent_along():
    """All of the change, 1.5 squared in the mean of the square, is that of the child."""
    found = diff(study(PLAIN), study(DRAWN, "later"), paths=2**13)
    change = found.statistics["mean(square)"].change
    assert abs(change.value - 1.5**2) < WIDE * change.error
    (child,) = [one for one in found.priors if one.name == "demand.x"]
    effect = child.effects["mean(square)"]
    for number in (effect.into_first, effect.out_of_second, effect.share):
        assert number.value == pytest.approx(change.value, rel=1e-6)


def test_a_parent_moves_its_child():
    later = {**DRAWN, "market.level": {"family": "normal", "mean": 2.0, "sd": 1.5}}
    found = diff(study(DRAWN), study(later, "later"), paths=2**14)
    assert [one.name for one in found.priors] == ["market.level"]
    change = found.statistics["mean(x)"].change
    assert math.isclose(change.value, 1.0, rel_tol=1e-5)
