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
# # Asking the model back
#
# A run says how likely a bear case is. Whoever has to act on it asks more: where does it happen, what would
# change the answer, how far are we from another one, what is it worth to know, and which belief moves it by
# how much? Each question has a verb on the command line and a function here, and each answer has its errors.
#
# Two of them change a belief and leave every other one alone, as `--set` does: `flip`, and the actions of a
# decision in `value`; so do the derivatives of `sensitivity`. The other two look at the draws as they are and
# condition on something, so that correlated beliefs move along: `scenarios` and `stress`.

# %%
import simulator

run = simulator.simulate(simulator.load_study("hyperscalers-2026-01"), paths=2**16, seed=0)
run

# %% [markdown]
# ## How likely is a loss of more than USD 500 bn?
#
# Any threshold of any metric is a statistic with an error. The picture shows whether more paths move it.

# %%
simulator.charts.convergence(run, "prob_below(value_created.group, -500)")

# %% [markdown]
# ## Where does it fail?
#
# A box is a few beliefs within limits. It was searched for on one half of the replicates and is counted on
# the other half, so that its numbers are those of paths which the search has not seen.

# %%
where = simulator.scenarios(run, "bear.group")
where

# %%
simulator.charts.scenarios(where)

# %% [markdown]
# ## What would flip it?
#
# Each belief alone is put at a number between its 1st and 99th percentile, on the same draws. Where the
# likeliest verdict changes, the value has an error; where it does not, that is the answer.

# %%
turning = simulator.flip(run)
turning

# %%
simulator.charts.flips(turning)

# %% [markdown]
# And for pairs of the leading beliefs, the likeliest verdict over both.

# %%
simulator.charts.flip_map(turning)

# %% [markdown]
# ## How far is the bad case?
#
# The nearest beliefs with which the group creates no value on average: the paths are reweighted as little as
# possible, measured in nats.

# %%
bad = simulator.stress(run, "mean(value_created.group) = 0")
bad

# %%
simulator.charts.stress(bad)

# %% [markdown]
# ## What is it worth to know?
#
# A decision of the study: to go on, to wait, to build less, or to stop. Knowing a belief is worth what better
# decisions it allows; one that would change no decision is worth nothing, however uncertain it is.

# %%
worth = simulator.value(run)
worth

# %%
simulator.charts.value(worth)

# %% [markdown]
# ## Which belief moves it by how much?
#
# The derivative of the chance of bear by the location and the scale of every belief.

# %%
moves = simulator.sensitivity(run, "p_bear(group)")
moves

# %%
simulator.charts.sensitivity(moves)

# %% [markdown]
# ## What the five say together
#
# They answer different questions, and a belief may lead in one and be nowhere in another: a derivative is
# local, a box is about corners, a flip needs a belief to reach far enough, and information is worth something
# only where an action depends on it. Every answer is of this model with these beliefs; `strandline structure`
# says what other models make of the same draws.
