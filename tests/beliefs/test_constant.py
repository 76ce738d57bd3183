"""A prior as one number within a compiled kernel: that number on every path, every other draw untouched."""

import dataclasses
from typing import Any

import jax
import numpy as np
import pytest

from simulator.beliefs import compile_beliefs
from simulator.study import CopulaGroup, Dependence
from tests.beliefs.cases import PRIORS, label
from tests.beliefs.test_compiled import ALL, scores_of

#: Shares sum to one, so that none of them can be a number by itself; any other prior can.
NUMBERS = [label(one) for one in PRIORS if one.family != "dirichlet"]


def groups(together: bool) -> Dependence:
    singles = {name: 0.6 for name in NUMBERS if ALL[name].components == 1}
    return Dependence((CopulaGroup("all", "student_t", 4.0, factors={"f": singles}),) if together else ())


@pytest.mark.parametrize("together", [False, True], ids=["alone", "correlated"])
def test_constants_are_drawn_and_all_else_is_as_it_was(together: bool) -> None:
    beliefs = compile_beliefs(ALL, groups(together))
    draw: Any = jax.jit(beliefs.draws)
    scores = scores_of(beliefs)
    before = draw(beliefs.parameters, *scores)
    values = {name: float(0.37 + place) for place, name in enumerate(NUMBERS[::2])}
    changed = beliefs.with_constants(values)
    assert changed.structure == beliefs.structure
    after = draw(changed.parameters, *scores)
    for name in ALL:
        if name in values:
            # A logit-normal goes through the odds, which batches twice.
            np.testing.assert_allclose(after[name], np.float32(values[name]), rtol=4e-7)
        else:
            np.testing.assert_array_equal(after[name], before[name])
    assert draw._cache_size() == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_may_be_nothing_or_all(value: float) -> None:
    share = dataclasses.replace(
        next(one for one in PRIORS if one.family == "logitnormal" and not one.size), name="share"
    )
    beliefs = compile_beliefs({"share": share}, Dependence())
    changed = beliefs.with_constants({"share": value})
    drawn = jax.jit(changed.draws)(changed.parameters, *scores_of(changed))
    assert np.all(np.asarray(drawn["share"]) == value)
