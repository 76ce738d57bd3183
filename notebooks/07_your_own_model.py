# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A model of your own
#
# The engine knows no finance. A model is a function of named draws, written with `jax.numpy`: each draw is
# an array whose last axis is paths, and so is each metric that the function returns. Priors, dependence,
# sampling, errors, accuracy on demand, explanations and figures are the same for it as for the build-out.

# %%
import math

import jax
import jax.numpy as jnp

import simulator

# %% [markdown]
# ## A beam under load
#
# A steel rod of 20 mm diameter holds while its strength exceeds the stress. Reliability engineers know the
# answer: it fails with a probability of 0.0291982.


# %%
def beam(draws: dict) -> dict:
    """Return the margin of a rod: its strength less the stress of its load  [MPa]."""
    return {"margin": (draws["strength"] - draws["load"] / (math.pi * 0.01**2)) / 1e6}


beam.metric_units = {"margin": "MPa"}  # so that figures and reports have it

rod = simulator.Study.from_dict(
    {
        "study": {"name": "rod"},
        "priors": {
            "strength": {"family": "lognormal", "mean": 3e6, "sd": 3e5, "unit": "Pa"},
            "load": {"family": "normal", "mean": 750.0, "sd": 50.0, "unit": "N"},
        },
        "dependence": {"spearman": [["strength", "load", 0.0]]},
    },
    model=beam,
)
run = simulator.simulate(rod, paths=2**16, seed=1)
exact = 0.0291981946248305
failure = run.estimate("prob_below_zero(margin)")
print(f"it fails with a probability of {failure:%}")
print(f"off by {(failure.value - exact) / failure.error:+.1f} standard errors")

# %%
simulator.charts.distribution(run, "margin")

# %% [markdown]
# What if strong rods were given the heavier loads? The pair is in the study already, with a correlation of
# zero, so that it can be set by name. The draws are common, and the difference is one of pairs.

# %%
matched = rod.override({"dependence.spearman[strength,load]": 0.5})
better = simulator.simulate(matched, paths=2**16, seed=1)
print(f"with heavier loads on stronger rods: {better.estimate('prob_below_zero(margin)'):%}")

# %% [markdown]
# ## A block of flats
#
# Somebody rents out flats, between 30 and 40 of them in a month, each whole number as likely, at 600
# dollars, against costs that are normal about 17,000. This is how courses on spreadsheet simulation begin;
# the profit is 4,000 on average and positive with a probability of 0.953208.

# %%
flats = simulator.Study.from_dict(
    {
        "study": {"name": "flats"},
        "priors": {
            "rented": {"family": "empirical", "values": [float(n) for n in range(30, 41)]},
            "cost": {"family": "normal", "mean": 17000.0, "sd": 1500.0, "unit": "USD"},
        },
    },
    model=lambda draws: {"profit": 600.0 * draws["rented"] - draws["cost"]},
)
month = simulator.simulate(flats, paths=2**16, seed=1)
print(f"mean profit: {month.estimate('mean(profit)'):USD}")
print(f"a loss with a probability of {month.estimate('prob_below_zero(profit)'):%}, where 4.6792% is right")

# %% [markdown]
# Which of the two inputs is worth knowing better? Both are independent, and the profit is their sum, so
# that their shares of the variance have closed forms: the variance of 600 times a number between 30 and 40
# is 3.6 million, that of the cost 2.25 million.

# %%
for row in simulator.explain(month, ["profit"]).targets["profit"].drivers:
    variance = {"rented": 3.6, "cost": 2.25}[row.prior]
    print(f"{row.prior:7} {row.share:%}, exactly {100 * variance / 5.85:.2f}%")

# %%
simulator.charts.drivers(month, "profit")

# %% [markdown]
# ## As accurate as asked
#
# Instead of a number of paths, give the error that the answer may have. The paths are doubled until it is
# reached. For one figure of relative accuracy in the failure of the rod:

# %%
sure = simulator.simulate(rod, until="prob_below_zero(margin) rel < 0.01, mean(margin) rel < 0.001", seed=1)
for one in sure.accuracy:
    print(f"{one.target}: {one.error:.2g} with {sure.plan.paths:,} paths")
print(f"it fails with a probability of {sure.estimate('prob_below_zero(margin)'):%}")

# %% [markdown]
# Scrambled Sobol points, the default, are what makes this cheap. Plain Monte Carlo gives the same answers
# with errors that can be compared, at the same number of paths:

# %%
plain = simulator.simulate(rod, paths=2**16, seed=1, sampler="mc")
for name, one in {"rqmc": run, "mc": plain}.items():
    errors = (one.estimate(f"{statistic}(margin)").error for statistic in ("mean", "prob_below_zero"))
    print(
        f"{name:5} error of the mean {1e6 * next(errors):8.1f} Pa, of the failure {100 * next(errors):.3f}%"
    )

# %% [markdown]
# ## Time, and a verdict
#
# A model may loop over time (with `jax.lax.scan`, so that it compiles quickly), and a study may have rules
# that sort its paths. A firm holds cash, earns and spends, and is broke when the cash ever runs out.


# %%
def firm(draws: dict) -> dict:
    """Return the lowest and the last cash of a firm over twelve months  [USD m]."""

    def month(cash, shock):
        cash = cash + draws["income"] - draws["spending"] + draws["swing"] * shock
        return cash, cash

    start = draws["cash"] + 0.0 * draws["income"]
    last, path = jax.lax.scan(month, start, draws["shock"])
    return {"last": last, "lowest": jnp.min(path, axis=0)}


firm.metric_units = {"last": "USD m", "lowest": "USD m"}
company = simulator.Study.from_dict(
    {
        "study": {"name": "firm"},
        "priors": {
            "cash": {"value": 10.0},
            "income": {"family": "normal", "mean": 5.0, "sd": 1.0},
            "spending": {"family": "normal", "mean": 5.0, "sd": 0.5},
            "swing": {"family": "lognormal", "median": 1.0, "sigma": 0.5},
            "shock": {"family": "normal", "mean": 0.0, "sd": 1.0, "size": 12},
        },
        "verdict": {
            "bull": {"last": {"min": 10.0}, "lowest": {"min": 0.0}},
            "bear": {"lowest": {"max": 0.0}},
        },
    },
    model=firm,
)
year = simulator.simulate(company, paths=2**16, seed=1)
simulator.charts.verdicts(year)

# %%
simulator.charts.distribution(year, "last")

# %%
simulator.charts.shifts(year, "model")

# %% [markdown]
# No name here was known to the engine. To keep such a run, give it a directory (`out="runs/firm"`) and pass
# the function again when it is opened: `simulator.open_run("runs/firm", model=firm)`.
