"""A study conditioned on what was observed after its date.

First a run's own draws are reweighted. Where the weights rest on too few of them, particles are led from the
prior to the posterior by tempering. Both end in draws of equal weight in independent chains.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any, Literal, cast, get_args

import numpy as np

from simulator.analysis.learning import diagnostics, summarise
from simulator.analysis.learning.figures import Matched
from simulator.analysis.learning.likelihood import Likelihood
from simulator.analysis.learning.matching import matched_to
from simulator.analysis.learning.outcomes import Changes
from simulator.analysis.learning.problem import InferenceProblem, Sample, pose
from simulator.analysis.learning.reach import refuse_unreachable
from simulator.analysis.learning.result import Posterior
from simulator.analysis.learning.reweighting import Weights, prior_sample, resample, weigh
from simulator.analysis.learning.summary import Diagnostic, Method, TemperingMethod, UpdateSummary
from simulator.analysis.learning.tempering import TemperingTrace, temper
from simulator.analysis.learning.tree import to_tree
from simulator.analysis.run import Progress, Run, progress_of
from simulator.analysis.run.program import model_of
from simulator.arguments import checked, chosen, refuse
from simulator.engine import Plan, label, new_folder, runtime
from simulator.errors import EvidenceError, Fault, GateError, UsageError
from simulator.estimate import SamplerName, codes_of
from simulator.evidence import Evidence
from simulator.sampling import BATCH
from simulator.study import Study
from simulator.whole_numbers import PATHS, whole

#: The most paths that are reweighted: all are in memory at once.
MOST_PATHS = PATHS
#: The most figures times paths: each takes two numbers in memory, a quarter of a GiB in all.
MOST_IN_MEMORY = 2**25

type Paths = str | PathLike[str]
type Asked = Literal["auto", "reweighting", "tempering"]


class NotConvergedError(GateError):
    """No method reached what a posterior has to reach; `posterior` is what was come to."""

    def __init__(self, message: str, posterior: Posterior) -> None:
        super().__init__(message)
        self.posterior = posterior


def update(
    study: Study | Run,
    evidence: Evidence | Paths | Sequence[Paths] | Mapping[str, tuple[float, float]] | None = None,
    *,
    as_of: date | None = None,
    paths: int | None = None,
    seed: int | None = None,
    method: Asked = "auto",
    progress: Progress | bool | None = None,
) -> Posterior:
    """Return what a study believes after evidence.

    Parameters
    ----------
    study
        A study, or a run of one, whose draws are then the prior's.
    evidence
        Evidence files or folders of them, or what `load_evidence` returns; what comes with the program by
        default. For a model of your own also measurements of its metrics, ``{"margin": (value, standard
        deviation)}``, with normal errors.
    as_of
        Day whose knowledge counts: nothing that became known later is used. All by default. What was known
        by the study's own day is never used, whether its priors follow it or not, but for what the study sets
        aside.
    paths
        Of the prior, made up to whole batches of 8192: of a run at most its own, and never more than 262,144,
        since all are in memory at once. By default as many as that.
    seed
        Which draws; that of the run, or 0 by default.
    method
        ``auto``: reweighting, and tempering if its diagnostics fail. Or one of the two.
    progress
        Called with the paths of the prior finished and asked for. By default a bar where standard error is a
        terminal, and a line in a notebook; False shows nothing.

    Raises
    ------
    UsageError
        An argument is none that can be meant.
    EvidenceError
        The evidence is not valid, none of it can be used, or it is more than memory is given to: figures
        times paths are at most 2^25.
    NotConvergedError
        At the end, if the diagnostics of the last method failed.
    """
    checked("study", study, Study | Run, "a study, or a run of one")
    chosen("method", method, get_args(Asked.__value__))
    if as_of is not None and (not isinstance(as_of, date) or isinstance(as_of, datetime)):
        refuse("as_of", as_of, "a day, such as datetime.date(2026, 5, 31)")
    base = study.study if isinstance(study, Run) else study
    model = study.model if isinstance(study, Run) else model_of(study, None)
    plan = _plan(study, paths, seed)
    _refuse_early(base, as_of)
    problem = pose(base, model, matched_to(base, model, evidence, as_of), plan)
    _refuse_many(problem.matched, plan)

    with progress_of(progress, plan.paths) as report:
        prior = prior_sample(problem, report)
        refuse_unreachable(problem, prior)
        return _conditioned(problem, prior, method, as_of)


def _conditioned(problem: InferenceProblem, prior: Sample, method: Asked, as_of: date | None) -> Posterior:
    """Return the posterior by the method asked for, or raise with it where its diagnostics failed."""
    stages = [
        [i for i, datum in enumerate(problem.matched.used) if datum.stage == stage]
        for stage in problem.matched.stages
    ]
    weights = list(_weights(problem, prior, stages))
    tried = {"reweighting": diagnostics.of_weights(weights[-1])}
    if method == "reweighting" or (method == "auto" and weights[-1].passed):
        last = resample(prior, weights[-1], problem.plan.seed)
        plain = prior.without_figures()
        earlier = (resample(plain, one, problem.plan.seed) for one in weights[:-1])
        used = Method("reweighting", method, *_size(last), tried["reweighting"], tried)
    else:
        tempered = temper(problem, stages)
        *earlier, last = tempered.samples
        tried["tempering"] = diagnostics.of_tempering(tempered.traces, last)
        short = _in_short(tempered.traces)
        used = TemperingMethod("tempering", method, *_size(last), tried["tempering"], tried, *short)
    posterior = _posterior(problem, prior, chain(earlier, [last]), last, used, as_of)
    if not used.passed:
        raise NotConvergedError(_failure(used), posterior)
    return posterior


def _size(sample: Sample) -> tuple[int, int]:
    """Return how many chains a sample has, and how many draws in all of them."""
    chains, draws = sample.shape
    return chains, chains * draws


def _in_short(traces: Sequence[TemperingTrace]) -> tuple[int, tuple[int, ...], int, tuple[int, ...]]:
    """Return how many batches there are, and their powers, moves and ancestors."""
    powers = tuple(map(max, zip(*(one.powers for one in traces), strict=True)))
    moves = max(sum(one.moves) for one in traces)
    return len(traces), powers, moves, tuple(one.ancestors for one in traces)


def place(root: str | Path, study: Study | Run, *numbers: Any) -> Path:
    """Make a new folder for an update under a root: its name has time, study and a hash of the numbers.

    Of two processes that choose at once, each has its own.
    """
    base = study.study if isinstance(study, Run) else study
    text = json.dumps([base.hash, *numbers], default=str)
    hash8 = hashlib.sha256(text.encode()).hexdigest()[:8]
    return new_folder(Path(root), f"-{label(base.name)}-update-{hash8}")


def _refuse_early(study: Study, as_of: date | None) -> None:
    """Refuse a day by which nothing was new: before the study's own, or that one if nothing is set aside."""
    if as_of is None or study.as_of is None or as_of > study.as_of:
        return
    if study.set_aside and as_of == study.as_of:
        return
    allowed = (
        f"{study.as_of}, the study's own, or later"
        if study.set_aside
        else (f"a day after {study.as_of}, the study's own")
    )
    message = f"as_of: found {as_of}; allowed: {allowed}"
    raise UsageError(message)


def _plan(study: Study | Run, paths: int | None, seed: int | None) -> Plan:
    if isinstance(study, Run):
        plan = study.plan
        most = min(plan.paths, MOST_PATHS)
        count = most if paths is None else whole("paths", paths, 1, most)
        number = plan.seed if seed is None else seed
        return Plan(count, number, plan.sampler, plan.block_size, plan.dtype)
    count = MOST_PATHS if paths is None else whole("paths", paths, 1, MOST_PATHS)
    return Plan(count, 0 if seed is None else seed)


def _refuse_many(matched: Matched, plan: Plan) -> None:
    """Refuse more figures on more paths than memory is given to, before any path is computed."""
    figures = len(matched.used) + len(matched.ahead)
    if figures * plan.paths <= MOST_IN_MEMORY:
        return
    paths = MOST_IN_MEMORY // figures // BATCH * BATCH
    found = f"{figures:,} figures on {plan.paths:,} paths"
    allowed = f"figures times paths up to {MOST_IN_MEMORY:,}, all in memory at once"
    advice = f"Give fewer figures{f', or at most {paths:,} paths' if paths else ''}."
    raise EvidenceError([Fault("", "observations", found, allowed, advice)])


def _weights(problem: InferenceProblem, prior: Sample, stages: Sequence[Sequence[int]]) -> Iterator[Weights]:
    """Give the weights of the prior's draws after each quarter of evidence, one figure in hand at a time."""
    log = np.zeros(prior.shape)
    for stage in stages:
        for index in stage:
            one = Likelihood((problem.matched.used[index],))
            log += one.of_sample(prior.middle[index, None], prior.scale[index, None])[0]
        yield weigh(log)


def _posterior(
    problem: InferenceProblem,
    prior: Sample,
    samples: Iterable[Sample],
    posterior: Sample,
    method: Method,
    as_of: date | None,
) -> Posterior:
    sampler = cast(SamplerName, problem.plan.sampler)
    study, settings, plan, matched = problem.study, problem.study.settings, problem.plan, problem.matched
    before = summarise.Replicates(problem, prior, "prior")
    after = summarise.Replicates(problem, posterior, "posterior")
    believed = summarise.outcomes(problem, prior, sampler)
    learned = summarise.outcomes(problem, posterior, summarise.BY_CHAINS)
    moved = summarise.prior_updates(problem, prior, posterior, sampler)
    numbers = UpdateSummary(
        study=study.name,
        title=study.title,
        titles=dict(settings.entities),
        study_hash=study.hash,
        prior_as_of=study.as_of,
        as_of=as_of or max((one.known for one in matched.used if one.known), default=None),
        seed=plan.seed,
        paths=plan.paths,
        sampler=sampler,
        prior_chains=prior.shape[0],
        method=method,
        verdicts=codes_of(settings.verdicts),
        prior=believed,
        posterior=learned,
        change=Changes.of(believed, learned, summarise.CHANGED),
        moved=moved,
        observations=tuple(summarise.observations(problem, before, after, sampler)),
        ahead=tuple(summarise.ahead(problem, before, after, sampler)),
        steps=tuple(summarise.steps(problem, moved, samples)),
        left_out=tuple(summarise.unused(matched.left_out)),
        versions=runtime.versions(),
        overrides=study.changes,
    )
    about = ("study", "study_hash", "prior_as_of", "as_of", "seed", "sampler")
    found = numbers.to_json()
    attributes = {key: "" if found[key] is None else found[key] for key in about}
    pairs = {"prior": (prior, before), "posterior": (posterior, after)}
    return Posterior(numbers, to_tree(problem, pairs, attributes | {"method": method.name}))


def _failure(method: Method) -> str:
    rows = [_shortfall(one) for one in method.diagnostics if not one.passed]
    return f"the posterior by {method.name} cannot be trusted: {'; '.join(rows)}"


def _shortfall(one: Diagnostic) -> str:
    value = format(one.value, ".3g") if math.isfinite(one.value) else "not a number"
    return f"{one.name} is {value}, {'at most' if one.most else 'at least'} {one.limit:.3g} is asked"
