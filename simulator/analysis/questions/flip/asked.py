"""What is asked: of which verdict or statistic, of which beliefs, on how many paths."""

from collections.abc import Sequence

import numpy as np

from simulator.analysis.questions.changed import Changed
from simulator.analysis.questions.event import names_in
from simulator.analysis.questions.flip.margin import Lead, Level
from simulator.analysis.run import Run
from simulator.arguments import checked, refuse
from simulator.errors import UsageError, did_you_mean
from simulator.estimate import parse_condition
from simulator.estimate.targets import written


def margin_of(run: Run, entity: str | None, target: str | None) -> Lead | Level:
    """Return what is to change: the likeliest verdict, or on which side of a level a statistic is.

    Raises
    ------
    UsageError
        Both are given, there is no such entity or statistic, a target states another relation than ``=``, or
        there is no verdict to speak of.
    """
    metrics, entities, verdicts = names_in(run)
    if target is not None:
        if entity is not None:
            message = (
                f"entity: found {entity!r} beside target {target!r}; allowed: one of them, for a target "
                "names what it is about, as in p_bear(group) = 0.25"
            )
            raise UsageError(message)
        checked("target", target, str, "text such as 'p_bear(group) = 0.25'")
        condition = parse_condition(target, metrics, entities, verdicts)
        if condition.relation != "=":
            message = (
                f"target {target!r}: found {condition.relation}; allowed: =, for what is looked for is where "
                f"it comes to {written(condition.value)}, from either side"
            )
            raise UsageError(message)
        return Level(condition)
    if not entities:
        message = (
            f"found no verdicts in the study {run.study.name}; allowed: a study with rules of verdicts, or a "
            "target, such as 'mean(METRIC) = 0'"
        )
        raise UsageError(message)
    if entity is not None and entity not in entities:
        refuse("entity", entity, ", ".join(entities), did_you_mean(str(entity), entities))
    chosen = entities[0] if entity is None else entity
    every = Lead(chosen, verdicts, verdicts[0])
    likeliest = verdicts[int(np.argmax(every.measure(run).value))]
    return Lead(chosen, verdicts, likeliest)


def beliefs_of(run: Run, changed: Changed, names: Sequence[str]) -> list[str]:
    """Return the beliefs to look at: those named, or all that vary.

    Raises
    ------
    UsageError
        One is none of the study, or is none that varies as one number; or nothing varies.
    """
    for name in names:
        checked("belief", name, str, "the name of a belief")
        if name in changed.beliefs:
            continue
        prior = run.study.priors.get(name)
        if prior is None:
            advice = did_you_mean(name, changed.beliefs)
            message = f"belief {name!r}: the study has none of that name. {advice}".rstrip()
        elif prior.family == "fixed":
            message = (
                f"belief {name}: found {prior.parameters['value']:g} on every path; allowed: a belief that "
                f"varies, for it is looked at between its P1 and P99. To see another value of this one: "
                f"strandline run --set {name}=VALUE"
            )
        else:
            message = (
                f"belief {name}: found several numbers, or one that the model does not read; allowed: one "
                "number that it reads"
            )
        raise UsageError(message)
    if not changed.beliefs:
        message = (
            f"flip: found no belief of {run.study.name} that varies and is one number; allowed: a study in "
            "which one does"
        )
        raise UsageError(message)
    return list(dict.fromkeys(names)) or list(changed.beliefs)


def left_out(run: Run, changed: Changed) -> tuple[str, ...]:
    """Return the names of priors that vary and are no single number that the model reads."""
    varying = (name for name, prior in run.study.priors.items() if prior.family != "fixed")
    return tuple(name for name in varying if name not in changed.beliefs)
