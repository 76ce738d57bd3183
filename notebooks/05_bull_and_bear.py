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
# # What separates the verdicts
#
# Bull is more probable than bear, and neither is unlikely. On what does that rest: on which beliefs, in
# which direction, and on whose word? A run explains itself from its own draws, with an error on every share.

# %%
import math

import simulator

study = simulator.load_study("hyperscalers-2026-01")
run = simulator.simulate(study, paths=2**15, seed=7)
simulator.charts.verdicts(run)

# %% [markdown]
# ## What value rests on
#
# For each prior, the mean of the paths in its lowest tenth and in its highest. This is no what-if with all
# else held: what is correlated with the prior moves along, as it would if one learnt that the prior is low.

# %%
simulator.charts.drivers(run, "value_created.group")

# %% [markdown]
# ## What bear rests on
#
# The same for the probability of bear. The order is another one. Value created counts every dollar lost; a
# verdict asks on which side of a line a path ends, and two of the three items of the scorecard are about
# power and margins in the first two years.

# %%
simulator.charts.drivers(run, "bear.group")

# %% [markdown]
# ## What sets bull and bear paths apart
#
# The question turned round: given the verdict, how far is a prior's mean from where it is on all other
# paths, in its own standard deviations? A prior that shifts the other way in bull than in bear is one on
# which the two camps disagree. One that shifts in bear alone is a way to lose without being a way to win.

# %%
simulator.charts.shifts(run, "group")

# %% [markdown]
# ## On whose word
#
# A prior's share of the variance, and the basis of the prior, give the share of the answer that nobody
# outside this study vouches for. It is the number that a sceptic should ask of any model first.

# %%
found = simulator.explain(run, ["value_created.group", "bear.group", "bull.group"], top=3, total_paths=0)
for name, target in found.targets.items():
    print(name)
    for what, share in {
        "all priors, one by one": target.explained,
        "shocks and interactions": target.unexplained,
        "judgement alone": target.unsourced.share,
    }.items():
        print(f"    {what:24} {share:%} of the variance")

# %% [markdown]
# Judgement carries two thirds or more of what priors explain. What is left over is not noise to be averaged
# away: it is the cycle, the shocks, and beliefs that matter only together, such as a market that is large
# *and* chips that last.
#
# ## One company at a time
#
# The companies share the world and differ in what they hold. What drives Amazon, which is bear most often,
# and what Alphabet, which is least?

# %%
for company in ("amazon", "alphabet"):
    bear = f"bear.{company}"
    drivers = simulator.explain(run, [bear], top=5, total_paths=0).targets[bear].drivers
    print(company)
    for row in drivers:
        low, high = row.low.mean, row.high.mean
        print(f"    {row.prior:34} bear on {low:%} where low, on {high:%} where high")

# %% [markdown]
# The same five beliefs head both lists, in another order: Amazon hangs first on what a gigawatt costs, and
# Alphabet on how large the market becomes.
#
# ## What would have to be true
#
# Three beliefs that matter, each moved by one of its own standard deviations towards the bull case, one at
# a time and then together. Pairs of paths, as always: the draws are the same, and only the middle of a
# belief moves.


# %%
def moved(name: str, deviations: float) -> dict:
    """Return the same lognormal belief, its middle moved by some of its standard deviations."""
    prior = study.priors[name]
    median, sigma = prior.parameters["median"], prior.parameters["sigma"]
    return {name: {"family": prior.family, "median": median * math.exp(deviations * sigma), "sigma": sigma}}


better = {
    "a larger market": moved("adoption.potential", 1),
    "cheaper gigawatts": moved("silicon.cost_per_gw", -1),
    "chips that last": moved("finance.economic_life", 1),
}
better["all three"] = better["a larger market"] | better["cheaper gigawatts"] | better["chips that last"]
runs = {
    name: simulator.simulate(study.override(change), paths=2**15, seed=7) for name, change in better.items()
}
simulator.charts.differences(run, runs, "bull.group")

# %%
for name, one in {"as believed": run, **runs}.items():
    bull, bear = (f"{one.estimate(f'p_{verdict}(group)'):%}" for verdict in ("bull", "bear"))
    print(f"{name:18} bull {bull:14} bear {bear:14} mean {one.estimate('mean(value_created.group)'):USD bn}")

# %% [markdown]
# Each alone raises the probability of bull, by five to seventeen points, and the three together by about
# the sum of these. The mean gains more than the sum of its parts: an interaction, which no list of single
# drivers shows and which is some of the variance that was left over above. An optimist need not be right
# about everything: being right about these three at once would do.

# %% [markdown]
# ## Any other belief
#
# `run.whatif()` is a page with the model inside: move a slider, and see what becomes of the verdict. As the
# last value of a cell, `page`, it stands below the cell in a frame, with no Python behind it, and
# `page.save("whatif.html")` writes it as a file. Here it is only named, for a notebook that stores it is a
# megabyte larger.

# %%
page = run.whatif()
print(page)
