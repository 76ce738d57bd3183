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
# # What was learnt
#
# Time tells. This notebook holds the mechanism of spending to what happened since 2023, and asks what four
# months did to the answer: from the priors of January 2026 to those of May.

# %%
import simulator

# %% [markdown]
# ## The past, scored
#
# Evidence is kept with the day on which each figure was known. So a forecast can be made on a day in the
# past from nothing but what was known then, and held to what came. Here are forecasts of the quarterly
# capex of each company and of the group, one to four quarters ahead, from every quarter since the second
# half of 2023. The score is CRPS, in logs, and skill is how much smaller it is than that of a baseline on
# the same outcomes.

# %%
evidence = simulator.load_evidence()
print(
    f"{len(evidence)} figures, known from {evidence.observations[0].known} to {evidence.observations[-1].known}"
)
scored = simulator.score(evidence, first="2023Q3", last="2026Q1", horizons=4)
simulator.figures.skill(scored)

# %% [markdown]
# Better than a random walk with drift, and far better than what the companies and the analysts said, whose
# figures ran behind a boom that went on. That last comparison is less of a feat than it looks: these were
# years in which everybody was too low, and the errors come from resampling three or four of them.
# `unguided` is the mechanism without its ear for guidance; that ear is not shown to be worth anything for
# the group, since the whiskers hold zero.
#
# ## Were the intervals right?
#
# If forecasts are calibrated, outcomes fall anywhere in them equally often.

# %%
simulator.figures.calibration(scored)

# %% [markdown]
# They did not: outcomes lie high in their forecasts. The intervals are wide enough and their middle is too
# low. A forecaster whose memory begins in 2019 has not seen a boom like this one; anybody who believes in
# its medians for 2026 should know it.
#
# ## January and May
#
# The study exists with two dates. What made the difference? All of the following is computed on common
# draws: parts of the January study are taken from May's one at a time, in two orders, so that every share
# is a mean of differences path by path.

# %%
january, may = (simulator.load_study(f"hyperscalers-2026-{month}") for month in ("01", "05"))
found = simulator.diff(january, may, paths=2**13)
simulator.figures.parts(found, "p_bear(group)")

# %%
change = found["statistics"]["mean(value_created.group)"]["change"]
print(f"mean value created: {change['value']:.0f} ± {change['mcse']:.0f} USD bn")

# %% [markdown]
# More spending was announced, and it pushes towards bear by more than the whole change; better revenue
# pulls the other way, but not as far. Single priors tell the same story in more detail.

# %%
for one in sorted(found["priors"], key=lambda row: -abs(row["effects"]["p_bear(group)"]["share"]["value"]))[
    :8
]:
    share = one["effects"]["p_bear(group)"]["share"]
    print(f"{one['name']:38} {100 * share['value']:+6.1f} ± {100 * share['mcse']:.1f} points")

# %% [markdown]
# The belief that did it, in January and in May:

# %%
simulator.figures.belief(may, "adoption.ai_revenue.alphabet", before=january)
