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
# # Where the beliefs come from
#
# A simulation repeats what it was told. This notebook looks at what it was told: who says so, how a belief
# is put into numbers, what it does to the answer when it changes, what it means that beliefs move together,
# and whether the whole agrees with facts that were known on the day.

# %%
from collections import Counter

import simulator

study = simulator.load_study("hyperscalers-2026-01")
run = simulator.simulate(study, paths=2**14, seed=7)

# %% [markdown]
# ## Who says so
#
# Every prior names its basis. **Reported** stands in a company's filing, **published** is the figure of a
# named third party, and **judgement** is all else, whatever informed it. Most are judgement, and among them
# some of those that matter most, as notebook 05 shows.

# %%
for basis, count in Counter(prior.basis for prior in study.priors.values()).most_common():
    print(f"{basis:10} {count:3} of {len(study.priors)}")

# %% [markdown]
# One belief, as the study holds it. The reason stands beside the number, together with what speaks against
# it.

# %%
prior = study.priors["power.lead_time.northern_virginia"]
print(prior.note)
simulator.charts.belief(study, prior.name)

# %% [markdown]
# Here are the lead times of all sources at once: for each the median and the middle four fifths, in years.

# %%
waits = [f"power.lead_time.{source.name}" for source in study.settings.power_sources]
simulator.charts.beliefs(study, waits)

# %% [markdown]
# ## From three numbers to a distribution
#
# Nobody thinks in standard deviations of logarithms. Say what an expert would: one time in ten the market
# for AI ends below 700 bn dollars a year, half the time below 1,100, nine times in ten below 2,300. The
# family has two parameters and the quantiles are three, so the fit is the nearest one, and it says by how
# much it misses.

# %%
quantiles = {"p10": 700.0, "p50": 1100.0, "p90": 2300.0}
said = study.override({"adoption.potential": {"family": "lognormal", "quantiles": quantiles}})
print(simulator.fit_report(said.priors["adoption.potential"]))

# %% [markdown]
# A metalog takes any set of quantiles, at the price of a shape that nobody chose. It has all three.

# %%
exact = study.override(
    {"adoption.potential": {"family": "metalog", "quantiles": quantiles, "bounds": [0.0, 10000.0]}}
)
print(simulator.fit_report(exact.priors["adoption.potential"]))
simulator.charts.belief(exact, "adoption.potential", before=study)

# %% [markdown]
# A family that cannot have these quantiles is refused, rather than bent: a normal distribution is
# even-sided, and these quantiles are not.

# %%
try:
    uneven = {"family": "normal", "quantiles": {"p10": 700.0, "p50": 1100.0, "p90": 4000.0}}
    simulator.fit_report(study.override({"adoption.potential": uneven}).priors["adoption.potential"])
except simulator.StudyError as error:
    print(error)

# %% [markdown]
# ## What a changed belief does
#
# A draw depends on the seed, the name of its prior and the number of its path, and on nothing else. So the
# same study with another belief about the market, under the same seed, is a paired experiment: path 17 has
# the same chips, the same power and the same busts in both. The error of a difference is that of the pairs,
# far smaller than that of either run.

# %%
changed = simulator.simulate(said, paths=2**14, seed=7)
simulator.charts.differences(run, {"the market as the expert says": changed}, "bull.group")

# %% [markdown]
# ## What moves together
#
# Some beliefs are tied. Rents follow the cost of the hardware, what a boom costs rises with how much is
# built, and a cycle that tips from a boom into a bust tips from a plateau too. The study says so as rank
# correlations.

# %%
pairs = study.dependence.groups[0].spearman
for one, other, rank in pairs:
    print(f"{rank:+.2f}  {one} and {other}")

# %% [markdown]
# Taken apart, every prior keeps its own distribution and only the ties go.

# %%
untied = study.override({f"dependence.spearman[{one},{other}]": 0.0 for one, other, _ in pairs})
apart = simulator.simulate(untied, paths=2**14, seed=7)
for name, level in {"worst 5%": "cvar05", "mean": "mean", "best 5%": "cvar95"}.items():
    tied, free = (one.estimate(f"{level}(value_created.group)") for one in (run, apart))
    print(f"{name:9} tied {tied:USD bn}, untied {free:USD bn}")

# %%
simulator.charts.tails({"as believed": run, "untied": apart}, "value_created.group", end="best")

# %% [markdown]
# Both ends hear of it, and the good end most: untied, both are further out. Great gains need cheap hardware
# and high rents at once, and a world where rents follow cost has few such paths. Correlations are easily
# thought of as what adds risk; these take a little of it away, and more of the hope. Which tie does that can
# be tried one at a time, by its name.

# %% [markdown]
# ## Held to the evidence
#
# Before anyone believes a verdict, the study has to be able to say what was already known. Its predictive
# checks run it once and hold seventeen quantities against the range that evidence of the time gives:
# revenue at the start, the cost of a gigawatt, growth of spending, delays. Passing them makes no belief
# true. Failing one makes it hard to defend.

# %%
simulator.charts.checks(simulator.evaluate_checks(study))

# %% [markdown]
# The set of May 2026 fails three of its own, and says so: guidance of that spring cannot be squared with
# the market for power at the price of a gigawatt that analysts gave. It was reported and not tuned away.
# `strandline priors check hyperscalers-2026-05 --predictive` shows it.
