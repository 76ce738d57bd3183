"""Charts draw, say what they found and in what unit, and say the same again; no pixel is compared."""

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from xarray import DataTree

from simulator.analysis.checks import evaluate_checks
from simulator.analysis.comparison.paired import compare
from simulator.analysis.distribution import histogram
from simulator.analysis.run import Run, simulate
from simulator.beliefs import fit_report
from simulator.errors import OutputError, UsageError
from simulator.estimate import Number, mean, pool, probability_above, probability_below
from simulator.report import charts
from simulator.report.charts import Chart
from simulator.report.charts.chart import WIDTH
from simulator.report.charts.subject import LOCALE, percent, run_of
from simulator.report.drawing.frame import text_width
from simulator.report.drawing.style import DARK, LIGHT, page_style
from simulator.study import Study, load_study
from tests.report.charts.seen import across, area, shapes, texts, tree, words

LEAD = "value_created.group"
LATE = "power.lead_time.northern_virginia"
DRAWN = {
    "distribution": lambda run: charts.distribution(run, LEAD),
    "whole": lambda run: charts.distribution(run, "roic.group", by_verdict=False),
    "drivers": lambda run: charts.drivers(run, LEAD),
    "exceedance": lambda run: charts.exceedance(run, "payback_years.amazon"),
    "fan": lambda run: charts.fan(run, "capex"),
    "fan of two": lambda run: charts.fan(run, "revenue"),
    "verdicts": charts.verdicts,
    "belief": lambda run: charts.belief(run.study, LATE),
    "belief changed": lambda run: charts.belief(later().study, LATE, before=run.study),
    "beliefs": lambda run: charts.beliefs(run.study, [LATE, "power.lead_time.ireland"]),
    "checks": lambda run: charts.checks(evaluate_checks(run.study)),
    "differences": lambda run: charts.differences(run, {"later": later(), "nothing": run}, LEAD),
    "chances": lambda run: charts.differences(run, {"a year later": later()}, "bear.group"),
    "shifts": charts.shifts,
    "tails": lambda run: charts.tails({"as believed": run, "later": later()}, LEAD),
}


@cache
def later() -> Run:
    """Return the run with power a year later in Northern Virginia, of the same draws."""
    belief = {"family": "lognormal", "quantiles": {"p10": 4.5, "p50": 5.5, "p90": 6.8}}
    return simulate(load_study("hyperscalers-2026-01", {LATE: belief}), paths=8192, seed=7)


@pytest.fixture(scope="module")
def drawn(run) -> dict[str, Chart]:
    return {name: draw(run) for name, draw in DRAWN.items()}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_draws_the_same_again_and_says_of_which_study(run, drawn, name):
    assert drawn[name].svg() == DRAWN[name](run).svg()
    assert run.study.name in words(drawn[name])


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_written_beyond_the_chart(drawn, name):
    height = float(tree(drawn[name]).get("height", "0"))
    for one in texts(drawn[name]):
        scale = {"heading": 1.45, "note": 0.85}.get(one.kind, 0.95)
        width = scale * text_width(one.text)
        left = one.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[one.anchor] * width
        assert left >= -1, one
        assert left + width <= WIDTH + 1, one
        assert 0 <= one.y <= height, one


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("distribution", "Value created, USD bn"),
        ("whole", "Return on invested capital, % a year"),
        ("drivers", "Mean of value created, USD bn"),
        ("exceedance", "Payback, years"),
        ("fan", "USD bn a quarter"),
        ("belief", f"{LATE}, yr"),
        ("beliefs", "yr"),
        ("differences", "Difference of the mean of value created, USD bn"),
        ("chances", "Probability of bear, percentage points"),
        ("tails", "Value created, USD bn"),
    ],
)
def test_an_axis_has_its_unit(drawn, name, unit):
    assert unit in [one.text for one in texts(drawn[name]) if one.kind == "title"]


def test_both_axes_have_units(drawn):
    for name in ("distribution", "whole", "exceedance", "tails", "belief"):
        titles = [one.text for one in texts(drawn[name]) if one.kind == "title"]
        assert any(re.search(r"% of paths|probability|per ", one) for one in titles), name


def test_a_run_brought_back_from_a_tree_draws_what_the_run_draws(run, drawn):
    back = Run.from_datatree(run.to_datatree())
    for name in ("distribution", "drivers", "shifts"):
        assert DRAWN[name](back).svg() == drawn[name].svg()


def test_a_company_is_called_by_its_title(run):
    named = run.study.to_dict()
    named["company"][0]["title"] = "Amazon <script>& AWS"
    drawn = charts.exceedance(replace(run, study=Study.from_dict(named)), "value_created.amazon")
    assert "Value created, Amazon <script>& AWS" in words(drawn)
    assert "<script" not in drawn.svg()


def test_a_chart_of_the_first_paths_says_of_how_many(run):
    more = simulate(run.study, paths=2 * 8192, seed=7)
    assert "8,192 of 16,384 paths" in words(charts.fan(more, "capex"))


def test_what_is_no_run_is_refused():
    with pytest.raises(UsageError, match=r"found a DataTree; allowed: a Run .*from_datatree"):
        run_of(DataTree())


def test_unknown_names_are_told_with_the_nearest(run):
    with pytest.raises(UsageError, match=r"Did you mean value_created\.group"):
        charts.distribution(run, "value_created.grop")
    with pytest.raises(UsageError, match="Did you mean capex"):
        charts.fan(run, "capx")
    with pytest.raises(UsageError, match="no eps of 'group'"):
        charts.fan(run, "eps")


def test_the_title_says_the_finding(run):
    values = pool(run.metric(LEAD), "rqmc")
    below = percent(probability_below(values, 0.0))
    assert charts.distribution(run, LEAD).title == f"Value created, group: below zero on {below} of paths"
    above = percent(probability_above(values, 0.0))
    title = f"Value created, group: above zero with a probability of {above}"
    assert charts.exceedance(run, LEAD).title == title


CODES = {"bull": 1, "base": 0, "bear": -1}


def test_bars_by_verdict_are_drawn_in_proportion_to_their_paths(run, drawn):
    bins = histogram(run.metric(LEAD), run.verdicts["verdict.group"], CODES, run.split["group"])
    assert bins is not None
    assert list(bins.drawn) == ["bull", "base_gains", "base_losses", "bear"]
    areas = {name: area(shapes(drawn["distribution"], name)[0]) for name in bins.drawn}
    whole = sum(areas.values())
    every = sum(share.sum() for share in bins.drawn.values())
    for name, one in areas.items():
        assert one / whole == pytest.approx(bins.drawn[name].sum() / every, abs=0.002)


def test_the_fan_states_the_error_of_its_paths(drawn):
    assert "standard error is at most" in drawn["fan"].note


def test_the_tornado_stands_about_the_mean(run, drawn):
    (dashes,) = shapes(drawn["drivers"], "zero")
    found = across(drawn["drivers"], float(dashes.get("x1", "")))
    assert found == pytest.approx(mean(pool(run.metric(LEAD), "rqmc")).value, abs=2.0)


def test_colours_are_one_set_for_page_and_chart(drawn):
    sheet = page_style()
    used = set(re.findall(r"var\(--([a-z-]+)\)", sheet))
    assert used <= LIGHT.keys() == DARK.keys()
    light, dark, both = (drawn["verdicts"].svg(theme) for theme in ("light", "dark", "auto"))
    assert "prefers-color-scheme" not in light + dark
    assert all("var(" not in one for one in (light, dark, both))
    assert LIGHT["bull"] in light
    assert DARK["bull"] in dark
    assert all(colours["bull"] in both for colours in (LIGHT, DARK))


def test_a_chart_needs_nothing_else_and_touches_nothing_around_it(drawn):
    for one in drawn.values():
        style = re.findall(r"<style>(.*?)</style>", one.svg())[0]
        selectors = re.findall(r"([^{}@]+)\{", re.sub(r"@media[^{]*\{", "", style))
        assert all(part.strip().startswith(".strandline ") for one in selectors for part in one.split(","))
        assert "<script" not in one.svg()
        assert re.findall(r"https?://[^\"<]*", one.svg()) == ["http://www.w3.org/2000/svg"]


def test_a_notebook_shows_what_a_file_keeps(drawn, tmp_path: Path):
    chart = drawn["verdicts"]
    assert chart.save(tmp_path / "verdicts.svg").read_text(encoding="utf-8") == chart._repr_svg_()
    assert repr(chart) == f"<Chart: {chart.title}>"
    with pytest.raises(UsageError, match=r"path: found .*png'; allowed: a name that ends in \.svg"):
        chart.save(tmp_path / "verdicts.png")
    with pytest.raises(OutputError, match="cannot write"):
        chart.save(tmp_path / "none" / "verdicts.svg")


def test_a_model_of_ones_own_has_charts():
    study = Study.from_dict(
        {"priors": {"price": {"family": "normal", "mean": 3.0, "sd": 1.0}}},
        model=lambda draws: {"loss": 2.0 * draws["price"]},
    )
    run = simulate(study, paths=8192)
    assert "loss: median 6" in words(charts.distribution(run, "loss"))
    assert "loss" in words(charts.exceedance(run, "loss"))
    assert "price moves it most" in words(charts.drivers(run, "loss"))
    with pytest.raises(UsageError, match="no verdicts"):
        charts.verdicts(run)
    with pytest.raises(UsageError, match="no companies with series"):
        charts.fan(run, "capex")


def test_a_belief_has_its_quantiles_its_fit_and_its_sources(run):
    drawn = words(charts.belief(later().study, LATE, before=run.study))
    fit = fit_report(later().study.priors[LATE])
    assert fit.worst_miss > 0
    assert f"misses by at most {100 * fit.worst_miss:.2g}% of their spread" in drawn
    assert all(f"P{100 * p:g} {value:.3g}" in drawn for p, value in fit.got.items())
    source = run.study.sources[run.study.priors[LATE].sources[0]].title
    assert source in words(charts.belief(run.study, LATE))


def test_a_belief_is_drawn_where_its_probability_is(run):
    """The share of the area left of the median's mark is a half, but for what lies beyond either end."""
    chart = charts.belief(run.study, LATE)
    (shape,) = shapes(chart, "density")
    x = [float(one.get("cx", "")) for one in shapes(chart, "dot")]
    steps = re.findall(r"[ML]([\d.]+) ([\d.]+)|H([\d.]+)|V([\d.]+)", shape.get("d", ""))
    assert len(steps) > 64
    assert across(chart, x[1]) == pytest.approx(run.study.priors[LATE].parameters["median"], rel=0.01)


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (
            lambda run: charts.belief(run.study, "power.lead_time.irland"),
            "Did you mean power.lead_time.ir",
        ),
        (lambda run: charts.belief(run.study, "power.reroute"), "power.reroute: fixed at one number"),
        (lambda run: charts.beliefs(run.study, [LATE, "finance.wacc"]), "allowed: priors of one unit"),
        (lambda run: charts.differences(run, {}, LEAD), "found no run beside the base"),
        (lambda run: charts.differences(run, {"same": run}, "bear.grop"), "no verdict of grop"),
        (lambda run: charts.tails({}, LEAD), "found 0 runs"),
    ],
)
def test_what_cannot_be_drawn_is_said(run, draw, expected):
    with pytest.raises(UsageError, match=re.escape(expected)):
        draw(run)


def test_other_draws_are_no_pairs(run):
    other = simulate(run.study, paths=8192, seed=8)
    with pytest.raises(UsageError, match="seed 7 against 8"):
        charts.differences(run, {"other": other}, LEAD)


def test_differences_are_those_of_pairs(run, drawn):
    found = compare(run, later()).metrics[LEAD].difference
    title = drawn["differences"].title
    size = Number(abs(found.value), found.error).to_json()
    moved = "up" if found.value > 0 else "down"
    assert title.endswith(f"{moved} by {LOCALE.estimate(size, 1.0, LOCALE.unit('money'))} with later")
    longest, _ = shapes(drawn["differences"], "bar")
    start, width = (float(longest.get(key, "")) for key in ("x", "width"))
    end = start + width if found.value > 0 else start
    assert across(drawn["differences"], end) == pytest.approx(found.value, rel=0.01)
    nothing = charts.differences(run, {"nothing": run}, LEAD).title
    assert nothing == "Value created, group: moved by no change beyond the error"


def test_the_tail_tells_the_shortfall_of_each(run, drawn):
    for one, name in ((run, "as believed"), (later(), "later")):
        worst = one.estimate(f"cvar05({LEAD})").to_json()
        assert f"{LOCALE.estimate(worst, 1.0, LOCALE.unit('money'))} ({name})" in drawn["tails"].title


def test_a_check_that_fails_is_named(run):
    study = run.study.override({"spend.capex_2026.amazon": 1000.0})
    evaluation = evaluate_checks(study)
    chart = charts.checks(evaluation)
    titles = {check.name: check.title for check in study.checks}
    assert evaluation.failed
    assert all(titles[name] in chart.under for name in evaluation.failed)
    assert chart.title.startswith(
        f"{len(study.checks) - len(evaluation.failed)} of {len(study.checks)} checks"
    )
    assert len([one for one in shapes(chart, "three") if one.get("r")]) == len(evaluation.failed)


def test_texts_at_dots_do_not_meet(run):
    chart = charts.exceedance(run, "stranded_share.group")
    message = [one for one in texts(chart) if one.kind == "halo"]
    assert len(message) > 3
    for first, second in pairwise(message):
        assert second.x >= first.x + 0.9 * text_width(first.text) or second.y > first.y + 12
