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
# # Chips without power
#
# A gigawatt of chips is bought in a quarter and waits for power for years. This notebook asks how long by
# source of power, how much stands idle meanwhile, what one more year in Northern Virginia would cost, and
# what the depreciation clock makes of chips that wait.

# %%
import simulator

study = simulator.load_study("hyperscalers-2026-01")
run = simulator.simulate(study, paths=2**15, seed=7)

# %% [markdown]
# ## Ordered and powered
#
# Chips are ordered to a plan; power comes when it comes. The gap between the two lines is what stands in
# the dark. It does not close by itself, because more is ordered while the first is still waiting.

# %%
simulator.charts.fan(run, "power")

# %%
simulator.charts.exceedance(run, "stranded_share.group")

# %% [markdown]
# A path is stranded by three things: the lead time itself, the plan that was made for it, and the queue.
# When all four order more than can be hooked up in a year, every wait grows with the excess, to a power
# that the study calls congestion.
#
# ## How long, by source
#
# The middle of what is believed about each source, and what chip orders plan with. Plans allow a tenth more
# than their reference on average, and reach beyond what is believed everywhere but for small reactors.

# %%
margin = study.priors["power.plan_ratio"].parameters["median"]
print("source                           lead time   planned, years")
for source in study.settings.power_sources:
    lead, plan = (study.priors[f"power.{what}.{source.name}"] for what in ("lead_time", "plan_lead"))
    print(f"{source.title:32} {lead.parameters['median']:9.1f} {margin * plan.parameters['value']:9.1f}")

# %% [markdown]
# ## One more year in Northern Virginia
#
# The belief about it is moved by a year and nothing else is touched. Both runs have the same draws, so that
# each path is compared with itself.


# %%
def with_median(name: str, median: float) -> dict:
    """Return the same belief about another middle."""
    prior = study.priors[name]
    return {name: {"family": prior.family, **prior.parameters, "median": median}}


later = with_median("power.lead_time.northern_virginia", 5.5)
year = simulator.simulate(study.override(later), paths=2**15, seed=7)
found = simulator.compare(run, year)
points = {name: found.metrics[f"{name}.group"].difference for name in ("stranded_share", "energised_share")}
print(f"stranded share    {points['stranded_share']:%} of chips bought more")
print(f"energised share   {points['energised_share']:%} of gigawatts")
print(f"EPS drag, Amazon  {found.metrics['eps_drag.amazon'].difference:USD a share more}")
print(f"P(bear)           {found.verdicts['group']['bear'].difference:%} of paths more")
print(f"value created     {found.metrics['value_created.group'].difference:USD bn}")

# %% [markdown]
# More chips stand idle, earnings suffer, bear becomes more probable, and value falls, though by a few per
# cent of the mean only. Before such a number is repeated it has to be explained.
#
# ## Why value falls by no more
#
# Two beliefs let spending answer to what happens. **Discipline** cuts growth when revenue per dollar falls
# short of its hurdle, and **deferral** puts orders off while chips stand idle. What is delayed earns later,
# which costs; but it also shows up as idle stock and thin revenue, so that less is ordered, and on paths on
# which the marginal dollar loses, what is not ordered does not lose.
#
# That is a conjecture, and it can be tested: hold both answers near nothing, and ask again. (A number, 0,
# would do as well. The same family keeps the compiled kernel.)

# %%
blind = study.override(with_median("spend.discipline", 1e-6) | with_median("spend.deferral", 1e-6))
unheeding = simulator.simulate(blind, paths=2**15, seed=7)
unheeding_year = simulator.simulate(blind.override(later), paths=2**15, seed=7)
for name, before, after in (
    ("spending answers", run, year),
    ("spending does not", unheeding, unheeding_year),
):
    moved = simulator.compare(before, after).metrics["value_created.group"].difference
    whole = before.estimate("mean(value_created.group)")
    print(f"{name:18} one more year: {moved:USD bn}, on a mean of {whole}")

# %% [markdown]
# So it is. Where spending takes no notice, a year in Virginia costs seven tenths more. Where it does, the
# delay works as a brake on spending that would have lost more, and gives back part of what it costs.
# Discipline and deferral themselves are worth far more than a year in one queue: compare the two means.
#
# The finding to keep is that value created cannot be read without asking whether the marginal dollar earns
# its cost. Where AI sells out, it does, and there the year costs most:

# %%
bull = run.verdicts["verdict.group"] == 1
for name, kept in {"bull paths": bull, "all others": ~bull}.items():
    before, after = (one.estimate("mean(value_created.group)", where=kept) for one in (run, year))
    print(f"{name}: {before:USD bn} before, {after:USD bn} with one more year")

# %% [markdown]
# ## Other ways to be late
#
# One year more in one region beside other changes to the power supply. Ten points of the orders are moved
# from the American grid to nuclear restarts, to small reactors or to gas on the site; congestion is halved
# and doubled.

# %%
moved = {
    f"10 points from the grid to {title}": {
        f"power.mix.{name}": study.priors[f"power.mix.{name}"].parameters["value"] + 0.1,
        "power.mix.us_grid": study.priors["power.mix.us_grid"].parameters["value"] - 0.1,
    }
    for name, title in {"nuclear": "nuclear", "smr": "small reactors", "gas": "gas"}.items()
}
moved["congestion doubled"] = with_median("power.congestion", 0.4)
runs = {
    name: simulator.simulate(study.override(change), paths=2**15, seed=7) for name, change in moved.items()
}
runs["one more year in Virginia"] = year
simulator.charts.differences(run, runs, "stranded_share.group")

# %%
simulator.charts.differences(run, runs, "bear.group")

# %% [markdown]
# Small reactors strand more than a year in Virginia does, and for the same reason: the power that is
# planned for is not there when the chips are. Gas on the site is about as quick as the grid outside
# Virginia, and changes little.
#
# ## The clock
#
# An accelerator loses its value whether or not it is plugged in. Filings start the depreciation clock when
# it goes into service, and write down what has meanwhile become worth less; the alternative, the clock that
# runs from delivery, is one setting away.

# %%
delivery = study.override({"study.depreciation_policy": "delivery"})
running = simulator.simulate(delivery, paths=2**15, seed=7)
clock = {"the clock runs from delivery": running}
simulator.charts.differences(run, clock, "eps_drag.amazon")

# %%
found = simulator.compare(run, running)
for name in ("stranded_share.group", "gross_margin.group"):
    print(f"{name:22} {found.metrics[name].difference:%}")
print(f"{'value_created.group':22} {found.metrics['value_created.group'].difference:USD bn}")
print(f"{'P(bear)':22} {found.verdicts['group']['bear'].difference:%}")

# %% [markdown]
# Not a chip moves, and cash hardly does: the small gain in value is tax that falls due later. What moves is
# the margin of 2027 that the scorecard reads, and the worst year's drag on earnings, so that a choice of
# accounting decides the verdict on some paths. Which of the two an analyst should look at is worth an
# argument; that they differ by this much is worth knowing.
