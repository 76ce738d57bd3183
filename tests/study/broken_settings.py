"""Settings, dependence and sources with everything wrong that can be, and what has to be told of each."""

#: What is written, by file; the priors that are named are those of `broken_priors`.
FILES = {
    "study.toml": """
[study]
name = "two words"
as_of = 2026-01-28
start = "2026-01"
horizon_quarters = 7
depreciation_policy = "in_servce"
pipeline_stages = 2.5
horizon = 24
order = ["a.good", "a.god", "a.good[0]", "shares[2]"]

[[company]]
title = "No name"
[[company]]
name = "group"
[[company]]
name = "acme"
[[company.exposure]]
kind = "price_gap"
rate = "a.god"
years = 3
[[company.exposure]]
kind = "price_gab"
[[company]]
name = "acme"

[[power_source]]
name = "sun"

[[scorecard]]
metric = "gross_margin"
min = "0.35"

[verdict.base]
value_per_dollar = { min = 0 }
[verdict.bull]
value_per_dollar = { min = 0.1, max = 0.05 }
roic = { mim = 0.1 }

[[check]]
name = "odd"
unit = "1"
low = 2
high = 1
statistic = "median_within"
sources = ["none"]
""",
    "dependence.toml": """
[dependence]
spearman = [
    ["a.good", "b.no_unit", 1.2],
    ["a.good", "b.no_date", 0.5],
    ["b.no_date", "a.good", 0.4],
    ["a.good", "a.god", 0.1],
    ["b.future", "b.future", 1.0],
    ["b.no_day", "shares", 0.1],
    ["b.no_day", 0.1],
]
[[dependence.groups]]
name = "t"
copula = "student_t"
factors = { f = { "a.good" = 0.5 } }
[[dependence.groups]]
name = "u"
spearman = [["a.good", "b.no_basis", 0.1]]
[[dependence.groups]]
name = "v"
factors = { f = { "b.odd_basis" = 0.9 }, g = { "b.odd_basis" = 0.9 } }
[[dependence.groups]]
name = "w"
factors = { h = { "b.odd_unit" = 1.5 } }
""",
    "sources.toml": """
[sources.seed]
title = "The seed"
address = "ftp://example.org"
[sources.later]
title = "Later"
date = 2026-03-01
[sources.untitled]
provenance = "?"
""",
    "syntax.toml": """
[c.unread]
value =
""",
    "latin.toml": "# \xe9",
}

#: The faults: file, key, and a part of what is told.
TOLD = [
    ("dependence.toml", "dependence.groups.t", "a.good, which group default has too"),
    ("dependence.toml", "dependence.groups.t.df", "degrees of freedom"),
    ("dependence.toml", "dependence.groups.u", "a.good, which group t has too"),
    ("dependence.toml", "dependence.groups.v.factors.*.b.odd_basis", "1.62"),
    ("dependence.toml", "dependence.groups.v.factors.f", "a factor that group t has too"),
    ("dependence.toml", "dependence.groups.w.factors.h.b.odd_unit", "<= 1"),
    ("dependence.toml", "dependence.spearman[0][2]", "<= 1"),
    ("dependence.toml", "dependence.spearman[2]", "a second definition"),
    ("dependence.toml", "dependence.spearman[3]", "Did you mean a.good?"),
    ("dependence.toml", "dependence.spearman[4]", "b.future with itself"),
    ("dependence.toml", "dependence.spearman[5]", "shares, which is 2 numbers"),
    ("dependence.toml", "dependence.spearman[6][1]", "text"),
    ("dependence.toml", "dependence.spearman[6][2]", "required"),
    ("latin.toml", "encoding", "UTF-8"),
    ("sources.toml", "sources.later.date", "2026-03-01"),
    ("sources.toml", "sources.seed.address", "http://"),
    ("sources.toml", "sources.untitled.title", "required"),
    ("study.toml", "check.odd", "low <= high"),
    ("study.toml", "check.odd.sources", '"none"'),
    ("study.toml", "company.acme", "a second definition"),
    ("study.toml", "company.acme.exposure[0].rate", "Did you mean a.good?"),
    ("study.toml", "company.acme.exposure[0].years", "text"),
    ("study.toml", "company.acme.exposure[1].kind", "Did you mean price_gap?"),
    ("study.toml", "company.group.name", "another name"),
    ("study.toml", "company[0].name", "required"),
    ("study.toml", "power_source.sun.cancellation", "required"),
    ("study.toml", "scorecard.gross_margin.min", "a number"),
    ("study.toml", "study.depreciation_policy", "Did you mean in_service?"),
    ("study.toml", "study.horizon", "Did you mean horizon_quarters?"),
    ("study.toml", "study.horizon_quarters", ">= 8"),
    ("study.toml", "study.name", "letters, digits"),
    ("study.toml", "study.order[1]", "Did you mean a.good?"),
    ("study.toml", "study.order[2]", "again"),
    ("study.toml", "study.order[3]", "a component below 2"),
    ("study.toml", "study.pipeline_stages", "a whole number"),
    ("study.toml", "study.start", "a quarter such as 2026Q1"),
    ("study.toml", "verdict.base", "all else is base"),
    ("study.toml", "verdict.bull.roic.mim", "Did you mean min?"),
    ("study.toml", "verdict.bull.value_per_dollar", "min <= max"),
    ("syntax.toml", "line 3, column 8", "TOML"),
]
