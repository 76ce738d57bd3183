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
# # Does the build-out pay?
#
# Amazon, Alphabet, Microsoft and Meta put hundreds of billions of dollars a year into data centres. Chips
# arrive on time and power does not; part of the revenue comes from start-ups that the same companies
# finance. This notebook loads a study of that question, runs it, and reads three pictures: what the
# spending is worth, how many chips wait for power, and how much is spent.

# %%
import simulator

study = simulator.load_study("hyperscalers-2026-01")
print(f"{study.title}: {len(study.priors)} priors, known by {study.as_of:%d %B %Y}")

# %% [markdown]
# A study holds everything that was asked: priors with their sources, what moves together, the companies,
# the rules of the verdict. A run draws the priors and lets the build-out happen, quarter by quarter, on
# many paths at once. A draw depends on the seed, the name of its prior and the number of its path, so the
# same line gives the same numbers tomorrow, and on any number of cores.

# %%
run = simulator.simulate(study, paths=2**16, seed=7)
run

# %% [markdown]
# ## The verdict
#
# On each path a verdict falls. **Bull** asks for at least 5 cents of value per dollar and two of three
# items of the investor scorecard; **bear** is a loss of at least 5 cents and at most one item; all else is
# **base**. These rules are data of the study, to be changed like any prior.
#
# What follows a ± is one standard error of the simulation: how well this run knows what the model says. It
# shrinks with more paths. How well the model knows the world is another matter, which no number of paths
# mends, and which most of the other notebooks are about.

# %%
for verdict in ("bull", "base", "bear"):
    chance = run.estimate(f"p_{verdict}(group)")
    print(f"{verdict:5} {chance:%}")

# %%
simulator.charts.verdicts(run)

# %% [markdown]
# The four are not alike. Each company gets its own verdict from its own metrics; the group's is not their
# average, since its paths are theirs taken together.
#
# ## What the spending is worth
#
# Value created is the net present value of the AI build-out, what the assets are still worth at the end
# included. The bars are split by the verdict of their paths. Base lies on both sides of zero: besides paths
# that come out about even there are some that lose and pass the scorecard, and some that gain and fail it.

# %%
simulator.charts.distribution(run, "value_created.group")

# %% [markdown]
# The mean and the tails, each with its error. The last line is the expected shortfall: the mean of the
# worst 5% of paths. No digit is printed beyond an error.

# %%
for name, statistic in {
    "mean": "mean(value_created.group)",
    "P5": "p05(value_created.group)",
    "median": "p50(value_created.group)",
    "P95": "p95(value_created.group)",
    "worst 5%": "cvar05(value_created.group)",
}.items():
    print(f"{name:9} {run.estimate(statistic):USD bn}")

# %% [markdown]
# Any metric can be asked of any company, at any level, and of some of the paths only. What does the group
# lose where the verdict is bear, and how probable is a loss for Alphabet?

# %%
bear = run.verdicts["verdict.group"] == -1
print(f"mean of the bear paths: {run.estimate('mean(value_created.group)', where=bear):USD bn}")
print(f"loss for Alphabet:      {run.estimate('prob_below_zero(value_created.alphabet)'):%}")

# %% [markdown]
# ## Chips without power
#
# The stranded share of a path is the largest share of all chips bought that waits for power at one time.
# Its exceedance curve is read from the left: with what probability is it more than that?

# %%
simulator.charts.exceedance(run, "stranded_share.group")

# %% [markdown]
# ## The spending itself
#
# The fan has the middle half of the paths in the darker shade and nine paths of ten in the lighter.
# Spending is not given from outside: a path whose data centres stand idle, or whose labs lose their
# financing, spends less from then on.

# %%
simulator.charts.fan(run, "capex")

# %% [markdown]
# ## Onwards
#
# The tree below is what other tools read: ArviZ, xarray, a netCDF file. Replicates are its chains, units
# are attributes of its variables.

# %%
tree = run.to_datatree()
tree["prior_predictive"]["stranded_share.group"].quantile([0.05, 0.5, 0.95]).round(3).values

# %% [markdown]
# A run with `out="runs/mine"` is kept in a directory, `simulator.open_run("runs/mine")` reads it back, and
# `strandline report runs/mine` makes the report that can be handed on. Where the beliefs come from is the
# subject of the next notebook.
