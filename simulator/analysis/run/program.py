"""What a run computes with: the model that is meant, the priors in its units, and the program of the two."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from simulator.analysis.run.beliefs_of import beliefs_of, own_shocks
from simulator.analysis.run.requirements import (
    declares_inputs,
    misfits,
    misnamed_attributes,
    priors_of,
    refuse_rules,
    warn_unread,
)
from simulator.analysis.run.risk_cases import case_faults
from simulator.beliefs import range_faults, remarks, warn
from simulator.beliefs.lowering import lower_all
from simulator.engine import KernelSpec, MetricKernel, Model, NamedModel, Plan, Program, metric_kernel
from simulator.errors import ExecutorError, Fault, ModelNeededError, StudyError, did_you_mean, in_order
from simulator.sampling import BATCH, make_sampler
from simulator.study import Study
from simulator.study.coordinates import parse_coordinate

#: What the command line takes for a model, where nothing is known of it.
PLACEHOLDER = "FILE.py:FUNCTION"


def model_of(study: Study, model: Model | None) -> Model:
    """Return the model that is meant: the one given, or else the study's own, or else its domain's."""
    given = study.model if model is None else model
    if given is not None:
        return cast(Model, given)
    if study.domain is None or not of_domain(study):
        why = "the study has neither a model nor companies"
        raise ModelNeededError(why, PLACEHOLDER, "model=...")
    return study.domain.model(study.settings)


def of_domain(study: Study) -> bool:
    """Whether a study is run by the model of its domain: it has no other, and says what it is about."""
    return study.model is None and study.domain is not None and bool(study.settings.entities)


def with_model(study: Study, model: Model) -> Study:
    """Return a study with the model that ran it, or with none where its domain makes that model anew."""
    made = study.domain is not None and study.domain.made(model)
    return study if made else replace(study, model=model)


def misfits_of_domain(study: Study) -> list[Fault]:
    """Return all that keeps a domain's model from running a study; nothing where another is to run it."""
    if not of_domain(study):
        return []
    try:
        model = model_of(study, None)
    except StudyError as error:
        return list(error.faults)
    return [*misfits(study, model, getattr(model, "metric_units", ())), *case_faults(study, model)]


def remade(study: Study, model: Model | None, made_by: str) -> Model | None:
    """Return the model of a stored run; None where only the name of it is known."""
    if model is not None:
        return model
    if of_domain(study) and made_by == origin(made := model_of(study, None)):
        return made
    return None


@dataclass(frozen=True, slots=True, eq=False)
class AbsentModel:
    """Stands for the model of a stored run, where that was not given; a call says which it is.

    Attributes
    ----------
    made_by
        The name of the model, as the run recorded it.
    may_be_infinite
        Metrics, or stems of them, that it allows to be infinite.
    """

    made_by: str
    may_be_infinite: Sequence[str]

    def __call__(self, draws: Mapping[str, Any], /) -> dict[str, Any]:
        """Raise: what computes needs the model itself."""
        why = f"this run was made by the model {self.made_by}"
        raise ModelNeededError(why, reference(self) or PLACEHOLDER, "open_run(path, model=...)")


def overridden(study: Study, values: Mapping[str, Any]) -> Study:
    """Return the study with priors and settings set, as `Study.override` takes them, for its own model.

    Raises
    ------
    StudyError
        Something set is not valid together with the rest of the study, or is none that the model can mean.
    """
    if not values:
        return study
    changed = study.override(values)
    priors_of(changed, model_of(changed, None))
    return changed


def program(study: Study, model: Model, plan: Plan) -> Program:
    """Return the program of a study: its beliefs, the sampler of the plan, and the model."""
    beliefs = beliefs_of(study, model)
    traced = model if declares_inputs(model) else warn_unread(study, model)
    return Program(beliefs, make_sampler(plan.sampler, plan.seed, study.order, plan.block_size), traced)


def check_study(study: Study, model: Model, dtype: str) -> None:
    """Check what a model can make of a study, before it is computed.

    Raises
    ------
    StudyError
        As `remarks_on`.

    Warns
    -----
    StrandlineWarning
        Of what `remarks_on` returns.
    """
    warn(remarks_on(study, model, dtype))


def remarks_on(study: Study, model: Model, dtype: str) -> list[str]:
    """Return what a study's author may not know of it, once it is checked that a model can compute it.

    That is what `simulator.beliefs.remarks` has, attributes of the model that are misnamed, and components of
    shocks that a shorter horizon does not have.

    Raises
    ------
    StudyError
        Priors are missing, measure something else or draw what their input cannot mean; the order or the
        directions name shocks that the model does not draw.
    """
    priors, inputs = priors_of(study, model), getattr(model, "inputs", {})
    lowered, undrawable = lower_all(priors, study.dependence)
    drawable = {
        name for name in (one.prior.name for one in lowered) if not (undrawable and priors[name].drawn)
    }
    ranges = range_faults(priors, {name: wanted for name, wanted in inputs.items() if name in drawable})
    coordinates, beyond = _named_shocks(study, own_shocks(study, model))
    if faults := [*undrawable, *ranges, *coordinates, *case_faults(study, model)]:
        raise StudyError(in_order(faults))
    return [*remarks(study, dtype), *beyond, *misnamed_attributes(model)]


def check_model(study: Study) -> None:
    """Check a study against its model as `check_study` does; one of the user's own is traced too.

    Raises
    ------
    StudyError
        As `check_study`; or the rules of the study are about metrics that the model does not return.
    UsageError
        The model asks for a draw that the study has not, or does not return named metrics.
    """
    model, plan = model_of(study, None), Plan(BATCH)
    check_study(study, model, plan.dtype)
    if study.model is not None:
        refuse_rules(study, metric_kernel(program(study, model, plan), plan).metrics)


def _named_shocks(study: Study, shocks: Mapping[str, Any]) -> tuple[list[Fault], list[str]]:
    """Return what is wrong with the shocks in a study's order and directions, and what to warn of.

    An order that came with a longer horizon than the study has is no mistake.
    """
    entries = [("order", f"study.order[{place}]", text) for place, text in enumerate(study.order)]
    entries += [("directions", f'study.directions."{text}"', text) for text in study.directions]
    faults: list[Fault] = []
    beyond: dict[str, int] = {}
    for table, key, text in entries if shocks else ():
        name, component = parse_coordinate(text)
        if name in study.priors or not name.startswith("shock."):
            continue
        if name not in shocks:
            faults.append(Fault("", key, f'"{text}"', "a shock of the model", did_you_mean(name, shocks)))
        elif component >= shocks[name].size and table not in study.of_another_horizon:
            beyond[text] = shocks[name].size
    warnings = [
        "study.order or study.directions name numbers of shocks that do not exist "
        f"({len(beyond)} in all, such as {text} of {size}): they decide nothing"
        for text, size in list(beyond.items())[:1]
    ]
    return faults, warnings


def kernel_spec(study: Study, given: Model | None, plan: Plan) -> KernelSpec:
    """Return how another process makes the kernel of a study, with the model that was given if one was.

    The key of the build-out model is what decides its numbers. Another model is known by this call alone: two
    functions of one name may be two models, as they are when a notebook's cell is run again.
    """
    model = study.model if given is None else given
    token = "" if model is None else uuid.uuid4().hex
    before = study.fixed_from_dict()
    make = partial(_kernel, json.dumps(study.to_dict(), default=dict), before, study.hash, model, plan)
    return KernelSpec(repr((study.hash, before, plan, token)), make)


def _kernel(
    text: str, fixed_from: Mapping[str, Any], study_hash: str, model: Model | None, plan: Plan
) -> MetricKernel:
    study = Study.from_dict(json.loads(text), model=model, fixed_from=fixed_from)
    if study.hash != study_hash:
        message = "this process reads the study as another one: its version of strandline is not the same"
        raise ExecutorError(message)
    return metric_kernel(program(study, model_of(study, None), plan), plan)


def origin(model: Model) -> str:
    """Return the name that a model was loaded by, or else its module and name as far as it has any."""
    if isinstance(model, NamedModel):
        return model.reference
    if isinstance(model, AbsentModel):
        return model.made_by
    name = getattr(model, "__qualname__", type(model).__qualname__)
    return f"{model.__module__}.{name}"


def reference(model: Model) -> str:
    """Return the name by which the command line can load a model; empty of one that has none."""
    name = origin(model)
    return name if ":" in name else ""
