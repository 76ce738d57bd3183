"""An explanation counts once what a prior shares with the prior that it is drawn from."""

import jax.numpy as jnp

import simulator
from simulator.study import Study

LEVEL = {"family": "normal", "mean": 0.0, "sd": 1.0}
X = {"family": "normal", "mean": "level", "sd": 2.0}


def shares(x, model):
    study = Study.from_dict({"priors": {"level": LEVEL, "x": x}}, model=model)
    target = simulator.explain(simulator.simulate(study, paths=2**15)).targets["f"]
    return {"all": target.explained} | {one.prior: one.share for one in target.drivers}


def agree(found, expected):
    # Slices of a prior leave out a little of what it explains: some 4e-4 of the variance here.
    return all(abs(found[k].value - share) < 5 * found[k].error + 1e-3 for k, share in expected.items())


def test_of_a_sum_that_one_prior_shifts():
    """Of x ~ N(m, 2), m ~ N(0, 1), m explains a fifth and x all, together no more."""
    assert agree(shares(X, lambda d: {"f": d["x"]}), {"level": 0.2, "x": 1.0, "all": 1.0})


def test_of_two_numbers_of_one_prior_that_share_their_mean():
    """The sum of both has variance 12: 2 m is a third, and either correlates with it by 6 / sqrt(60)."""
    found = shares({**X, "size": 2}, lambda d: {"f": jnp.sum(d["x"], axis=0)})
    assert agree(found, {"level": 1 / 3, "x[0]": 0.6, "x[1]": 0.6, "all": 1.0})
