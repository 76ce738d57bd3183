"""Scenario discovery: in which boxes of beliefs an event is likely."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
from jaxtyping import Bool

from simulator.analysis.explanation.random_inputs import RandomInput, random_inputs
from simulator.analysis.questions.convergence import usual
from simulator.analysis.questions.event import event_of
from simulator.analysis.questions.scenarios.bins import bins_of
from simulator.analysis.questions.scenarios.covering import (
    LEAST_PATHS,
    cover_of,
    outside_each_other,
    trajectory,
    without_leader,
)
from simulator.analysis.questions.scenarios.records import Scenarios
from simulator.analysis.run import Run
from simulator.arguments import names_of, refuse
from simulator.errors import UsageError, did_you_mean
from simulator.estimate import SamplerName, pool, probability
from simulator.sampling import BATCH
from simulator.whole_numbers import whole

#: Paths that discovery rests on at most: the first of a larger run.
PATHS = 2**16
#: Conditions of a box at most: more cannot be told as a story.
MOST_CONDITIONS = 4
#: Boxes that do not overlap, where no number is asked for.
BOXES = 3
#: The least share of paths in a box, where none is asked for and the event itself is not rarer.
LEAST_SHARE = 0.05


def scenarios(
    run: Run,
    target: str | None = None,
    conditions: int = MOST_CONDITIONS,
    boxes: int = BOXES,
    min_share: float | None = None,
    only: str | Iterable[str] = (),
    without: str | Iterable[str] = (),
) -> Scenarios:
    """Return in which boxes of beliefs an event is likely, how likely, and how much of it they hold.

    Boxes are searched by PRIM (`simulator.analysis.questions.scenarios.peeling`) on every other replicate of
    the run and counted on the rest, so that what a box promises was not looked for where it is measured. Of
    the boxes on the way from all paths to the smallest, the one is taken whose inside explains most of the
    event's variance. Its limits are moved, and its conditions exchanged for those on other beliefs, as long
    as it then explains more, and limits that add nothing are dropped. Its paths are taken out and the search
    is made again, for another explanation; and once more on all paths without the belief that explains most
    of the first box. A box counts as a scenario where the event is likelier inside, by two standard errors,
    than on all paths, and than in every box that such a search finds when the event is dealt to other paths
    by lot.

    A box conditions, it changes nothing: it holds the run's own paths, so that beliefs which depend on one
    with a limit move along.

    Parameters
    ----------
    run
        As simulated or opened; its first `PATHS` paths are used.
    target
        The event: ``VERDICT.ENTITY``, or a chance such as ``prob_below(value_created.group, 0)``. By default
        the verdict that is feared; of a study without verdicts, that the metric of value is below zero.
    conditions
        The most conditions of a box, from 1 to `MOST_CONDITIONS`.
    boxes
        The most boxes that do not overlap.
    min_share
        The least share of paths in a box; by default `LEAST_SHARE`, or that of the event where it is rarer.
    only
        The beliefs that may have a condition; all by default.
    without
        Beliefs that may have none.

    Raises
    ------
    UsageError
        The event or a belief is unknown, the event holds on too few paths or on all but too few, no belief
        varies or none is left, a number is out of its range, or the run keeps a summary; or no event is
        named and the study has neither verdicts nor a metric of value.
    """
    run.need_paths("scenarios")
    conditions, boxes = whole("conditions", conditions, 1, MOST_CONDITIONS), whole("boxes", boxes, 1)
    part = replace(run, plan=run.plan.first(min(run.plan.batches, PATHS // BATCH)))
    event = event_of(part, _usual_event(run) if target is None else target)
    holds = event.holds(part)
    _need_both(holds, event.text)
    inputs = random_inputs(part)
    if not inputs:
        message = f"scenarios: found no belief that varies in {run.study.name}; allowed: a study with priors"
        raise UsageError(message)
    candidates = _candidates(inputs, names_of("only", only), names_of("without", without))
    least = _least_share(min_share, holds)
    bins = bins_of(inputs)
    cover = cover_of(bins, holds, candidates, conditions, least, run.plan.seed)
    chance = replace(probability(pool(holds, cast(SamplerName, run.plan.sampler))), unit="")
    found, refused = outside_each_other(cover, boxes, chance)
    return Scenarios(
        run=run,
        paths=part.plan.paths,
        searched=cover.searched.replicate.size,
        counted=cover.counted.replicate.size,
        event=event,
        probability=chance,
        beliefs=int(np.count_nonzero(candidates)),
        most_conditions=conditions,
        least_share=least,
        asked=boxes,
        boxes=tuple(one.scenario for one in found),
        refused=refused,
        other=without_leader(cover, found[0], chance) if found else None,
        trajectory=trajectory(cover, found[0].box) if found else (),
    )


def _usual_event(run: Run) -> str:
    """Return the first chance of what is looked at first."""
    chances = (text for text in usual(run) if run.statistic(text).chance)
    if (found := next(chances, None)) is None:
        message = (
            f"scenarios: found no verdicts in the study {run.study.name}, so that a target has to be named; "
            f"allowed: the chance of a metric, such as prob_below({run.names[0]}, 0)"
        )
        raise UsageError(message)
    return found


def _need_both(event: Bool[np.ndarray, "replicate point"], target: str) -> None:
    holding = int(np.count_nonzero(event))
    if not LEAST_PATHS <= holding <= event.size - LEAST_PATHS:
        message = (
            f"{target}: found it on {holding:,} of {event.size:,} paths; allowed: an event that holds on "
            f"{LEAST_PATHS} paths at least, and fails on as many. Run more paths, or ask for another event"
        )
        raise UsageError(message)


def _least_share(given: float | None, event: Bool[np.ndarray, "replicate point"]) -> float:
    """Return the least share of a box."""
    least, chance = LEAST_PATHS / event.size, float(np.mean(event))
    if given is None:
        return max(min(LEAST_SHARE, chance), least)
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given < 1:
        allowed = f"a number from {least:.2g} ({LEAST_PATHS} of {event.size:,} paths) to below 1"
        refuse("min_share", given, allowed)
    return float(given)


def _candidates(
    inputs: Sequence[RandomInput], only: Sequence[str], without: Sequence[str]
) -> Bool[np.ndarray, " belief"]:
    """Return which beliefs may have a condition; one of several components has all of them."""
    known = {name for one in inputs for name in (one.name, one.prior.name)}
    for name in (*only, *without):
        if name not in known:
            advice = did_you_mean(name, sorted(known))
            message = f"belief {name}: the run has none of that name that varies. {advice}".rstrip()
            raise UsageError(message)
    found = np.array(
        [
            (not only or bool({one.name, one.prior.name} & set(only)))
            and not {one.name, one.prior.name} & set(without)
            for one in inputs
        ]
    )
    if not found.any():
        message = f"without: found {', '.join(without)}, which leaves no belief; allowed: fewer names"
        raise UsageError(message)
    return found
