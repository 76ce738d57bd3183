"""At which value of a belief, all else as it was drawn, the likeliest verdict of a run changes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from scipy import special

from simulator.analysis.explanation.random_inputs import random_inputs
from simulator.analysis.questions.changed import Changed
from simulator.analysis.questions.flip.asked import beliefs_of, left_out, margin_of
from simulator.analysis.questions.flip.belief import Belief
from simulator.analysis.questions.flip.grid import Axis, Cell, FlipMap
from simulator.analysis.questions.flip.margin import Lead, Level, Margin
from simulator.analysis.questions.flip.records import (
    BeliefFlips,
    Flips,
    Outcome,
    Screened,
    Uncomputed,
)
from simulator.analysis.questions.flip.search import FEW, NoAnswer, Point, Search, changes
from simulator.analysis.questions.paths import batches_of
from simulator.analysis.run import Run
from simulator.arguments import names_of
from simulator.engine import on_threads, runtime
from simulator.errors import GateError
from simulator.estimate import Number
from simulator.sampling import BATCH
from simulator.whole_numbers import whole

#: Shares of paths at which every belief is computed, and each that is listed.
SCREENED = (0.01, 0.99)
PLACES = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
#: Paths whose draws have the quantiles of beliefs, at most.
DRAWN = 2**16
#: Shares of paths below the quantiles that are given of a belief.
LEVELS = (0.1, 0.5, 0.9)
#: Beliefs that are listed, pairs of which there is a map, and paths on which values are closed in on.
TOP, PAIRS, PATHS = 8, 1, 2**14


def flip(
    run: Run,
    entity: str | None = None,
    *,
    target: str | None = None,
    beliefs: str | Iterable[str] = (),
    top: int = TOP,
    paths: int | None = None,
    pairs: int = PAIRS,
) -> Flips:
    """Return for each belief alone the values at which the likeliest verdict of a run changes.

    A belief is put at a number on every path and all other draws stay as they are, correlated ones too:
    this changes a belief, as ``--set`` does, and does not condition on it. Every belief is computed at P1
    and P99, those nearest to a change at five places between these ends too; a change of the answer between
    two of them is closed in on. Of what changes and changes back between two neighbouring places nothing is
    said.

    Parameters
    ----------
    run
        With its paths and its model.
    entity
        On which the verdict is: by default the group, or the first that has one.
    target
        Instead of a verdict, a level that a statistic is to reach, such as ``p_bear(group) = 0.25``.
    beliefs
        One name or several, of those to look at; by default all that vary, of which the nearest to a change
        are listed.
    top
        How many are listed.
    paths
        On which values are closed in on, made up to whole batches of 8192; by default 16,384, or those of the
        run where it has fewer.
    pairs
        Of the leading beliefs, of how many pairs there is a map.

    Raises
    ------
    UsageError
        There is no such entity, statistic or belief; a belief does not vary, or none does; the study has no
        verdicts and no target is given; a target states another relation than ``=``; the run has fewer paths,
        or keeps a summary.
    ModelNeededError
        Only the name of the run's model is known.
    RunError
        The model computes something else than the run stored.
    GateError
        Of no belief there is anything to say: with each of them some metric is not a number.
    """
    run.need_paths("flip")
    margin, batches = margin_of(run, entity, target), batches_of(run, paths, PATHS)
    named, top, pairs = names_of("beliefs", beliefs), whole("top", top, 1), whole("pairs", pairs, 0)
    changed = Changed(run, batches)
    wanted = beliefs_of(run, changed, named)
    search = Search(run, changed, margin, batches)
    drawn = random_inputs(replace(run, plan=run.plan.first(min(run.plan.batches, DRAWN // BATCH))))
    known = [Belief.of(one) for one in drawn if one.name in wanted]
    by_name = {one.name: one for one in known}
    lost: list[Uncomputed] = []
    screened = _at(search, known, SCREENED, lost)
    middle = search.as_it_is()
    nearest = sorted(screened, key=lambda name: _nearness(screened[name], middle))
    leading = nearest if named else nearest[:top]
    places = _at(search, [by_name[name] for name in leading], PLACES, lost, screened)
    flips = (
        _answered(lambda name=name: _flips(search, by_name[name], places[name]), lost) for name in places
    )
    listed = sorted((one for one in flips if one), key=_distance)
    if lost and not listed:
        raise GateError("\n  ".join(["metrics that are not a number with every belief:", *map(str, lost)]))
    pictured = (
        _answered(lambda up=up, across=across: _map(search, by_name[up], by_name[across]), lost)
        for up, across in _pairs(listed, pairs)
    )
    maps = tuple(one for one in pictured if one)
    side = margin.side(search.measured)
    return Flips(
        run=run,
        entity=margin.entity if isinstance(margin, Lead) else "",
        condition=margin.condition if isinstance(margin, Level) else None,
        outcome=side.outcome,
        lead=search.lead(side.margin, run.plan.batches),
        chances=_chances(margin, search),
        paths=batches * BATCH,
        paths_screened=FEW * BATCH,
        beliefs=tuple(listed),
        screened=tuple(
            Screened(name, tuple(point.place() for point in points))
            for name, points in screened.items()
            if name not in leading
        ),
        uncomputed=tuple(lost),
        left_out=() if named else left_out(run, changed),
        maps=maps,
    )


def _at(
    search: Search,
    beliefs: Sequence[Belief],
    levels: Sequence[float],
    lost: list[Uncomputed],
    known: Mapping[str, Sequence[Point]] | None = None,
) -> dict[str, list[Point]]:
    """Return by name the points of beliefs at some shares of paths, from low to high, with those known.

    A belief with which there is no answer at one of them is added to those lost.
    """
    found = {one.name: {point.value: point for point in (known or {}).get(one.name, ())} for one in beliefs}
    wanted = [
        (one, value)
        for one in beliefs
        for value in dict.fromkeys(one.value(level) for level in levels)
        if value not in found[one.name]
    ]
    for (one, value), point in zip(wanted, search.places(wanted), strict=True):
        if isinstance(point, Point):
            found.get(one.name, {})[value] = point
        elif found.pop(one.name, None) is not None:
            lost.append(point)
    return {name: [points[value] for value in sorted(points)] for name, points in found.items()}


def _answered[Answer](ask: Callable[[], Answer], lost: list[Uncomputed]) -> Answer | None:
    """Return an answer; None where there is none, with why among those lost."""
    try:
        return ask()
    except NoAnswer as error:
        lost.append(error.found)
        return None


def _nearness(ends: Sequence[Point], middle: Point) -> tuple[int, float]:
    """Return what is least of a belief that changes the answer near its median.

    Parameters
    ----------
    ends
        Its points.
    middle
        The run as it is, which stands for the belief at its median.
    """
    points = sorted((*ends, middle), key=lambda point: point.level)
    signs = [1 if point.positive else -1 for point in points]
    crossed = [abs(_crossing(points[low], points[high]) - 0.5) for low, high in changes(signs)]
    return (0, min(crossed)) if crossed else (1, min(abs(point.lead.value) for point in points))


def _crossing(low: Point, high: Point) -> float:
    """Return the share of paths at which a line by score from one point to another comes to zero."""
    ends = special.ndtri(np.array([low.level, high.level]))
    between = low.straight - high.straight
    part = low.straight / between if np.isfinite(between) else 0.5
    return float(special.ndtr(ends[0] + part * (ends[1] - ends[0])))


def _flips(search: Search, belief: Belief, points: Sequence[Point]) -> BeliefFlips:
    """Return what a belief alone does to the answer."""
    points = search.decided(belief, points)
    values = search.values(belief, points)
    clear = all(point.lead.sign for point in points)
    outcome: Outcome = "flips" if values else "none" if clear else "open"
    p10, p50, p90 = (belief.value(level) for level in LEVELS)
    places = tuple(point.place() for point in points)
    return BeliefFlips(belief.name, belief.unit, outcome, (p10, p50, p90), places, tuple(values))


def _distance(found: BeliefFlips) -> tuple[int, float]:
    """Return what is least of the belief that changes the answer nearest to its median."""
    if found.nearest:
        return 0, abs(found.nearest.level.value - 0.5)
    return 1, min(abs(place.lead.value) for place in found.places)


def _pairs(listed: Sequence[BeliefFlips], most: int) -> Iterator[tuple[str, str]]:
    """Give pairs of names, of as few of the leading beliefs as there can be."""
    names = [one.name for one in listed]
    pairs = ((names[second], first) for second in range(len(names)) for first in names[:second])
    yield from islice(pairs, most)


def _map(search: Search, up: Belief, across: Belief) -> FlipMap:
    """Return the answer over two beliefs."""
    axes = [_axis(belief) for belief in (up, across)]
    grid = [{up.name: high, across.name: wide} for high in axes[0].values for wide in axes[1].values]
    found: list[Cell] = []

    def cell(place: int) -> Cell:
        side = search.side(grid[place])
        return Cell(side.outcome, search.lead(side.margin))

    on_threads(cell, range(len(grid)), lambda _, one: found.append(one), runtime.cores())
    width = len(axes[1].values)
    rows = tuple(tuple(found[start : start + width]) for start in range(0, len(found), width))
    return FlipMap(axes[1], axes[0], rows, FEW * BATCH)


def _axis(belief: Belief) -> Axis:
    values = tuple(dict.fromkeys(belief.value(level) for level in PLACES))
    return Axis(belief.name, belief.unit, tuple(belief.level(value) for value in values), values)


def _chances(margin: Margin, search: Search) -> dict[str, Number]:
    """Return what was measured of the run as it is, by name."""
    measured = search.measured
    if isinstance(margin, Lead):
        return {name: measured.number(place) for place, name in enumerate(margin.verdicts)}
    return {str(margin.condition.statistic): measured.number(0)}
