"""Everything wrong with a prior set is told at once, with its file and key, and nothing that is right."""

from pathlib import Path

import pytest

from simulator.errors import Fault, StudyError
from simulator.study import Study, load_study
from tests.study.small_set import FILES, write_set


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    return list(caught.value.faults)


OWN = 'unit = "1"\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "?"\n'

#: What is written, by file; and the fault that has to be told: file, key, a part of what is told.
BROKEN = {
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
    ("sources.toml", 'sources."later".date', "2026-03-01"),
    ("sources.toml", 'sources."seed".address', "http://"),
    ("sources.toml", 'sources."untitled".title', "required"),
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


def broken_set(folder: Path) -> Path:
    folder.mkdir()
    for name, text in BROKEN.items():
        (folder / name).write_text(text, encoding="latin-1")
    return folder


def test_every_fault_of_a_folder_is_told_with_its_file_and_key(tmp_path: Path) -> None:
    folder = broken_set(tmp_path / "broken")
    told = [(f.file.removeprefix(f"{folder}/"), f.key) for f in faults_of(folder)]
    assert told == sorted(told)
    assert told == [(file, key) for file, key, _ in TOLD]


def test_every_fault_says_what_is_wrong_or_what_to_do(tmp_path: Path) -> None:
    for fault, (_, _, part) in zip(faults_of(broken_set(tmp_path / "broken")), TOLD, strict=True):
        assert part in f"{fault.found} {fault.allowed} {fault.advice}", str(fault)
        assert fault.found
        assert fault.allowed


def test_a_file_that_is_not_toml_makes_no_name_of_another_one_unknown(tmp_path: Path) -> None:
    # The spend priors and the sources are defined, only not readable: telling that they are missing misleads.
    folder = write_set(
        tmp_path / "small",
        spend=FILES["spend.toml"] + "\n[spend.last]\nvalue = \n",
        sources=FILES["sources.toml"] + "\n]",
    )
    assert [Path(f.file).name for f in faults_of(folder)] == ["sources.toml", "spend.toml"]


def test_a_valid_set_has_no_fault(tmp_path: Path) -> None:
    load_study(write_set(tmp_path / "small"))


@pytest.mark.parametrize(
    ("topic", "old", "new", "key"),
    [
        ("study", "as_of = 2026-01-28", "", "study.as_of"),
        ("study", "[study]", "extends = 3\n[study]", "extends"),
        ("study", "[study]", 'extends = "nowhere"\n[study]', "extends"),
        ("study", "[study]", '[study]\nextends = "small"', "study.extends"),
        ("study", "mix[1]", "mix[3]", "study.order[2]"),
        ("study", "mix[1]", "direction.0", "study.order[2]"),
        (
            "study",
            "[[check]]",
            '[study.directions]\n"spend.x" = [1]\n[[check]]',
            'study.directions."spend.x"',
        ),
        (
            "study",
            "[[check]]",
            '[study.directions]\n"mix[0]" = [1, 2]\n"mix[1]" = [1]\n[[check]]',
            'study.directions."mix[1]"',
        ),
        (
            "study",
            "[[check]]",
            '[study.directions]\n"core.gap" = [1]\n"core.gap[0]" = [2]\n[[check]]',
            'study.directions."core.gap[0]"',
        ),
        (
            "study",
            "[[check]]",
            '[study.directions]\n"core.gap" = [1]\n"direction.0" = [2]\n[[check]]',
            'study.directions."direction.0"',
        ),
        ("study", '"core.gap"', '"core.gaps"', "company.amazon.exposure[0].rate"),
        ("study", "power.cancel", "power.cancels", "power_source.gas.cancellation"),
        ("study", '["seed"]', '["sed"]', "check.opening_revenue.sources"),
        ("study", '["spend.capex.meta"]', '["spend.capex.mta"]', "contradiction.capex.priors[0]"),
        ("study", "{ min = 0.05 }", "{ }", "verdict.bull.value_per_dollar"),
        ("study", "{ min = 0.05 }", "0.05", "verdict.bull.value_per_dollar"),
        ("spend", "[0, inf]", "[0, nan]", "spend.capex.meta.bounds"),
        ("spend", "[0, inf]", "[0]", "spend.capex.meta.bounds"),
        ("spend", "p10 = 110.0", "p10 = -110.0", "spend.capex.amazon.quantiles.p10"),
        ("spend", "p10 = 110.0", "ten = 110.0", "spend.capex.amazon.quantiles.ten"),
        ("core", "[2, 3, 5]", "[2, 3, 5]\nsize = 3", "mix.size"),
        ("core", "[2, 3, 5]", "[2]", "mix.alpha"),
        ("dependence", '"student_t"', '"gaussian"', "dependence.groups.tails.df"),
        ("dependence", "df = 4", "df = 0", "dependence.groups.tails.df"),
        ("dependence", "df = 4", "df = nan", "dependence.groups.tails.df"),
        ("dependence", '"tails"', '"default"', "dependence.groups.default.name"),
        ("dependence", "0.5]]", "nan]]", "dependence.spearman[0][2]"),
        ("dependence", '[["spend.capex.amazon", "spend.capex.meta", 0.5]]', "3", "dependence.spearman"),
        ("sources", "https://example.org/10-q", "https://", 'sources."filing".address'),
        ("sources", "2025-10-29", '"29.10.2025"', 'sources."filing".date'),
    ],
)
def test_a_single_fault_is_told_alone(tmp_path: Path, topic: str, old: str, new: str, key: str) -> None:
    text = FILES[f"{topic}.toml"]
    assert text.count(old) >= 1
    (fault,) = faults_of(write_set(tmp_path / "small", **{topic: text.replace(old, new, 1)}))
    assert (Path(fault.file).name, fault.key) == (f"{topic}.toml", key)


def test_a_set_without_its_study_table_is_told_where_it_belongs(tmp_path: Path) -> None:
    (fault,) = faults_of(write_set(tmp_path / "small", study=None))
    assert (fault.file, fault.key) == (f"{tmp_path}/small/study.toml", "study.as_of")


def test_a_dictionary_needs_no_provenance_but_no_less_truth() -> None:
    Study.from_dict({"priors": {"x": {"value": 1}}})
    with pytest.raises(StudyError) as caught:
        Study.from_dict(
            {
                "prios": {},
                "study": [],
                "company": {},
                "priors": {"x": {"value": True}, "y": 3, "z": {"value": 1, "as_of": "2026-13-01"}},
                "dependence": {"spearmen": [], "spearman": [["x", "z"]]},
            }
        )
    assert [f.key for f in caught.value.faults] == [
        "company",
        "dependence.spearman[0][2]",
        "dependence.spearmen",
        "prios",
        "study",
        "x.value",
        "y",
        "z.as_of",
    ]
