"""A small valid prior set on disk, which tests copy and break."""

from pathlib import Path

import pytest

from simulator.errors import Fault, StudyError
from simulator.study import load_study

FILES = {
    "study.toml": """
[study]
name = "small"
title = "A small set"
as_of = 2026-01-28
start = "2026Q1"
horizon_quarters = 24
depreciation_policy = "in_service"
pipeline_stages = 3
order = ["power.lead_time.gas", "shock.cycle[0]", "mix[1]", "spend.capex.amazon"]

[[company]]
name = "amazon"
title = "Amazon"
[[company.exposure]]
kind = "price_gap"
rate = "core.gap"
years = "core.gap_years"

[[company]]
name = "meta"

[[power_source]]
name = "gas"
title = "Gas"
cancellation = "power.cancel"

[[scorecard]]
metric = "gross_margin"
min = 0.35
title = "Gross margin"

[verdict.bull]
value_per_dollar = { min = 0.05 }
scorecard_passes = { min = 1 }
[verdict.bear]
value_per_dollar = { max = -0.05 }

[[contradiction]]
name = "capex"
title = "One says more, one says less."
treatment = "Neither is chosen."
priors = ["spend.capex.meta"]

[[check]]
name = "opening_revenue"
unit = "USD bn/yr"
low = 45
high = 65
statistic = "median_within"
sources = ["seed"]

[[risk]]
name = "late_power"
title = "Power is late"
question = "What if it takes years?"
companies = ["meta"]
sources = ["seed"]
note = "Orders are not made up."
[[risk.case]]
title = "Slow"
set = { "power.lead_time.gas" = "p90", "power.cancel" = 0.5 }
note = "Nine are faster."
[[risk.case]]
title = "The clock runs"
set = { "study.depreciation_policy" = "delivery" }

[[surprise]]
name = "deferral"
priors = ["power.lead_time.gas"]
metric = "value_created"
effect = "raises"
note = "What is not built loses nothing."
""",
    "spend.toml": """
[spend.capex.amazon]
family = "lognormal"
quantiles = { p10 = 110.0, p50 = 125.0, p90 = 148.0 }
unit = "USD bn/yr"
basis = "published"
sources = ["seed"]
as_of = 2026-01-28
note = "Seed table."

[spend.capex.meta]
family = "normal"
mean = 72
sd = 6.5
bounds = [0, inf]
unit = "USD bn/yr"
basis = "reported"
sources = ["filing"]
as_of = 2025-10-29
""",
    "power.toml": """
[power]
cancel = { value = 0.05, unit = "1", basis = "judgement", as_of = 2026-01-28, note = "few are" }

[power.lead_time.gas]
family = "lognormal"
median = 2.8
sigma = 0.3
unit = "years"
basis = "judgement"
as_of = 2026-01-01
note = "Turbines."
""",
    "core.toml": """
[core]
gap = { family = "normal", mean = 0.1, sd = 0.02, unit = "1/yr", basis = "reported", \
sources = ["seed"], as_of = 2026-01-28 }
gap_years = { value = 3, unit = "years", basis = "judgement", as_of = 2026-01-28, note = "?" }

[mix]
family = "dirichlet"
alpha = [2, 3, 5]
unit = "1"
basis = "judgement"
as_of = 2026-01-28
note = "?"
""",
    "dependence.toml": """
[dependence]
spearman = [["spend.capex.amazon", "spend.capex.meta", 0.5]]

[dependence.firm_loading]
value = 0.6
unit = "1"
basis = "judgement"
as_of = 2026-01-28
note = "?"

[[dependence.groups]]
name = "tails"
copula = "student_t"
df = 4
factors = { common = { "power.lead_time.gas" = 0.6, "core.gap" = -0.8 } }
""",
    "sources.toml": """
[sources.seed]
title = "The seed article"
date = 2026-01-28
provenance = "stored page"

[sources."filing"]
title = "A filing"
address = "https://example.org/10-q"
date = 2025-10-29
""",
}


def write_set(folder: Path, **changes: str | None) -> Path:
    """Write the set to a folder; ``spend="..."`` replaces spend.toml, None leaves it out."""
    files = FILES | {f"{topic}.toml": text for topic, text in changes.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path) -> list[Fault]:
    """Return the faults for which the set in a folder is refused."""
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    return list(caught.value.faults)
