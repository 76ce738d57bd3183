"""The search itself, against plain loops over paths."""

from itertools import pairwise

import numpy as np
import pytest
from analysis.questions.scenarios.planted import inputs, uniforms

from simulator.analysis.questions.scenarios.bins import BINS, bins_of, halves
from simulator.analysis.questions.scenarios.counting import Count
from simulator.analysis.questions.scenarios.dropping import without_idle_limits
from simulator.analysis.questions.scenarios.peeling import PATIENCE, Search, peel
from simulator.analysis.questions.scenarios.polishing import best_of, best_range, fewer, polish
from simulator.analysis.questions.scenarios.records import Condition

POINTS = 128
FAMILIES = {"kind": "categorical"}


def mixed():
    """Beliefs of every sort: a number, one with ties, one of few values, kinds, one that is nearly sure."""
    draws = uniforms(POINTS, 5)
    return {
        "x": draws[0],
        "tied": np.maximum(draws[1], 0.35),
        "few": np.floor(4 * draws[2]),
        "kind": np.floor(6 * draws[3]),
        "sure": (draws[4] > 0.99).astype(float),
    }


def search_of(values, event, most=3, least=100):
    bins = bins_of(inputs(values, FAMILIES))
    searched, _ = halves(bins)
    candidates = np.ones(len(values), bool)
    return bins, Search(searched, event[0::2].ravel(), bins.by_value, candidates, most, least)


def an_event(values, seed=2):
    chance = 0.1 + 0.4 * (values["x"] > 0.5) * (values["tied"] < 0.7) + 0.2 * (values["kind"] % 2)
    return np.random.default_rng(seed).random(chance.shape) < chance


def test_bins_hold_about_equally_many_paths_and_equal_values_are_together():
    values = mixed()
    bins = bins_of(inputs(values, FAMILIES))
    paths = values["x"].size
    # A hundredth of the paths, rounded down or up at either end.
    assert np.abs(bins.counts[0] - paths / BINS).max() <= 1
    for place, (name, own) in enumerate(values.items()):
        codes = bins.codes[..., place]
        assert np.array_equal(np.bincount(codes.ravel(), minlength=BINS), bins.counts[place]), name
        order = np.argsort(own, axis=None, kind="stable")
        assert (np.diff(codes.ravel()[order].astype(int)) >= 0).all(), name
        assert all(np.unique(codes[own == value]).size == 1 for value in np.unique(own)), name
        assert np.array_equal(bins.least[place, codes] <= own, np.ones_like(own, bool)), name
        assert np.array_equal(bins.greatest[place, codes] >= own, np.ones_like(own, bool)), name
    assert bins.used.tolist()[2:] == [4, 6, 2]


def naive_best(search, inside, box):
    """The peel that raises the share of the event most for a path, by counting what is left of each."""
    event, codes = search.event, search.paths.codes
    before, best = event[inside].mean(), (0.0, None)
    for ends in (1, -1):
        for place in range(codes.shape[1]):
            if len(box) == search.most and place not in box:
                continue
            gone = np.zeros_like(inside)
            for one in search.order[place][::ends]:
                gone |= inside & (codes[:, place] == one)
                if gone.sum() >= PATIENCE * inside.sum():
                    break
            left = inside & ~gone
            if left.sum() < search.least:
                continue
            gain = (event[left].mean() - before) / gone.sum()
            if gain > best[0] * (1 + 1e-9) + 1e-15:
                best = gain, left
    return best[1]


def test_each_peel_is_the_best_that_a_count_of_paths_finds():
    values = mixed()
    _, search = search_of(values, an_event(values))
    inside, box = np.ones(search.event.size, bool), {}
    for one in peel(search):
        inside = naive_best(search, inside, box)
        assert inside is not None
        box = one.box
        assert np.array_equal(search.paths.inside(box), inside)
        assert (one.paths, one.events) == (inside.sum(), (inside & search.event).sum())
    assert naive_best(search, inside, box) is None
    assert len(box) == search.most


def test_kinds_are_in_the_order_of_how_likely_the_event_is():
    values = mixed()
    bins, search = search_of(values, an_event(values))
    kinds, used = values["kind"][0::2].ravel(), int(bins.used[3])
    shares = [search.event[kinds == bins.least[3, one]].mean() for one in search.order[3, :used]]
    assert all(one <= other for one, other in pairwise(shares))
    assert search.order[0].tolist() == list(range(BINS))


def test_association_is_the_correlation_of_being_inside_and_the_event():
    values = mixed()
    _, search = search_of(values, an_event(values))
    inside = np.random.default_rng(3).random((4, search.event.size)) < 0.3
    found = search.association(inside.sum(axis=1), (inside & search.event).sum(axis=1))
    expected = [np.corrcoef(one, search.event)[0, 1] for one in inside]
    assert found == pytest.approx(expected, rel=1e-9)
    nothing_and_all = np.array([0, search.event.size]), np.array([0, search.event.sum()])
    assert search.association(*nothing_and_all).tolist() == [0.0, 0.0]


def explained(search, box):
    inside = search.paths.inside(box)
    if inside.all():
        return 0.0
    return np.corrcoef(inside, search.event)[0, 1]


def test_no_limit_of_a_polished_box_explains_more_elsewhere():
    values = mixed()
    bins, search = search_of(values, an_event(values))
    rough = best_of(search, peel(search))
    box = polish(search, rough)
    best = explained(search, box)
    assert best >= explained(search, rough)
    for place in box:
        used, order = int(bins.used[place]), search.order[place]
        for first in range(used):
            for last in range(first, used):
                moved = np.zeros(BINS, bool)
                moved[order[first : last + 1]] = True
                other = dict(box) | {place: moved}
                if search.paths.inside(other).sum() >= search.least:
                    assert explained(search, other) <= best + 1e-12


def test_of_fewer_conditions_those_are_left_that_explain_most():
    values = mixed()
    _, search = search_of(values, an_event(values))
    boxes = list(fewer(search, polish(search, best_of(search, peel(search)))))
    assert [len(one) for one in boxes] == list(range(len(boxes[0]), 0, -1))
    for box, left in pairwise(boxes):
        others = [{other: box[other] for other in box if other != place} for place in box]
        assert explained(search, left) == pytest.approx(max(explained(search, one) for one in others))


def test_a_condition_holds_for_the_paths_that_its_limits_name():
    from simulator.analysis.questions.scenarios.describing import conditions_of

    values = mixed()
    bins, search = search_of(values, an_event(values))
    box = polish(search, best_of(search, peel(search)))
    inside = np.ones(values["x"].shape, bool)
    for one in conditions_of(bins, box):
        inside &= holds(one, values[one.belief])
    by_bins = np.ones_like(inside)
    for place, own in box.items():
        by_bins &= own[bins.codes[..., place]]
    assert np.array_equal(inside, by_bins)


def holds(one: Condition, own):
    if one.values:
        found = np.isin(own, one.values)
    else:
        low = -np.inf if one.low is None else one.low
        high = np.inf if one.high is None else one.high
        found = (own >= low) & (own <= high)
        assert one.quantiles == pytest.approx((np.mean(own < low), np.mean(own <= high)), abs=1e-12)
    assert one.share == pytest.approx(found.mean(), abs=1e-12)
    return found


def test_limits_are_moved_until_none_is_better_given_the_others():
    """Where the event is beyond a slant, the best limit of each belief depends on those of the others."""
    draws = uniforms(POINTS, 3)
    values = dict(zip("xyz", draws, strict=True))
    event = np.random.default_rng(4).random(draws[0].shape) < np.where(draws.sum(axis=0) > 1.8, 0.9, 0.1)
    _, search = search_of(values, event)
    rough = {place: np.arange(BINS) >= first for place, first in ((0, 60), (1, 10), (2, 10))}
    box = polish(search, rough)
    assert set(box) == {0, 1, 2}
    for place in box:
        others = {other: bins for other, bins in box.items() if other != place}
        assert np.array_equal(best_range(search, place, others), box[place])


def test_limits_that_add_nothing_are_dropped_one_by_one():
    draws = uniforms(4 * POINTS, 3)
    values = dict(zip("xyz", draws, strict=True))
    # Above .7 in x, whatever y and z are.
    event = np.random.default_rng(4).random(draws[0].shape) < np.where(draws[0] > 0.7, 0.8, 0.2)
    bins = bins_of(inputs(values))
    _, counted = halves(bins)
    count = Count(counted, event[1::2].ravel(), np.ones(counted.replicate.size, bool))
    code = np.arange(BINS)
    box = {0: (code >= 70) & (code < 95), 1: (code >= 20) & (code < 80), 2: code < 50}
    left = without_idle_limits(count, box, bins)
    assert set(left) == {0}
    assert np.array_equal(left[0], code >= 70)
    # Of a box that adds nothing no limit is left.
    assert without_idle_limits(count, {1: code < 50}, bins) == {}
