"""How a mean or a chance moves with every belief: derivatives by location and by scale, each checked."""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import numpy as np
from jaxtyping import Float

from simulator.analysis.questions.convergence import usual
from simulator.analysis.questions.event import names_in
from simulator.analysis.questions.paths import batches_of
from simulator.analysis.questions.sensitivity.choice import Ways
from simulator.analysis.questions.sensitivity.medians import median_of
from simulator.analysis.questions.sensitivity.paired import STEPS, Kind, Paired
from simulator.analysis.questions.sensitivity.pathwise import Pathwise, pathwise
from simulator.analysis.questions.sensitivity.records import Derivative, Sensitivities, Sensitivity
from simulator.analysis.questions.sensitivity.response import Response
from simulator.analysis.questions.sensitivity.slopes import Slopes, slopes
from simulator.analysis.run import Run
from simulator.arguments import checked
from simulator.beliefs import Beliefs
from simulator.beliefs.moved import SCORES, OwnScores, rows_of
from simulator.engine import Kernel, on_threads, runtime
from simulator.errors import NotDifferentiableError, UsageError
from simulator.estimate import parse_statistic
from simulator.estimate.distinguishable import AMONG_MANY
from simulator.sampling import BATCH, join_batches
from simulator.whole_numbers import whole

#: Paths that slopes rest on at most, the first of a larger run; and those that the model computes again.
PATHS, PATHS_OF_PASS = 2**16, 2**14
#: Beliefs of which the paired difference is computed.
TOP = 12
#: Of how many more, whose pathwise derivative and slope are apart.
APART = 4


def sensitivity(
    run: Run, target: str | None = None, top: int = TOP, paths: int | None = None
) -> Sensitivities:
    """Return how a mean or a chance moves with the location and the scale of every belief.

    A belief is a rising function of a standard-normal score of its own. Its location is moved by adding to
    that score, and a location of 1 is one prior standard deviation up; its scale by multiplying it, so that
    it spreads about its median. That belief alone moves, as with ``--set``; correlated ones stay where they
    were drawn. A belief with drawn parameters moves by what those leave open, and one that others are drawn
    from takes them along; a share of a whole moves by the score of its own part, and the others make room.

    Three ways lead to a derivative. One pass in reverse through the model gives that of each path by all
    beliefs at once, exact but for jumps: of a regime that begins on another path, of a number that is one of
    few. The slopes of the run's own paths have jumps in them, with larger errors. Of the leading beliefs both
    are checked by paired differences, the model computed again on the same draws a step up and a step down.
    Where the pass agrees with the difference within their errors together it is what is returned, else the
    difference; of beliefs that were not checked so, the pass where it agrees with the slope. The slope is
    returned where its error is smaller than that of what would be, and where neither is there.

    Parameters
    ----------
    run
        As simulated or opened; its first `PATHS` paths are used.
    target
        ``mean(METRIC)``, or a chance of `simulator.estimate.grammar`; by default the chance of the verdict
        that is feared, or the mean of the first metric.
    top
        Of how many beliefs the paired difference is computed, at least 1, beside a few whose pathwise
        derivative and slope are apart.
    paths
        On which the model is computed again, at most `PATHS`, made up to whole batches of 8,192; by default
        16,384, or those of the run where it has fewer.

    Raises
    ------
    UsageError
        The target is no mean and no chance, or not finite on every path; or the run has fewer paths, or keeps
        a summary.
    ModelNeededError
        Only the name of the run's model is known.
    RunError
        The model computes something else than the run stored.
    """
    target = usual(run)[0] if target is None else target
    checked("target", target, str, "text such as 'mean(value_created.group)'")
    run.need_paths("sensitivity")
    most = min(run.plan.batches, PATHS // BATCH)
    asked, run = run, run if run.plan.batches == most else _first(run, most)
    batches = batches_of(run, paths, PATHS_OF_PASS)
    response = Response(run, parse_statistic(target, *names_in(run)))
    beliefs = cast(Beliefs, run.program.beliefs)
    rows = rows_of(beliefs)
    if not rows:
        message = "sensitivity: found no belief that varies; allowed: a study in which one does"
        raise UsageError(message)
    scores = _scores(run, beliefs)
    of_paths = slopes(beliefs, scores, response.values(run), response.resolution(most * BATCH))
    paired = Paired(run, response, batches)
    of_pass, refused = None, ""
    try:
        of_pass = pathwise(run, response, scores, batches)
    except NotDifferentiableError as error:
        refused = str(error)
    leading = _leading(of_pass, of_paths, whole("top", top, 1))
    kinds: tuple[Kind, ...] = tuple(STEPS)
    ways = Ways(of_pass, of_paths, paired)
    paired.compute((row, kind, 1.0) for row in leading for kind in kinds)
    paired.compute((row, kind, 0.5) for row in leading for kind in kinds if not ways.agree(row, kind))
    rest = sorted(set(range(len(rows))) - set(leading))
    found = [
        _sensitivity(
            run,
            rows[row],
            ways.derivative(row, "location"),
            ways.derivative(row, "scale"),
            None if ways.difference(row, "location") is None else ways.agree(row, "location"),
        )
        for row in (*leading, *rest)
    ]
    count = len(leading)
    listed = [*_by_size(found[:count]), *_by_size(found[count:])]
    unit = "1" if response.statistic.chance else run.units[response.statistic.name]
    return Sensitivities(
        asked, response.statistic, run.estimate(target), unit, most * BATCH, batches * BATCH, listed, refused
    )


def _sensitivity(
    run: Run, row: tuple[str, int], location: Derivative, scale: Derivative, agrees: bool | None
) -> Sensitivity:
    prior = run.study.priors[row[0]]
    name = prior.name if prior.size is None and prior.family != "dirichlet" else f"{row[0]}[{row[1]}]"
    return Sensitivity(name, prior.unit, location, scale, median_of(prior, location.value), agrees)


def _first(run: Run, batches: int) -> Run:
    """Return the first batches of a run."""
    return replace(run, plan=run.plan.first(batches), goal=None, looked=())


def _by_size(found: Iterable[Sensitivity]) -> list[Sensitivity]:
    """Return the largest first, and last those of which nothing is known."""
    return sorted(found, key=lambda one: (np.isnan(one.location.value.value), -abs(one.location.value.value)))


def _scores(run: Run, beliefs: Beliefs) -> Float[np.ndarray, "row replicate point"]:
    """Return the score of every belief on every path."""
    program = replace(run.program, beliefs=OwnScores(beliefs))
    kernel = Kernel(program, run.plan, lambda draws: {SCORES: draws[SCORES]})
    found: list[np.ndarray] = []
    on_threads(kernel, range(run.plan.batches), lambda _, named: found.append(named[SCORES]), runtime.cores())
    return join_batches(found, len(found))


def _leading(of_pass: Pathwise | None, of_paths: Slopes, top: int) -> list[int]:
    """Return the rows of the beliefs that are checked.

    Those are the ones of which neither pass nor slopes know anything, then those with the largest derivatives
    by location, by the pass, and by the slopes as far as these are clear of nothing among many; and a few
    more on which pass and slopes are apart.
    """
    error = np.where(of_paths.known, of_paths.location.error, np.inf)
    slope = np.where(of_paths.known, of_paths.location.value, 0.0)
    size = np.where(np.abs(slope) > AMONG_MANY * error, np.abs(slope), 0.0)
    apart, unknown = np.zeros(len(size), dtype=bool), ~of_paths.known
    if of_pass is not None:
        smooth = np.where(of_pass.still, 0.0, of_pass.location.value)
        size = np.maximum(size, np.abs(smooth))
        spread = np.hypot(error, np.where(of_pass.still, 0.0, of_pass.location.error))
        apart = np.abs(smooth - slope) > AMONG_MANY * spread
        unknown = unknown & of_pass.still
    order = np.argsort(-np.where(unknown, np.inf, size), kind="stable")
    return [*order[:top].tolist(), *[row for row in order[top:].tolist() if apart[row]][:APART]]
