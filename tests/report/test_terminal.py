import re
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from simulator.buildout.settings import BuildoutSettings as Settings
from simulator.buildout.settings import Company
from simulator.estimate import MetricStatistics, Number, Summary, TailIndex, summarise
from simulator.report import run_tables, terminal, titles, verdict
from simulator.study import Limits, ScorecardItem, Study, VerdictRule
from simulator.study.domain import known_metrics

COMPANIES = (Company("amazon", "Amazon"), Company("alphabet", "Alphabet"), Company("meta", "Meta"))
METRICS = {
    "value_created": "USD bn",
    "value_per_dollar": "1",
    "stranded_share": "1",
    "eps_drag": "USD",
    "roic": "1/yr",
    "payback_years": "yr",
    "gross_margin": "1",
    "energised_share": "1",
}
SETTINGS = Settings(
    companies=COMPANIES,
    scorecard=(
        ScorecardItem("gross_margin", 0.35, "Gross margin"),
        ScorecardItem("energised_share", 0.8, "Energised share"),
    ),
    verdicts=(
        VerdictRule("bull", {"value_per_dollar": Limits(min=0.05), "scorecard_passes": Limits(min=2)}),
        VerdictRule("bear", {"value_per_dollar": Limits(max=-0.05), "scorecard_passes": Limits(max=1)}),
    ),
)


@pytest.fixture
def study():
    return Study("sample-2026-01", title="A sample build-out", as_of=date(2026, 1, 28), settings=SETTINGS)


def metrics(entities, seed=0):
    """Sizes and signs as in the real study, so that columns are as wide as they get."""
    rng = np.random.default_rng(seed)
    shape = (32, 256)
    made = {}
    for entity in entities:
        value = rng.normal(-250, 700, shape)
        made |= {
            f"value_created.{entity}": value,
            f"value_per_dollar.{entity}": value / 2000,
            f"stranded_share.{entity}": rng.beta(3, 12, shape),
            f"roic.{entity}": rng.normal(0.05, 0.12, shape),
            f"payback_years.{entity}": np.where(rng.random(shape) < 0.08, np.inf, rng.gamma(9, 0.5, shape)),
            f"gross_margin.{entity}": rng.normal(0.4, 0.1, shape),
            f"energised_share.{entity}": rng.normal(0.75, 0.1, shape),
        }
        if entity != "group":
            made[f"eps_drag.{entity}"] = rng.standard_cauchy(shape) ** 2
    return {name: values.astype(np.float32) for name, values in made.items()}


def summary_of(study, values):
    return summarise(
        values,
        units={name: METRICS[name.split(".")[0]] for name in values},
        study=study.name,
        study_hash="0" * 64,
        seed=0,
        sampler="rqmc",
        scorecard=study.settings.scorecard,
        rules=study.settings.verdicts,
    )


@pytest.fixture
def summary(study):
    return summary_of(study, metrics(["group", *(one.name for one in COMPANIES)]))


def printed(summary, study, width=80, facts=None, show=terminal.print_all, **options):
    text = StringIO()
    console = Console(file=text, width=width, markup=False, highlight=False, emoji=False, **options)
    terminal.print_verdict(console, summary, study)
    show(console, summary, study, facts or {})
    return text.getvalue()


FACTS = {"Study": "sample-2026-01, as known on 28 January 2026, 221 priors, hash 0123456789ab", "Seed": "0"}


def test_by_default_a_run_is_one_screen_and_the_verdict_still_stands_on_it(summary, study):
    text = printed(summary, study, facts=FACTS, show=terminal.print_run)
    lines = text.splitlines()
    assert len(lines) <= 50
    assert max(map(len, lines)) <= 80
    assert "--full" in text
    assert "Stranded share" in text


def test_every_table_has_p10_and_p90_of_the_summary(summary, study):
    """At 80 columns, where an error stands below its number, and at 160."""
    value = summary.estimates["value_created.group"]
    for width in (80, 160):
        text = printed(summary, study, width=width)
        tables = text.count("P50")
        assert text.count("P10 ") == text.count("P90 ") == tables == len(terminal.lines())
        for name in ("p10", "p90"):
            assert terminal.lines()[0].text(value[name]).partition(" ± ")[0] in text


def test_the_groups_outcomes_are_those_of_the_whole_tables(summary, study):
    titles = terminal.entities(summary, study)
    overview = run_tables.overview(summary, terminal.lines())
    cells = [[cell.plain for cell in row] for _, row in overview.rows]
    shown = terminal.QUANTILES
    tables = [run_tables.outcomes(summary, titles, line, shown, wide=False) for line in terminal.lines()]
    groups = [
        [cell.plain for cell in row]
        for table in tables
        for title, row in table.rows
        if title.plain == "Group"
    ]
    assert cells == groups


def test_debt_is_told_of_who_owes_and_of_a_chance_the_mean(study):
    rng = np.random.default_rng(3)
    owed = {
        f"peak_leverage.{entity}": np.full((32, 256), worst, np.float32)
        for entity, worst in (("group", 2.0), ("meta", np.inf))
    }
    broken = (rng.random((32, 256)) < 0.25).astype(np.float32)
    units = {"peak_leverage": "yr", "covenant_breach": "1"}
    summary = summarise(
        owed | {"covenant_breach.meta": broken},
        units={name: units[name.split(".")[0]] for name in (*owed, "covenant_breach.meta")},
        study=study.name,
        study_hash="0" * 64,
        seed=0,
        sampler="rqmc",
        scorecard=(),
        rules=(),
    )
    table = run_tables.debt(summary, terminal.entities(summary, study))
    told = {title.plain.strip(): [cell.plain for cell in cells] for title, cells in table.rows}
    assert list(told) == ["Group", "Meta"]
    assert told["Group"] == ["2", "–", "–", "–", "–"]
    first, *_, chance = told["Meta"]
    assert first == "no EBITDA"
    assert float(chance.split(" ± ")[0]) == pytest.approx(100 * broken.mean(), abs=0.05)


def test_no_metric_of_a_domain_is_named_in_the_code_that_prints():
    named = "|".join(known_metrics())
    for path in Path(terminal.__file__).parent.rglob("*.py"):
        assert not re.search(rf"""["'.](?:{named})["'.]""", path.read_text("utf-8")), path


def test_tell_puts_the_worth_first_then_the_verdict_and_the_run_last(summary, study):
    lines = printed(summary, study, width=120, facts={"Study": "sample-2026-01"}).splitlines()
    assert lines[0] == "A sample build-out"
    assert re.match(r"On \d+% of paths the spending of the group does not earn its cost of capital", lines[2])
    assert next(line for line in lines[3:] if line.startswith(("Bull", "Base", "Bear")))
    assert lines[-1].split() == ["Study", "sample-2026-01"]


@pytest.mark.parametrize("width", [80, 120])
def test_tell_fits_the_width_and_cuts_nothing(summary, study, width):
    text = printed(summary, study, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text


def test_tell_shows_the_tail_only_where_there_is_room(summary, study):
    assert "worst 5 %" not in printed(summary, study, 80)
    assert "worst 5 %" in printed(summary, study, 120)


def test_tell_without_colour_has_no_escape_sequence(summary, study):
    assert "\x1b" not in printed(summary, study)
    assert "\x1b[" in printed(summary, study, force_terminal=True)
    assert "\x1b[3" not in printed(summary, study, force_terminal=True, no_color=True)


def test_colour_changes_no_letter(summary, study):
    import re

    coloured = printed(summary, study, force_terminal=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == printed(summary, study)


def test_every_company_has_a_row_in_every_table(summary, study):
    text = printed(summary, study)
    tables = 2 + len(terminal.lines())  # the verdict, the metrics, the scorecard
    for title in ("Amazon", "Alphabet", "Meta"):
        assert text.count(f"\n{title} ") == tables
    assert text.count("\nGroup ") == tables - 1  # a group has no earnings per share


def test_an_infinite_payback_is_never(summary, study):
    text = printed(summary, study)
    table = text[text.index("Payback") :]
    assert "never" in table.splitlines()[3]


def test_a_heavy_tail_is_flagged_on_the_number_and_explained(summary, study):
    text = printed(summary, study)
    drag = text[text.index("EPS drag") :].splitlines()[3]
    assert "†" in drag
    assert terminal.HEAVY[:20] in text


def test_no_flag_where_no_tail_is_heavy(study):
    values = {n: v for n, v in metrics(["group"]).items() if not n.startswith(("payback", "eps"))}
    assert "†" not in printed(summary_of(study, values), study)


def test_the_flag_is_not_explained_where_no_number_shown_has_it(summary, study):
    assert summary.estimates["eps_drag.meta"].heavy_tail
    assert "†" not in printed(summary, study, show=terminal.print_run)


def test_a_title_from_a_file_can_do_nothing_but_be_read(study):
    bad = "[red]Evil[/red] \x1b[2J\x07 :smile:\nsecond line"
    company = Company("amazon", bad)
    hostile = Study("s", title=bad, as_of=None, settings=replace(SETTINGS, companies=(company,)))
    text = printed(summary_of(study, metrics(["group", "amazon"])), hostile, 300, facts={"Study": bad})
    assert "\x1b" not in text
    assert "\x07" not in text
    assert text.count("[red]Evil[/red]  [2J  :smile: second line") >= 3


CODES = {"bull": 1, "base": 0, "bear": -1}


def of_the_group(chances, estimates=None):
    """Return a summary of nothing but the chances of the group's verdicts, and these estimates."""
    return Summary("sample", "", 0, 8192, "rqmc", 32, estimates or {}, {"group": chances}, {}, {}, {})


def test_sentence_names_the_likeliest_only_beyond_the_error():
    def chances(bull, base, bear, mcse):
        values = {"bull": bull, "base": base, "bear": bear}
        return of_the_group({name: Number(value, mcse) for name, value in values.items()})

    clear = str(verdict.sentence(chances(0.2, 0.3, 0.5, 0.01), CODES, {"group": "Group"}))
    assert clear == (
        "Bear is the likeliest verdict on the group: 50% of paths, against 30% for base and 20% for bull."
    )
    close = str(verdict.sentence(chances(0.2, 0.39, 0.41, 0.01), CODES, {"group": "Group"}))
    assert close == "Bear and base are too close to call: 41% and 39% of paths, with 20% for bull."


def test_sentence_never_makes_a_chance_none_or_all_by_rounding():
    """What happens on few paths is not said to happen on none, nor what happens on nearly all to be sure."""
    values = {"bull": 0.0004, "base": 0.0032, "bear": 0.9964}
    summary = of_the_group({name: Number(value, 1e-4) for name, value in values.items()})
    assert str(verdict.sentence(summary, CODES, {"group": "Group"})) == (
        "Bear is the likeliest verdict on the group: more than 99% of paths, against less than 1% for base "
        "and less than 1% for bull."
    )


@pytest.mark.parametrize(
    ("mean", "mcse", "message"),
    [
        (-523.2, 0.7, "loses 52 cents (USD 520 bn destroyed in all)."),
        (1234.0, 300.0, "gains 120 cents (USD 1,200 bn created in all)."),
        (0.4, 0.3, "cannot be distinguished from zero (in all no clear difference from zero)."),
    ],
)
def test_the_worth_is_rounded_to_what_a_decision_needs(mean, mcse, message):
    """Two digits and none beyond the error; a mean within its error has no sign."""
    chances = dict.fromkeys(("bull", "base", "bear"), Number(1 / 3, 0.01))
    below = Number(0.747, 6e-4)
    value, rate = (
        MetricStatistics(
            {"mean": Number(factor * mean, factor * mcse), "prob_below_zero": below},
            unit,
            TailIndex(0.0, 0.0),
            {},
        )
        for factor, unit in ((1.0, "USD bn"), (1e-3, "1"))
    )
    summary = of_the_group(chances, {"value_created.group": value, "value_per_dollar.group": rate})
    text = verdict.worth(summary, {"group": "Group"})
    assert text.startswith("On 75% of paths the spending of the group does not earn its cost of capital; ")
    assert text.endswith(message)
    assert "±" not in text


def test_a_model_that_tells_no_gain_from_loss_has_no_worth_and_no_split():
    chances = dict.fromkeys(("bull", "base", "bear"), Number(1 / 3, 0.01))
    value = MetricStatistics({"mean": Number(1.0, 0.1)}, "", TailIndex(0.0, 0.0), {})
    assert verdict.worth(of_the_group(chances, {"margin.group": value}), {"group": "Group"}) == ""
    assert list(titles.titles_of(CODES, split=False)) == ["bull", "base", "bear"]
    assert list(titles.titles_of(CODES, split=True)) == ["bull", "base_gains", "base_losses", "bear"]


def test_a_run_shows_base_by_the_sign_of_value_and_the_value_below_zero(summary, study):
    table = printed(summary, study, width=120, show=terminal.print_run).partition("Verdict ")[2]
    header = table.partition("Group")[0].split()
    assert [word for word in header if word in ("0", "Bull", "gains", "losses", "Bear")] == [
        "0",
        "Bull",
        "gains",
        "losses",
        "Bear",
    ]


def test_rules_are_the_studys_own(study):
    assert verdict.rules(study) == (
        "bull: value per dollar >= 0.05 and scorecard passes >= 2; "
        "bear: value per dollar <= -0.05 and scorecard passes <= 1; base: all else"
    )


def test_facts_are_never_broken(study, summary):
    long = "runs/" + "x" * 200
    assert long in printed(summary, study, 80, facts={"Stored in": long})


def test_a_study_without_rules_has_no_verdict_and_all_its_numbers():
    bare = replace(SETTINGS, verdicts=())
    study = Study("bare", title="Without rules", as_of=date(2026, 1, 28), settings=bare)
    for names in (["group", *(one.name for one in COMPANIES)], ["amazon"]):
        text = printed(summary_of(study, metrics(names)), study)
        assert "No verdict: the study has no rules for one." in text
        assert "Value created" in text
        assert "Amazon" in text


def test_a_run_with_paths_without_a_verdict_tells_no_likeliest_one(study):
    """Nothing is the likeliest verdict where some paths have none, and nan is never shown as infinite."""
    values = metrics(["group", *(one.name for one in COMPANIES)])
    for name in ("value_created.group", "value_per_dollar.group"):
        values[name][:, :16] = np.nan
    found = summary_of(study, values)
    text = printed(found, study, width=120, show=terminal.print_run)
    assert "likeliest verdict on" not in text
    assert "No likeliest verdict" in text
    assert "(Group 6% of paths)" in text.replace("\n", " ")
    row = next(line for line in text.splitlines() if line.startswith("Group") and "–" in line)
    assert "∞" not in row
