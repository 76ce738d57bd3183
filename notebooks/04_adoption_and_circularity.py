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
# # Whose money is it?
#
# Part of the revenue of the build-out is paid by laboratories that the same companies, or their peers,
# finance. It is revenue like any other as long as the financing lasts. This notebook sets organic demand
# beside financed demand, breaks the financing, and looks at what a gigawatt earns and at who makes its
# chips.

# %%

import simulator

study = simulator.load_study("hyperscalers-2026-01")
run = simulator.simulate(study, paths=2**14, seed=7)

# %% [markdown]
# ## Organic and financed
#
# The dashed line is revenue that no funded laboratory pays. Both are bounded by capacity: demand that finds
# no chips with power earns nothing.

# %%
simulator.charts.fan(run, "revenue")

# %% [markdown]
# The first item of the investor scorecard asks whether that part grows with the capital: growth of
# non-circular revenue through 2027, per dollar of capital spent by the middle of it. The study asks for
# 0.20 a year; a gigawatt breaks even at about 0.25.

# %%
simulator.charts.exceedance(run, "noncircular_yield.group")

# %%
item = run.summary()["scorecard"]["group"]["items"][0]
share = item["pass"]
print(f"passes at {item['min']:.2f} a year: {100 * share['value']:.1f} ± {100 * share['mcse']:.1f}% of paths")

# %% [markdown]
# ## When financing breaks
#
# A break is one event for all laboratories and it lasts. Its hazard depends on the regime: small in a boom,
# large in a bust. From the series by quarter one can read how many paths have seen it. Series come in the
# order of paths, 256 of each of 32 replicates in turn; the spread of the replicates' means is the error.

# %%
broken = run.series(paths=8192)["financing_broken"]
for quarter, label in {3: "2026", 11: "2028", 23: "2031"}.items():
    shares = broken[quarter].reshape(32, 256).mean(axis=1)
    value, error = 100 * shares.mean(), 100 * shares.std(ddof=1) / 32**0.5
    print(f"broken by the end of {label}: {value:.1f} ± {error:.1f}% of paths")

# %% [markdown]
# Now take breaks away, or make them three times as likely, on the same draws.


# %%
def scaled(factor: float, *names: str) -> dict:
    """Return the same beliefs about another middle, so many times theirs."""
    found = {}
    for name in names:
        prior = study.priors[name]
        median = factor * prior.parameters["median"]
        found[name] = {"family": prior.family, **prior.parameters, "median": median}
    return found


hazard = [f"adoption.break_{regime}" for regime in ("boom", "plateau", "bust")]
changes = {
    "no breaks": scaled(1e-6, *hazard),
    "breaks three times as likely": scaled(3, *hazard),
    "breaks that take nearly all, not half": scaled(1.9, "adoption.break_severity"),
    "breaks that bring no bust": scaled(1e-6, "dependence.contagion"),
    "breaks that nearly always bring a bust": scaled(3.6, "dependence.contagion"),
}
runs = {
    name: simulator.simulate(study.override(change), paths=2**14, seed=7) for name, change in changes.items()
}
simulator.charts.differences(run, runs, "value_created.group")

# %% [markdown]
# Breaks move the mean by some twenty billions either way, a few per cent of it. Two effects are in that: a
# break takes revenue, and it may bring down the whole cycle. Between a world without breaks and one with
# breaks that bring no bust lies what a break costs by itself:

# %%
alone = simulator.compare(runs["no breaks"], runs["breaks that bring no bust"])
print(f"breaks by themselves: {alone.metrics['value_created.group'].difference:USD bn}")

# %% [markdown]
# The rest comes with the bust. A bust stops spending too, and by the mechanism of notebook 03 what is not
# spent is not lost where the marginal dollar loses: the cost of breaks might be small because spending
# answers to them. Let spending take no notice of returns or of idle chips, and take the breaks away again:

# %%
blind = study.override(scaled(1e-6, "spend.discipline", "spend.deferral"))
unheeding = simulator.simulate(blind, paths=2**14, seed=7)
without = simulator.simulate(blind.override(changes["no breaks"]), paths=2**14, seed=7)
for name, before, after in (
    ("spending answers", run, runs["no breaks"]),
    ("spending does not", unheeding, without),
):
    moved = simulator.compare(before, after).metrics["value_created.group"].difference
    print(f"{name:18} without breaks: {moved:USD bn}")

# %% [markdown]
# It is not so: breaks cost about as much either way. On a mean of this size they are small, because the part
# of revenue that is circular is small once demand has grown. Their harm is also in what investors look at:

# %%
likely = simulator.compare(run, runs["breaks three times as likely"])
margin = likely.metrics["gross_margin.group"].difference
print(f"breaks three times as likely: gross margin of 2027 {margin:%} of revenue")
print(f"                              P(bear) {likely.verdicts['group']['bear'].difference:%} of paths")

# %% [markdown]
# ## What a gigawatt earns
#
# The second item of the scorecard is gross margin in 2027: what is left of revenue after energy,
# depreciation and write-downs.

# %%
simulator.charts.distribution(run, "gross_margin.group")

# %% [markdown]
# Three beliefs decide it: how much of falling costs goes through to prices, what a gigawatt costs, and who
# makes the chips. Own silicon is cheaper per gigawatt and computes less per gigawatt; the companies move to
# it at the rates that the study believes. Here nobody moves any further, or all move twice as fast, or own
# chips cost a quarter less than they do.

# %%
shift = [f"silicon.shift.{company}" for company in study.settings.entities]
chips = {
    "nobody moves to own silicon": scaled(1e-6, *shift),
    "everybody moves twice as fast": scaled(2, *shift),
    "own silicon costs a half less, not 30%": scaled(5 / 3, "silicon.custom_discount"),
    "pass-through of costs a fifth lower": scaled(0.8, "economics.passthrough"),
}
runs = {
    name: simulator.simulate(study.override(change), paths=2**14, seed=7) for name, change in chips.items()
}
simulator.charts.differences(run, runs, "value_created.group")

# %% [markdown]
# The largest of these is the one that nobody can look up. How much of a falling cost per unit of computing
# ends with the customer is judgement, a fifth less of it is worth hundreds of billions, and no filing
# states it. The discount on own silicon is nearer to something that analysts publish; a half rather than
# 30% is worth some two hundred billions. That the companies go there at all is worth somewhat more, and
# going twice as fast adds less than the first step did.
