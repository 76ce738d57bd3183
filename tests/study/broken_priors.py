"""Priors with everything wrong that can be, and what has to be told of each."""

OWN = 'unit = "1"\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "?"\n'

#: What is written, by file.
FILES = {
    "a.toml": f"""
[a.good]
family = "normal"
mean = 1
sd = 0.1
{OWN}
[a.unknown_key]
family = "normal"
mean = 1
sd = 0.1
meen = 1
{OWN}
[a.unknown_family]
family = "norml"
{OWN}
[a.no_family]
mean = 1
sd = 0.1
{OWN}
[a.negative_sd]
family = "normal"
mean = 1
sd = -0.1
{OWN}
[a.zero_sd]
family = "normal"
mean = 1
sd = 0
{OWN}
[a.nan]
value = nan
{OWN}
[a.infinite]
family = "lognormal"
median = inf
sigma = 0.1
{OWN}
[a.falling]
family = "normal"
quantiles = {{ p10 = 3, p50 = 2, p90 = 4 }}
{OWN}
[a.p100]
family = "metalog"
quantiles = {{ p0 = 1, p50 = 2, p100 = 3 }}
{OWN}
[a.one_quantile]
family = "normal"
quantiles = {{ p50 = 2 }}
{OWN}
[a.both]
family = "normal"
mean = 1
sd = 0.1
quantiles = {{ p10 = 1, p90 = 2 }}
{OWN}
[a.half]
family = "normal"
mean = 1
{OWN}
[a.value_and_family]
family = "normal"
mean = 1
sd = 0.1
value = 1
{OWN}
[a.no_mode]
family = "triangular"
low = 1
mode = 5
high = 3
{OWN}
[a.bounds]
family = "normal"
mean = 1
sd = 1
bounds = [2, 1]
{OWN}
[a.nothing_left]
family = "uniform"
low = 0
high = 1
bounds = [2, 3]
{OWN}
[a.chances]
family = "categorical"
values = [1, 2]
probabilities = [0.5, 0.6]
{OWN}
[a.chance]
family = "bernoulli"
p = 1.5
{OWN}
[a.mixed]
family = "mixture"
components = [{{ weight = 0.5, value = 0 }}, {{ weight = 0.6, family = "bernoulli", p = 0, unit = "1" }}]
{OWN}
[a.mixed_worse]
family = "mixture"
components = [{{ weight = 0.5, value = 0 }}, {{ weight = 0.5, family = "beta", alpha = 1, beta = -2 }}]
{OWN}
[a.text]
family = "normal"
mean = "1"
sd = true
{OWN}
[a.good.inside]
value = 1
{OWN}
""",
    "b.toml": f"""
[a.good]
value = 2
{OWN}
[b]
bare = 3
[b.no_unit]
value = 1
basis = "judgement"
as_of = 2026-01-28
note = "?"
[b.odd_unit]
value = 1
unit = "USD bnn"
basis = "judgement"
as_of = 2026-01-28
note = "?"
[b.no_basis]
value = 1
unit = "1"
as_of = 2026-01-28
[b.no_date]
value = 1
unit = "1"
basis = "judgement"
note = "?"
[b.future]
value = 1
unit = "1"
basis = "judgement"
as_of = 2026-02-01
note = "?"
[b.no_day]
value = 1
unit = "1"
basis = "judgement"
as_of = 2026-01-28T12:00:00
note = "?"
[b.odd_basis]
value = 1
unit = "1"
basis = "guess"
as_of = 2026-01-28
[b.no_source]
value = 1
unit = "1"
basis = "published"
as_of = 2026-01-28
[b.lost_source]
value = 1
unit = "1"
basis = "published"
sources = ["sed"]
as_of = 2026-01-28
[b.no_reason]
value = 1
unit = "1"
basis = "judgement"
as_of = 2026-01-28
[shares]
family = "dirichlet"
alpha = [1, 2]
{OWN}
[factor.cycle]
value = 1
{OWN}
[b."odd name"]
value = 1
{OWN}
""",
}

#: The faults: file, key, and a part of what is told.
TOLD = [
    ("a.toml", "a.both", "mean, sd, quantiles"),
    ("a.toml", "a.bounds.bounds", "the lower one first"),
    ("a.toml", "a.chance.p", "<= 1"),
    ("a.toml", "a.chances.probabilities", "a sum of 1.1"),
    ("a.toml", "a.falling.quantiles", "2 at p50 after 3 at p10"),
    ("a.toml", "a.good.inside", "a name inside the prior a.good"),
    ("a.toml", "a.half", "either mean, sd or quantiles"),
    ("a.toml", "a.infinite.median", "a finite number"),
    ("a.toml", "a.mixed.components", "weights that sum to 1.1"),
    ("a.toml", "a.mixed.components[1].unit", "a key of the whole prior"),
    ("a.toml", "a.mixed_worse.components[1].beta", "> 0"),
    ("a.toml", "a.nan.value", "a finite number"),
    ("a.toml", "a.negative_sd.sd", "> 0"),
    ("a.toml", "a.no_family.family", "no family, but mean, sd"),
    ("a.toml", "a.no_mode.mode", "low <= mode <= high"),
    ("a.toml", "a.nothing_left.bounds", "leave some of 0 to 1"),
    ("a.toml", "a.one_quantile.quantiles", "at least 2"),
    ("a.toml", "a.p100.quantiles.p0", "above p0"),
    ("a.toml", "a.p100.quantiles.p100", "below p100"),
    ("a.toml", "a.text.mean", "a number"),
    ("a.toml", "a.text.sd", "a number"),
    ("a.toml", "a.unknown_family.family", "Did you mean normal?"),
    ("a.toml", "a.unknown_key.meen", "Did you mean mean?"),
    ("a.toml", "a.value_and_family.value", "write value = x alone"),
    ("a.toml", "a.zero_sd.sd", "use value = x"),
    ("b.toml", "a.good", "a second definition"),
    ("b.toml", "b.bare", "b.bare = { value = ... }"),
    ("b.toml", "b.future.as_of", "not after the study's own, 2026-01-28"),
    ("b.toml", "b.lost_source.sources", "Did you mean seed?"),
    ("b.toml", "b.no_basis.basis", "reported, published or judgement"),
    ("b.toml", "b.no_date.as_of", "the day"),
    ("b.toml", "b.no_day.as_of", "a date without a time"),
    ("b.toml", "b.no_reason.note", "judgement has a reason"),
    ("b.toml", "b.no_source.sources", "at least one source"),
    ("b.toml", "b.no_unit.unit", 'a unit, "1" for a pure number'),
    ("b.toml", "b.odd name", "letters, digits"),
    ("b.toml", "b.odd_basis.basis", "'reported', 'published' or 'judgement'"),
    ("b.toml", "b.odd_unit.unit", "bnn"),
    ("b.toml", "factor.cycle", "another topic"),
]
