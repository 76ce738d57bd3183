"""Scenarios as a reader finds them: in both languages, on the terminal, as pictures."""

import re
from functools import cache
from io import StringIO

import pytest
from analysis.questions.scenarios.two_ways import run
from analysis.questions.small_runs import STANDARD, linear_run
from report.charts.seen import drawing, shapes, words
from rich.console import Console

from simulator import UsageError, charts, simulate
from simulator.analysis.questions.scenarios import Scenarios, scenarios
from simulator.report.answers import answer_markdown, page_of, print_answer
from simulator.report.drawing import SMALL, WIDE, Span, Spans, spans
from simulator.report.page.html import to_html
from simulator.report.page.sections.scenarios import halving
from simulator.study import Study


@cache
def found() -> Scenarios:
    return scenarios(run(), "bear.model")


@cache
def nothing() -> Scenarios:
    """Of an event that is as likely whatever is believed about what is not drawn from it."""
    study = Study.from_dict(
        {"priors": {"x": {**STANDARD, "spare": True}, "noise": STANDARD}}, model=lambda d: {"f": d["noise"]}
    )
    return scenarios(simulate(study, paths=8192, seed=1), "prob_below(f, -0.5)", only="x")


def printed(answer: Scenarios, width: int = 110) -> str:
    out = StringIO()
    print_answer(Console(file=out, width=width, color_system=None), answer)
    return out.getvalue()


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_first_sentence_says_where_the_event_is_likely():
    best, text = found().boxes[0], flat(printed(found()))
    assert f"the chance of bear for the model is {100 * found().probability.value:.0f}%" in text
    assert f"a box that holds {100 * best.share.mass.value:.0f}% of all paths" in text
    assert "coin = 1 (8% of paths)" in text
    assert "A box conditions, it changes nothing" in text
    assert f"paths and {100 * best.share.coverage.value:.0f}% of those of the event" in text
    second = found().boxes[1]
    low = next(one.low for one in second.conditions if one.belief == "delay")
    assert f"delay at least {low:.3g} month" in text
    assert f"Chance {second.share.purity:%}, probability {second.share.mass:%}" in text


def test_numbers_of_the_table_have_their_errors():
    text = flat(printed(found(), 160))
    for step in found().boxes[0].nested:
        assert str(step.share.mass * 100.0) in text
        assert str(step.share.coverage * 100.0) in text
        assert str(step.share.lift) in text


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize("answer", [found, nothing])
def test_a_page_has_both_pictures_and_no_open_place(language, answer):
    page = to_html(page_of(answer(), language))
    # The boxes are drawn twice: on a wide page, and on a narrow one.
    assert page.count('role="img"') == (3 if answer().boxes else 0)
    text = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"\{[a-z]+\}|scenarios\.[a-z]+", re.sub(r"<[^>]*>", "", text))


def test_that_there_is_none_is_said():
    assert nothing().boxes == ()
    text = flat(printed(nothing()))
    assert "No box is better than chance" in text
    assert "The nearest is no scenario" in text or "No belief moves it" in text
    with pytest.raises(UsageError, match="no box is better than chance"):
        charts.scenarios(nothing())
    with pytest.raises(UsageError, match="nothing to draw"):
        charts.trajectory(nothing())


def test_a_belief_with_two_limits_is_told_with_both():
    middle = scenarios(linear_run(), "between(value, -3, -1)", boxes=1, conditions=1, only="x")
    [one] = middle.boxes[0].conditions
    assert one.low is not None
    assert one.high is not None
    text = flat(printed(middle))
    low, high = (f"{limit:.3g}".replace("-", "−") for limit in (one.low, one.high))
    assert f"x from {low} to {high} (from its" in text
    # The way of the search has both limits in one cell.
    assert re.search(r"x −[\d.]+ – [\d.]+", text)


def test_a_notebook_shows_the_same_words():
    assert "coin = 1" in answer_markdown(found())


def test_boxes_of_the_way_are_each_at_most_half_of_the_one_before():
    masses = [step.share.mass.value for step in halving(found().trajectory)]
    assert masses
    for power, mass in enumerate(sorted(masses, reverse=True), 1):
        assert mass <= 0.5**power
    first = next(step for step in found().trajectory if step.share.mass.value <= 0.5)
    assert masses[0] == first.share.mass.value


def test_a_bar_has_the_quantiles_of_its_condition():
    chart = charts.scenarios(found())
    left, right, *_ = (float(one) for one in drawing(chart).get("data-plot", "").split())
    drawn = [
        (float(bar.get("x", "")), float(bar.get("width", "")))
        for kind in ("up", "down")
        for bar in shapes(chart, kind)
    ]
    boxes = [*found().boxes, *([found().other] if found().other else [])]
    ranges = [
        (0.0, one.share) if one.values else one.quantiles for box in boxes if box for one in box.conditions
    ]
    assert [((x - left) / (right - left), (x + width - left) / (right - left)) for x, width in drawn] == [
        pytest.approx(one, abs=0.002) for one in ranges
    ]
    assert "inside the box" in words(chart)


def test_the_trajectory_stands_where_its_boxes_are():
    chart = charts.trajectory(found())
    left, right, top, bottom = (float(one) for one in drawing(chart).get("data-plot", "").split())
    (level,) = shapes(chart, "level")
    assert (bottom - float(level.get("y1", ""))) / (bottom - top) == pytest.approx(
        found().probability.value, abs=0.002
    )
    (mark,) = [one for one in shapes(chart, "one") if one.tag.endswith("circle")]
    share = found().boxes[0].share
    assert (float(mark.get("cx", "")) - left) / (right - left) == pytest.approx(
        share.coverage.value, abs=0.002
    )
    assert (bottom - float(mark.get("cy", ""))) / (bottom - top) == pytest.approx(
        share.purity.value, abs=0.002
    )


@pytest.mark.parametrize("size", [WIDE, SMALL])
def test_texts_of_spans_stay_inside(size):
    name, text = "Cheaper compute passed on as lower prices", "≥ USD 36.2 bn a GW and year"
    drawn = str(
        spans(
            size,
            [Spans("recommended", "up", [Span(name, 0.2, 1.0, text)])],
            {"label": "", "across": "quantile"},
        )
    )
    plot = re.search(r'data-plot="([\d.]+) ([\d.]+)', drawn)
    assert plot
    left, right = float(plot[1]), float(plot[2])
    assert 0 < left < right < size.width
    if size is WIDE:
        # About the width of a text beside the scale.
        assert right + 10 + 6.6 * len(text) <= size.width + 1


def test_what_a_lift_is_of_and_what_the_box_explains_are_named():
    share, text = found().boxes[0].share, flat(printed(found()))
    base = 100 * share.purity.value / share.lift.value
    assert f"as on all paths that are counted ({base:.1f}%)" in text
    assert f"(the box explains {100 * share.explained.value:.0f}% of the variance)" in text
    assert "This is not luck: with the event dealt to other paths by lot" in text
