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
# This notebook compares the mechanism of spending with what happened since 2024, lets six figures of
# the spring of 2026 teach the study, and asks what four months of new beliefs did to the answer: from the
# priors of January to those of May.

# %%
from datetime import date

import simulator

# %% [markdown]
# ## The past, scored
#
# Evidence has the day on which each figure was known. So a forecast can be made on a day in the past from
# nothing but what was known then, and compared with what came. Here are forecasts of the quarterly
# capex of each company and of the group, one to four quarters ahead, from every quarter since the first
# of 2023. The score is CRPS, in logs, and skill is how much smaller it is than that of a baseline on
# the same outcomes.

# %%
evidence = simulator.load_evidence()
first, last = evidence.observations[0].known, evidence.observations[-1].known
print(f"{len(evidence)} figures, known from {first} to {last}")
scored = simulator.score(evidence, first="2023Q1", last="2026Q1", horizons=4)
simulator.charts.skill(scored)

# %% [markdown]
# These are the build-out's own spend equations, with priors that follow one rule at every origin. They are
# better than a random walk with drift one quarter ahead, beyond that not clearly, and far better than what
# the companies and the analysts said, whose figures ran behind a boom that went on. That last comparison
# is less of a feat than it looks: these were years in which everybody was too low, and the errors come from
# resampling three or four of them. `separate` is a statistical forecaster and no part of the build-out;
# `unguided` is the build-out without its ear for guidance. Whiskers that hold zero show no difference.
#
# ## Were the intervals right?
#
# If forecasts are calibrated, outcomes fall anywhere in them equally often.

# %%
simulator.charts.calibration(scored)

# %% [markdown]
# They did not: outcomes lie high in their forecasts. The intervals are wide enough and their middle is too
# low. A forecaster whose memory begins in 2019 has not seen a boom like this one; anybody who believes in
# its medians for 2026 should know it.

# %% [markdown]
# ## What six figures teach
#
# Between January and the end of May the four reported capex of the first quarter, and two of them a rate of
# AI revenue. Bayes' rule says what January's priors become: every path is weighed by how likely it makes
# those figures, and drawn again. How much that may be trusted is measured first; here the
# weights rest on enough paths.

# %%
january = simulator.load_study("hyperscalers-2026-01")
run = simulator.simulate(january, paths=2**16, seed=7)
posterior = simulator.update(run, as_of=date(2026, 5, 31), method="reweighting")
summary = posterior.summary()
for one in summary.method.diagnostics:
    bound = "at most" if one.most else "at least"
    print(f"{one.name:5} {one.value:.3g}, needed: {bound} {one.limit:g}")

# %%
for when, outcomes in (("prior", summary.prior), ("posterior", summary.posterior)):
    chances = outcomes.verdicts["group"].items()
    line = ", ".join(f"{name} {100 * one.value:.1f} ± {100 * one.error:.1f}%" for name, one in chances)
    print(f"{when:10} {line}")

# %% [markdown]
# Bear gains some three points and bull loses five. Which beliefs moved, in their own standard deviations?

# %%
for one in posterior.moved()[:6]:
    print(f"{one.name:34} {one.shift.value:+.2f} ± {one.shift.error:.2f} sd")

# %% [markdown]
# What the evidence speaks of has moved; what decides the verdict, such as the size of the market, has hardly
# heard of it. Two quarters of spending say nothing about the demand of 2031. The tree of the update,
# `posterior.to_datatree()`, has priors and posterior side by side, for ArviZ to draw as it likes.

# %%
names = [one.name for one in posterior.moved()[:4]]
simulator.charts.learned(posterior, [*names, "adoption.potential"])

# %% [markdown]
# ## January and May
#
# The study exists with two dates. What made the difference? All of the following is computed on common
# draws: parts of the January study are taken from May's one at a time, in two orders, so that every share
# is a mean of differences path by path.

# %%
may = simulator.load_study("hyperscalers-2026-05")
found = simulator.diff(january, may, paths=2**13)
simulator.charts.parts(found, "p_bear(group)")

# %%
change = found.statistics["mean(value_created.group)"].change
print(f"mean value created: {change:USD bn}")

# %% [markdown]
# More spending was announced, and it pushes towards bear by more than the whole change; better revenue
# pulls the other way, but not as far. Single priors tell the same story in more detail.

# %%
shares = {one.name: one.effects["p_bear(group)"].share for one in found.priors}
for name, share in sorted(shares.items(), key=lambda row: -abs(row[1].value))[:8]:
    print(f"{name:38} {100 * share.value:+6.1f} ± {100 * share.error:.1f} points")

# %% [markdown]
# One of the beliefs behind it, in January and in May:

# %%
simulator.charts.belief(may, "spend.capex_2026.meta", before=january)
