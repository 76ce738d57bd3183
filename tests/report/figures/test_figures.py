"""Figures draw, say what they found and in what unit, and say the same again; no pixel is compared."""

import io
import re
import struct
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

from simulator.errors import UsageError
from simulator.estimate import mean, pool, probability_above, probability_below
from simulator.report import figures
from simulator.report.figures.outcome import percent
from simulator.report.figures.style import PALETTE, spread
from simulator.run import simulate
from simulator.study import Study

LEAD = "value_created.group"
DRAWN = {
    "distribution": lambda plot: plot.distribution(LEAD),
    "whole": lambda plot: plot.distribution("roic.group", by_verdict=False),
    "drivers": lambda plot: plot.drivers(LEAD),
    "exceedance": lambda plot: plot.exceedance("payback_years.amazon"),
    "fan": lambda plot: plot.fan("power"),
    "verdicts": lambda plot: plot.verdicts(),
}


@pytest.fixture(scope="module")
def drawn(run) -> dict[str, Figure]:
    return {name: draw(run.plot) for name, draw in DRAWN.items()}


def texts(figure: Figure) -> list[str]:
    """Return all that is written on a figure once it is drawn, on as many lines as it likes."""
    figure.savefig(io.BytesIO(), format="png")
    found = (text.get_text() for text in figure.findobj(Text) if text.get_visible())
    return [" ".join(text.replace("\u00a0", " ").split()) for text in found if text.strip()]


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_draws_says_the_same_again_and_is_not_left_with_pyplot(run, drawn, name):
    first = texts(drawn[name])
    assert first == texts(DRAWN[name](run.plot))
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
    ],
)
def test_an_axis_has_its_unit(drawn, name, unit):
    assert drawn[name].axes[0].get_xlabel() == unit


def test_both_axes_have_units(drawn):
    for name in ("distribution", "whole", "exceedance", "fan"):
        assert re.search(r"%|GW|per ", drawn[name].axes[0].get_ylabel()), name


@pytest.mark.parametrize(
    "draw",
    [
        lambda source: figures.distribution(source, LEAD),
        lambda source: figures.distribution(source, "roic.group", by_verdict=False),
        lambda source: figures.exceedance(source, LEAD),
        figures.verdicts,
    ],
)
def test_a_tree_of_all_paths_says_what_the_run_says(run, tree, draw):
    assert texts(draw(tree)) == texts(draw(run))


def test_a_tree_of_some_paths_says_of_how_many(run):
    some = texts(figures.exceedance(run.to_datatree(max_paths=4096), LEAD))
    assert any("4,096 of 8,192 paths" in text for text in some)


@pytest.mark.parametrize(
    "draw", [lambda tree: figures.fan(tree, "capex"), lambda t: figures.drivers(t, LEAD)]
)
def test_what_a_tree_does_not_hold_is_said(tree, draw):
    with pytest.raises(UsageError, match="found a DataTree; allowed: a Run, since"):
        draw(tree)


@pytest.mark.parametrize("draw", [figures.verdicts, lambda other: figures.exceedance(other, LEAD)])
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


@pytest.mark.parametrize("name", DRAWN)
def test_a_notebook_shows_a_figure_without_pyplot(drawn, name):
    figure = drawn[name]
    picture, size = figure._repr_png_()
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height) == pytest.approx(figure.get_size_inches() * 150, abs=1)
    assert width / height == pytest.approx(size["width"] / size["height"], rel=0.01)
    assert pyplot.get_fignums() == []
