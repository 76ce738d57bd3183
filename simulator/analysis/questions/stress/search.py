"""The shortest shift of beliefs with which targets are true.

A shift ``m`` of the independent normal scores is ``|m|^2 / 2`` nats from where beliefs were. The shortest one
is looked for as a design point of structural reliability is [1]_: with ``h`` the targets' scores (of a chance
the normal score, which of a linear model is a straight line) and ``J`` their slopes, from a regression on the
scores of the same paths,

    m' = J^T (J J^T)^-1 (h_wanted - h(m) + J m),

which is exact at once where the model is linear. Elsewhere a step towards ``m'`` is made as long as it lowers
``|m|^2 / 2 + c |h_wanted - h(m)|`` [2]_. Means of scores are all that is moved, so that the distance is no
less than that of the nearest beliefs of any kind, and where a model bends more than one way may be shortest
nearby: what is found is an upper bound in that respect too.

References
----------
.. [1] R. Rackwitz, B. Fiessler. Structural reliability under combined random load sequences. Computers &
   Structures 9(5), 1978.
.. [2] Y. Zhang, A. Der Kiureghian. Two improved algorithms for reliability analysis. Reliability and
   Optimization of Structural Systems, 1995.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.special import ndtri

from simulator.analysis.questions.stress.constraints import Constraint, signs
from simulator.analysis.questions.stress.convex import Local, minimise
from simulator.analysis.questions.stress.moving import MovedModel
from simulator.analysis.questions.stress.regression import Line, Regression
from simulator.analysis.questions.stress.tilt import MISSED, short_of
from simulator.analysis.run import Run
from simulator.beliefs import Shifted
from simulator.errors import RunError, UsageError
from simulator.estimate.least_squares import products
from simulator.estimate.replicated import Replicated

#: Of a shift, the longest step, and the length beyond which none is looked for  [standard deviations]
LONGEST_STEP, FURTHEST = 1.5, 8.0
#: Share of its length by which a shift still turns when it is found, and of an error how far it may be off.
TURN, OFF = 0.02, 0.25
#: Steps at most, on how many batches they are made first, and how often one is halved.
MOST_STEPS, FIRST_BATCHES, MOST_HALVINGS = 12, 2, 2
#: Steps without a shift that is shorter by this share, after which the shortest so far is taken.
PATIENCE, SHORTER = 4, 0.005
#: Paths on either side of a threshold with which a chance is known well enough to follow its slope.
ENOUGH = 32
#: What of a target's variance may lie between what was stored and what is computed: rounding is far below.
ROUNDING = 1e-3
#: By how much more than its multiplier the merit counts what is missed of a target.
PENALTY = 2.0
#: Share of a number that is rounding.
RESOLUTION = 1e-9


class Move(NamedTuple):
    """A shift with which targets are true.

    Attributes
    ----------
    run
        The paths with it.
    shift
        Of each of `Shifted.movable`  [standard deviations of its score]
    beliefs
        As they are moved.
    """

    run: Run
    shift: Replicated
    beliefs: Shifted


class _Place(NamedTuple):
    """Targets about a shift: their scores as they are moved, and the slopes of these in each score."""

    shift: Float[np.ndarray, " coordinate"]
    run: Run
    scores: Replicated
    slopes: Replicated

    @property
    def sizes(self) -> Float[np.ndarray, " target"]:
        """How steep each target is."""
        return np.linalg.norm(self.slopes.value, axis=1)


def moved(run: Run, asked: Sequence[Constraint]) -> Move:
    """Return the shortest shift with which targets are true, looked for on few paths first and then on all.

    Raises
    ------
    ModelNeededError
        Only the name of the run's model is known.
    RunError
        The model computes something else than the run stored.
    UsageError
        A target is a chance that is certain, no path says which way to move, or beliefs would have to be
        moved too far.
    """
    for one in asked:
        if not np.isfinite(one.score):
            message = f"target '{one}': no shift of beliefs makes it certain; allowed: above 0 and below 1"
            raise UsageError(message)
    model = MovedModel(run)
    start = np.zeros(len(model.unmoved.movable))
    if run.plan.batches > FIRST_BATCHES:
        first = _Search(model, asked, FIRST_BATCHES).nearest(start)
        start = start if first is None else first.shift
    search = _Search(model, asked, run.plan.batches)
    place = search.nearest(start)
    if place is None:
        raise UsageError(search.out_of_reach())
    return Move(place.run, search.jackknifed(place), replace(model.unmoved, shift=place.shift))


class _Search:
    """A search on the first batches of a run."""

    def __init__(self, model: MovedModel, asked: Sequence[Constraint], batches: int) -> None:
        self._model, self._asked, self._batches = model, asked, batches
        self._signs, self._goals = signs(asked), np.array([one.score for one in asked])
        self._regression = Regression(model.scores(batches))
        self._unmoved = self._at(np.zeros(len(model.unmoved.movable)))
        self._last = self._unmoved
        self._refuse_others()
        if not (self._unmoved.sizes > 0).all():
            still = str(asked[int(np.argmin(self._unmoved.sizes))])
            message = (
                f"target '{still}': found no belief that moves it; allowed: what is on some paths so and on "
                "others not, and depends on beliefs"
            )
            raise UsageError(message)

    def nearest(self, start: Float[np.ndarray, " coordinate"]) -> _Place | None:
        """Return where the shortest shift is, beginning at one; None where none makes the targets true."""
        place = self._at(start) if start.any() else self._unmoved
        best, idle, penalty = None, 0, 0.0
        for _ in range(MOST_STEPS):
            aim, multipliers = self._linear(place.shift, place.scores.value, place.slopes.value)
            step = aim - place.shift
            length, far = float(np.linalg.norm(step)), float(np.linalg.norm(place.shift))
            idle += 1
            if self._true(place) and (best is None or far < (1 - SHORTER) * np.linalg.norm(best.shift)):
                best, idle = place, 0
            turned = length <= TURN * max(far, TURN)
            if far > FURTHEST or (best is not None and (turned or idle >= PATIENCE)):
                break
            penalty = max(penalty, PENALTY * float(np.abs(multipliers).max()))
            place = self._nearer(place, step * min(1.0, LONGEST_STEP / max(length, RESOLUTION)), penalty)
        self._last = place
        return best or self._stretched(place)

    def _stretched(self, place: _Place) -> _Place | None:
        """Return a place further along a shift, or less far, where one target is true; None where none is."""
        for _ in range(MOST_STEPS if len(self._asked) == 1 else 0):
            self._last, far = place, float(np.linalg.norm(place.shift))
            along = float(place.slopes.value[0] @ place.shift) / max(far, RESOLUTION)
            if self._true(place):
                return place
            if far > FURTHEST or along == 0:
                return None
            missing = float(self._goals[0] - place.scores.value[0]) / along
            place = self._at(place.shift * (1 + np.clip(missing, -LONGEST_STEP, LONGEST_STEP) / far))
        return None

    def jackknifed(self, place: _Place) -> Replicated:
        """Return a shift with what it would be without each replicate: a step from it."""
        parts = zip(place.scores.without, place.slopes.without, strict=True)
        return Replicated(place.shift, np.array([self._linear(place.shift, *part)[0] for part in parts]))

    def _nearer(self, place: _Place, step: Float[np.ndarray, " coordinate"], penalty: float) -> _Place:
        """Return a place of more merit along a step; the nearest that is tried, where none has more."""
        for _ in range(MOST_HALVINGS):
            there = self._at(place.shift + step)
            if self._demerit(there, penalty) < self._demerit(place, penalty):
                return there
            step = step / 2
        return self._at(place.shift + step)

    def _demerit(self, place: _Place, penalty: float) -> float:
        if not (place.sizes > 0).all():
            return np.inf
        short = short_of(place.scores.value - self._goals, self._signs) / self._unmoved.sizes
        return float(np.square(place.shift).sum() / 2 + penalty * short.sum())

    def _at(self, shift: Float[np.ndarray, " coordinate"]) -> _Place:
        run = self._model.at(shift, self._batches)
        lines = [self._line(one, run) for one in self._asked]
        scores = Replicated(
            np.array([one.mean.value for one in lines]),
            np.stack([one.mean.without for one in lines], axis=1),
        )
        slopes = Replicated(
            np.stack([one.slopes.value for one in lines]),
            np.stack([one.slopes.without for one in lines], axis=1),
        )
        return _Place(shift, run, scores, slopes)

    def _line(self, one: Constraint, run: Run) -> Line:
        """Return a target's score and slopes about a shift."""
        values = one.values(run)
        rarer = min(values.sum(), values.size - values.sum())
        if one.kind == "chance" and rarer < ENOUGH and (guide := one.guide(run)) is not None:
            return self._regression.of(guide)
        line = self._regression.of(values)
        if one.kind == "mean" or rarer == 0:
            return line
        # Without one replicate an event may be on none of the paths: it is not rarer than on half of one.
        least = 0.5 / values.size
        without = ndtri(np.clip(line.mean.without, least, 1 - least))
        scores = Replicated(np.asarray(ndtri(line.mean.value)), without)
        density = np.exp(-np.square(scores.value) / 2) / np.sqrt(2 * np.pi)
        return Line(scores, line.slopes.scaled(1 / float(density)))

    def _linear(
        self,
        shift: Float[np.ndarray, " coordinate"],
        scores: Float[np.ndarray, " target"],
        slopes: Float[np.ndarray, "target coordinate"],
    ) -> tuple[Float[np.ndarray, " coordinate"], Float[np.ndarray, " target"]]:
        """Return the shortest shift with which the targets were true if they were linear; its multipliers."""
        unit = slopes / self._unmoved.sizes[:, None]
        wanted = (self._goals - scores) / self._unmoved.sizes + np.einsum("tc,c->t", unit, shift)
        together = products(unit, unit)

        def function(at: Float[np.ndarray, " target"]) -> Local:
            slope = together @ at - wanted
            return Local(float(at @ (slope - wanted)) / 2, slope, together)

        multipliers = minimise(function, np.zeros(len(unit)), self._signs, np.zeros(len(unit)))
        return np.einsum("t,tc->c", multipliers, unit), multipliers

    def _true(self, place: _Place) -> bool:
        short = short_of(place.scores.value - self._goals, self._signs)
        return bool((short <= OFF * place.scores.error + RESOLUTION * np.abs(self._goals)).all())

    def _refuse_others(self) -> None:
        """Raise where what is computed is not what was stored."""
        points = self._unmoved.run.plan.paths // len(self._unmoved.scores.without)
        for one in self._asked:
            stored, computed = one.values(self._model.run)[:, :points], one.values(self._unmoved.run)
            if not np.square(computed - stored).mean() <= ROUNDING * stored.var():
                message = (
                    f"the model computes another {one.statistic} than the run has: it is not the one that "
                    "made it"
                )
                raise RunError(message)

    def _contradict(self) -> bool:
        """Whether no shift makes all targets true where they are as good as linear."""
        shift, scores, slopes = self._last.shift, self._last.scores.value, self._last.slopes.value
        aim, _ = self._linear(shift, scores, slopes)
        missed = scores - self._goals + slopes @ (aim - shift)
        return bool((short_of(missed, self._signs) > RESOLUTION + MISSED * self._unmoved.sizes).any())

    def out_of_reach(self) -> str:
        """Return that beliefs do not bring about the targets, and what they and the paths bring about."""
        if len(self._asked) > 1 and self._contradict():
            targets = " and ".join(f"'{one}'" for one in self._asked)
            return (
                f"targets {targets}: found that they contradict each other: what brings beliefs nearer to "
                "one takes them away from another; allowed: targets that can be true together"
            )
        far = float(np.linalg.norm(self._last.shift))
        ranges = list[str]()
        for one in self._asked:
            values, there = one.values(self._model.run), one.values(self._last.run).mean()
            ends = f"from {values.min():.6g} to {values.max():.6g} on the paths"
            ranges.append(f"{one.statistic}: {ends}, and {there:.6g} with beliefs moved")
        return (
            f"target: found no beliefs that make it true within {FURTHEST:g} standard deviations, the last "
            f"{far:.1f} away; allowed: what can be brought about ({'; '.join(ranges)})"
        )
