"""The value of information: what a better decision would be worth, if something were known before it."""

import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import numpy as np
from jaxtyping import Float, Shaped

from simulator.analysis.questions.paths import batches_of
from simulator.analysis.questions.value.known import KINDS, Known, standard
from simulator.analysis.questions.value.observations import Sample, parse_sample
from simulator.analysis.questions.value.payoffs import Payoffs, payoffs
from simulator.analysis.questions.value.records import ActionResult, SampleWorth, Value, Worth
from simulator.analysis.questions.value.regression import choose
from simulator.analysis.run import Progress, Run
from simulator.arguments import names_of
from simulator.engine import runtime
from simulator.errors import UsageError, did_you_mean
from simulator.estimate import Number
from simulator.estimate.effect import Effect
from simulator.estimate.observed import RESOLUTION
from simulator.estimate.replicated import Replicated, total
from simulator.sampling import BATCH
from simulator.study import Decision

#: Paths of every action that are computed, unless others are asked for.
PATHS = 2**16


def value(
    run: Run,
    decision: str | Decision | None = None,
    *,
    groups: str | Iterable[str | Iterable[str]] = (),
    samples: str | Sample | Iterable[str | Sample] = (),
    paths: int | None = None,
    progress: Progress | None = None,
) -> Value:
    """Return what it is worth to know more before a decision, in the unit of its payoff.

    Each action is the study with what it sets, computed on the run's own draws. What nobody could know but by
    waiting, the shocks of the paths, is part of the value of perfect information only.

    Parameters
    ----------
    run
        Whose study says what is decided.
    decision
        A decision of the study by its name, or one that `read_decision` read from a file; by default the
        study's first.
    groups
        Of beliefs that would be known together: each several names, or text with commas between them; one
        text is one group. A star stands for any part of a name.
    samples
        Observations that could be made of a belief, one or several: text such as
        ``"adoption.curve n=8 sd=0.5"``.
    paths
        The first paths of the run that are used, made up to whole batches of 8192; by default 65,536, or
        those of the run where it has fewer.
    progress
        Called with the paths finished and the paths to be computed in all.

    Raises
    ------
    UsageError
        There is no such decision, belief or sample, nothing varies, the payoff is none of the run, or the run
        has fewer paths.
    StudyError, ModelNeededError, RunError
        As `payoffs`.
    """
    asked = _decision(run, decision)
    several = [samples] if isinstance(samples, str | Sample) else samples
    wanted = [one if isinstance(one, Sample) else parse_sample(one) for one in several]
    batches = batches_of(run, paths, PATHS)
    done, computed = count(1), sum(bool(one.values) for one in asked.actions) + 1

    def counted() -> None:
        if progress is not None:
            progress(next(done) * BATCH, computed * batches * BATCH)

    first = replace(run, plan=run.plan.first(batches), goal=None, looked=())
    known = Known(first)
    if not known.inputs:
        message = f"value: found no belief of {run.study.name} that varies; allowed: a study with some doubt"
        raise UsageError(message)
    together = [groups] if isinstance(groups, str) else groups
    named = {", ".join(names): known.together(names) for names in map(_names, together)}
    observed = [(one, known.single(one.belief)) for one in wanted]
    paid = payoffs(run, asked, batches, counted)
    ask = _Asking(paid, known)
    by_kind = {kind: known.groups(kind) for kind in KINDS} | ({"named": named} if named else {})
    perfect, changes = _perfect(paid)
    return Value(
        run=run,
        decision=asked.name,
        title=asked.title,
        note=asked.note,
        payoff=asked.payoff,
        unit=run.units[asked.payoff],
        paths=first.plan.paths,
        best=asked.actions[paid.best].name,
        actions=tuple(_action(paid, place) for place in range(len(asked.actions))),
        perfect=perfect,
        changes=changes,
        everything=ask.worth("all beliefs", range(len(known.inputs))),
        beliefs=ask.ordered({one.name: [place] for place, one in enumerate(known.inputs)}),
        groups={kind: ask.ordered(members) for kind, members in by_kind.items()},
        samples=tuple(ask.sample(one, place, run.plan.seed) for one, place in observed),
        others=tuple(one.name for one in run.study.decisions if one.name != asked.name),
    )


class _Asking:
    """What it is worth to know some of the beliefs.

    Parameters
    ----------
    paid
        What every action pays.
    known
        The beliefs.
    """

    def __init__(self, paid: Payoffs, known: Known) -> None:
        self._known, self._gains = known, paid.gains
        self._perfect = _mean(np.maximum(paid.gains.max(axis=0), 0.0))
        self._names = [paid.decision.actions[place].name for place in paid.others]
        self._unit = paid.run.units[paid.decision.payoff]

    def ordered(self, members: dict[str, list[int]]) -> tuple[Worth, ...]:
        """Return what sets of beliefs are worth to know, by name, the most first."""
        # Each is worked on by one thread alone, so that no number depends on how many there are.
        with ThreadPoolExecutor(runtime.cores()) as executor:
            found = list(executor.map(lambda one: self.worth(*one), members.items()))
        return tuple(sorted(found, key=lambda one: -one.value.value))

    def worth(self, name: str, places: Sequence[int]) -> Worth:
        """Return what it is worth to know some beliefs."""
        names = tuple(self._known.inputs[place].name for place in places)
        return self._of(name, names, self._known.scores[list(places)])

    def sample(self, sample: Sample, place: int, seed: int) -> SampleWorth:
        """Return what it is worth to observe a belief."""
        one = self._known.inputs[place]
        scores = standard(sample.observed(one.values, seed))
        return SampleWorth(sample, self._of(one.name, (one.name,), scores[None]))

    def _of(
        self, name: str, members: tuple[str, ...], scores: Float[np.ndarray, "member replicate point"]
    ) -> Worth:
        choice = choose(scores, self._gains)
        gained, other = _mean(choice.paid(self._gains)), choice.action >= 0
        counts = np.bincount(choice.action[other], minlength=len(self._names))
        return Worth(
            name,
            members,
            replace(Effect.of(gained), unit=self._unit),
            Number(float(choice.fitted.mean()), math.nan, self._unit),
            replace(Effect.of(self._perfect - gained), unit=self._unit),
            _resolved(choice.changes, other.size),
            self._names[int(counts.argmax())] if other.any() else "",
        )


def _decision(run: Run, decision: str | Decision | None) -> Decision:
    """Return the decision that is asked of, whose payoff is a metric of the run."""
    found = decision if isinstance(decision, Decision) else _named(run, decision)
    if found.payoff not in run.units:
        advice = did_you_mean(found.payoff, run.names)
        message = f"decision {found.name}: found the payoff {found.payoff!r}; allowed: a metric of the run"
        raise UsageError(f"{message}. {advice}".rstrip(". ") + "." if advice else message)
    return found


def _named(run: Run, name: str | None) -> Decision:
    known = {one.name: one for one in run.study.decisions}
    if not known:
        message = (
            f"decision: found no [decision.NAME] in the study {run.study.name}; allowed: a study that has "
            "one, or a TOML file with one: --decision FILE.toml"
        )
        raise UsageError(message)
    if name is None:
        return run.study.decisions[0]
    if name not in known:
        message = f"decision: found {name!r}; allowed: {', '.join(known)}. {did_you_mean(name, known)}"
        raise UsageError(message.rstrip())
    return known[name]


def _names(group: str | Iterable[str]) -> tuple[str, ...]:
    """Return the names of a group, as text with commas or several."""
    given = group.split(",") if isinstance(group, str) else names_of("group", group)
    names = tuple(dict.fromkeys(name.strip() for name in given if name.strip()))
    if not names:
        message = f"group: found {group!r}; allowed: names of beliefs with commas between them"
        raise UsageError(message)
    return names


def _action(paid: Payoffs, place: int) -> ActionResult:
    action, unit = paid.decision.actions[place], paid.run.units[paid.decision.payoff]
    own = paid.values[place]
    return ActionResult(
        action.name,
        action.title,
        action.note,
        action.values,
        action.cost,
        replace(_mean(own).number(), unit=unit),
        replace(Effect.of(_mean(own - paid.values[paid.best])), unit=unit),
        _share(paid.best_on == place),
    )


def _perfect(paid: Payoffs) -> tuple[Effect, Number]:
    """Return the value of perfect information, and on which share of paths the decision would change."""
    gained = _mean(np.maximum(paid.gains.max(axis=0), 0.0))
    found = replace(Effect.of(gained), unit=paid.run.units[paid.decision.payoff])
    return found, _share(paid.best_on != paid.best)


def _mean(values: Shaped[np.ndarray, "replicate point"]) -> Replicated:
    paths = total(np.full(len(values), values.shape[1]))
    return total(values.sum(axis=1)) / paths


def _share(holds: Shaped[np.ndarray, "replicate point"]) -> Number:
    return _resolved(_mean(holds.astype(np.float64)), holds.size)


def _resolved(share: Replicated, paths: int) -> Number:
    """Return a share of paths; no better known than what one path is of all."""
    return replace(share.number(), unit="1").at_least(RESOLUTION / paths)
