"""A study conditioned on what was observed after its date.

First a run's own draws are reweighted. Where the weights rest on too few of them, particles are led from the
prior to the posterior by tempering. Both end in draws of equal weight in independent chains.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any, Literal, cast, get_args

import numpy as np

from simulator.analysis.learning import gates, told
from simulator.analysis.learning.figures import Matched
from simulator.analysis.learning.likelihood import Likelihood
from simulator.analysis.learning.matching import match, measured
from simulator.analysis.learning.question import Question, Sample, ask
from simulator.analysis.learning.reach import refuse_unreachable
from simulator.analysis.learning.result import Posterior
from simulator.analysis.learning.reweighting import Weights, prior_sample, resample, weigh
from simulator.analysis.learning.tempering import temper
from simulator.analysis.learning.tree import to_tree
from simulator.analysis.run import Progress, Run, progress_of
from simulator.analysis.run.program import model_of
from simulator.arguments import checked, chosen, refuse
from simulator.engine import Model, Plan, label, new_folder, runtime
from simulator.errors import EvidenceError, Fault, GateError, UsageError
from simulator.estimate import SamplerName, codes_of
from simulator.evidence import Evidence, load_evidence
from simulator.sampling import BATCH
from simulator.study import Study
from simulator.whole_numbers import PATHS, whole

#: The most paths that are reweighted: all are held in memory.
MOST_PATHS = PATHS
#: The most figures times paths: each takes two numbers in memory, a quarter of a GiB in all.
MOST_HELD = 2**25

#: What evidence may be given as.
_EVIDENCE = "files or folders of evidence, what load_evidence returns, or measurements by metric"

type Paths = str | PathLike[str]
type Method = Literal["auto", "reweighting", "tempering"]


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
    method: Method = "auto",
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
        by the study's own day is never used, whether its priors follow it or not.
    paths
        Of the prior, made up to whole batches of 8192: of a run at most its own, and never more than 262,144,
        since all are held in memory. By default as many as that.
    seed
        Which draws; that of the run, or 0 by default.
    method
        ``auto``: reweighting, and tempering if its gates fail. Or one of the two.
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
        At the end, if the gates of the last method failed.
    """
    checked("study", study, Study | Run, "a study, or a run of one")
    chosen("method", method, get_args(Method.__value__))
    if as_of is not None and (not isinstance(as_of, date) or isinstance(as_of, datetime)):
        refuse("as_of", as_of, "a day, such as datetime.date(2026, 5, 31)")
    base = study.study if isinstance(study, Run) else study
    model = study.model if isinstance(study, Run) else model_of(study, None)
    plan = _plan(study, paths, seed)
    if as_of is not None and base.as_of is not None and as_of <= base.as_of:
        message = f"as_of: found {as_of}; allowed: a day after {base.as_of}, the study's own"
        raise UsageError(message)
    question = ask(base, model, _matched(base, model, evidence, as_of), plan)
    _refuse_nothing(question.matched, base)
    _refuse_many(question.matched, plan)

    with progress_of(progress, plan.paths) as report:
        prior = prior_sample(question, report)
        refuse_unreachable(question, prior)
        return _conditioned(question, prior, method, as_of)


def _conditioned(question: Question, prior: Sample, method: Method, as_of: date | None) -> Posterior:
    """Return the posterior by the method asked for, or raise with it where the gates failed."""
    stages = [
        [i for i, datum in enumerate(question.matched.used) if datum.stage == stage]
        for stage in question.matched.stages
    ]
    weights = list(_weights(question, prior, stages))
    tried = {"reweighting": [gate.told() for gate in gates.of_weights(weights[-1])]}
    how: dict[str, Any] = {}
    if method == "reweighting" or (method == "auto" and weights[-1].passed):
        used = "reweighting"
        last = resample(prior, weights[-1], question.plan.seed)
        plain = prior.without_figures()
        earlier = (resample(plain, one, question.plan.seed) for one in weights[:-1])
    else:
        used = "tempering"
        tempered = temper(question, stages)
        *earlier, last = tempered.samples
        tried["tempering"] = [g.told() for g in gates.of_tempering(tempered.journeys, last)]
        how = dict(gates.journey(tempered.journeys))
    chains, draws = last.shape
    way = {
        "name": used,
        "asked": method,
        "chains": chains,
        "draws": chains * draws,
        "gates": tried[used],
        "tried": tried,
        **how,
    }
    posterior = _posterior(question, prior, chain(earlier, [last]), last, way, as_of)
    if failed := [gate["name"] for gate in tried[used] if not gate["passed"]]:
        raise NotConvergedError(_failure(used, tried[used], failed), posterior)
    return posterior


def place(root: str | Path, study: Study | Run, *numbers: Any) -> Path:
    """Make a new folder for an update under a root: its name says when, of what and of which numbers.

    Of two processes that choose at once, each has its own.
    """
    base = study.study if isinstance(study, Run) else study
    text = json.dumps([base.hash, *numbers], default=str)
    hash8 = hashlib.sha256(text.encode()).hexdigest()[:8]
    return new_folder(Path(root), f"-{label(base.name)}-update-{hash8}")


def _plan(study: Study | Run, paths: int | None, seed: int | None) -> Plan:
    if isinstance(study, Run):
        plan = study.plan
        most = min(plan.paths, MOST_PATHS)
        count = most if paths is None else whole("paths", paths, 1, most)
        number = plan.seed if seed is None else seed
        return Plan(count, number, plan.sampler, plan.block_size, plan.dtype)
    count = MOST_PATHS if paths is None else whole("paths", paths, 1, MOST_PATHS)
    return Plan(count, 0 if seed is None else seed)


def _matched(study: Study, model: Model, evidence: Any, as_of: date | None) -> Matched:
    if isinstance(evidence, Mapping):
        return measured(evidence)
    if not isinstance(evidence, Evidence):
        given = () if evidence is None else evidence
        files = (
            (given,) if isinstance(given, str | PathLike) else checked("evidence", given, Sequence, _EVIDENCE)
        )
        evidence = load_evidence(*(checked("evidence", file, str | PathLike, _EVIDENCE) for file in files))
    return match(evidence, study, model, as_of)


def _refuse_nothing(matched: Matched, study: Study) -> None:
    if matched.used:
        return
    reasons: dict[str, int] = {}
    for one in matched.left_out:
        reasons[one.reason] = reasons.get(one.reason, 0) + 1
    found = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in reasons.items())
    allowed = "at least one that became known after the study's day and is of a quantity of the model"
    advice = f"The study is as of {study.as_of}." if study.as_of else ""
    raise EvidenceError([Fault("", "observations", found or "none", allowed, advice)])


def _refuse_many(matched: Matched, plan: Plan) -> None:
    """Refuse more figures on more paths than are held in memory, before any path is computed."""
    figures = len(matched.used) + len(matched.ahead)
    if figures * plan.paths <= MOST_HELD:
        return
    paths = MOST_HELD // figures // BATCH * BATCH
    found = f"{figures:,} figures on {plan.paths:,} paths"
    allowed = f"figures times paths up to {MOST_HELD:,}, which are held in memory"
    advice = f"Give fewer figures{f', or at most {paths:,} paths' if paths else ''}."
    raise EvidenceError([Fault("", "observations", found, allowed, advice)])


def _weights(question: Question, prior: Sample, stages: Sequence[Sequence[int]]) -> Iterator[Weights]:
    """Give the weights of the prior's draws after each quarter of evidence, one figure in hand at a time."""
    log = np.zeros(prior.shape)
    for stage in stages:
        for index in stage:
            one = Likelihood((question.matched.used[index],))
            log += one.of_sample(prior.middle[index, None], prior.scale[index, None])[0]
        yield weigh(log)


def _posterior(
    question: Question,
    prior: Sample,
    samples: Iterable[Sample],
    posterior: Sample,
    way: Mapping[str, Any],
    as_of: date | None,
) -> Posterior:
    sampler = cast(SamplerName, question.plan.sampler)
    before = told.Replicates(question, prior, "prior")
    after = told.Replicates(question, posterior, "posterior")
    study, settings = question.study, question.study.settings
    newest = max((one.known for one in question.matched.used if one.known), default=None)
    known = as_of or newest
    rows = told.moved(question, prior, posterior, sampler)
    titles = dict(settings.entities)
    believed = told.outcomes(question, prior, sampler)
    learned = told.outcomes(question, posterior, told.BY_CHAINS)
    summary: dict[str, Any] = {
        "schema": told.SCHEMA,
        "kind": "update",
        "study": study.name,
        "title": study.title,
        "titles": titles,
        "study_hash": study.hash,
        "prior_as_of": study.as_of and study.as_of.isoformat(),
        "as_of": known and known.isoformat(),
        "seed": question.plan.seed,
        "paths": question.plan.paths,
        "sampler": question.plan.sampler,
        "prior_chains": prior.shape[0],
        "method": dict(way),
        "verdicts": codes_of(settings.verdicts),
        "prior": believed,
        "posterior": learned,
        "change": told.changes(believed, learned),
        "moved": rows,
        "observations": told.observations(question, before, after, sampler),
        "ahead": told.ahead(question, before, after, sampler),
        "steps": [
            {
                "stage": stage,
                "observations": sum(one.stage == stage for one in question.matched.used),
                "verdicts": told.chances(sample.metrics, settings),
                "shifts": told.shifts(question, rows, sample),
            }
            for stage, sample in zip(question.matched.stages, samples, strict=True)
        ],
        "left_out": told.left_out(question.matched.left_out),
        "versions": runtime.versions(),
    }
    about = ("study", "study_hash", "prior_as_of", "as_of", "seed", "sampler")
    attributes = {key: "" if summary[key] is None else summary[key] for key in about}
    pairs = {"prior": (prior, before), "posterior": (posterior, after)}
    return Posterior(summary, to_tree(question, pairs, attributes | {"method": way["name"]}))


def _failure(method: str, found: Sequence[Mapping[str, Any]], failed: Sequence[str]) -> str:
    rows = [
        f"{gate['name']} is {'not a number' if gate['value'] is None else format(gate['value'], '.3g')}, "
        f"{'at most' if gate['most'] else 'at least'} {gate['limit']:.3g} is asked"
        for gate in found
        if gate["name"] in failed
    ]
    return f"the posterior by {method} cannot be trusted: {'; '.join(rows)}"
