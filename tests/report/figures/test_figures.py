"""Figures draw, say what they found and in what unit, and say the same again; no pixel is compared."""

import io
import re
import struct
from dataclasses import replace
from functools import cache
from importlib import resources

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch
from matplotlib.text import Text
from xarray import DataTree

from simulator.analysis.checks import evaluate_checks
from simulator.analysis.comparison.paired import compare
from simulator.analysis.run import Run, simulate
from simulator.beliefs import fit_report
from simulator.errors import UsageError
from simulator.estimate import mean, pool, probability_above, probability_below
from simulator.report import figures
from simulator.report.figures.outcome import SAY, percent
from simulator.report.figures.style import PALETTE, spread
from simulator.study import Study, load_study

LEAD = "value_created.group"
LATE = "power.lead_time.northern_virginia"
DRAWN = {
    "distribution": lambda run: run.plot.distribution(LEAD),
    "whole": lambda run: run.plot.distribution("roic.group", by_verdict=False),
    "drivers": lambda run: run.plot.drivers(LEAD),
    "exceedance": lambda run: run.plot.exceedance("payback_years.amazon"),
    "fan": lambda run: run.plot.fan("power"),
    "fan of two": lambda run: run.plot.fan("revenue"),
    "verdicts": lambda run: run.plot.verdicts(),
    "belief": lambda run: figures.belief(run, LATE),
    "belief changed": lambda run: figures.belief(later().study, LATE, before=run),
    "checks": lambda run: figures.checks(evaluate_checks(run.study)),
    "differences": lambda run: figures.differences(run, {"later": later(), "nothing": run}, LEAD),
    "chances": lambda run: figures.differences(run, {"a year later": later()}, "bear.group"),
    "shifts": lambda run: run.plot.shifts(),
    "tails": lambda run: figures.tails({"as believed": run, "later": later()}, LEAD),
}


@cache
def later() -> Run:
    """Return the run with power a year later in Northern Virginia, of the same draws."""
    belief = {"family": "lognormal", "quantiles": {"p10": 4.5, "p50": 5.5, "p90": 6.8}}
    return simulate(load_study("hyperscalers-2026-01", {LATE: belief}), paths=8192, seed=7)


@pytest.fixture(scope="module")
def drawn(run) -> dict[str, Figure]:
    return {name: draw(run) for name, draw in DRAWN.items()}


def texts(figure: Figure) -> list[str]:
    """Return all that is written on a figure once it is drawn, on as many lines as it likes."""
    figure.savefig(io.BytesIO(), format="png")
    found = (text.get_text() for text in figure.findobj(Text) if text.get_visible())
    return [" ".join(text.replace("\u00a0", " ").split()) for text in found if text.strip()]


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_draws_says_the_same_again_and_is_not_left_with_pyplot(run, drawn, name):
    first = texts(drawn[name])
    assert first == texts(DRAWN[name](run))
    assert any(run.study.name in text for text in first)
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_written_beyond_the_figure(drawn, name):
    figure = drawn[name]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    (axes,) = figure.axes
    for text in (*figure.texts, *axes.texts, axes.xaxis.label, axes.yaxis.label):
        box = text.get_window_extent(renderer)
        assert figure.bbox.x0 <= box.x0, text.get_text()
        assert box.x1 <= figure.bbox.x1, text.get_text()
        assert figure.bbox.y0 <= box.y0, text.get_text()
        assert box.y1 <= figure.bbox.y1, text.get_text()


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("distribution", "Value created, USD bn"),
        ("whole", "Return on invested capital, % a year"),
        ("drivers", "Mean of value created, USD bn"),
        ("exceedance", "Payback, years"),
        ("verdicts", "% of paths"),
        ("belief", f"{LATE}, yr"),
        ("differences", "Difference of the mean of value created, USD bn"),
        ("chances", "Probability of bear, percentage points"),
        ("tails", "Value created, USD bn"),
    ],
)
def test_an_axis_has_its_unit(drawn, name, unit):
    assert drawn[name].axes[0].get_xlabel() == unit


def test_both_axes_have_units(drawn):
    for name in ("distribution", "whole", "exceedance", "fan"):
        assert re.search(r"%|GW|per ", drawn[name].axes[0].get_ylabel()), name


def drawing(figure: Figure) -> list[bytes]:
    """Return where all that is drawn on a figure lies: lines, bars, steps and shaded areas."""
    (axes,) = figure.axes
    lines = [line.get_xydata() for line in axes.lines]
    patches = [patch.get_path().vertices for patch in axes.patches]
    areas = [path.vertices for area in axes.collections for path in area.get_paths()]
    return [np.asarray(points).tobytes() for points in (*lines, *patches, *areas)]


@pytest.mark.parametrize(
    "draw",
    [
        lambda source: figures.belief(source, LATE, before=source),
        lambda source: figures.distribution(source, LEAD),
        lambda source: figures.distribution(source, "roic.group", by_verdict=False),
        lambda source: figures.exceedance(source, LEAD),
        figures.verdicts,
        lambda source: figures.differences(source, {"same": source}, LEAD),
        lambda source: figures.differences(source, {"same": source}, "bear.group"),
        lambda source: figures.tails({"all": source}, LEAD),
        lambda source: figures.fan(source, "power"),
        lambda source: figures.drivers(source, LEAD),
        figures.shifts,
    ],
)
def test_a_tree_read_back_draws_what_the_run_draws(run, tree, draw):
    ours, theirs = draw(run), draw(tree)
    assert texts(theirs) == texts(ours)
    assert drawing(theirs) == drawing(ours) != []


def test_a_company_is_called_by_its_title_from_a_tree_too(run):
    named = run.study.to_dict()
    named["company"][0]["title"] = "Amazon and AWS"
    tree = replace(run, study=Study.from_dict(named)).to_datatree()
    drawn = figures.exceedance(tree, "value_created.amazon")
    assert "Value created, Amazon and AWS" in " ".join(texts(drawn))


def test_a_tree_of_the_first_paths_says_of_how_many(run):
    more = simulate(run.study, paths=2 * 8192, seed=7)
    some = more.to_datatree(max_paths=8192)
    drawn = figures.drivers(some, LEAD)
    assert drawing(drawn) == drawing(figures.drivers(run, LEAD))
    assert "8,192 of 16,384 paths" in " ".join(texts(drawn))


def test_a_tree_of_some_paths_says_of_how_many(run):
    some = texts(figures.exceedance(run.to_datatree(max_paths=4096), LEAD))
    assert any("4,096 of 8,192 paths" in text for text in some)


@pytest.mark.parametrize(
    "draw",
    [
        lambda tree: figures.fan(tree, "capex"),
        lambda tree: figures.drivers(tree, LEAD),
        lambda tree: figures.shifts(tree),
    ],
)
def test_a_tree_of_less_than_whole_batches_brings_no_run_back(run, draw):
    with pytest.raises(
        UsageError, match=r"128 paths of each of 32 replicates; allowed: .* a multiple of 256"
    ):
        draw(run.to_datatree(max_paths=4096))


@pytest.mark.parametrize(
    "draw", [figures.verdicts, figures.shifts, lambda other: figures.exceedance(other, LEAD)]
)
def test_a_tree_of_anything_else_is_refused(draw):
    with pytest.raises(UsageError, match=r"found a DataTree; allowed: a Run, or a DataTree from run\.to"):
        draw(DataTree())


def test_unknown_names_are_told_with_the_nearest(run):
    with pytest.raises(UsageError, match=r"did you mean value_created\.group"):
        run.plot.distribution("value_created.grop")
    with pytest.raises(UsageError, match="did you mean capex"):
        run.plot.fan("capx")
    with pytest.raises(UsageError, match="no eps of 'group'"):
        run.plot.fan("eps")


def test_the_title_says_the_finding(run):
    values = pool(run.metric(LEAD), "rqmc")
    assert f"Value created, group: below zero on {percent(probability_below(values, 0.0))} of paths" in texts(
        run.plot.distribution(LEAD)
    )
    above = percent(probability_above(values, 0.0))
    assert f"Value created, group: above zero with a probability of {above}" in texts(
        run.plot.exceedance(LEAD)
    )


def test_bars_by_verdict_add_up_to_the_paths_that_are_not_beyond(run):
    figure = run.plot.distribution(LEAD)
    steps = [artist for artist in figure.axes[0].patches if isinstance(artist, StepPatch)]
    tops, edges, _ = steps[-1].get_data()
    total = tops.sum()
    values = run.metric(LEAD)
    assert total == pytest.approx(100 * np.mean((values >= edges[0]) & (values <= edges[-1])), rel=1e-12)
    parts = (step.get_data() for step in steps)
    assert sum((top - floor).sum() for top, _, floor in parts) == pytest.approx(total, rel=1e-12)


def test_the_fan_states_the_error_of_its_paths(drawn):
    assert any("standard error is at most" in text for text in texts(drawn["fan"]))


def test_the_tornado_stands_about_the_mean(run, drawn):
    axes = drawn["drivers"].axes[0]
    (mean_line,) = (line for line in axes.lines if len(set(line.get_xdata())) == 1)
    assert mean_line.get_xdata()[0] == pytest.approx(mean(pool(run.metric(LEAD), "rqmc")).value, rel=1e-6)


def test_the_style_of_the_caller_is_neither_used_nor_changed(run):
    with mpl.rc_context({"axes.facecolor": "black", "axes.spines.top": True}):
        axes = run.plot.exceedance(LEAD).axes[0]
        assert mpl.rcParams["axes.facecolor"] == "black"
    assert axes.get_facecolor() == (1.0, 1.0, 1.0, 1.0)
    assert not axes.spines["top"].get_visible()


def test_colours_are_those_of_the_report():
    sheet = (resources.files("simulator.report.page") / "assets" / "style.css").read_text(encoding="utf-8")
    # The first of each name is that of light paper.
    colours = dict(reversed(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", sheet)))
    assert {name: colours[name] for name in PALETTE} == PALETTE


def test_labels_are_spread_no_further_than_needed():
    assert spread([1.0, 5.0], 1.0) == [1.0, 5.0]
    places = spread([5.0, 4.9, 5.1], 1.0)
    assert np.diff(sorted(places)).min() >= 1.0 - 1e-9
    assert places[1] < places[0] < places[2]


def test_a_model_of_ones_own_has_figures():
    study = Study.from_dict(
        {"priors": {"price": {"family": "normal", "mean": 3.0, "sd": 1.0}}},
        model=lambda draws: {"loss": 2.0 * draws["price"]},
    )
    run = simulate(study, paths=8192)
    assert "loss: median 6" in " ".join(texts(run.plot.distribution("loss")))
    assert "loss" in " ".join(texts(run.plot.exceedance("loss")))
    assert "price moves it most" in " ".join(texts(run.plot.drivers("loss")))
    with pytest.raises(UsageError, match="no verdicts"):
        run.plot.verdicts()
    with pytest.raises(UsageError, match="no companies with series"):
        run.plot.fan("capex")
    tree = run.to_datatree()
    assert texts(figures.distribution(tree, "loss")) == texts(run.plot.distribution("loss"))
    with pytest.raises(UsageError, match=r"the model .*lambda.*; give the run itself, or Run\.from_datatree"):
        figures.drivers(tree, "loss")
    back = Run.from_datatree(tree, model=study.model)
    assert texts(figures.drivers(back, "loss")) == texts(run.plot.drivers("loss"))


@pytest.mark.parametrize("name", DRAWN)
def test_a_notebook_shows_a_figure_without_pyplot(drawn, name):
    figure = drawn[name]
    picture, size = figure._repr_png_()
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height) == pytest.approx(figure.get_size_inches() * 150, abs=1)
    assert width / height == pytest.approx(size["width"] / size["height"], rel=0.01)
    assert pyplot.get_fignums() == []


def test_a_belief_has_its_quantiles_its_fit_and_its_sources(run):
    drawn = " ".join(texts(figures.belief(later().study, LATE, before=run)))
    fit = fit_report(later().study.priors[LATE])
    assert fit.worst_miss > 0
    assert f"misses by at most {100 * fit.worst_miss:.2g}% of their spread" in drawn
    assert all(f"P{100 * p:g} {value:.3g}" in drawn for p, value in fit.got.items())
    source = run.study.sources[run.study.priors[LATE].sources[0]].title
    assert source in " ".join(texts(figures.belief(run, LATE)))


def test_a_beliefs_density_is_one_in_all(run):
    figure = figures.belief(run, LATE)
    steps = [artist for artist in figure.axes[0].patches if isinstance(artist, StepPatch)]
    tops, edges, _ = steps[0].get_data()
    # All but what lies beyond either end of the chart.
    assert np.sum(tops * np.diff(edges)) == pytest.approx(1 - 2 * 0.003, abs=2 / 2**15)


@pytest.mark.parametrize(
    ("draw", "told"),
    [
        (lambda run: figures.belief(run, "power.lead_time.irland"), "did you mean power.lead_time.ireland"),
        (lambda run: figures.belief(run, "power.reroute"), "power.reroute: held at one number"),
        (lambda run: figures.belief(DataTree(), LATE), "found a DataTree without an attribute"),
        (lambda run: figures.differences(run, {}, LEAD), "found no run beside the base"),
        (lambda run: figures.differences(run, {"same": run}, "bear.grop"), "no verdict of grop"),
        (lambda run: figures.tails({}, LEAD), "found 0 runs"),
    ],
)
def test_what_cannot_be_drawn_is_said(run, draw, told):
    with pytest.raises(UsageError, match=re.escape(told)):
        draw(run)


def test_other_draws_are_no_pairs(run):
    other = simulate(run.study, paths=8192, seed=8)
    with pytest.raises(UsageError, match="seed 7 against 8"):
        figures.differences(run, {"other": other}, LEAD)


def test_differences_are_those_of_pairs(run):
    drawn = " ".join(texts(figures.differences(run, {"later": later(), "nothing": run}, LEAD)))
    found = compare(run, later()).metrics[LEAD].difference
    assert f"up by {SAY.estimate(found.to_json(), 1.0, SAY.unit('money'))} with later" in drawn
    nothing = texts(figures.differences(run, {"nothing": run}, LEAD))
    assert "Value created, group: moved by no change beyond the error" in nothing


def test_the_tail_tells_the_shortfall_of_each(run):
    told = " ".join(texts(figures.tails({"as believed": run, "later": later()}, LEAD)))
    for one, name in ((run, "as believed"), (later(), "later")):
        worst = one.estimate(f"cvar05({LEAD})").to_json()
        assert f"{SAY.estimate(worst, 1.0, SAY.unit('money'))} ({name})" in told


def test_a_check_that_fails_is_named(run):
    study = run.study.override({"spend.capex_2026.amazon": 1000.0})
    evaluation = evaluate_checks(study)
    told = " ".join(texts(figures.checks(evaluation)))
    titles = {check.name: check.title for check in study.checks}
    assert evaluation.failed
    assert all(titles[name] in told for name in evaluation.failed)
    assert f"{len(study.checks) - len(evaluation.failed)} of {len(study.checks)} checks agree" in told
